/** A schedule in words: who did what to which word, what came of it, and where in the source. */
import { siteIn } from './load.ts'
import type { Memory } from './memory.ts'
import type { Operation } from './operation.ts'
import type { Program } from './program.ts'
import type { State, Step } from './state.ts'
import type { Subjects } from './subjects.ts'
import type { Threads } from './thread.ts'

export function describeSchedule(
  subjects: Subjects,
  program: Program,
  threads: Threads,
  last: State,
  problem: string,
): string {
  const rows: string[][] = []
  for (let state = last; state.before !== undefined; state = state.before)
    rows.push(rowOf(subjects, program, threads, state.before, state.step!))
  rows.reverse()
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row, index) =>
    [String(index + 1).padStart(4), row[0]!.padEnd(widths[0]!), row[1]!.padEnd(widths[1]!), row[2]!]
      .join('  ')
      .trimEnd(),
  )
  return [...lines, `  => ${problem}`].join('\n')
}

function rowOf(
  subjects: Subjects,
  program: Program,
  threads: Threads,
  { positions }: State,
  step: Step,
): string[] {
  const { thread, act, operation } = step
  const told = act !== 'terminated' && act !== 'reported'
  const site = told ? siteIn(subjects, threads.sites(thread, positions[thread]!), 'futex.ts') : ''
  return [program.threads[thread]!.name, whatHappened(step, operation, threads.memory), site]
}

function whatHappened(
  { act, result }: Step,
  operation: Operation | undefined,
  memory: Memory,
): string {
  if (act === 'terminated') return 'is terminated'
  if (act === 'reported') return 'is reported dead by its host'
  if (act === 'slice') return 'wakes: a slice of its wait is over'
  if (act === 'timeout') return 'wakes: its timeout has passed'
  if (operation === undefined) return ''
  if (operation.kind === 'clock')
    return act === 'deadline' ? 'sees its deadline passed' : 'looks at its clock'
  return describe(operation, result, memory)
}

function describe(
  { kind, word, value, expected }: Operation,
  result: Step['result'],
  memory: Memory,
): string {
  const name = memory.nameOf(word)
  switch (kind) {
    case 'store':
    case 'write':
      return `${kind} ${name} = ${show(value)}`
    case 'load':
    case 'read':
      return `${kind} ${name} -> ${show(result)}`
    case 'compareExchange':
      return `compareExchange ${name} ${show(expected)} by ${show(value)} -> ${show(result)}`
    case 'wait':
      return `wait ${name} while ${show(expected)} -> ${result ?? 'sleeps'}`
    case 'notify':
      return `notify ${name} for ${value} -> wakes ${show(result)}`
    case 'asleep':
      return `asleep on ${name}: ${show(result)}`
    case 'writeByte':
      return `write ${name} byte ${expected} = ${value}`
    default:
      return `${kind} ${name} ${show(value)} -> ${show(result)}`
  }
}

/** Words with marks in their top bits in hexadecimal. */
const show = (value: Step['result']): string =>
  typeof value === 'number' && Math.abs(value) > 0xff_ffff
    ? `0x${(value >>> 0).toString(16)}`
    : String(value)
