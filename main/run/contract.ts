/**
 * The one contract between the renderer (or the command line) and a run. Both ends derive their
 * types from this file; wire.ts encodes it and checks it in both directions.
 *
 * A port (MessagePort in Electron, WebSocket in the web host) carries `ToRun` one way and
 * `FromRun` the other, each as one MessagePack message. Queries are answered in any order,
 * matched by id; a client that is slow simply asks less often, so nothing queues up for it.
 */
import type { Nanoseconds } from '../core/units.ts'
import type { SectionFigures } from '../trace/figures.ts'
import type { LaneState, ResourceKind } from '../trace/model.ts'
import type { DemoManifest, Parameters } from '../demos/manifest.ts'
import type { Engine, GilReading, PythonStatus, ScriptTarget } from './python-contract.ts'

export * from './own-contract.ts'
export * from './python-contract.ts'

export const MAX_REPEATS = 50
/** Values on one axis of a sweep. */
export const MAX_SWEEP_VALUES = 24
/** In one run: cases by repeats. */
export const MAX_SECTIONS = 500

export interface RunRequest {
  readonly demo: string
  readonly variant: string
  readonly parameters: Parameters
  /** 1 to MAX_REPEATS. */
  readonly repeats: number
  /** Alternate with the variant's baseline, where it has one. Not with a twin. */
  readonly baseline: boolean
  /**
   * Other variants to run as well, in turns; the first one of all is `variant`, with which they are
   * compared. Not with a baseline or a twin.
   */
  readonly others?: readonly string[]
  /** Run with each of these values instead of the parameter's own. One axis or two; not with a twin. */
  readonly sweep?: readonly SweepAxis[]
  /** What runs it; absent: Node. */
  readonly engine?: Engine
  /** The same variant on another engine, alternating: what it is compared with. */
  readonly twin?: Engine
  /** Of the demo SCRIPT_DEMO, and of it alone. */
  readonly script?: ScriptTarget
}

export interface SweepAxis {
  readonly parameter: string
  /** Different, in the order they are shown. */
  readonly values: readonly number[]
}

/**
 * - `starting`: processes and threads are being made ready
 * - `running`, `stopping`
 * - `finished`: the program ended by itself; `stopped`: the user ended it
 * - `failed`: the program threw, or the run's process died
 */
export type RunState = 'starting' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed'

export const isOver = (state: RunState): boolean =>
  state === 'finished' || state === 'stopped' || state === 'failed'

/** What went wrong in a run that failed: what happened, what was kept, what to do. */
export interface RunFailure {
  readonly headline: string
  readonly kept: string
  readonly remedy: string
  /** Stack or last words, if any. */
  readonly detail: string
}

export interface RunStatus {
  readonly state: RunState
  readonly request: RunRequest
  /** Units of work, as the demo counts them. `total` 0: not known. */
  readonly done: number
  readonly total: number
  readonly unit: string
  /** The section that runs now, and how many there are (repeats, and baselines between them). */
  readonly section: number
  readonly sections: number
  /** Since the first event. */
  readonly elapsed: Nanoseconds
  /** Estimated; undefined while there is nothing to estimate it from. */
  readonly remaining?: Nanoseconds
  /** Time of the newest event that the store has taken in. */
  readonly newest: Nanoseconds
  readonly events: number
  /** Events per second over the last second or so. */
  readonly eventRate: number
  readonly dropped: number
  /** Share of one processor the tracer costs: events × calibrated cost, 0 to 1. */
  readonly tracerShare: number
  /** What tracing costs, so that nobody takes it for the program's own; absent before it is known. */
  readonly tracerCost?: TracerCost
  readonly recording?: RecordingStatus
  readonly failure?: RunFailure
  /** Absent: nothing of it runs under CPython. */
  readonly python?: readonly PythonStatus[]
  /** While it lasts; once the run is over: the one it was stopped in. */
  readonly deadlock?: Deadlock
}

export interface TracerCost {
  /** Of one event in the thread that records it, calibrated when the run began. */
  readonly perEvent: Nanoseconds
  /** All events so far × perEvent: processor time within the program's threads. */
  readonly recording: Nanoseconds
  /**
   * Processor time of the runner's event-loop thread: merging, statistics, the recording, answers.
   * Where the system does not tell it of a thread: how long its event loop was busy.
   */
  readonly collecting: Nanoseconds
}

/** Threads that wait for each other and for nobody else: none of them can go on. */
export interface Deadlock {
  /** When the last of them began to wait. */
  readonly since: Nanoseconds
  /**
   * `cycle`: each waits for what the next one holds, or joins it; members stand in that order.
   * `everybody`: every thread of the run waits, and nobody is left who could end one of the waits.
   */
  readonly kind: 'cycle' | 'everybody'
  readonly members: readonly DeadlockMember[]
  /** Names of the others, who wait for one of them. */
  readonly behind: readonly string[]
  /**
   * Where everybody waits: who can end no wait any more, because an exception has ended it in this
   * section. Absent: nobody.
   */
  readonly thrown?: readonly ThrownLane[]
}

/** A thread that an exception has ended. */
export interface ThrownLane {
  readonly track: number
  readonly name: string
  readonly at: Nanoseconds
  /** `RangeError`; `an exception` where it was not printed. */
  readonly error: string
  /** Line of the program that threw it: `program.ts:28`; '' where it is not known. */
  readonly place: string
}

export interface DeadlockMember {
  readonly track: number
  readonly name: string
  readonly pid: number
  /** `Waiting for fork 2`, `Joining Thread-1`. */
  readonly doing: string
  readonly since: Nanoseconds
  /** Line of the program where it waits: `program.ts:12`; '' where it is not known. */
  readonly at: string
  /** The barrier where it waits for others to come; absent: it waits for something else. */
  readonly barrier?: string
  /** Who holds what it waits for; absent where nobody does. */
  readonly holder?: {
    readonly track: number
    readonly name: string
    readonly since: Nanoseconds
    /** Line of the program that acquired it, as last seen; '' where it is not known. */
    readonly at: string
  }
}

export interface RecordingStatus {
  readonly path: string
  readonly bytes: number
  /** Why nothing more is written, in one sentence; the run goes on without its recording. */
  readonly failure?: string
  /** It was opened, not made by this run: nothing runs. */
  readonly opened?: true
  /** What a recording that was cut short lacks, in one sentence. */
  readonly missing?: string
  /** Opened from a copy that goes when it is closed, and with it the notes made in it. */
  readonly copy?: true
}

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

export interface TimeRange {
  readonly from: Nanoseconds
  readonly to: Nanoseconds
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

export interface OutputLine {
  readonly time: Nanoseconds
  /** Name of the lane that printed it; `Interleave` for the runner's own words. */
  readonly lane: string
  readonly stream: 'out' | 'error'
  readonly text: string
  /** No newline followed it. Told of a live run alone. */
  readonly isOpen?: true
}

export interface OutputAnswer {
  /** Lines from `after` on, and the number of lines there are. */
  readonly lines: readonly OutputLine[]
  readonly total: number
}

/** One timed section: a variant, once. */
export interface Measurement {
  /** With a sweep or a twin: `variant?threads=2@engine` (main/run/section-label.ts). */
  readonly variant: string
  readonly repeat: number
  readonly from: Nanoseconds
  readonly elapsed: Nanoseconds
}

/** All that was measured of a section but what it printed: what comparisons are made of. */
export type MeasuredSection = Omit<SectionFigures, 'output'>

/** What was found, in words and figures computed from the recording. */
export interface Verdict {
  /** How the finding stands to the demo's expectation; `open`: nothing can be said. */
  readonly judgement: 'as expected' | 'not as expected' | 'no difference shown' | 'open'
  readonly headline: string
  readonly sentences: readonly Sentence[]
  readonly evidence: readonly Evidence[]
  /** Ratio of the variant to its baseline, with its 95 % interval, where both were measured. */
  readonly ratio?: Interval & {
    readonly of: string
    readonly to: string
    /** Of what it is, capitalised; absent: of the sections' times. */
    readonly what?: string
  }
  readonly cases?: CaseTable
  readonly answers?: readonly QuestionAnswer[]
}

/** Words, and figures that tell where they were measured (`sentenceText` in main/run/sentence.ts). */
export type Sentence = string | readonly (string | LinkedFigure)[]

export interface LinkedFigure {
  readonly text: string
  readonly place: TimelinePlace
}

/** A stretch of the timeline; where a row is meant, that row. */
export interface TimelinePlace extends TimeRange {
  readonly track?: number
}

/** A row of figures beside the words. */
export interface Evidence {
  readonly label: string
  readonly value: string
  /** Where it was measured; of a median: the section whose figure is nearest to it. */
  readonly place?: TimelinePlace
}

/** What is compared between cases. */
export interface CaseMeasure {
  /** Capitalised: `Time`, `Latency, 99th percentile`, `Items a second`. */
  readonly what: string
  readonly unit: 'ns' | '/s' | 'bytes' | 'bytes/s' | ''
  readonly better: 'less' | 'more'
}

/** What the cases of a run measured, where they were more than a variant and its baseline. */
export interface CaseTable {
  readonly measure: CaseMeasure
  /** In the order of the request; each is compared with the first one of the same swept values. */
  readonly cases: readonly CaseFigure[]
  /** Of a sweep over the number of lanes with enough points: one for each variant. */
  readonly laws?: readonly FittedLaw[]
}

export interface CaseFigure {
  /** Label of its sections (main/run/section-label.ts). */
  readonly label: string
  /** One a repeat, in order. */
  readonly values: readonly number[]
  readonly median: number
  /** 95 % interval of the median; absent with too few repeats. */
  readonly interval?: Interval
  /** To the case it is compared with; absent of that one itself, and with too few repeats. */
  readonly ratio?: Interval
  /** What its lanes waited for most, in a few words; '' where nothing stands out. */
  readonly bottleneck: string
  readonly place: TimelinePlace
}

/** Amdahl's law or the universal scalability law as it fits the work done a second (main/core/scaling.ts). */
export interface FittedLaw {
  readonly variant: string
  readonly law: 'Amdahl' | 'Gunther'
  /** α: share of the work that only one lane at a time can do, with its 95 % interval. */
  readonly contention: Interval
  /** β: what lanes pay to agree with each other; 0 under Amdahl's law. */
  readonly coherence: Interval
  /** Lanes with the most work a second; absent where it grows on. */
  readonly peak?: Interval
  /** The law and its 95 % band, units of work a second, at each number of lanes. */
  readonly lanes: readonly number[]
  readonly predicted: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** What was asked before the run, and what it measured. */
export interface QuestionAnswer {
  readonly question: string
  /** Id of the option that is true here. */
  readonly option: string
  readonly because: Sentence
}

export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Everything about a run that is over; also what `run --json` prints and the export writes. */
export interface RunSummary {
  readonly status: RunStatus
  readonly measurements: readonly Measurement[]
  readonly verdict: Verdict
  readonly tables: TablesAnswer
  readonly environment: Environment
}

export interface Environment {
  readonly platform: string
  readonly node: string
  readonly electron?: string
  readonly processors: number
  readonly startedAt: string
}

/** Every query with its answer. */
export interface Queries {
  view: { query: ViewQuery; answer: ViewAnswer }
  minimap: { query: TimeRange & { readonly width: number }; answer: MinimapAnswer }
  inspect: { query: InspectQuery; answer: SpanDetail | null }
  neighbour: { query: NeighbourQuery; answer: SpanDetail | null }
  tables: { query: OptionalRange; answer: TablesAnswer }
  series: { query: SeriesQuery; answer: SeriesAnswer }
  activity: { query: ActivityQuery; answer: ActivityAnswer }
  distribution: { query: OptionalRange & { readonly track: number }; answer: DistributionAnswer }
  flows: { query: FlowsQuery; answer: FlowsAnswer }
  criticalPath: { query: TimeRange; answer: CriticalPathAnswer }
  search: { query: { readonly text: string }; answer: SearchAnswer }
  lines: { query: Record<string, never>; answer: LinesAnswer }
  /** Ordered by time. */
  notes: { query: Record<string, never>; answer: readonly Note[] }
  /** Refused when there are MAX_NOTES, or the recording cannot be written. */
  addNote: { query: Omit<Note, 'id'>; answer: Note }
  removeNote: { query: { readonly id: number }; answer: null }
  output: { query: { readonly after: number }; answer: OutputAnswer }
  /** Those that ran to their end so far, in order. */
  sections: { query: Record<string, never>; answer: readonly MeasuredSection[] }
  /** Null until the run is over. */
  summary: { query: Record<string, never>; answer: RunSummary | null }
}
export type QueryName = keyof Queries
export type Query<Name extends QueryName> = Queries[Name]['query']
export type Answer<Name extends QueryName> = Queries[Name]['answer']

export type ToRun = {
  [Name in QueryName]: {
    readonly type: 'query'
    readonly id: number
    readonly name: Name
    readonly query: Query<Name>
  }
}[QueryName]

export type FromRun =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  /** At once on attaching, on every change of state, and at most ten times a second. */
  | { readonly type: 'status'; readonly status: RunStatus }
  /** At once on attaching, and whenever a row appears or changes its name. */
  | { readonly type: 'tracks'; readonly tracks: readonly TrackInfo[] }

/** What the catalogue shows, and where. */
export interface Catalogue {
  /** Where a script of the user's may be named: in a dialog of the system, or typed. */
  readonly scripts: 'dialog' | 'typed'
  readonly demos: readonly DemoManifest[]
  readonly environment: Environment
}

/** A file in the recordings folder. */
export interface RecordingInfo {
  /** File name. */
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** When it was last written: milliseconds since 1970. */
  readonly modified: number
  /** Of what was recorded; '' where the file does not say it. */
  readonly demo: string
  readonly variant: string
}

/** Recordings that can be open beside what is held, to be compared with it. */
export const MOST_GUESTS = 5

/** So many of them are listed, the newest. */
export const RECORDINGS_LISTED = 100

/** A run as the host knows it: enough for a reloaded window to find it again. */
export interface RunInfo {
  readonly id: string
  readonly status: RunStatus
}
