/**
 * Writes shares as stacks into an image, line by line. A share of contention, however small, is at
 * least a line of its own: averaged over pixels it would be lost just where one looks for it.
 */
import type { BinSlice } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { stateStyle } from '../../theme/state-style.ts'
import { columnPhases, edgeOf, fillOf, type PixelTable, type Target } from './pixels.ts'
import { blockColumns, leastHeight, STACKED, stackHeights } from './stack-heights.ts'

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

/** Below this a column counts as doing nothing else than sleeping or idling (of 255). */
const HARDLY = 6

const isPatterned = (state: number): boolean => {
  const { pattern } = stateStyle(state)
  return pattern === 'hatched' || pattern === 'lines' || pattern === 'dots'
}

const LAYERS = STACKED.length

// Kept from row to row: nothing is allocated while rows are written. A layer is a state of the stack
// that the row has, the lowest first.
const shares = new Float64Array(LAYERS)
const parts = new Int16Array(LAYERS)
const least = new Int16Array(LAYERS)
const shareRows = new Int16Array(LAYERS)
/** Kind of a layer's pixels. */
const kinds = new Uint8Array(LAYERS)
const isThinLayer = new Uint8Array(LAYERS)
const isFlat = new Uint8Array(LAYERS)
/** Of the layer's topmost line; 0: as the others. */
const edges = new Uint32Array(LAYERS)
/** By layer, then block: first line of the layer. */
let tops = new Int16Array(0)
/** By block: the layer that shows in the line being written, and the line at which that ends. */
let layerAt = new Int8Array(0)
let turnsAt = new Int16Array(0)
let isThin = new Uint8Array(0)

/** Finds the layers of a row; returns how many there are. */
function findLayers({ bins, rail }: BinRow, table: PixelTable): number {
  let layers = 0
  for (const state of STACKED) {
    const at = bins.states.indexOf(state)
    if (at < 0) continue
    const kind = fillOf(rail && state === LaneState.holding ? LaneState.running : state)
    shareRows[layers] = at
    kinds[layers] = kind
    least[layers] = Math.round(leastHeight(state) * table.ratio)
    isThinLayer[layers] = state === LaneState.sleeping ? 1 : 0
    isFlat[layers] = isPatterned(state) ? 0 : 1
    // Keeps washed patterns and faint fills apart from the ground.
    const needsEdge = isPatterned(state) || table.isFaint(kind)
    edges[layers] = needsEdge ? pixelAt(table, edgeOf(state)) : 0
    layers += 1
  }
  return layers
}

function mean(values: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let x = from; x < to; x++) sum += values[x] ?? 0
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
  if (layerAt.length < count) {
    tops = new Int16Array(LAYERS * count)
    layerAt = new Int8Array(count)
    turnsAt = new Int16Array(count)
    isThin = new Uint8Array(count)
  }
  const layers = findLayers(row, table)

  for (let index = 0; index < count; index++) {
    const left = Math.max(0, first + index * block)
    const right = Math.min(columns, first + (index + 1) * block)
    let busy = 0
    for (let layer = 0; layer < layers; layer++) {
      const from = (shareRows[layer] ?? 0) * width
      const share = mean(bins.shares, from + left, from + right)
      shares[layer] = share
      if (isThinLayer[layer] === 0) busy += share
    }
    // Who hardly does anything else than sleep is shown as a thin bar, not as a stack.
    const thin = busy < HARDLY
    isThin[index] = thin ? 1 : 0
    if (thin) {
      for (let layer = 0; layer < layers; layer++) if (isThinLayer[layer] === 1) shares[layer] = 0
    }
    stackHeights(shares, layers, height, least, parts)
    let top = height
    for (let layer = 0; layer < layers; layer++) {
      top -= parts[layer] ?? 0
      tops[layer * count + index] = top
    }
    layerAt[index] = layers
    turnsAt[index] = top
  }
  writeLines(target, table, { count, block, first, columns, layers })
  paintEdges(target, { count, block, first, columns, layers })
  paintThin(target, row, table, { count, block, first, columns, layers })
}

function paintEdges(target: Target, { count, block, first, columns, layers }: Blocks): void {
  for (let layer = 0; layer < layers; layer++) {
    const edge = edges[layer] ?? 0
    if (edge === 0) continue
    for (let index = 0; index < count; index++) {
      const top = tops[layer * count + index] ?? 0
      const below = layer === 0 ? target.height : (tops[(layer - 1) * count + index] ?? 0)
      if (top >= below) continue
      const left = Math.max(0, first + index * block)
      fill(target, left, Math.min(columns, first + (index + 1) * block), top, 1, edge)
    }
  }
}

/** Thin bars of those that sleep or idle, and the rails of those that hold the GIL. */
function paintThin(
  target: Target,
  row: BinRow,
  table: PixelTable,
  { count, block, first, columns }: Blocks,
): void {
  const { bins, width } = row
  const sleepingAt = bins.states.indexOf(LaneState.sleeping)
  const idleAt = bins.states.indexOf(LaneState.idle)
  const holdingAt = row.rail ? bins.states.indexOf(LaneState.holding) : -1
  if (sleepingAt < 0 && idleAt < 0 && holdingAt < 0) return
  const foot = Math.round(3 * table.ratio)
  const rail = clearPixel(LaneState.holding, table)
  const hasRails = holdingAt >= 0 && target.height > 4 * foot
  for (let index = 0; index < count; index++) {
    const left = Math.max(0, first + index * block)
    const right = Math.min(columns, first + (index + 1) * block)
    if (isThin[index] === 1) {
      fillCentred(target, left, right, LaneState.sleeping, sleepingAt, row, table)
      fillCentred(target, left, right, LaneState.idle, idleAt, row, table)
    } else if (hasRails) {
      const from = holdingAt * width
      if (mean(bins.shares, from + left, from + right) <= 25) continue
      fill(target, left, right, target.height - foot, foot, rail)
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
  fill(target, left, right, line, thickness, clearPixel(state, table))
}

/** A state's fill, or its edge where the fill is not told from the ground. */
const clearPixel = (state: number, table: PixelTable): number =>
  pixelAt(table, table.isFaint(fillOf(state)) ? edgeOf(state) : fillOf(state))

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
  readonly layers: number
}

/** From so many columns on a copy beats a loop. */
const LONG_RUN = 48

/** Line by line from the top: each block is in a layer until the next one below begins. */
function writeLines(target: Target, table: PixelTable, blocks: Blocks): void {
  const { pixels, stride, top, height } = target
  const { count, block, first, columns, layers } = blocks
  const { period } = table
  const phases = columnPhases(columns, period)
  // Locals: the engine reads what a module may change anew for every pixel.
  const shown = layerAt
  const turns = turnsAt
  const flat = isFlat
  const bases = new Int32Array(layers)
  for (let layer = 0; layer < layers; layer++) bases[layer] = (kinds[layer] ?? 0) * period
  // Below the last turn, lines repeat with the patterns.
  let lastTurn = 0
  let nextTurn = 0
  for (let y = 0; y < height; y++) {
    const at = (top + y) * stride
    if (y >= nextTurn) {
      nextTurn = height
      for (let index = 0; index < count; index++) {
        if (y >= (turns[index] ?? 0)) {
          turn(index, y, count)
          lastTurn = y
        }
        const next = turns[index] ?? 0
        if (next < nextTurn) nextTurn = next
      }
    }
    if (y - period >= lastTurn) {
      const from = (top + y - period) * stride
      pixels.copyWithin(at, from, from + columns)
      continue
    }
    const line = table.line(y)
    // Neighbouring blocks in the same layer are one run.
    let left = 0
    let index = 0
    while (index < count) {
      const layer = shown[index] ?? 0
      index += 1
      while (index < count && shown[index] === layer) index += 1
      const end = first + index * block
      const right = end > columns ? columns : end
      if (layer < layers) {
        const base = bases[layer] ?? 0
        const limit = at + right
        if (right - left > LONG_RUN) {
          const kind = base / period
          if (flat[layer] === 1) pixels.fill(line[base] ?? 0, at + left, limit)
          else pixels.set(table.strip(kind, y, columns).subarray(left, right), at + left)
        } else if (flat[layer] === 1) {
          const pixel = line[base] ?? 0
          for (let x = at + left; x < limit; x++) pixels[x] = pixel
        } else {
          for (let x = left; x < right; x++) pixels[at + x] = line[base + (phases[x] ?? 0)] ?? 0
        }
      }
      left = right
    }
  }
}

/** Finds the layer that block `index` shows in line y, and the line at which that ends. */
function turn(index: number, y: number, count: number): void {
  let layer = layerAt[index] ?? 0
  while (layer > 0 && y >= (tops[(layer - 1) * count + index] ?? 0)) layer -= 1
  // Layer n reaches from its top down to that of layer n - 1.
  layerAt[index] = layer
  turnsAt[index] = layer === 0 ? 32_767 : (tops[(layer - 1) * count + index] ?? 0)
}
