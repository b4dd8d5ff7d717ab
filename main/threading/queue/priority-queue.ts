/**
 * queue.PriorityQueue: the least item is got first, as Python compares (compare.ts); typically
 * `[priority, data]`. Items that are equal come in the order of CPython's heapq, which is not the one
 * in which they were put.
 *
 * Different from there: an item that cannot be compared with those on its way is not put, and a get
 * that finds two such items leaves them in the queue; both raise CPython's TypeError.
 */
import { countOf, isHandle } from '../counts.ts'
import { registerShareable } from '../handles.ts'
import { allocateQueue, type QueueHandle, type QueueOptions } from './layout.ts'
import { Queue } from './queue.ts'

export class PriorityQueue<Item = unknown> extends Queue<Item> {
  /** As Queue's. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    super(isHandle(maxsize) ? maxsize : allocateQueue('PriorityQueue', countOf(maxsize), options))
  }
}

registerShareable<QueueHandle>('PriorityQueue', (handle) => new PriorityQueue(handle))
