/**
 * Who owns a lock: the part that Lock and RLock share, after Drepper's mutex2 ("Futexes are tricky",
 * 2011). Acquiring is one compare-and-exchange, releasing one exchange, and only somebody asleep
 * costs a notification. In place of its state 1 the word holds the owner's ident, so that whoever
 * waits can name the holder and can tell when it has died.
 *
 * | word | content                                                                      |
 * |------|------------------------------------------------------------------------------|
 * | 0    | 0: free; else the owner's ident, with the sign bit set when somebody may sleep |
 * | 1    | threads that sleep on word 0 or are about to; unused by hand-off              |
 * | 2    | levels of an RLock                                                           |
 * | 3, 4 | hand-off in progress: slot of the next owner, and its ticket; 0: none        |
 * | 16…  | hand-off: those who wait (waiters.ts)                                        |
 *
 * By default a lock that is released is free for whoever comes first: mostly the thread that has
 * just released it, which is fast and unfair (barging). With hand-off a release that finds the sign
 * bit makes the one who has waited longest the owner; the word is not 0 in between, so nobody can
 * come first. The sign bit is set and cleared under the mutex of the waiters: as long as it is set,
 * nothing else changes the word.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, Wait, WaitOutcome } from '../trace/model.ts'
import type { Tracer } from '../trace/tracer.ts'
import { hasDied } from './deaths.ts'
import { LockAbandoned, RuntimeError, ValueError } from './errors.ts'
import { deadlineAfter, NEVER, notify, requireBlocking, spin, type Deadline } from './futex.ts'
import { locateAcquired, locateBegun } from './places.ts'
import { runtime } from './runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from './steps.ts'
import { NO_SLOT, WAITER_CAPACITY, Waiters, waiterWords } from './waiters.ts'

const OWNER = 0
const SLEEPERS = 1
const LEVELS = 2
const HEIR = 3
const HEIR_TICKET = 4
const WORDS = 16
const SOMEBODY_SLEEPS = 1 << 31
const identIn = (owner: number): number => owner & ~SOMEBODY_SLEEPS

/** Loads before a waiter sleeps: about as long as the critical sections of a busy lock. */
const SPINS = 100

/** In place of the last owner's ident. */
const TIMED_OUT = -1

export const allocateOwnership = (handOff: boolean): SharedArrayBuffer =>
  new SharedArrayBuffer((WORDS + (handOff ? waiterWords(WAITER_CAPACITY) : 0)) * 4)

export class Ownership {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #resource: number
  readonly #name: string
  /** Undefined: barging. */
  readonly #waiters: Waiters | undefined
  /** This thread has said once where it acquires it. */
  #isLocated = false

  /** @param memory from `allocateOwnership`, which says whether it is handed off. */
  constructor(memory: SharedArrayBuffer, resource: number, name: string) {
    this.#words = new Int32Array(memory)
    this.#resource = resource
    this.#name = name
    this.#waiters =
      memory.byteLength > WORDS * 4 ? new Waiters(this.#words, WORDS, WAITER_CAPACITY) : undefined
  }

  get isOwned(): boolean {
    return Atomics.load(this.#words, OWNER) !== 0
  }

  /** By the current thread. */
  get isMine(): boolean {
    return identIn(Atomics.load(this.#words, OWNER)) === runtime.ident
  }

  /** Of an RLock: read and written by its owner only, and of no meaning without one. */
  get levels(): number {
    return Atomics.load(this.#words, LEVELS)
  }

  set levels(levels: number) {
    // Mostly it is 1 already, from the last time: a store costs as much as taking the lock.
    if (this.levels !== levels) Atomics.store(this.#words, LEVELS, levels)
  }

  /** @param timeout seconds; -1: without limit; checked before. */
  acquire(blocking: boolean, timeout: Seconds): boolean {
    const { ident, tracer } = runtime
    const seen = Atomics.compareExchange(this.#words, OWNER, 0, ident)
    if (seen === 0) {
      if (tracer !== undefined) this.#recordAcquire(tracer, 0)
      return true
    }
    return blocking && this.#acquireContended(seen, timeout)
  }

  /**
   * The same for a thread that runs an event loop; its tasks exclude each other, too.
   * @param levels of an RLock, from the moment on it is owned.
   */
  async acquireAsync(timeout: Seconds, levels = 0): Promise<boolean> {
    return runAsync(this.acquireSteps(deadlineOf(timeout), levels))
  }

  /**
   * As in CPython, any thread may release a Lock.
   * @throws RuntimeError when nobody owns it.
   */
  release(): void {
    if (this.#waiters !== undefined) {
      this.#releaseToNext(this.#waiters)
      return
    }
    const words = this.#words
    const { tracer } = runtime
    // Recorded while it is still held, so that the next owner's acquire never comes before it.
    if (tracer !== undefined) {
      const owner = Atomics.load(words, OWNER)
      if (owner === 0) throw notOwned()
      this.#recordRelease(owner < 0 ? Atomics.load(words, SLEEPERS) : 0)
    }
    const owner = Atomics.exchange(words, OWNER, 0)
    if (owner === 0) throw notOwned()
    if (owner < 0) notify(words, OWNER, 1)
  }

  /**
   * Of an RLock, which its owner alone may release: when that one has died, anybody may.
   * @returns false: nobody owns it, or its owner is alive.
   */
  releaseAbandoned(): boolean {
    const words = this.#words
    if (!this.#isAbandoned) return false
    if (this.#waiters === undefined) {
      this.#recordRelease(Atomics.load(words, SLEEPERS))
      let owner = Atomics.load(words, OWNER)
      // Of several who were told, one succeeds: the next owner's word is another.
      while (hasDied(identIn(owner))) {
        const seen = Atomics.compareExchange(words, OWNER, owner, 0)
        if (seen === owner) {
          if (owner < 0) notify(words, OWNER, 1)
          return true
        }
        owner = seen
      }
      return false
    }
    return this.#handOverAbandoned(this.#waiters)
  }

  #handOverAbandoned(waiters: Waiters): boolean {
    waiters.lock()
    try {
      this.#completeHandOver(waiters)
      if (!this.#isAbandoned) return false
      const unused = waiters.deadGrant()
      if (unused !== NO_SLOT) waiters.free(unused)
      this.#recordRelease(waiters.count)
      this.#handOver(waiters)
      return true
    } finally {
      waiters.unlock()
    }
  }

  get #isAbandoned(): boolean {
    return hasDied(identIn(Atomics.load(this.#words, OWNER)))
  }

  /** All levels at once, for Condition.wait. Returns how many, to acquire as many again. */
  releaseAll(): number {
    const { levels } = this
    this.release()
    return levels
  }

  /**
   * @param levels of an RLock, from the moment on it is owned.
   * @param heedsStop false: to own it again as before `releaseAll`, even while the run is stopped.
   * @returns false: the deadline passed.
   */
  *acquireSteps(deadline: Deadline, levels: number, heedsStop = true): Steps<boolean> {
    if (!this.acquire(false, -1) && !(yield* this.#contendSteps(deadline, heedsStop))) return false
    this.levels = levels
    return true
  }

  #acquireContended(seen: number, timeout: Seconds): boolean {
    requireBlocking('acquireAsync')
    const deadline = deadlineOf(timeout)
    if (!maySpin()) return runBlocking(this.#contendSteps(deadline, true), 'acquireAsync')
    const holder = identIn(seen)
    this.#beginWait(holder, deadline)
    if (
      spin(this.#words, OWNER, seen, SPINS) &&
      Atomics.compareExchange(this.#words, OWNER, 0, runtime.ident) === 0
    ) {
      this.#endWait(WaitOutcome.granted, holder)
      return true
    }
    // Not before it has spun: such a wait is too short, and where it acquires is sampled.
    locateBegun(this.#resource, Wait.acquire)
    return runBlocking(this.#waitSteps(holder, deadline, true), 'acquireAsync')
  }

  /** @returns false: the deadline passed. */
  *#contendSteps(deadline: Deadline, heedsStop: boolean): Steps<boolean> {
    const holder = identIn(Atomics.load(this.#words, OWNER))
    this.#beginWait(holder, deadline)
    locateBegun(this.#resource, Wait.acquire)
    return yield* this.#waitSteps(holder, deadline, heedsStop)
  }

  /** From the begin of the wait, which is in the trace already. */
  *#waitSteps(holder: number, deadline: Deadline, heedsStop: boolean): Steps<boolean> {
    let outcome: WaitOutcome = WaitOutcome.interrupted
    let by = holder
    try {
      const last =
        this.#waiters === undefined
          ? yield* this.#sleepUntilOwned(holder, deadline, heedsStop)
          : yield* this.#queueUntilOwned(this.#waiters, holder, deadline, heedsStop)
      if (last === TIMED_OUT) {
        outcome = WaitOutcome.timedOut
        by = 0
        return false
      }
      outcome = WaitOutcome.granted
      by = last
      return true
    } finally {
      this.#endWait(outcome, by)
    }
  }

  /** @returns the last owner seen before this thread, or TIMED_OUT. */
  *#sleepUntilOwned(holder: number, deadline: Deadline, heedsStop: boolean): Steps<number> {
    const words = this.#words
    Atomics.add(words, SLEEPERS, 1)
    try {
      for (let last = holder; ;) {
        const expected = this.#tryAsSleeper()
        if (expected === 0) return last
        last = identIn(expected)
        if (hasDied(last)) throw this.#abandoned()
        if (!(yield { words, index: OWNER, expected, deadline, heedsStop })) return TIMED_OUT
      }
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
    }
  }

  /**
   * One attempt of a thread that is counted in SLEEPERS.
   * @returns 0: this thread owns it; else the owner's word, marked, that it may sleep on.
   */
  #tryAsSleeper(): number {
    const words = this.#words
    const { ident } = runtime
    for (;;) {
      // The last owner's exchange has erased the mark of those who still sleep; they are counted.
      // Whoever is counted after this load marks the word itself before it sleeps.
      const mine = Atomics.load(words, SLEEPERS) > 1 ? ident | SOMEBODY_SLEEPS : ident
      const seen = Atomics.compareExchange(words, OWNER, 0, mine)
      if (seen <= 0) return seen
      const marked = seen | SOMEBODY_SLEEPS
      if (Atomics.compareExchange(words, OWNER, seen, marked) === seen) return marked
    }
  }

  /** @returns who handed it over, or TIMED_OUT. */
  *#queueUntilOwned(
    waiters: Waiters,
    holder: number,
    deadline: Deadline,
    heedsStop: boolean,
  ): Steps<number> {
    const slot = this.#enqueue(waiters)
    if (slot === NO_SLOT) return holder
    const look = (): void => {
      this.#outlive(waiters)
    }
    let granter: number
    let completed = false
    try {
      yield* waiters.awaitGrant(slot, deadline, look, heedsStop)
      completed = true
    } finally {
      granter = waiters.leave(slot)
      // Interrupted: nobody would ever release it. The trace has no acquire of it either.
      if (granter !== 0 && !completed) this.#releaseToNext(waiters, false)
    }
    return granter === 0 ? TIMED_OUT : granter
  }

  /** @returns NO_SLOT: this thread owns it already. */
  #enqueue(waiters: Waiters): number {
    const words = this.#words
    waiters.lock()
    try {
      // Entered before the word is marked: whoever finds the mark finds the waiter.
      const slot = waiters.enter()
      for (;;) {
        const seen = Atomics.compareExchange(words, OWNER, 0, runtime.ident)
        if (seen < 0) return slot
        if (seen === 0) {
          waiters.free(slot)
          return NO_SLOT
        }
        if (Atomics.compareExchange(words, OWNER, seen, seen | SOMEBODY_SLEEPS) === seen)
          return slot
      }
    } finally {
      waiters.unlock()
    }
  }

  #releaseToNext(waiters: Waiters, isRecorded = true): void {
    const words = this.#words
    let owner = Atomics.load(words, OWNER)
    if (owner === 0) throw notOwned()
    if (isRecorded && runtime.tracer !== undefined) this.#recordRelease(waiters.count)
    while (owner > 0) {
      const seen = Atomics.compareExchange(words, OWNER, owner, 0)
      if (seen === owner) return
      owner = seen
    }
    if (owner === 0) throw notOwned()
    waiters.lock()
    try {
      if (!this.isOwned) throw notOwned()
      this.#handOver(waiters)
    } finally {
      waiters.unlock()
    }
  }

  /** Locked. */
  #handOver(waiters: Waiters): void {
    const words = this.#words
    const next = waiters.oldest()
    if (next === NO_SLOT) {
      Atomics.store(words, OWNER, 0)
      return
    }
    // Before the owner is named: if this thread dies before its grant, a waiter completes it.
    Atomics.store(words, HEIR_TICKET, waiters.ticketOf(next))
    Atomics.store(words, HEIR, next)
    // Before the grant: the next owner may run, and release it, at once. Marked, because this
    // thread does not look whether others wait: the next one's release does.
    Atomics.store(words, OWNER, waiters.identOf(next) | SOMEBODY_SLEEPS)
    waiters.grant(next)
    Atomics.store(words, HEIR, 0)
  }

  /** Whoever handed it over died before the next owner could know; locked. */
  #completeHandOver(waiters: Waiters): void {
    const words = this.#words
    const heir = Atomics.load(words, HEIR)
    if (heir === 0) return
    const isNamed = identIn(Atomics.load(words, OWNER)) === waiters.identOf(heir)
    // A grant that was begun has a granter, and a ticket of its own already.
    const isSame =
      waiters.granterOf(heir) !== 0 || waiters.ticketOf(heir) === Atomics.load(words, HEIR_TICKET)
    if (isNamed && isSame && waiters.isWaiting(heir)) waiters.grant(heir)
    Atomics.store(words, HEIR, 0)
  }

  /**
   * Whoever waits looks whether the owner is alive. One that died before it knew that it was the
   * owner has changed nothing: the lock goes to the next.
   * @throws LockAbandoned
   */
  #outlive(waiters: Waiters): void {
    const words = this.#words
    if (Atomics.load(words, HEIR) === 0 && !this.#isAbandoned) return
    waiters.lock()
    try {
      this.#completeHandOver(waiters)
      if (!this.#isAbandoned) return
      const unused = waiters.deadGrant()
      if (unused === NO_SLOT) throw this.#abandoned()
      waiters.free(unused)
      this.#handOver(waiters)
    } finally {
      waiters.unlock()
    }
  }

  #recordAcquire(tracer: Tracer, waited: 0 | 1): void {
    tracer.record(EventKind.acquire, this.#resource, waited, 0, 0)
    locateAcquired(this.#resource, !this.#isLocated)
    this.#isLocated = true
  }

  #abandoned(): LockAbandoned {
    return new LockAbandoned(
      `the thread that holds ${this.#name} has died: what the lock protects may be half changed`,
    )
  }

  #beginWait(holder: number, deadline: Deadline): void {
    const timed = deadline === NEVER ? 0 : 1
    runtime.tracer?.record(EventKind.waitBegin, this.#resource, holder, Wait.acquire, timed)
  }

  #endWait(outcome: WaitOutcome, by: number): void {
    const { tracer } = runtime
    if (tracer === undefined) return
    tracer.record(EventKind.waitEnd, this.#resource, outcome, by, 0)
    if (outcome === WaitOutcome.granted) this.#recordAcquire(tracer, 1)
  }

  #recordRelease(waiters: number): void {
    runtime.tracer?.record(EventKind.release, this.#resource, waiters, 0, 0)
  }
}

const notOwned = (): RuntimeError => new RuntimeError('release unlocked lock')

const deadlineOf = (timeout: Seconds): Deadline =>
  deadlineAfter(timeout === -1 ? undefined : timeout)

/**
 * Of a lock's acquire, before anything else happens.
 * @throws ValueError and OverflowError, in CPython's words.
 */
export function checkTimeout(blocking: boolean, timeout: Seconds): void {
  if (!blocking) throw new ValueError("can't specify a timeout for a non-blocking call")
  // The deadline itself is of no use here: NaN and what no clock can hold are refused.
  deadlineAfter(Math.abs(timeout))
  if (timeout < 0) throw new ValueError('timeout value must be a non-negative number')
}
