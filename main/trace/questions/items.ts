/**
 * Items of queues on their way from put to get. A queue's depth knows of each step which item it
 * was and who put or took it; pairs are made within a range, and for those whose other end lies
 * outside of it a bounded number of steps before and after it is looked at.
 */
import { Histogram } from '../histogram.ts'
import { Residence } from '../residence.ts'
import type { Resource } from '../resource.ts'
import type { StepTrack } from '../steps.ts'
import type { Range } from './range.ts'
import { MAX_SCANNED, sampleOf } from './scan.ts'

/** Steps before a range, or a part of it, that may be the puts of what is taken in it. */
const LOOK_BACK = 65_536

export interface RangeResidence {
  readonly residence: Histogram
  /** Taken in the range. */
  readonly gets: number
  readonly isSampled: boolean
}

/** How long items that were taken in a range had been in the queue. */
export function residenceIn(
  { depth }: Resource,
  { after, to }: Range,
  limit: number = MAX_SCANNED,
): RangeResidence {
  const [first, end] = [depth.find(after) + 1, depth.find(to) + 1]
  const gets = end - first - (depth.risesAt(end - 1) - depth.risesAt(first - 1))
  const { parts: tracks, isPartial } = sampleOf([{ first, end }], limit)
  const parts = tracks[0] ?? []
  const residence = new Histogram()
  const lookBack = Math.max(4_096, Math.floor(LOOK_BACK / Math.max(1, parts.length)))
  for (const part of parts) {
    const pairs = new Residence()
    visitItems(depth, Math.max(0, part.first - lookBack), part.end - 1, (step) => {
      const stayed = step.isPut ? pairs.put(step.item, step.time) : pairs.get(step.item, step.time)
      if (stayed !== undefined && step.index >= part.first) residence.add(stayed)
    })
  }
  return { residence, gets, isSampled: isPartial }
}

/** A put or a get. */
export interface ItemStep {
  readonly index: number
  readonly time: number
  readonly isPut: boolean
  readonly item: number
  /** Track; 0: not known. */
  readonly lane: number
}

/** From index `first` to `last`; false: no more. */
export function visitItems(
  depth: StepTrack,
  first: number,
  last: number,
  visit: (step: ItemStep) => unknown,
): void {
  depth.visit(first, last, (segment, at, index) => visit(stepOf(segment, at, index)))
}

/** From index `last` down to `first`; false: no more. */
export function visitItemsBackwards(
  depth: StepTrack,
  last: number,
  first: number,
  visit: (step: ItemStep) => unknown,
): void {
  const steps: ItemStep[] = []
  for (let end = last; end >= first; end -= PIECE) {
    steps.length = 0
    visitItems(depth, Math.max(first, end - PIECE + 1), end, (step) => void steps.push(step))
    for (const step of steps.reverse()) if (visit(step) === false) return
  }
}

const PIECE = 512

interface Columns {
  readonly times: Float64Array
  readonly values: Int32Array
  readonly items: Uint32Array
  readonly lanes: Uint16Array
  readonly before: number
}

const stepOf = (
  { times, values, items, lanes, before }: Columns,
  at: number,
  index: number,
): ItemStep => ({
  index,
  time: times[at] ?? 0,
  isPut: (values[at] ?? 0) > (at === 0 ? before : (values[at - 1] ?? 0)),
  item: items[at] ?? 0,
  lane: lanes[at] ?? 0,
})
