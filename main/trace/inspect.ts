/** What lies under the pointer in words, and the next thing in a direction. */
import { nanoseconds } from '../core/units.ts'
import type { InspectQuery, NeighbourQuery, SpanDetail } from '../run/contract.ts'
import { stateOf } from './categories.ts'
import type { Collector, Subject } from './collector.ts'
import { inspectSteps } from './inspect-steps.ts'
import { Lane } from './lane.ts'
import { ResourceKind } from './model.ts'
import { laneFacts, lockFacts } from './questions/facts.ts'
import { nextAt } from './questions/span-places.ts'
import { mergedSpans, mergedSteps } from './questions/merged.ts'
import { isLockKind, isQueueKind, type Resource } from './resource.ts'

/** @returns null where the row shows nothing at that time. */
export function inspect(collector: Collector, query: InspectQuery): SpanDetail | null {
  const { track, time } = query
  const subject = collector.trackOf(track)
  if (!subject || time > collector.newest) return null
  const merged = query.width ? mergedOf(collector, track, subject, time, query.width) : undefined
  if (merged) return merged
  if (hasSteps(subject)) return inspectSteps(collector, track, subject, time)
  const span = subject.spans.at(subject.spans.find(time))
  if (!span) return null
  return {
    track,
    from: nanoseconds(span.start),
    to: nanoseconds(span.end ?? collector.newest),
    state: stateOf(span.category),
    ...(span.end === undefined && { isOpen: true }),
    ...(subject instanceof Lane
      ? laneFacts(collector, subject, span)
      : lockFacts(collector, subject, span, time)),
  }
}

function mergedOf(
  collector: Collector,
  track: number,
  subject: Subject,
  from: number,
  width: number,
): SpanDetail | undefined {
  const column = { from, to: from + Math.max(0, width) }
  return hasSteps(subject)
    ? mergedSteps(collector, track, subject, isQueueKind(subject.kind), column)
    : mergedSpans(collector, track, subject, column)
}

/**
 * The nearest thing that begins after (before) the time: in a lane a wait or any span, in a lock's
 * row a span in which others wait or any span, in a queue's row a put or get. At a line of the program
 * a span of a lane.
 */
export function neighbour(collector: Collector, query: NeighbourQuery): SpanDetail | null {
  const tracks =
    query.track === undefined ? collector.lanes.map((lane) => lane.track) : [query.track]
  let nearest = query.what === 'place' ? nextAt(collector, query.at ?? '', query) : undefined
  for (const track of query.what === 'place' ? [] : tracks) {
    const subject = collector.trackOf(track)
    const start = subject && startOfNext(subject, query)
    if (start === undefined) continue
    const nearer =
      !nearest || (query.direction === 'next' ? start < nearest.start : start > nearest.start)
    if (nearer) nearest = { track, start }
  }
  return nearest
    ? inspect(collector, { track: nearest.track, time: nanoseconds(nearest.start) })
    : null
}

/** A queue's or a counter's row: what it shows is a number. */
const hasSteps = (subject: Subject): subject is Resource =>
  !(subject instanceof Lane) && !isLockKind(subject.kind) && subject.kind !== ResourceKind.event

function startOfNext(subject: Subject, query: NeighbourQuery): number | undefined {
  const { time, direction, what } = query
  if (hasSteps(subject)) {
    const { depth } = subject
    if (what === 'contention') return undefined
    let index = depth.find(time)
    if (direction === 'next') index++
    else while (index >= 0 && depth.timeOf(index) >= time) index--
    return index >= 0 && index < depth.count ? depth.timeOf(index) : undefined
  }
  const { spans } = subject
  let index = spans.find(time)
  // Looking back from within a span, the first thing met is its own beginning.
  if (direction === 'previous' && index >= 0 && spans.startOf(index) < time) index++
  let found = direction === 'next' ? index + 1 : index - 1
  if (what === 'contention') found = spans.contention(index, direction)
  return found >= 0 && found < spans.count ? spans.startOf(found) : undefined
}
