/** What the status says of a program under CPython, and why it failed, if it did. */
import { constants } from 'node:os'
import { formatCount } from '../core/figures-format.ts'
import { nanoseconds } from '../core/units.ts'
import { explain } from '../python/program/explain.ts'
import type { ProgramExit, PythonProgram } from '../python/program/program.ts'
import { MAX_PROCESSES, type ProgramEnd, type ProgramTrace } from '../python/trace/program-trace.ts'
import type {
  CPythonEngine,
  Explanation,
  Interpreter,
  PythonStatus,
  RunFailure,
} from './contract.ts'
import { engineLabel } from './engines.ts'
import { sentence } from './section-runner.ts'

/** Of standard errors, shown with the failure. */
const DETAIL_CHARACTERS = 4_000

export interface PythonReportOptions {
  readonly engine: CPythonEngine
  readonly interpreters: readonly Interpreter[]
  readonly program: Pick<PythonProgram, 'limits'>
  readonly traced: Pick<ProgramTrace, 'processes' | 'skipped'>
}

/** Of one program, while it runs and afterwards. */
export class PythonReport {
  readonly #options: PythonReportOptions
  readonly #interpreter: Interpreter | undefined
  #end: ProgramEnd = { killed: [], dropped: 0 }
  #exit: PythonStatus['exit']
  #explanation: Explanation | undefined

  constructor(options: PythonReportOptions) {
    this.#options = options
    this.#interpreter = options.interpreters.find(({ path }) => path === options.engine.path)
  }

  /** What its trace says at its end. */
  traced(end: ProgramEnd): void {
    this.#end = end
  }

  /** @param works variant of the demo that works where this one fails. */
  end(exit: ProgramExit, works: string | undefined): void {
    const { signal, code } = exit
    if (signal !== undefined) this.#exit = { code: -signalNumber(signal), signal }
    else if (code !== undefined) this.#exit = { code }
    const { version, startMethod } = this.status()
    this.#explanation = explain({ version, startMethod, exit, works })
  }

  status(): PythonStatus {
    const { engine, interpreters, program, traced } = this.#options
    const main = traced.processes.find(({ role }) => role === 'main')
    const { version = '', defaultStartMethod = '', gil = true } = this.#interpreter ?? {}
    const hasGil = engine.gil ?? gil
    return {
      engine,
      label: engineLabel(engine, interpreters),
      version: main?.version ?? version,
      startMethod: engine.startMethod ?? defaultStartMethod,
      reading: main?.reading ?? (hasGil ? 'not available' : 'no GIL'),
      readingReason: main?.readingReason ?? '',
      ...(main && main.switchInterval > 0 && { switchInterval: nanoseconds(main.switchInterval) }),
      ...(this.#exit && { exit: this.#exit }),
      processes: traced.processes.length,
      killed: this.#end.killed,
      ...(this.#explanation && { explanation: this.#explanation }),
      limits: [...program.limits, ...untraced(traced.skipped)],
    }
  }
}

/**
 * @param isScript a script of the user's may end with any code it likes.
 * @returns undefined: the program did not fail.
 */
export function failureOf(
  exit: ProgramExit,
  { explanation, label }: PythonStatus,
  isScript: boolean,
  kept: string,
): RunFailure | undefined {
  const { code, signal, error, lastWords, ended } = exit
  if (ended === undefined && error === undefined && signal === undefined)
    if (code === 0 || isScript) return undefined
  const detail = lastWords.slice(-DETAIL_CHARACTERS)
  if (error !== undefined)
    return {
      headline: `${label} could not be started: ${sentence(error)}`,
      kept,
      remedy: 'Look for interpreters again, or choose another one.',
      detail,
    }
  const [headline, ...sentences] =
    explanation === undefined ? [] : [explanation.headline, ...explanation.sentences]
  return {
    headline: headline ?? howItEnded(exit),
    kept,
    remedy: sentences.at(-1) ?? 'See the output for what it printed; change it and run it again.',
    detail,
  }
}

function howItEnded({ code, signal, lastWords }: ProgramExit): string {
  if (signal !== undefined) return `The program was ended by ${signal}.`
  const last = lastWords.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return last === ''
    ? `The program ended with exit code ${code ?? 'unknown'}.`
    : `The program failed: ${sentence(last)}`
}

/** What of its trace was left out. */
const untraced = (skipped: ProgramTrace['skipped']): string[] =>
  [...skipped].map(
    ([why, count]) =>
      `Not recorded: ${formatCount(count)} × ${why}${why === BEYOND ? ` (${formatCount(MAX_PROCESSES)})` : ''}.`,
  )
const BEYOND = 'more processes than are traced'

const signalNumber = (name: string): number =>
  Object.entries(constants.signals).find(([each]) => each === name)?.[1] ?? 0
