/** Wait and hold times of one lock in doubling buckets, of a range or of the whole run. */
import type { DistributionAnswer, TimeRange } from '../../run/contract.ts'
import type { Collector } from '../collector.ts'
import type { Resource } from '../resource.ts'
import { rangeOf } from './range.ts'
import { holdsIn, waitsIn } from './range-waits.ts'

/** @param range absent: the whole run. Of very long ones, evenly spread parts are counted. */
export function distributionOf(
  collector: Collector,
  lock: Resource,
  range: TimeRange | undefined,
): DistributionAnswer {
  if (!range) return buckets(lock.wait.doublings(), lock.hold.doublings())
  const within = rangeOf(range, collector.newest)
  const waits = waitsIn(collector.lanes, within).resources.get(lock.id)?.wait
  const empty = new Uint32Array(0)
  return buckets(waits?.doublings() ?? empty, holdsIn(lock, within).hold.doublings())
}

/** From the shortest to the longest wait or hold. */
function buckets(waits: Uint32Array, holds: Uint32Array): DistributionAnswer {
  const length = Math.max(waits.length, holds.length)
  const counted = (bucket: number) => (waits[bucket] ?? 0) + (holds[bucket] ?? 0) > 0
  let first = 0
  while (first < length && !counted(first)) first++
  let end = length
  while (end > first && !counted(end - 1)) end--
  const column = (counts: Uint32Array) =>
    Uint32Array.from({ length: end - first }, (_, bucket) => counts[first + bucket] ?? 0)
  return {
    bounds: Float64Array.from({ length: end - first }, (_, bucket) => 2 ** (first + bucket + 1)),
    waits: column(waits),
    holds: column(holds),
  }
}
