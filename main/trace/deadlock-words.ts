/** A deadlock in sentences: for the window, the command line and the summary. */
import { NANOSECONDS_PER_SECOND } from '../core/units.ts'
import type { Deadlock, DeadlockMember, ThrownLane } from '../run/contract.ts'

export interface DeadlockWords {
  readonly headline: string
  /**
   * Who has thrown and cannot end it any more; then who waits for what since when, from which line,
   * and who has it: one sentence a thread.
   */
  readonly details: readonly string[]
}

export function deadlockWords({ kind, members, behind, thrown = [] }: Deadlock): DeadlockWords {
  const names = listed(members.map(({ name }) => name))
  const alone = members.length === 1
  const headline =
    kind === 'everybody'
      ? `Deadlock: ${alone ? `${names}, the only thread, waits` : `all ${members.length} threads wait`}, and nobody is left to end it.`
      : alone
        ? `Deadlock: ${names} waits for what it holds itself.`
        : `Deadlock: ${names} wait for each other, and none of them can go on.`
  const others =
    behind.length === 0
      ? []
      : [
          `${listed(behind)} ${behind.length === 1 ? 'waits' : 'wait'} for ${alone ? 'it' : 'them'}.`,
        ]
  const gone = thrown.map((lane) => thrownSentence(lane, members))
  return { headline, details: [...gone, ...members.map(sentenceOf), ...others] }
}

function thrownSentence(
  { name, at, error, place: line }: ThrownLane,
  members: readonly DeadlockMember[],
): string {
  const barriers = new Set(members.flatMap(({ barrier = '' }) => (barrier === '' ? [] : [barrier])))
  const never =
    barriers.size === 0
      ? 'can end none of these waits'
      : `will never come to ${listed([...barriers].map(barrierNamed))}`
  return `${name} has ended with ${error}${line === '' ? '' : ` at ${line}`} after ${seconds(at)}, and ${never}.`
}

/** One without a name of its own is called Barrier-1. */
const barrierNamed = (name: string): string => (/barrier/i.test(name) ? name : `barrier ${name}`)

function sentenceOf({ name, doing, since, at, holder }: DeadlockMember): string {
  const waiting = `${name}: ${lowerFirst(doing)} since ${seconds(since)}${place(at)}`
  if (!holder) return `${waiting}.`
  const whose = holder.name === name ? 'held by itself' : `held by ${holder.name}`
  return `${waiting}, ${whose} since ${seconds(holder.since)}${place(holder.at)}.`
}

const place = (at: string): string => (at === '' ? '' : ` (${at})`)
const seconds = (time: number): string => `${(time / NANOSECONDS_PER_SECOND).toFixed(3)} s`
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** `A`, `A and B`, `A, B and C`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
