/** multiprocessing.Barrier. Its state is in the runner (barrier-service.ts). */
import type { Seconds } from '../../core/units.ts'
import { countOf, isHandle } from '../../threading/counts.ts'
import { BrokenBarrierError, RuntimeError, ValueError } from '../../threading/errors.ts'
import { toHandle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import type { TargetReference } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { loadedExport, referenceOf } from '../../threading/targets.ts'
import { ResourceKind, Wait } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { BARRIERS, type Passage } from './barrier-service.ts'
import { limitOf, type SynchronizeOptions } from './leased.ts'
import { registerOwned, waitingCall, type OwnedHandle } from './owned.ts'

const TYPE = 'ProcessBarrier'

export interface BarrierOptions extends SynchronizeOptions {
  /** Run by the last party to arrive, before any passes. Exported by a registered module. */
  readonly action?: () => void
  /** Default of `wait`, in seconds. */
  readonly timeout?: Seconds
}

export interface BarrierHandle extends OwnedHandle {
  readonly parties: number
  readonly action?: TargetReference
  readonly timeout?: Seconds
}

function make(parties: number, { name, managed, action, timeout }: BarrierOptions): BarrierHandle {
  if (!Number.isInteger(parties) || parties < 1) throw new ValueError('parties must be >= 1')
  return {
    type: TYPE,
    parties,
    ...(action && { action: referenceOf(action) }),
    ...(timeout !== undefined && { timeout }),
    ...declareResource(ResourceKind.barrier, name, parties),
    ...(managed && { managed }),
  }
}

function actionOf(reference: TargetReference): () => void {
  const action = loadedExport(reference)
  if (typeof action !== 'function')
    throw new RuntimeError(`${reference.module} exports no function ${reference.name}`)
  // Given as a function without parameters where the barrier was made.
  return action as () => void
}

export class Barrier implements Shareable {
  readonly resource: number
  readonly name: string
  readonly parties: number
  readonly #handle: BarrierHandle
  readonly #action: (() => void) | undefined

  /** @param parties how many pass together; or the handle of an existing one to attach to. */
  constructor(parties: number | BarrierHandle, options: BarrierOptions = {}) {
    this.#handle = isHandle(parties) ? parties : make(countOf(parties), options)
    const { resource, name, action } = this.#handle
    this.resource = resource
    this.name = name
    this.parties = this.#handle.parties
    this.#action = action && actionOf(action)
  }

  [toHandle](): BarrierHandle {
    return this.#handle
  }

  /**
   * @param timeout seconds; default: the barrier's own.
   * @returns 0 to parties - 1, different for each party.
   * @throws BrokenBarrierError when the barrier is broken or is reset meanwhile, or the timeout
   * passed, which breaks it; what the action throws, in the thread that ran it;
   * KeyboardInterrupt when the run is being stopped.
   */
  wait(timeout?: Seconds): number {
    return runBlocking(this.#waitSteps(timeout), 'waitAsync')
  }

  async waitAsync(timeout?: Seconds): Promise<number> {
    return runAsync(this.#waitSteps(timeout))
  }

  /** Back to empty: those who wait get BrokenBarrierError. */
  reset(): void {
    runBlocking(this.#ask('reset'), 'resetAsync')
  }

  async resetAsync(): Promise<void> {
    await runAsync(this.#ask('reset'))
  }

  /** Breaks it: those who wait, and all who come, get BrokenBarrierError. */
  abort(): void {
    runBlocking(this.#ask('abort'), 'abortAsync')
  }

  async abortAsync(): Promise<void> {
    await runAsync(this.#ask('abort'))
  }

  /** A round trip to the runner; on an event-loop thread use `stateAsync`. */
  get nWaiting(): number {
    return runBlocking(this.#stateSteps(), 'stateAsync').nWaiting
  }

  get broken(): boolean {
    return runBlocking(this.#stateSteps(), 'stateAsync').broken
  }

  async stateAsync(): Promise<{ readonly nWaiting: number; readonly broken: boolean }> {
    return runAsync(this.#stateSteps())
  }

  *#waitSteps(timeout: Seconds | undefined): Steps<number> {
    const { resource, parties } = this
    const limit = limitOf(true, timeout ?? this.#handle.timeout)
    const args = [resource, parties, this.#action !== undefined] as const
    // Who comes last is never late, however little time it has.
    const last = limit === undefined ? undefined : yield* call(BARRIERS, 'waitAsLast', args)
    const answer =
      last ??
      (yield* waitingCall({
        ...{ service: BARRIERS, method: 'wait', args, why: Wait.barrier, limit },
      }))
    // Being late has broken it.
    if (answer === undefined) throw new BrokenBarrierError()
    // Made by barrier-service.ts.
    const [, index, acts] = answer as Passage
    if (!acts) return index
    try {
      this.#action?.()
    } catch (error) {
      yield* this.#ask('abort')
      throw error
    }
    yield* this.#ask('release')
    return index
  }

  *#stateSteps(): Steps<{ readonly nWaiting: number; readonly broken: boolean }> {
    // Made by barrier-service.ts.
    const [nWaiting, broken] = (yield* this.#ask('state')) as readonly [number, boolean]
    return { nWaiting, broken }
  }

  #ask(method: string): Steps<unknown> {
    return call(BARRIERS, method, [this.resource, this.parties])
  }
}

registerOwned<BarrierHandle>(TYPE, (handle) => new Barrier(handle))
