/** A thread's row: exact spans where they can be told apart, else a stack of shares a column. */
import { LaneState } from '../../../main/trace/model.ts'
import type { TrackRow } from '../layout.ts'
import { spanOf, xOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import type { Paint } from './paint.ts'
import { barOf, DIMMED, type Bar, type Scene } from './scene.ts'
import { paintSpans, type SpanLook } from './spans.ts'

export function paintLane(paint: Paint, scene: Scene, row: TrackRow, placed: PlacedSlice): void {
  const bar = barOf(row, scene.scrollTop)
  if (placed.slice.bins) paintBins(paint, scene, placed, bar)
  else paintSpans(paint, scene, placed, bar, laneLook(scene))
}

export function laneLook({ resources }: Scene): SpanLook {
  return {
    label: (state, detail) => {
      const name = resources.get(detail)?.name ?? ''
      switch (state) {
        case LaneState.waiting:
          return resources.get(detail)?.kind === 'gil' ? [] : [name]
        case LaneState.queue:
        case LaneState.idle:
          return [name]
        default:
          return []
      }
    },
    rail: (state, detail) => state === LaneState.holding && resources.get(detail)?.kind === 'gil',
  }
}

/** Shares prepared in the sheet, laid where their range is now. */
export function paintBins(
  { g }: Paint,
  { scale, sheet, blame }: Scene,
  placed: PlacedSlice,
  bar: Bar,
): void {
  const width = (spanOf(placed) / spanOf(scale)) * scale.width
  g.globalAlpha = blame ? DIMMED : 1
  sheet.draw(g, placed.slice.track, {
    x: xOf(scale, placed.from),
    y: bar.top,
    width,
    height: bar.height,
  })
  g.globalAlpha = 1
}
