import type { Seconds } from '../../core/units.ts'
import { Full } from '../errors.ts'
import { deadlineAfter } from '../futex.ts'
import { registerShareable } from '../handles.ts'
import { BaseQueue } from './base-queue.ts'
import { allocateQueue, type QueueHandle, type QueueOptions } from './layout.ts'

/** queue.SimpleQueue: unbounded, without tasks and shutdown. */
export class SimpleQueue<Item = unknown> extends BaseQueue<Item> {
  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: QueueOptions | QueueHandle = {}) {
    super('type' in source ? source : allocateQueue('SimpleQueue', 0, source))
  }

  /** @throws as Queue's; of a timeout that makes no sense it is said first, as in CPython. */
  override get(block = true, timeout?: Seconds): Item {
    if (block) deadlineAfter(timeout)
    return super.get(block, timeout)
  }

  /** The same for a thread that runs an event loop. */
  override async getAsync(timeout?: Seconds): Promise<Item> {
    deadlineAfter(timeout)
    return super.getAsync(timeout)
  }

  /**
   * Never waits; the other arguments are there because Queue has them.
   * @throws Full when the memory of the queue has reached its limit (CPython: MemoryError),
   * PicklingError for an item that cannot travel, ValueError for one larger than the memory may be.
   */
  override put(item: Item, block?: boolean, timeout?: Seconds): void
  override put(item: Item): void {
    if (!this.state.put(item, false))
      throw new Full(`${this.name} has reached the limit of its memory (${this.qsize()} items)`)
  }

  /** The same. */
  putAsync(item: Item, timeout?: Seconds): Promise<void>
  async putAsync(item: Item): Promise<void> {
    await Promise.resolve()
    this.put(item)
  }
}

registerShareable<QueueHandle>('SimpleQueue', (handle) => new SimpleQueue(handle))
