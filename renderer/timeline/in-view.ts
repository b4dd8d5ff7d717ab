/** What the rows in view add up to: the legend's states and the figure beside each name. Pure. */
import { LANE_STATES, LaneState } from '../../main/trace/model.ts'
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import { STATE_ORDER } from '../theme/state-style.ts'
import { blockColumns } from './paint/stack-heights.ts'
import type { PlacedSlice } from './view-loader.ts'

/** Nanoseconds by LaneState over the slice's range, up to `newest`. */
export function timeByState({ from, to, width, newest, slice }: PlacedSlice): Float64Array {
  const times = new Float64Array(LANE_STATES)
  const add = (state: number, time: number) => {
    times[state] = (times[state] ?? 0) + time
  }
  const { spans, bins } = slice
  if (spans) {
    const limit = Math.min(to, newest) - from
    for (let i = 0; i < spans.starts.length; i++) {
      const start = Math.max(0, spans.starts[i] ?? 0)
      const end = Math.min(limit, spans.starts[i + 1] ?? spans.end)
      if (end > start) add(spans.states[i] ?? 0, end - start)
    }
  } else if (bins) {
    const unit = (to - from) / width / 255
    for (let row = 0; row < bins.states.length; row++) {
      let sum = 0
      for (let x = 0; x < width; x++) sum += bins.shares[row * width + x] ?? 0
      add(bins.states[row] ?? 0, sum * unit)
    }
  }
  return times
}

/** States that show, in the legend's order. */
export function statesInView(slices: Iterable<PlacedSlice>): LaneState[] {
  const total = new Float64Array(LANE_STATES)
  for (const slice of slices) {
    timeByState(slice).forEach((time, state) => (total[state] = (total[state] ?? 0) + time))
    // A queue's depth is drawn in its state's colour; waiters show in their own lanes as well.
    if (slice.slice.rates && hasValues(slice.slice.counter?.maximum)) {
      total[LaneState.queue] = (total[LaneState.queue] ?? 0) + 1
    }
  }
  return STATE_ORDER.filter((state) => (total[state] ?? 0) > 0)
}

const hasValues = (values: Float32Array | undefined): boolean =>
  values?.some((value) => value > 0) ?? false

/** Share of its life in view that a lane ran (with or without holding), or a lock was held. */
export function busyShare(slice: PlacedSlice, kind: 'lane' | 'lock'): number | undefined {
  const times = timeByState(slice)
  const busy = (times[LaneState.running] ?? 0) + (times[LaneState.holding] ?? 0)
  const known = Math.min(slice.to, slice.newest) - Math.max(0, slice.from)
  const life =
    kind === 'lane' ? times.reduce((sum, time) => sum + time, 0) - (times[0] ?? 0) : known
  return life > 0 ? Math.min(1, busy / life) : undefined
}

/** Last known value of a counter in view. */
export function lastValue({ slice }: PlacedSlice): number | undefined {
  const values = slice.counter?.mean
  if (!values) return undefined
  for (let x = values.length - 1; x >= 0; x--) {
    const value = slice.counter?.maximum[x] ?? NaN
    if (!Number.isNaN(value)) return value
  }
  return undefined
}

/** Least and most of a counter in view; 0 where nothing is known. */
export function extremes({ slice }: PlacedSlice): {
  readonly least: number
  readonly most: number
} {
  let least = Infinity
  let most = 0
  slice.counter?.maximum.forEach((high, x) => {
    if (Number.isNaN(high)) return
    most = Math.max(most, high)
    least = Math.min(least, slice.counter?.minimum[x] ?? high)
  })
  return { least: Math.min(least, most), most }
}

/** Puts and gets per second over what is known of the view. */
export function ratesInView({
  from,
  to,
  newest,
  slice,
}: PlacedSlice): { readonly puts: number; readonly gets: number } | undefined {
  const seconds = (Math.min(to, newest) - Math.max(0, from)) / 1e9
  if (!slice.rates || seconds <= 0) return undefined
  const sum = (counts: Uint32Array) => counts.reduce((total, each) => total + each, 0)
  return { puts: sum(slice.rates.puts) / seconds, gets: sum(slice.rates.gets) / seconds }
}

/** Spans that begin in view in the busiest row: how crowded the view is. */
export function busiestCount(slices: Iterable<PlacedSlice>): number {
  let busiest = 0
  for (const { slice } of slices) {
    const { spans, bins } = slice
    let begun = spans ? spans.starts.length : 0
    if (bins) for (const value of bins.counts) begun += value
    busiest = Math.max(busiest, begun)
  }
  return busiest
}

/** The block of columns that is drawn as one around this moment: where it begins, and how long it is. */
export function blockAt(
  { from, to, width }: PlacedSlice,
  time: number,
  ratio = globalThis.devicePixelRatio || 1,
): { readonly time: Nanoseconds; readonly width: number } {
  const column = (to - from) / width
  const block = blockColumns(ratio)
  const at = Math.floor((time - from) / column)
  // Blocks keep to moments, as they are drawn.
  const first = at - ((Math.round(from / column) + at) % block)
  const start = Math.max(0, from + first * column)
  return { time: nanoseconds(start), width: from + (first + block) * column - start }
}
