/**
 * Rows of shares, written pixel by pixel into one image for all rows: a frame then costs one
 * upload and one drawImage a row, however many events the shares stand for.
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
  readonly thin: boolean
}

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
        thin: state === LaneState.sleeping,
      },
    ]
  })
}

/** A rectangle of device pixels: columns [left, right), lines [top, bottom). */
interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function fillTile(
  pixels: Uint32Array,
  stride: number,
  origin: number,
  { left, right, top, bottom }: Area,
  { size, pixels: source }: Tile,
): void {
  for (let y = top; y < bottom; y++) {
    const line = (y % size) * size
    const at = (origin + y) * stride
    if (size === 1) {
      pixels.fill(source[0] ?? 0, at + left, at + right)
      continue
    }
    for (let x = left; x < right; x++) pixels[at + x] = source[line + (x % size)] ?? 0
  }
}

/** Writes one row into `pixels`, which is `stride` wide, from line `origin` on. */
export function writeBins(
  pixels: Uint32Array,
  stride: number,
  origin: number,
  row: BinRow,
  patterns: StatePatterns,
): void {
  const { bins, width, height, known, phase } = row
  const { shares } = bins
  const { ratio } = patterns
  const layers = layersOf(row, patterns)
  const idleRow = bins.states.indexOf(LaneState.idle)
  const holdingRow = row.rail ? bins.states.indexOf(LaneState.holding) : -1
  const idleTile = patterns.tile(LaneState.idle)
  const holdingTile = patterns.tile(LaneState.holding)
  const columns = Math.min(width, stride, known)
  const block = blockColumns(ratio)
  const bar = Math.round(5 * ratio)
  const line = Math.max(1, Math.round(1.5 * ratio))
  const foot = Math.round(3 * ratio)
  const mean = (offset: number, left: number, right: number): number => {
    let sum = 0
    for (let x = left; x < right; x++) sum += shares[offset + x] ?? 0
    return sum / (right - left)
  }
  for (let start = phase === 0 ? 0 : phase - block; start < columns; start += block) {
    const left = Math.max(0, start)
    const right = Math.min(columns, start + block)
    let sum = 0
    let bottom = height
    for (const { offset, tile, edge, thin } of layers) {
      const share = mean(offset, left, right)
      if (share < 0.5) continue
      if (thin && sum < HARDLY) {
        const top = Math.floor((height - bar) / 2)
        const area = { left, right, top, bottom: top + bar }
        if (share > 127) fillTile(pixels, stride, origin, area, tile)
        continue
      }
      sum += share
      const top = height - Math.round((Math.min(255, sum) / 255) * height)
      if (top >= bottom) continue
      fillTile(pixels, stride, origin, { left, right, top, bottom }, tile)
      if (tile.size > 1) {
        const at = (origin + top) * stride
        pixels.fill(edge, at + left, at + right)
      }
      bottom = top
    }
    if (holdingRow >= 0 && height > 4 * foot && mean(holdingRow * width, left, right) > 25) {
      const area = { left, right, top: height - foot, bottom: height }
      fillTile(pixels, stride, origin, area, holdingTile)
    }
    if (idleRow >= 0 && sum < HARDLY && mean(idleRow * width, left, right) > 127) {
      const top = Math.floor((height - line) / 2)
      fillTile(pixels, stride, origin, { left, right, top, bottom: top + line }, idleTile)
    }
  }
}

interface Slot {
  readonly row: BinRow
  readonly top: number
}

export class BinSheet {
  readonly #canvas = new OffscreenCanvas(1, 1)
  #slots = new Map<number, Slot>()
  #patterns: StatePatterns | undefined
  #image: ImageData | undefined

  /** Writes the rows anew if any of them differs from last time. */
  prepare(rows: readonly BinRow[], patterns: StatePatterns): void {
    const same =
      patterns === this.#patterns &&
      rows.length === this.#slots.size &&
      rows.every((row) => {
        const slot = this.#slots.get(row.key)?.row
        return slot?.bins === row.bins && slot.height === row.height && slot.rail === row.rail
      })
    if (same) return
    this.#patterns = patterns
    this.#slots = new Map()
    const width = Math.max(0, ...rows.map((row) => row.width))
    const height = rows.reduce((sum, row) => sum + row.height, 0)
    if (width === 0 || height === 0) return
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height)
      this.#canvas.width = width
      this.#canvas.height = height
    }
    const pixels = new Uint32Array(this.#image.data.buffer)
    pixels.fill(0)
    let top = 0
    for (const row of rows) {
      writeBins(pixels, width, top, row, patterns)
      this.#slots.set(row.key, { row, top })
      top += row.height
    }
    this.#canvas.getContext('2d')?.putImageData(this.#image, 0, 0)
  }

  /** Draws a prepared row into a box in CSS pixels. */
  draw(
    g: CanvasRenderingContext2D,
    key: number,
    box: {
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
    },
  ): void {
    const slot = this.#slots.get(key)
    if (!slot) return
    g.imageSmoothingEnabled = false
    const { row, top } = slot
    g.drawImage(this.#canvas, 0, top, row.width, row.height, box.x, box.y, box.width, box.height)
  }
}
