/**
 * multiprocessing.RLock: the thread that owns it may acquire it again, and it alone may release it.
 * Otherwise as Lock.
 */
import type { Seconds } from '../../core/units.ts'
import { LockAbandoned } from '../../threading/errors.ts'
import { registerShareable } from '../../threading/handles.ts'
import { runBlocking, type Steps } from '../../threading/steps.ts'
import { ResourceKind } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { AssertionError } from '../errors.ts'
import { LEASES } from './lease-hub.ts'
import {
  Leased,
  makeLease,
  registerLease,
  type LeaseHandle,
  type SynchronizeOptions,
} from './leased.ts'

const TYPE = 'ProcessRLock'

export class RLock extends Leased {
  /** This thread was told that the owner has died: it may release it in the owner's place. */
  #sawAbandoned = false

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: SynchronizeOptions | LeaseHandle = {}) {
    super('type' in source ? source : makeLease(TYPE, ResourceKind.rlock, source))
  }

  /** @throws AssertionError, CPython's here, when this thread does not own it. */
  override release(): void {
    if (!this.isMine) {
      if (this.#sawAbandoned && this.#recover()) return
      throw new AssertionError('attempt to release recursive lock not owned by thread')
    }
    const { lease } = this
    if (lease.depth > 1) lease.depth--
    else this.releaseHere()
  }

  #recover(): boolean {
    this.#sawAbandoned = false
    return runBlocking(call(LEASES, 'recover', [this.resource, this.name]), 'releaseAsync') === true
  }

  protected override tryHere(): boolean {
    if (this.isMine) {
      this.lease.depth++
      return true
    }
    if (!super.tryHere()) return false
    this.lease.depth = 1
    return true
  }

  override *acquireSteps(limit: Seconds | undefined): Steps<boolean> {
    try {
      if (!(yield* super.acquireSteps(limit))) return false
    } catch (error) {
      if (error instanceof LockAbandoned) this.#sawAbandoned = true
      throw error
    }
    this.lease.depth = 1
    return true
  }

  /** For a Condition: gives it up however often it was acquired. @returns how often that was. */
  override releaseSave(): number {
    const { depth } = this.lease
    this.lease.depth = 1
    this.release()
    return depth
  }

  override restore(depth: number): void {
    this.lease.depth = depth
  }
}

registerShareable<LeaseHandle>(TYPE, (handle) => new RLock(handle), { ownFields: false })
registerLease(TYPE)
