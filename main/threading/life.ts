/**
 * A thread's life in shared memory: written by the one who starts it, the thread itself and, when
 * it dies without a word, its host; read by whoever joins it.
 *
 * | word | content                                                |
 * |------|--------------------------------------------------------|
 * | 0    | phase: 0 made, 1 started, 2 ended                       |
 * | 1    | how it ended (LaneEnd); valid in phase 2                |
 * | 2    | joiners asleep                                          |
 */
import type { LaneEnd } from '../trace/model.ts'
import { notify, type Deadline } from './futex.ts'
import type { Steps } from './steps.ts'

const PHASE = 0
const END = 1
const JOINERS = 2
const WORDS = 8

export const Phase = { made: 0, started: 1, ended: 2 } as const
export type Phase = (typeof Phase)[keyof typeof Phase]

export class Life {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array<SharedArrayBuffer>

  /** @param memory of an existing thread; a new one is allocated without it. */
  constructor(memory = new SharedArrayBuffer(WORDS * 4)) {
    this.memory = memory
    this.#words = new Int32Array(memory)
  }

  get phase(): Phase {
    // Only the values of Phase are ever stored.
    return Atomics.load(this.#words, PHASE) as Phase
  }

  /** How the thread ended; undefined while it has not. */
  get end(): LaneEnd | undefined {
    // Only values of LaneEnd are ever stored.
    return this.phase === Phase.ended ? (Atomics.load(this.#words, END) as LaneEnd) : undefined
  }

  /** @returns false when it was started before. */
  start(): boolean {
    return Atomics.compareExchange(this.#words, PHASE, Phase.made, Phase.started) === Phase.made
  }

  /** Nothing took the job: it may be started again. */
  undoStart(): void {
    Atomics.compareExchange(this.#words, PHASE, Phase.started, Phase.made)
  }

  /** Lets all joiners through. The first to say how it ended is believed. */
  finish(end: LaneEnd): void {
    if (this.phase === Phase.ended) return
    // Before the phase: whoever sees the end can tell how.
    Atomics.store(this.#words, END, end)
    Atomics.store(this.#words, PHASE, Phase.ended)
    if (Atomics.load(this.#words, JOINERS) > 0) notify(this.#words, PHASE)
  }

  /** Until it has ended; false: the deadline passed first. */
  *awaitEnd(deadline: Deadline): Steps<boolean> {
    const words = this.#words
    Atomics.add(words, JOINERS, 1)
    try {
      // Not always `started`: a start that failed is taken back.
      for (let phase = this.phase; phase !== Phase.ended; phase = this.phase)
        if (!(yield { words, index: PHASE, expected: phase, deadline })) return false
      return true
    } finally {
      Atomics.sub(words, JOINERS, 1)
    }
  }
}
