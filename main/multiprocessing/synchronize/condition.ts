/**
 * multiprocessing.Condition: its waiters are in the runner, first in, first out, and its lock is an
 * RLock or a Lock of multiprocessing. A waiter that times out, is interrupted or dies in the moment
 * it is notified passes the notification on.
 */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter, NEVER, type Deadline } from '../../threading/futex.ts'
import { Holdable } from '../../threading/guard.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { EventKind, ResourceKind, Wait } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { AssertionError } from '../errors.ts'
import { openHandle, packHandle, registerPortable } from '../portable.ts'
import { CONDITIONS } from './condition-service.ts'
import { limitOf, type LeaseHandle, type SynchronizeOptions } from './leased.ts'
import { Lock, LOCK_TYPE } from './lock.ts'
import { waitingCall, type OwnedHandle } from './owned.ts'
import { RLock } from './rlock.ts'

const TYPE = 'ProcessCondition'

interface PackedHandle extends OwnedHandle {
  readonly lock: Handle
}

export interface ConditionHandle extends OwnedHandle {
  readonly lock: LeaseHandle
}

export class Condition extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly lock: Lock | RLock
  readonly #handle: ConditionHandle

  /** @param lock default: an RLock of its own; or the handle of an existing one to attach to. */
  constructor(lock?: Lock | RLock | ConditionHandle, options: SynchronizeOptions = {}) {
    super()
    if (lock !== undefined && 'type' in lock) {
      this.#handle = lock
      this.lock = lock.lock.type === LOCK_TYPE ? new Lock(lock.lock) : new RLock(lock.lock)
    } else {
      this.lock = lock ?? new RLock()
      const declared = declareResource(ResourceKind.condition, options.name)
      const managed = options.managed && { managed: options.managed }
      this.#handle = { type: TYPE, ...declared, ...managed, lock: this.lock[toHandle]() }
    }
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): ConditionHandle {
    return this.#handle
  }

  override acquire(block = true, timeout?: Seconds): boolean {
    return this.lock.acquire(block, timeout)
  }

  override acquireAsync(block = true, timeout?: Seconds): Promise<boolean> {
    return this.lock.acquireAsync(block, timeout)
  }

  override release(): void {
    this.lock.release()
  }

  /**
   * Releases the lock, waits to be notified, and acquires the lock again, as often as it was.
   * @param timeout seconds; undefined: without limit.
   * @returns false when the timeout passed first.
   * @throws AssertionError, CPython's here, unless this thread owns the lock; what `acquire` throws.
   */
  wait(timeout?: Seconds): boolean {
    return runBlocking(this.#waitSteps(limitOf(true, timeout)), 'waitAsync')
  }

  async waitAsync(timeout?: Seconds): Promise<boolean> {
    return runAsync(this.#waitSteps(limitOf(true, timeout)))
  }

  /** Waits until the predicate holds. @returns what it gave last. */
  waitFor<Result>(predicate: () => Result, timeout?: Seconds): Result {
    return runBlocking(this.#waitForSteps(predicate, timeout), 'waitForAsync')
  }

  async waitForAsync<Result>(predicate: () => Result, timeout?: Seconds): Promise<Result> {
    return runAsync(this.#waitForSteps(predicate, timeout))
  }

  /** @throws AssertionError, CPython's here, unless this thread owns the lock. */
  notify(count = 1): void {
    runBlocking(this.#notifySteps('notify', [count]), 'notifyAsync')
  }

  async notifyAsync(count = 1): Promise<void> {
    await runAsync(this.#notifySteps('notify', [count]))
  }

  notifyAll(): void {
    runBlocking(this.#notifySteps('notifyAll', []), 'notifyAllAsync')
  }

  async notifyAllAsync(): Promise<void> {
    await runAsync(this.#notifySteps('notifyAll', []))
  }

  *#waitSteps(limit: Seconds | undefined): Steps<boolean> {
    const { lock, resource } = this
    if (!lock.isMine) throw new AssertionError('must acquire() condition before using wait()')
    let depth = 0
    // Only once it is in the queue of calls: a notification by whoever acquires the lock next comes
    // after it.
    const onSent = () => (depth = lock.releaseSave())
    try {
      const answer = yield* waitingCall({
        ...{ service: CONDITIONS, method: 'wait', args: [resource] },
        ...{ why: Wait.notify, limit, hooks: { onSent } },
      })
      return answer !== undefined
    } finally {
      if (depth > 0) {
        yield* lock.acquireSteps(undefined)
        lock.restore(depth)
      }
    }
  }

  *#waitForSteps<Result>(predicate: () => Result, timeout: Seconds | undefined): Steps<Result> {
    const deadline = deadlineAfter(timeout)
    let result = predicate()
    while (!result) {
      const left = secondsUntil(deadline)
      if (left !== undefined && left <= 0) break
      yield* this.#waitSteps(left)
      result = predicate()
    }
    return result
  }

  *#notifySteps(method: string, args: readonly number[]): Steps<void> {
    if (!this.lock.isMine) throw new AssertionError('lock is not owned')
    const notified = yield* call(CONDITIONS, method, [this.resource, ...args])
    runtime.tracer?.record(EventKind.notify, this.resource, Number(notified), 0, 0)
  }
}

const secondsUntil = (deadline: Deadline): Seconds | undefined =>
  deadline === NEVER ? undefined : (deadline - Number(runtime.now())) / 1e9

registerShareable<ConditionHandle>(TYPE, (handle) => new Condition(handle), { ownFields: false })
registerPortable<ConditionHandle, PackedHandle>(TYPE, {
  pack: (handle) => ({ ...handle, lock: packHandle(handle.lock) }),
  // Opened by the type of a lease, which gives a handle of a lease.
  open: (packed, ends) => ({ ...packed, lock: openHandle(packed.lock, ends) as LeaseHandle }),
})
