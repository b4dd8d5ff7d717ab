/**
 * A process's share of a lock between processes. The runner leases the lock to one process at a
 * time; there its threads acquire and release it in this memory, as fast as a lock of threads,
 * until the runner calls the lease back. Zero-filled is valid: the lease is elsewhere.
 *
 * | word | content                                                                              |
 * |------|--------------------------------------------------------------------------------------|
 * | 0    | state: the owner's ident modulo IDENT_RANGE, or 0; HERE; RECALLED                      |
 * | 1    | how often the owner has acquired it (RLock)                                          |
 * | 2    | the owner's ident modulo IDENT_RANGE as the runner knows it, or 0                      |
 * | 16   | threads that sleep on the state or are about to                                      |
 */
import { notify } from '../../threading/futex.ts'
import { runtime } from '../../threading/runtime.ts'
import { IDENT_RANGE } from '../../trace/model.ts'

const STATE = 0
const DEPTH = 1
const REPORTED = 2
const SLEEPERS = 16
export const LEASE_BYTES = 32 * 4

/** The lease is in this process. */
const HERE = 1 << 16
/** It goes back as soon as nobody owns it. */
const RECALLED = 1 << 17

export const ownerIn = (state: number): number => state & (IDENT_RANGE - 1)
export const isHere = (state: number): boolean => (state & HERE) !== 0
export const isRecalled = (state: number): boolean => (state & RECALLED) !== 0

/** This thread as an owner. */
export const me = (): number => runtime.ident & (IDENT_RANGE - 1)
/** The ident of an owner within this thread's process. */
export const identOf = (owner: number): number => (owner === 0 ? 0 : runtime.ident - me() + owner)

export const Released = { notOwned: 0, kept: 1, givenBack: 2 } as const
export type Released = (typeof Released)[keyof typeof Released]

export class LeaseMemory {
  readonly shared: SharedArrayBuffer
  readonly words: Int32Array
  /** Index of the word to sleep on. */
  readonly stateIndex = STATE

  constructor(shared = new SharedArrayBuffer(LEASE_BYTES)) {
    this.shared = shared
    this.words = new Int32Array(shared)
  }

  get state(): number {
    return Atomics.load(this.words, STATE)
  }

  get sleepers(): number {
    return Atomics.load(this.words, SLEEPERS)
  }

  addSleepers(count: number): void {
    Atomics.add(this.words, SLEEPERS, count)
  }

  /** Only the owner reads and writes it. */
  get depth(): number {
    return Atomics.load(this.words, DEPTH)
  }

  set depth(depth: number) {
    Atomics.store(this.words, DEPTH, depth)
  }

  /** @returns false unless the lease is here, nobody owns it and nobody wants it back. */
  tryTake(owner: number): boolean {
    return Atomics.compareExchange(this.words, STATE, HERE, HERE | owner) === HERE
  }

  /** The runner has leased it to this process for `owner`. */
  arrive(owner: number): void {
    const { words } = this
    // Before the state: the event-loop thread compares with it once it sees an owner.
    Atomics.store(words, REPORTED, owner)
    // Its being called back may have been faster than the lease itself: the mark stays.
    Atomics.or(words, STATE, HERE | owner)
  }

  /** Sets it free, whoever owns it; a lease that was called back leaves this process. */
  release(): Released {
    const { words } = this
    for (;;) {
      const state = Atomics.load(words, STATE)
      if (!isHere(state) || ownerIn(state) === 0) return Released.notOwned
      const next = isRecalled(state) ? 0 : HERE
      if (Atomics.compareExchange(words, STATE, state, next) !== state) continue
      // Loaded after the state was stored: a sleeper counts itself before it looks at the state.
      // All of them when the lease leaves: they must ask the runner now.
      if (Atomics.load(words, SLEEPERS) > 0) notify(words, STATE, next === 0 ? Infinity : 1)
      return next === 0 ? Released.givenBack : Released.kept
    }
  }

  /** @returns whether it was free and is gone now; else it goes back when it is released. */
  recall(): boolean {
    const { words } = this
    for (;;) {
      const state = Atomics.load(words, STATE)
      const free = isHere(state) && ownerIn(state) === 0
      const next = free ? 0 : state | RECALLED
      if (Atomics.compareExchange(words, STATE, state, next) !== state) continue
      return free
    }
  }

  /** Takes the lease from an owner that has died. @returns false when it does not own it. */
  takeFrom(owner: number): boolean {
    const { words } = this
    for (;;) {
      const state = Atomics.load(words, STATE)
      if (!isHere(state) || ownerIn(state) !== owner) return false
      if (Atomics.compareExchange(words, STATE, state, 0) !== state) continue
      notify(words, STATE)
      return true
    }
  }

  /** The owner, if the runner knows of another one; undefined: it is up to date. */
  takeNews(): number | undefined {
    const state = Atomics.load(this.words, STATE)
    if (!isHere(state)) return undefined
    const owner = ownerIn(state)
    return Atomics.exchange(this.words, REPORTED, owner) === owner ? undefined : owner
  }
}
