/**
 * multiprocessing.Semaphore and BoundedSemaphore. The permits are in the runner
 * (semaphore-service.ts), which hands them out first come, first served; an acquire or a release is
 * a round trip to it.
 */
import type { Seconds } from '../../core/units.ts'
import { countOf, isHandle } from '../../threading/counts.ts'
import { ValueError } from '../../threading/errors.ts'
import { Holdable } from '../../threading/guard.ts'
import { toHandle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { EventKind, ResourceKind, Wait } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { limitOf, type SynchronizeOptions } from './leased.ts'
import { registerOwned, waitingCall, type OwnedHandle } from './owned.ts'
import { SEMAPHORES } from './semaphore-service.ts'

/** CPython's SEM_VALUE_MAX. */
export const SEM_VALUE_MAX = 2 ** 31 - 1

export interface SemaphoreHandle extends OwnedHandle {
  readonly value: number
  readonly maximum: number
}

function make(
  type: string,
  value: number,
  maximum: number,
  { name, managed }: SynchronizeOptions,
): SemaphoreHandle {
  if (!Number.isInteger(value)) throw new TypeError(`'${value}' is not an integer`)
  // CPython's sem_open says so.
  if (value < 0 || value > SEM_VALUE_MAX) throw new ValueError('Invalid argument')
  const declared = declareResource(ResourceKind.semaphore, name, value)
  return { type, value, maximum, ...declared, ...(managed && { managed }) }
}

const TYPE = 'ProcessSemaphore'
const BOUNDED_TYPE = 'ProcessBoundedSemaphore'

export class Semaphore extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: SemaphoreHandle

  /** @param value permits; or the handle of an existing one to attach to. */
  constructor(value: number | SemaphoreHandle = 1, options: SynchronizeOptions = {}) {
    super()
    this.#handle = isHandle(value) ? value : make(TYPE, countOf(value), SEM_VALUE_MAX, options)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): SemaphoreHandle {
    return this.#handle
  }

  /**
   * @param timeout seconds; undefined: without limit; negative: 0. Ignored unless `block`.
   * @returns whether a permit was acquired.
   * @throws LockAbandoned when it would wait for permits that died with their process or thread
   * (semaphore-service.ts), RuntimeError on an event-loop thread, KeyboardInterrupt when the run is
   * being stopped.
   */
  override acquire(block = true, timeout?: Seconds): boolean {
    return runBlocking(this.#acquireSteps(limitOf(block, timeout)), 'acquireAsync')
  }

  override async acquireAsync(block = true, timeout?: Seconds): Promise<boolean> {
    return runAsync(this.#acquireSteps(limitOf(block, timeout)))
  }

  /** @throws ValueError for a bounded one that has all its permits. */
  override release(): void {
    runBlocking(this.#releaseSteps(), 'releaseAsync')
  }

  async releaseAsync(): Promise<void> {
    await runAsync(this.#releaseSteps())
  }

  /** CPython's get_value: the permits that are free. */
  getValue(): number {
    return runBlocking(this.#valueSteps(), 'getValueAsync')
  }

  async getValueAsync(): Promise<number> {
    return runAsync(this.#valueSteps())
  }

  *#acquireSteps(limit: Seconds | undefined): Steps<boolean> {
    const now = yield* call(SEMAPHORES, 'acquire', [...this.#args, false])
    if (now === undefined && limit === 0) return false
    if (now === undefined) {
      const waited = yield* waitingCall({
        ...{ service: SEMAPHORES, method: 'acquire', args: [...this.#args, true] },
        ...{ why: Wait.acquire, limit },
      })
      if (waited === undefined) return false
    }
    const waited = now === undefined ? 1 : 0
    runtime.tracer?.record(EventKind.acquire, this.resource, waited, 0, 0)
    return true
  }

  *#releaseSteps(): Steps<void> {
    // Before it: the next owner's acquire never comes before it in the trace.
    runtime.tracer?.record(EventKind.release, this.resource, 0, 0, 0)
    yield* call(SEMAPHORES, 'release', [...this.#args, 1])
  }

  *#valueSteps(): Steps<number> {
    return Number(yield* call(SEMAPHORES, 'value', this.#args))
  }

  get #args(): [number, number, number, string] {
    const { resource, value, maximum, name } = this.#handle
    return [resource, value, maximum, name]
  }
}

const makeBounded = (value: number, options: SynchronizeOptions): SemaphoreHandle =>
  make(BOUNDED_TYPE, value, value, options)

/** Refuses to be released more often than it was acquired. */
export class BoundedSemaphore extends Semaphore {
  constructor(value: number | SemaphoreHandle = 1, options: SynchronizeOptions = {}) {
    super(isHandle(value) ? value : makeBounded(countOf(value), options))
  }
}

registerOwned<SemaphoreHandle>(TYPE, (handle) => new Semaphore(handle))
registerOwned<SemaphoreHandle>(BOUNDED_TYPE, (handle) => new BoundedSemaphore(handle))
