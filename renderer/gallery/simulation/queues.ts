import { EventKind, ResourceKind, Wait, WaitOutcome } from '../../../main/trace/model.ts'
import type { Steps, Thread } from './machine.ts'

export interface QueueOptions {
  /** 0: unbounded. */
  readonly capacity?: number
  /** Between processes. */
  readonly isShared?: boolean
}

/** First in, first out. */
export class Queue {
  readonly #resource: number
  readonly #capacity: number
  readonly #isShared: boolean
  readonly #items: number[] = []
  readonly #getters: Thread[] = []
  readonly #putters: Thread[] = []
  readonly #puts = new Map<number, number>()
  #lastPutter = 0
  #lastGetter = 0

  constructor(
    maker: Thread,
    name: string,
    at: string,
    { capacity = 0, isShared = false }: QueueOptions = {},
  ) {
    const kind = isShared ? ResourceKind.processQueue : ResourceKind.queue
    this.#resource = maker.declare(kind, name, at, capacity)
    this.#capacity = capacity
    this.#isShared = isShared
  }

  *put(thread: Thread, bytes = 8): Steps {
    if (this.#isFull) {
      thread.record(EventKind.waitBegin, this.#resource, 0, Wait.put)
      while (this.#isFull) {
        this.#putters.push(thread)
        yield* thread.park()
      }
      thread.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted, this.#lastGetter)
    }
    const item = this.#nextItem(thread)
    this.#items.push(item)
    this.#lastPutter = thread.ident
    thread.record(EventKind.put, this.#resource, item, this.#items.length, bytes)
    this.#getters.shift()?.wake()
  }

  *get(thread: Thread, bytes = 8): Steps<number> {
    if (this.#items.length === 0) {
      thread.record(EventKind.waitBegin, this.#resource, 0, Wait.get)
      while (this.#items.length === 0) {
        this.#getters.push(thread)
        yield* thread.park()
      }
      thread.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted, this.#lastPutter)
    }
    const item = this.#items.shift() ?? 0
    this.#lastGetter = thread.ident
    thread.record(EventKind.get, this.#resource, item, this.#items.length, bytes)
    this.#putters.shift()?.wake()
    return item
  }

  get #isFull(): boolean {
    return this.#capacity > 0 && this.#items.length >= this.#capacity
  }

  /** Items are numbered by queue; between processes, by process (main/trace/model.ts). */
  #nextItem({ pid, machine }: Thread): number {
    const process = this.#isShared ? machine.processNumber(pid) : 0
    const number = this.#puts.get(process) ?? 0
    this.#puts.set(process, number + 1)
    return ((process % 256) << 24) | number
  }
}
