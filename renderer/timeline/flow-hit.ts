/** Which item's way lies under the pointer. Pure. */
import type { FlowsAnswer } from '../../main/run/contract.ts'
import { rowOfTrack, screenTop, type Layout } from './layout.ts'
import { xOf, type TimeScale } from './time-scale.ts'

/** CSS pixels from a line, and from its ends, which are marked. */
const REACH = 4
const REACH_OF_END = 6

interface Point {
  readonly x: number
  readonly y: number
}

export interface FlowPlace {
  readonly layout: Layout
  readonly scale: TimeScale
  readonly scrollTop: number
}

/** The middle of the lane's row where the item was put or taken. */
function pointOf(
  { layout, scale, scrollTop }: FlowPlace,
  lane: number,
  time: number,
): Point | undefined {
  const row = rowOfTrack(layout, lane)
  if (!row || Number.isNaN(time)) return undefined
  return { x: xOf(scale, time), y: screenTop(layout, row, scrollTop) + row.height / 2 }
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y)

/** From a point to the nearest one of the line between two others. */
function distanceToLine(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  if (length === 0) return distance(point, from)
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / length
  const share = Math.max(0, Math.min(1, along))
  return distance(point, { x: from.x + share * dx, y: from.y + share * dy })
}

/** Index of the nearest flow within reach. */
export function flowAt(flows: FlowsAnswer, place: FlowPlace, point: Point): number | undefined {
  let found: number | undefined
  let nearest = Infinity
  for (let index = 0; index < flows.queues.length; index++) {
    const put = pointOf(place, flows.putLanes[index] ?? 0, flows.putTimes[index] ?? NaN)
    const get = pointOf(place, flows.getLanes[index] ?? 0, flows.getTimes[index] ?? NaN)
    const toEnd = Math.min(...[put, get].map((end) => (end ? distance(point, end) : Infinity)))
    const toLine = put && get ? distanceToLine(point, put, get) : Infinity
    const isReached = toEnd <= REACH_OF_END || toLine <= REACH
    const best = Math.min(toEnd, toLine)
    if (!isReached || best >= nearest) continue
    nearest = best
    found = index
  }
  return found
}
