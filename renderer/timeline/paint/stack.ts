/**
 * Writes shares as stacks into an image, line by line. A share of contention, however small, is at
 * least a line of its own: averaged over pixels it would be lost just where one looks for it.
 */
import type { BinSlice } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { STATE_ORDER, stateStyle } from '../../theme/state-style.ts'
import { columnPhases, edgeOf, fillOf, Kind, type PixelTable, type Target } from './pixels.ts'

export interface BinRow {
  readonly bins: BinSlice
  /** Columns of `bins`. */
  readonly width: number
  /** Columns that have data: those after the newest event have none. */
  readonly known: number
  /** Columns before the first whole block: blocks keep to moments, and do not flicker when panned. */
  readonly phase: number
  /** Threads of a process with a GIL: who holds it runs, and has the holder's rail at its foot. */
  readonly rail: boolean
}

/** CSS pixels that are drawn as one: narrower stacks of a few turns each are mere noise. */
export const BLOCK = 3

/** Columns a block has at this ratio. */
export const blockColumns = (ratio: number): number => Math.max(1, Math.round(BLOCK * ratio))

/** States that stand in the stack, bottom first; idle is the space left free, with a line in it. */
export const STACKED: readonly LaneState[] = STATE_ORDER.filter(
  (state) => state !== LaneState.idle && state !== LaneState.none,
)
/** Below this a column counts as doing nothing else than sleeping or idling (of 255). */
const HARDLY = 6

/** CSS pixels that a share of this state is high at least, however small it is. */
export function leastHeight(state: number): number {
  switch (state) {
    case LaneState.waiting:
      return 2
    case LaneState.holding:
    case LaneState.processor:
    case LaneState.queue:
      return 1
    default:
      return 0
  }
}

/**
 * Heights of the stack in one column, bottom first, in whole pixels, written to `heights`. They add
 * up to the rounded height of all shares together, so that no rounding error piles up; only shares
 * that are there and would be lower than their `least` height are made as high, at the cost of the
 * free space above, then of the highest part.
 */
export function stackHeights(
  shares: ArrayLike<number>,
  height: number,
  least: ArrayLike<number>,
  heights: Int16Array,
): Int16Array {
  let sum = 0
  let below = 0
  let total = 0
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] ?? 0
    sum += share
    const top = Math.round((Math.min(255, sum) / 255) * height)
    const part = share > 0 ? Math.max(top - below, least[i] ?? 0) : top - below
    heights[i] = part
    below = top
    total += part
  }
  for (; total > height; total--) {
    let highest = 0
    for (let i = 1; i < shares.length; i++) {
      if ((heights[i] ?? 0) > (heights[highest] ?? 0)) highest = i
    }
    heights[highest] = (heights[highest] ?? 0) - 1
  }
  return heights
}

const isPatterned = (state: number): boolean => {
  const { pattern } = stateStyle(state)
  return pattern === 'hatched' || pattern === 'lines' || pattern === 'dots'
}

const LAYERS = STACKED.length
const SLEEPING = STACKED.indexOf(LaneState.sleeping)
// Kept from row to row: nothing is allocated while rows are written.
const means = new Float64Array(LAYERS)
const parts = new Int16Array(LAYERS)
const least = new Int16Array(LAYERS)
const shown = new Uint8Array(LAYERS)
/** By layer, then block: first line of the layer. */
let tops = new Int16Array(0)
let layerAt = new Int8Array(0)
let turnsAt = new Int16Array(0)
let thinAt = new Uint8Array(0)

function mean(shares: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let x = from; x < to; x++) sum += shares[x] ?? 0
  return sum / (to - from)
}

/** Writes one row; its pixels must be clear. */
export function writeBins(target: Target, row: BinRow, table: PixelTable): void {
  const { bins, width } = row
  const { height } = target
  const { ratio } = table
  const columns = Math.min(width, target.width, row.known)
  const block = blockColumns(ratio)
  const first = row.phase === 0 ? 0 : row.phase - block
  const count = Math.max(0, Math.ceil((columns - first) / block))
  if (tops.length < LAYERS * count) {
    tops = new Int16Array(LAYERS * count)
    layerAt = new Int8Array(count)
    turnsAt = new Int16Array(count)
    thinAt = new Uint8Array(count)
  }
  for (let layer = 0; layer < LAYERS; layer++) {
    const state = STACKED[layer] ?? 0
    shown[layer] = row.rail && state === LaneState.holding ? LaneState.running : state
    least[layer] = Math.round(leastHeight(state) * ratio)
  }
  const sleepingAt = bins.states.indexOf(LaneState.sleeping)
  const idleAt = bins.states.indexOf(LaneState.idle)
  const holdingAt = bins.states.indexOf(LaneState.holding)
  const foot = Math.round(3 * ratio)
  const hasRails = row.rail && holdingAt >= 0 && height > 4 * foot

  for (let index = 0; index < count; index++) {
    const left = Math.max(0, first + index * block)
    const right = Math.min(columns, first + (index + 1) * block)
    let busy = 0
    for (let layer = 0; layer < LAYERS; layer++) {
      const state = STACKED[layer] ?? 0
      const at = bins.states.indexOf(state)
      const share = at < 0 ? 0 : mean(bins.shares, at * width + left, at * width + right)
      means[layer] = share
      if (state !== LaneState.sleeping) busy += share
    }
    // Who hardly does anything else than sleep is shown as a thin bar, not as a stack.
    thinAt[index] = busy < HARDLY ? 1 : 0
    if (busy < HARDLY) means[SLEEPING] = 0
    stackHeights(means, height, least, parts)
    let top = height
    for (let layer = 0; layer < LAYERS; layer++) {
      top -= parts[layer] ?? 0
      tops[layer * count + index] = top
    }
    layerAt[index] = LAYERS
    turnsAt[index] = top
  }
  writeLines(target, table, { count, block, first, columns })

  for (let index = 0; index < count; index++) {
    const left = Math.max(0, first + index * block)
    const right = Math.min(columns, first + (index + 1) * block)
    let below = height
    for (let layer = 0; layer < LAYERS; layer++) {
      const top = tops[layer * count + index] ?? height
      const state = shown[layer] ?? 0
      // The topmost pixel keeps washed patterns apart from the ground.
      if (top < below && isPatterned(state)) {
        fill(target, left, right, top, 1, pixelAt(table, edgeOf(state)))
      }
      below = top
    }
    if (thinAt[index] === 1) {
      fillCentred(target, left, right, LaneState.sleeping, sleepingAt, row, table)
      fillCentred(target, left, right, LaneState.idle, idleAt, row, table)
    } else if (
      hasRails &&
      mean(bins.shares, holdingAt * width + left, holdingAt * width + right) > 25
    ) {
      const rail = pixelAt(table, fillOf(LaneState.holding))
      fill(target, left, right, height - foot, foot, rail)
    }
  }
}

/** A thin bar where the lane mostly is in this state, and does next to nothing else. */
function fillCentred(
  target: Target,
  left: number,
  right: number,
  state: LaneState,
  at: number,
  { bins, width }: BinRow,
  table: PixelTable,
): void {
  if (at < 0 || mean(bins.shares, at * width + left, at * width + right) <= 127) return
  const wanted = state === LaneState.sleeping ? 5 : 1.5
  const thickness = Math.max(1, Math.round(wanted * table.ratio))
  const line = Math.floor((target.height - thickness) / 2)
  fill(target, left, right, line, thickness, pixelAt(table, fillOf(state)))
}

const pixelAt = (table: PixelTable, kind: number): number => table.line(0)[kind * table.period] ?? 0

function fill(
  { pixels, stride, top }: Target,
  left: number,
  right: number,
  line: number,
  lines: number,
  pixel: number,
): void {
  for (let y = top + line; y < top + line + lines; y++) {
    const end = y * stride + right
    for (let x = y * stride + left; x < end; x++) pixels[x] = pixel
  }
}

interface Blocks {
  readonly count: number
  /** Columns of a block. */
  readonly block: number
  /** Where the first one begins: 0 or before. */
  readonly first: number
  readonly columns: number
}

/** Line by line from the top: each block is in a layer until the next one below begins. */
function writeLines(target: Target, table: PixelTable, blocks: Blocks): void {
  const { pixels, stride, top, height } = target
  const { count, block, first, columns } = blocks
  const { period } = table
  const phases = columnPhases(columns, period)
  for (let y = 0; y < height; y++) {
    const line = table.line(y)
    const at = (top + y) * stride
    for (let index = 0; index < count; index++) {
      if (y >= (turnsAt[index] ?? 0)) turn(index, y, count)
      const layer = layerAt[index] ?? LAYERS
      if (layer === LAYERS) continue
      const base = (shown[layer] ?? Kind.none) * period
      const left = index === 0 ? 0 : first + index * block
      const end = first + (index + 1) * block
      const right = end > columns ? columns : end
      for (let x = left; x < right; x++) pixels[at + x] = line[base + (phases[x] ?? 0)] ?? 0
    }
  }
}

/** Finds the layer that block `index` shows in line y, and the line at which that ends. */
function turn(index: number, y: number, count: number): void {
  let layer = layerAt[index] ?? LAYERS
  while (layer > 0 && y >= (tops[(layer - 1) * count + index] ?? 0)) layer -= 1
  // Layer n reaches from its top down to that of layer n - 1.
  layerAt[index] = layer
  turnsAt[index] = layer === 0 ? 32_767 : (tops[(layer - 1) * count + index] ?? 0)
}
