/** Tables, series and distributions of a made-up run. */
import type {
  DistributionAnswer,
  LaneRow,
  LockRow,
  QueueRow,
  SeriesAnswer,
  SeriesQuery,
  TablesAnswer,
} from '../../main/run/contract.ts'
import { LANE_STATES, LaneState } from '../../main/trace/model.ts'
import { stateStyle } from '../theme/state-style.ts'
import { counterIn, eventsIn, increase, indexAt, percentiles } from './sampling.ts'
import type { SpanRecord, SyntheticTrack } from './scenarios.ts'

export const lanesOf = (
  tracks: readonly SyntheticTrack[],
): (SyntheticTrack & { readonly spans: SpanRecord })[] =>
  tracks.flatMap((track) =>
    track.info.kind === 'lane' && track.spans ? [{ ...track, spans: track.spans }] : [],
  )

const lastTime = ({ spans }: SyntheticTrack): number => spans?.starts[spans.starts.length - 1] ?? 0

/** Spans of a row that began by now, as [from, to, state, detail]. */
function spansOf(
  track: SyntheticTrack,
  newest: number,
): { from: number; to: number; state: number; detail: number }[] {
  const spans = track.spans
  if (!spans) return []
  return spans.starts.flatMap((from, i) =>
    from >= newest
      ? []
      : [
          {
            from,
            to: Math.min(spans.starts[i + 1] ?? newest, newest),
            state: spans.states[i] ?? 0,
            detail: spans.details[i] ?? 0,
          },
        ],
  )
}

export function syntheticTables(tracks: readonly SyntheticTrack[], newest: number): TablesAnswer {
  const over = newest >= Math.max(0, ...tracks.map(lastTime))
  const kindOf = (resource: number) =>
    tracks.find((track) => track.info.kind !== 'lane' && track.info.subject === resource)?.info.kind
  const lanes = lanesOf(tracks).map((track): LaneRow => {
    const byState = new Float64Array(LANE_STATES)
    const spans = spansOf(track, newest)
    for (const { from, to, state } of spans) increase(byState, state, to - from)
    const waits = spans.filter((span) => span.state === LaneState.waiting)
    const waited = (kind: 'gil' | 'lock') =>
      waits.reduce(
        (sum, { from, to, detail }) => sum + (kindOf(detail) === kind ? to - from : 0),
        0,
      )
    const nowState = (spans[spans.length - 1]?.state ?? LaneState.none) as LaneState
    return {
      track: track.info.id,
      name: track.info.name,
      pid: track.info.pid,
      now: over ? 'returned' : stateStyle(nowState).label.toLowerCase(),
      nowState,
      byState,
      waitedGil: waited('gil'),
      waitedLock: waited('lock'),
      waits: waits.length,
      longestWait: Math.max(0, ...waits.map(({ from, to }) => to - from)),
    }
  })
  const locks = tracks
    .filter((track) => track.info.kind === 'lock' || track.info.kind === 'gil')
    .map((track): LockRow => {
      const held = holdsOf(track, newest)
      const waits = waitsOf(tracks, track, newest)
      return {
        track: track.info.id,
        name: track.info.name,
        kind: track.info.kind === 'gil' ? 'GIL, emulated' : 'Lock',
        madeAt: 'program.ts:12',
        acquired: held.length,
        contended: waits.length,
        switches: held.filter((span, i) => i > 0 && span.detail !== held[i - 1]?.detail).length,
        waitedFor: 0,
        longest: [],
        heldFor: held.reduce((sum, { from, to }) => sum + to - from, 0),
        hold: percentiles(held.map(({ from, to }) => to - from)),
        wait: percentiles(waits.map(({ from, to }) => to - from)),
      }
    })
  const queues = tracks
    .filter((track) => track.info.kind === 'queue')
    .map((track): QueueRow => {
      const puts = (track.puts ?? []).filter((time) => time <= newest)
      const gets = (track.gets ?? []).filter((time) => time <= newest)
      const perSecond = (times: readonly number[]) =>
        times.length < 2
          ? 0
          : ((times.length - 1) * 1e9) / ((times[times.length - 1] ?? 0) - (times[0] ?? 0))
      const steps = track.steps
      return {
        track: track.info.id,
        name: track.info.name,
        kind: 'Queue',
        madeAt: 'program.ts:8',
        capacity: 0,
        puts: puts.length,
        gets: gets.length,
        depth: puts.length - gets.length,
        maximumDepth: steps
          ? Math.max(0, ...steps.values.slice(0, indexAt(steps.times, newest) + 1))
          : 0,
        putRate: perSecond(puts),
        getRate: perSecond(gets),
        residence: percentiles(gets.map((time, i) => time - (puts[i] ?? time))),
      }
    })
  const concurrency = { mean: 0, byCount: new Float64Array(0) }
  return { lanes, locks, queues, counters: [], concurrency }
}

/** One span an acquisition, with or without waiters. */
function holdsOf(
  track: SyntheticTrack,
  newest: number,
): { from: number; to: number; detail: number }[] {
  const holds: { from: number; to: number; detail: number }[] = []
  for (const { from, to, state, detail } of spansOf(track, newest)) {
    if (state === LaneState.none) continue
    const last = holds[holds.length - 1]
    if (last?.detail === detail && last.to === from) last.to = to
    else holds.push({ from, to, detail })
  }
  return holds
}

function waitsOf(
  tracks: readonly SyntheticTrack[],
  lock: SyntheticTrack,
  newest: number,
): { from: number; to: number }[] {
  return lanesOf(tracks).flatMap((track) =>
    spansOf(track, newest).filter(
      ({ state, detail }) => state === LaneState.waiting && detail === lock.info.subject,
    ),
  )
}

export function syntheticSeries(
  track: SyntheticTrack | undefined,
  { from, to, points }: SeriesQuery,
  newest: number,
): SeriesAnswer {
  const range = { from, to, width: points, limit: newest }
  const column = (to - from) / points / 1e9
  const seconds = Float64Array.from({ length: points }, (_, i) => from / 1e9 + (i + 0.5) * column)
  const perSecond = (times: readonly number[] = []) =>
    Float64Array.from(eventsIn(times, range), (value) => value / column)
  return {
    seconds,
    putsPerSecond: perSecond(track?.puts),
    getsPerSecond: perSecond(track?.gets),
    depth: Float64Array.from(
      track?.steps ? counterIn(track.steps, range).mean : new Float32Array(points),
    ),
  }
}

export function syntheticDistribution(
  tracks: readonly SyntheticTrack[],
  id: number,
  newest: number,
): DistributionAnswer {
  const factor = Math.sqrt(2)
  const bounds = Float64Array.from({ length: 48 }, (_, i) => 1_000 * factor ** i)
  const waits = new Uint32Array(bounds.length)
  const holds = new Uint32Array(bounds.length)
  const track = tracks.find((candidate) => candidate.info.id === id)
  const add = (buckets: Uint32Array, value: number) => {
    const index = bounds.findIndex((bound) => value <= bound)
    increase(buckets, index < 0 ? buckets.length - 1 : index)
  }
  if (track) {
    for (const { from, to } of holdsOf(track, newest)) add(holds, to - from)
    for (const { from, to } of waitsOf(tracks, track, newest)) add(waits, to - from)
  }
  return { bounds, waits, holds }
}
