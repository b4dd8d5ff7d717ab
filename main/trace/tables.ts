/** The tables of a run or of a range of it: per lane, lock, queue and counter. */
import type {
  Concurrency,
  LaneRow,
  OptionalRange,
  TablesAnswer,
  TimeRange,
} from '../run/contract.ts'
import { nanoseconds } from '../core/units.ts'
import type { Collector } from './collector.ts'
import type { Lane } from './lane.ts'
import { LANE_STATES } from './model.ts'
import { ofRange, ofRun, type Durations } from './questions/durations.ts'
import { rangeOf, type Range } from './questions/range.ts'
import { counterRow, lockRow, queueRow } from './questions/resource-rows.ts'
import { isCounterRow } from './questions/row-counts.ts'
import { isLockKind, isQueueKind } from './resource.ts'
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

/** @param query.range absent: the whole run. */
export function tablesOf(collector: Collector, { range }: OptionalRange): TablesAnswer {
  const { newest } = collector
  const within = rangeOf(range ?? wholeRun(newest), newest)
  const durations = range ? ofRange(collector, within) : ofRun(collector)
  const used = collector.resourceList.filter((resource) => resource.track > 0)
  return {
    lanes: lanesInOrder(collector.lanes).map((lane) => laneRow(lane, collector, within, durations)),
    locks: used
      .filter(({ kind }) => isLockKind(kind))
      .map((lock) => lockRow(lock, within, durations)),
    queues: used
      .filter(({ kind }) => isQueueKind(kind))
      .map((queue) => queueRow(queue, within, durations)),
    counters: used.filter(isCounterRow).map((counter) => counterRow(counter, within, durations)),
    concurrency: concurrencyIn(collector, within),
  }
}

export const wholeRun = (newest: number): TimeRange => ({
  from: nanoseconds(0),
  to: nanoseconds(newest),
})

function laneRow(
  lane: Lane,
  collector: Collector,
  { after, to }: Range,
  durations: Durations,
): LaneRow {
  const sums = lane.spans.sumsAt(to)
  const before = lane.spans.sumsAt(after)
  sums.forEach((sum, at) => (sums[at] = sum - (before[at] ?? 0)))
  return {
    track: lane.track,
    name: lane.name,
    pid: lane.pid,
    now: nowOf(lane, collector),
    nowState: stateOf(lane.spans.lastCategory),
    byState: statesOf(sums),
    waitedGil: sums[Category.waitingGil] ?? 0,
    waitedLock: sums[Category.waitingLock] ?? 0,
    waits: lane.waitsUpTo(to) - lane.waitsUpTo(after),
    longestWait: durations.longestWait(lane),
  }
}

function nowOf(lane: Lane, collector: Collector): string {
  if (!lane.alive) return lane.end ? endInWords(lane.end.how, lane.end.code) : 'Not started'
  const joined = collector.laneOf(lane.joining)
  if (joined) return `Joining ${joined.name}`
  return doingInWords(lane.spans.lastCategory, lane.waitingFor)
}

function concurrencyIn(
  { concurrency, processorTime, lanes }: Collector,
  { after, to, length }: Range,
): Concurrency {
  const before = concurrency.timesAt(after, lanes)
  const byCount = Float64Array.from(
    concurrency.timesAt(to, lanes),
    (time, count) => time - (before[count] ?? 0),
  )
  const busy = byCount.reduce((sum, time, count) => sum + time * count, 0)
  const processors = processorTime.meanIn(after, to)
  return {
    mean: length > 0 ? busy / length : 0,
    byCount,
    ...(length > 0 && processors !== undefined && { processors }),
  }
}
