/** The part of the contract that is drawn in time: rows, spans, flows, paths, notes, what is found. */
import type { Nanoseconds, TimeRange } from '../core/units.ts'
import type { LaneState, ResourceKind } from '../trace/model.ts'
import type { GilReading } from './python-contract.ts'

/** A row of the timeline. */
export interface TrackInfo {
  readonly id: number
  /** `counter`: permits taken, tasks running or lanes waiting over time. */
  readonly kind: 'lane' | 'lock' | 'gil' | 'queue' | 'event' | 'counter'
  /** Rows of a group stand together: `process 4711`, `Locks`, `Queues`. */
  readonly group: string
  readonly name: string
  /** Second line: `Lock, program.ts:12`. */
  readonly subtitle: string
  /** For lanes: ident; for resources: resource id. */
  readonly subject: number
  readonly pid: number
  readonly resource?: ResourceKind
  /** Figures that are inferred are drawn differently from those that are measured. */
  readonly measured: boolean
  /** How it is known; absent: every change was recorded by who made it. */
  readonly reading?: Exclude<GilReading, 'no GIL' | 'not available'>
}

/** `width` columns of equal time over the range are answered: device pixels. */
export interface ViewQuery extends TimeRange {
  readonly width: number
  readonly tracks: readonly number[]
}

/**
 * What one row shows over the range. Lanes have spans or bins; locks have spans or bins of the
 * holder (states holding or running: held with and without waiters) and the counter of waiters;
 * queues have the counter of depth and the rates.
 */
export interface TrackSlice {
  readonly track: number
  readonly spans?: SpanSlice
  readonly bins?: BinSlice
  readonly counter?: CounterSlice
  readonly rates?: RateSlice
}

/** Exact spans, in order and without gaps: span i lasts from starts[i] to starts[i + 1], the last to `end`. */
export interface SpanSlice {
  /** Offsets in nanoseconds from the query's `from`; the first may be negative. */
  readonly starts: Float64Array
  readonly end: number
  readonly states: Uint8Array
  /** What the span is about: a resource id (lanes), a lane's track id (locks), or 0. */
  readonly details: Uint32Array
}

/** Share of each column's time by state: shares[i × width + column] is states[i]'s, 0 to 255. */
export interface BinSlice {
  readonly states: Uint8Array
  readonly shares: Uint8Array
  /** Spans that begin in each column, capped at 65,535. */
  readonly counts: Uint16Array
}

/** A step function by column. NaN where there is no data. */
export interface CounterSlice {
  readonly minimum: Float32Array
  readonly maximum: Float32Array
  readonly mean: Float32Array
}

/** Puts and gets that fall in each column. */
export interface RateSlice {
  readonly puts: Uint32Array
  readonly gets: Uint32Array
}

export interface ViewAnswer extends TimeRange {
  readonly width: number
  /** Newest event in the store when this was answered. */
  readonly newest: Nanoseconds
  readonly slices: readonly TrackSlice[]
  /**
   * Details that lie on the disk were left out to answer in time: columns are correct to within one
   * column. Asked again, more of them are there.
   */
  readonly partial?: true
}

/** All lanes together: sums of shares over lanes, scaled so that all lanes running is 255. */
export interface MinimapAnswer extends TimeRange {
  readonly width: number
  readonly bins: BinSlice
}

/** What lies under the pointer, or the next thing in a direction. */
export interface InspectQuery {
  readonly track: number
  readonly time: Nanoseconds
  /**
   * Nanoseconds of the column of pixels under the pointer, which begins at `time`: when several
   * spans begin in it, the answer tells how many they are.
   */
  readonly width?: number
}

export interface NeighbourQuery {
  /** Look in this lane, or in all of them. */
  readonly track?: number
  readonly time: Nanoseconds
  readonly direction: 'previous' | 'next'
  /** `place`: a span of a lane whose line is `at`. */
  readonly what: 'contention' | 'event' | 'place'
  readonly at?: string
}

/** A span with its figures in words: what the hover card and the spoken summary say. */
export interface SpanDetail extends TimeRange {
  readonly track: number
  readonly state: LaneState
  /** It still lasts: `to` is how far it has come. */
  readonly isOpen?: boolean
  /** `Waiting for the GIL`. */
  readonly title: string
  /**
   * Line of the program that it began in, or that the lane was last seen in when it did the same:
   * `program.ts:12`; absent where it is not known. The facts say which.
   */
  readonly at?: string
  /** Rows of the card: `Held by` / `Thread-1`. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  /** For a wait: whom it waited for. */
  readonly blame?: Blame
}

/** Who kept a lane waiting, and what ended the wait. */
export interface Blame {
  /** What was waited for. */
  readonly resource: { readonly track: number; readonly name: string }
  /** Who held it when the wait began; absent where nobody did or it is not known. */
  readonly holder?: BlamedLane
  /** Whose release, put, get or set ended the wait, and when; absent while it lasts. */
  readonly ender?: BlamedLane
}

export interface BlamedLane {
  readonly track: number
  readonly name: string
  /** Holder: since when it held it. Ender: when it ended the wait. */
  readonly time: Nanoseconds
  /** Line of the program: `program.ts:12`; '' where it was not sampled. */
  readonly at: string
}

/** Items on their way from put to get, for those whose put or get lies in the range. */
export interface FlowsQuery extends TimeRange {
  /** Queue tracks; only these. */
  readonly tracks: readonly number[]
  /** At most so many, at most MAX_FLOWS; nothing is answered when there are more. */
  readonly limit: number
}

export const MAX_FLOWS = 4_096

/** Flow i: item i of queues[i], put by putLanes[i] at putTimes[i], taken by getLanes[i] at getTimes[i]. */
export interface FlowsAnswer extends TimeRange {
  readonly queues: Uint32Array
  readonly putLanes: Uint32Array
  /** Nanoseconds since the epoch; NaN where the put is not known. */
  readonly putTimes: Float64Array
  /** 0 where the item was not taken yet. */
  readonly getLanes: Uint32Array
  readonly getTimes: Float64Array
  /** Puts and gets in the range: more than the limit means that no flow is answered. */
  readonly total: number
}

/**
 * The chain of what the end of the range had to wait for: from the last lane that ran, back over
 * each wait to the lane that ended it. Segments in ascending time; between two of them the path
 * goes from one lane to another by the release, put or set that ended a wait.
 */
export interface CriticalPathAnswer extends TimeRange {
  readonly tracks: Uint32Array
  /** Nanoseconds since the epoch. */
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** Track of the resource whose wait led from the segment before to this one; 0: none. */
  readonly resources: Uint32Array
  /** It goes further back than was followed: earlier than `from`. */
  readonly cut: boolean
  /** Share of the path by lane and by resource that it changed lanes through, in words with figures. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

/** Where a text occurs: in what was printed, in notes, in names of sections, in lines of the program. */
export interface SearchMatch {
  readonly kind: 'output' | 'note' | 'section' | 'place'
  readonly time: Nanoseconds
  /** Lane; 0: none. */
  readonly track: number
  readonly text: string
}

export interface SearchAnswer {
  /** In ascending time, at most MAX_MATCHES. */
  readonly matches: readonly SearchMatch[]
  readonly total: number
}

export const MAX_MATCHES = 500

/** What a person wrote about a moment or a range; kept in the recording. */
export interface Note {
  readonly id: number
  readonly from: Nanoseconds
  /** Equal to `from`: a moment. */
  readonly to: Nanoseconds
  readonly text: string
}

export const MAX_NOTE_CHARACTERS = 2_000
export const MAX_NOTES = 10_000
