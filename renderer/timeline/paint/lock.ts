/** A lock's row: who holds it above, how many wait below. */
import { LaneState } from '../../../main/trace/model.ts'
import { short } from '../../theme/figures.ts'
import { stateColours } from '../../theme/palette.ts'
import { highestValue } from '../in-view.ts'
import type { TrackRow } from '../layout.ts'
import { plainName } from '../names.ts'
import { snap } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { paintSteps, scaleTop } from './counter.ts'
import { paintBins } from './lane.ts'
import { dashedLine, text, type Paint } from './paint.ts'
import { barOf, type Scene } from './scene.ts'
import { paintSpans, type SpanLook } from './spans.ts'

/** CSS pixels that the waiters' part is high at least where its scale is written into it. */
const LABELLED = 20

/** Thread-1, then T1, then 1. */
export function abbreviations(name: string): string[] {
  const plain = plainName(name)
  const number = /\d+$/.exec(plain)?.[0] ?? ''
  const letter = plain.slice(0, 1)
  const shorter = number === '' ? [letter] : [letter + number, number]
  return [...new Set([name, plain, ...shorter])]
}

export function paintLock(paint: Paint, scene: Scene, row: TrackRow, placed: PlacedSlice): void {
  const { g, ratio, palette, width } = paint
  const bar = barOf(row, scene.scrollTop)
  g.fillStyle = palette.line
  g.fillRect(0, snap(bar.top + bar.height / 2, ratio), width, 1)
  const look: SpanLook = {
    label: (_state, detail) => abbreviations(scene.tracks.get(detail)?.name ?? ''),
    rail: () => false,
  }
  if (placed.slice.bins) paintBins(paint, scene, placed, bar)
  else paintSpans(paint, scene, placed, bar, look)

  const bottom = row.top - scene.scrollTop + row.height - 6
  const top = bar.top + bar.height + 6
  if (!placed.slice.counter || bottom - top < 8) return
  const colours = stateColours(palette, LaneState.waiting)
  const most = highestValue(placed)
  const highest = scaleTop(most)
  dashedLine(paint, [0, top + 0.5], [width, top + 0.5], palette.line2, [1, 3])
  paintSteps(paint, scene, placed, { top, height: bottom - top }, highest, {
    area: colours.fill,
    areaAlpha: palette.wash * 1.3,
    edge: colours.edge,
  })
  g.fillStyle = palette.line
  g.fillRect(0, bottom, width, 1)
  // The scale's top; in a low row it would cover what it measures.
  if (most === 0 || bottom - top < LABELLED) return
  text(paint, `${short(highest)} waiting`, 7, top + 8, {
    colour: colours.ink,
    plate: palette.ground,
  })
}
