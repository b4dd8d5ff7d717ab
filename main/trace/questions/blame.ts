/** Whom a wait was for: who held what was waited for, where, and what ended the wait. */
import { nanoseconds } from '../../core/units.ts'
import type { Blame, BlamedLane } from '../../run/contract.ts'
import { Category, isWait } from '../categories.ts'
import type { Collector } from '../collector.ts'
import { Lane } from '../lane.ts'
import { ResourceKind } from '../model.ts'
import { isLockKind, isQueueKind, type Resource } from '../resource.ts'
import type { Span } from '../spans.ts'
import { visitItemsBackwards } from './items.ts'

/** So many acquisitions, spans or steps back it is looked for who it was. */
const LOOK_BACK = 64

/** Undefined: the span is no wait for a resource. */
export function blameOf(collector: Collector, lane: Lane, span: Span): Blame | undefined {
  const resource = collector.resources.get(span.detail)
  if (!resource || !(isWait(span.category) || span.category === Category.waitingEvent))
    return undefined
  const holder = isLockKind(resource.kind) ? holderOf(collector, resource, lane, span) : undefined
  const ender = enderOf(collector, resource, span)
  return {
    resource: { track: resource.track, name: resource.name },
    ...(holder && { holder }),
    ...(ender && { ender }),
  }
}

function holderOf(
  collector: Collector,
  lock: Resource,
  waiter: Lane,
  { start, end, holder }: Span,
): BlamedLane | undefined {
  // What the waiter saw; if it saw nobody, whom the trace shows.
  const track = holder || holderAt(lock, start)
  if (track === 0 || track === waiter.track) return undefined
  const hold = holdOf(lock, track, start)
  const until = Math.min(hold?.until ?? Infinity, end ?? collector.newest)
  return blamed(
    collector,
    track,
    hold?.since ?? start,
    collector.places.acquiredAt(until, track, lock.id),
  )
}

/** Track of who holds a lock at a time; 0: nobody. */
export function holderAt({ spans }: Resource, time: number): number {
  const span = spans.at(spans.find(time))
  return span && span.category !== Category.none ? span.detail : 0
}

/** The latest hold of a lane that began at or before `time`. */
export function holdOf(
  lock: Resource,
  track: number,
  time: number,
): { readonly since: number; readonly until: number } | undefined {
  const { acquisitions } = lock
  const last = acquisitions.find(time)
  for (let index = last; index >= 0 && index > last - LOOK_BACK; index--) {
    const since = acquisitions.timeOf(index)
    if (holderAt(lock, since) !== track) continue
    const next = index + 1 < acquisitions.count ? acquisitions.timeOf(index + 1) : Infinity
    return { since, until: next }
  }
  return undefined
}

function enderOf(collector: Collector, resource: Resource, span: Span): BlamedLane | undefined {
  if (span.ender === 0 || span.end === undefined) return undefined
  const time = endedAt(resource, span)
  // The line is that of the acquisition of what was released.
  const at = isLockKind(resource.kind)
    ? collector.places.acquiredAt(time, span.ender, resource.id)
    : ''
  return blamed(collector, span.ender, time, at)
}

/** When the ender did what ended a wait: a little before the waiter went on. */
export function endedAt(resource: Resource, span: Span): number {
  const end = span.end ?? Infinity
  if (isLockKind(resource.kind)) return releasedAt(resource, span.ender, end)
  if (isQueueKind(resource.kind) && isWait(span.category)) return movedAt(resource, span, end)
  if (resource.kind === ResourceKind.event) {
    const set = resource.spans.at(resource.spans.find(end))
    return set?.category === Category.running && set.start >= span.start ? set.start : end
  }
  return end
}

function releasedAt({ spans }: Resource, track: number, end: number): number {
  const last = spans.find(end)
  for (let index = last; index >= 0 && index > last - LOOK_BACK; index--) {
    const span = spans.at(index)
    const until = span?.end ?? Infinity
    if (span && span.category !== Category.none && span.detail === track && until <= end)
      return until
  }
  return end
}

/** The put that ended a wait in get, or the other way round. */
function movedAt({ depth }: Resource, { start, category, ender }: Span, end: number): number {
  const last = depth.find(end)
  let found = end
  visitItemsBackwards(depth, last, Math.max(0, last - LOOK_BACK), ({ time, lane, isPut }) => {
    if (time < start) return false
    if (lane !== ender || isPut !== (category === Category.waitingGet)) return true
    found = time
    return false
  })
  return found
}

function blamed(
  collector: Collector,
  track: number,
  time: number,
  at: string,
): BlamedLane | undefined {
  const lane = collector.trackOf(track)
  return lane instanceof Lane ? { track, name: lane.name, time: nanoseconds(time), at } : undefined
}
