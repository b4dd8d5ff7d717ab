/**
 * Items on their way as curves from put to get: which are seen, where they run, and how many run
 * together. Pure.
 */
import type { FlowsAnswer } from '../../../main/run/contract.ts'
import { xOf, type TimeScale } from '../time-scale.ts'

/** Upper and lower edge of a row's bar. */
export interface Edges {
  readonly upper: number
  readonly lower: number
}

export interface FlowCurve {
  /** Of the flow, or of the first one of a bundle. */
  readonly index: number
  /** How many run together. */
  readonly count: number
  readonly putX: number
  readonly putY: number
  readonly getX: number
  readonly getY: number
  /** Not taken yet: it ends where the data ends. */
  readonly isInFlight: boolean
}

export interface FlowPlaces {
  readonly scale: TimeScale
  readonly newest: number
  /** Undefined for rows that are not shown. */
  readonly edgesOf: (track: number) => Edges | undefined
}

/** From so many curves on, those that begin and end together are drawn as one. */
export const BUNDLED_FROM = 240
/** CSS pixels within which curves begin (and end) together. */
const TOGETHER = 10

export function flowCurves(flows: FlowsAnswer, places: FlowPlaces): FlowCurve[] {
  const curves: FlowCurve[] = []
  for (let index = 0; index < flows.queues.length; index++) {
    const curve = curveOf(flows, index, places)
    if (curve) curves.push(curve)
  }
  return curves.length < BUNDLED_FROM ? curves : bundled(curves, flows)
}

/** The flow of this index by itself, even where it is drawn within a bundle. */
export function curveOf(
  flows: FlowsAnswer,
  index: number,
  { scale, newest, edgesOf }: FlowPlaces,
): FlowCurve | undefined {
  const queue = edgesOf(flows.queues[index] ?? 0)
  const put = edgesOf(flows.putLanes[index] ?? 0) ?? queue
  const getLane = flows.getLanes[index] ?? 0
  const isInFlight = getLane === 0
  const get = (isInFlight ? undefined : edgesOf(getLane)) ?? queue
  if (!put || !get) return undefined
  const getTime = flows.getTimes[index] ?? NaN
  const end = isInFlight || Number.isNaN(getTime) ? newest : getTime
  const putTime = flows.putTimes[index] ?? NaN
  const begin = Number.isNaN(putTime) ? end : putTime
  const putX = xOf(scale, begin)
  const getX = xOf(scale, end)
  if (getX < 0 || putX > scale.width) return undefined
  const down = get.upper > put.upper
  return {
    index,
    count: 1,
    putX,
    putY: down ? put.lower : put.upper,
    getX,
    getY: down ? get.upper : get.lower,
    isInFlight,
  }
}

/** Neighbouring curves between the same lanes as one, at the mean of where they begin and end. */
function bundled(curves: readonly FlowCurve[], flows: FlowsAnswer): FlowCurve[] {
  const bundles = new Map<string, FlowCurve>()
  for (const curve of curves) {
    const key = [
      flows.queues[curve.index],
      flows.putLanes[curve.index],
      flows.getLanes[curve.index],
      Math.floor(curve.putX / TOGETHER),
      Math.floor(curve.getX / TOGETHER),
    ].join(' ')
    const bundle = bundles.get(key)
    if (!bundle) {
      bundles.set(key, curve)
      continue
    }
    const { count } = bundle
    bundles.set(key, {
      ...bundle,
      count: count + 1,
      putX: (bundle.putX * count + curve.putX) / (count + 1),
      getX: (bundle.getX * count + curve.getX) / (count + 1),
    })
  }
  return [...bundles.values()]
}

/** CSS pixels that a curve is wide which stands for so many. */
export const curveWidth = (count: number): number => Math.min(7, 1.25 + Math.log2(count) * 0.75)

/** Steps in which a curve is looked along. */
const STEPS = 24

/** Distance of a point from a curve, in CSS pixels. */
export function distanceTo({ putX, putY, getX, getY }: FlowCurve, x: number, y: number): number {
  let nearest = Infinity
  let beforeX = putX
  let beforeY = putY
  for (let step = 1; step <= STEPS; step++) {
    const t = step / STEPS
    const ease = t * t * (3 - 2 * t)
    // Control points stand halfway above the ends: x eases, y goes by 1.5 t (1 - t) + t³.
    const hereX = putX + (getX - putX) * ease
    const hereY = putY + (getY - putY) * (1.5 * t * (1 - t) + t * t * t)
    nearest = Math.min(nearest, distanceToLine(x, y, beforeX, beforeY, hereX, hereY))
    beforeX = hereX
    beforeY = hereY
  }
  return nearest
}

function distanceToLine(
  x: number,
  y: number,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): number {
  const dx = toX - fromX
  const dy = toY - fromY
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : ((x - fromX) * dx + (y - fromY) * dy) / length
  const along = Math.min(1, Math.max(0, t))
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy)
}

/** CSS pixels within which the pointer is on a curve. */
const REACH = 5

/** The curve under the pointer. */
export function curveAt(curves: readonly FlowCurve[], x: number, y: number): FlowCurve | undefined {
  let best: FlowCurve | undefined
  let nearest = REACH
  for (const curve of curves) {
    if (x < Math.min(curve.putX, curve.getX) - REACH) continue
    if (x > Math.max(curve.putX, curve.getX) + REACH) continue
    const distance = distanceTo(curve, x, y) - curveWidth(curve.count) / 2
    if (distance < nearest) {
      nearest = distance
      best = curve
    }
  }
  return best
}
