/** Writes a step function into an image: an area in a state's pattern under an edge. */
import { columnPhases, type PixelTable, type Target } from './pixels.ts'

export interface AreaRow {
  /** By column; NaN where there is no data. */
  readonly values: Float32Array
  /** Columns that have data. */
  readonly known: number
  /** Value at the top of the row. */
  readonly highest: number
  /** Kinds of pixels. */
  readonly fill: number
  readonly edge: number
}

/** Line in which a value's edge begins: 0 is the top; the edge of 0 is the lowest line. */
export function lineOfValue(value: number, highest: number, height: number, edge: number): number {
  const room = height - edge
  return Math.min(room, Math.max(0, Math.round(room - (value / highest) * room)))
}

let lines = new Int16Array(0)
const UNKNOWN = -1

/** Writes one row; its pixels must be clear. */
export function writeArea(target: Target, row: AreaRow, table: PixelTable): void {
  const { pixels, stride, top, height } = target
  const columns = Math.min(target.width, row.known, row.values.length)
  const thickness = Math.max(1, Math.round(1.25 * table.ratio))
  const { period } = table
  if (lines.length < columns) lines = new Int16Array(columns)
  for (let x = 0; x < columns; x++) {
    const value = row.values[x] ?? NaN
    lines[x] = Number.isNaN(value) ? UNKNOWN : lineOfValue(value, row.highest, height, thickness)
  }
  const phases = columnPhases(columns, period)
  const edge = table.line(0)[row.edge * period] ?? 0
  const base = row.fill * period
  for (let y = 0; y < height; y++) {
    const line = table.line(y)
    const at = (top + y) * stride
    for (let x = 0; x < columns; x++) {
      const from = lines[x] ?? UNKNOWN
      if (from === UNKNOWN || y < from) continue
      pixels[at + x] = y < from + thickness ? edge : (line[base + (phases[x] ?? 0)] ?? 0)
    }
  }
  // Steps up and down, at the side of the higher column.
  for (let x = 1; x < columns; x++) {
    const before = lines[x - 1] ?? UNKNOWN
    const here = lines[x] ?? UNKNOWN
    if (before === UNKNOWN || here === UNKNOWN || before === here) continue
    const left = here < before ? x : Math.max(0, x - thickness)
    const right = Math.min(columns, left + thickness)
    for (let y = Math.min(before, here); y < Math.max(before, here) + thickness; y++) {
      for (let step = left; step < right; step++) pixels[(top + y) * stride + step] = edge
    }
  }
}
