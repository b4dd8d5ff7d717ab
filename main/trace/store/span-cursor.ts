/**
 * Sums of a row of spans at one time after the other: cheap when the times ascend.
 *
 * It goes down from the rows in memory to the head of a segment and to its spans only as far as the
 * resolution asks for. In what is not longer than the resolution, and is not looked into, time is
 * taken to pass in the same shares throughout: a sum there is off by at most a quarter of its
 * length (a share s of a length l that lies all at one end: s (1 - s) l), and where it begins and
 * ends by nothing. Differences of sums therefore add up exactly.
 */
import { categoryOf, SUMS } from '../categories.ts'
import type { Budget, Reach } from './archive.ts'
import {
  BLOCK,
  BLOCKS_PER_ROW,
  lastUpTo,
  ROW,
  ROWS_PER_SEGMENT,
  SEGMENT,
  type SumRows,
} from './levels.ts'
import type { SpanHead, SpanSegment } from './span-codec.ts'

/** What a cursor needs to know of a row of spans. */
export interface SpanLevels {
  readonly count: number
  readonly firstStart: number
  readonly lastStart: number
  readonly lastCategory: number
  /** Those that occur. */
  readonly categories: readonly number[]
  /** In memory: one for every ROW spans of full segments. */
  readonly rows: SumRows
  /** Spans after those of full segments. */
  readonly open: SpanSegment | undefined
  /** Where the rows end: the first span of `open`, or the last span when there is none. */
  readonly rowsEnd: number
  /** Sums up to there. */
  readonly base: Float64Array
  head(segment: number, budget: Budget | undefined): SpanHead | undefined
  segment(segment: number, budget: Budget | undefined): SpanSegment | undefined
}

export class SpanCursor {
  readonly #track: SpanLevels
  readonly #categories: readonly number[]
  readonly #resolution: number
  readonly #blockResolution: number
  readonly #budget: Budget | undefined
  /** From here to there, not included, the fields below hold. */
  #from = 0
  #to = 0
  #row = 0
  /** One by one: where, and the sums up to the span at `#at`. */
  #segment: SpanSegment | undefined
  #at = 0
  /** End of the block. */
  #end = 0
  readonly #sums = new Float64Array(SUMS)
  /** Not one by one: growth of the sums by nanosecond from `#origin` on. */
  readonly #slopes = new Float64Array(SUMS)
  #origin = 0
  /** Spans begun at its beginning, and by nanosecond. */
  #begun = 0
  #beginnings = 0

  /** @param reach how exact; without it, everything is exact as far as it can be read. */
  constructor(track: SpanLevels, reach?: Reach) {
    this.#track = track
    this.#categories = track.categories
    this.#resolution = reach?.resolution ?? 0
    this.#blockResolution = reach?.blockResolution ?? this.#resolution
    this.#budget = reach?.budget
  }

  /**
   * Writes the sums at `time`, of the row's categories only, and returns the number of spans that
   * began at or before it.
   */
  seek(time: number, into: Float64Array): number {
    if (!(time >= this.#from && time < this.#to)) this.#descend(time)
    const sums = this.#sums
    if (this.#segment) return this.#step(this.#segment, time, into)
    const passed = time - this.#origin
    for (const category of this.#categories)
      into[category] = (sums[category] ?? 0) + (this.#slopes[category] ?? 0) * passed
    return this.#begun + Math.floor(this.#beginnings * passed)
  }

  #step({ starts, infos }: SpanSegment, time: number, into: Float64Array): number {
    const sums = this.#sums
    let at = this.#at
    let start = starts[at] ?? 0
    for (let next = at + 1; next < this.#end; next++) {
      const begun = starts[next] ?? 0
      if (begun > time) break
      const category = categoryOf(infos[at] ?? 0)
      sums[category] = (sums[category] ?? 0) + (begun - start)
      start = begun
      at = next
    }
    this.#at = at
    this.#from = start
    for (const category of this.#categories) into[category] = sums[category] ?? 0
    const category = categoryOf(infos[at] ?? 0)
    into[category] = (into[category] ?? 0) + (time - start)
    return this.#begun + at + 1
  }

  #descend(time: number): void {
    const track = this.#track
    const { rows, open, rowsEnd, base } = track
    if (track.count === 0 || time < track.firstStart) return this.#nothing()
    if (time >= track.lastStart) return this.#last()
    if (open && time >= rowsEnd) return this.#enter(open, time, rows.count * ROW, base)
    const row = lastUpTo(rows.starts, rows.count, time, this.#rowBefore(time))
    this.#row = row
    const from = rows.starts[row] ?? 0
    const to = this.#rowStart(row + 1)
    const length = to - from
    if (length > this.#resolution && this.#lookInto(row, length, time)) return
    for (let category = 0; category < SUMS; category++) {
      const sum = rows.sumAt(row, category)
      this.#sums[category] = sum
      this.#slopes[category] = (this.#sumUpTo(row + 1, category) - sum) / length
    }
    this.#straight(from, to, row * ROW, Math.min(track.count, row * ROW + ROW))
  }

  /** @returns whether the head or the spans of the row's segment could be had. */
  #lookInto(row: number, length: number, time: number): boolean {
    const track = this.#track
    const budget = this.#budget
    const number = Math.floor(row / ROWS_PER_SEGMENT)
    // Of spans so long most blocks would be too long as well.
    const oneByOne = length > BLOCKS_PER_ROW * this.#blockResolution
    if (oneByOne && this.#enterSegment(number, time)) return true
    const head = track.head(number, budget)
    if (!head) return false
    const { blocks } = head
    const first = (row % ROWS_PER_SEGMENT) * BLOCKS_PER_ROW
    const block = lastUpTo(blocks.starts, blocks.count, time, first)
    const isLast = block + 1 === blocks.count
    const from = blocks.starts[block] ?? 0
    const nextRow = (number + 1) * ROWS_PER_SEGMENT
    const to = isLast ? this.#rowStart(nextRow) : (blocks.starts[block + 1] ?? 0)
    const tooLong = !oneByOne && to - from > this.#blockResolution
    if (tooLong && this.#enterSegment(number, time)) return true
    for (let category = 0; category < SUMS; category++) {
      const before = track.rows.sumAt(number * ROWS_PER_SEGMENT, category)
      const sum = before + blocks.sumAt(block, category)
      const next = isLast
        ? this.#sumUpTo(nextRow, category)
        : before + blocks.sumAt(block + 1, category)
      this.#sums[category] = sum
      this.#slopes[category] = to > from ? (next - sum) / (to - from) : 0
    }
    const index = number * SEGMENT + block * BLOCK
    this.#straight(from, to, index, Math.min(track.count, index + BLOCK))
    return true
  }

  #enterSegment(number: number, time: number): boolean {
    const segment = this.#track.segment(number, this.#budget)
    if (!segment) return false
    const row = number * ROWS_PER_SEGMENT
    for (let category = 0; category < SUMS; category++)
      this.#sums[category] = this.#track.rows.sumAt(row, category)
    this.#enter(segment, time, row * ROW, this.#sums)
    return true
  }

  #enter(segment: SpanSegment, time: number, first: number, base: Float64Array): void {
    const { blocks, starts, count } = segment
    const block = lastUpTo(blocks.starts, blocks.count, time)
    for (let category = 0; category < SUMS; category++)
      this.#sums[category] = (base[category] ?? 0) + blocks.sumAt(block, category)
    this.#segment = segment
    this.#at = block * BLOCK
    this.#end = Math.min(count, this.#at + BLOCK)
    this.#from = starts[this.#at] ?? 0
    this.#to = this.#end < count ? (starts[this.#end] ?? 0) : this.#segmentEnd(first + count)
    this.#begun = first
  }

  /** @param first index of the first span, @param end after the last. */
  #straight(from: number, to: number, first: number, end: number): void {
    this.#segment = undefined
    this.#from = from
    this.#to = to
    this.#origin = from
    this.#begun = first + 1
    this.#beginnings = (end - first - 1) / (to - from)
  }

  #nothing(): void {
    const { count, firstStart } = this.#track
    this.#sums.fill(0)
    this.#slopes.fill(0)
    this.#segment = undefined
    this.#from = -Infinity
    this.#to = count > 0 ? firstStart : Infinity
    this.#origin = 0
    this.#begun = 0
    this.#beginnings = 0
  }

  /** In the last span, which goes on. */
  #last(): void {
    const { open, base, lastStart, lastCategory, count } = this.#track
    const sums = open?.sums
    for (let category = 0; category < SUMS; category++)
      this.#sums[category] = (base[category] ?? 0) + (sums?.[category] ?? 0)
    this.#slopes.fill(0)
    this.#slopes[lastCategory] = 1
    this.#segment = undefined
    this.#from = lastStart
    this.#to = Infinity
    this.#origin = lastStart
    this.#begun = count
    this.#beginnings = 0
  }

  #rowBefore(time: number): number {
    return (this.#track.rows.starts[this.#row] ?? Infinity) <= time ? this.#row : 0
  }

  #rowStart(row: number): number {
    const { rows, rowsEnd } = this.#track
    return row < rows.count ? (rows.starts[row] ?? 0) : rowsEnd
  }

  #sumUpTo(row: number, category: number): number {
    const { rows, base } = this.#track
    return row < rows.count ? rows.sumAt(row, category) : (base[category] ?? 0)
  }

  /** @param end index of the first span after the segment. */
  #segmentEnd(end: number): number {
    const { count, lastStart } = this.#track
    return end >= count ? lastStart : this.#rowStart(end / ROW)
  }
}
