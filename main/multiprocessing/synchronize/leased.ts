/**
 * What Lock and RLock of multiprocessing have in common: a lease (lease-memory.ts) that the runner
 * grants to this process.
 *
 * | | cost |
 * |---|---|
 * | the lease is here | as a lock of threads |
 * | it is elsewhere, or idle elsewhere | one or two round trips to the runner |
 */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter, NEVER, spin, type Deadline } from '../../threading/futex.ts'
import { Holdable } from '../../threading/guard.ts'
import { toHandle, type Handle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { EventKind, Wait, WaitOutcome, type ResourceKind } from '../../trace/model.ts'
import { callUntil, castNow, TIMED_OUT } from '../calls/calls.ts'
import { registerPortable, type Managed } from '../portable.ts'
import { post } from '../requests.ts'
import { LEASES } from './lease-hub.ts'
import { identOf, isHere, isRecalled, LeaseMemory, me, ownerIn, Released } from './lease-memory.ts'
import type { LeaseAnswer } from './lease-service.ts'
import { WaitRecord } from '../wait-record.ts'

/** Loads before a waiter sleeps: about as long as the critical sections of a busy lock. */
const SPINS = 100

export interface LeaseHandle extends Handle, Managed {
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface SynchronizeOptions extends Managed {
  readonly name?: string
}

export function makeLease(
  type: string,
  kind: ResourceKind,
  { name, managed }: SynchronizeOptions,
): LeaseHandle {
  const memoryAndMark = { memory: new LeaseMemory().shared, ...(managed && { managed }) }
  const handle = { type, ...memoryAndMark, ...declareResource(kind, name) }
  const { resource, memory } = handle
  post('openLease', { id: resource, memory })
  return handle
}

export function registerLease(type: string): void {
  registerPortable<LeaseHandle, Omit<LeaseHandle, 'memory'>>(type, {
    pack: ({ memory: _memory, ...packed }) => packed,
    open: (packed, ends) => ({ ...packed, memory: ends.lease({ id: packed.resource }) }),
  })
}

export abstract class Leased extends Holdable implements Shareable {
  readonly resource: number
  readonly name: string
  protected readonly lease: LeaseMemory
  readonly #handle: LeaseHandle

  constructor(handle: LeaseHandle) {
    super()
    this.#handle = handle
    this.resource = handle.resource
    this.name = handle.name
    this.lease = new LeaseMemory(handle.memory)
  }

  [toHandle](): LeaseHandle {
    return this.#handle
  }

  /**
   * @param timeout seconds; undefined: without limit; negative, as in CPython's multiprocessing: 0.
   * Ignored unless `block`.
   * @returns whether the lock is now held by this thread.
   * @throws LockAbandoned when the process or thread that holds it has died (the lock stays locked
   * until somebody releases it), RuntimeError on an event-loop thread that would have to ask,
   * KeyboardInterrupt when the run is being stopped.
   */
  override acquire(block = true, timeout?: Seconds): boolean {
    return this.tryHere() || runBlocking(this.acquireSteps(limitOf(block, timeout)), 'acquireAsync')
  }

  /** The same for a thread that runs an event loop; its tasks exclude each other, too. */
  override async acquireAsync(block = true, timeout?: Seconds): Promise<boolean> {
    return this.tryHere() || runAsync(this.acquireSteps(limitOf(block, timeout)))
  }

  /** Whether this thread owns it. */
  get isMine(): boolean {
    const { state } = this.lease
    return isHere(state) && ownerIn(state) === me()
  }

  /** For a Condition: gives it up. @returns what `restore` must know. */
  releaseSave(): number {
    this.release()
    return 1
  }

  /** Once it was acquired again. */
  restore(depth: number): void {
    if (depth !== 1) throw new RangeError('only an RLock can be owned more than once')
  }

  protected tryHere(): boolean {
    if (!this.lease.tryTake(me())) return false
    runtime.tracer?.record(EventKind.acquire, this.resource, 0, 0, 0)
    return true
  }

  /** @param limit seconds; undefined: without limit; 0: do not wait. */
  *acquireSteps(limit: Seconds | undefined): Steps<boolean> {
    const wait = new WaitRecord(this.resource, Wait.acquire, limit !== undefined)
    try {
      const by = yield* this.#untilAcquired(limit, wait)
      wait.end(by === undefined ? WaitOutcome.timedOut : WaitOutcome.granted, by)
      if (by === undefined) return false
      const waited = wait.wasBegun ? 1 : 0
      runtime.tracer?.record(EventKind.acquire, this.resource, waited, 0, 0)
      return true
    } finally {
      wait.close()
    }
  }

  /** @returns who released it before, or 0; undefined: it was too late. */
  *#untilAcquired(limit: Seconds | undefined, wait: WaitRecord): Steps<number | undefined> {
    const { lease } = this
    const deadline = deadlineAfter(limit)
    // A wait in the trace names the holder, which takes a question of its own.
    let mode: Mode = limit === 0 ? 'try' : runtime.tracer === undefined ? 'wait' : 'ask'
    let last = 0
    /** The runner has said so: a mark of being called back is out of date. */
    let stays = false
    for (;;) {
      if (lease.tryTake(me())) return last
      const { state } = lease
      const owner = ownerIn(state)
      if (owner !== 0 && (stays || !isRecalled(state))) {
        if (limit === 0) return undefined
        stays = false
        last = identOf(owner)
        wait.begin(last)
        if (!(yield* this.#sleep(state, deadline))) return undefined
        continue
      }
      if (isHere(state) && owner === 0) continue
      const answer = yield* this.#ask(mode, mode === 'wait' ? deadline : NEVER)
      if (answer === TIMED_OUT) return undefined
      if (answer.type === 'granted') return answer.by
      stays = answer.type === 'here'
      if (answer.type !== 'busy') continue
      if (mode === 'try') return undefined
      mode = 'wait'
      wait.begin(answer.holder)
    }
  }

  *#ask(mode: Mode, deadline: Deadline): Steps<LeaseAnswer | typeof TIMED_OUT> {
    const args = [this.resource, this.name, mode]
    // Of this process from now on: before the runner hears that the grant has arrived.
    const onGranted = () => this.lease.arrive(me())
    const answer = yield* callUntil(LEASES, 'acquire', args, deadline, { onGranted })
    // Made by lease-service.ts.
    return answer as LeaseAnswer | typeof TIMED_OUT
  }

  /** While a thread of this process owns it; false: the deadline passed first. */
  *#sleep(state: number, deadline: Deadline): Steps<boolean> {
    const { lease } = this
    const { words, stateIndex } = lease
    if (maySpin() && spin(words, stateIndex, state, SPINS)) return true
    // Before the state is compared: whoever releases stores the state before it counts sleepers.
    lease.addSleepers(1)
    try {
      return yield { words, index: stateIndex, expected: state, deadline }
    } finally {
      lease.addSleepers(-1)
    }
  }

  /** @returns false when no thread of this process owns it. */
  protected releaseHere(): boolean {
    const { lease, resource } = this
    const { tracer } = runtime
    // Recorded while it is still held, so that the next owner's acquire never comes before it.
    if (tracer !== undefined && ownerIn(lease.state) !== 0)
      tracer.record(EventKind.release, resource, lease.sleepers, 0, 0)
    const released = lease.release()
    if (released === Released.givenBack) castNow(LEASES, 'giveBack', [resource])
    return released !== Released.notOwned
  }
}

type Mode = 'try' | 'ask' | 'wait'

/** How long a call may wait, by the rules of CPython's multiprocessing. */
export const limitOf = (block: boolean, timeout: Seconds | undefined): Seconds | undefined => {
  if (!block) return 0
  return timeout === undefined ? undefined : Math.max(0, timeout)
}
