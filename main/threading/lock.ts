/**
 * threading.Lock. The owner's ident is the lock word itself, so that acquiring is one
 * compare-and-exchange and whoever waits can name the holder. Notifying only when somebody sleeps
 * follows Drepper, "Futexes are tricky" (2011), with a count of sleepers instead of a third state.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { RuntimeError, ValueError } from './errors.ts'
import { deadlineAfter, notify, requireBlocking, spin, wait, waitAsync } from './futex.ts'
import type { Deadline } from './futex.ts'
import { resumeGil, suspendGil } from './gil.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { declareResource } from './resource.ts'
import { runtime } from './runtime.ts'

/** Ident of the owner; 0: free. */
const OWNER = 0
const SLEEPERS = 1
const WORDS = 16

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
   * would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  acquire(blocking = true, timeout: Seconds = -1): boolean {
    if (timeout !== -1) checkTimeout(blocking, timeout)
    const { ident, tracer } = runtime
    const holder = Atomics.compareExchange(this.#words, OWNER, 0, ident)
    if (holder === 0) {
      if (tracer !== undefined) tracer.record(EventKind.acquire, this.resource, 0, 0, 0)
      return true
    }
    return blocking && this.#acquireContended(holder, timeout)
  }

  /** The same for a thread that runs an event loop; its tasks exclude each other, too. */
  async acquireAsync(timeout: Seconds = -1): Promise<boolean> {
    if (timeout !== -1) checkTimeout(true, timeout)
    if (this.acquire(false)) return true
    const words = this.#words
    const { ident } = runtime
    const deadline = deadlineAfter(timeout === -1 ? undefined : timeout)
    let holder = this.#beginWait(Atomics.load(words, OWNER))
    let outcome: WaitOutcome = WaitOutcome.interrupted
    Atomics.add(words, SLEEPERS, 1)
    try {
      for (;;) {
        const seen = Atomics.compareExchange(words, OWNER, 0, ident)
        if (seen === 0) {
          outcome = WaitOutcome.granted
          return true
        }
        holder = seen
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
    if (Atomics.load(words, OWNER) === 0) throw new RuntimeError('release unlocked lock')
    // Recorded while it is still held, so that the next owner's acquire never comes before it.
    if (tracer !== undefined)
      tracer.record(EventKind.release, this.resource, Atomics.load(words, SLEEPERS), 0, 0)
    if (Atomics.exchange(words, OWNER, 0) === 0) throw new RuntimeError('release unlocked lock')
    // Loaded after the exchange: a waiter counts itself before it looks at OWNER, so either it sees
    // the lock free or it is seen here.
    if (Atomics.load(words, SLEEPERS) > 0) notify(words, OWNER, 1)
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

  #acquireContended(holder: number, timeout: Seconds): boolean {
    requireBlocking('acquireAsync')
    const deadline = deadlineAfter(timeout === -1 ? undefined : timeout)
    const gil = suspendGil()
    let by = this.#beginWait(holder)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      // Under a GIL the holder may need this thread's processor time: no spinning then.
      if (gil === undefined && this.#trySpinning(by)) {
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

  #trySpinning(holder: number): boolean {
    const words = this.#words
    return (
      spin(words, OWNER, holder, SPINS) &&
      Atomics.compareExchange(words, OWNER, 0, runtime.ident) === 0
    )
  }

  /** @returns the last owner seen before this thread; 0: timed out. */
  #sleepUntilOwned(holder: number, deadline: Deadline): number {
    const words = this.#words
    const { ident } = runtime
    Atomics.add(words, SLEEPERS, 1)
    try {
      for (;;) {
        const seen = Atomics.compareExchange(words, OWNER, 0, ident)
        if (seen === 0) return holder
        holder = seen
        if (!wait(words, OWNER, seen, deadline)) return 0
      }
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
    }
  }

  #beginWait(holder: number): number {
    runtime.tracer?.record(EventKind.waitBegin, this.resource, holder, Wait.acquire, 0)
    return holder
  }

  #endWait(outcome: WaitOutcome, by: number): void {
    const { tracer } = runtime
    if (tracer === undefined) return
    tracer.record(EventKind.waitEnd, this.resource, outcome, by, 0)
    if (outcome === WaitOutcome.granted) tracer.record(EventKind.acquire, this.resource, 1, 0, 0)
  }
}

function checkTimeout(blocking: boolean, timeout: Seconds): void {
  if (!blocking) throw new ValueError("can't specify a timeout for a non-blocking call")
  if (!(timeout >= 0)) throw new ValueError('timeout value must be a non-negative number')
}

registerShareable<LockHandle>('Lock', (handle) => new Lock(handle))
