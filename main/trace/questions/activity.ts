/**
 * How many lanes are in which state, by columns of equal time: the mean over each column, from the
 * same sums as the tables. Of very many spans what is shorter than a fraction of a column is not
 * looked into, so a column may have a little of its neighbour's time; nothing is lost between them.
 */
import { NANOSECONDS_PER_SECOND } from '../../core/units.ts'
import type { ActivityAnswer, ActivityQuery } from '../../run/contract.ts'
import { stateOf, SUMS } from '../categories.ts'
import type { Collector } from '../collector.ts'
import { LANE_STATES, LaneState } from '../model.ts'
import { Budget, type Reach } from '../store/archive.ts'
import { SpanCursor } from '../store/span-cursor.ts'
import type { SpanTrack } from '../spans.ts'

const MAX_POINTS = 4_096
/** Of a column: what is not looked into. */
const RESOLUTION = 1 / 8

export function activityOf({ lanes, newest }: Collector, query: ActivityQuery): ActivityAnswer {
  const points = Math.min(MAX_POINTS, Math.max(1, Math.trunc(query.points) || 1))
  const length = Math.max(1, query.to - query.from) / points
  const bounds = Float64Array.from({ length: points + 1 }, (_, at) => query.from + at * length)
  const reach = { resolution: length * RESOLUTION, budget: new Budget() }
  const times = Array.from({ length: LANE_STATES }, () => new Float64Array(points))
  for (const { spans } of lanes) addTimes(spans, bounds, newest, reach, times)
  const states = times.flatMap((inState, state) =>
    state !== LaneState.none && inState.some((time) => time > 0) ? [state] : [],
  )
  const answer = new Float64Array(states.length * points)
  states.forEach((state, row) => {
    for (let column = 0; column < points; column++)
      answer[row * points + column] =
        (bounds[column] ?? 0) >= newest
          ? NaN
          : (times[state]?.[column] ?? 0) / knownOf(bounds, column, newest)
  })
  return {
    seconds: Float64Array.from(
      { length: points },
      (_, column) => (query.from + (column + 0.5) * length) / NANOSECONDS_PER_SECOND,
    ),
    states: Uint8Array.from(states),
    lanes: answer,
  }
}

/** Nanoseconds of a column of which it is known what happened. */
const knownOf = (bounds: Float64Array, column: number, newest: number): number =>
  Math.min(bounds[column + 1] ?? 0, newest) - (bounds[column] ?? 0)

function addTimes(
  spans: SpanTrack,
  bounds: Float64Array,
  newest: number,
  reach: Reach,
  times: readonly Float64Array[],
): void {
  const { categories } = spans
  const cursor = new SpanCursor(spans, reach)
  let before = new Float64Array(SUMS)
  let after = new Float64Array(SUMS)
  cursor.seek(Math.min(bounds[0] ?? 0, newest), before)
  for (let column = 0; column + 1 < bounds.length; column++) {
    if ((bounds[column] ?? 0) >= newest) return
    cursor.seek(Math.min(bounds[column + 1] ?? 0, newest), after)
    for (const category of categories) {
      const inState = times[stateOf(category)]
      if (inState)
        inState[column] = (inState[column] ?? 0) + (after[category] ?? 0) - (before[category] ?? 0)
    }
    ;[before, after] = [after, before]
  }
}
