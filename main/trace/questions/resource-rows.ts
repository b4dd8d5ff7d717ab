/** Rows of the tables of locks, queues and counters, of a range or of the whole run. */
import { NANOSECONDS_PER_SECOND } from '../../core/units.ts'
import type { CounterRow, LockRow, QueueRow } from '../../run/contract.ts'
import { ResourceKind } from '../model.ts'
import type { Resource } from '../resource.ts'
import type { StepTrack } from '../steps.ts'
import type { Durations } from './durations.ts'
import type { Range } from './range.ts'
import { countsAt, difference, edgesOf, maximumIn, movesAt, valueAt } from './row-counts.ts'

const nameOf = ({ track, name, kindName, madeAt }: Resource) => ({
  track,
  name,
  kind: kindName,
  madeAt,
})

const countsIn = (resource: Resource, { after, to }: Range) =>
  difference(countsAt(resource, to), countsAt(resource, after))

export function lockRow(lock: Resource, range: Range, durations: Durations): LockRow {
  const counts = countsIn(lock, range)
  return {
    ...nameOf(lock),
    acquired: counts.acquired,
    contended: counts.contended,
    switches: counts.switches,
    heldFor: counts.held,
    waitedFor: counts.waited,
    longest: durations.longest(lock),
    hold: durations.hold(lock, counts.holds),
    wait: durations.wait(lock, counts.waits),
  }
}

export function queueRow(queue: Resource, range: Range, durations: Durations): QueueRow {
  const { depth, capacity } = queue
  const before = movesAt(depth, range.after)
  const now = movesAt(depth, range.to)
  const puts = now.rises - before.rises
  const gets = now.falls - before.falls
  return {
    ...nameOf(queue),
    capacity,
    puts,
    gets,
    depth: valueAt(depth, range.to),
    maximumDepth: maximumIn(depth, range.after, range.to),
    putRate: rateOf(depth, range, puts, true),
    getRate: rateOf(depth, range, gets, false),
    residence: durations.residence(queue),
  }
}

/** Events per second from the first to the last: their number less one over the time between. */
function rateOf(steps: StepTrack, { after, to }: Range, count: number, up: boolean): number {
  if (count < 2) return 0
  const { first, last } = edgesOf(steps, steps.find(after) + 1, steps.find(to) + 1, up)
  return last > first ? ((count - 1) * NANOSECONDS_PER_SECOND) / (last - first) : 0
}

export function counterRow(resource: Resource, range: Range, durations: Durations): CounterRow {
  const { kind, capacity, depth, waiters } = resource
  const counts = countsIn(resource, range)
  const hasMembers = kind === ResourceKind.semaphore || kind === ResourceKind.pool
  // What its row shows: an event's shows whether it is set.
  const steps = kind === ResourceKind.event ? waiters : depth
  const tasks = movesAt(depth, range.to).rises - movesAt(depth, range.after).rises
  const isPool = kind === ResourceKind.pool
  return {
    ...nameOf(resource),
    capacity,
    used: hasMembers ? tasks : counts.waitsBegun,
    // Who comes to the others waits for them; a task does not.
    contended: isPool ? 0 : hasMembers ? counts.contended : counts.waitsBegun,
    value: valueAt(steps, range.to),
    maximum: maximumIn(steps, range.after, range.to),
    wait: durations.wait(resource, counts.waits),
  }
}
