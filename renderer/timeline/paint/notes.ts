/** Lines through the rows for notes and found places, and the frame around the selected range. */
import { snap, xOf } from '../time-scale.ts'
import { dashedLine, uprightLine, type Paint } from './paint.ts'
import type { RowsSeen } from './rows-seen.ts'
import type { Scene } from './scene.ts'

/** Over the rows, below what is selected. */
export function paintRange(paint: Paint, { marks, scale }: Scene): void {
  const { range } = marks
  if (!range) return
  const { g, width, height, palette, ratio } = paint
  const left = snap(xOf(scale, range.from), ratio)
  const right = Math.max(left + 1, snap(xOf(scale, range.to), ratio))
  if (right < 0 || left > width) return
  const from = Math.max(0, left)
  // What lies beside the range steps back: its own colours stay as they are.
  g.fillStyle = palette.veil
  g.globalAlpha = 0.75
  if (from > 0) g.fillRect(0, 0, from, height)
  if (right < width) g.fillRect(right, 0, width - right, height)
  g.globalAlpha = 1
  if (left >= 0) uprightLine(paint, left, 0, height, palette.accent, 1)
  if (right <= width) uprightLine(paint, right - 1 / ratio, 0, height, palette.accent, 1)
}

export function paintNotes(paint: Paint, { marks, scale }: Scene): void {
  const { g, width, height, palette, ratio } = paint
  for (const { id, from, to } of marks.notes) {
    const left = snap(xOf(scale, from), ratio)
    const right = snap(xOf(scale, to), ratio)
    if (right < 0 || left > width) continue
    const isOpen = id === marks.note
    const colour = isOpen ? palette.accent : palette.text3
    if (right - left > 1) {
      g.fillStyle = palette.accentSoft
      g.globalAlpha = isOpen ? 0.9 : 0.45
      g.fillRect(Math.max(0, left), 0, Math.min(width, right) - Math.max(0, left), height)
      g.globalAlpha = 1
    }
    for (const x of right - left > 1 ? [left, right] : [left]) {
      if (isOpen) uprightLine(paint, x, 0, height, colour, 1)
      else dashedLine(paint, [x + 0.5 / ratio, 0], [x + 0.5 / ratio, height], colour, [1, 3])
    }
  }
  const { draft } = marks
  if (!draft) return
  for (const time of [draft.from, draft.to]) {
    const x = snap(xOf(scale, time), ratio) + 0.5 / ratio
    dashedLine(paint, [x, 0], [x, height], palette.accent, [4, 3])
  }
}

/** A wedge at the lane that a place was found in; a line through all rows for the one shown. */
export function paintMatches(paint: Paint, { marks, scale }: Scene, rows: RowsSeen): void {
  const { matches, match } = marks
  const { g, width, height, palette } = paint
  matches.forEach(({ time, track }, index) => {
    const x = xOf(scale, time)
    if (x < -6 || x > width + 6) return
    const isShown = index === match
    if (isShown) uprightLine(paint, x, 0, height, palette.accent, 1)
    const seen = rows.get(track)
    if (!seen) return
    const bottom = seen.top + seen.row.height - 2
    const size = isShown ? 5 : 4
    g.beginPath()
    g.moveTo(x, bottom - size * 1.4)
    g.lineTo(x + size, bottom)
    g.lineTo(x - size, bottom)
    g.closePath()
    g.fillStyle = isShown ? palette.accent : palette.text
    g.strokeStyle = palette.ground
    g.lineWidth = 2
    g.stroke()
    g.fill()
  })
}
