/**
 * threading.Semaphore and BoundedSemaphore.
 *
 * | word | content                                                                        |
 * |------|--------------------------------------------------------------------------------|
 * | 0    | free permits; hand-off: the sign bit is set, and none is free, while somebody waits |
 * | 1    | threads that sleep on word 0 or are about to; unused by hand-off                |
 * | 2    | ident of the thread that released last                                          |
 * | 3    | leaked permits that were reported                                               |
 * | 16…  | who holds permits (permits.ts)                                                  |
 * | 80…  | hand-off: those who wait (waiters.ts)                                           |
 *
 * As for a lock, barging is the default: a released permit is free for whoever comes first. With
 * hand-off it is given to the one who has waited longest.
 *
 * Permits that a thread took and died with are missing for ever, as CPython would have it. Here
 * `leaked()` says so, and so does whoever waits, once, on the standard error of the run.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, OutputStream, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { countOf, isHandle } from './counts.ts'
import { OverflowError, ValueError } from './errors.ts'
import { deadlineAfter, NEVER, notify, spin, type Deadline } from './futex.ts'
import { Holdable } from './guard.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { PERMIT_WORDS, Permits, type Leak } from './permits.ts'
import { writeLines } from './print.ts'
import { declareResource } from './resource.ts'
import { locateBegun } from './places.ts'
import { runtime } from './runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from './steps.ts'
import { NO_SLOT, WAITER_CAPACITY, Waiters, waiterWords } from './waiters.ts'

const VALUE = 0
const SLEEPERS = 1
const RELEASER = 2
const REPORTED = 3
const PERMITS = 16
const WAITERS = PERMITS + PERMIT_WORDS
const SOMEBODY_WAITS = 1 << 31
const MAX_VALUE = 2 ** 31 - 1

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export interface SemaphoreHandle extends Handle {
  readonly type: 'Semaphore' | 'BoundedSemaphore'
  readonly memory: SharedArrayBuffer
  readonly initial: number
  readonly resource: number
  readonly name: string
}

export interface SemaphoreOptions {
  readonly name?: string
  /** A permit goes to whoever has waited longest; by default to whoever comes first. */
  readonly handOff?: boolean
}

function makeSemaphore(
  type: SemaphoreHandle['type'],
  initial: number,
  { name, handOff = false }: SemaphoreOptions,
): SemaphoreHandle {
  if (!Number.isInteger(initial) || initial < 0)
    throw new ValueError('semaphore initial value must be >= 0')
  if (initial > MAX_VALUE) throw tooMany()
  const words = WAITERS + (handOff ? waiterWords(WAITER_CAPACITY) : 0)
  const memory = new SharedArrayBuffer(words * 4)
  Atomics.store(new Int32Array(memory), VALUE, initial)
  return { type, memory, initial, ...declareResource(ResourceKind.semaphore, name, initial) }
}

export class Semaphore extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: SemaphoreHandle
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #permits: Permits
  /** Undefined: barging. */
  readonly #waiters: Waiters | undefined
  /** More than this many are refused at a release. */
  readonly #limit: number

  /** @param source a new one's permits, or the handle of an existing one to attach to. */
  constructor(source: number | SemaphoreHandle = 1, options: SemaphoreOptions = {}) {
    super()
    const bounded = this instanceof BoundedSemaphore
    this.#handle = isHandle(source)
      ? source
      : makeSemaphore(bounded ? 'BoundedSemaphore' : 'Semaphore', countOf(source), options)
    const { memory, initial, resource, name } = this.#handle
    this.#words = new Int32Array(memory)
    this.#permits = new Permits(this.#words, PERMITS)
    this.#waiters =
      memory.byteLength > WAITERS * 4
        ? new Waiters(this.#words, WAITERS, WAITER_CAPACITY)
        : undefined
    this.#limit = bounded ? initial : MAX_VALUE
    this.resource = resource
    this.name = name
  }

  [toHandle](): SemaphoreHandle {
    return this.#handle
  }

  /** Permits that are free. CPython has no name for it that a program may use. */
  get value(): number {
    return Math.max(0, Atomics.load(this.#words, VALUE))
  }

  /**
   * Takes a permit.
   * @param timeout seconds; undefined: without limit; negative, as in CPython: none.
   * @returns false when there was none in time.
   * @throws ValueError and OverflowError for a timeout that makes no sense, RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  override acquire(blocking = true, timeout?: Seconds): boolean {
    if (!blocking && timeout !== undefined)
      throw new ValueError("can't specify timeout for non-blocking acquire")
    if (this.#tryTake(0)) return true
    return blocking && runBlocking(this.#waitSteps(deadlineAfter(timeout)), 'acquireAsync')
  }

  /** The same for a thread that runs an event loop. */
  override async acquireAsync(timeout?: Seconds): Promise<boolean> {
    return this.#tryTake(0) || runAsync(this.#waitSteps(deadlineAfter(timeout)))
  }

  /**
   * Gives `n` permits back, or adds them: any thread may.
   * @throws ValueError for less than one and, of a BoundedSemaphore, for more than were taken.
   */
  release(n = 1): void {
    if (n !== 1) this.#release(countOf(n))
    else this.#release(1)
  }

  #release(n: number): void {
    if (!Number.isInteger(n) || n < 1) throw new ValueError('n must be one or more')
    this.#checkRelease(Atomics.load(this.#words, VALUE), n)
    const { tracer } = runtime
    // Before the permits are free, so that the next one's acquire never comes before it.
    if (tracer !== undefined) {
      const waiting = this.#waiters?.count ?? Atomics.load(this.#words, SLEEPERS)
      for (let permit = 0; permit < n; permit++)
        tracer.record(EventKind.release, this.resource, waiting, 0, 0)
    }
    this.#give(n)
    // After they are free: who dies in between still holds them in the table, but misses none.
    this.#permits.strike(n)
  }

  /**
   * Permits that threads which died, terminated from outside, had taken and not given back; of those
   * that are missing from the initial value.
   */
  leaked(): Leak[] {
    return this.#permits.leaks(this.#handle.initial - this.value)
  }

  /** @param waited 1: after a wait. */
  #tryTake(waited: 0 | 1): boolean {
    const words = this.#words
    let value = Atomics.load(words, VALUE)
    if (value <= 0) return false
    this.#permits.enter()
    while (value > 0) {
      const seen = Atomics.compareExchange(words, VALUE, value, value - 1)
      if (seen === value) {
        if (waited === 0) runtime.tracer?.record(EventKind.acquire, this.resource, 0, 0, 0)
        return true
      }
      value = seen
    }
    this.#permits.strike(1)
    return false
  }

  #give(n: number): void {
    const words = this.#words
    // Before the permits are free: whoever waits for one can name the releaser.
    if (runtime.tracer !== undefined) Atomics.store(words, RELEASER, runtime.ident)
    let value = Atomics.load(words, VALUE)
    while (value >= 0) {
      this.#checkRelease(value, n)
      const seen = Atomics.compareExchange(words, VALUE, value, value + n)
      if (seen === value) {
        // Loaded after the permits are free: a sleeper counts itself before it looks for them.
        if (Atomics.load(words, SLEEPERS) > 0) notify(words, VALUE, n)
        return
      }
      value = seen
    }
    this.#handOut(n)
  }

  /** Somebody waits for hand-off. */
  #handOut(n: number): void {
    const waiters = this.#waiters
    if (waiters === undefined) return
    waiters.lock()
    try {
      // Nobody waits any more, and the next who does has to wait for the mutex first.
      if (Atomics.load(this.#words, VALUE) >= 0) Atomics.add(this.#words, VALUE, n)
      else this.#grantUpTo(waiters, n)
    } finally {
      waiters.unlock()
    }
  }

  /** Locked, while somebody may wait: nobody else changes VALUE. */
  #grantUpTo(waiters: Waiters, n: number): void {
    for (let granted = 0; granted < n; granted++) {
      const next = waiters.oldest()
      if (next === NO_SLOT) {
        Atomics.store(this.#words, VALUE, n - granted)
        return
      }
      waiters.grant(next)
    }
  }

  *#waitSteps(deadline: Deadline): Steps<boolean> {
    const timed = deadline === NEVER ? 0 : 1
    const { soleHolder } = this.#permits
    this.#record(EventKind.waitBegin, soleHolder, Wait.acquire, timed)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      locateBegun(this.resource, Wait.acquire)
      const granted =
        this.#waiters === undefined
          ? yield* this.#sleepUntilTaken(deadline)
          : yield* this.#queueUntilGranted(this.#waiters, deadline)
      outcome = granted ? WaitOutcome.granted : WaitOutcome.timedOut
      return granted
    } finally {
      const granted = outcome === WaitOutcome.granted
      const by = granted ? Atomics.load(this.#words, RELEASER) : 0
      this.#record(EventKind.waitEnd, outcome, by, 0)
      if (granted) this.#record(EventKind.acquire, 1, 0, 0)
    }
  }

  *#sleepUntilTaken(deadline: Deadline): Steps<boolean> {
    const words = this.#words
    if (maySpin() && deadline > Number(runtime.now())) spin(words, VALUE, 0, SPINS)
    Atomics.add(words, SLEEPERS, 1)
    try {
      while (!this.#tryTake(1)) {
        this.#reportLeaks()
        if (!(yield { words, index: VALUE, expected: 0, deadline })) return false
      }
      return true
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
    }
  }

  *#queueUntilGranted(waiters: Waiters, deadline: Deadline): Steps<boolean> {
    const slot = this.#enqueue(waiters)
    if (slot === NO_SLOT) return true
    const look = (): void => {
      this.#passOn(waiters)
      this.#reportLeaks()
    }
    let granted: boolean
    let completed = false
    try {
      yield* waiters.awaitGrant(slot, deadline, look)
      completed = true
    } finally {
      // Before it is taken: a thread that dies in between has not made it disappear.
      this.#permits.enter()
      granted = waiters.leave(slot) !== 0
      if (!granted || !completed) this.#permits.strike(1)
      if (granted && !completed) this.#give(1)
    }
    return granted
  }

  /** @returns NO_SLOT: this thread has got a permit already. */
  #enqueue(waiters: Waiters): number {
    const words = this.#words
    waiters.lock()
    try {
      for (;;) {
        if (this.#tryTake(1)) return NO_SLOT
        // Marked under the mutex, so that whoever finds the mark finds the waiter.
        const seen = Atomics.compareExchange(words, VALUE, 0, SOMEBODY_WAITS)
        if (seen <= 0) return waiters.enter()
      }
    } finally {
      waiters.unlock()
    }
  }

  /** Permits of those who died before they knew that they had got one go to the next. */
  #passOn(waiters: Waiters): void {
    if (!waiters.hasDeadGrant) return
    waiters.lock()
    try {
      const dead = waiters.deadGrant()
      if (dead === NO_SLOT) return
      waiters.free(dead)
      if (Atomics.load(this.#words, VALUE) < 0) this.#grantUpTo(waiters, 1)
      else Atomics.add(this.#words, VALUE, 1)
    } finally {
      waiters.unlock()
    }
  }

  /** By whoever waits: for permits that nobody will give back. */
  #reportLeaks(): void {
    const leaks = this.leaked()
    const total = leaks.reduce((sum, { permits }) => sum + permits, 0)
    const reported = Atomics.load(this.#words, REPORTED)
    if (total <= reported) return
    if (Atomics.compareExchange(this.#words, REPORTED, reported, total) !== reported) return
    for (const { ident, permits } of leaks)
      writeLines(
        OutputStream.error,
        `${permits} ${permits === 1 ? 'permit' : 'permits'} of ${this.name} leaked to thread ` +
          `${ident}, which died with ${permits === 1 ? 'it' : 'them'}`,
      )
  }

  #checkRelease(value: number, n: number): void {
    if (Math.max(0, value) + n <= this.#limit) return
    if (this.#limit === MAX_VALUE) throw tooMany()
    throw new ValueError('Semaphore released too many times')
  }

  #record(kind: EventKind, a: number, b: number, c: number): void {
    runtime.tracer?.record(kind, this.resource, a, b, c)
  }
}

/** A semaphore that refuses more releases than there were acquires. */
export class BoundedSemaphore extends Semaphore {}

const tooMany = (): OverflowError =>
  new OverflowError(`a semaphore has no room for more than ${MAX_VALUE} permits`)

registerShareable<SemaphoreHandle>('Semaphore', (handle) => new Semaphore(handle))
registerShareable<SemaphoreHandle>('BoundedSemaphore', (handle) => new BoundedSemaphore(handle))
