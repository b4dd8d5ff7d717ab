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
import { countOf } from '../../threading/counts.ts'
import { ValueError } from '../../threading/errors.ts'
import { NEVER } from '../../threading/futex.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { ResourceKind } from '../../trace/model.ts'
import { AssertionError, OSError } from '../errors.ts'
import { registerPortable, type Managed } from '../portable.ts'
import {
  Channel,
  openChannel,
  packChannel,
  unpackChannel,
  type ChannelEnd,
  type PackedChannel,
} from './channel.ts'
import { Word } from './queue-memory.ts'
import { awaitProbe, probe } from './queue-steps.ts'

export interface ProcessQueueHandle extends Handle, ChannelEnd {
  readonly type: 'ProcessQueue' | 'ProcessJoinableQueue'
}

export interface ProcessQueueOptions extends Managed {
  readonly name?: string
}

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  readonly maxsize: number
  readonly #end: ChannelEnd
  readonly #channel: Channel

  /** @param maxsize 0 or less: unbounded; or what a handle says of an existing one. */
  constructor(maxsize: number | ChannelEnd = 0, options: ProcessQueueOptions = {}) {
    this.#end = typeof maxsize === 'object' ? maxsize : allocate(countOf(maxsize), options)
    this.resource = this.#end.resource
    this.name = this.#end.name
    this.maxsize = this.#end.maxsize
    this.#channel = new Channel(this.#end, () => this.#requireOpen())
  }

  [toHandle](): ProcessQueueHandle {
    return { type: 'ProcessQueue', ...this.#end }
  }

  /** Of this process's end, for the classes derived. */
  protected get channel(): Channel {
    return this.#channel
  }

  qsize(): number {
    return this.#channel.memory.size
  }

  /** @throws OSError, as CPython's, after `close` where this process has put something. */
  empty(): boolean {
    const { memory } = this.#channel
    if (memory.is(Word.closed) && Atomics.load(memory.words, Word.puts) !== 0)
      throw new OSError('handle is closed')
    return this.qsize() === 0
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /**
   * @param timeout seconds; undefined: without limit; 0 or less, as in CPython: as unless `block`.
   * @throws Full when there was no room in time (at once unless `block`), ValueError after `close`,
   * RuntimeError for a primitive, PicklingError for an item that cannot travel, ValueError for one
   * that is too large, RuntimeError on an event-loop thread that would have to wait,
   * KeyboardInterrupt when the run is being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    this.#requireOpen()
    this.#channel.put(item, limitOf(block, timeout))
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    this.#requireOpen()
    await this.#channel.putAsync(item, limitOf(true, timeout))
  }

  /**
   * @param timeout seconds; undefined: without limit; 0 or less, as in CPython: as unless `block`.
   * @throws Empty when there was no item in time (at once unless `block`), ValueError after `close`,
   * RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the run is
   * being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    this.#requireOpen()
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return this.#channel.get(limitOf(block, timeout)) as Item
  }

  getNowait(): Item {
    return this.get(false)
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    this.#requireOpen()
    // As in `get`.
    return (await this.#channel.getAsync(limitOf(true, timeout))) as Item
  }

  /**
   * This process puts and gets no more. What it has put is still delivered; as in CPython it waits
   * for that when it ends.
   */
  close(): void {
    this.#channel.memory.raise(Word.closed)
  }

  /**
   * Returns when all that this process has put is in the broker's hands: it survives the process.
   * @throws AssertionError unless the queue was closed before.
   */
  joinThread(): void {
    this.#requireClosed()
    runBlocking(this.#flushSteps(), 'joinThreadAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinThreadAsync(): Promise<void> {
    this.#requireClosed()
    await runAsync(this.#flushSteps())
  }

  /** This process ends without waiting until its items are delivered: they may be lost then. */
  cancelJoinThread(): void {
    Atomics.store(this.#channel.memory.words, Word.joinCancelled, 1)
  }

  *#flushSteps(): Steps<void> {
    const { memory } = this.#channel
    const { words, out } = memory
    if (memory.is(Word.joinCancelled)) return
    Atomics.add(words, out.writers, 1)
    try {
      for (;;) {
        const head = Atomics.load(words, out.head)
        if (out.used === 0) break
        memory.ring()
        yield { words, index: out.head, expected: head, deadline: NEVER }
      }
    } finally {
      Atomics.sub(words, out.writers, 1)
    }
    // The broker answers after it has received what was sent before.
    const asked = probe(memory)
    memory.ring()
    yield* awaitProbe(memory, asked)
  }

  #requireOpen(): void {
    if (this.#channel.memory.is(Word.closed)) throw new ValueError(`Queue ${this.name} is closed`)
  }

  #requireClosed(): void {
    if (!this.#channel.memory.is(Word.closed))
      throw new AssertionError(`Queue ${this.name} not closed`)
  }
}

function allocate(maxsize: number, options: ProcessQueueOptions): ChannelEnd {
  if (!Number.isSafeInteger(maxsize) || maxsize > 2 ** 31 - 1)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  return openChannel(ResourceKind.processQueue, {
    ...options,
    maxsize: Math.max(0, maxsize),
  })
}

/** How long a call may wait; 0: not at all. */
const limitOf = (block: boolean, timeout: Seconds | undefined): Seconds | undefined =>
  block ? timeout && Math.max(0, timeout) : 0

registerShareable<ProcessQueueHandle>('ProcessQueue', (handle) => new Queue(handle))
registerPortable<ProcessQueueHandle, Handle & PackedChannel>('ProcessQueue', {
  pack: (handle) => ({ type: 'ProcessQueue', ...packChannel(handle) }),
  open: (packed, ends) => ({ type: 'ProcessQueue', ...unpackChannel(packed, ends) }),
})
