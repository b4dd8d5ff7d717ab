/** What a queue, or another resource whose row is a number, shows at a time. */
import { nanoseconds, NANOSECONDS_PER_MILLISECOND } from '../core/units.ts'
import type { SpanDetail } from '../run/contract.ts'
import type { Collector } from './collector.ts'
import { LaneState, ResourceKind } from './model.ts'
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
    ? queueFacts(collector, resource, value, time)
    : counterFacts(resource, value)
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

interface Fact {
  readonly label: string
  readonly value: string
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

function queueFacts(collector: Collector, queue: Resource, value: number, time: number): Fact[] {
  const { depth } = queue
  const from = Math.max(0, time - RATE_WINDOW / 2)
  const to = Math.min(collector.newest, time + RATE_WINDOW / 2)
  const [first, last] = [depth.find(from), depth.find(to)]
  const puts = depth.risesAt(last) - depth.risesAt(first)
  const gets = last - first - puts
  const perSecond = (count: number) =>
    to > from ? `${Math.round((count * 1e9) / (to - from)).toLocaleString('en-US')}/s` : '0/s'
  return [
    { label: 'Depth', value: queue.capacity > 0 ? `${value} of ${queue.capacity}` : `${value}` },
    { label: 'Puts', value: perSecond(puts) },
    { label: 'Gets', value: perSecond(gets) },
  ]
}

function counterFacts({ kind, capacity, waiters }: Resource, value: number): Fact[] {
  switch (kind) {
    case ResourceKind.semaphore:
      return [
        { label: 'Taken', value: `${value} of ${capacity}` },
        { label: 'Waiting now', value: String(waiters.value) },
      ]
    case ResourceKind.pool:
      return [{ label: 'Workers', value: String(capacity) }]
    case ResourceKind.barrier:
      return [{ label: 'Parties', value: String(capacity) }]
    default:
      return []
  }
}
