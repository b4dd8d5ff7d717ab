/**
 * A counter over time (waiters of a lock, depth of a queue) as a step function: append-only. The
 * newest steps are in memory one by one; full segments of 4,096 are put into the session's archive
 * (store/), and what stays of them in memory is, for each 512, where they begin, the integral and
 * the rises up to there, and the range of their values: mean, minimum, maximum and the number of
 * rises and falls over any range cost the same for few steps as for many.
 *
 * Values may be negative for a moment (a get can be merged before its put by microseconds); what
 * is answered never is. Memory: 12 bytes a step (18 where items are known) up to 4,096 of them,
 * then less than 0.1 byte a step.
 */
import type { Archive, Budget } from './store/archive.ts'
import {
  BLOCK,
  BLOCKS_PER_ROW,
  lastUpTo,
  ROW,
  ROWS_PER_SEGMENT,
  rowsOf,
  savedStepRows,
  SEGMENT,
  StepRows,
} from './store/levels.ts'
import { RowSegments, visitSegments, type SegmentCodec } from './store/row-segments.ts'
import { count, fields, maybe, number, uint32s, type Of } from './store/shape.ts'
import {
  decodeStepBody,
  decodeStepHead,
  encodeStepBody,
  encodeStepHead,
  StepHead,
  StepSegment,
} from './store/step-codec.ts'
import type { StepLevels } from './store/step-cursor.ts'

const CODEC: SegmentCodec<StepSegment, StepHead> = {
  Body: StepSegment,
  Head: StepHead,
  encodeBody: encodeStepBody,
  encodeHead: encodeStepHead,
  decodeBody: decodeStepBody,
  decodeHead: decodeStepHead,
}
const FIRST_CAPACITY = 64
const NO_ROWS = new StepRows(0)

export interface StepRange {
  minimum: number
  maximum: number
}

/** As a snapshot keeps a counter that was closed; nothing of one without steps. */
export const savedSteps = maybe(
  fields({
    count,
    value: number,
    lastTime: number,
    integral: number,
    rows: savedStepRows,
    segments: uint32s,
  }),
)

export class StepTrack implements StepLevels {
  readonly #archive: Archive
  #count = 0
  #value = 0
  #lastTime = 0
  #open: StepSegment | undefined
  /** In the store. */
  #segments: RowSegments<StepSegment, StepHead> | undefined
  #rows = NO_ROWS
  /** Up to where the rows end. */
  #integral = 0
  #isClosed = false

  constructor(archive: Archive) {
    this.#archive = archive
  }

  get count(): number {
    return this.#count
  }

  /** As displayed: never negative. */
  get value(): number {
    return Math.max(0, this.#value)
  }

  get firstTime(): number {
    return this.#rows.count > 0 ? (this.#rows.starts[0] ?? 0) : (this.#open?.times[0] ?? 0)
  }

  get lastTime(): number {
    return this.#lastTime
  }

  /** Steps up. */
  get rises(): number {
    return (this.#value + this.#count) / 2
  }

  /** Value × nanoseconds from the first step to the last. */
  get integral(): number {
    return this.#integral + (this.#open?.integral ?? 0)
  }

  /** @internal For StepCursor, as those below. */
  get open(): StepSegment | undefined {
    return this.#open
  }

  get rows(): StepRows {
    return this.#rows
  }

  get rowsEnd(): number {
    return this.#open?.times[0] ?? this.#lastTime
  }

  get base(): number {
    return this.#integral
  }

  /**
   * One up or one down at `time`, never before the last step.
   * @param lane track of the lane that put or took `item`; 0: there is none.
   */
  step(time: number, by: 1 | -1, item = 0, lane = 0): void {
    const open = this.#openForNext(time)
    const at = open.count++
    this.#value += by
    open.times[at] = time
    open.values[at] = this.#value
    if (lane !== 0) {
      if (!open.knowsItems) open.rememberItems()
      open.items[at] = item
      open.lanes[at] = lane
    }
    this.#lastTime = time
    this.#count++
  }

  /** Puts what is left into the store. Nothing may be added afterwards. */
  close(): void {
    const open = this.#open
    this.#isClosed = true
    if (!open) return
    this.#put(open)
    this.#integral += open.integral
    this.#open = undefined
  }

  /** After `close`. */
  save(): Of<typeof savedSteps> {
    if (!this.#segments) return undefined
    return {
      count: this.#count,
      value: this.#value,
      lastTime: this.#lastTime,
      integral: this.#integral,
      rows: this.#rows.save(),
      segments: this.#segments.save(),
    }
  }

  /** What was saved, into a new counter. @throws ShapeError */
  load(saved: Of<typeof savedSteps>): void {
    this.#isClosed = true
    if (!saved) return
    this.#count = saved.count
    this.#value = saved.value
    this.#lastTime = saved.lastTime
    this.#integral = saved.integral
    this.#rows = StepRows.load(saved.rows, rowsOf(saved.count))
    this.#segments = RowSegments.load(this.#archive, CODEC, saved.segments, saved.count)
  }

  /** Where its segment cannot be read: the time of a step before it. */
  timeOf(index: number): number {
    const segment = this.#segmentOf(index)
    if (segment) return segment.times[index % SEGMENT] ?? 0
    return this.#rows.starts[Math.floor(index / ROW)] ?? 0
  }

  /** The value after the step; 0 before the first one, and where its segment cannot be read. */
  valueOf(index: number): number {
    return Math.max(0, this.#segmentOf(index)?.values[index % SEGMENT] ?? 0)
  }

  /** Of a queue: the item that was put or taken. Only where `laneAt` is not 0. */
  itemAt(index: number): number {
    return this.#segmentOf(index)?.items[index % SEGMENT] ?? 0
  }

  /** Of a queue: track of the lane that put or took it; 0: not known. */
  laneAt(index: number): number {
    return this.#segmentOf(index)?.lanes[index % SEGMENT] ?? 0
  }

  /**
   * Visits the steps from index `first` to `last`, decoding each segment once; those of a segment
   * that cannot be read are left out.
   *
   * @param visit is given the segment's columns and the step's place in them; false: no more.
   */
  visit(
    first: number,
    last: number,
    visit: (segment: StepSegment, at: number, index: number) => unknown,
    budget?: Budget,
  ): void {
    visitSegments(
      Math.max(0, first),
      Math.min(this.#count - 1, last),
      (index) => this.#segmentOf(index, budget),
      visit,
    )
  }

  /**
   * Index of the last step at or before `time`; -1: none. Where its segment cannot be read, that of
   * a step before it.
   */
  find(time: number): number {
    if (this.#count === 0 || time < this.firstTime) return -1
    if (time >= this.#lastTime) return this.#count - 1
    if (this.#open && time >= this.rowsEnd) return this.#rows.count * ROW + this.#open.find(time)
    const row = lastUpTo(this.#rows.starts, this.#rows.count, time)
    const number = Math.floor(row / ROWS_PER_SEGMENT)
    const segment = this.segment(number)
    if (segment) return number * SEGMENT + segment.find(time)
    return row * ROW
  }

  /** Value × nanoseconds from the first step to `time`, `index` being `find(time)`. */
  integralAt(time: number, index: number): number {
    if (index < 0) return 0
    if (index === this.#count - 1) return this.integral + this.value * (time - this.#lastTime)
    const segment = this.#segmentOf(index)
    const first = Math.floor(index / SEGMENT) * ROWS_PER_SEGMENT
    const before = segment === this.#open ? this.#integral : (this.#rows.integrals[first] ?? 0)
    if (segment) return before + segment.integralAt(time, index % SEGMENT)
    return this.#rows.integrals[Math.floor(index / ROW)] ?? 0
  }

  /** How many steps up to and including `index` went up. */
  risesAt(index: number): number {
    if (index < 0) return 0
    if (index >= this.#count - 1) return this.rises
    const segment = this.#segmentOf(index)
    if (segment) return ((segment.values[index % SEGMENT] ?? 0) + index + 1) / 2
    return this.#rows.rises[Math.floor(index / ROW)] ?? 0
  }

  /**
   * Widens `range` to the values after the steps from index `first` to `last`. What may not be
   * decoded or cannot be read counts with its block, or its row.
   */
  widen(range: StepRange, first: number, last: number, budget?: Budget): void {
    let index = Math.max(0, first)
    while (index <= last) {
      const row = Math.floor(index / ROW)
      const end = Math.min(last + 1, (row + 1) * ROW)
      if (row >= this.#rows.count) {
        const before = this.#rows.count * ROW
        if (this.#open) widenBy(range, this.#open, index - before, last + 1 - before)
        return
      }
      const whole = index === row * ROW && end === Math.min(this.#count, (row + 1) * ROW)
      if (whole || !this.#widenWithin(range, index, end, budget))
        include(range, this.#rows.minima[row] ?? 0, this.#rows.maxima[row] ?? 0)
      index = end
    }
  }

  /** Within a row of full segments. @param end index after the last. */
  #widenWithin(range: StepRange, first: number, end: number, budget?: Budget): boolean {
    const number = Math.floor(first / SEGMENT)
    const [from, to] = [first % SEGMENT, end - number * SEGMENT]
    const ofBlocks = first % BLOCK === 0 && (end % BLOCK === 0 || end === this.#count)
    const segment = ofBlocks ? undefined : this.segment(number, budget)
    if (segment) {
      widenBy(range, segment, from, to)
      return true
    }
    const blocks = this.head(number, budget)?.blocks
    if (!blocks) return false
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++)
      include(range, blocks.minima[block] ?? 0, blocks.maxima[block] ?? 0)
    return true
  }

  /** @internal */
  segment(number: number, budget?: Budget): StepSegment | undefined {
    return this.#segments?.body(number, this.#count, budget)
  }

  /** @internal */
  head(number: number, budget?: Budget): StepHead | undefined {
    return this.#segments?.head(number, this.#count, budget)
  }

  #segmentOf(index: number, budget?: Budget): StepSegment | undefined {
    if (index < 0) return undefined
    if (this.#open && index >= this.#rows.count * ROW) return this.#open
    return this.segment(Math.floor(index / SEGMENT), budget)
  }

  #openForNext(time: number): StepSegment {
    const open = this.#open
    if (!open) {
      if (this.#isClosed) throw new Error('added to a counter that was closed')
      return (this.#open = new StepSegment(FIRST_CAPACITY, 0))
    }
    if (open.count === SEGMENT) {
      this.#put(open)
      this.#integral += open.integral + this.value * (time - this.#lastTime)
      open.clear(this.#value)
    } else if (open.count === open.times.length) open.grow()
    return open
  }

  #put(segment: StepSegment): void {
    if (!this.#segments) {
      this.#segments = new RowSegments(this.#archive, CODEC)
      this.#rows = new StepRows()
    }
    const { blocks, count, before } = segment
    const rises = (before + this.#count - count) / 2
    for (let block = 0; block < blocks.count; block += BLOCKS_PER_ROW) {
      let [minimum, maximum] = [Infinity, -Infinity]
      for (let part = block; part < Math.min(blocks.count, block + BLOCKS_PER_ROW); part++) {
        minimum = Math.min(minimum, blocks.minima[part] ?? 0)
        maximum = Math.max(maximum, blocks.maxima[part] ?? 0)
      }
      this.#rows.push(
        blocks.starts[block] ?? 0,
        this.#integral + (blocks.integrals[block] ?? 0),
        rises + (blocks.rises[block] ?? 0),
        minimum,
        maximum,
      )
    }
    this.#segments.put(segment, segment.times)
  }
}

function include(range: StepRange, minimum: number, maximum: number): void {
  if (minimum < range.minimum) range.minimum = Math.max(0, minimum)
  if (maximum > range.maximum) range.maximum = maximum
}

function widenBy(range: StepRange, segment: StepSegment, first: number, end: number): void {
  const { blocks, values } = segment
  for (let at = first; at < end;) {
    const stop = Math.min(end, at - (at % BLOCK) + BLOCK)
    if (stop - at === BLOCK)
      include(range, blocks.minima[at / BLOCK] ?? 0, blocks.maxima[at / BLOCK] ?? 0)
    else
      for (let step = at; step < stop; step++) include(range, values[step] ?? 0, values[step] ?? 0)
    at = stop
  }
}
