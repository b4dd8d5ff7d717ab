/**
 * A child process's life in shared memory: written by the event-loop thread of the runner
 * (main/run/children.ts), read by whoever joins the process.
 */
import { announceArrival } from './arrivals.ts'
import { notify } from '../threading/futex.ts'
import type { Deadline } from '../threading/futex.ts'
import type { Steps } from '../threading/steps.ts'

export const PHASE = 0
const PID = 1
const EXIT_CODE = 2
const NUMBER = 3
const JOINERS = 4
const WORDS = 8

export const ProcessPhase = { made: 0, starting: 1, started: 2, ended: 3 } as const
export type ProcessPhase = (typeof ProcessPhase)[keyof typeof ProcessPhase]

export class ProcessLife {
  readonly memory: SharedArrayBuffer
  readonly words: Int32Array

  /** @param memory of an existing process; a new one is allocated without it. */
  constructor(memory = new SharedArrayBuffer(WORDS * 4)) {
    this.memory = memory
    this.words = new Int32Array(memory)
  }

  get phase(): ProcessPhase {
    // Only values of ProcessPhase are ever stored.
    return Atomics.load(this.words, PHASE) as ProcessPhase
  }

  /** Undefined before it runs. */
  get pid(): number | undefined {
    return this.phase >= ProcessPhase.started ? Atomics.load(this.words, PID) : undefined
  }

  /** Which process of the run it is, from 1; 0 before it runs. */
  get number(): number {
    return Atomics.load(this.words, NUMBER)
  }

  /** As in CPython: negative, the signal that ended it. Undefined while it has not ended. */
  get exitcode(): number | undefined {
    return this.phase === ProcessPhase.ended ? Atomics.load(this.words, EXIT_CODE) : undefined
  }

  /** @returns false when it was started before. */
  starting(): boolean {
    return this.#advance(ProcessPhase.made, ProcessPhase.starting)
  }

  /** It could not be started; it may be tried again. */
  undoStart(): void {
    this.#advance(ProcessPhase.starting, ProcessPhase.made)
  }

  started(number: number, pid: number): void {
    // Before the phase: whoever sees it started can tell its pid.
    Atomics.store(this.words, NUMBER, number)
    Atomics.store(this.words, PID, pid)
    this.#advance(ProcessPhase.starting, ProcessPhase.started)
  }

  /** Lets all joiners through, and those who wait for several things. */
  finish(exitcode: number): void {
    Atomics.store(this.words, EXIT_CODE, exitcode)
    Atomics.store(this.words, PHASE, ProcessPhase.ended)
    if (Atomics.load(this.words, JOINERS) > 0) notify(this.words, PHASE)
    announceArrival()
  }

  /** Until it has ended; false: the deadline passed first. */
  *awaitEnd(deadline: Deadline): Steps<boolean> {
    const words = this.words
    Atomics.add(words, JOINERS, 1)
    try {
      while (this.phase !== ProcessPhase.ended)
        if (!(yield { words, index: PHASE, expected: ProcessPhase.started, deadline })) return false
      return true
    } finally {
      Atomics.sub(words, JOINERS, 1)
    }
  }

  #advance(from: ProcessPhase, to: ProcessPhase): boolean {
    return Atomics.compareExchange(this.words, PHASE, from, to) === from
  }
}
