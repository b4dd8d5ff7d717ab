/** Step functions by column: waiters of a lock, depth of a queue; and rates as lines. */
import type { CounterSlice } from '../../../main/run/contract.ts'
import { niceStep } from '../ticks.ts'
import { spanOf, xOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import type { Paint } from './paint.ts'
import type { Bar, Scene } from './scene.ts'

/** Round top of a scale for whole numbers: 1, 2, 3, 4, 5, then steps of 1, 2, 5 × 10ⁿ. */
export function scaleTop(highest: number): number {
  const whole = Math.max(1, Math.ceil(highest))
  if (whole <= 5) return whole
  const step = niceStep(whole / 2)
  return Math.ceil(whole / step) * step
}

/** More changes than columns to show them in: then the mean tells more than the steps. */
function isDense({ minimum, maximum }: CounterSlice): boolean {
  let mixed = 0
  let known = 0
  for (let i = 0; i < maximum.length; i++) {
    const high = maximum[i] ?? NaN
    if (Number.isNaN(high)) continue
    known += 1
    if (high !== minimum[i]) mixed += 1
  }
  return mixed > known * 0.4
}

/** Means of blocks of columns, NaN where there is no data. */
function blockMeans(values: Float32Array, block: number, phase: number): Float32Array {
  const means = new Float32Array(values.length)
  for (let start = phase === 0 ? 0 : phase - block; start < values.length; start += block) {
    let sum = 0
    let known = 0
    for (let i = Math.max(0, start); i < Math.min(values.length, start + block); i++) {
      const value = values[i] ?? NaN
      if (Number.isNaN(value)) continue
      sum += value
      known += 1
    }
    means.fill(sum / known, Math.max(0, start), Math.min(values.length, start + block))
  }
  return means
}

interface Prepared {
  readonly block: number
  readonly phase: number
  readonly values: Float32Array
}
const prepared = new WeakMap<CounterSlice, Prepared>()

/**
 * What is drawn of a counter by column: its highest, or the mean of each block of columns where it
 * changes faster than can be shown. Worked out once an answer.
 */
export function shownValues(counter: CounterSlice, block: number, phase: number): Float32Array {
  const known = prepared.get(counter)
  if (known?.block === block && known.phase === phase) return known.values
  const values = isDense(counter) ? blockMeans(counter.mean, block, phase) : counter.maximum
  prepared.set(counter, { block, phase, values })
  return values
}

const highest = new WeakMap<CounterSlice, number>()

/** The counter's highest value in the answer. */
export function highestOf(counter: CounterSlice): number {
  let most = highest.get(counter)
  if (most === undefined) {
    most = 0
    for (const value of counter.maximum) if (value > most) most = value
    highest.set(counter, most)
  }
  return most
}

/** Events a second by column, over a window of some pixels so that single events make a curve. */
export function smoothRates(
  counts: Uint32Array,
  columnSeconds: number,
  windowColumns: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(columns)
  const half = Math.max(1, Math.round(windowColumns / 2))
  let sum = 0
  for (let x = 0; x < Math.min(half, columns); x++) sum += counts[x] ?? 0
  for (let x = 0; x < columns; x++) {
    const entering = x + half
    if (entering < columns) sum += counts[entering] ?? 0
    const leaving = x - half - 1
    if (leaving >= 0) sum -= counts[leaving] ?? 0
    const covered = Math.min(columns - 1, entering) - Math.max(0, x - half) + 1
    result[x] = sum / (covered * columnSeconds)
  }
  return result
}

export function paintRate(
  { g }: Paint,
  { scale }: Scene,
  placed: PlacedSlice,
  rates: Float64Array,
  bar: Bar,
  top: number,
  colour: string,
  dash: readonly number[],
): void {
  const left = xOf(scale, placed.from)
  const column = (spanOf(placed) / placed.width / spanOf(scale)) * scale.width
  g.beginPath()
  for (let x = 0; x < rates.length; x++) {
    const y = bar.top + bar.height - 0.75 - ((rates[x] ?? 0) / top) * (bar.height - 2)
    g.lineTo(left + (x + 0.5) * column, y)
  }
  g.strokeStyle = colour
  g.lineWidth = 1.25
  g.lineJoin = 'round'
  g.setLineDash([...dash])
  g.stroke()
  g.setLineDash([])
}
