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
}

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

function layersOf({ states }: BinSlice, width: number, patterns: StatePatterns): Layer[] {
  return STACKED.flatMap((state): Layer[] => {
    const row = states.indexOf(state)
    if (row < 0) return []
    const tile = patterns.tile(state)
    const edge = pixelOf(parseColour(stateColours(patterns.palette, state).edge))
    return [{ offset: row * width, tile, edge, thin: state === LaneState.sleeping }]
  })
}

/** Writes one row into `pixels`, which is `stride` wide, from line `top` on. */
export function writeBins(
  pixels: Uint32Array,
  stride: number,
  top: number,
  { bins, width, height }: BinRow,
  patterns: StatePatterns,
): void {
  const layers = layersOf(bins, width, patterns)
  const { shares } = bins
  const idleRow = bins.states.indexOf(LaneState.idle)
  const idle = pixelOf(parseColour(stateColours(patterns.palette, LaneState.idle).edge))
  const { ratio } = patterns
  const columns = Math.min(width, stride)
  const fillColumn = (
    x: number,
    from: number,
    to: number,
    { tile: { size, pixels: source } }: Layer,
  ) => {
    const shift = x % size
    let at = (top + from) * stride + x
    let line = from % size
    for (let y = from; y < to; y++) {
      pixels[at] = source[line * size + shift] ?? 0
      at += stride
      line = line + 1 === size ? 0 : line + 1
    }
  }
  for (let x = 0; x < columns; x++) {
    let sum = 0
    let below = height
    let thick = 0
    for (const layer of layers) {
      const share = shares[layer.offset + x] ?? 0
      if (share === 0) continue
      if (layer.thin && thick < HARDLY) {
        const bar = Math.round(5 * ratio)
        const from = Math.floor((height - bar) / 2)
        if (share > 127) fillColumn(x, from, from + bar, layer)
        continue
      }
      thick += share
      sum += share
      const edge = height - Math.round((Math.min(255, sum) / 255) * height)
      if (edge >= below) continue
      fillColumn(x, edge, below, layer)
      if (layer.tile.size > 1) pixels[(top + edge) * stride + x] = layer.edge
      below = edge
    }
    if (idleRow >= 0 && thick < HARDLY && (shares[idleRow * width + x] ?? 0) > 127) {
      const line = Math.max(1, Math.round(1.5 * ratio))
      const from = Math.floor((height - line) / 2)
      for (let y = from; y < from + line; y++) pixels[(top + y) * stride + x] = idle
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
        return slot?.bins === row.bins && slot.height === row.height
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
