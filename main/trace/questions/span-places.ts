/** Which line of the program a lane's span came from, as far as it was seen. */
import type { NeighbourQuery } from '../../run/contract.ts'
import { Category, infoOf } from '../categories.ts'
import type { Collector } from '../collector.ts'
import type { Lane } from '../lane.ts'
import type { Span } from '../spans.ts'
import { holdOf } from './blame.ts'
import type { SeenAt } from './places.ts'

/** So many spans back it is looked for the wait before. */
const LOOK_BACK = 16
/** So many spans of all lanes are looked at for the next one of a line. */
const MAX_SCANNED = 2 ** 20

/**
 * - `seen`: there, in this span
 * - `last seen`: the lane in an earlier span of the same kind
 * - `after`: it went on there after its last wait
 * - `begins`: there its function begins
 */
export interface SpanPlace {
  readonly at: string
  readonly how: 'seen' | 'last seen' | 'after' | 'begins'
}

/** Undefined: not known. */
export function placeOfSpan(collector: Collector, lane: Lane, span: Span): SpanPlace | undefined {
  const { places, newest } = collector
  const end = span.end ?? newest
  switch (span.category) {
    case Category.none:
      return undefined
    case Category.holding: {
      const lock = collector.resources.get(span.detail)
      const hold = lock && holdOf(lock, lane.track, span.start)
      const until = Math.min(hold?.until ?? Infinity, end)
      return seen(places.lastAcquired(until, lane.track, span.detail), hold?.since ?? span.start)
    }
    case Category.running:
      return placeOfRunning(collector, lane, span)
    default:
      return seen(places.lastWait(end, lane.track, span.category, span.detail), span.start)
  }
}

const seen = (last: SeenAt | undefined, since: number): SpanPlace | undefined =>
  last && { at: last.line, how: last.time >= since ? 'seen' : 'last seen' }

/** Where its last wait was; before the first one where its function begins. */
function placeOfRunning(collector: Collector, lane: Lane, span: Span): SpanPlace | undefined {
  let since = span.start
  for (let index = span.index - 1; index >= span.index - LOOK_BACK; index--) {
    const before = lane.spans.at(index)
    if (before === undefined || before.category === Category.none)
      return beginning(collector, lane, span, since)
    since = before.start
    if (before.category === Category.running || before.category === Category.holding) continue
    const place = placeOfSpan(collector, lane, before)
    return place && { at: place.at, how: 'after' }
  }
  return undefined
}

/** @param since when the lane began to live. */
function beginning(
  { places, newest }: Collector,
  { track }: Lane,
  span: Span,
  since: number,
): SpanPlace | undefined {
  const begins = places.beginning(span.end ?? newest, track)
  return begins && begins.time >= since ? { at: begins.line, how: 'begins' } : undefined
}

/** A lane's span at which the search for a line has arrived. */
interface Cursor {
  readonly lane: Lane
  /** Only such spans can have come from the line. */
  readonly infos: ReadonlySet<number>
  readonly span: Span
}

/**
 * When the next (previous) span begins that a lane spent at a line: a wait whose line is this one, or
 * whatever the lane did when it was seen there. Lanes are searched side by side, in the order in
 * which their spans begin: the first one found is the nearest, and no lane uses up the search.
 */
export function nextAt(
  collector: Collector,
  at: string,
  { track, time, direction }: Pick<NeighbourQuery, 'track' | 'time' | 'direction'>,
): { readonly track: number; readonly start: number } | undefined {
  const isNext = direction === 'next'
  const isNearer = (one: number, other: number) => (isNext ? one < other : one > other)
  const cursors = collector.lanes
    .filter((lane) => track === undefined || lane.track === track)
    .flatMap((lane): Cursor[] => {
      const infos = new Set(collector.places.infosAt(lane.track, at))
      if (infos.size === 0) return []
      let index = lane.spans.find(time) + (isNext ? 1 : 0)
      // Looking back from the beginning of a span, that one is not before it.
      while (!isNext && index >= 0 && lane.spans.startOf(index) >= time) index--
      const span = lane.spans.at(index)
      return span ? [{ lane, infos, span }] : []
    })
  for (let scanned = 0; scanned < MAX_SCANNED && cursors.length > 0; scanned++) {
    let nearest = 0
    for (let each = 1; each < cursors.length; each++) {
      const [one, other] = [cursors[each], cursors[nearest]]
      if (one && other && isNearer(one.span.start, other.span.start)) nearest = each
    }
    const cursor = cursors[nearest]
    if (cursor === undefined) return undefined
    const { lane, infos, span } = cursor
    const isAt =
      infos.has(infoOf(span.category, span.detail)) && placeOfSpan(collector, lane, span)?.at === at
    if (isAt) return { track: lane.track, start: span.start }
    const following = lane.spans.at(span.index + (isNext ? 1 : -1))
    if (following) cursors[nearest] = { lane, infos, span: following }
    else cursors.splice(nearest, 1)
  }
  return undefined
}
