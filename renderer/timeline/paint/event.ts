/** An Event's row: how many threads wait for it to be set. Waiting for it is being idle. */
import { LaneState } from '../../../main/trace/model.ts'
import { stateColours } from '../../theme/palette.ts'
import { highestValue } from '../in-view.ts'
import type { TrackRow } from '../layout.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { paintSteps, scaleTop } from './counter.ts'
import type { Paint } from './paint.ts'
import { barOf, type Scene } from './scene.ts'

export function paintEvent(paint: Paint, scene: Scene, row: TrackRow, placed: PlacedSlice): void {
  const { fill, edge } = stateColours(paint.palette, LaneState.idle)
  paintSteps(paint, scene, placed, barOf(row, scene.scrollTop), scaleTop(highestValue(placed)), {
    area: fill,
    areaAlpha: paint.palette.wash,
    edge,
  })
}
