/** What a queue, or another resource whose row is a number, shows at a time. */
import { formatRate, plural } from '../core/figures-format.ts'
import { nanoseconds, NANOSECONDS_PER_MILLISECOND, NANOSECONDS_PER_SECOND } from '../core/units.ts'
import type { SpanDetail } from '../run/contract.ts'
import type { Collector } from './collector.ts'
import { LaneState, ResourceKind } from './model.ts'
import type { Fact } from './questions/facts.ts'
import { valueAt } from './questions/row-counts.ts'
import { isQueueKind, type Resource } from './resource.ts'

/** Rates at a point are counted over this long around it. */
const RATE_WINDOW = 100 * NANOSECONDS_PER_MILLISECOND

export function inspectSteps(
  collector: Collector,
  track: number,
  resource: Resource,
  time: number,
): SpanDetail {
  const { depth } = resource
  const index = depth.find(time)
  const value = index < 0 ? 0 : depth.valueOf(index)
  const facts = isQueueKind(resource.kind)
    ? queueFacts(collector, resource, value, index, time)
    : counterFacts(resource, value, time)
  if (resource.madeAt) facts.push({ label: 'Made at', value: resource.madeAt })
  return {
    track,
    from: nanoseconds(index < 0 ? 0 : depth.timeOf(index)),
    to: nanoseconds(index + 1 < depth.count ? depth.timeOf(index + 1) : collector.newest),
    state: LaneState.none,
    title: titleOf(resource, value),
    facts,
  }
}

function titleOf({ kind, name }: Resource, value: number): string {
  if (isQueueKind(kind)) return `${value} ${value === 1 ? 'item' : 'items'} in ${name}`
  switch (kind) {
    case ResourceKind.semaphore:
      return `${value} ${value === 1 ? 'permit' : 'permits'} of ${name} taken`
    case ResourceKind.pool:
      return `${value} ${value === 1 ? 'task' : 'tasks'} running in ${name}`
    default:
      return `${value} waiting for ${name}`
  }
}

function queueFacts(
  collector: Collector,
  queue: Resource,
  value: number,
  index: number,
  time: number,
): Fact[] {
  const { depth, capacity, waiters, putWaiters } = queue
  const from = Math.max(0, time - RATE_WINDOW / 2)
  const to = Math.min(collector.newest, time + RATE_WINDOW / 2)
  const [first, last] = [depth.find(from), depth.find(to)]
  const puts = depth.risesAt(last) - depth.risesAt(first)
  const gets = last - first - puts
  const perSecond = (count: number) =>
    formatRate(to > from ? (count * NANOSECONDS_PER_SECOND) / (to - from) : 0)
  return [
    { label: 'Depth', value: capacity > 0 ? `${value} of ${capacity}` : `${value}` },
    { label: 'Puts', value: perSecond(puts) },
    { label: 'Gets', value: perSecond(gets) },
    ...waitingFact('Waiting in put', valueAt(putWaiters, time)),
    ...waitingFact('Waiting in get', valueAt(waiters, time)),
    ...moveFact(collector, queue, index),
  ]
}

const waitingFact = (label: string, lanes: number): Fact[] =>
  lanes > 0 ? [{ label, value: plural(lanes, 'lane') }] : []

/** Who put or took the item that made it so. */
function moveFact(collector: Collector, { depth }: Resource, index: number): Fact[] {
  const lane = index < 0 ? undefined : collector.trackOf(depth.laneAt(index))
  if (!lane) return []
  const isPut = depth.risesAt(index) > depth.risesAt(index - 1)
  return [{ label: isPut ? 'Last put by' : 'Last taken by', value: lane.name }]
}

function counterFacts({ kind, capacity, waiters }: Resource, value: number, time: number): Fact[] {
  switch (kind) {
    case ResourceKind.semaphore:
      return [
        { label: 'Taken', value: `${value} of ${capacity}` },
        { label: 'Waiting', value: String(valueAt(waiters, time)) },
      ]
    case ResourceKind.pool:
      return [{ label: 'Workers', value: String(capacity) }]
    case ResourceKind.barrier:
      return [{ label: 'Parties', value: String(capacity) }]
    default:
      return []
  }
}
