/**
 * Writes shares as stacks into an image, pixel by pixel. Lines are written in runs of blocks of the
 * same state, because most lines of a row belong to few states: a run is one copy.
 */
import type { BinSlice } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { parseColour, pixelOf } from '../../theme/colour.ts'
import { stateColours } from '../../theme/palette.ts'
import { STATE_ORDER } from '../../theme/state-style.ts'
import type { StatePatterns, Tile } from '../../theme/state-pattern.ts'

export interface BinRow {
  readonly key: number
  readonly bins: BinSlice
  /** Columns of `bins`. */
  readonly width: number
  /** Device pixels. */
  readonly height: number
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

/**
 * Heights of the stack in one column, bottom first, in whole pixels. They add up to the rounded
 * height of all shares together, so that no rounding error piles up.
 */
export function stackHeights(shares: readonly number[], height: number): number[] {
  let sum = 0
  let below = 0
  return shares.map((share) => {
    sum += share
    const top = Math.round((Math.min(255, sum) / 255) * height)
    const part = top - below
    below = top
    return part
  })
}

interface Layer {
  readonly offset: number
  readonly tile: Tile
  /** Colour of its topmost pixel, that keeps washed patterns apart from the ground. */
  readonly edge: number
  readonly colour: number
  readonly thin: boolean
}

const colourOf = (state: LaneState, patterns: StatePatterns): number =>
  patterns.tile(state).pixels[0] ?? 0

function layersOf({ bins, width, rail }: BinRow, patterns: StatePatterns): Layer[] {
  return STACKED.flatMap((state): Layer[] => {
    const row = bins.states.indexOf(state)
    if (row < 0) return []
    const shown = rail && state === LaneState.holding ? LaneState.running : state
    const edge = pixelOf(parseColour(stateColours(patterns.palette, shown).edge))
    return [
      {
        offset: row * width,
        tile: patterns.tile(shown),
        edge,
        colour: colourOf(shown, patterns),
        thin: state === LaneState.sleeping,
      },
    ]
  })
}

/** Lines of a tile repeated over a width, by line of the tile. */
const stripCache = new WeakMap<Tile, { readonly width: number; readonly lines: Uint32Array[] }>()

function stripsOf(tile: Tile, width: number): Uint32Array[] {
  const known = stripCache.get(tile)
  if (known && known.width >= width) return known.lines
  const { size, pixels } = tile
  const lines = Array.from({ length: size }, (_, line) =>
    Uint32Array.from({ length: width }, (_value, x) => pixels[line * size + (x % size)] ?? 0),
  )
  stripCache.set(tile, { width, lines })
  return lines
}

/** Shorter than this, a loop beats a copy. */
const SHORT_RUN = 16

function copyRun(
  pixels: Uint32Array,
  at: number,
  line: Uint32Array,
  from: number,
  to: number,
): void {
  if (to - from < SHORT_RUN) {
    for (let x = from; x < to; x++) pixels[at + x] = line[x] ?? 0
  } else {
    pixels.set(line.subarray(from, to), at + from)
  }
}

const MIXED = -1

/** For each line the layer that all blocks show there, or MIXED. */
function wholeLines(tops: Int16Array, layers: number, blocks: number, height: number): Int8Array {
  const whole = new Int8Array(height).fill(MIXED)
  let above = height
  for (let layer = 0; layer < layers; layer++) {
    let highest = height
    let lowest = 0
    for (let index = layer * blocks; index < (layer + 1) * blocks; index++) {
      const top = tops[index] ?? 0
      if (top < highest) highest = top
      if (top > lowest) lowest = top
    }
    if (lowest < above) whole.fill(layer, lowest, above)
    above = Math.min(above, highest)
  }
  return whole
}

/** Blocks of columns: the first one may begin before the image does. */
interface Blocks {
  readonly count: number
  /** Bounds of block i: bounds[i] to bounds[i + 1]. */
  readonly bounds: Int32Array
}

function blocksOf(columns: number, size: number, phase: number): Blocks {
  const first = phase === 0 ? 0 : phase - size
  const count = Math.max(0, Math.ceil((columns - first) / size))
  const bounds = new Int32Array(count + 1)
  for (let i = 0; i <= count; i++) {
    bounds[i] = Math.min(columns, Math.max(0, first + i * size))
  }
  return { count, bounds }
}

/** Mean share in each block, 0 to 255. */
function blockShares(shares: Uint8Array, offset: number, { count, bounds }: Blocks): Float64Array {
  const means = new Float64Array(count)
  let left = bounds[0] ?? 0
  for (let index = 0; index < count; index++) {
    const right = bounds[index + 1] ?? left
    let sum = 0
    for (let x = offset + left; x < offset + right; x++) sum += shares[x] ?? 0
    means[index] = sum / (right - left)
    left = right
  }
  return means
}

/** Writes one row into `pixels`, which is `stride` wide, from line `origin` on. */
export function writeBins(
  pixels: Uint32Array,
  stride: number,
  origin: number,
  row: BinRow,
  patterns: StatePatterns,
): void {
  const { bins, width, height } = row
  const { ratio } = patterns
  const layers = layersOf(row, patterns)
  const columns = Math.min(width, stride, row.known)
  const blocks = blocksOf(columns, blockColumns(ratio), row.phase)
  const { count, bounds } = blocks
  const means = (state: LaneState): Float64Array | undefined => {
    const index = bins.states.indexOf(state)
    return index < 0 ? undefined : blockShares(bins.shares, index * width, blocks)
  }
  /** Fills `thickness` lines of a block, from line `top` of the row on. */
  const fillBlock = (index: number, top: number, thickness: number, colour: number) => {
    const left = bounds[index] ?? 0
    const right = bounds[index + 1] ?? 0
    for (let y = origin + top; y < origin + top + thickness; y++) {
      for (let x = y * stride + left; x < y * stride + right; x++) pixels[x] = colour
    }
  }
  const fillCentred = (index: number, thickness: number, colour: number) =>
    fillBlock(index, Math.floor((height - thickness) / 2), thickness, colour)

  // First the top of each layer in each block, then the pixels line by line.
  const tops = new Int16Array(layers.length * count)
  const sums = new Float64Array(count)
  layers.forEach(({ offset, colour, thin }, layer) => {
    const shares = blockShares(bins.shares, offset, blocks)
    const base = layer * count
    for (let index = 0; index < count; index++) {
      const share = shares[index] ?? 0
      const sum = sums[index] ?? 0
      let top = layer === 0 ? height : (tops[base - count + index] ?? height)
      if (thin && sum < HARDLY) {
        if (share > 127) fillCentred(index, Math.round(5 * ratio), colour)
      } else if (share >= 0.5) {
        sums[index] = sum + share
        top = height - Math.round((Math.min(255, sum + share) / 255) * height)
      }
      tops[base + index] = top
    }
  })
  writeLines()

  layers.forEach(({ tile, edge }, layer) => {
    if (tile.size === 1) return
    for (let index = 0; index < count; index++) {
      const top = tops[layer * count + index] ?? height
      const below = layer === 0 ? height : (tops[(layer - 1) * count + index] ?? height)
      if (top < below) fillBlock(index, top, 1, edge)
    }
  })

  means(LaneState.idle)?.forEach((share, index) => {
    if (share <= 127 || (sums[index] ?? 0) >= HARDLY) return
    fillCentred(index, Math.max(1, Math.round(1.5 * ratio)), colourOf(LaneState.idle, patterns))
  })

  const foot = Math.round(3 * ratio)
  if (row.rail && height > 4 * foot) {
    const colour = colourOf(LaneState.holding, patterns)
    means(LaneState.holding)?.forEach((share, index) => {
      if (share > 25) fillBlock(index, height - foot, foot, colour)
    })
  }

  function writeLines(): void {
    const strips = layers.map(({ tile }) => stripsOf(tile, stride))
    const whole = wholeLines(tops, layers.length, count, height)
    for (let y = 0; y < height; y++) {
      const at = (origin + y) * stride
      const only = whole[y] ?? MIXED
      if (only !== MIXED) {
        const strip = strips[only]
        const source = strip?.[y % strip.length]
        if (source) copyRun(pixels, at, source, 0, columns)
        continue
      }
      let run = -1
      let from = 0
      for (let index = 0; index <= count; index++) {
        let layer = -1
        if (index < count) {
          layer = 0
          while (layer < layers.length && y < (tops[layer * count + index] ?? 0)) layer += 1
          if (layer === layers.length) layer = -1
          if (layer === run) continue
        }
        const to = bounds[index] ?? columns
        const strip = strips[run]
        const source = strip?.[y % strip.length]
        if (source) copyRun(pixels, at, source, from, to)
        run = layer
        from = to
      }
    }
  }
}
