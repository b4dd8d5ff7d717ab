/**
 * queue.Queue of CPython 3.13 for any number of producers and consumers.
 *
 * Different from there: an item is copied when it is put and when it is got (codec.ts says what can
 * travel), so that a lock or another primitive cannot be an item; the memory of a queue has a limit, at
 * which put waits in an unbounded queue as well; `join` takes a timeout and tells whether all was done;
 * the organization cannot be replaced by overriding `_put` and `_get`, because what threads share is
 * memory and not an object.
 */
import type { Seconds } from '../../core/units.ts'
import { countOf, isHandle } from '../counts.ts'
import { registerShareable, toHandle } from '../handles.ts'
import { runAsync, runBlocking } from '../steps.ts'
import { BaseQueue, negativeTimeout } from './base-queue.ts'
import { allocateQueue, type QueueHandle, type QueueOptions } from './layout.ts'

export class Queue<Item = unknown> extends BaseQueue<Item> {
  /** In items; 0 or less: unbounded. */
  readonly maxsize: number

  /** @param maxsize 0 or less: unbounded in items; or the handle of an existing one to attach to. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    super(isHandle(maxsize) ? maxsize : allocateQueue('Queue', countOf(maxsize), options))
    this.maxsize = this[toHandle]().maxsize
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /** Items put and not yet reported as done. */
  get unfinishedTasks(): number {
    return this.state.unfinished
  }

  get isShutdown(): boolean {
    return this.state.isShutDown
  }

  /**
   * Waits while there are `maxsize` items, or no room for the item in the memory.
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Full when there was no room in time (at once unless `block`); ShutDown when the queue is
   * or is being shut down; ValueError for a negative timeout of a bounded queue and for an item larger
   * than the memory may be; PicklingError for one that cannot travel; TypeError for one that cannot
   * be compared in a PriorityQueue; RuntimeError on an event-loop thread that would have to wait;
   * KeyboardInterrupt when the run is being stopped.
   */
  override put(item: Item, block = true, timeout?: Seconds): void {
    if (block) this.#checkTimeout(timeout)
    if (this.state.put(item, false)) return
    if (!block || !runBlocking(this.state.awaitPut(item, timeout), 'putAsync'))
      throw this.fullError()
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    this.#checkTimeout(timeout)
    if (this.state.put(item, false)) return
    if (!(await runAsync(this.state.awaitPut(item, timeout)))) throw this.fullError()
  }

  /**
   * An item that was got is done with.
   * @throws ValueError when called more often than items were put.
   */
  taskDone(): void {
    this.state.taskDone()
  }

  /**
   * Waits until all items that were put have been reported as done.
   * @param timeout seconds; undefined, as always in CPython: without limit.
   * @returns false when the timeout passed before.
   * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the
   * run is being stopped.
   */
  join(timeout?: Seconds): boolean {
    const { state } = this
    return state.unfinished <= 0 || runBlocking(state.awaitTasksDone(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinAsync(timeout?: Seconds): Promise<boolean> {
    const { state } = this
    return state.unfinished <= 0 || runAsync(state.awaitTasksDone(timeout))
  }

  /**
   * From now on put raises ShutDown, and so does get once the queue is empty; those who wait are told.
   * @param immediate what is in the queue is discarded, and counts as done.
   */
  shutdown(immediate = false): void {
    this.state.shutDown(immediate)
  }

  /** As CPython: only where a queue can be full, and not of one that is shut down. */
  #checkTimeout(timeout: Seconds | undefined): void {
    if (this.maxsize > 0 && timeout !== undefined && timeout < 0 && !this.isShutdown)
      throw negativeTimeout()
  }
}

registerShareable<QueueHandle>('Queue', (handle) => new Queue(handle))
