/** The items a queue holds in the runner, in the order of their arrival. */
import { splitAt, type Segment } from './records.ts'

export class SegmentStore {
  #segments: Segment[] = []
  /** Segments before this one are gone; they are cut off now and then. */
  #head = 0
  /** Records at the beginning that are gone already. */
  #dropped = 0
  #count = 0
  #bytes = 0

  get count(): number {
    return this.#count
  }

  /** With those of the records that were dropped, until their segment goes. */
  get bytes(): number {
    return this.#bytes
  }

  push(segment: Segment): void {
    this.#segments.push(segment)
    this.#count += segment.count
    this.#bytes += segment.bytes.length
  }

  /** Puts segments back that were taken before, where their numbers say. */
  restore(returned: readonly Segment[]): void {
    if (returned.length === 0) return
    this.#cutDropped()
    for (const segment of returned) {
      this.#count += segment.count
      this.#bytes += segment.bytes.length
    }
    // What comes back was at the front, so this sorts a nearly sorted list, and rarely.
    this.#segments = [...returned, ...this.#segments.slice(this.#head)].sort(
      (one, other) => one.first - other.first,
    )
    this.#head = 0
  }

  /** The oldest records: up to `count` in one piece of memory, at least one; none: undefined. */
  take(count: number, maximumBytes = Infinity): Segment | undefined {
    this.#cutDropped()
    return this.#take(count, maximumBytes)
  }

  #take(count: number, maximumBytes: number): Segment | undefined {
    const segment = this.#segments[this.#head]
    if (segment === undefined || count < 1) return undefined
    const split = splitAt(segment, count, maximumBytes)
    this.#count -= split.count
    this.#bytes -= split.bytes
    if (split.count === segment.count) {
      this.#removeHead()
      return segment
    }
    this.#segments[this.#head] = {
      bytes: segment.bytes.subarray(split.bytes),
      first: segment.first + split.count,
      count: segment.count - split.count,
    }
    return {
      bytes: segment.bytes.subarray(0, split.bytes),
      first: segment.first,
      count: split.count,
    }
  }

  /** Forgets the oldest `count` records, or all if there are fewer. */
  drop(count: number): void {
    const dropped = Math.min(count, this.#count)
    this.#count -= dropped
    this.#dropped += dropped
    // Where the records end is looked for in a segment that is needed again, and in no other.
    for (;;) {
      const segment = this.#segments[this.#head]
      if (segment === undefined || segment.count > this.#dropped) return
      this.#dropped -= segment.count
      this.#bytes -= segment.bytes.length
      this.#removeHead()
    }
  }

  #cutDropped(): void {
    if (this.#dropped === 0) return
    // They were subtracted when they were dropped.
    this.#count += this.#dropped
    this.#take(this.#dropped, Infinity)
    this.#dropped = 0
  }

  /** Everything, oldest first; the store is empty afterwards. */
  takeAll(): readonly Segment[] {
    this.#cutDropped()
    const all = this.#segments.slice(this.#head)
    this.#segments = []
    this.#head = 0
    this.#count = 0
    this.#bytes = 0
    return all
  }

  #removeHead(): void {
    this.#head++
    if (this.#head < 64 || this.#head * 2 < this.#segments.length) return
    this.#segments = this.#segments.slice(this.#head)
    this.#head = 0
  }
}
