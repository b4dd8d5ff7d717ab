/** What a selected range adds up to, in words: all lanes together, and the row that is chosen. Pure. */
import type { TablesAnswer, TimeRange, TrackInfo } from '../../main/run/contract.ts'
import { LANE_STATES, type LaneState } from '../../main/trace/model.ts'
import { count, duration, percent, rate } from '../theme/figures.ts'
import { STATE_ORDER } from '../theme/state-style.ts'
import { spanOf } from './time-scale.ts'

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface StateShare {
  readonly state: LaneState
  /** Nanoseconds. */
  readonly time: number
  /** Of the time of all states. */
  readonly share: number
}

/** Shares of the states that occur, in the legend's order. */
export function stateShares(times: Float64Array): readonly StateShare[] {
  const total = times.reduce((sum, time, state) => sum + (state === 0 ? 0 : time), 0)
  if (total <= 0) return []
  return STATE_ORDER.flatMap((state) => {
    const time = times[state] ?? 0
    return time > 0 ? [{ state, time, share: time / total }] : []
  })
}

/** Nanoseconds by state over all lanes. */
export function timeOfAll({ lanes }: TablesAnswer): Float64Array {
  const total = new Float64Array(LANE_STATES)
  for (const { byState } of lanes) {
    byState.forEach((time, state) => (total[state] = (total[state] ?? 0) + time))
  }
  return total
}

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((total, row) => total + of(row), 0)

/** Of the whole run's rows within the range. */
export function factsOfAll({ lanes, locks, queues, concurrency }: TablesAnswer): readonly Fact[] {
  const waits = sum(lanes, (lane) => lane.waits)
  const longest = Math.max(0, ...lanes.map((lane) => lane.longestWait))
  const waited = sum(lanes, (lane) => lane.waitedLock + lane.waitedGil)
  const contended = sum(locks, (lock) => lock.contended)
  const acquired = sum(locks, (lock) => lock.acquired)
  return [
    { label: 'Lanes running', value: `${concurrency.mean.toFixed(2)} on average` },
    { label: 'Waits for locks', value: count(waits) },
    ...(waits > 0
      ? [
          { label: 'Waited in all', value: duration(waited) },
          { label: 'Longest wait', value: duration(longest) },
        ]
      : []),
    ...(acquired > 0
      ? [
          {
            label: 'Acquisitions',
            value: `${count(acquired)}, ${percent(contended / acquired)} contended`,
          },
        ]
      : []),
    ...(queues.length > 0
      ? [
          { label: 'Puts', value: count(sum(queues, (queue) => queue.puts)) },
          { label: 'Gets', value: count(sum(queues, (queue) => queue.gets)) },
        ]
      : []),
  ]
}

/** Of one row within the range; empty where the tables have no line for it. */
export function factsOfRow(
  { id, kind }: TrackInfo,
  tables: TablesAnswer,
  within: TimeRange,
): readonly Fact[] {
  if (kind === 'lane') {
    const row = tables.lanes.find(({ track }) => track === id)
    if (!row) return []
    return [
      { label: 'Waits for locks', value: count(row.waits) },
      { label: 'Waited', value: duration(row.waitedLock + row.waitedGil) },
      { label: 'Longest wait', value: duration(row.longestWait) },
    ]
  }
  const lock = tables.locks.find(({ track }) => track === id)
  if (lock) {
    return [
      { label: 'Acquired', value: count(lock.acquired) },
      { label: 'After waiting', value: count(lock.contended) },
      { label: 'Held', value: percent(Math.min(1, lock.heldFor / spanOf(within))) },
      { label: 'Waited for', value: duration(lock.waitedFor) },
      {
        label: 'Wait p50, p99',
        value: `${duration(lock.wait.median)}, ${duration(lock.wait.p99)}`,
      },
    ]
  }
  const queue = tables.queues.find(({ track }) => track === id)
  if (queue) {
    const perSecond = (items: number) => rate((items / spanOf(within)) * 1e9)
    return [
      { label: 'Puts', value: `${count(queue.puts)}, ${perSecond(queue.puts)}` },
      { label: 'Gets', value: `${count(queue.gets)}, ${perSecond(queue.gets)}` },
      { label: 'Depth at most', value: count(queue.maximumDepth) },
      { label: 'In the queue p50', value: duration(queue.residence.median) },
    ]
  }
  const counter = tables.counters.find(({ track }) => track === id)
  if (!counter) return []
  return [
    { label: 'Used', value: count(counter.used) },
    { label: 'After waiting', value: count(counter.contended) },
    { label: 'At most', value: count(counter.maximum) },
  ]
}
