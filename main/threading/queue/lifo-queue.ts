import { countOf, isHandle } from '../counts.ts'
import { registerShareable } from '../handles.ts'
import { allocateQueue, type QueueHandle, type QueueOptions } from './layout.ts'
import { Queue } from './queue.ts'

/** queue.LifoQueue: what was put last is got first. */
export class LifoQueue<Item = unknown> extends Queue<Item> {
  /** As Queue's. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    super(isHandle(maxsize) ? maxsize : allocateQueue('LifoQueue', countOf(maxsize), options))
  }
}

registerShareable<QueueHandle>('LifoQueue', (handle) => new LifoQueue(handle))
