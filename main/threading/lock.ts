/**
 * threading.Lock, after Drepper's mutex2 ("Futexes are tricky", 2011): acquiring is one
 * compare-and-exchange, releasing one exchange, and only somebody asleep costs a notification. In
 * place of its state 1 the word holds the owner's ident, so that whoever waits can name the holder.
 *
 * Unlike CPython's, a wait for a lock whose owner has died ends with LockAbandoned, and Infinity is
 * a timeout like any other. A thread that returns without releasing leaves the lock locked, as there.
 *
 * | word | content                                                                      |
 * |------|------------------------------------------------------------------------------|
 * | 0    | 0: free; else the owner's ident, with the sign bit set when somebody may sleep |
 * | 1    | threads that sleep or are about to                                             |
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import type { Tracer } from '../trace/tracer.ts'
import { hasDied } from './deaths.ts'
import { LockAbandoned, RuntimeError, ValueError } from './errors.ts'
import { deadlineAfter, notify, requireBlocking, spin, wait, waitAsync } from './futex.ts'
import type { Deadline } from './futex.ts'
import { resumeGil, suspendGil } from './gil.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { declareResource } from './resource.ts'
import { locateAcquired } from './places.ts'
import { runtime } from './runtime.ts'
import { maySpin } from './steps.ts'

const OWNER = 0
const SLEEPERS = 1
const WORDS = 16
const SOMEBODY_SLEEPS = 1 << 31
const identIn = (owner: number): number => owner & ~SOMEBODY_SLEEPS

/** Loads before a waiter sleeps: about as long as the critical sections of a busy lock. */
const SPINS = 100

export interface LockHandle extends Handle {
  readonly type: 'Lock'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface LockOptions {
  readonly name?: string
}

export class Lock implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: LockHandle
  readonly #words: Int32Array<SharedArrayBuffer>
  /** This thread has said once where it acquires it. */
  #isLocated = false

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: LockOptions | LockHandle = {}) {
    this.#handle =
      'type' in source
        ? source
        : {
            type: 'Lock',
            memory: new SharedArrayBuffer(WORDS * 4),
            ...declareResource(ResourceKind.lock, source.name),
          }
    this.#words = new Int32Array(this.#handle.memory)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): LockHandle {
    return this.#handle
  }

  /**
   * @param timeout seconds; -1: without limit.
   * @returns whether the lock is now held by this thread.
   * @throws ValueError for a timeout that makes no sense, RuntimeError on an event-loop thread that
   * would have to wait, LockAbandoned when it would wait for a thread that has died (the lock stays
   * locked until somebody releases it), KeyboardInterrupt when the run is being stopped.
   */
  acquire(blocking = true, timeout: Seconds = -1): boolean {
    if (timeout !== -1) checkTimeout(blocking, timeout)
    const { ident, tracer } = runtime
    const holder = Atomics.compareExchange(this.#words, OWNER, 0, ident)
    if (holder === 0) {
      if (tracer !== undefined) this.#recordAcquire(tracer, 0)
      return true
    }
    return blocking && this.#acquireContended(holder, timeout)
  }

  /** The same for a thread that runs an event loop; its tasks exclude each other, too. */
  async acquireAsync(timeout: Seconds = -1): Promise<boolean> {
    if (timeout !== -1) checkTimeout(true, timeout)
    if (this.acquire(false)) return true
    const words = this.#words
    const deadline = deadlineAfter(timeout === -1 ? undefined : timeout)
    let holder = identIn(Atomics.load(words, OWNER))
    this.#beginWait(holder)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    Atomics.add(words, SLEEPERS, 1)
    try {
      for (;;) {
        const seen = this.#tryAsSleeper()
        if (seen === 0) {
          outcome = WaitOutcome.granted
          return true
        }
        holder = identIn(seen)
        this.#requireAlive(holder)
        if (!(await waitAsync(words, OWNER, seen, deadline))) {
          outcome = WaitOutcome.timedOut
          return false
        }
      }
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
      this.#endWait(outcome, holder)
    }
  }

  /**
   * As in CPython, any thread may release it.
   * @throws RuntimeError when it is not locked.
   */
  release(): void {
    const words = this.#words
    const { tracer } = runtime
    // Recorded while it is still held, so that the next owner's acquire never comes before it.
    if (tracer !== undefined) {
      const owner = Atomics.load(words, OWNER)
      if (owner === 0) throw new RuntimeError('release unlocked lock')
      const waiters = owner < 0 ? Atomics.load(words, SLEEPERS) : 0
      tracer.record(EventKind.release, this.resource, waiters, 0, 0)
    }
    const owner = Atomics.exchange(words, OWNER, 0)
    if (owner === 0) throw new RuntimeError('release unlocked lock')
    if (owner < 0) notify(words, OWNER, 1)
  }

  locked(): boolean {
    return Atomics.load(this.#words, OWNER) !== 0
  }

  /** Python's `with lock:`. */
  withLock<Result>(block: () => Result): Result {
    this.acquire()
    try {
      return block()
    } finally {
      this.release()
    }
  }

  /** @param seen the lock word that was found. */
  #acquireContended(seen: number, timeout: Seconds): boolean {
    requireBlocking('acquireAsync')
    const deadline = deadlineAfter(timeout === -1 ? undefined : timeout)
    const gil = suspendGil()
    let by = identIn(seen)
    this.#beginWait(by)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      if (maySpin() && this.#trySpinning(seen)) {
        outcome = WaitOutcome.granted
        return true
      }
      const last = this.#sleepUntilOwned(by, deadline)
      outcome = last === 0 ? WaitOutcome.timedOut : WaitOutcome.granted
      by = last
      return last !== 0
    } finally {
      this.#endWait(outcome, by)
      resumeGil(gil)
    }
  }

  #trySpinning(seen: number): boolean {
    const words = this.#words
    return (
      spin(words, OWNER, seen, SPINS) &&
      Atomics.compareExchange(words, OWNER, 0, runtime.ident) === 0
    )
  }

  /** @returns the last owner seen before this thread; 0: timed out. */
  #sleepUntilOwned(holder: number, deadline: Deadline): number {
    const words = this.#words
    Atomics.add(words, SLEEPERS, 1)
    try {
      for (;;) {
        const seen = this.#tryAsSleeper()
        if (seen === 0) return holder
        holder = identIn(seen)
        this.#requireAlive(holder)
        if (!wait(words, OWNER, seen, deadline)) return 0
      }
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
    }
  }

  #requireAlive(holder: number): void {
    if (hasDied(holder))
      throw new LockAbandoned(
        `the thread that holds ${this.name} has died: what the lock protects may be half changed`,
      )
  }

  /**
   * One attempt of a thread that is counted in SLEEPERS.
   * @returns 0: this thread owns it; else the lock word, marked, that it may sleep on.
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

  #beginWait(holder: number): void {
    runtime.tracer?.record(EventKind.waitBegin, this.resource, holder, Wait.acquire, 0)
  }

  #endWait(outcome: WaitOutcome, by: number): void {
    const { tracer } = runtime
    if (tracer === undefined) return
    tracer.record(EventKind.waitEnd, this.resource, outcome, by, 0)
    if (outcome === WaitOutcome.granted) this.#recordAcquire(tracer, 1)
  }

  #recordAcquire(tracer: Tracer, waited: 0 | 1): void {
    tracer.record(EventKind.acquire, this.resource, waited, 0, 0)
    locateAcquired(this.resource, !this.#isLocated)
    this.#isLocated = true
  }
}

function checkTimeout(blocking: boolean, timeout: Seconds): void {
  if (!blocking) throw new ValueError("can't specify a timeout for a non-blocking call")
  if (!(timeout >= 0)) throw new ValueError('timeout value must be a non-negative number')
}

registerShareable<LockHandle>('Lock', (handle) => new Lock(handle))
