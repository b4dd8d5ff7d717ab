/**
 * A log-linear histogram of durations with bounded memory, after Gil Tene's HdrHistogram: each
 * doubling is divided into 32 equal buckets, so that a value is known to within 1 part in 32 at
 * every magnitude from 1 ns to 104 days. 12 KB once anything is counted, nothing before.
 */
import type { Percentiles } from '../run/contract.ts'
import { fields, maybe, number, ShapeError, uint32s, type Of } from './store/shape.ts'

const SUB_BITS = 5
const SUB_BUCKETS = 1 << SUB_BITS
/** Values up to 2^53: exact integers of a double. */
const DOUBLINGS = 53 - SUB_BITS
const BUCKETS = SUB_BUCKETS * (DOUBLINGS + 1)
const TWO_32 = 2 ** 32

/** Position of the highest bit set; value at least 1. */
const magnitude = (value: number): number =>
  value < TWO_32 ? 31 - Math.clz32(value) : 63 - Math.clz32(value / TWO_32)

function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return Math.trunc(value)
  if (value < TWO_32) {
    // Most are shorter than four seconds, and integer steps are several times as fast.
    const shift = 31 - Math.clz32(value) - SUB_BITS
    return shift * SUB_BUCKETS + (value >>> shift)
  }
  const shift = magnitude(value) - SUB_BITS
  return (shift + 1) * SUB_BUCKETS + Math.trunc(value / 2 ** shift) - SUB_BUCKETS
}

/** The lowest value of a bucket. */
function lowerBound(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1
  return ((bucket % SUB_BUCKETS) + SUB_BUCKETS) * 2 ** shift
}

/** The state of a histogram at one moment. */
export type HistogramSnapshot = Uint32Array | undefined

/** As a snapshot keeps one: the maximum, and by bucket that is not empty its number and count. */
export const savedHistogram = maybe(fields({ maximum: number, buckets: uint32s }))

export class Histogram {
  #counts: Uint32Array | undefined
  #count = 0
  #maximum = 0

  get count(): number {
    return this.#count
  }

  /** @param value nanoseconds; a negative one counts as 0. */
  add(value: number): void {
    const counts = (this.#counts ??= new Uint32Array(BUCKETS))
    const bucket = value < 1 ? 0 : Math.min(BUCKETS - 1, bucketOf(value))
    counts[bucket] = (counts[bucket] ?? 0) + 1
    this.#count++
    if (value > this.#maximum) this.#maximum = value
  }

  percentiles(): Percentiles {
    return {
      count: this.#count,
      median: this.quantile(0.5),
      p90: this.quantile(0.9),
      p99: this.quantile(0.99),
      maximum: this.#maximum,
    }
  }

  save(): Of<typeof savedHistogram> {
    if (!this.#counts) return undefined
    const buckets = [...this.#counts].flatMap((count, bucket) => (count > 0 ? [bucket, count] : []))
    return { maximum: this.#maximum, buckets: Uint32Array.from(buckets) }
  }

  /** What was saved, into a new histogram. @throws ShapeError */
  load(saved: Of<typeof savedHistogram>): void {
    if (!saved) return
    const counts = (this.#counts = new Uint32Array(BUCKETS))
    this.#maximum = saved.maximum
    for (let at = 0; at < saved.buckets.length; at += 2) {
      const [bucket = BUCKETS, count = 0] = saved.buckets.subarray(at, at + 2)
      if (bucket >= BUCKETS) throw new ShapeError('a bucket expected')
      counts[bucket] = count
      this.#count += count
    }
  }

  snapshot(): HistogramSnapshot {
    return this.#counts?.slice()
  }

  countSince(start: HistogramSnapshot): number {
    let count = this.#count
    if (start) for (const before of start) count -= before
    return count
  }

  /**
   * The middle of the bucket in which the value of this rank lies, never above the maximum; 0 when
   * nothing was counted.
   *
   * @param fraction 0 to 1.
   * @param start counts only what was added after this snapshot was taken.
   */
  quantile(fraction: number, start?: HistogramSnapshot): number {
    const counts = this.#counts
    const total = this.countSince(start)
    if (!counts || total === 0) return 0
    const rank = Math.max(1, Math.ceil(fraction * total))
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += (counts[bucket] ?? 0) - (start?.[bucket] ?? 0)
      if (seen < rank) continue
      const low = lowerBound(bucket)
      return Math.min(this.#maximum, low + Math.floor((lowerBound(bucket + 1) - low) / 2))
    }
    return this.#maximum
  }

  /**
   * Each value counts as the middle of its bucket; 0 when nothing was counted.
   *
   * @param start counts only what was added after this snapshot was taken.
   */
  mean(start?: HistogramSnapshot): number {
    const total = this.countSince(start)
    let sum = 0
    this.#counts?.forEach((count, bucket) => {
      const added = count - (start?.[bucket] ?? 0)
      if (added > 0) sum += (added * (lowerBound(bucket) + lowerBound(bucket + 1) - 1)) / 2
    })
    return total === 0 ? 0 : sum / total
  }

  /** Counts by doubling: doublings[n] is the number of values from 2^n to 2^(n+1) - 1 (0 with 1). */
  doublings(): Uint32Array {
    const doublings = new Uint32Array(54)
    this.#counts?.forEach((count, bucket) => {
      if (count === 0) return
      const at = bucket < 2 ? 0 : magnitude(lowerBound(bucket))
      doublings[at] = (doublings[at] ?? 0) + count
    })
    return doublings
  }
}
