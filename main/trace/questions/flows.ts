/**
 * The way of each item from its put to its get, across lanes and processes, of a range: for those
 * that were put or taken in it. Ends that lie outside of the range are found within a bounded
 * number of steps; an older put is not known, a later get not there yet.
 */
import { nanoseconds } from '../../core/units.ts'
import { MAX_FLOWS, type FlowsAnswer, type FlowsQuery } from '../../run/contract.ts'
import type { Collector } from '../collector.ts'
import { isQueue } from '../view.ts'
import { visitItems, visitItemsBackwards, type ItemStep } from './items.ts'
import { rangeOf } from './range.ts'
import type { Resource } from '../resource.ts'

/** Steps on either side of a range, for all queues together. */
const LOOK_AROUND = 65_536

interface Flow {
  readonly queue: number
  putLane: number
  putTime: number
  getLane: number
  getTime: number
}

export function flowsOf(collector: Collector, query: FlowsQuery): FlowsAnswer {
  const { after, to } = rangeOf(query, collector.newest)
  const limit = Math.min(MAX_FLOWS, query.limit)
  const queues = [...new Set(query.tracks)].map((track) => collector.trackOf(track)).filter(isQueue)
  const ranges = queues.map((queue) => ({
    queue,
    first: queue.depth.find(after) + 1,
    end: queue.depth.find(to) + 1,
  }))
  const total = ranges.reduce((sum, { first, end }) => sum + Math.max(0, end - first), 0)
  const around = Math.floor(LOOK_AROUND / Math.max(1, queues.length))
  const flows =
    total > limit
      ? []
      : ranges.flatMap(({ queue, first, end }) => flowsIn(queue, first, end, around))
  return {
    from: nanoseconds(query.from),
    to: nanoseconds(query.to),
    queues: Uint32Array.from(flows, ({ queue }) => queue),
    putLanes: Uint32Array.from(flows, ({ putLane }) => putLane),
    putTimes: Float64Array.from(flows, ({ putTime }) => putTime),
    getLanes: Uint32Array.from(flows, ({ getLane }) => getLane),
    getTimes: Float64Array.from(flows, ({ getTime }) => getTime),
    total,
  }
}

/** @param around how many steps before and after the range may be looked at. */
function flowsIn({ depth, track }: Resource, first: number, end: number, around: number): Flow[] {
  const flows: Flow[] = []
  const pairs = new Pairs((): Flow => {
    const flow = { queue: track, putLane: 0, putTime: NaN, getLane: 0, getTime: NaN }
    flows.push(flow)
    return flow
  })
  visitItems(depth, first, end - 1, (step) => {
    pairs.add(step)
  })
  if (pairs.taken.size > 0)
    visitItemsBackwards(depth, first - 1, Math.max(0, first - around), (step) =>
      pairs.complete(pairs.taken, step, true),
    )
  if (pairs.put.size > 0)
    visitItems(depth, end, end + around - 1, (step) => pairs.complete(pairs.put, step, false))
  return flows
}

/** Those of which one end is known, by item. */
class Pairs {
  readonly put = new Map<number, Flow>()
  readonly taken = new Map<number, Flow>()
  readonly #begin: () => Flow

  constructor(begin: () => Flow) {
    this.#begin = begin
  }

  /** Of a step within the range. A get can be merged a little before its put. */
  add(step: ItemStep): void {
    const [mine, others] = step.isPut ? [this.put, this.taken] : [this.taken, this.put]
    const other = others.get(step.item)
    if (other) others.delete(step.item)
    const flow = other ?? this.#begin()
    enter(flow, step)
    if (!other) mine.set(step.item, flow)
  }

  /**
   * Of a step outside of the range: the nearest one of an item is its other end, or else an item
   * of the same number.
   * @returns whether others are still wanted.
   */
  complete(wanted: Map<number, Flow>, step: ItemStep, isPut: boolean): boolean {
    const flow = wanted.get(step.item)
    if (flow) {
      wanted.delete(step.item)
      if (step.isPut === isPut) enter(flow, step)
    }
    return wanted.size > 0
  }
}

function enter(flow: Flow, { isPut, lane, time }: ItemStep): void {
  if (isPut) {
    flow.putLane = lane
    flow.putTime = time
  } else {
    flow.getLane = lane
    flow.getTime = time
  }
}
