/** Draws the critical path: a clear line along the lanes it runs through. */
import { snap, xOf } from '../time-scale.ts'
import { isCrowded, pathLines } from './path-line.ts'
import type { Paint } from './paint.ts'
import { middleOf, type RowsSeen } from './rows-seen.ts'
import type { Scene } from './scene.ts'

/** A line on a casing of the ground, that parts it from what it crosses. */
const LINE = [
  ['ground', 5],
  ['text', 2.25],
] as const
const CROWD = [['text', 1]] as const

export function paintPath(paint: Paint, scene: Scene, rows: RowsSeen): void {
  const { path, segment } = scene.marks
  if (!path) return
  const { g, palette } = paint
  const lines = pathLines(path, {
    scale: scene.scale,
    middleOf: (track) => {
      const seen = rows.get(track)
      return seen && middleOf(seen.bar)
    },
  })
  g.lineJoin = 'round'
  g.lineCap = 'round'
  const crowded = isCrowded(path, scene.scale)
  for (const [colour, width] of crowded ? CROWD : LINE) {
    g.strokeStyle = palette[colour]
    g.lineWidth = width
    g.globalAlpha = crowded ? 0.5 : 1
    g.beginPath()
    for (const line of lines) {
      for (let i = 0; i < line.length; i += 2) {
        const x = line[i] ?? 0
        const y = line[i + 1] ?? 0
        if (i === 0) g.moveTo(x, y)
        else g.lineTo(x, y)
      }
    }
    g.stroke()
  }
  g.lineCap = 'butt'
  g.globalAlpha = 1
  if (segment !== undefined) paintSegment(paint, scene, rows, segment)
}

function paintSegment(paint: Paint, scene: Scene, rows: RowsSeen, segment: number): void {
  const { path } = scene.marks
  const seen = path && rows.get(path.tracks[segment] ?? 0)
  if (!seen) return
  const { g, ratio, palette, width } = paint
  const left = Math.max(-6, snap(xOf(scene.scale, path.starts[segment] ?? 0), ratio))
  const right = Math.min(width + 6, snap(xOf(scene.scale, path.ends[segment] ?? 0), ratio))
  g.strokeStyle = palette.accent
  g.lineWidth = 2
  g.beginPath()
  const { top, height } = seen.bar
  g.roundRect(left - 1.5, top - 2, Math.max(3, right - left) + 2, height + 4, 3)
  g.stroke()
}
