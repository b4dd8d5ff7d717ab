/**
 * The levels of a track, from fine to coarse: entries (spans, steps), blocks of 64 in the head of a
 * segment, rows of 512 in memory. A level says for each of its rows where it starts and what the
 * sums are up to there, so that a sum over any range is the difference of two rows.
 */
import { SUMS } from '../categories.ts'
import { count, fields, float64s, int32s, list, ShapeError, tuple, type Of } from './shape.ts'

export const BLOCK = 64
export const ROW = 512
export const SEGMENT = 4096
export const BLOCKS_PER_ROW = ROW / BLOCK
export const ROWS_PER_SEGMENT = SEGMENT / ROW

/** Rows, and segments, of a track of so many entries that was closed. */
export const rowsOf = (entries: number): number => Math.ceil(entries / ROW)
export const segmentsOf = (entries: number): number => Math.ceil(entries / SEGMENT)

const FIRST_CAPACITY = 8

function longer<Column extends Float64Array | Int32Array | Uint32Array>(
  column: Column,
  larger: Column,
): Column {
  larger.set(column)
  return larger
}

/** Index of the last of `count` ascending times at or before `time`, `from` being known to be. */
export function lastUpTo(times: Float64Array, count: number, time: number, from = 0): number {
  let low = from
  let stride = 1
  while (low + stride < count && (times[low + stride] ?? 0) <= time) {
    low += stride
    stride *= 2
  }
  let high = Math.min(count - 1, low + stride)
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((times[middle] ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}

/** As a snapshot keeps them. */
export const savedSumRows = fields({
  starts: float64s,
  sums: list(tuple<readonly [number, Float64Array]>(count, float64s)),
})
export const savedStepRows = fields({
  starts: float64s,
  integrals: float64s,
  rises: float64s,
  minima: int32s,
  maxima: int32s,
})

function checkLengths(rows: number, columns: readonly { readonly length: number }[]): void {
  if (columns.some(({ length }) => length !== rows)) throw new ShapeError('other rows expected')
}

/** Of spans: nanoseconds by category, and how many spans of contention began. */
export class SumRows {
  starts: Float64Array
  /** By category (and WAITS); undefined: it does not occur. */
  readonly sums: (Float64Array | undefined)[] = Array.from({ length: SUMS }, () => undefined)
  count = 0

  constructor(capacity = FIRST_CAPACITY) {
    this.starts = new Float64Array(capacity)
  }

  get bytes(): number {
    return this.sums.reduce(
      (sum, column) => sum + (column?.byteLength ?? 0),
      this.starts.byteLength,
    )
  }

  /** @param sums up to the row's start, none less than in the row before. */
  push(start: number, sums: Float64Array): void {
    const row = this.count++
    if (row === this.starts.length) this.#grow()
    this.starts[row] = start
    for (let category = 0; category < SUMS; category++) {
      const sum = sums[category] ?? 0
      // Before its first occurrence a category's sums are 0, as a new column is.
      if (sum !== 0) this.column(category)[row] = sum
    }
  }

  column(category: number): Float64Array {
    return (this.sums[category] ??= new Float64Array(this.starts.length))
  }

  sumAt(row: number, category: number): number {
    return this.sums[category]?.[row] ?? 0
  }

  clear(): void {
    this.count = 0
    for (const column of this.sums) column?.fill(0)
  }

  save(): Of<typeof savedSumRows> {
    return {
      starts: this.starts.slice(0, this.count),
      sums: this.sums.flatMap((column, category) =>
        column ? [[category, column.slice(0, this.count)] as const] : [],
      ),
    }
  }

  /** @param count rows there should be. @throws ShapeError */
  static load({ starts, sums }: Of<typeof savedSumRows>, count: number): SumRows {
    checkLengths(count, [starts, ...sums.map(([, column]) => column)])
    const rows = new SumRows(0)
    rows.starts = starts
    rows.count = count
    for (const [category, column] of sums)
      if (category < SUMS) rows.sums[category] = column
      else throw new ShapeError('a category expected')
    return rows
  }

  #grow(): void {
    const capacity = this.starts.length * 2
    this.starts = longer(this.starts, new Float64Array(capacity))
    this.sums.forEach((column, category) => {
      if (column) this.sums[category] = longer(column, new Float64Array(capacity))
    })
  }
}

/** Of steps: integral and rises up to each row's first step, and the range of the row's values. */
export class StepRows {
  starts: Float64Array
  integrals: Float64Array
  rises: Float64Array
  minima: Int32Array
  maxima: Int32Array
  count = 0

  constructor(capacity = FIRST_CAPACITY) {
    this.starts = new Float64Array(capacity)
    this.integrals = new Float64Array(capacity)
    this.rises = new Float64Array(capacity)
    this.minima = new Int32Array(capacity)
    this.maxima = new Int32Array(capacity)
  }

  get bytes(): number {
    return this.starts.length * 32
  }

  push(start: number, integral: number, rises: number, minimum: number, maximum: number): void {
    const row = this.count++
    if (row === this.starts.length) this.#grow()
    this.starts[row] = start
    this.integrals[row] = integral
    this.rises[row] = rises
    this.minima[row] = minimum
    this.maxima[row] = maximum
  }

  save(): Of<typeof savedStepRows> {
    const { starts, integrals, rises, minima, maxima, count } = this
    return {
      starts: starts.slice(0, count),
      integrals: integrals.slice(0, count),
      rises: rises.slice(0, count),
      minima: minima.slice(0, count),
      maxima: maxima.slice(0, count),
    }
  }

  /** @param count rows there should be. @throws ShapeError */
  static load(saved: Of<typeof savedStepRows>, count: number): StepRows {
    checkLengths(count, Object.values(saved))
    return Object.assign(new StepRows(0), saved, { count })
  }

  /** The row has this value as well. */
  include(row: number, value: number): void {
    if (value < (this.minima[row] ?? 0)) this.minima[row] = value
    if (value > (this.maxima[row] ?? 0)) this.maxima[row] = value
  }

  #grow(): void {
    const capacity = this.starts.length * 2
    this.starts = longer(this.starts, new Float64Array(capacity))
    this.integrals = longer(this.integrals, new Float64Array(capacity))
    this.rises = longer(this.rises, new Float64Array(capacity))
    this.minima = longer(this.minima, new Int32Array(capacity))
    this.maxima = longer(this.maxima, new Int32Array(capacity))
  }
}

/** Numbers of a track's segments in the store, in order. */
export class SegmentNumbers {
  #numbers: Uint32Array = new Uint32Array(0)
  count = 0

  push(segment: number): void {
    if (this.count === this.#numbers.length)
      this.#numbers = longer(this.#numbers, new Uint32Array(Math.max(4, this.count * 2)))
    this.#numbers[this.count++] = segment
  }

  at(index: number): number {
    return this.#numbers[index] ?? 0
  }

  save(): Uint32Array {
    return this.#numbers.slice(0, this.count)
  }

  /** @param count segments there should be. @throws ShapeError */
  static load(saved: Uint32Array, count: number): SegmentNumbers {
    checkLengths(count, [saved])
    const numbers = new SegmentNumbers()
    numbers.#numbers = saved
    numbers.count = count
    return numbers
  }
}
