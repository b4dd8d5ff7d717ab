/**
 * Sums of a counter at one time after the other: cheap when the times ascend.
 *
 * As SpanCursor, it looks only as far into segments as the resolution asks for. In what is not
 * looked into, the integral and the numbers of steps up and down are taken to grow evenly: they are
 * right where it begins and ends, and off by less than their growth within it anywhere between.
 */
import type { Budget, Reach } from './archive.ts'
import {
  BLOCK,
  BLOCKS_PER_ROW,
  lastUpTo,
  ROW,
  ROWS_PER_SEGMENT,
  SEGMENT,
  type StepRows,
} from './levels.ts'
import type { StepHead, StepSegment } from './step-codec.ts'

/** What a cursor needs to know of a counter. */
export interface StepLevels {
  readonly count: number
  readonly firstTime: number
  readonly lastTime: number
  readonly value: number
  readonly rises: number
  readonly integral: number
  /** In memory: one for every ROW steps of full segments. */
  readonly rows: StepRows
  /** Steps after those of full segments. */
  readonly open: StepSegment | undefined
  /** Where the rows end: the first step of `open`, or the last step when there is none. */
  readonly rowsEnd: number
  /** Integral up to there. */
  readonly base: number
  head(segment: number, budget: Budget | undefined): StepHead | undefined
  segment(segment: number, budget: Budget | undefined): StepSegment | undefined
}

export class StepCursor {
  /** At the time that was sought: value × nanoseconds from the first step on. */
  integral = 0
  /** Steps up and down until then. */
  rises = 0
  falls = 0
  /** Its last step is one from the one index to the other; -1: there is none. */
  first = -1
  last = -1
  readonly #track: StepLevels
  readonly #resolution: number
  readonly #blockResolution: number
  readonly #budget: Budget | undefined
  /** From here to there, not included, the fields below hold. */
  #from = 0
  #to = 0
  #row = 0
  /** One by one: where. */
  #segment: StepSegment | undefined
  #at = 0
  #end = 0
  #index = 0
  /** At the step at `#at`, or where what is not looked into begins. */
  #integral = 0
  #rises = 0
  #falls = 0
  #origin = 0
  /** By nanosecond. */
  #growth = 0
  #rising = 0
  #falling = 0

  /** @param reach how exact; without it, everything is exact as far as it can be read. */
  constructor(track: StepLevels, reach?: Reach) {
    this.#track = track
    this.#resolution = reach?.resolution ?? 0
    this.#blockResolution = reach?.blockResolution ?? this.#resolution
    this.#budget = reach?.budget
  }

  seek(time: number): void {
    if (!(time >= this.#from && time < this.#to)) this.#descend(time)
    if (this.#segment) return this.#step(this.#segment, time)
    const passed = time - this.#origin
    this.integral = this.#integral + this.#growth * passed
    this.rises = Math.floor(this.#rises + this.#rising * passed)
    this.falls = Math.floor(this.#falls + this.#falling * passed)
  }

  #step(segment: StepSegment, time: number): void {
    const { times, values } = segment
    let at = this.#at
    let begun = times[at] ?? 0
    for (let next = at + 1; next < this.#end; next++) {
      const end = times[next] ?? 0
      if (end > time) break
      this.#integral += Math.max(0, values[at] ?? 0) * (end - begun)
      begun = end
      at = next
    }
    this.#at = at
    this.#from = begun
    this.integral = this.#integral + Math.max(0, values[at] ?? 0) * (time - begun)
    this.rises = this.#rises + segment.risesAt(at)
    this.first = this.last = this.#index + at
    this.falls = this.last + 1 - this.rises
  }

  #descend(time: number): void {
    const track = this.#track
    const { rows, open, rowsEnd, count } = track
    if (count === 0 || time < track.firstTime) return this.#nothing()
    if (time >= track.lastTime) return this.#last()
    if (open && time >= rowsEnd) return this.#enter(open, time, rows.count * ROW, track.base)
    const row = lastUpTo(rows.starts, rows.count, time, this.#rowBefore(time))
    this.#row = row
    const from = rows.starts[row] ?? 0
    const to = this.#rowStart(row + 1)
    if (to - from > this.#resolution && this.#lookInto(row, to - from, time)) return
    this.#integral = rows.integrals[row] ?? 0
    this.#rises = rows.rises[row] ?? 0
    const end = Math.min(count, row * ROW + ROW)
    this.#straight(from, to, row * ROW, end, this.#integralAt(row + 1), this.#risesAt(row + 1))
  }

  /** @returns whether the head or the steps of the row's segment could be had. */
  #lookInto(row: number, length: number, time: number): boolean {
    const track = this.#track
    const budget = this.#budget
    const number = Math.floor(row / ROWS_PER_SEGMENT)
    // Of steps so far apart most blocks would be too long as well.
    const oneByOne = length > BLOCKS_PER_ROW * this.#blockResolution
    if (oneByOne && this.#enterSegment(number, time)) return true
    const head = track.head(number, budget)
    if (!head) return false
    const { starts, integrals, rises, count } = head.blocks
    const first = (row % ROWS_PER_SEGMENT) * BLOCKS_PER_ROW
    const block = lastUpTo(starts, count, time, first)
    const isLast = block + 1 === count
    const nextRow = (number + 1) * ROWS_PER_SEGMENT
    const from = starts[block] ?? 0
    const to = isLast ? this.#rowStart(nextRow) : (starts[block + 1] ?? 0)
    const tooLong = !oneByOne && to - from > this.#blockResolution
    if (tooLong && this.#enterSegment(number, time)) return true
    const integral = track.rows.integrals[number * ROWS_PER_SEGMENT] ?? 0
    const rise = track.rows.rises[number * ROWS_PER_SEGMENT] ?? 0
    this.#integral = integral + (integrals[block] ?? 0)
    this.#rises = rise + (rises[block] ?? 0)
    const index = number * SEGMENT + block * BLOCK
    this.#straight(
      from,
      to,
      index,
      Math.min(track.count, index + BLOCK),
      isLast ? this.#integralAt(nextRow) : integral + (integrals[block + 1] ?? 0),
      isLast ? this.#risesAt(nextRow) : rise + (rises[block + 1] ?? 0),
    )
    return true
  }

  #enterSegment(number: number, time: number): boolean {
    const segment = this.#track.segment(number, this.#budget)
    if (!segment) return false
    const row = number * ROWS_PER_SEGMENT
    this.#enter(segment, time, row * ROW, this.#track.rows.integrals[row] ?? 0)
    return true
  }

  /** @param integral up to the segment's start. */
  #enter(segment: StepSegment, time: number, first: number, integral: number): void {
    const { blocks, times, count } = segment
    const block = lastUpTo(blocks.starts, blocks.count, time)
    this.#segment = segment
    this.#integral = integral + (blocks.integrals[block] ?? 0)
    this.#rises = (first + segment.before) / 2
    this.#at = block * BLOCK
    this.#end = Math.min(count, this.#at + BLOCK)
    this.#from = times[this.#at] ?? 0
    const { lastTime } = this.#track
    const end = first + count
    if (this.#end < count) this.#to = times[this.#end] ?? 0
    else this.#to = end >= this.#track.count ? lastTime : this.#rowStart(end / ROW)
    this.#index = first
  }

  /** @param first index of the first step, @param end after the last; sums where it ends. */
  #straight(
    from: number,
    to: number,
    first: number,
    end: number,
    integral: number,
    rises: number,
  ): void {
    const length = Math.max(to - from, 1)
    this.#segment = undefined
    this.#from = from
    this.#to = to
    this.#origin = from
    this.#falls = first - this.#rises
    this.#growth = (integral - this.#integral) / length
    this.#rising = (rises - this.#rises) / length
    this.#falling = (end - rises - this.#falls) / length
    this.first = first
    this.last = end - 1
  }

  #nothing(): void {
    this.#integral = 0
    this.#rises = 0
    this.#still(-Infinity, this.#track.count > 0 ? this.#track.firstTime : Infinity, -1)
  }

  /** After the last step. */
  #last(): void {
    const { integral, rises, lastTime, count, value } = this.#track
    this.#integral = integral
    this.#rises = rises
    this.#still(lastTime, Infinity, count - 1)
    this.#origin = lastTime
    this.#growth = value
  }

  #still(from: number, to: number, last: number): void {
    this.#segment = undefined
    this.#from = from
    this.#to = to
    this.#origin = 0
    this.#growth = this.#rising = this.#falling = 0
    this.#falls = last + 1 - this.#rises
    this.first = this.last = last
  }

  #rowBefore(time: number): number {
    return (this.#track.rows.starts[this.#row] ?? Infinity) <= time ? this.#row : 0
  }

  #rowStart(row: number): number {
    const { rows, rowsEnd } = this.#track
    return row < rows.count ? (rows.starts[row] ?? 0) : rowsEnd
  }

  #integralAt(row: number): number {
    const { rows, base } = this.#track
    return row < rows.count ? (rows.integrals[row] ?? 0) : base
  }

  #risesAt(row: number): number {
    const { rows, open, rises } = this.#track
    if (row < rows.count) return rows.rises[row] ?? 0
    return open ? (rows.count * ROW + open.before) / 2 : rises
  }
}
