/**
 * threading.Lock. How it works is in ownership.ts.
 *
 * Unlike CPython's, a wait for a lock whose owner has died ends with LockAbandoned. A thread that
 * returns without releasing leaves the lock locked, as there.
 */
import type { Seconds } from '../core/units.ts'
import { ResourceKind } from '../trace/model.ts'
import { Holdable } from './guard.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { allocateOwnership, checkTimeout, Ownership } from './ownership.ts'
import { declareResource } from './resource.ts'

export interface LockHandle extends Handle {
  readonly type: 'Lock'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface LockOptions {
  readonly name?: string
  /**
   * A release makes the thread that has waited longest the owner; by default the lock is free for
   * whoever comes first, as in CPython. Fair, and much slower: every contended release waits for a
   * thread to wake up.
   */
  readonly handOff?: boolean
}

export class Lock extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: LockHandle
  readonly #ownership: Ownership

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: LockOptions | LockHandle = {}) {
    super()
    this.#handle =
      'type' in source
        ? source
        : {
            type: 'Lock',
            memory: allocateOwnership(source.handOff === true),
            ...declareResource(ResourceKind.lock, source.name),
          }
    const { memory, resource, name } = this.#handle
    this.resource = resource
    this.name = name
    this.#ownership = new Ownership(memory, resource, name)
  }

  [toHandle](): LockHandle {
    return this.#handle
  }

  /** For Condition. */
  get ownership(): Ownership {
    return this.#ownership
  }

  /**
   * @param timeout seconds; -1: without limit.
   * @returns whether the lock is now held by this thread.
   * @throws ValueError and OverflowError for a timeout that makes no sense, RuntimeError on an
   * event-loop thread that would have to wait, LockAbandoned when it would wait for a thread that
   * has died (the lock stays locked until somebody releases it), KeyboardInterrupt when the run is
   * being stopped.
   */
  override acquire(blocking = true, timeout: Seconds = -1): boolean {
    if (timeout !== -1) checkTimeout(blocking, timeout)
    return this.#ownership.acquire(blocking, timeout)
  }

  /** The same for a thread that runs an event loop; its tasks exclude each other, too. */
  override async acquireAsync(timeout: Seconds = -1): Promise<boolean> {
    if (timeout !== -1) checkTimeout(true, timeout)
    return this.#ownership.acquireAsync(timeout)
  }

  /**
   * As in CPython, any thread may release it.
   * @throws RuntimeError when it is not locked.
   */
  override release(): void {
    this.#ownership.release()
  }

  locked(): boolean {
    return this.#ownership.isOwned
  }
}

registerShareable<LockHandle>('Lock', (handle) => new Lock(handle))
