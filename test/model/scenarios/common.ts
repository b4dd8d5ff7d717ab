/** What the scenarios have in common. */
import type { Outcome, Part, ThreadBody } from '../program.ts'
import { ensure } from '../program.ts'

export const NAMES = ['A', 'B', 'C', 'D'] as const

export const thread = (name: string, ...parts: readonly Part[]): ThreadBody => ({ name, parts })

/** Threads that do the same, named A, B, C, D. */
export const alike = (threads: number, parts: readonly Part[]): ThreadBody[] =>
  NAMES.slice(0, threads).map((name) => ({ name, parts }))

/** A part that returns what it was given. */
export const doing =
  (act: () => unknown): Part =>
  (carried) => {
    act()
    return carried
  }

export const repeated = (times: number, parts: readonly Part[]): Part[] =>
  new Array<readonly Part[]>(times).fill(parts).flat()

/** Where no two threads may be at once. */
export class Section {
  readonly memory = {
    buffer: new SharedArrayBuffer(4),
    name: 'section',
    words: ['inside'],
  }
  readonly #words = new Int32Array(this.memory.buffer)

  /**
   * @param visitor not 0.
   * @param dead who died inside, perhaps: that the visitor puts right.
   */
  visit(visitor = 1, dead = 0): void {
    const inside = Atomics.exchange(this.#words, 0, visitor)
    ensure(inside === 0 || inside === dead, 'two threads are inside')
    Atomics.store(this.#words, 0, 0)
  }
}

/** The names of CPython's errors as outcomes; others are not expected. */
export function outcomeOf(act: () => Outcome, ...expected: readonly string[]): Outcome {
  try {
    return act()
  } catch (error) {
    if (error instanceof Error && expected.includes(error.name)) return error.name
    throw error
  }
}

/** A part that is left out once `error` has been the outcome, and has it as its outcome. */
export const unless =
  (error: string, part: Part): Part =>
  (carried) =>
    carried === error ? error : outcomeOf(() => part(carried), error)
