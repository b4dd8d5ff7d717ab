/**
 * The patterns of the states as little opaque tiles in device pixels: for canvas fills here and in
 * charts, and pixel by pixel where rows of shares are written straight into an image.
 */
import { mix, parseColour, pixelOf } from './colour.ts'
import { stateColours, type Palette } from './palette.ts'
import { stateStyle } from './state-style.ts'

export interface Tile {
  /** Width and height in device pixels. */
  readonly size: number
  /** Row by row, as in ImageData. */
  readonly pixels: Uint32Array<ArrayBuffer>
}

/** How much of a pixel of width 1 at `position` lies in [from, to), on a circle of `period`. */
function covered(position: number, from: number, to: number, period: number): number {
  let sum = 0
  for (const shift of [-period, 0, period]) {
    sum += Math.max(0, Math.min(position + 1, to + shift) - Math.max(position, from + shift))
  }
  return Math.min(1, sum)
}

/**
 * Device pixels after which every pattern repeats, an even number: hatching takes all of them,
 * lines and dots half.
 */
export const patternPeriod = (ratio: number): number => 2 * Math.max(1, Math.round(4 * ratio))

/** `ratio`: device pixels a CSS pixel. The thin states are solid here; the painter makes them thin. */
export function stateTile(state: number, palette: Palette, ratio: number): Tile {
  const { pattern } = stateStyle(state)
  const colours = stateColours(palette, state)
  const fill = parseColour(colours.fill)
  const edge = parseColour(colours.edge)
  const ground = parseColour(palette.ground)
  const draw = (size: number, wash: number, lines: (x: number, y: number) => number): Tile => {
    const pixels = new Uint32Array(size * size)
    const under = mix(ground, fill, wash)
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        pixels[y * size + x] = pixelOf(mix(under, edge, lines(x, y)))
      }
    }
    return { size, pixels }
  }
  const period = pattern === 'hatched' ? patternPeriod(ratio) : patternPeriod(ratio) / 2
  switch (pattern) {
    case 'hatched': {
      const line = 3 * ratio
      return draw(period, palette.wash, (x, y) => covered((x + y) % period, 0, line, period))
    }
    case 'lines':
      return draw(period, palette.wash + 0.1, (_x, y) => covered(y, ratio, ratio * 2.25, period))
    case 'dots': {
      const middle = period / 2
      return draw(period, palette.wash, (x, y) => {
        const distance = Math.hypot(x + 0.5 - middle, y + 0.5 - middle)
        return Math.max(0, Math.min(1, 1.2 * ratio - distance + 0.5))
      })
    }
    case 'none':
      return draw(1, 0, () => 0)
    case 'solid':
    case 'rail':
    case 'thin':
    case 'line':
      return draw(1, 1, () => 0)
  }
}

/** The tiles of one theme at one pixel ratio, made when first needed. */
export class StatePatterns {
  readonly palette: Palette
  readonly ratio: number
  readonly #tiles = new Map<number, Tile>()
  readonly #patterns = new Map<number, CanvasPattern | string>()

  constructor(palette: Palette, ratio: number) {
    this.palette = palette
    this.ratio = ratio
  }

  tile(state: number): Tile {
    let tile = this.#tiles.get(state)
    if (!tile) {
      tile = stateTile(state, this.palette, this.ratio)
      this.#tiles.set(state, tile)
    }
    return tile
  }

  /** A fill style for a context whose unit is the CSS pixel. */
  fill(state: number): CanvasPattern | string {
    let pattern = this.#patterns.get(state)
    if (pattern === undefined) {
      pattern = this.#makeFill(state)
      this.#patterns.set(state, pattern)
    }
    return pattern
  }

  #makeFill(state: number): CanvasPattern | string {
    const { size, pixels } = this.tile(state)
    const plain = stateColours(this.palette, state).fill
    if (size === 1) return plain
    const canvas = new OffscreenCanvas(size, size)
    const context = canvas.getContext('2d')
    if (!context) return plain
    const bytes = new Uint8ClampedArray(pixels.buffer)
    context.putImageData(new ImageData(bytes, size, size), 0, 0)
    const pattern = context.createPattern(canvas, 'repeat')
    pattern?.setTransform(new DOMMatrix().scale(1 / this.ratio))
    return pattern ?? plain
  }
}
