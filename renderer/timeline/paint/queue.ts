/** A queue's row: depth as an area; below it puts and gets a second on one scale. */
import type { RateSlice } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { rate, short } from '../../theme/figures.ts'
import { stateColours } from '../../theme/palette.ts'
import type { TrackRow } from '../layout.ts'
import { snap, spanOf } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { highestOf, paintRate, scaleTop, smoothRates } from './counter.ts'
import { dashedLine, text, type Paint } from './paint.ts'
import { areaOf, hasRates, RATE_HEIGHT, type Scene } from './scene.ts'
import { drawArea } from './sheet-rows.ts'

/** CSS pixels over which puts and gets are averaged. */
const RATE_WINDOW = 40
/** Of fewer items, a rate says more about the window than about the queue. */
const ITEMS_IN_WINDOW = 3

export function paintQueue(
  paint: Paint,
  scene: Scene,
  row: TrackRow,
  placed: PlacedSlice,
  top: number,
): void {
  const { g, ratio, palette, width } = paint
  const area = areaOf(row, top)
  const { counter, rates } = placed.slice
  if (!counter || !area) return
  const bottom = area.top + area.height
  const highest = scaleTop(highestOf(counter))
  const yOf = (value: number) => snap(bottom - (value / highest) * area.height, ratio) + 0.5 / ratio
  const marks =
    highest > 1 && highest % 2 === 0 && area.height > 40 ? [highest, highest / 2] : [highest]
  for (const mark of marks) {
    dashedLine(paint, [0, yOf(mark)], [width, yOf(mark)], palette.line2, [1, 3])
  }
  drawArea(paint, scene, row, placed, top)
  for (const mark of marks) {
    const y = Math.max(area.top + 5, yOf(mark))
    text(paint, short(mark), 7, y, { colour: palette.text2, mono: true, plate: palette.ground })
  }
  if (!rates || !hasRates(row)) return

  const rateTop = bottom + 4
  g.fillStyle = palette.line
  g.fillRect(0, snap(rateTop, ratio), width, 1)
  const { puts, gets, most } = ratesOf(rates, placed, scene.scale.width)
  const bar = { top: rateTop + 3, height: RATE_HEIGHT - 4 }
  const { edge } = stateColours(palette, LaneState.queue)
  paintRate(paint, scene, placed, puts, bar, most, edge, SOLID)
  paintRate(paint, scene, placed, gets, bar, most, palette.text, DASHED)
  text(paint, `up to ${rate(most)}`, 7, rateTop + 10, {
    colour: palette.text2,
    plate: palette.ground,
  })
}

const SOLID: readonly number[] = []
const DASHED: readonly number[] = [4, 3]

interface Rates {
  readonly width: number
  readonly puts: Float64Array
  readonly gets: Float64Array
  readonly most: number
}
const smoothed = new WeakMap<RateSlice, Rates>()

/** Worked out once an answer. */
function ratesOf(rates: RateSlice, placed: PlacedSlice, width: number): Rates {
  const known = smoothed.get(rates)
  if (known?.width === width) return known
  const column = spanOf(placed) / placed.width
  const columns = Math.max(
    0,
    Math.min(placed.width, Math.ceil((placed.newest - placed.from) / column)),
  )
  const window = Math.max(
    2,
    Math.round((RATE_WINDOW / width) * placed.width),
    windowFor(rates.puts),
    windowFor(rates.gets),
  )
  const puts = smoothRates(rates.puts, column / 1e9, window, columns)
  const gets = smoothRates(rates.gets, column / 1e9, window, columns)
  const result = { width, puts, gets, most: Math.max(1e-9, maximum(puts), maximum(gets)) }
  smoothed.set(rates, result)
  return result
}

/**
 * Columns that hold a few items where there are any: a rate shown long before the first item or after
 * the last one would be of nothing.
 */
export function windowFor(counts: Uint32Array): number {
  let items = 0
  for (const each of counts) items += each
  if (items === 0) return 0
  const length = counts.findLastIndex(Boolean) - counts.findIndex(Boolean) + 1
  return Math.round(Math.min((ITEMS_IN_WINDOW * length) / items, length / 3))
}

function maximum(values: Float64Array): number {
  let highest = 0
  for (const value of values) if (value > highest) highest = value
  return highest
}
