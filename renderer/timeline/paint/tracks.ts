/** The rows as they stand without anything laid over them: ground, rows, the newest event's edge. */
import type { TrackRow } from '../layout.ts'
import { snap, xOf } from '../time-scale.ts'
import { paintEdge } from './edge.ts'
import { paintLabels, type Label } from './labels.ts'
import { paintLock } from './lock.ts'
import type { Paint } from './paint.ts'
import { paintQueue } from './queue.ts'
import { topOf, type Scene } from './scene.ts'
import { drawArea, drawBar, sheetRows } from './sheet-rows.ts'

/** @returns the labels on spans, as they were drawn. */
export function paintTracks(paint: Paint, scene: Scene): Label[] {
  const { g, width, height } = paint
  const rows = visibleRows(scene, height)
  scene.sheet.prepare(sheetRows(scene, rows, paint.ratio), paint.patterns)
  const labels: Label[] = []
  const { pinnedHeight } = scene
  if (pinnedHeight === 0) {
    paintRows(paint, scene, rows, labels)
  } else {
    // What scrolls passes beneath the rows that stand still.
    const isPinned = ({ top }: { readonly top: number }) => top < pinnedHeight
    g.save()
    g.beginPath()
    g.rect(0, pinnedHeight, width, height)
    g.clip()
    paintRows(
      paint,
      scene,
      rows.filter((row) => !isPinned(row)),
      labels,
    )
    g.restore()
    paintRows(paint, scene, rows.filter(isPinned), labels)
  }
  paintEdge(paint, scene)
  if (pinnedHeight > 0) {
    g.fillStyle = paint.palette.line2
    g.fillRect(0, pinnedHeight - 1, width, 2)
  }
  return labels
}

function visibleRows(scene: Scene, height: number): TrackRow[] {
  return scene.layout.rows.filter((row): row is TrackRow => {
    const top = topOf(scene, row)
    return row.type === 'track' && top < height && top + row.height > 0
  })
}

function paintRows(paint: Paint, scene: Scene, rows: readonly TrackRow[], labels: Label[]): void {
  const { g, height } = paint
  paintGround(paint, scene, rows)
  const end = Math.min(paint.width, xOf(scene.scale, scene.newest))
  if (end <= 0) return
  g.save()
  g.beginPath()
  g.rect(0, 0, end, height)
  g.clip()
  for (const row of rows) {
    const placed = scene.slices.get(row.track.id)
    if (!placed) continue
    const top = topOf(scene, row)
    switch (row.track.kind) {
      case 'lane':
        drawBar(paint, scene, row, placed, top)
        break
      case 'event':
        drawArea(paint, scene, row, placed, top)
        break
      case 'lock':
      case 'gil':
        paintLock(paint, scene, row, placed, top)
        break
      case 'queue':
      case 'counter':
        paintQueue(paint, scene, row, placed, top)
    }
    paintLabels(paint, scene, row, placed, top, labels)
  }
  g.restore()
}

function paintGround(
  { g, width, height, palette, ratio }: Paint,
  scene: Scene,
  rows: readonly TrackRow[],
): void {
  g.fillStyle = palette.grid
  const [first] = rows
  const isPinned = first !== undefined && first.top < scene.pinnedHeight
  const bottom = isPinned ? scene.pinnedHeight : height
  if (isPinned) g.clearRect(0, 0, width, bottom)
  for (const { time } of scene.ticks.major) {
    g.fillRect(snap(xOf(scene.scale, time), ratio), 0, 1, bottom)
  }
  for (const row of scene.layout.rows) {
    if (row.top < scene.pinnedHeight !== isPinned) continue
    const top = topOf(scene, row)
    if (top > height || top + row.height < 0) continue
    if (row.type === 'group') {
      g.fillStyle = palette.band
      g.fillRect(0, top, width, row.height)
    }
    g.fillStyle = row.type === 'group' ? palette.line : palette.grid
    g.fillRect(0, top + row.height - 1, width, 1)
  }
}
