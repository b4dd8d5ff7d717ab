/**
 * Every way a pixel of a row can look, as a table: rows are written line by line, and what a line
 * shows is looked up rather than worked out. Sizes are device pixels.
 */
import { LaneState } from '../../../main/trace/model.ts'
import { contrast, mix, parseColour, pixelOf, type Colour } from '../../theme/colour.ts'
import { stateColours } from '../../theme/palette.ts'
import { patternPeriod, type StatePatterns } from '../../theme/state-pattern.ts'

/** What a pixel shows; `fillOf` and `edgeOf` give those of a state. */
export const Kind = {
  none: 0,
  /** + LaneState */
  fill: 0,
  /** + LaneState */
  edge: 8,
  /** + LaneState: too narrow for a pattern, and quieter than its edge. */
  narrow: 16,
  /** + LaneState: half transparent, for round corners. */
  corner: 24,
  /** The dark line near the foot of a span that is held while others wait. */
  rail: 32,
  /** Area under a count of waiters for a lock. */
  waiters: 33,
  /** Area under a count of lanes that wait for an event. */
  idlers: 34,
  /** + 2 × (tone - 1), + 1 where others wait: a lock's holder, told from the next by its tone. */
  holder: 35,
} as const
const KINDS = 39

/**
 * Fills of a lock's holders, from the state's own on: lanes take them in turn, so that a hand-over is
 * seen where there is no room for names.
 */
export const TONES = 3
/** How much of the ground each tone after the first has. */
const TONE_STEP = 0.12

export const fillOf = (state: number): number => Kind.fill + state
export const edgeOf = (state: number): number => Kind.edge + state

/** How much of the edge's colour a span shows that is too narrow for its pattern. */
const NARROW = 0.75
const RAIL = 0.8
/** WCAG 2 for what is not text. */
const LEAST_CONTRAST = 3
const STATES = 8

export class PixelTable {
  /** After so many pixels every pattern repeats, across and down. */
  readonly period: number
  readonly ratio: number
  readonly #lines: readonly Uint32Array[]
  readonly #strips = new Map<number, Uint32Array>()
  /** By kind: 1 for fills that are not told from the ground by themselves. */
  readonly #faint = new Uint8Array(KINDS)

  constructor(patterns: StatePatterns) {
    const { ratio, palette } = patterns
    this.ratio = ratio
    this.period = patternPeriod(ratio)
    const ground = parseColour(palette.ground)
    const waiting = parseColour(stateColours(palette, LaneState.waiting).fill)
    const flat = new Uint32Array(KINDS)
    const note = (kind: number, fill: Colour) => {
      this.#faint[kind] = contrast(fill, ground) < LEAST_CONTRAST ? 1 : 0
    }
    for (let state = 1; state < STATES; state++) {
      const colours = stateColours(palette, state)
      const edge = parseColour(colours.edge)
      flat[Kind.edge + state] = pixelOf(edge)
      note(Kind.fill + state, parseColour(colours.fill))
      flat[Kind.narrow + state] = pixelOf(mix(ground, edge, NARROW))
      flat[Kind.corner + state] = (pixelOf(parseColour(colours.fill)) & 0xffffff) | (0x80 << 24)
    }
    const holding = parseColour(stateColours(palette, LaneState.holding).fill)
    for (const [at, state] of [LaneState.running, LaneState.holding].entries()) {
      const fill = parseColour(stateColours(palette, state).fill)
      for (let tone = 1; tone < TONES; tone++) {
        const toned = mix(fill, ground, tone * TONE_STEP)
        flat[Kind.holder + 2 * (tone - 1) + at] = pixelOf(toned)
        note(Kind.holder + 2 * (tone - 1) + at, toned)
      }
    }
    flat[Kind.rail] = pixelOf(mix(holding, parseColour(palette.onState), RAIL))
    const idle = parseColour(stateColours(palette, LaneState.idle).fill)
    flat[Kind.idlers] = pixelOf(mix(ground, idle, palette.wash))
    flat[Kind.waiters] = pixelOf(mix(ground, waiting, palette.wash * 1.3))
    this.#lines = Array.from({ length: this.period }, (_, y) => {
      const line = new Uint32Array(KINDS * this.period)
      for (let kind = 0; kind < KINDS; kind++) {
        const tile = kind > 0 && kind < STATES ? patterns.tile(kind) : undefined
        for (let x = 0; x < this.period; x++) {
          line[kind * this.period + x] = tile
            ? (tile.pixels[(y % tile.size) * tile.size + (x % tile.size)] ?? 0)
            : (flat[kind] ?? 0)
        }
      }
      return line
    })
  }

  /** A fill of this kind needs an outline to be told from the ground. */
  isFaint(kind: number): boolean {
    return this.#faint[kind] === 1
  }

  /** Line `y` of one kind over `width` columns at least, for long runs: a copy beats a look-up. */
  strip(kind: number, y: number, width: number): Uint32Array {
    const at = (y % this.period) * KINDS + kind
    let strip = this.#strips.get(at)
    if (!strip || strip.length < width) {
      const line = this.line(y)
      strip = Uint32Array.from(
        { length: width },
        (_, x) => line[kind * this.period + (x % this.period)] ?? 0,
      )
      this.#strips.set(at, strip)
    }
    return strip
  }

  /** Pixels of line `y`: that of a kind at column x is [kind × period + x % period]. */
  line(y: number): Uint32Array {
    return this.#lines[y % this.period] ?? NO_LINE
  }
}

const NO_LINE = new Uint32Array(KINDS * 64)

/** Part of an image in which a row is written. */
export interface Target {
  readonly pixels: Uint32Array
  /** Width of the image. */
  readonly stride: number
  /** First line of the row. */
  readonly top: number
  /** Columns and lines of the row. */
  readonly width: number
  readonly height: number
}

/** x % period for every column, kept for the widest row so far. */
let phases = new Uint16Array(0)
let phasePeriod = 0

export function columnPhases(width: number, period: number): Uint16Array {
  if (phases.length < width || phasePeriod !== period) {
    // With room to grow: rows differ a little in width, and many are written in a frame.
    const length = Math.max(2 * width, phases.length)
    phases = new Uint16Array(length)
    for (let x = 0; x < length; x++) phases[x] = x % period
    phasePeriod = period
  }
  return phases
}
