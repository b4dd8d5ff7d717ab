/**
 * threading.Condition: threads wait, without its lock, until another one says that something has
 * changed. Who waits is in shared memory, first come first served (waiters.ts): a notification goes
 * to those who have waited longest, never to one that comes later.
 *
 * Better than CPython's in two ways. A waiter whose timeout passes in the moment it is notified
 * takes the notification (there it is lost). And one that is terminated never eats a notification:
 * it is skipped, and what it was given but had not seen is passed on to the next who waited then.
 * In one way stricter: the lock counts as held only by the thread that acquired it, also a Lock.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { RuntimeError } from './errors.ts'
import { deadlineAfter, NEVER, type Deadline } from './futex.ts'
import { Holdable } from './guard.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { Lock, type LockHandle } from './lock.ts'
import type { Ownership } from './ownership.ts'
import { declareResource } from './resource.ts'
import { RLock, type RLockHandle } from './rlock.ts'
import { locateBegun } from './places.ts'
import { runtime } from './runtime.ts'
import { runAsync, runBlocking, type Steps } from './steps.ts'
import { NO_SLOT, WAITER_CAPACITY, Waiters, waiterWords } from './waiters.ts'

export interface ConditionHandle extends Handle {
  readonly type: 'Condition'
  readonly lock: LockHandle | RLockHandle
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface ConditionOptions {
  readonly name?: string
}

function makeCondition(lock: Lock | RLock | undefined, name: string | undefined): ConditionHandle {
  const declared = declareResource(ResourceKind.condition, name)
  const its = lock ?? new RLock({ name: `lock of ${declared.name}` })
  const memory = new SharedArrayBuffer(waiterWords(WAITER_CAPACITY) * 4)
  return { type: 'Condition', lock: its[toHandle](), memory, ...declared }
}

const lockOf = (handle: LockHandle | RLockHandle): Lock | RLock =>
  handle.type === 'Lock' ? new Lock(handle) : new RLock(handle)

export class Condition extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: ConditionHandle
  readonly #lock: Lock | RLock
  readonly #ownership: Ownership
  readonly #waiters: Waiters

  /**
   * @param source its lock, an RLock of its own by default; or the handle of an existing condition
   * to attach to.
   */
  constructor(source?: Lock | RLock | ConditionHandle, { name }: ConditionOptions = {}) {
    super()
    const isHandle = source !== undefined && 'type' in source
    this.#handle = isHandle ? source : makeCondition(source, name)
    this.#lock = source === undefined || isHandle ? lockOf(this.#handle.lock) : source
    this.#ownership = this.#lock.ownership
    this.#waiters = new Waiters(new Int32Array(this.#handle.memory), 0, WAITER_CAPACITY)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): ConditionHandle {
    return this.#handle
  }

  /** Of the lock, as all of these: see there. */
  override acquire(blocking = true, timeout: Seconds = -1): boolean {
    return this.#lock.acquire(blocking, timeout)
  }

  override acquireAsync(timeout: Seconds = -1): Promise<boolean> {
    return this.#lock.acquireAsync(timeout)
  }

  override release(): void {
    this.#lock.release()
  }

  locked(): boolean {
    return this.#lock.locked()
  }

  /**
   * Releases the lock, all levels of an RLock, waits until notified, and acquires it again.
   * @param timeout seconds; undefined: without limit; negative, as in CPython: none.
   * @returns false when the timeout passed. The lock is held again in any case, also when it throws
   * KeyboardInterrupt.
   * @throws RuntimeError when this thread does not hold the lock, or runs an event loop;
   * LockAbandoned when the lock's holder has died; KeyboardInterrupt when the run is being stopped;
   * ValueError and OverflowError for a timeout that makes no sense.
   */
  wait(timeout?: Seconds): boolean {
    return this.#wait(this.#deadline(timeout))
  }

  /** The same for a thread that runs an event loop. */
  async waitAsync(timeout?: Seconds): Promise<boolean> {
    return this.#waitAsync(this.#deadline(timeout))
  }

  /**
   * Waits until the predicate, called with the lock held, gives something truthy.
   * @param timeout seconds, for all of its waits together; undefined: without limit.
   * @returns what the predicate gave last: something falsy when the timeout passed.
   * @throws as `wait`, and what the predicate throws.
   */
  waitFor<Result>(predicate: () => Result, timeout?: Seconds): Result {
    let result = predicate()
    if (result) return result
    const deadline = this.#deadline(timeout)
    // As in CPython, the first wait takes place even without time: others may get the lock.
    do {
      this.#wait(deadline)
      result = predicate()
    } while (!result && runtime.now() < deadline)
    return result
  }

  /** The same for a thread that runs an event loop. */
  async waitForAsync<Result>(
    predicate: () => Result | PromiseLike<Result>,
    timeout?: Seconds,
  ): Promise<Result> {
    let result = await predicate()
    if (result) return result
    const deadline = this.#deadline(timeout)
    do {
      await this.#waitAsync(deadline)
      result = await predicate()
    } while (!result && runtime.now() < deadline)
    return result
  }

  /**
   * Lets up to `n` of those who wait go on, the longest waiting first, as soon as the lock is free.
   * @throws RuntimeError when this thread does not hold the lock.
   */
  notify(n = 1): void {
    this.#requireHeld('notify')
    const waiters = this.#waiters
    // Whoever enters holds the lock, as this thread does: nobody comes in between.
    if (waiters.count === 0) {
      this.#record(EventKind.notify, 0, 0, 0)
      return
    }
    waiters.lock()
    try {
      this.#passOn()
      const count = Math.max(0, Math.min(n, waiters.countWaiting()))
      // Before the first one goes on.
      this.#record(EventKind.notify, count, 0, 0)
      for (let granted = 0; granted < count; granted++) {
        const slot = waiters.oldest()
        // One of those counted has just died.
        if (slot === NO_SLOT) break
        waiters.grant(slot)
      }
    } finally {
      waiters.unlock()
    }
  }

  notifyAll(): void {
    this.notify(Infinity)
  }

  /** Of a wait. That the lock is not held is said first, as in CPython. */
  #deadline(timeout: Seconds | undefined): Deadline {
    this.#requireHeld('wait')
    return deadlineAfter(timeout)
  }

  #wait(deadline: Deadline): boolean {
    this.#requireHeld('wait')
    return runBlocking(this.#waitSteps(deadline), 'waitAsync')
  }

  #waitAsync(deadline: Deadline): Promise<boolean> {
    this.#requireHeld('wait')
    return runAsync(this.#waitSteps(deadline))
  }

  /** @throws RuntimeError in CPython's words. */
  #requireHeld(operation: 'wait' | 'notify'): void {
    if (!this.#ownership.isMine) throw new RuntimeError(`cannot ${operation} on un-acquired lock`)
  }

  *#waitSteps(deadline: Deadline): Steps<boolean> {
    const ownership = this.#ownership
    const waiters = this.#waiters
    // All before the lock is free: whoever notifies from then on finds this waiter.
    const slot = this.#enter()
    this.#record(EventKind.waitBegin, 0, Wait.notify, deadline === NEVER ? 0 : 1)
    const levels = ownership.releaseAll()
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      locateBegun(this.resource, Wait.notify)
      yield* waiters.awaitGrant(slot, deadline, this.#look)
      outcome = WaitOutcome.timedOut
    } finally {
      const notifier = waiters.leave(slot)
      if (notifier !== 0) outcome = WaitOutcome.granted
      this.#record(EventKind.waitEnd, outcome, notifier, 0)
      yield* ownership.acquireSteps(NEVER, levels, false)
    }
    return outcome === WaitOutcome.granted
  }

  #enter(): number {
    this.#waiters.lock()
    try {
      return this.#waiters.enter()
    } finally {
      this.#waiters.unlock()
    }
  }

  /** What a waiter does in every slice of its wait. */
  readonly #look = (): void => {
    if (!this.#waiters.hasDeadGrant) return
    this.#waiters.lock()
    try {
      this.#passOn()
    } finally {
      this.#waiters.unlock()
    }
  }

  /**
   * Notifications of those who died before they woke up go to the next who waited when they were
   * given, if there is one; locked.
   */
  #passOn(): void {
    const waiters = this.#waiters
    for (let dead = waiters.deadGrant(); dead !== NO_SLOT; dead = waiters.deadGrant()) {
      const heir = waiters.oldest()
      const by = waiters.granterOf(dead)
      const entitled = heir !== NO_SLOT && waiters.cameBefore(heir, dead)
      // Granted first: should this thread die between the two, one notification wakes two, which
      // costs a look at the predicate. The other way round it would wake nobody.
      if (entitled) waiters.grant(heir, by)
      waiters.free(dead)
    }
  }

  #record(kind: EventKind, a: number, b: number, c: number): void {
    runtime.tracer?.record(kind, this.resource, a, b, c)
  }
}

registerShareable<ConditionHandle>('Condition', (handle) => new Condition(handle))
