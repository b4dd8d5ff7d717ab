/** What lies under the pointer in words, and the next thing in a direction. */
import { nanoseconds } from '../core/units.ts'
import type { InspectQuery, NeighbourQuery, SpanDetail } from '../run/contract.ts'
import type { Collector, Subject } from './collector.ts'
import { Lane } from './lane.ts'
import { ResourceKind, WaitOutcome } from './model.ts'
import { isLockKind, type Resource } from './resource.ts'
import { Category, DROP_REQUESTED, isWait, stateOf } from './categories.ts'
import type { Span } from './spans.ts'
import { inspectSteps } from './inspect-steps.ts'
import { doingInWords, endInWords } from './words.ts'

interface Fact {
  readonly label: string
  readonly value: string
}

export function inspect(collector: Collector, query: InspectQuery): SpanDetail | null {
  const subject = collector.trackOf(query.track)
  if (!subject || query.time > collector.newest) return null
  if (hasSteps(subject)) return inspectSteps(collector, query.track, subject, query.time)
  const index = subject.spans.find(query.time)
  if (index < 0) return null
  const span = subject.spans.at(index)
  return span ? detail(collector, query.track, subject, span) : null
}

/**
 * The nearest thing that begins after (before) the time: in a lane a wait or any span, in a lock's
 * row a span in which others wait or any span, in a queue's row a put or get.
 */
export function neighbour(collector: Collector, query: NeighbourQuery): SpanDetail | null {
  const tracks =
    query.track === undefined ? collector.lanes.map((lane) => lane.track) : [query.track]
  let nearest: { readonly track: number; readonly start: number } | undefined
  for (const track of tracks) {
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

function detail(collector: Collector, track: number, subject: Subject, span: Span): SpanDetail {
  return {
    track,
    from: nanoseconds(span.start),
    to: nanoseconds(span.end ?? collector.newest),
    state: stateOf(span.category),
    ...(span.end === undefined && { isOpen: true }),
    ...(subject instanceof Lane
      ? laneFacts(collector, subject, span)
      : lockFacts(collector, subject, span)),
  }
}

interface Words {
  readonly title: string
  readonly facts: readonly Fact[]
}

function laneFacts(collector: Collector, lane: Lane, span: Span): Words {
  const resource = collector.resources.get(span.detail)
  const facts: Fact[] = []
  if (resource) {
    // `GIL: GIL` tells nothing.
    if (resource.name !== resource.kindName)
      facts.push({ label: resource.kindName, value: resource.name })
    if (resource.madeAt) facts.push({ label: 'Made at', value: resource.madeAt })
  }
  const holder = nameOf(collector, span.holder)
  if (holder && resource) facts.push({ label: 'Held by', value: holder })
  if (resource && (isWait(span.category) || span.category === Category.waitingEvent))
    facts.push({ label: 'Ended by', value: endedBy(collector, resource, span) })
  if (span.category === Category.holding && resource) {
    const waiting = resource.waiters.valueOf(resource.waiters.find(span.start))
    facts.push({ label: 'Waiting for it', value: String(waiting) })
  }
  return { title: laneTitle(lane, resource, span), facts }
}

function laneTitle(lane: Lane, resource: Resource | undefined, span: Span): string {
  if (span.category === Category.none)
    return lane.end && span.end === undefined
      ? endInWords(lane.end.how, lane.end.code)
      : 'Not alive'
  return doingInWords(span.category, resource)
}

function endedBy(collector: Collector, resource: Resource, span: Span): string {
  const outcome = (span.ending & ~DROP_REQUESTED) - 1
  if (outcome < 0) return span.end === undefined ? 'still waiting' : 'not recorded'
  if (outcome === WaitOutcome.timedOut) return 'its timeout'
  if (outcome === WaitOutcome.interrupted) return 'an interruption'
  const who = nameOf(collector, span.ender)
  if (resource.kind === ResourceKind.gil && span.ending & DROP_REQUESTED)
    return who ? `the switch interval: ${who} gave it up` : 'the switch interval'
  if (!who) return 'not recorded'
  if (span.category === Category.waitingGet) return `${who} put an item`
  if (span.category === Category.waitingPut) return `${who} took an item`
  if (span.category === Category.waitingEvent) return `${who} ${whatEnds(resource.kind)}`
  return `${who} released it`
}

/** What somebody did so that a wait without a holder ended. */
function whatEnds(kind: ResourceKind): string {
  switch (kind) {
    case ResourceKind.event:
      return 'set it'
    case ResourceKind.condition:
      return 'notified it'
    case ResourceKind.barrier:
      return 'was the last to arrive'
    case ResourceKind.pool:
      return 'returned the result'
    default:
      return 'ended it'
  }
}

function lockFacts(collector: Collector, resource: Resource, span: Span): Words {
  const facts: Fact[] = []
  const waiting = resource.waiters.valueOf(resource.waiters.find(span.start))
  const holder = nameOf(collector, span.detail)
  if (holder) facts.push({ label: 'Held by', value: holder })
  facts.push({ label: 'Waiting', value: String(waiting) })
  if (resource.madeAt) facts.push({ label: 'Made at', value: resource.madeAt })
  return { title: resourceTitle(resource, span), facts }
}

function resourceTitle(resource: Resource, span: Span): string {
  if (resource.kind === ResourceKind.event)
    return span.category === Category.none ? 'Not set' : 'Set'
  if (span.category === Category.none) return 'Free'
  return span.category === Category.holding ? 'Held while others wait' : 'Held'
}

function nameOf(collector: Collector, track: number): string | undefined {
  const subject = track === 0 ? undefined : collector.trackOf(track)
  return subject?.name
}
