/** The time axis: ticks, labels, the live edge, the cursor's time and the selected span's extent. */
import type { SpanDetail } from '../../../main/run/contract.ts'
import { niceStep, formatTick, unitFor, type Ticks } from '../ticks.ts'
import { snap, spanOf, xOf, type TimeScale } from '../time-scale.ts'
import { text, textWidth, type Paint } from './paint.ts'

export interface AxisScene {
  readonly scale: TimeScale
  readonly ticks: Ticks
  readonly newest: number
  readonly running: boolean
  readonly selection: SpanDetail | undefined
  readonly cursor: number | undefined
}

export function paintAxis(paint: Paint, scene: AxisScene): void {
  const { g, width, height, palette, ratio } = paint
  const { scale, ticks, selection, cursor } = scene
  if (selection) {
    const left = Math.max(0, xOf(scale, selection.from))
    const right = Math.min(width, xOf(scale, selection.to))
    if (right > left) {
      g.fillStyle = palette.accentSoft
      g.fillRect(left, 0, right - left, height)
      g.fillStyle = palette.accent
      g.fillRect(left, height - 2, right - left, 2)
    }
  }
  g.fillStyle = palette.line2
  for (const time of ticks.minor) g.fillRect(snap(xOf(scale, time), ratio), height - 4, 1, 3)
  for (const { time } of ticks.major) g.fillRect(snap(xOf(scale, time), ratio), height - 7, 1, 6)

  const cursorText = cursor === undefined ? undefined : cursorLabel(scale, cursor, ticks)
  const plate = cursorText && plateOf(paint, cursorText, xOf(scale, cursor ?? 0))
  for (const { time, label } of ticks.major) {
    const x = xOf(scale, time)
    const half = textWidth(paint, label, { colour: '', mono: true }) / 2
    const hidden = x - half < 2 || x + half > width - 2
    const covered = plate && x + half > plate.left - 4 && x - half < plate.right + 4
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
function cursorLabel(scale: TimeScale, time: number, { unit, step }: Ticks): string {
  const pixel = niceStep(spanOf(scale) / scale.width)
  return formatTick(time, unit, unitFor(step) === unit ? Math.min(step, pixel) : step)
}

function plateOf(paint: Paint, label: string, x: number): { left: number; right: number } {
  const half = textWidth(paint, label, { colour: '', mono: true, weight: 500 }) / 2 + 6
  const middle = Math.min(Math.max(x, half), paint.width - half)
  return { left: middle - half, right: middle + half }
}
