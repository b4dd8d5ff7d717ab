/**
 * Writes exact spans into an image, line by line. Each column has a role (inside of a hatched span,
 * end of a solid one); each line has the pixel that a role shows in it. So the work is a look-up a
 * pixel, whether the spans are two to a pixel or two to a screen.
 */
import type { SpanSlice } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { columnPhases, edgeOf, type PixelTable, type Target } from './pixels.ts'
import {
  HOLDER,
  HOLDER_END,
  isFramed,
  isSolid,
  lineLike,
  lineOf,
  lookOf,
  NARROW,
  RAILED,
  RAILED_END,
  ROLES,
  SIDE,
} from './span-lines.ts'

export interface SpanRow {
  readonly spans: SpanSlice
  /** Nanoseconds a column; column 0 begins `shift` columns after the slice's own beginning. */
  readonly perColumn: number
  readonly shift: number
  /** Columns that have data. */
  readonly known: number
  /** What green with an amber rail shows: `details` of spans that hold the GIL others want. */
  readonly gil: ReadonlySet<number>
  /** For a lock's row: tones of the lanes that hold it, by `details`. */
  readonly tones?: ReadonlyMap<number, number> | undefined
}

/** CSS pixels from which on a span has a gap after it, corners, an edge of its own. */
const GAP_FROM = 6
const SOLID_FROM = 4
const FRAME_FROM = 3
/** Share of a column from which on waiting shows in it, whatever else there is. */
const CONTENDED = 0.25

let roles = new Uint8Array(0)
/** Role × period + phase, of every column. */
let cells = new Uint16Array(0)
/** Columns that only partly wait: 1. */
let marks = new Uint8Array(0)
const inUse = new Uint8Array(ROLES)

/** Writes one row; its pixels must be clear. */
export function writeSpans(target: Target, row: SpanRow, table: PixelTable): void {
  const { width, height, pixels, stride, top } = target
  const columns = Math.max(0, Math.min(width, row.known))
  if (roles.length < columns) {
    roles = new Uint8Array(columns)
    cells = new Uint16Array(columns)
    marks = new Uint8Array(columns)
  }
  roles.fill(0, 0, columns)
  marks.fill(0, 0, columns)
  inUse.fill(0)
  const hasMarks = assignRoles(row, columns, table.ratio)
  const { period } = table
  const phases = columnPhases(columns, period)
  for (let x = 0; x < columns; x++) {
    const role = roles[x] ?? 0
    inUse[role] = 1
    cells[x] = role * period + (phases[x] ?? 0)
  }
  const isPatterned =
    inUse[LaneState.waiting] === 1 ||
    inUse[LaneState.queue] === 1 ||
    inUse[LaneState.processor] === 1
  const look = lookOf(height, table.ratio)
  const places = cells
  for (let y = 0; y < height; y++) {
    const at = (top + y) * stride
    const like = isPatterned ? lineLike(look, y, period) : lineLike(look, y, 1)
    if (like >= 0) {
      const from = (top + like) * stride
      pixels.copyWithin(at, from, from + columns)
      continue
    }
    const line = lineOf(look, y, table)
    for (let x = 0; x < columns; x++) pixels[at + x] = line[places[x] ?? 0] ?? 0
  }
  if (!hasMarks) return
  const mark = table.line(0)[edgeOf(LaneState.waiting) * period] ?? 0
  const lines = Math.max(1, Math.round(2 * table.ratio))
  for (let x = 0; x < columns; x++) {
    if (marks[x] !== 1) continue
    for (let y = top; y < top + lines; y++) pixels[y * stride + x] = mark
  }
}

/** Gives every column its role; true where some of them have but a trace of waiting. */
function assignRoles(
  { spans, perColumn, shift, gil, tones }: SpanRow,
  columns: number,
  ratio: number,
): boolean {
  const { starts, states, details, end } = spans
  const gap = Math.max(1, Math.round(ratio))
  let hasMarks = false
  // The column that several spans share, and what it has of them so far.
  let shared = -1
  let most = 0
  let waited = 0
  // Where the last wide span ended, within a column.
  let wideTo = 0
  for (let i = firstAfter(starts, shift * perColumn); i < starts.length; i++) {
    const state = states[i] ?? 0
    const from = (starts[i] ?? 0) / perColumn - shift
    if (from >= columns) break
    const to = (starts[i + 1] ?? end) / perColumn - shift
    if (to <= 0 || state === LaneState.none) continue
    const left = Math.round(from)
    const right = Math.round(to)
    if (right - left < 2) {
      // Narrow: in the column of its middle it competes with its neighbours for what is shown.
      const x = Math.min(columns - 1, Math.max(0, Math.floor((from + to) / 2)))
      const covered = Math.min(1, to - from)
      if (x !== shared) {
        shared = x
        most = roles[x] === 0 ? 0 : Math.max(0, wideTo - x)
        waited = 0
      }
      if (state === LaneState.waiting) waited += covered
      const isWaiting = waited >= CONTENDED
      if (covered > most || (isWaiting && state === LaneState.waiting)) {
        most = isWaiting ? 1 : covered
        const tone = tones?.get(details[i] ?? 0) ?? 0
        const isToned = tone > 0 && isSolid(state)
        roles[x] = isToned
          ? HOLDER + 2 * (tone - 1) + (state === LaneState.holding ? 1 : 0)
          : NARROW + state
      }
      const isMarked = waited > 0 && roles[x] !== NARROW + LaneState.waiting
      marks[x] = isMarked ? 1 : 0
      if (isMarked) hasMarks = true
      continue
    }
    wideTo = to
    if (shared >= left && waited > 0) {
      // This span takes the column over in which there was a wait.
      marks[shared] = 1
      hasMarks = true
    }
    const detail = details[i] ?? 0
    const tone = tones?.get(detail) ?? 0
    const isHeld = state === LaneState.holding
    let inside: number = state
    let side = SIDE + state
    if (tone > 0 && isSolid(state)) {
      const toned = 2 * (tone - 1) + (isHeld ? 1 : 0)
      inside = HOLDER + toned
      side = HOLDER_END + toned
    } else if (isHeld && gil.has(detail)) {
      inside = RAILED
      side = RAILED_END
    }
    const shown = right - left > GAP_FROM * ratio ? right - gap : right
    assign(
      state,
      inside,
      side,
      Math.max(0, left),
      Math.min(columns, shown),
      left >= 0,
      shown <= columns,
      ratio,
    )
  }
  return hasMarks
}

/** Roles of the columns [left, right) of one span; its ends are seen or lie beyond the picture. */
function assign(
  state: number,
  inside: number,
  side: number,
  left: number,
  right: number,
  beginsHere: boolean,
  endsHere: boolean,
  ratio: number,
): void {
  const wide = right - left
  if (isSolid(state)) {
    roles.fill(inside, left, right)
    if (wide <= SOLID_FROM * ratio) return
    if (beginsHere) roles[left] = side
    if (endsHere) roles[right - 1] = side
    return
  }
  if (isFramed(state) && wide < FRAME_FROM * ratio) {
    roles.fill(NARROW + state, left, right)
    return
  }
  roles.fill(inside, left, right)
  if (state === LaneState.idle) return
  const line = Math.max(1, Math.round(ratio))
  if (beginsHere) roles.fill(side, left, Math.min(right, left + line))
  if (endsHere) roles.fill(side, Math.max(left, right - line), right)
}

/** Index of the span in which `offset` lies. */
export function firstAfter(starts: Float64Array, offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
