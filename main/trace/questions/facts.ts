/** What the card says of a span: its title, and rows of facts. */
import { formatDuration } from '../../core/figures-format.ts'
import type { Blame, BlamedLane, SpanDetail } from '../../run/contract.ts'
import { Category, DROP_REQUESTED } from '../categories.ts'
import type { Collector } from '../collector.ts'
import type { Lane } from '../lane.ts'
import { ResourceKind, WaitOutcome } from '../model.ts'
import type { Resource } from '../resource.ts'
import type { Span } from '../spans.ts'
import { doingInWords, endInWords } from '../words.ts'
import { blameOf, holdOf } from './blame.ts'
import { valueAt } from './row-counts.ts'
import { placeOfSpan, type SpanPlace } from './span-places.ts'

export interface Fact {
  readonly label: string
  readonly value: string
}

type Words = Pick<SpanDetail, 'title' | 'facts' | 'blame' | 'at'>

/** After `program.ts:12`. */
const SEEN: Readonly<Record<SpanPlace['how'], string>> = {
  seen: '',
  'last seen': ', as last seen there',
  after: ', where it went on',
  begins: ', where its function begins',
}

export function laneFacts(collector: Collector, lane: Lane, span: Span): Words {
  const resource = collector.resources.get(span.detail)
  const blame = blameOf(collector, lane, span)
  const title = laneTitle(collector, lane, resource, span)
  const place = placeOfSpan(collector, lane, span)
  const at = place && { at: place.at }
  const facts: Fact[] = place ? [{ label: 'Seen at', value: place.at + SEEN[place.how] }] : []
  if (!resource) return { title, facts: [...facts, ...factsOfItself(collector, span)], ...at }
  // `GIL: GIL` tells nothing.
  if (resource.name !== resource.kindName)
    facts.push({ label: resource.kindName, value: resource.name })
  if (resource.madeAt) facts.push({ label: 'Made at', value: resource.madeAt })
  if (blame) facts.push(...waitFacts(resource, span, blame))
  if (span.category === Category.holding)
    facts.push({ label: 'Waiting for it', value: String(valueAt(resource.waiters, span.start)) })
  return { title, facts, ...(blame && { blame }), ...at }
}

function waitFacts(resource: Resource, span: Span, { holder, ender }: Blame): Fact[] {
  return [
    ...(holder ? [{ label: 'Held by', value: sinceInWords(holder) }] : []),
    { label: 'Ended by', value: endedBy(resource, span, ender) },
  ]
}

/** Of a span that is about no resource. */
function factsOfItself(collector: Collector, { category, holder, ender }: Span): Fact[] {
  const [by, ended] = [nameOf(collector, holder), nameOf(collector, ender)]
  if (category === Category.running && by) return [{ label: 'Started by', value: by }]
  if (category === Category.idle && ended) return [{ label: 'Ended by', value: `${ended} ended` }]
  return []
}

/** `Thread-1 since 3.20 ms, program.ts:18`. */
const sinceInWords = ({ name, time, at }: BlamedLane): string =>
  `${name} since ${formatDuration(time)}${at && `, ${at}`}`

function laneTitle(
  collector: Collector,
  lane: Lane,
  resource: Resource | undefined,
  span: Span,
): string {
  if (span.category === Category.none)
    return lane.end && span.end === undefined
      ? endInWords(lane.end.how, lane.end.code)
      : 'Not alive'
  const joined = span.category === Category.idle ? nameOf(collector, span.holder) : undefined
  return joined ? `Joining ${joined}` : doingInWords(span.category, resource)
}

function endedBy(resource: Resource, span: Span, ender: BlamedLane | undefined): string {
  const outcome = (span.ending & ~DROP_REQUESTED) - 1
  if (outcome < 0) return span.end === undefined ? 'still waiting' : 'not recorded'
  if (outcome === WaitOutcome.timedOut) return 'its timeout'
  if (outcome === WaitOutcome.interrupted) return 'an interruption'
  const isRequested = resource.kind === ResourceKind.gil && (span.ending & DROP_REQUESTED) !== 0
  if (!ender) return isRequested ? 'the switch interval' : 'not recorded'
  const when = `at ${formatDuration(ender.time)}`
  if (isRequested) return `the switch interval: ${ender.name} gave it up ${when}`
  return `${ender.name} ${whatEnds(span.category, resource.kind)} ${when}`
}

/** What somebody did so that a wait ended. */
function whatEnds(category: number, kind: ResourceKind): string {
  if (category === Category.waitingGet) return 'put an item'
  if (category === Category.waitingPut) return 'took an item'
  if (category !== Category.waitingEvent) return 'released it'
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

/** @param time within the span. */
export function lockFacts(
  collector: Collector,
  resource: Resource,
  span: Span,
  time: number,
): Words {
  const facts: Fact[] = []
  const isHeld = span.category !== Category.none && resource.kind !== ResourceKind.event
  const holder = isHeld ? nameOf(collector, span.detail) : undefined
  let line = ''
  if (holder) {
    const hold = holdOf(resource, span.detail, span.start)
    const until = Math.min(hold?.until ?? Infinity, span.end ?? collector.newest)
    const at = collector.places.acquiredAt(until, span.detail, resource.id)
    const since = hold ? ` since ${formatDuration(hold.since)}` : ''
    facts.push({ label: 'Held by', value: `${holder}${since}${at && `, ${at}`}` })
    line = at
  }
  facts.push({ label: 'Waiting', value: String(valueAt(resource.waiters, time)) })
  if (resource.madeAt) facts.push({ label: 'Made at', value: resource.madeAt })
  return { title: resourceTitle(resource, span.category), facts, ...(line && { at: line }) }
}

export function resourceTitle({ kind }: Resource, category: number): string {
  if (kind === ResourceKind.event) return category === Category.none ? 'Not set' : 'Set'
  if (category === Category.none) return 'Free'
  return category === Category.holding ? 'Held while others wait' : 'Held'
}

function nameOf(collector: Collector, track: number): string | undefined {
  return track === 0 ? undefined : collector.trackOf(track)?.name
}
