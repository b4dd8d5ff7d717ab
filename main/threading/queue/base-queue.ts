import type { Seconds } from '../../core/units.ts'
import { Empty, Full, ValueError } from '../errors.ts'
import { toHandle, type Shareable } from '../handles.ts'
import { runAsync, runBlocking } from '../steps.ts'
import type { QueueHandle } from './layout.ts'
import { openQueue } from './open.ts'
import type { QueueState } from './queue-state.ts'
import { NOTHING } from './waiting.ts'

/** What Queue and SimpleQueue have in common. */
export abstract class BaseQueue<Item> implements Shareable {
  readonly resource: number
  readonly name: string
  protected readonly state: QueueState
  readonly #handle: QueueHandle

  constructor(handle: QueueHandle) {
    this.#handle = handle
    this.resource = handle.resource
    this.name = handle.name
    this.state = openQueue(handle)
  }

  [toHandle](): QueueHandle {
    return this.#handle
  }

  /** Items at some moment during the call. */
  qsize(): number {
    return this.state.size
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  /** @throws what `put` throws without waiting: see the class. */
  abstract put(item: Item, block?: boolean, timeout?: Seconds): void

  /** @throws Full when there is no room now, and what `put` throws. */
  putNowait(item: Item): void {
    this.put(item, false)
  }

  /**
   * Takes an item out, waiting while there is none.
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Empty when there was no item in time (at once unless `block`); ShutDown when the queue is
   * shut down and empty; ValueError for a negative timeout; TypeError when items of a PriorityQueue
   * cannot be compared (they stay); RuntimeError on an event-loop thread that would have to wait;
   * KeyboardInterrupt when the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    if (block) this.#checkGetTimeout(timeout)
    let item = this.state.get(false)
    if (item === NOTHING && block) item = runBlocking(this.state.awaitGet(timeout), 'getAsync')
    return this.#received(item)
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    this.#checkGetTimeout(timeout)
    const item = this.state.get(false)
    return this.#received(item === NOTHING ? await runAsync(this.state.awaitGet(timeout)) : item)
  }

  getNowait(): Item {
    return this.get(false)
  }

  #received(item: unknown): Item {
    if (item === NOTHING) throw new Empty(`${this.name} is empty`)
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return item as Item
  }

  /** As CPython: of a queue that is shut down and empty that is said first. */
  #checkGetTimeout(timeout: Seconds | undefined): void {
    if (timeout !== undefined && timeout < 0 && !(this.state.isShutDown && this.empty()))
      throw negativeTimeout()
  }

  protected fullError(): Full {
    return new Full(`${this.name} is full (${this.qsize()} items)`)
  }
}

export const negativeTimeout = (): ValueError =>
  new ValueError("'timeout' must be a non-negative number")
