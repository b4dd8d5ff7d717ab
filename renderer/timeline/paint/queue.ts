/** A queue's row: depth as an area; below it puts and gets a second on one scale. */
import { LaneState } from '../../../main/trace/model.ts'
import { rate, short } from '../../theme/figures.ts'
import { stateColours } from '../../theme/palette.ts'
import { highestValue } from '../in-view.ts'
import type { TrackRow } from '../layout.ts'
import { snap, spanOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { paintRate, paintSteps, scaleTop, smoothRates } from './counter.ts'
import { dashedLine, text, type Paint } from './paint.ts'
import type { Scene } from './scene.ts'

const RATE_HEIGHT = 26
/** CSS pixels over which puts and gets are averaged. */
const RATE_WINDOW = 40
/** Of fewer items, a rate says more about the window than about the queue. */
const ITEMS_IN_WINDOW = 3

export function paintQueue(paint: Paint, scene: Scene, row: TrackRow, placed: PlacedSlice): void {
  const { g, ratio, palette, patterns, width } = paint
  const colours = stateColours(palette, LaneState.queue)
  const hasRates = placed.slice.rates !== undefined && row.height >= 64
  const top = row.top - scene.scrollTop + 8
  const bottom = row.top - scene.scrollTop + row.height - 6 - (hasRates ? RATE_HEIGHT + 4 : 0)
  const highest = scaleTop(highestValue(placed))
  const yOf = (value: number) =>
    snap(bottom - (value / highest) * (bottom - top), ratio) + 0.5 / ratio
  const marks =
    highest > 1 && highest % 2 === 0 && bottom - top > 40 ? [highest, highest / 2] : [highest]
  for (const mark of marks) {
    dashedLine(paint, [0, yOf(mark)], [width, yOf(mark)], palette.line2, [1, 3])
  }
  paintSteps(paint, scene, placed, { top, height: bottom - top }, highest, {
    area: patterns.fill(LaneState.queue),
    areaAlpha: 1,
    edge: colours.edge,
  })
  for (const mark of marks) {
    const y = Math.max(top + 5, yOf(mark))
    text(paint, short(mark), 7, y, { colour: palette.text2, mono: true, plate: palette.ground })
  }
  if (!hasRates || !placed.slice.rates) return

  const rateTop = bottom + 4
  g.fillStyle = palette.line
  g.fillRect(0, snap(rateTop, ratio), width, 1)
  const seconds = spanOf(placed) / placed.width / 1e9
  const known = Math.max(
    0,
    Math.min(
      placed.width,
      Math.ceil((placed.newest - placed.from) / (spanOf(placed) / placed.width)),
    ),
  )
  const { puts: putCounts, gets: getCounts } = placed.slice.rates
  const fewest = Math.max(1, Math.min(total(putCounts), total(getCounts)))
  const window = Math.max(
    2,
    Math.round((RATE_WINDOW / scene.scale.width) * placed.width),
    Math.round(Math.min((ITEMS_IN_WINDOW * known) / fewest, known / 3)),
  )
  const puts = smoothRates(putCounts, seconds, window, known)
  const gets = smoothRates(getCounts, seconds, window, known)
  const most = Math.max(1e-9, maximum(puts), maximum(gets))
  const bar = { top: rateTop + 3, height: RATE_HEIGHT - 4 }
  paintRate(paint, scene, placed, puts, bar, most, colours.edge, [])
  paintRate(paint, scene, placed, gets, bar, most, palette.text, [4, 3])
  text(paint, `up to ${rate(most)}`, 7, rateTop + 10, {
    colour: palette.text2,
    plate: palette.ground,
  })
}

const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0)

function maximum(values: Float64Array): number {
  let highest = 0
  for (const value of values) if (value > highest) highest = value
  return highest
}
