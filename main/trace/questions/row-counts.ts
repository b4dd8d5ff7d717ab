/**
 * What the tracks of a resource had counted up to a time: what happened in a range is the difference
 * of two such counts, exact however long the range is.
 */
import { isCounterKind, type Resource } from '../resource.ts'
import { ResourceKind } from '../model.ts'
import { Category } from '../categories.ts'
import type { StepTrack } from '../steps.ts'

export interface Counts {
  readonly acquired: number
  readonly contended: number
  readonly switches: number
  /** Nanoseconds held, and waited by all lanes together. */
  readonly held: number
  readonly waited: number
  /** Holds and waits that had ended, waits that had begun. */
  readonly holds: number
  readonly waits: number
  readonly waitsBegun: number
}

export function countsAt(resource: Resource, time: number): Counts {
  const { acquisitions, switchings, waiters, putWaiters, spans } = resource
  const at = acquisitions.find(time)
  const isHeld = (spans.at(spans.find(time))?.category ?? Category.none) !== Category.none
  const sums = spans.sumsAt(time)
  const inGet = movesAt(waiters, time)
  const inPut = movesAt(putWaiters, time)
  return {
    acquired: at + 1,
    contended: acquisitions.risesAt(at),
    switches: switchings.find(time) + 1,
    held: (sums[Category.running] ?? 0) + (sums[Category.holding] ?? 0),
    waited: integralAt(waiters, time),
    holds: at + 1 - Number(isHeld),
    waits: inGet.falls + inPut.falls,
    waitsBegun: inGet.rises + inPut.rises,
  }
}

export function difference(later: Counts, earlier: Counts): Counts {
  return {
    acquired: later.acquired - earlier.acquired,
    contended: later.contended - earlier.contended,
    switches: later.switches - earlier.switches,
    held: later.held - earlier.held,
    waited: later.waited - earlier.waited,
    holds: later.holds - earlier.holds,
    waits: later.waits - earlier.waits,
    waitsBegun: later.waitsBegun - earlier.waitsBegun,
  }
}

/** Steps up and down, up to a time. */
export function movesAt(steps: StepTrack, time: number): { rises: number; falls: number } {
  const index = steps.find(time)
  const rises = steps.risesAt(index)
  return { rises, falls: index + 1 - rises }
}

export const integralAt = (steps: StepTrack, time: number): number =>
  steps.integralAt(time, steps.find(time))

/** The value at a time. */
export function valueAt(steps: StepTrack, time: number): number {
  const index = steps.find(time)
  return index < 0 ? 0 : steps.valueOf(index)
}

/** The greatest value within a range, its beginning included. */
export function maximumIn(steps: StepTrack, after: number, to: number): number {
  const first = steps.find(after)
  const range = { minimum: Infinity, maximum: first < 0 ? 0 : steps.valueOf(first) }
  steps.widen(range, first + 1, steps.find(to))
  return range.maximum
}

/**
 * Times of the first and the last step that goes up (down) of those from index `from` to before
 * `end`. Cheap when they are near the edges, as they mostly are.
 */
export function edgesOf(
  steps: StepTrack,
  from: number,
  end: number,
  up: boolean,
): { readonly first: number; readonly last: number } {
  const moves = (index: number): number => {
    const rises = steps.risesAt(index)
    return up ? rises : index + 1 - rises
  }
  const before = moves(from - 1)
  const after = moves(end - 1)
  if (after === before) return { first: 0, last: 0 }
  let stride = 1
  while (from + stride < end && moves(from + stride - 1) === before) stride *= 2
  const first = leastWith((index) => moves(index) > before, from, Math.min(end, from + stride) - 1)
  stride = 1
  while (end - stride > from && moves(end - stride - 1) === after) stride *= 2
  const last = leastWith((index) => moves(index) === after, Math.max(from, end - stride), end - 1)
  return { first: steps.timeOf(first), last: steps.timeOf(last) }
}

/** The least index that passes, `high` being known to and all after the first one passing, too. */
function leastWith(passes: (index: number) => boolean, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1
    if (passes(middle)) high = middle
    else low = middle + 1
  }
  return high
}

/** Rows of the table of counters: all that are neither locks nor queues. */
export const isCounterRow = ({ kind }: Resource): boolean =>
  isCounterKind(kind) || kind === ResourceKind.event
