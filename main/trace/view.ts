/** What rows show over a range: the cost depends on rows and columns, not on events. */
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
import { categoryOf, detailOf, SpanCursor, stateOf, SUMS, type SpanTrack } from './spans.ts'
import type { StepTrack } from './steps.ts'

/** More columns than any screen has pixels are not answered. */
const MAX_WIDTH = 16_384
/** Spans are answered one by one up to this many per column; beyond, as shares of columns. */
const SPANS_PER_COLUMN = 2
const MAX_COUNT = 0xffff

/** Equal columns of time; column k lasts from its bound k to its bound k + 1. */
class Columns {
  readonly width: number
  readonly from: number
  readonly to: number

  constructor(range: TimeRange, width: number) {
    this.width = Math.min(MAX_WIDTH, Math.max(1, Math.trunc(width) || 1))
    this.from = Number.isFinite(range.from) ? range.from : 0
    this.to = Math.max(this.from + 1, Number.isFinite(range.to) ? range.to : 0)
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
  return { ...columns.range, width: columns.width, newest: nanoseconds(newest), slices }
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
  const end = Math.min(columns.to, newest)
  const first = Math.max(0, spans.find(columns.from))
  const count = end < columns.from ? 0 : spans.find(end) - first + 1
  if (count > SPANS_PER_COLUMN * columns.width) return { bins: binsOf([spans], columns, newest) }
  const slice = {
    starts: new Float64Array(count),
    end: Math.max(0, end - columns.from),
    states: new Uint8Array(count),
    details: new Uint32Array(count),
  }
  for (let span = 0; span < count; span++) {
    const info = spans.infoAt(first + span)
    slice.starts[span] = spans.startOf(first + span) - columns.from
    slice.states[span] = stateOf(categoryOf(info))
    slice.details[span] = detailOf(info)
  }
  return { spans: slice }
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
  const cursor = new SpanCursor(spans)
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
  let index = steps.find(columns.from)
  let integral = steps.integralAt(columns.from, index)
  for (let column = 0; column < width; column++) {
    const from = columns.bound(column)
    const to = Math.min(columns.bound(column + 1), newest)
    if (to <= from) break
    if (to <= 0) continue
    const next = steps.find(to, index)
    const integralThen = steps.integralAt(to, next)
    const value = index < 0 ? 0 : steps.valueOf(index)
    const range = { minimum: value, maximum: value }
    steps.widen(range, index + 1, next)
    slice.minimum[column] = range.minimum
    slice.maximum[column] = range.maximum
    slice.mean[column] = (integralThen - integral) / (to - from)
    index = next
    integral = integralThen
  }
  return slice
}

function ratesOf(steps: StepTrack, columns: Columns): RateSlice {
  const { width } = columns
  const puts = new Uint32Array(width)
  const gets = new Uint32Array(width)
  let index = steps.find(columns.from)
  let rises = steps.risesAt(index)
  for (let column = 0; column < width; column++) {
    const next = steps.find(columns.bound(column + 1), index)
    if (next === index) continue
    const risesThen = steps.risesAt(next)
    puts[column] = risesThen - rises
    gets[column] = next - index - (risesThen - rises)
    index = next
    rises = risesThen
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
