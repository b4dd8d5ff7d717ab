/** The time axis: ticks, labels, the live edge, the cursor's time and the selected span's extent. */
import type { SpanDetail, TimeRange } from '../../../main/run/contract.ts'
import { duration } from '../../theme/figures.ts'
import type { Marks } from '../marks.ts'
import { niceStep, formatTick, unitFor, type Ticks } from '../ticks.ts'
import { snap, spanOf, xOf, type TimeScale } from '../time-scale.ts'
import { text, textWidth, type Paint } from './paint.ts'

export interface AxisScene {
  readonly scale: TimeScale
  readonly ticks: Ticks
  readonly newest: number
  readonly running: boolean
  readonly selection: SpanDetail | undefined
  readonly marks: Marks
  readonly cursor: number | undefined
}

export function paintAxis(paint: Paint, scene: AxisScene): void {
  const { g, width, height, palette, ratio } = paint
  const { scale, ticks, selection, cursor, marks } = scene
  if (selection) paintExtent(paint, scale, selection)
  if (marks.range) paintExtent(paint, scale, marks.range)
  g.fillStyle = palette.line2
  for (const time of ticks.minor) g.fillRect(snap(xOf(scale, time), ratio), height - 4, 1, 3)
  for (const { time } of ticks.major) g.fillRect(snap(xOf(scale, time), ratio), height - 7, 1, 6)

  const cursorText = cursor === undefined ? undefined : cursorLabel(scale, cursor, ticks)
  const plate =
    cursorText === undefined ? undefined : plateOf(paint, cursorText, xOf(scale, cursor ?? 0))
  const length = plate ? undefined : lengthOf(paint, scale, marks)
  for (const { time, label } of ticks.major) {
    const x = xOf(scale, time)
    const half = textWidth(paint, label, { colour: '', mono: true }) / 2
    const hidden = x - half < 2 || x + half > width - 2
    const over = plate ?? length
    const covered = over && x + half > over.left - 4 && x - half < over.right + 4
    if (hidden || covered) continue
    text(paint, label, x, 9, { colour: palette.text2, mono: true, align: 'center' })
  }
  if (scene.running) {
    const x = xOf(scale, scene.newest)
    g.fillStyle = palette.accent
    g.beginPath()
    g.moveTo(x - 5, height - 7)
    g.lineTo(x + 5, height - 7)
    g.lineTo(x, height - 1)
    g.fill()
  }
  if (length) {
    text(paint, length.words, (length.left + length.right) / 2, 9, {
      colour: palette.text,
      mono: true,
      weight: 600,
      align: 'center',
    })
  }
  paintFlags(paint, scale, marks)
  if (plate && cursorText) {
    g.fillStyle = palette.text
    g.beginPath()
    g.roundRect(snap(plate.left, ratio), 2, plate.right - plate.left, 16, 3)
    g.fill()
    text(paint, cursorText, (plate.left + plate.right) / 2, 9.5, {
      colour: palette.ground,
      mono: true,
      weight: 500,
      align: 'center',
    })
  }
}

/** One digit finer than a pixel needs, in the axis' unit. */
function cursorLabel(scale: TimeScale, time: number, { unit, step, zero }: Ticks): string {
  const pixel = niceStep(spanOf(scale) / scale.width)
  return formatTick(time - zero, unit, unitFor(step) === unit ? Math.min(step, pixel) : step)
}

function plateOf(paint: Paint, label: string, x: number): { left: number; right: number } {
  const half = textWidth(paint, label, { colour: '', mono: true, weight: 500 }) / 2 + 6
  const middle = Math.min(Math.max(x, half), paint.width - half)
  return { left: middle - half, right: middle + half }
}

/** How much time a selected span or range takes. */
function paintExtent(
  { g, width, height, palette }: Paint,
  scale: TimeScale,
  range: TimeRange,
): void {
  const left = Math.max(0, xOf(scale, range.from))
  const right = Math.min(width, xOf(scale, range.to))
  if (right <= left) return
  g.fillStyle = palette.accentSoft
  g.fillRect(left, 0, right - left, height)
  g.fillStyle = palette.accent
  g.fillRect(left, height - 2, right - left, 2)
}

/** The selected range's length, in words, where it fits between its ends. */
function lengthOf(
  paint: Paint,
  scale: TimeScale,
  { range }: Marks,
): { readonly words: string; readonly left: number; readonly right: number } | undefined {
  if (!range) return undefined
  const from = Math.max(0, xOf(scale, range.from))
  const to = Math.min(paint.width, xOf(scale, range.to))
  const words = duration(spanOf(range))
  const half = textWidth(paint, words, { colour: '', mono: true, weight: 600 }) / 2
  const middle = (from + to) / 2
  if (to - from < 2 * half + 12) return undefined
  return { words, left: middle - half, right: middle + half }
}

/** Notes as flags, found places as wedges, both standing on the rows' upper edge. */
function paintFlags({ g, width, height, palette }: Paint, scale: TimeScale, marks: Marks): void {
  const { notes, note, matches, match, draft } = marks
  matches.forEach(({ time }, index) => {
    const x = xOf(scale, time)
    if (x < -5 || x > width + 5) return
    const isShown = index === match
    g.fillStyle = isShown ? palette.accent : palette.text2
    g.beginPath()
    g.moveTo(x - 4, height - 6)
    g.lineTo(x + 4, height - 6)
    g.lineTo(x, height)
    g.closePath()
    g.fill()
  })
  for (const { id, from } of notes) {
    paintFlag(g, xOf(scale, from), width, height, id === note ? palette.accent : palette.text)
  }
  if (draft) paintFlag(g, xOf(scale, draft.from), width, height, palette.accent)
}

function paintFlag(
  g: CanvasRenderingContext2D,
  x: number,
  width: number,
  height: number,
  colour: string,
): void {
  if (x < -10 || x > width + 10) return
  g.fillStyle = colour
  // Below the labels of the ticks.
  const top = height - 10
  g.fillRect(x - 0.5, top, 1, 10)
  g.beginPath()
  g.moveTo(x + 0.5, top)
  g.lineTo(x + 9, top)
  g.lineTo(x + 6.5, top + 2.75)
  g.lineTo(x + 9, top + 5.5)
  g.lineTo(x + 0.5, top + 5.5)
  g.closePath()
  g.fill()
}
