/** Step functions by column: waiters of a lock, depth of a queue; and rates as lines. */
import type { CounterSlice } from '../../../main/run/contract.ts'
import { niceStep } from '../ticks.ts'
import { spanOf, xOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { blockColumns } from './stack.ts'
import type { Paint } from './paint.ts'
import type { Bar, Scene } from './scene.ts'

export interface StepLook {
  readonly area: CanvasPattern | string
  readonly areaAlpha: number
  readonly edge: string
}

/** Round top of a scale for whole numbers: 1, 2, 3, 4, 5, then steps of 1, 2, 5 × 10ⁿ. */
export function scaleTop(highest: number): number {
  const whole = Math.max(1, Math.ceil(highest))
  if (whole <= 5) return whole
  const step = niceStep(whole / 2)
  return Math.ceil(whole / step) * step
}

/** More changes than columns to show them in: then the mean tells more than the steps. */
export function isDense({ minimum, maximum }: CounterSlice): boolean {
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
export function blockMeans(values: Float32Array, block: number, phase: number): Float32Array {
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

/**
 * The highest of each column, as an area with an edge, or the mean of each block of columns where
 * it changes faster than can be shown; nothing where there is no data.
 */
export function paintSteps(
  { g, width, ratio }: Paint,
  { scale }: Scene,
  placed: PlacedSlice,
  bar: Bar,
  top: number,
  look: StepLook,
): void {
  const counter = placed.slice.counter
  if (!counter) return
  const block = blockColumns(ratio)
  const first = Math.round(placed.from / (spanOf(placed) / placed.width))
  const values = isDense(counter)
    ? blockMeans(counter.mean, block, (block - (first % block)) % block)
    : counter.maximum
  const left = xOf(scale, placed.from)
  const column = (spanOf(placed) / placed.width / spanOf(scale)) * scale.width
  const bottom = bar.top + bar.height
  const yOf = (value: number) => bottom - 0.5 - (value / top) * (bar.height - 1)
  const limit = xOf(scale, placed.newest)
  let begun: number | undefined
  let last = 0
  let end = 0
  let edge = new Path2D()
  const close = () => {
    if (begun === undefined) return
    edge.lineTo(end, yOf(last))
    const area = new Path2D(edge)
    area.lineTo(end, bottom)
    area.lineTo(begun, bottom)
    area.closePath()
    g.fillStyle = look.area
    g.globalAlpha = look.areaAlpha
    g.fill(area)
    g.globalAlpha = 1
    g.strokeStyle = look.edge
    g.lineWidth = 1.25
    g.lineJoin = 'miter'
    g.stroke(edge)
    begun = undefined
    edge = new Path2D()
  }
  for (let i = 0; i < values.length; i++) {
    const x = left + i * column
    if (x > width + 2) break
    if (x + column < -2) continue
    const value = values[i] ?? NaN
    if (Number.isNaN(value)) {
      close()
      continue
    }
    if (begun === undefined) {
      begun = x
      edge.moveTo(x, yOf(value))
    } else if (value !== last) {
      edge.lineTo(x, yOf(last))
      edge.lineTo(x, yOf(value))
    }
    last = value
    end = Math.min(x + column, limit)
  }
  close()
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
