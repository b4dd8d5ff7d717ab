/** A lock's row: who holds it above, how many wait below. */
import { LaneState } from '../../../main/trace/model.ts'
import { short } from '../../theme/figures.ts'
import { stateColours } from '../../theme/palette.ts'
import type { TrackRow } from '../layout.ts'
import { snap } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { highestOf, scaleTop } from './counter.ts'
import { dashedLine, text, type Paint } from './paint.ts'
import { areaOf, barOf, type Bar, type Scene } from './scene.ts'
import { drawArea, drawBar } from './sheet-rows.ts'

/** CSS pixels that the waiters' part is high at least where its scale is written into it. */
const LABELLED = 20

export function paintLock(
  paint: Paint,
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  top: number,
): void {
  const { g, ratio, palette, width } = paint
  const bar = barOf(row, top)
  // Free: a line where the bar would be.
  g.fillStyle = palette.line
  g.fillRect(0, snap(bar.top + bar.height / 2, ratio), width, 1)
  drawBar(paint, scene, row, placed, top)
  paintReading(paint, row, bar)
  const area = areaOf(row, top)
  const { counter } = placed.slice
  if (!counter || !area) return
  const y = snap(area.top, ratio) + 0.5 / ratio
  dashedLine(paint, [0, y], [width, y], palette.line2, [1, 3])
  drawArea(paint, scene, row, placed, top)
  g.fillStyle = palette.line
  g.fillRect(0, snap(area.top + area.height, ratio), width, 1)
  // The scale's top; in a low row it would cover what it measures.
  const most = highestOf(counter)
  if (most === 0 || area.height < LABELLED) return
  text(paint, `${short(scaleTop(most))} waiting`, 7, area.top + 8, {
    colour: stateColours(palette, LaneState.waiting).ink,
    plate: palette.ground,
  })
}

/** How much of an estimated bar's ground shows through it. */
const VEIL = 0.3

/** What was not recorded by who made it has a dashed edge; what is only estimated is paler, too. */
function paintReading(paint: Paint, { track }: TrackRow, bar: Bar): void {
  if (track.reading === undefined && track.measured) return
  const { g, ratio, palette, width } = paint
  const isSampled = track.reading === 'measured'
  if (!isSampled) {
    g.globalAlpha = VEIL
    g.fillStyle = palette.ground
    g.fillRect(0, bar.top, width, bar.height)
    g.globalAlpha = 1
  }
  const dash = isSampled ? [1, 3] : [5, 4]
  for (const y of isSampled ? [bar.top + bar.height + 2] : [bar.top - 2, bar.top + bar.height + 2])
    dashedLine(paint, [0, snap(y, ratio)], [width, snap(y, ratio)], palette.text3, dash)
}
