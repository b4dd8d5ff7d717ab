/**
 * Behaviours of CPython, written once and run in three forms: by a program that blocks in real worker
 * threads, on an event loop against real worker threads, and among several tasks of an event loop.
 * How to add one is in README.md.
 */

/** blocking: everything in worker threads. async: the body on an event loop, its Bunches in worker threads. tasks: all on an event loop. */
export const FORMS = ['blocking', 'async', 'tasks'] as const
export type Form = (typeof FORMS)[number]

export interface Limits<Variant extends string> {
  /** Default: all. A comment beside says what the others cannot do. */
  readonly forms?: readonly Form[]
  /** Default: all. */
  readonly variants?: readonly Variant[]
}

export interface Behaviour<Variant extends string = string> extends Limits<Variant> {
  readonly title: string
  /** Tests of CPython's, as `lock_tests.LockTests.test_reacquire`; empty: from its documentation. */
  readonly follows: readonly string[]
  /** Throws what is wrong. */
  readonly body: (variant: Variant) => unknown
}

export class Suite<Variant extends string = string> {
  readonly behaviours: Behaviour<Variant>[] = []
  /** What every behaviour is run for, as the kinds of locks. */
  readonly variants: readonly Variant[]

  constructor(variants: readonly Variant[]) {
    this.variants = variants
  }

  /** A behaviour that tests of CPython's own suite check. */
  follows(
    names: string | readonly string[],
    title: string,
    body: Behaviour<Variant>['body'],
    limits: Limits<Variant> = {},
  ): void {
    const follows = typeof names === 'string' ? [names] : names
    this.behaviours.push({ title, follows, body, ...limits })
  }

  /** A behaviour that CPython documents and its suite does not check, or not in this way. */
  beyond(title: string, body: Behaviour<Variant>['body'], limits: Limits<Variant> = {}): void {
    this.behaviours.push({ title, follows: [], body, ...limits })
  }
}

/** What a module in programs/ exports, beside the targets of its threads. */
export interface Program {
  readonly suites: readonly AnySuite[]
  readonly run: (title: string, variant: string) => Promise<void>
}

/** Of any variants. */
export interface AnySuite {
  readonly variants: readonly string[]
  readonly behaviours: readonly (Omit<Behaviour, 'body'> & {
    readonly body: (variant: never) => unknown
  })[]
}

/** The function by which a worker thread runs one of the behaviours. */
export const runnerOf = (suites: readonly AnySuite[]): Program['run'] =>
  async function run(title, variant) {
    const found = suites
      .flatMap((suite) => suite.behaviours)
      .find((behaviour) => behaviour.title === title)
    if (found === undefined) throw new Error(`no behaviour is called: ${title}`)
    // One of the suite's own: conformance.ts goes through them.
    await found.body(variant as never)
  }
