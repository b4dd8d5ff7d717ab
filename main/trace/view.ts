/**
 * What rows show over a range: the cost depends on rows and columns, not on events.
 *
 * Spans are exact when there are at most two of them per column. In columns, what lies close together
 * is not looked into (store/span-cursor.ts, store/step-cursor.ts): 512 entries within half a column,
 * 64 within two. Nobody can see where in two columns each of 64 spans lies, and to find it out would
 * mean to decode all that is in view. So a column's time in a state is right to within half a column;
 * its counts of spans, puts and gets are those of bounds shifted by less than two columns, as is the
 * integral of which its mean is made; its least and greatest value are those of the column and less
 * than two columns beside it. What one column has too much its neighbours lack: sums over columns are
 * exact, but for the two ends.
 */
import { nanoseconds, NANOSECONDS_PER_SECOND, type Nanoseconds } from '../core/units.ts'
import type {
  BinSlice,
  CounterSlice,
  MinimapAnswer,
  RateSlice,
  SeriesAnswer,
  SeriesQuery,
  SpanSlice,
  TimeRange,
  TrackSlice,
  ViewAnswer,
  ViewQuery,
} from '../run/contract.ts'
import type { Collector, Subject } from './collector.ts'
import { Lane } from './lane.ts'
import { LaneState } from './model.ts'
import { isCounterKind, isLockKind, isQueueKind, type Resource } from './resource.ts'
import { categoryOf, detailOf, stateOf, SUMS } from './categories.ts'
import type { SpanTrack } from './spans.ts'
import type { StepTrack } from './steps.ts'
import { Budget, type Reach } from './store/archive.ts'
import { ROW } from './store/levels.ts'
import type { SpanSegment } from './store/span-codec.ts'
import { SpanCursor } from './store/span-cursor.ts'
import { StepCursor } from './store/step-cursor.ts'

/** More columns than any screen has pixels are not answered. */
const MAX_WIDTH = 16_384
/** Spans are answered one by one up to this many per column; beyond, as shares of columns. */
const SPANS_PER_COLUMN = 2
const MAX_COUNT = 0xffff

/** Equal columns of time; column k lasts from its bound k to its bound k + 1. */
class Columns implements Reach {
  readonly width: number
  readonly from: number
  readonly to: number
  readonly budget = new Budget()

  constructor(range: TimeRange, width: number) {
    this.width = Math.min(MAX_WIDTH, Math.max(1, Math.trunc(width) || 1))
    this.from = Number.isFinite(range.from) ? range.from : 0
    this.to = Math.max(this.from + 1, Number.isFinite(range.to) ? range.to : 0)
  }

  get resolution(): number {
    return (this.to - this.from) / this.width / 2
  }

  get blockResolution(): number {
    return this.resolution * 4
  }

  bound(column: number): number {
    return this.from + (column * (this.to - this.from)) / this.width
  }

  get range(): { from: Nanoseconds; to: Nanoseconds } {
    return { from: nanoseconds(this.from), to: nanoseconds(this.to) }
  }
}

export function viewOf(collector: Collector, query: ViewQuery): ViewAnswer {
  const columns = new Columns(query, query.width)
  const { newest } = collector
  const slices = [...new Set(query.tracks)].flatMap((track) => {
    const subject = collector.trackOf(track)
    return subject ? [sliceOf(track, subject, columns, newest)] : []
  })
  return {
    ...columns.range,
    width: columns.width,
    newest: nanoseconds(newest),
    slices,
    ...(columns.budget.ranOut && { partial: true }),
  }
}

function sliceOf(track: number, subject: Subject, columns: Columns, newest: number): TrackSlice {
  if (subject instanceof Lane) return { track, ...spansOf(subject.spans, columns, newest) }
  if (isCounterKind(subject.kind))
    return { track, counter: counterOf(subject.depth, columns, newest) }
  if (isQueueKind(subject.kind))
    return {
      track,
      counter: counterOf(subject.depth, columns, newest),
      rates: ratesOf(subject.depth, columns),
    }
  return {
    track,
    ...spansOf(subject.spans, columns, newest),
    counter: counterOf(subject.waiters, columns, newest),
  }
}

function spansOf(
  spans: SpanTrack,
  columns: Columns,
  newest: number,
): { spans: SpanSlice } | { bins: BinSlice } {
  return exactSpans(spans, columns, newest) ?? { bins: binsOf([spans], columns, newest) }
}

/** Undefined: there are too many, or they cannot be had. */
function exactSpans(
  spans: SpanTrack,
  columns: Columns,
  newest: number,
): { spans: SpanSlice } | undefined {
  const { from, budget } = columns
  const most = SPANS_PER_COLUMN * columns.width
  const end = Math.min(columns.to, newest)
  if (spans.findRoughly(end) - spans.findRoughly(from) > most + ROW) return undefined
  const first = Math.max(0, spans.find(from, budget))
  const count = end < from ? 0 : spans.find(end, budget) - first + 1
  if (count > most) return undefined
  const slice = {
    starts: new Float64Array(count),
    end: Math.max(0, end - from),
    states: new Uint8Array(count),
    details: new Uint32Array(count),
  }
  let seen = 0
  const see = ({ starts, infos }: SpanSegment, at: number) => {
    const info = infos[at] ?? 0
    slice.starts[seen] = (starts[at] ?? 0) - from
    slice.states[seen] = stateOf(categoryOf(info))
    slice.details[seen++] = detailOf(info)
  }
  spans.visit(first, first + count - 1, see, budget)
  return seen === count ? { spans: slice } : undefined
}

/** Shares of each column's time, of all tracks together. What is there at all is at least 1. */
function binsOf(tracks: readonly SpanTrack[], columns: Columns, newest: number): BinSlice {
  const { width } = columns
  const occurring = new Set(tracks.flatMap((spans) => spans.categories.map(stateOf)))
  occurring.delete(LaneState.none)
  const states = [...occurring].sort((one, other) => one - other)
  const times = states.map(() => new Float64Array(width))
  const counts = new Uint32Array(width)
  for (const spans of tracks) {
    const rows = rowsOf(spans, states, times)
    if (rows.length > 0) addTimes(spans, columns, newest, rows, counts)
  }
  const whole = ((columns.to - columns.from) / width) * tracks.length
  const present = states.filter((_, row) => times[row]?.some(isPositive))
  const shares = new Uint8Array(present.length * width)
  present.forEach((state, row) => {
    const inState = times[states.indexOf(state)] ?? new Float64Array(width)
    for (let column = 0; column < width; column++) {
      const time = inState[column] ?? 0
      if (time > 0)
        shares[row * width + column] = Math.max(1, Math.min(255, Math.round((255 * time) / whole)))
    }
  })
  for (let column = 0; column < width; column++)
    counts[column] = Math.min(MAX_COUNT, counts[column] ?? 0)
  return { states: Uint8Array.from(present), shares, counts: new Uint16Array(counts) }
}

const isPositive = (time: number): boolean => time > 0

/** Where the time of one category is added up, by column. */
interface Row {
  readonly category: number
  readonly times: Float64Array
}

const rowsOf = (
  spans: SpanTrack,
  states: readonly number[],
  times: readonly Float64Array[],
): Row[] =>
  spans.categories.flatMap((category) => {
    const row = times[states.indexOf(stateOf(category))]
    return row ? [{ category, times: row }] : []
  })

function addTimes(
  spans: SpanTrack,
  columns: Columns,
  newest: number,
  rows: readonly Row[],
  counts: Uint32Array,
): void {
  const { width } = columns
  const cursor = new SpanCursor(spans, columns)
  let before = new Float64Array(SUMS)
  let after = new Float64Array(SUMS)
  let begun = cursor.seek(Math.min(columns.from, newest), before)
  for (let column = 0; column < width; column++) {
    if (columns.bound(column) >= newest) return
    const seen = cursor.seek(Math.min(columns.bound(column + 1), newest), after)
    counts[column] = (counts[column] ?? 0) + seen - begun
    for (const { category, times } of rows)
      times[column] = (times[column] ?? 0) + (after[category] ?? 0) - (before[category] ?? 0)
    begun = seen
    ;[before, after] = [after, before]
  }
}

function counterOf(steps: StepTrack, columns: Columns, newest: number): CounterSlice {
  const { width } = columns
  const slice = {
    minimum: new Float32Array(width).fill(NaN),
    maximum: new Float32Array(width).fill(NaN),
    mean: new Float32Array(width).fill(NaN),
  }
  const cursor = new StepCursor(steps, columns)
  cursor.seek(columns.from)
  for (let column = 0; column < width; column++) {
    const from = columns.bound(column)
    const to = Math.min(columns.bound(column + 1), newest)
    if (to <= from) break
    const { first, integral } = cursor
    cursor.seek(to)
    if (to <= 0) continue
    // Before the first step it is 0.
    const range = { minimum: first < 0 ? 0 : Infinity, maximum: 0 }
    steps.widen(range, first, cursor.last, columns.budget)
    slice.minimum[column] = range.minimum
    slice.maximum[column] = range.maximum
    slice.mean[column] = (cursor.integral - integral) / (to - from)
  }
  return slice
}

function ratesOf(steps: StepTrack, columns: Columns): RateSlice {
  const { width } = columns
  const puts = new Uint32Array(width)
  const gets = new Uint32Array(width)
  const cursor = new StepCursor(steps, columns)
  cursor.seek(columns.from)
  for (let column = 0; column < width; column++) {
    const { rises, falls } = cursor
    cursor.seek(columns.bound(column + 1))
    puts[column] = cursor.rises - rises
    gets[column] = cursor.falls - falls
  }
  return { puts, gets }
}

export function minimapOf(
  collector: Collector,
  query: TimeRange & { readonly width: number },
): MinimapAnswer {
  const columns = new Columns(query, query.width)
  const tracks = collector.lanes.map((lane) => lane.spans)
  const bins = binsOf(tracks, columns, collector.newest)
  return { ...columns.range, width: columns.width, bins }
}

/** Chart data of one queue; NaN where nothing is known yet. */
export function seriesOf(queue: Resource, query: SeriesQuery, newest: number): SeriesAnswer {
  const columns = new Columns(query, query.points)
  const { width } = columns
  const rates = ratesOf(queue.depth, columns)
  const seconds = (columns.to - columns.from) / width / NANOSECONDS_PER_SECOND
  const known = (column: number) => columns.bound(column) < newest
  const perSecond = (counts: Uint32Array) =>
    Float64Array.from(counts, (count, column) => (known(column) ? count / seconds : NaN))
  return {
    seconds: Float64Array.from(
      { length: width },
      (_, column) => columns.bound(column + 0.5) / NANOSECONDS_PER_SECOND,
    ),
    putsPerSecond: perSecond(rates.puts),
    getsPerSecond: perSecond(rates.gets),
    depth: Float64Array.from(counterOf(queue.depth, columns, newest).maximum),
  }
}

export const isQueue = (subject: Subject | undefined): subject is Resource =>
  subject !== undefined && !(subject instanceof Lane) && isQueueKind(subject.kind)

export const isLock = (subject: Subject | undefined): subject is Resource =>
  subject !== undefined && !(subject instanceof Lane) && isLockKind(subject.kind)
