/**
 * multiprocessing.Event. The flag is in the runner: asking for it, setting and clearing it is a
 * round trip.
 */
import type { Seconds } from '../../core/units.ts'
import { toHandle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { EventKind, ResourceKind, Wait } from '../../trace/model.ts'
import { call } from '../calls/calls.ts'
import { EVENTS } from './event-service.ts'
import { limitOf, type SynchronizeOptions } from './leased.ts'
import { registerOwned, waitingCall, type OwnedHandle } from './owned.ts'

const TYPE = 'ProcessEvent'

const makeEvent = ({ name, managed }: SynchronizeOptions): OwnedHandle => ({
  type: TYPE,
  ...declareResource(ResourceKind.event, name),
  ...(managed && { managed }),
})

export class Event implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: OwnedHandle

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: SynchronizeOptions | OwnedHandle = {}) {
    this.#handle = 'type' in source ? source : makeEvent(source)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): OwnedHandle {
    return this.#handle
  }

  isSet(): boolean {
    return runBlocking(this.#isSetSteps(), 'isSetAsync')
  }

  async isSetAsync(): Promise<boolean> {
    return runAsync(this.#isSetSteps())
  }

  /** Lets all through who wait now, and all who come until it is cleared. */
  set(): void {
    runBlocking(this.#change('set', EventKind.set), 'setAsync')
  }

  async setAsync(): Promise<void> {
    await runAsync(this.#change('set', EventKind.set))
  }

  clear(): void {
    runBlocking(this.#change('clear', EventKind.clear), 'clearAsync')
  }

  async clearAsync(): Promise<void> {
    await runAsync(this.#change('clear', EventKind.clear))
  }

  /**
   * @param timeout seconds; undefined: without limit; negative, as in CPython: none.
   * @returns false when the timeout passed.
   * @throws RuntimeError on an event-loop thread, KeyboardInterrupt when the run is being stopped.
   */
  wait(timeout?: Seconds): boolean {
    return runBlocking(this.#waitSteps(limitOf(true, timeout)), 'waitAsync')
  }

  /** The same for a thread that runs an event loop. */
  async waitAsync(timeout?: Seconds): Promise<boolean> {
    return runAsync(this.#waitSteps(limitOf(true, timeout)))
  }

  *#isSetSteps(): Steps<boolean> {
    return (yield* call(EVENTS, 'isSet', [this.resource])) === true
  }

  *#change(method: string, kind: EventKind): Steps<void> {
    runtime.tracer?.record(kind, this.resource, 0, 0, 0)
    yield* call(EVENTS, method, [this.resource])
  }

  *#waitSteps(limit: Seconds | undefined): Steps<boolean> {
    if (limit === 0 || runtime.tracer !== undefined) {
      // Without a wait in the trace where there is none.
      const isSet = yield* this.#isSetSteps()
      if (isSet || limit === 0) return isSet
    }
    const { resource } = this
    const answer = yield* waitingCall({
      ...{ service: EVENTS, method: 'wait', args: [resource], why: Wait.event, limit },
    })
    return answer !== undefined
  }
}

registerOwned<OwnedHandle>(TYPE, (handle) => new Event(handle))
