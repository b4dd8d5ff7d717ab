/** The tables of a run: per lane, per lock, per queue. */
import { NANOSECONDS_PER_SECOND } from '../core/units.ts'
import type {
  DistributionAnswer,
  LaneRow,
  LockRow,
  QueueRow,
  TablesAnswer,
} from '../run/contract.ts'
import type { Collector } from './collector.ts'
import type { Lane } from './lane.ts'
import { LANE_STATES } from './model.ts'
import { isLockKind, isQueueKind, type Resource } from './resource.ts'
import { Category, stateOf } from './categories.ts'
import { lanesInOrder } from './tracks.ts'
import { doingInWords, endInWords } from './words.ts'

/** Sums by category as sums by LaneState. */
export function statesOf(sums: Float64Array): Float64Array {
  const states = new Float64Array(LANE_STATES)
  for (let category = 0; category <= Category.waitingEvent; category++) {
    const state = stateOf(category)
    states[state] = (states[state] ?? 0) + (sums[category] ?? 0)
  }
  return states
}

export function tablesOf(collector: Collector): TablesAnswer {
  const { newest } = collector
  const used = collector.resourceList.filter((resource) => resource.track > 0)
  return {
    lanes: lanesInOrder(collector.lanes).map((lane) => laneRow(lane, collector)),
    locks: used.filter(({ kind }) => isLockKind(kind)).map((lock) => lockRow(lock, newest)),
    queues: used.filter(({ kind }) => isQueueKind(kind)).map(queueRow),
    counters: [],
    concurrency: { mean: 0, byCount: new Float64Array(0) },
  }
}

function laneRow(lane: Lane, collector: Collector): LaneRow {
  const { newest } = collector
  const sums = lane.spans.sumsAt(newest)
  const now = lane.alive && lane.waitingFor ? newest - lane.waitBegan : 0
  const category = lane.spans.lastCategory
  const acquiring = category === Category.waitingLock || category === Category.waitingGil
  return {
    track: lane.track,
    name: lane.name,
    pid: lane.pid,
    now: nowOf(lane, collector),
    nowState: stateOf(category),
    byState: statesOf(sums),
    waitedGil: sums[Category.waitingGil] ?? 0,
    waitedLock: sums[Category.waitingLock] ?? 0,
    waits: lane.waits,
    longestWait: acquiring ? Math.max(now, lane.longestWait) : lane.longestWait,
  }
}

function nowOf(lane: Lane, collector: Collector): string {
  if (!lane.alive) return lane.end ? endInWords(lane.end.how, lane.end.code) : 'Not started'
  const joined = collector.laneOf(lane.joining)
  if (joined) return `Joining ${joined.name}`
  return doingInWords(lane.spans.lastCategory, lane.waitingFor)
}

function lockRow(lock: Resource, newest: number): LockRow {
  const sums = lock.spans.sumsAt(newest)
  return {
    track: lock.track,
    name: lock.name,
    kind: lock.kindName,
    madeAt: lock.madeAt,
    acquired: lock.acquired,
    contended: lock.contended,
    switches: lock.switches,
    heldFor: (sums[Category.running] ?? 0) + (sums[Category.holding] ?? 0),
    waitedFor: 0,
    longest: [],
    hold: lock.hold.percentiles(),
    wait: lock.wait.percentiles(),
  }
}

/** Events per second from the first to the last: their number less one over the time between. */
const rate = (count: number, first: number, last: number): number =>
  last > first ? ((count - 1) * NANOSECONDS_PER_SECOND) / (last - first) : 0

function queueRow(queue: Resource): QueueRow {
  return {
    track: queue.track,
    name: queue.name,
    kind: queue.kindName,
    madeAt: queue.madeAt,
    capacity: queue.capacity,
    puts: queue.puts,
    gets: queue.gets,
    depth: queue.depth.value,
    maximumDepth: queue.maximumDepth,
    putRate: rate(queue.puts, queue.firstPut, queue.lastPut),
    getRate: rate(queue.gets, queue.firstGet, queue.lastGet),
    residence: queue.residence.percentiles(),
  }
}

/** Doubling buckets from the shortest to the longest wait or hold. */
export function distributionOf(resource: Resource): DistributionAnswer {
  const waits = resource.wait.doublings()
  const holds = resource.hold.doublings()
  const counted = (bucket: number) => (waits[bucket] ?? 0) + (holds[bucket] ?? 0) > 0
  let first = 0
  while (first < waits.length && !counted(first)) first++
  let end = waits.length
  while (end > first && !counted(end - 1)) end--
  return {
    bounds: Float64Array.from({ length: end - first }, (_, bucket) => 2 ** (first + bucket + 1)),
    waits: waits.slice(first, end),
    holds: holds.slice(first, end),
  }
}
