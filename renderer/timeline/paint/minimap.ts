/** The whole run in one strip: shares of all lanes, the part in view bright and framed. */
import type { MinimapAnswer, TimeRange } from '../../../main/run/contract.ts'
import { roughly } from '../../theme/figures.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { mix, parseColour, pixelOf } from '../../theme/colour.ts'
import { stateColours } from '../../theme/palette.ts'
import type { StatePatterns } from '../../theme/state-pattern.ts'
import { spanOf } from '../time-scale.ts'
import type { Marks } from '../marks.ts'
import { blockColumns, leastHeight, STACKED, stackHeights } from './stack-heights.ts'
import { dashedLine, text, type Paint } from './paint.ts'

export interface MinimapScene {
  /** Time that the strip's width stands for. */
  readonly extent: number
  readonly view: TimeRange
  readonly newest: number
  readonly phase: 'running' | 'over' | 'failed'
  /** Nanoseconds left as estimated. */
  readonly remaining: number | undefined
  readonly answer: MinimapAnswer | undefined
  /** The run has a GIL. */
  readonly gil: boolean
  readonly marks: Pick<Marks, 'range' | 'notes' | 'matches'>
}

export interface Brush {
  readonly left: number
  readonly right: number
}

const SMALLEST_BRUSH = 8

/** The frame around what is in view, in CSS pixels; wide enough to be taken hold of. */
export function brushOf(view: TimeRange, extent: number, width: number): Brush {
  const left = Math.max(0, (view.from / extent) * width)
  const right = Math.min(width, (view.to / extent) * width)
  if (right - left >= SMALLEST_BRUSH) return { left, right }
  const middle = Math.min(
    Math.max((left + right) / 2, SMALLEST_BRUSH / 2),
    width - SMALLEST_BRUSH / 2,
  )
  return { left: middle - SMALLEST_BRUSH / 2, right: middle + SMALLEST_BRUSH / 2 }
}

/** Keeps the strip's picture until there is a new answer. */
export class MinimapStrip {
  readonly #canvas = new OffscreenCanvas(1, 1)
  #answer: MinimapAnswer | undefined
  #height = 0
  #patterns: StatePatterns | undefined

  /** `asRunning`: under a GIL, who holds it runs (as the lanes show it). */
  draw(
    paint: Paint,
    answer: MinimapAnswer,
    { extent, asRunning }: { readonly extent: number; readonly asRunning: boolean },
    top: number,
    height: number,
  ): void {
    const deviceHeight = Math.round(height * paint.ratio)
    if (
      answer !== this.#answer ||
      deviceHeight !== this.#height ||
      paint.patterns !== this.#patterns
    ) {
      this.#write(answer, deviceHeight, paint.patterns, asRunning)
    }
    const { g, width } = paint
    g.imageSmoothingEnabled = false
    const x = (answer.from / extent) * width
    g.drawImage(this.#canvas, x, top, (spanOf(answer) / extent) * width, height)
  }

  #write(answer: MinimapAnswer, height: number, patterns: StatePatterns, asRunning: boolean): void {
    this.#answer = answer
    this.#height = height
    this.#patterns = patterns
    const { width, bins } = answer
    const image = new ImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    const states = STACKED.filter((state) => bins.states.includes(state))
    const rows = states.map((state) => bins.states.indexOf(state))
    const ground = parseColour(patterns.palette.ground)
    const colours = states.map((state) => {
      const shown = asRunning && state === LaneState.holding ? LaneState.running : state
      const fill = parseColour(stateColours(patterns.palette, shown).fill)
      // Sleeping is a thin bar in its lane: here it steps back as well.
      return pixelOf(state === LaneState.sleeping ? mix(ground, fill, 0.5) : fill)
    })
    const block = blockColumns(patterns.ratio)
    const least = states.map((state) => Math.round(leastHeight(state) * patterns.ratio))
    const heights = new Int16Array(states.length)
    const meanOf = (row: number, left: number, right: number) => {
      let sum = 0
      for (let x = left; x < right; x++) sum += bins.shares[row * width + x] ?? 0
      return sum / (right - left)
    }
    for (let left = 0; left < width; left += block) {
      const right = Math.min(width, left + block)
      const shares = rows.map((row) => meanOf(row, left, right))
      let y = height
      stackHeights(shares, shares.length, height, least, heights).forEach((part, layer) => {
        for (let line = 0; line < part; line++) {
          y -= 1
          pixels.fill(colours[layer] ?? 0, y * width + left, y * width + right)
        }
      })
    }
    this.#canvas.width = width
    this.#canvas.height = height
    this.#canvas.getContext('2d')?.putImageData(image, 0, 0)
  }
}

export function paintMinimap(paint: Paint, strip: MinimapStrip, scene: MinimapScene): void {
  const { g, width, height, palette } = paint
  const { extent, view, newest, phase, remaining, answer } = scene
  const xOf = (time: number) => (time / extent) * width
  const end = Math.min(width, xOf(newest))
  if (answer) {
    g.save()
    g.beginPath()
    g.rect(0, 0, end, height)
    g.clip()
    strip.draw(paint, answer, { extent, asRunning: scene.gil }, 7, height - 13)
    g.restore()
  }
  if (phase === 'running' && end < width) {
    const known = answer ? Math.min(end, xOf(answer.to)) : end
    dashedLine(paint, [known, height - 6.5], [width, height - 6.5], palette.line2, [2, 3])
    if (remaining !== undefined && width - end > 120) {
      text(paint, `about ${roughly(remaining)} left`, width - 8, height / 2, {
        colour: palette.text3,
        align: 'right',
      })
    }
  }
  if (phase === 'failed' && end < width) {
    g.fillStyle = palette.danger
    g.fillRect(end - 1, 0, 1.5, height)
  }
  paintMarks(paint, scene)
  const { left, right } = brushOf(view, extent, width)
  g.fillStyle = palette.veil
  g.fillRect(0, 0, left, height)
  g.fillRect(right, 0, Math.max(0, Math.max(end, right) - right), height)
  const whole = right - left > width - 2
  if (!whole) {
    g.fillStyle = palette.accentSoft
    g.fillRect(left, 0, right - left, height)
  }
  g.strokeStyle = palette.accent
  g.lineWidth = 1.5
  g.strokeRect(left + 0.75, 1.25, right - left - 1.5, height - 2.5)
  if (right - left < 40) return
  g.fillStyle = palette.accent
  for (const x of [left, right]) {
    g.beginPath()
    g.roundRect(Math.min(Math.max(x - 2, 0), width - 4), height / 2 - 7, 4, 14, 2)
    g.fill()
  }
}

/** Where notes and found places are, and the selected range, along the lower edge. */
function paintMarks(
  { g, width, height, palette }: Paint,
  { extent, marks: { range, notes, matches } }: MinimapScene,
): void {
  const xOf = (time: number) => (time / extent) * width
  g.fillStyle = palette.text2
  for (const { time } of matches) g.fillRect(Math.round(xOf(time)) - 0.5, height - 5, 1, 4)
  g.fillStyle = palette.text
  for (const { from } of notes) g.fillRect(Math.round(xOf(from)) - 1, 1, 2, 5)
  if (!range) return
  const left = xOf(range.from)
  const shown = Math.max(2, xOf(range.to) - left)
  g.fillStyle = palette.accent
  g.fillRect(left, height - 3, shown, 2)
}
