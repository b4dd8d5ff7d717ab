/**
 * Rows of shares in one image for all rows: a frame then costs one upload and one drawImage a row,
 * however many events the shares stand for.
 */
import type { StatePatterns } from '../../theme/state-pattern.ts'
import { writeBins, type BinRow } from './stack.ts'

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
