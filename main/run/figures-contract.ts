/** The part of the contract that is figures: tables, charts and what lanes did at each line. */
import type { Nanoseconds, TimeRange } from '../core/units.ts'
import type { LaneState } from '../trace/model.ts'

export interface LaneRow {
  readonly track: number
  readonly name: string
  readonly pid: number
  /** What it does now, or how it ended. */
  readonly now: string
  readonly nowState: LaneState
  /** Nanoseconds by LaneState, LANE_STATES long. */
  readonly byState: Float64Array
  /** Nanoseconds waited for the GIL and for other locks. */
  readonly waitedGil: number
  readonly waitedLock: number
  readonly waits: number
  readonly longestWait: number
}

/** Percentiles in nanoseconds; 0 where nothing was counted. */
export interface Percentiles {
  readonly count: number
  readonly median: number
  readonly p90: number
  readonly p99: number
  readonly maximum: number
  /**
   * The quantiles and the maximum are of evenly spread parts of a range that has too much in it to
   * look at everything; `count` is exact.
   */
  readonly sampled?: true
}

export interface LockRow {
  readonly track: number
  readonly name: string
  readonly kind: string
  readonly madeAt: string
  readonly acquired: number
  readonly contended: number
  /** Acquisitions by another lane than the last holder's. */
  readonly switches: number
  /** Nanoseconds held in all. */
  readonly heldFor: number
  /** Sum over lanes of the nanoseconds spent waiting for it. */
  readonly waitedFor: number
  readonly hold: Percentiles
  readonly wait: Percentiles
  /** The longest waits that have ended, longest first, at most LONGEST_WAITS. */
  readonly longest: readonly LongWait[]
}

export const LONGEST_WAITS = 5

export interface LongWait {
  /** The lane that waited. */
  readonly track: number
  readonly from: Nanoseconds
  readonly duration: Nanoseconds
  /** Tracks of who held it when the wait began and of who released it; 0: not known. */
  readonly holder: number
  readonly ender: number
}

export interface QueueRow {
  readonly track: number
  readonly name: string
  readonly kind: string
  readonly madeAt: string
  readonly capacity: number
  readonly puts: number
  readonly gets: number
  readonly depth: number
  readonly maximumDepth: number
  /** Per second over the time from the first to the last put (get). */
  readonly putRate: number
  readonly getRate: number
  /** From put to get. */
  readonly residence: Percentiles
}

/** A semaphore, condition, barrier, event, pool or shared object. */
export interface CounterRow {
  readonly track: number
  readonly name: string
  readonly kind: string
  readonly madeAt: string
  /** Permits, parties or workers; 0: without limit or not of this kind. */
  readonly capacity: number
  /** Permits taken, tasks begun; else waits begun. */
  readonly used: number
  /** Of these, those that had to wait. */
  readonly contended: number
  /** Permits taken, tasks running or lanes waiting: at the range's end, and at most. */
  readonly value: number
  readonly maximum: number
  readonly wait: Percentiles
}

/** How many lanes truly ran at once, and how many processors that took. */
export interface Concurrency {
  /** Mean number of lanes running, waits for a processor included. */
  readonly mean: number
  /** Nanoseconds during which exactly n lanes ran: byCount[n]. */
  readonly byCount: Float64Array
  /**
   * Processors that the program's processes truly used: their processor time, less that of the
   * tracer's own thread, by the time that went by. Absent where it was not measured.
   */
  readonly processors?: number
}

/** Of the whole run, or of the range that was asked for. */
export interface TablesAnswer {
  readonly lanes: readonly LaneRow[]
  readonly locks: readonly LockRow[]
  readonly queues: readonly QueueRow[]
  readonly counters: readonly CounterRow[]
  readonly concurrency: Concurrency
}

/** Absent: the whole run. */
export interface OptionalRange {
  readonly range?: TimeRange
}

/** What all lanes together do over a range, in `points` columns. */
export interface ActivityQuery extends TimeRange {
  readonly points: number
}

export interface ActivityAnswer {
  /** Middle of each column, seconds since the run's epoch. */
  readonly seconds: Float64Array
  /** States that occur. */
  readonly states: Uint8Array
  /** Mean number of lanes in states[i] during column k: lanes[i × points + k]. NaN: not known yet. */
  readonly lanes: Float64Array
}

/** What lanes did at a line of the program, as far as they were seen there. */
export interface LineFigures {
  /** `program.ts:12`. */
  readonly at: string
  /** Waits, sleeps and joins that have ended. */
  readonly waits: number
  /** Their nanoseconds by LaneState, LANE_STATES long. */
  readonly byState: Float64Array
}

export interface LinesAnswer {
  /** Those where a lane was seen, in no order. */
  readonly lines: readonly LineFigures[]
}

/** Chart data over a range in `points` columns, for one queue. */
export interface SeriesQuery extends TimeRange {
  readonly track: number
  readonly points: number
}

export interface SeriesAnswer {
  /** Middle of each column, seconds since the run's epoch. */
  readonly seconds: Float64Array
  readonly putsPerSecond: Float64Array
  readonly getsPerSecond: Float64Array
  /** The greatest in the column. */
  readonly depth: Float64Array
}

/** Counts of wait and hold times of one lock in buckets whose bounds grow by a constant factor. */
export interface DistributionAnswer {
  /** Upper bounds in nanoseconds. */
  readonly bounds: Float64Array
  readonly waits: Uint32Array
  readonly holds: Uint32Array
}
