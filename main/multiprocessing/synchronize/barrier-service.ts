/**
 * Barriers between processes, in the runner. A party that gives up or dies while it waits, or while
 * it runs the action, leaves the barrier broken; of one that dies elsewhere the barrier knows
 * nothing: the others wait on, as in CPython.
 */
import { BrokenBarrierError } from '../../threading/errors.ts'
import { granted, type Caller, type Service } from '../calls/call-server.ts'
import { integer } from '../calls/check.ts'
import { Registry, Waiters } from './waiters.ts'

export const BARRIERS = 'barriers'

/** Ident of the thread that arrived last, the caller's index, whether it is to run the action. */
export type Passage = readonly [by: number, index: number, acts: boolean]

class Barrier {
  readonly #parties: number
  readonly #waiting = new Waiters()
  /** Arrived while the action of the round before runs. */
  #entering: (() => void)[] = []
  /** Runs the action. */
  #acting: Pick<Caller, 'process' | 'ident'> | undefined
  #broken = false

  constructor(parties: number) {
    this.#parties = parties
  }

  get state(): readonly [waiting: number, broken: boolean] {
    return [this.#waiting.size + (this.#acting ? 1 : 0), this.#broken]
  }

  wait(caller: Caller, hasAction: boolean): unknown {
    if (this.#broken) throw new BrokenBarrierError()
    if (this.#acting === undefined) return this.#enter(caller, hasAction)
    return new Promise((resolve, reject) => {
      this.#entering.push(() => {
        if (caller.signal.aborted) return
        try {
          resolve(this.wait(caller, hasAction))
        } catch (error) {
          // BrokenBarrierError: nothing else is thrown there.
          reject(error instanceof Error ? error : new BrokenBarrierError())
        }
      })
    })
  }

  /** Undefined, and not entered: others are still to come. */
  waitAsLast(caller: Caller, hasAction: boolean): unknown {
    if (this.#broken) throw new BrokenBarrierError()
    if (this.#acting !== undefined || this.#waiting.size + 1 < this.#parties) return undefined
    return this.#enter(caller, hasAction)
  }

  /** The action has been run. */
  release(caller: Caller): void {
    if (this.#acting?.ident !== caller.ident) return
    this.#acting = undefined
    this.#letThrough(caller.ident)
    for (const enter of this.#entering.splice(0)) enter()
  }

  break(): void {
    this.#broken = true
    this.#clear()
  }

  reset(): void {
    this.#clear()
    this.#broken = false
  }

  gone(process: number, ident?: number): void {
    const acting = this.#acting
    if (acting?.process === process && (ident ?? acting.ident) === acting.ident) this.break()
  }

  #enter(caller: Caller, hasAction: boolean): unknown {
    const index = this.#waiting.size
    if (index + 1 < this.#parties) return this.#waiting.wait(caller, () => this.break())
    if (!hasAction) this.#letThrough(caller.ident)
    else this.#acting = caller
    const passage: Passage = [0, index, hasAction]
    return granted(passage, () => hasAction && this.break())
  }

  #letThrough(by: number): void {
    this.#waiting.answerAll((index): Passage => [by, index, false])
  }

  #clear(): void {
    this.#acting = undefined
    this.#waiting.failAll(() => new BrokenBarrierError())
    for (const enter of this.#entering.splice(0)) enter()
  }
}

export function barrierService(): Service {
  const barriers = new Registry<Barrier>()
  const barrierOf = (id: unknown, parties: unknown): Barrier =>
    barriers.obtain(integer(id), () => new Barrier(integer(parties)))
  return {
    methods: {
      wait: (caller, id, parties, hasAction) =>
        barrierOf(id, parties).wait(caller, hasAction === true),
      waitAsLast: (caller, id, parties, hasAction) =>
        barrierOf(id, parties).waitAsLast(caller, hasAction === true),
      release: (caller, id, parties) => barrierOf(id, parties).release(caller),
      abort: (_caller, id, parties) => barrierOf(id, parties).break(),
      reset: (_caller, id, parties) => barrierOf(id, parties).reset(),
      state: (_caller, id, parties) => barrierOf(id, parties).state,
    },
    threadDied(process, ident) {
      for (const barrier of barriers.values()) barrier.gone(process, ident)
    },
    processEnded({ process }) {
      for (const barrier of barriers.values()) barrier.gone(process)
    },
    reset: () => barriers.clear(),
  }
}
