/**
 * queue.Queue for any number of producers and consumers.
 *
 * As CPython's, but: an item is copied, and needs room in the buffer, so that put can wait in an
 * unbounded queue as well; there a negative timeout is refused as in any other.
 */
import type { Seconds } from '../../core/units.ts'
import { ResourceKind } from '../../trace/model.ts'
import { Empty, Full, ValueError } from '../errors.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from '../handles.ts'
import { QUEUE_HEADER_BYTES, QueueState } from './queue-state.ts'
import { declareResource } from '../resource.ts'
import { runAsync, runBlocking, type Steps } from '../steps.ts'

const DEFAULT_CAPACITY_BYTES = 2 ** 20
const MINIMUM_CAPACITY_BYTES = 64
const MAXIMUM_CAPACITY_BYTES = 2 ** 30

export interface QueueHandle extends Handle {
  readonly type: 'Queue'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
  readonly maxsize: number
}

export interface QueueOptions {
  readonly name?: string
  /** Room for items, each with 8 bytes of its own; rounded up to a power of two. Default 1 MiB. */
  readonly capacityBytes?: number
}

function allocateQueue(wanted: number, options: QueueOptions): QueueHandle {
  const { name, capacityBytes = DEFAULT_CAPACITY_BYTES } = options
  if (!Number.isSafeInteger(wanted) || wanted >= 2 ** 31)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${wanted}`)
  if (!(capacityBytes >= 1 && capacityBytes <= MAXIMUM_CAPACITY_BYTES))
    throw new ValueError(
      `capacityBytes must be from 1 to ${MAXIMUM_CAPACITY_BYTES}, not ${capacityBytes}`,
    )
  const capacity = Math.max(MINIMUM_CAPACITY_BYTES, 2 ** Math.ceil(Math.log2(capacityBytes)))
  const maxsize = Math.max(0, wanted)
  return {
    type: 'Queue',
    memory: new SharedArrayBuffer(QUEUE_HEADER_BYTES + capacity),
    maxsize,
    ...declareResource(ResourceKind.queue, name, maxsize),
  }
}

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  /** In items; 0: unbounded. */
  readonly maxsize: number
  readonly #handle: QueueHandle
  readonly #state: QueueState

  /** @param maxsize 0 or less: unbounded in items; or the handle of an existing one to attach to. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    this.#handle = typeof maxsize === 'number' ? allocateQueue(maxsize, options) : maxsize
    this.resource = this.#handle.resource
    this.name = this.#handle.name
    this.maxsize = this.#handle.maxsize
    this.#state = new QueueState(this.#handle.memory, this.resource, this.maxsize)
  }

  [toHandle](): QueueHandle {
    return this.#handle
  }

  qsize(): number {
    return this.#state.size
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /**
   * Waits while there are `maxsize` items, or while the item does not fit into the buffer.
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Full when there was no room in time (at once unless `block`), ValueError for a negative
   * timeout and for an item larger than the buffer, PicklingError for one that cannot travel,
   * RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the run is
   * being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    if (block) checkTimeout(timeout)
    if (this.#state.put(item, false)) return
    if (!block || !runBlocking(this.#putSteps(item, timeout), 'putAsync')) throw this.#fullError()
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    checkTimeout(timeout)
    if (this.#state.put(item, false)) return
    if (!(await runAsync(this.#putSteps(item, timeout)))) throw this.#fullError()
  }

  #putSteps(item: Item, timeout: Seconds | undefined): Steps<boolean> {
    return this.#state.awaitPut(timeout, () => this.#state.put(item, true))
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /**
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Empty when there was no item in time (at once unless `block`), ValueError for a negative
   * timeout, RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when
   * the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    if (block) checkTimeout(timeout)
    const state = this.#state
    if (!state.get(false))
      if (
        !block ||
        !runBlocking(
          state.awaitGet(timeout, () => state.get(true)),
          'getAsync',
        )
      )
        throw this.#emptyError()
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return state.value() as Item
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    checkTimeout(timeout)
    const state = this.#state
    if (state.get(false)) return state.value() as Item
    let item: unknown
    // Decoded at once: before this task goes on, another one of the thread may have taken an item.
    const attempt = () => {
      const taken = state.get(true)
      if (taken) item = state.value()
      return taken
    }
    if (!(await runAsync(state.awaitGet(timeout, attempt)))) throw this.#emptyError()
    return item as Item
  }

  getNowait(): Item {
    return this.get(false)
  }

  #fullError(): Full {
    return new Full(`${this.name} is full (${this.qsize()} items)`)
  }

  #emptyError(): Empty {
    return new Empty(`${this.name} is empty`)
  }
}

function checkTimeout(timeout: Seconds | undefined): void {
  if (timeout !== undefined && !(timeout >= 0))
    throw new ValueError("'timeout' must be a non-negative number")
}

registerShareable<QueueHandle>('Queue', (handle) => new Queue(handle))
