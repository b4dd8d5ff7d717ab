/**
 * threading.RLock: a lock that its owner may acquire again. How it works is in ownership.ts; the
 * levels are in shared memory, written by the owner only.
 *
 * The owner is a thread. On a thread that runs an event loop that means all of its tasks, and nobody
 * can tell which one calls. So `acquireAsync` treats every call as a stranger's: it waits for a lock
 * that another task of the same thread holds, tasks exclude each other as they expect, and a task
 * that wants to go deeper uses `acquire(false)`, which is granted at once to the owning thread.
 */
import type { Seconds } from '../core/units.ts'
import { ResourceKind } from '../trace/model.ts'
import { RuntimeError } from './errors.ts'
import { Holdable } from './guard.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import type { LockOptions } from './lock.ts'
import { allocateOwnership, checkTimeout, Ownership } from './ownership.ts'
import { declareResource } from './resource.ts'

export interface RLockHandle extends Handle {
  readonly type: 'RLock'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export class RLock extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: RLockHandle
  readonly #ownership: Ownership

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: LockOptions | RLockHandle = {}) {
    super()
    this.#handle =
      'type' in source
        ? source
        : {
            type: 'RLock',
            memory: allocateOwnership(source.handOff === true),
            ...declareResource(ResourceKind.rlock, source.name),
          }
    const { memory, resource, name } = this.#handle
    this.resource = resource
    this.name = name
    this.#ownership = new Ownership(memory, resource, name)
  }

  [toHandle](): RLockHandle {
    return this.#handle
  }

  /** For Condition. */
  get ownership(): Ownership {
    return this.#ownership
  }

  /**
   * @param timeout seconds; -1: without limit.
   * @returns whether the lock is now held by this thread, one level deeper than before.
   * @throws as Lock.acquire.
   */
  override acquire(blocking = true, timeout: Seconds = -1): boolean {
    if (timeout !== -1) checkTimeout(blocking, timeout)
    const ownership = this.#ownership
    if (ownership.isMine) ownership.levels++
    else if (ownership.acquire(blocking, timeout)) ownership.levels = 1
    else return false
    return true
  }

  /** For a thread that runs an event loop; waits for other tasks of this thread as well. */
  override async acquireAsync(timeout: Seconds = -1): Promise<boolean> {
    if (timeout !== -1) checkTimeout(true, timeout)
    return this.#ownership.acquireAsync(timeout, 1)
  }

  /**
   * All levels of an owner that has died, by whoever comes first.
   * @throws RuntimeError when another thread that is alive holds it, or nobody does.
   */
  override release(): void {
    const ownership = this.#ownership
    if (!ownership.isMine) {
      if (ownership.releaseAbandoned()) return
      throw new RuntimeError('cannot release un-acquired lock')
    }
    const { levels } = ownership
    if (levels === 1) ownership.release()
    else ownership.levels = levels - 1
  }

  /** How often this thread holds it. */
  recursionCount(): number {
    return this.#ownership.isMine ? this.#ownership.levels : 0
  }

  /** By any thread. */
  locked(): boolean {
    return this.#ownership.isOwned
  }
}

registerShareable<RLockHandle>('RLock', (handle) => new RLock(handle))
