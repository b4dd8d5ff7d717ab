/**
 * The spans of one row, append-only and without gaps. The newest are in memory one by one; full
 * segments of 4,096 are put into the session's archive (store/), and what stays of them in memory
 * is where each 512 begin and the cumulative time by category up to there. The time spent in each
 * category over any range is then the difference of two look-ups, and costs the same for a hundred
 * spans as for a hundred million.
 *
 * Memory: 16 bytes a span (12 in rows of locks) up to 4,096 of them, then about 0.1 byte a span.
 */
import {
  categoryOf,
  detailOf,
  endingOf,
  infoOf,
  isWait,
  SUMS,
  WAITS,
  type Category,
} from './categories.ts'
import type { Archive, Budget } from './store/archive.ts'
import {
  BLOCKS_PER_ROW,
  lastUpTo,
  ROW,
  ROWS_PER_SEGMENT,
  rowsOf,
  savedSumRows,
  SEGMENT,
  SumRows,
} from './store/levels.ts'
import { RowSegments, visitSegments, type SegmentCodec } from './store/row-segments.ts'
import {
  count,
  fields,
  float64s,
  maybe,
  number,
  ShapeError,
  uint32s,
  type Of,
} from './store/shape.ts'
import {
  decodeSpanBody,
  decodeSpanHead,
  encodeSpanBody,
  encodeSpanHead,
  isContention,
  SpanHead,
  SpanSegment,
} from './store/span-codec.ts'
import { SpanCursor, type SpanLevels } from './store/span-cursor.ts'

const CODEC: SegmentCodec<SpanSegment, SpanHead> = {
  Body: SpanSegment,
  Head: SpanHead,
  encodeBody: encodeSpanBody,
  encodeHead: encodeSpanHead,
  decodeBody: decodeSpanBody,
  decodeHead: decodeSpanHead,
}
const FIRST_CAPACITY = 64
const NO_ROWS = new SumRows(0)
const NO_SUMS: Float64Array = new Float64Array(SUMS)

export interface Span {
  readonly index: number
  readonly start: number
  /** Undefined: it still lasts. */
  readonly end: number | undefined
  readonly category: number
  readonly detail: number
  /** Track ids; 0: nobody or not known. */
  readonly holder: number
  readonly ender: number
  readonly ending: number
}

/** As a snapshot keeps a row that was closed; nothing of one without spans. */
export const savedSpans = maybe(
  fields({
    count,
    lastStart: number,
    lastInfo: count,
    base: float64s,
    rows: savedSumRows,
    segments: uint32s,
  }),
)

export class SpanTrack implements SpanLevels {
  readonly #archive: Archive
  readonly #blame: boolean
  #count = 0
  #lastStart = 0
  #lastInfo = 0
  #open: SpanSegment | undefined
  /** In the store. */
  #segments: RowSegments<SpanSegment, SpanHead> | undefined
  #rows = NO_ROWS
  #base = NO_SUMS
  #isClosed = false

  /** @param blame keep who held and who ended. */
  constructor(archive: Archive, blame: boolean) {
    this.#archive = archive
    this.#blame = blame
  }

  get count(): number {
    return this.#count
  }

  /** Those that occur, ascending: two or three of them in most rows. */
  get categories(): readonly number[] {
    const sums = this.#open?.sums
    const last = this.#count > 0 ? this.lastCategory : -1
    const categories: number[] = []
    for (let category = 0; category < WAITS; category++)
      if ((this.#base[category] ?? 0) + (sums?.[category] ?? 0) > 0 || category === last)
        categories.push(category)
    return categories
  }

  get lastCategory(): number {
    return this.#count === 0 ? 0 : categoryOf(this.#lastInfo)
  }

  get lastStart(): number {
    return this.#lastStart
  }

  get firstStart(): number {
    return this.#rows.count > 0 ? (this.#rows.starts[0] ?? 0) : (this.#open?.starts[0] ?? 0)
  }

  /** @internal For SpanCursor, as those below. */
  get open(): SpanSegment | undefined {
    return this.#open
  }

  get rows(): SumRows {
    return this.#rows
  }

  get rowsEnd(): number {
    return this.#open?.starts[0] ?? this.#lastStart
  }

  get base(): Float64Array {
    return this.#base
  }

  /**
   * The row is in this category from `time` on (never before the last span's start). Nothing
   * happens when it is already, except that a wait always begins a span of its own.
   */
  append(time: number, category: Category, detail: number, holder = 0): void {
    const info = infoOf(category, detail)
    if (this.#count > 0 && !isWait(category)) {
      if (this.#lastInfo << 4 === info << 4) return
      if (time === this.#lastStart && !isWait(categoryOf(this.#lastInfo))) {
        this.#lastInfo = info
        if (this.#open) this.#open.infos[this.#open.count - 1] = info
        return
      }
    }
    const open = this.#openForNext(time)
    const at = open.count++
    open.starts[at] = time
    open.infos[at] = info
    if (this.#blame) {
      open.holders[at] = holder
      open.enders[at] = 0
    }
    this.#lastStart = time
    this.#lastInfo = info
    this.#count++
  }

  /** Says how the last span, a wait, ended. */
  endWait(ender: number, ending: number): void {
    const open = this.#open
    if (!open) return
    this.#lastInfo = ((ending << 28) | (this.#lastInfo & 0x0fff_ffff)) >>> 0
    open.infos[open.count - 1] = this.#lastInfo
    if (this.#blame) open.enders[open.count - 1] = ender
  }

  /** Puts what is left into the store. Nothing may be appended afterwards. */
  close(): void {
    const open = this.#open
    this.#isClosed = true
    if (!open) return
    this.#put(open)
    this.#addToBase(open.sums)
    this.#open = undefined
  }

  /** After `close`. */
  save(): Of<typeof savedSpans> {
    if (!this.#segments) return undefined
    return {
      count: this.#count,
      lastStart: this.#lastStart,
      lastInfo: this.#lastInfo,
      base: this.#base,
      rows: this.#rows.save(),
      segments: this.#segments.save(),
    }
  }

  /** What was saved, into a new row. @throws ShapeError */
  load(saved: Of<typeof savedSpans>): void {
    this.#isClosed = true
    if (!saved) return
    if (saved.base.length !== SUMS) throw new ShapeError('sums expected')
    this.#count = saved.count
    this.#lastStart = saved.lastStart
    this.#lastInfo = saved.lastInfo
    this.#base = saved.base
    this.#rows = SumRows.load(saved.rows, rowsOf(saved.count))
    this.#segments = RowSegments.load(this.#archive, CODEC, saved.segments, saved.count)
  }

  /**
   * Index of the span that `time` falls in; -1 before the first. Where its segment cannot be read,
   * that of a span before it.
   */
  find(time: number, budget?: Budget): number {
    if (this.#count === 0 || time < this.firstStart) return -1
    if (time >= this.#lastStart) return this.#count - 1
    if (this.#open && time >= this.rowsEnd) return this.#rows.count * ROW + this.#open.find(time)
    const row = lastUpTo(this.#rows.starts, this.#rows.count, time)
    const number = Math.floor(row / ROWS_PER_SEGMENT)
    const segment = this.segment(number, budget)
    if (segment) return number * SEGMENT + segment.find(time)
    return row * ROW
  }

  /** The same within a row of ROW spans, and without reading anything. */
  findRoughly(time: number): number {
    if (this.#count === 0 || time < this.firstStart) return -1
    if (this.#open && time >= this.rowsEnd) return this.#rows.count * ROW + this.#open.find(time)
    return lastUpTo(this.#rows.starts, this.#rows.count, time) * ROW
  }

  /** Where its segment cannot be read: the start of a span before it. */
  startOf(index: number): number {
    const row = Math.floor(index / ROW)
    const segment = index % ROW === 0 && row < this.#rows.count ? undefined : this.#segmentOf(index)
    if (segment) return segment.starts[index % SEGMENT] ?? 0
    return this.#rows.starts[row] ?? 0
  }

  /** Undefined: there is no such span, or its segment cannot be read. */
  at(index: number): Span | undefined {
    const segment = this.#segmentOf(index)
    if (!segment || index < 0 || index >= this.#count) return undefined
    const at = index % SEGMENT
    const info = segment.infos[at] ?? 0
    return {
      index,
      start: segment.starts[at] ?? 0,
      end: index + 1 < this.#count ? this.startOf(index + 1) : undefined,
      category: categoryOf(info),
      detail: detailOf(info),
      holder: segment.holders[at] ?? 0,
      ender: segment.enders[at] ?? 0,
      ending: endingOf(info),
    }
  }

  /**
   * Visits the spans from index `first` to `last`, decoding each segment once; those of a segment
   * that cannot be read are left out.
   *
   * @param visit is given the segment's columns and the span's place in them; false: no more.
   */
  visit(
    first: number,
    last: number,
    visit: (segment: SpanSegment, at: number, index: number) => unknown,
    budget?: Budget,
  ): void {
    visitSegments(
      Math.max(0, first),
      Math.min(this.#count - 1, last),
      (index) => this.#segmentOf(index, budget),
      visit,
    )
  }

  /** Nanoseconds by category from the row's beginning to `time` (SUMS long). */
  sumsAt(time: number, into = new Float64Array(SUMS)): Float64Array {
    new SpanCursor(this).seek(time, into)
    return into
  }

  /** The nearest span after (before) the one at `index` that is contention, or -1. */
  contention(index: number, direction: 'next' | 'previous'): number {
    const step = direction === 'next' ? 1 : -1
    let at = index + step
    while (at >= 0 && at < this.#count) {
      const row = Math.floor(at / ROW)
      const stop = direction === 'next' ? Math.min(this.#count, (row + 1) * ROW) : row * ROW - 1
      // A row in which no wait began is passed over in one step.
      const segment = this.#hasContention(row) ? this.#segmentOf(at) : undefined
      for (; segment && at !== stop; at += step)
        if (isContention(this.#blame, categoryOf(segment.infos[at % SEGMENT] ?? 0))) return at
      at = stop
    }
    return -1
  }

  /** @internal */
  segment(number: number, budget?: Budget): SpanSegment | undefined {
    return this.#segments?.body(number, this.#count, budget)
  }

  /** @internal */
  head(number: number, budget?: Budget): SpanHead | undefined {
    return this.#segments?.head(number, this.#count, budget)
  }

  #segmentOf(index: number, budget?: Budget): SpanSegment | undefined {
    if (this.#open && index >= this.#rows.count * ROW) return this.#open
    return this.segment(Math.floor(index / SEGMENT), budget)
  }

  #hasContention(row: number): boolean {
    const rows = this.#rows
    // The open segment is searched as it is; the last span is in nobody's sums.
    if (row >= rows.count - 1) return true
    return rows.sumAt(row + 1, WAITS) > rows.sumAt(row, WAITS)
  }

  #openForNext(time: number): SpanSegment {
    const open = this.#open
    if (!open) {
      if (this.#isClosed) throw new Error('appended to a row that was closed')
      return (this.#open = new SpanSegment(FIRST_CAPACITY, this.#blame))
    }
    if (open.count === SEGMENT) {
      this.#put(open)
      this.#addToBase(open.sums)
      const last = this.lastCategory
      this.#base[last] = (this.#base[last] ?? 0) + (time - this.#lastStart)
      if (isContention(this.#blame, last)) this.#base[WAITS] = (this.#base[WAITS] ?? 0) + 1
      open.clear()
    } else if (open.count === open.starts.length) open.grow()
    return open
  }

  #put(segment: SpanSegment): void {
    if (!this.#segments) {
      this.#segments = new RowSegments(this.#archive, CODEC)
      this.#rows = new SumRows()
      this.#base = new Float64Array(SUMS)
    }
    const { blocks } = segment
    const sums = new Float64Array(SUMS)
    for (let block = 0; block < blocks.count; block += BLOCKS_PER_ROW) {
      for (let category = 0; category < SUMS; category++)
        sums[category] = (this.#base[category] ?? 0) + blocks.sumAt(block, category)
      this.#rows.push(blocks.starts[block] ?? 0, sums)
    }
    this.#segments.put(segment, segment.starts)
  }

  #addToBase(sums: Float64Array): void {
    for (let category = 0; category < SUMS; category++)
      this.#base[category] = (this.#base[category] ?? 0) + (sums[category] ?? 0)
  }
}
