/**
 * The rows of a picture as pixels, in one image: a row is written when its data or its size change,
 * and drawn with one copy wherever its time is now. So what a frame costs does not depend on how
 * many events, spans or shares there are.
 */
import type { StatePatterns } from '../../theme/state-pattern.ts'
import { writeArea, type AreaRow } from './area.ts'
import { PixelTable, type Target } from './pixels.ts'
import { writeSpans, type SpanRow } from './span-raster.ts'
import { writeBins, type BinRow } from './stack.ts'

export type SheetContent =
  | { readonly type: 'bins'; readonly row: BinRow }
  | { readonly type: 'spans'; readonly row: SpanRow }
  | { readonly type: 'area'; readonly row: AreaRow }

export interface SheetRow {
  readonly key: number
  /** Device pixels. */
  readonly width: number
  readonly height: number
  /** Told by identity: what was written from this is not written again. */
  readonly source: object
  /** And by this text: everything else that the pixels depend on. */
  readonly look: string
  readonly content: SheetContent
}

interface Slot {
  row: SheetRow
  readonly top: number
}

export class RowSheet {
  readonly #canvas = new OffscreenCanvas(1, 1)
  readonly #slots = new Map<number, Slot>()
  #patterns: StatePatterns | undefined
  #table: PixelTable | undefined
  #image: ImageData | undefined
  #pixels = new Uint32Array(0)
  /** Rows written so far. */
  written = 0

  /** Writes the rows that differ from last time. */
  prepare(rows: readonly SheetRow[], patterns: StatePatterns): void {
    if (patterns !== this.#patterns) {
      this.#patterns = patterns
      this.#table = new PixelTable(patterns)
      this.#slots.clear()
    }
    const isSamePlan =
      rows.length === this.#slots.size &&
      rows.every(({ key, height, width }) => {
        const slot = this.#slots.get(key)
        return slot?.row.height === height && width <= (this.#image?.width ?? 0)
      })
    if (!isSamePlan) this.#plan(rows)
    const context = this.#canvas.getContext('2d')
    const table = this.#table
    if (!this.#image || !context || !table) return
    // Adjoining rows that change are handed over together.
    let from = -1
    let to = 0
    for (const row of rows) {
      const slot = this.#slots.get(row.key)
      if (!slot) continue
      const isSame = isSamePlan && slot.row.source === row.source && slot.row.look === row.look
      slot.row = row
      if (isSame) continue
      this.#write(slot, table)
      if (slot.top !== to || from < 0) {
        if (from >= 0) this.#hand(context, from, to)
        from = slot.top
      }
      to = slot.top + row.height
    }
    if (from >= 0) this.#hand(context, from, to)
  }

  #hand(context: OffscreenCanvasRenderingContext2D, from: number, to: number): void {
    if (!this.#image) return
    context.putImageData(this.#image, 0, 0, 0, from, this.#image.width, to - from)
  }

  /** Gives every row its place. */
  #plan(rows: readonly SheetRow[]): void {
    this.#slots.clear()
    let width = 0
    let height = 0
    for (const row of rows) {
      this.#slots.set(row.key, { row, top: height })
      width = Math.max(width, row.width)
      height += row.height
    }
    if (width === 0 || height === 0) {
      this.#image = undefined
      return
    }
    if (this.#image && this.#image.width === width && this.#image.height >= height) return
    this.#image = new ImageData(width, height)
    this.#pixels = new Uint32Array(this.#image.data.buffer)
    this.#canvas.width = width
    this.#canvas.height = height
  }

  #write({ row, top }: Slot, table: PixelTable): void {
    const stride = this.#image?.width ?? 0
    this.written += 1
    this.#pixels.fill(0, top * stride, (top + row.height) * stride)
    const target: Target = {
      pixels: this.#pixels,
      stride,
      top,
      width: row.width,
      height: row.height,
    }
    switch (row.content.type) {
      case 'bins':
        writeBins(target, row.content.row, table)
        return
      case 'spans':
        writeSpans(target, row.content.row, table)
        return
      case 'area':
        writeArea(target, row.content.row, table)
    }
  }

  /** Draws a prepared row into a box in CSS pixels. */
  draw(
    g: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    key: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    const slot = this.#slots.get(key)
    if (!slot) return
    g.imageSmoothingEnabled = false
    const { row, top } = slot
    g.drawImage(this.#canvas, 0, top, row.width, row.height, x, y, width, height)
  }
}
