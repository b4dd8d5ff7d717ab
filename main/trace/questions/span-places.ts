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

/**
 * When the next (previous) span begins that a lane spent at a line: a wait whose line is this one, or
 * whatever the lane did when it was seen there.
 */
export function nextAt(
  collector: Collector,
  at: string,
  { track, time, direction }: Pick<NeighbourQuery, 'track' | 'time' | 'direction'>,
): { readonly track: number; readonly start: number } | undefined {
  const isNext = direction === 'next'
  let nearest: { readonly track: number; readonly start: number } | undefined
  const consider = (track: number, start: number): void => {
    const isBeyond = isNext ? start > time : start < time
    if (!isBeyond) return
    if (!nearest || (isNext ? start < nearest.start : start > nearest.start))
      nearest = { track, start }
  }
  let left = MAX_SCANNED
  for (const lane of collector.lanes) {
    if (track !== undefined && lane.track !== track) continue
    const infos = new Set(collector.places.infosAt(lane.track, at))
    if (infos.size === 0) continue
    const { spans } = lane
    let index = spans.find(time)
    index = isNext ? index + 1 : spans.startOf(index) < time ? index : index - 1
    for (; index >= 0 && index < spans.count && left > 0; index += isNext ? 1 : -1) {
      left--
      const span = spans.at(index)
      if (!span || !infos.has(infoOf(span.category, span.detail))) continue
      if (placeOfSpan(collector, lane, span)?.at !== at) continue
      consider(lane.track, span.start)
      break
    }
  }
  return nearest
}
