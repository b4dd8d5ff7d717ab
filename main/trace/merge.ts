/**
 * Merges the sources by time. A producer may lose its processor between reading the clock and
 * publishing the record, so an event may arrive after later ones of other threads: nothing newer
 * than a watermark is handed on, and what arrives later still is taken in as the first event after
 * it and counted (SourceQueue.settle). Ties go to the source with the lower number. So the merged
 * order is a function of the records alone, however the merge was cut into steps: a recording
 * replays to the same figures.
 */
import type { EventSink, SourceQueue } from './source-queue.ts'

export class Merge {
  readonly #queues: SourceQueue[] = []
  readonly #heap: SourceQueue[] = []
  #frontier = -1

  /** Everything up to here, in nanoseconds since the epoch, has been handed on; -1: nothing. */
  get frontier(): number {
    return this.#frontier
  }

  /** Queues in ascending order of their source's number. */
  get queues(): readonly SourceQueue[] {
    return this.#queues
  }

  get late(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.late, 0)
  }

  add(queue: SourceQueue): void {
    this.#queues.push(queue)
  }

  /**
   * Hands on all events up to and including `watermark`, in order.
   * @returns how many.
   */
  advance(watermark: number, sink: EventSink): number {
    if (watermark <= this.#frontier) return 0
    const heap = this.#heap
    for (const queue of this.#queues) {
      if (queue.length === 0) continue
      queue.settle(this.#frontier)
      if (queue.next <= watermark) heap.push(queue)
    }
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) this.#sink(at)
    let events = 0
    for (let first = heap[0]; first; first = heap[0]) {
      const rival = this.#rival()
      const until = rival ? Math.min(watermark, rival.next) : watermark
      const wins = rival ? first.source < rival.source : true
      // A run of events of one source is taken without looking at the others.
      do {
        first.take(sink, this.#frontier)
        events++
      } while (first.next < until || (first.next === until && wins))
      if (first.next > watermark) {
        const last = heap.pop()
        if (last && last !== first) heap[0] = last
      }
      this.#sink(0)
    }
    this.#frontier = watermark
    return events
  }

  /** The second of the heap. */
  #rival(): SourceQueue | undefined {
    const left = this.#heap[1]
    const right = this.#heap[2]
    if (!left || !right) return left
    return precedes(right, left) ? right : left
  }

  #sink(from: number): void {
    const heap = this.#heap
    let at = from
    const queue = heap[at]
    if (!queue) return
    for (;;) {
      let child = 2 * at + 1
      let lesser = heap[child]
      if (!lesser) break
      const right = heap[child + 1]
      if (right && precedes(right, lesser)) {
        lesser = right
        child++
      }
      if (!precedes(lesser, queue)) break
      heap[at] = lesser
      at = child
    }
    heap[at] = queue
  }
}

const precedes = (one: SourceQueue, other: SourceQueue): boolean =>
  one.next < other.next || (one.next === other.next && one.source < other.source)
