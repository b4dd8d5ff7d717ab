/**
 * multiprocessing.Lock: as CPython's, any thread of any process may release it. Its owner is the
 * runner, which leases it to processes (lease-service.ts): within a process it costs about what a
 * lock of threads does. Unlike CPython's, a wait for a lock whose process has died ends with
 * LockAbandoned.
 */
import { registerShareable } from '../../threading/handles.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { ResourceKind } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { LEASES } from './lease-hub.ts'
import { isHere, ownerIn } from './lease-memory.ts'
import { releasedTooOften } from './errors.ts'
import {
  Leased,
  makeLease,
  registerLease,
  type LeaseHandle,
  type SynchronizeOptions,
} from './leased.ts'

export const LOCK_TYPE = 'ProcessLock'

export class Lock extends Leased {
  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: SynchronizeOptions | LeaseHandle = {}) {
    super('type' in source ? source : makeLease(LOCK_TYPE, ResourceKind.lock, source))
  }

  /**
   * @throws ValueError when nobody owns it, RuntimeError on an event-loop thread when it is not
   * owned by this process, KeyboardInterrupt when the run is being stopped.
   */
  override release(): void {
    if (!this.releaseHere()) runBlocking(this.#releaseElsewhere(), 'releaseAsync')
  }

  async releaseAsync(): Promise<void> {
    if (!this.releaseHere()) await runAsync(this.#releaseElsewhere())
  }

  *#releaseElsewhere(): Steps<void> {
    const { state } = this.lease
    if (isHere(state) && ownerIn(state) === 0) throw releasedTooOften()
    yield* call(LEASES, 'release', [this.resource, this.name])
  }
}

registerShareable<LeaseHandle>(LOCK_TYPE, (handle) => new Lock(handle), { ownFields: false })
registerLease(LOCK_TYPE)
