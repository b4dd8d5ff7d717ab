/** What is explored: a few threads, what may happen to them, and what must hold. */
import type { Subjects } from './subjects.ts'

/** What a part of a thread's life gives back: the same history must give the same. */
export type Outcome = string | number | boolean | undefined

/** The value of a word in a state. */
export type Peek = (buffer: SharedArrayBuffer, index: number) => number

/**
 * A part of a thread's life. It is run many times, so it makes what it needs itself, attaches to
 * what is shared, and keeps nothing but what it returns.
 * @param carried what the part before it returned.
 */
export type Part = (carried: Outcome) => Outcome

export interface ThreadBody {
  readonly name: string
  /**
   * One after the other. All histories that return the same from a part are one from there on: the
   * more parts, the fewer states.
   */
  readonly parts: readonly Part[]
  /** It may sleep when all others have ended. */
  readonly daemon?: boolean
}

export interface NamedMemory {
  readonly buffer: SharedArrayBuffer
  readonly name: string
  /** Names of its words, in order. */
  readonly words?: readonly string[]
}

export interface Program {
  readonly threads: readonly ThreadBody[]
  readonly memory?: readonly NamedMemory[]
  /** Indexes of threads that may be terminated anywhere, one of them in a schedule. */
  readonly mortal?: readonly number[]
  /** Watch words before sleeping (steps.ts, maySpin). */
  readonly spins?: boolean
  /** What is wrong with a state; undefined: nothing. */
  readonly always?: (peek: Peek) => string | undefined
  /**
   * What is wrong at the end of all threads; undefined: nothing.
   * @param outcomes by thread; `terminated` for one that was.
   */
  readonly atEnd?: (outcomes: readonly Outcome[], peek: Peek) => string | undefined
}

/** Sets the program up: runs once, as a thread of its own, with the real Atomics. */
export type Scenario = (subjects: Subjects) => Program

/** Thrown by a body: what must not happen has happened. */
export class Violation extends Error {
  override name = 'Violation'
}

export function ensure(condition: boolean, otherwise: string): void {
  if (!condition) throw new Violation(otherwise)
}
