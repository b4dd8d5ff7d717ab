/**
 * Semaphores between processes, in the runner.
 *
 * A semaphore has no owner, so nobody can say for sure whether a process that died would have
 * released what it had acquired. Where processes release only what they acquired (a semaphore as a
 * lock for several), they would have: then the permits of the dead are abandoned, and whoever would
 * have to wait for them gets LockAbandoned. Where one process releases what others acquire (a
 * semaphore as a signal), nothing is.
 */
import { LockAbandoned } from '../../threading/errors.ts'
import { granted, type Caller, type Service } from '../calls/call-server.ts'
import { integer, text } from '../calls/check.ts'
import { describe, releasedTooOften, whyAbandoned } from './errors.ts'
import { Registry, Waiters } from './waiters.ts'

export const SEMAPHORES = 'semaphores'

interface Taker {
  readonly process: number
  /** Permits acquired and not released. */
  taken: number
}

class Semaphore {
  #value: number
  readonly #maximum: number
  readonly #name: string
  readonly #waiters = new Waiters()
  /** By ident. */
  readonly #takers = new Map<number, Taker>()
  #abandoned = 0
  #why = ''

  constructor(value: number, maximum: number, name: string) {
    this.#value = value
    this.#maximum = maximum
    this.#name = name
  }

  get value(): number {
    return this.#value
  }

  acquire(caller: Caller, wait: boolean): unknown {
    if (this.#value > 0) {
      this.#value--
      this.#count(caller, 1)
      return granted(0, () => this.#undo(caller))
    }
    if (this.#abandoned > 0) throw new LockAbandoned(this.#why)
    return wait ? this.#waiters.wait(caller) : undefined
  }

  release(caller: Caller, count: number): void {
    const free = this.#value + count
    if (free > this.#maximum) throw releasedTooOften()
    this.#count(caller, -count)
    this.#abandoned = Math.max(0, this.#abandoned - count)
    this.#put(count, caller.ident)
  }

  threadDied(ident: number, who: string): void {
    const taker = this.#takers.get(ident)
    if (taker !== undefined) this.#leave('thread', who, [[ident, taker]])
  }

  processEnded(process: number, who: string): void {
    const takers = [...this.#takers].filter(([, taker]) => taker.process === process)
    this.#leave('process', who, takers)
  }

  #leave(what: string, who: string, takers: readonly (readonly [number, Taker])[]): void {
    const isSignal = [...this.#takers.values()].some(({ taken }) => taken < 0)
    for (const [ident, { taken }] of takers) {
      this.#takers.delete(ident)
      if (isSignal || taken <= 0) continue
      this.#abandoned += taken
      this.#why = whyAbandoned(what, who, this.#name)
    }
    if (this.#abandoned > 0 && this.#value === 0)
      this.#waiters.failAll(() => new LockAbandoned(this.#why))
  }

  #put(count: number, by: number): void {
    this.#value += count
    while (this.#value > 0) {
      const caller = this.#waiters.grant(by, (gone) => this.#undo(gone))
      if (caller === undefined) return
      this.#value--
      this.#count(caller, 1)
    }
  }

  #undo(caller: Caller): void {
    this.#count(caller, -1)
    this.#put(1, 0)
  }

  #count({ process, ident }: Caller, change: number): void {
    const taker = this.#takers.get(ident) ?? { process, taken: 0 }
    taker.taken += change
    if (taker.taken === 0) this.#takers.delete(ident)
    else this.#takers.set(ident, taker)
  }
}

export function semaphoreService(): Service {
  const semaphores = new Registry<Semaphore>()
  const semaphoreOf = (id: unknown, value: unknown, maximum: unknown, name: unknown): Semaphore =>
    semaphores.obtain(
      integer(id),
      () => new Semaphore(integer(value), integer(maximum), text(name)),
    )
  return {
    methods: {
      acquire: (caller, id, value, maximum, name, wait) =>
        semaphoreOf(id, value, maximum, name).acquire(caller, wait === true),
      release: (caller, id, value, maximum, name, count) =>
        semaphoreOf(id, value, maximum, name).release(caller, integer(count)),
      value: (_caller, id, value, maximum, name) => semaphoreOf(id, value, maximum, name).value,
    },
    threadDied(process, ident) {
      for (const semaphore of semaphores.values())
        semaphore.threadDied(ident, `ident ${ident} of process ${process}`)
    },
    processEnded(process) {
      for (const semaphore of semaphores.values())
        semaphore.processEnded(process.process, describe(process))
    },
    reset: () => semaphores.clear(),
  }
}
