/** multiprocessing.JoinableQueue: a queue that knows when all its items are done. */
import type { Seconds } from '../../core/units.ts'
import { TimeoutError, ValueError } from '../../threading/errors.ts'
import { registerShareable, toHandle, type Handle } from '../../threading/handles.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { Wait, WaitOutcome } from '../../trace/model.ts'
import { registerPortable } from '../portable.ts'
import { request } from '../requests.ts'
import { packChannel, unpackChannel, type PackedChannel } from './channel.ts'
import { Queue, type ProcessQueueHandle } from './queue.ts'
import { Word } from './queue-memory.ts'
import { WaitRecord } from '../wait-record.ts'

/** The broker answers at once, if it lives. */
const ANSWER_TIMEOUT: Seconds = 60
/** What an answer takes at most when there is nothing to wait for. */
const SHORTEST_JOIN: Seconds = 0.1

export class JoinableQueue<Item = unknown> extends Queue<Item> {
  override [toHandle](): ProcessQueueHandle {
    return { ...super[toHandle](), type: 'ProcessJoinableQueue' }
  }

  /**
   * An item that was got is done. For one that this process took that costs nothing; otherwise the
   * broker is asked.
   * @throws ValueError when it is called more often than there were items, in all processes.
   */
  taskDone(): void {
    if (!this.#finishOwn()) runBlocking(this.#doneSteps(), 'taskDoneAsync')
  }

  /** The same for a thread that runs an event loop. */
  async taskDoneAsync(): Promise<void> {
    if (!this.#finishOwn()) await runAsync(this.#doneSteps())
  }

  /**
   * Waits until every item that was put has been done.
   * @param timeout seconds; undefined: without limit, as CPython's.
   * @returns false: the timeout passed first.
   */
  join(timeout?: Seconds): boolean {
    return runBlocking(this.#joinSteps(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinAsync(timeout?: Seconds): Promise<boolean> {
    return await runAsync(this.#joinSteps(timeout))
  }

  /** Of an item that this process took. */
  #finishOwn(): boolean {
    const { memory } = this.channel
    const { words } = memory
    for (;;) {
      const done = Atomics.load(words, Word.done)
      const left = (Atomics.load(words, Word.taken) - done) | 0
      if (left <= 0) return false
      if (Atomics.compareExchange(words, Word.done, done, (done + 1) | 0) !== done) continue
      // Others hear of it within a tick; at once when this may be what they wait for.
      if (left === 1) memory.ring()
      return true
    }
  }

  *#doneSteps(): Steps<void> {
    const body = { queue: this.resource, about: 'done', puts: this.#puts } as const
    if (!(yield* request('askQueue', body, ANSWER_TIMEOUT)))
      throw new ValueError('task_done() called too many times')
  }

  *#joinSteps(timeout: Seconds | undefined): Steps<boolean> {
    const limit = timeout === undefined ? undefined : Math.max(timeout, SHORTEST_JOIN)
    const waiting = new WaitRecord(this.resource, Wait.tasksDone, limit !== undefined)
    waiting.begin()
    try {
      yield* request('askQueue', { queue: this.resource, about: 'join', puts: this.#puts }, limit)
      waiting.end(WaitOutcome.granted)
      return true
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
      waiting.end(WaitOutcome.timedOut)
      return false
    } finally {
      waiting.end(WaitOutcome.interrupted)
    }
  }

  get #puts(): number {
    return Atomics.load(this.channel.memory.words, Word.puts) >>> 0
  }
}

registerShareable<ProcessQueueHandle>('ProcessJoinableQueue', (handle) => new JoinableQueue(handle))
registerPortable<ProcessQueueHandle, Handle & PackedChannel>('ProcessJoinableQueue', {
  pack: (handle) => ({ type: 'ProcessJoinableQueue', ...packChannel(handle) }),
  open: (packed, ends) => ({ type: 'ProcessJoinableQueue', ...unpackChannel(packed, ends) }),
})
