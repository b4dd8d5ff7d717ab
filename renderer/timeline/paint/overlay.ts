/** What lies over the rows, from what is farthest back to the keyboard's ring. */
import { duration } from '../../theme/figures.ts'
import { snap, xOf } from '../time-scale.ts'
import { paintBlame } from './blame-arrows.ts'
import { paintPath } from './critical-path.ts'
import { paintDim } from './dim.ts'
import type { FlowPainter } from './flows.ts'
import { paintMerged } from './merged.ts'
import { paintMatches, paintNotes, paintRange } from './notes.ts'
import { dashedLine, text, textWidth, type Paint } from './paint.ts'
import type { RowsLayer } from './rows-layer.ts'
import { rowsOf, type RowsSeen } from './rows-seen.ts'
import type { Scene } from './scene.ts'

export function paintOverlay(
  paint: Paint,
  scene: Scene,
  layer: RowsLayer,
  flows: FlowPainter,
): void {
  const rows = rowsOf(scene)
  paintDim(paint, scene, rows, layer)
  paintNotes(paint, scene)
  paintRange(paint, scene)
  flows.paint(paint, scene, rows)
  paintPath(paint, scene, rows)
  paintMatches(paint, scene, rows)
  paintSelection(paint, scene, rows, layer)
  paintHover(paint, scene, rows)
  paintCursor(paint, scene)
  paintMerged(paint, scene, rows)
  paintFocus(paint, scene, rows)
}

function paintHover(paint: Paint, { hover, scale }: Scene, rows: RowsSeen): void {
  const seen = hover && rows.get(hover.track)
  if (!seen) return
  const { g, ratio, palette, width } = paint
  const left = Math.max(-4, snap(xOf(scale, hover.from), ratio))
  const right = Math.min(width + 4, snap(xOf(scale, hover.to), ratio))
  if (right - left < 3) return
  const { top, height } = seen.bar
  g.strokeStyle = palette.text
  g.lineWidth = 1.5
  g.strokeRect(left - 0.25, top - 2.25, right - left - 0.5, height + 4.5)
}

function paintCursor(paint: Paint, { cursor, scale }: Scene): void {
  if (cursor === undefined) return
  const x = snap(xOf(scale, cursor), paint.ratio) + 0.5 / paint.ratio
  dashedLine(paint, [x, 0], [x, paint.height], paint.palette.text3, [2, 3])
}

function paintSelection(paint: Paint, scene: Scene, rows: RowsSeen, layer: RowsLayer): void {
  const { selection, scale } = scene
  const seen = selection && rows.get(selection.track)
  if (!seen) return
  const { g, ratio, palette, width, height } = paint
  const { bar, row } = seen
  const left = snap(xOf(scale, selection.from), ratio)
  const right = Math.max(left + 3, snap(xOf(scale, selection.to), ratio))
  for (const x of [left, right]) {
    if (x < 0 || x > width) continue
    const middle = x - 0.5 / ratio
    dashedLine(paint, [middle, 0], [middle, height], palette.accent, [2, 3])
  }
  const from = Math.max(-6, left - 1.5)
  g.strokeStyle = palette.accent
  g.lineWidth = 2
  g.beginPath()
  g.roundRect(from, bar.top - 2, Math.min(width + 6, right + 0.5) - from, bar.height + 4, 3)
  g.stroke()
  paintBlame(paint, scene, rows, { left, right, own: bar })
  if (row.track.kind !== 'lane') return
  const words = duration(selection.to - selection.from)
  const style = { colour: palette.text, weight: 600, mono: true } as const
  const shownFrom = Math.max(0, left)
  const shownTo = Math.min(width, right)
  const room = textWidth(paint, words, style)
  if (shownTo - shownFrom <= room + 20) return
  // In the place of the span's own label, which it covers.
  const x = (shownFrom + shownTo) / 2
  const y = bar.top + bar.height / 2
  const own = layer.labels.find(
    (label) => label.x > shownFrom && label.x < shownTo && Math.abs(label.y - y) < 2,
  )
  const plate = Math.max(room, own?.width ?? 0) + 8
  g.fillStyle = palette.ground
  g.beginPath()
  g.roundRect(snap(x - plate / 2, ratio), snap(y - 8, ratio), plate, 16, 3)
  g.fill()
  text(paint, words, x, y, { ...style, align: 'center' })
}

/** The cell that the keyboard stands on: a ring that no state's colour has. */
function paintFocus(paint: Paint, { focus, scale }: Scene, rows: RowsSeen): void {
  const seen = focus && rows.get(focus.track)
  if (!seen) return
  const { g, ratio, palette, width } = paint
  const { range } = focus
  const left = range ? Math.max(1, snap(xOf(scale, range.from), ratio)) : 1
  const right = range ? Math.min(width - 1, snap(xOf(scale, range.to), ratio)) : width - 1
  const { top, height } = range ? seen.bar : { top: seen.top, height: seen.row.height - 1 }
  const x = Math.min(left, width - 6)
  const wide = Math.max(5, right - x)
  for (const [colour, thickness] of [
    [palette.ground, 5],
    [palette.accent, 2],
  ] as const) {
    g.strokeStyle = colour
    g.lineWidth = thickness
    g.beginPath()
    g.roundRect(x - 1, top + (range ? -1 : 1), wide + 2, height + (range ? 2 : -2), 3)
    g.stroke()
  }
}
