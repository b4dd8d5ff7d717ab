/** One drawing of all rows: ground, rows up to the newest event, its edge, selection and hover. */
import type { TrackRow } from '../layout.ts'
import { snap, spanOf, xOf } from '../time-scale.ts'
import { blockColumns, type BinRow } from './stack.ts'
import { paintEvent } from './event.ts'
import { paintLane } from './lane.ts'
import { paintLock } from './lock.ts'
import { paintCursor, paintEdge, paintHover, paintSelection } from './overlay.ts'
import type { Paint } from './paint.ts'
import { paintQueue } from './queue.ts'
import { barOf, type Scene } from './scene.ts'

export function paintTracks(paint: Paint, scene: Scene): void {
  const { g, height } = paint
  paintGround(paint, scene)
  const visible = scene.layout.rows.filter(
    (row): row is TrackRow =>
      row.type === 'track' &&
      row.top - scene.scrollTop < height &&
      row.top + row.height > scene.scrollTop,
  )
  scene.sheet.prepare(binRows(scene, visible, paint.ratio), paint.patterns)
  const end = Math.min(paint.width, xOf(scene.scale, scene.newest))
  if (end > 0) {
    g.save()
    g.beginPath()
    g.rect(0, 0, end, height)
    g.clip()
    for (const row of visible) paintRow(paint, scene, row)
    g.restore()
  }
  paintEdge(paint, scene)
  paintSelection(paint, scene)
  paintHover(paint, scene)
  paintCursor(paint, scene)
}

function paintRow(paint: Paint, scene: Scene, row: TrackRow): void {
  const placed = scene.slices.get(row.track.id)
  if (!placed) return
  switch (row.track.kind) {
    case 'lane':
      paintLane(paint, scene, row, placed)
      return
    case 'event':
      paintEvent(paint, scene, row, placed)
      return
    case 'lock':
    case 'gil':
      paintLock(paint, scene, row, placed)
      return
    case 'queue':
    case 'counter':
      paintQueue(paint, scene, row, placed)
  }
}

function binRows(scene: Scene, rows: readonly TrackRow[], ratio: number): BinRow[] {
  const withGil = new Set(
    [...scene.tracks.values()].flatMap(({ kind, pid }) => (kind === 'gil' ? [pid] : [])),
  )
  return rows.flatMap(({ track, ...row }) => {
    const placed = scene.slices.get(track.id)
    const bins = placed?.slice.bins
    if (!placed || !bins) return []
    const column = spanOf(placed) / placed.width
    const block = blockColumns(ratio)
    const first = Math.round(placed.from / column)
    return [
      {
        key: track.id,
        bins,
        width: placed.width,
        height: Math.round(barOf({ ...row, track }, 0).height * ratio),
        known: Math.ceil((Math.min(placed.to, placed.newest) - placed.from) / column),
        phase: (block - (first % block)) % block,
        rail: track.kind === 'lane' && withGil.has(track.pid),
      },
    ]
  })
}

function paintGround({ g, width, height, palette, ratio }: Paint, scene: Scene): void {
  g.fillStyle = palette.grid
  for (const { time } of scene.ticks.major) {
    g.fillRect(snap(xOf(scene.scale, time), ratio), 0, 1, height)
  }
  for (const row of scene.layout.rows) {
    const top = row.top - scene.scrollTop
    if (top > height || top + row.height < 0) continue
    if (row.type === 'group') {
      g.fillStyle = palette.band
      g.fillRect(0, top, width, row.height)
    }
    g.fillStyle = row.type === 'group' ? palette.line : palette.grid
    g.fillRect(0, top + row.height - 1, width, 1)
  }
}
