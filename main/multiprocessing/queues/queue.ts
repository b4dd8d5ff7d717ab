/**
 * multiprocessing.Queue. A put copies the item into shared memory of its process; from there the
 * event-loop thread of the process sends it to the broker in the runner, as CPython's feeder
 * thread sends it to the pipe. A get waits until the broker has handed an item to this process.
 *
 * As in CPython: `qsize`, `empty` and `full` are not exact while others use the queue, and an item
 * that was just put may take a moment until another thread or process can get it. Unlike CPython's,
 * an unbounded queue holds putters back while the runner stores more than 64 MiB for it.
 */
import type { Seconds } from '../../core/units.ts'
import { ValueError } from '../../threading/errors.ts'
import { checkStop } from '../../threading/futex.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { registerPortable } from '../portable.ts'
import { post } from '../requests.ts'
import { ResourceKind } from '../../trace/model.ts'
import { Getter, NOTHING } from './queue-get.ts'
import { QUEUE_MEMORY_BYTES, QueueMemory } from './queue-memory.ts'
import { outgoing, Putter } from './queue-put.ts'
import { runAsync, runBlocking } from '../../threading/steps.ts'

export interface ProcessQueueHandle extends Handle {
  readonly type: 'ProcessQueue'
  /** This process's end. */
  readonly memory: SharedArrayBuffer
  /** Identifies the queue in all processes of the run. */
  readonly resource: number
  readonly name: string
  readonly maxsize: number
}

export interface ProcessQueueOptions {
  readonly name?: string
}

function allocate(maxsize: number, { name }: ProcessQueueOptions): ProcessQueueHandle {
  if (!Number.isSafeInteger(maxsize) || maxsize > 2 ** 31 - 1)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  const handle: ProcessQueueHandle = {
    type: 'ProcessQueue',
    memory: new SharedArrayBuffer(QUEUE_MEMORY_BYTES),
    maxsize: Math.max(0, maxsize),
    ...declareResource(ResourceKind.processQueue, name, Math.max(0, maxsize)),
  }
  // The event-loop thread need not answer: what is put before it has read this waits in memory.
  const { memory, resource, name: queueName } = handle
  post('openQueue', {
    memory,
    queue: { id: resource, maxsize: handle.maxsize, name: queueName },
  })
  return handle
}

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  readonly maxsize: number
  readonly #handle: ProcessQueueHandle
  readonly #memory: QueueMemory
  readonly #putter: Putter
  readonly #getter: Getter

  /** @param maxsize 0 or less: unbounded; or the handle of an existing one to attach to. */
  constructor(maxsize: number | ProcessQueueHandle = 0, options: ProcessQueueOptions = {}) {
    this.#handle = typeof maxsize === 'number' ? allocate(maxsize, options) : maxsize
    this.resource = this.#handle.resource
    this.name = this.#handle.name
    this.maxsize = this.#handle.maxsize
    this.#memory = new QueueMemory(this.#handle.memory)
    const { resource, name } = this
    const end = { memory: this.#memory, resource, name, maxsize: this.maxsize }
    this.#putter = new Putter(end)
    this.#getter = new Getter(end)
  }

  [toHandle](): ProcessQueueHandle {
    return this.#handle
  }

  qsize(): number {
    return this.#memory.size
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /**
   * @param timeout seconds; undefined: without limit; 0 or less, as in CPython: as unless `block`.
   * @throws Full when there was no room in time (at once unless `block`), RuntimeError for a
   * primitive, PicklingError for an item that cannot travel, ValueError for one that is too large,
   * RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the run
   * is being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    // A thread that never has to wait must notice a stop, too.
    checkStop()
    const value = outgoing(item)
    if (this.#putter.tryPut(value)) return
    runBlocking(this.#putter.putSteps(value, limitOf(block, timeout)), 'putAsync')
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    const value = outgoing(item)
    if (this.#putter.tryPut(value)) return
    // Other puts may use the encoder's memory while this one waits.
    const own = { ...value, bytes: value.bytes.slice(0, value.length) }
    await runAsync(this.#putter.putSteps(own, limitOf(true, timeout)))
  }

  /**
   * @param timeout seconds; undefined: without limit; 0 or less, as in CPython: as unless `block`.
   * @throws Empty when there was no item in time (at once unless `block`), RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    checkStop()
    let item = this.#getter.tryGet()
    if (item === NOTHING)
      item = runBlocking(this.#getter.getSteps(limitOf(block, timeout)), 'getAsync')
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return item as Item
  }

  getNowait(): Item {
    return this.get(false)
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    let item = this.#getter.tryGet()
    if (item === NOTHING) item = await runAsync(this.#getter.getSteps(limitOf(true, timeout)))
    // As in `get`.
    return item as Item
  }
}

/** How long a call may wait; 0: not at all. */
const limitOf = (block: boolean, timeout: Seconds | undefined): Seconds | undefined =>
  block ? timeout && Math.max(0, timeout) : 0

registerShareable<ProcessQueueHandle>('ProcessQueue', (handle) => new Queue(handle))
registerPortable<ProcessQueueHandle, Omit<ProcessQueueHandle, 'memory'>>('ProcessQueue', {
  pack: ({ type, resource, maxsize, name }) => ({ type, resource, maxsize, name }),
  open: (packed, ends) => {
    const { resource, maxsize, name } = packed
    return { ...packed, memory: ends.queue({ id: resource, maxsize, name }) }
  },
})
