/** What lies over the rows: the newest event, a run's end or failure, selection, hover, cursor. */
import { duration } from '../../theme/figures.ts'
import type { TrackRow } from '../layout.ts'
import { plainName } from '../names.ts'
import { snap, xOf } from '../time-scale.ts'
import { dashedLine, text, textWidth, uprightLine, type Paint } from './paint.ts'
import { barOf, type Bar, type Scene } from './scene.ts'

/** Right of the newest event there is nothing: plainly empty, or hatched when it was lost. */
export function paintEdge(paint: Paint, { scale, newest, phase, layout, scrollTop }: Scene): void {
  const { g, width, height, palette, ratio } = paint
  const x = snap(xOf(scale, newest), ratio)
  if (x < 0 || x > width) return
  const bottom = Math.min(height, layout.height - scrollTop)
  switch (phase) {
    case 'running':
      g.fillStyle = palette.band
      g.fillRect(x, 0, width - x, height)
      uprightLine(paint, x, 0, height, palette.accent, 2)
      return
    case 'over':
      uprightLine(paint, x, 0, height, palette.text3)
      if (x < width - 1 && x > 60) {
        text(paint, 'end', x - 6, 12, { colour: palette.text2, align: 'right' })
      }
      return
    case 'failed': {
      hatch(paint, x, bottom)
      uprightLine(paint, x, 0, height, palette.danger, 2)
      const first = layout.rows.find((row) => row.type === 'track')
      if (first && width - x > 70) {
        text(paint, 'no data', x + 14, first.top - scrollTop - 12, {
          colour: palette.text2,
          plate: palette.ground,
        })
      }
    }
  }
}

function hatch({ g, width, palette }: Paint, from: number, height: number): void {
  if (height <= 0 || from >= width) return
  g.save()
  g.beginPath()
  g.rect(from, 0, width - from, height)
  g.clip()
  g.strokeStyle = palette.line2
  g.lineWidth = 1
  g.beginPath()
  for (let x = from - height; x < width; x += 9) {
    g.moveTo(x, height)
    g.lineTo(x + height, 0)
  }
  g.stroke()
  g.restore()
}

const rowOf = ({ layout }: Scene, track: number): TrackRow | undefined =>
  layout.rows.find((row): row is TrackRow => row.type === 'track' && row.track.id === track)

/** The whole row's plot for counters, the bar for spans. */
function outlineBar(row: TrackRow, scrollTop: number): Bar {
  if (row.track.kind !== 'queue') return barOf(row, scrollTop)
  return { top: row.top - scrollTop + 4, height: row.height - 9 }
}

export function paintHover(paint: Paint, scene: Scene): void {
  const { hover, scale, scrollTop } = scene
  const row = hover && rowOf(scene, hover.track)
  if (!row) return
  const { g, ratio, palette, width } = paint
  const bar = outlineBar(row, scrollTop)
  const left = Math.max(-4, snap(xOf(scale, hover.from), ratio))
  const right = Math.min(width + 4, snap(xOf(scale, hover.to), ratio))
  if (right - left < 3) return
  g.strokeStyle = palette.text
  g.lineWidth = 1.5
  g.strokeRect(left - 0.25, bar.top - 2.25, right - left - 0.5, bar.height + 4.5)
}

export function paintCursor(paint: Paint, { cursor, scale }: Scene): void {
  if (cursor === undefined) return
  const x = snap(xOf(scale, cursor), paint.ratio) + 0.5 / paint.ratio
  dashedLine(paint, [x, 0], [x, paint.height], paint.palette.text3, [2, 3])
}

export function paintSelection(paint: Paint, scene: Scene): void {
  const { selection, scale, scrollTop } = scene
  const row = selection && rowOf(scene, selection.track)
  if (!row) return
  const { g, ratio, palette, width, height } = paint
  const bar = outlineBar(row, scrollTop)
  const left = snap(xOf(scale, selection.from), ratio)
  const right = Math.max(left + 3, snap(xOf(scale, selection.to), ratio))
  for (const x of [left, right]) {
    if (x < 0 || x > width) continue
    const middle = x - 0.5 / ratio
    dashedLine(paint, [middle, 0], [middle, height], palette.accent, [2, 3])
  }
  g.strokeStyle = palette.accent
  g.lineWidth = 2
  g.beginPath()
  g.roundRect(
    Math.max(-6, left - 1.5),
    bar.top - 2,
    Math.min(width + 6, right) - Math.max(-6, left) + 2,
    bar.height + 4,
    3,
  )
  g.stroke()
  paintElbows(paint, scene, left, right, bar)
  const words = duration(selection.to - selection.from)
  const style = { colour: palette.text, weight: 600, mono: true, plate: palette.ground } as const
  const from = Math.max(0, left)
  const to = Math.min(width, right)
  if (to - from > textWidth(paint, words, style) + 20 && row.track.kind === 'lane') {
    text(paint, words, (from + to) / 2, bar.top + bar.height / 2, { ...style, align: 'center' })
  }
}

/** Dashed: who held it when the wait began. Solid: whose release ended it. */
function paintElbows(paint: Paint, scene: Scene, left: number, right: number, own: Bar): void {
  const { blame, tracks, scrollTop } = scene
  if (!blame) return
  const middle = own.top + own.height / 2
  const bars = (lane: number | undefined) => {
    const row = lane === undefined ? undefined : rowOf(scene, lane)
    return (
      row && { bar: barOf(row, scrollTop), name: plainName(tracks.get(row.track.id)?.name ?? '') }
    )
  }
  const holder = bars(blame.heldBy)
  const releaser = bars(blame.releasedBy)
  const { palette, width } = paint
  if (releaser && right > 0 && right < width) {
    const from = releaser.bar.top + releaser.bar.height / 2
    const side = elbow(paint, { x: right, from, to: middle, direction: 1, dashed: false })
    text(paint, `released by ${releaser.name}`, side + 10, (from + middle) / 2, {
      colour: palette.text,
      weight: 500,
      plate: palette.raised,
      ring: palette.line2,
    })
  }
  if (holder && blame.heldBy !== blame.releasedBy && left > 0 && left < width) {
    const to = holder.bar.top + holder.bar.height / 2
    const side = elbow(paint, { x: left, from: middle, to, direction: -1, dashed: true })
    text(paint, `held by ${holder.name}`, side - 10, (to + middle) / 2, {
      colour: palette.text,
      weight: 500,
      align: 'right',
      plate: palette.raised,
      ring: palette.line2,
    })
  }
}

interface Elbow {
  readonly x: number
  readonly from: number
  readonly to: number
  readonly direction: 1 | -1
  readonly dashed: boolean
}

/** From a dot at (x, from) around to an arrow head at (x, to); returns x of its upright part. */
function elbow({ g, palette }: Paint, { x, from, to, direction, dashed }: Elbow): number {
  const side = x + direction * 15
  const turn = 5
  const down = to > from ? 1 : -1
  const draw = () => {
    g.beginPath()
    g.moveTo(x, from)
    g.arcTo(side, from, side, from + down * turn, turn)
    g.arcTo(side, to, x, to, turn)
    g.lineTo(x + direction * 6, to)
    g.stroke()
  }
  g.lineCap = 'butt'
  g.strokeStyle = palette.ground
  g.lineWidth = 5
  draw()
  g.strokeStyle = palette.text
  g.lineWidth = 2
  g.setLineDash(dashed ? [3, 3] : [])
  draw()
  g.setLineDash([])
  g.fillStyle = palette.text
  g.strokeStyle = palette.ground
  g.lineWidth = 1.5
  g.beginPath()
  g.arc(x, dashed ? to : from, dashed ? 3.2 : 4, 0, 2 * Math.PI)
  g.fill()
  g.stroke()
  if (!dashed) {
    g.beginPath()
    g.moveTo(x + 1, to)
    g.lineTo(x + 8, to - 4.5)
    g.lineTo(x + 8, to + 4.5)
    g.closePath()
    g.fill()
  }
  return side
}
