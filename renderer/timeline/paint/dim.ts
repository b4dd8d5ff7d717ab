/**
 * Makes everything step back that is not spoken of: a veil over the rows, the lit parts laid on it
 * once more from the rows' own picture, and the labels of the others kept legible.
 */
import { xOf } from '../time-scale.ts'
import { paintLabel, type Label } from './labels.ts'
import type { Paint } from './paint.ts'
import { pathStretches } from './path-line.ts'
import type { RowsSeen } from './rows-seen.ts'
import type { RowsLayer } from './rows-layer.ts'
import { DIMMED, type Scene } from './scene.ts'

interface Lit {
  readonly track: number
  /** CSS pixels. */
  readonly left: number
  readonly right: number
}

export function paintDim(paint: Paint, scene: Scene, rows: RowsSeen, layer: RowsLayer): void {
  const lit = litOf(scene, paint.width)
  if (!lit) return
  const { g, width, height, palette, ratio } = paint
  const end = Math.min(width, xOf(scene.scale, scene.newest))
  g.fillStyle = palette.ground
  g.globalAlpha = 1 - DIMMED
  for (const { top, row } of rows.values()) {
    if (top < height && top + row.height > 0) g.fillRect(0, top, end, row.height - 1)
  }
  g.globalAlpha = 0.9
  for (const label of layer.labels) {
    if (!isLit(label, lit, rows)) paintLabel(paint, label, palette.text)
  }
  g.globalAlpha = 1
  g.imageSmoothingEnabled = false
  for (const { track, left, right } of lit) {
    const seen = rows.get(track)
    if (!seen) continue
    const x = Math.round(left * ratio)
    const y = Math.max(0, Math.round((seen.bar.top - 1) * ratio))
    const wide = Math.min(Math.round(end * ratio), Math.round(right * ratio)) - x
    const high = Math.min(Math.round((seen.bar.height + 2) * ratio), layer.canvas.height - y)
    if (wide <= 0 || high <= 0) continue
    g.drawImage(layer.canvas, x, y, wide, high, x / ratio, y / ratio, wide / ratio, high / ratio)
  }
}

function litOf({ marks, blame, scale }: Scene, width: number): readonly Lit[] | undefined {
  if (marks.path) return pathStretches(marks.path, scale)
  return blame?.lit.map(({ track, from, to }) => ({
    track,
    left: Math.max(0, xOf(scale, from)),
    right: Math.min(width, Math.max(xOf(scale, to), xOf(scale, from) + 1)),
  }))
}

function isLit({ x, y }: Label, lit: readonly Lit[], rows: RowsSeen): boolean {
  return lit.some(({ track, left, right }) => {
    const bar = rows.get(track)?.bar
    return bar && x >= left && x <= right && y >= bar.top && y <= bar.top + bar.height
  })
}
