/** Who is to blame for a wait: who held the resource when it began, and whose release ended it. Pure. */
import type { SpanDetail, SpanSlice, TrackInfo } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
import type { PlacedSlice } from './view-loader.ts'

export interface LitSpan {
  readonly track: number
  readonly from: number
  readonly to: number
}

export interface Blame {
  /** What keeps its full strength while the rest is dimmed; the selection first. */
  readonly lit: readonly LitSpan[]
  /** Lane that held it when the wait began. */
  readonly heldBy?: number
  /** Lane whose release ended the wait. */
  readonly releasedBy?: number
}

interface Span extends LitSpan {
  readonly state: number
  readonly detail: number
}

function* spansBetween(
  placed: PlacedSlice,
  spans: SpanSlice,
  from: number,
  to: number,
): Generator<Span> {
  for (let i = 0; i < spans.starts.length; i++) {
    const start = placed.from + (spans.starts[i] ?? 0)
    const end = placed.from + (spans.starts[i + 1] ?? spans.end)
    if (end <= from + 0.5) continue
    if (start >= to - 0.5) return
    yield {
      track: placed.slice.track,
      from: start,
      to: end,
      state: spans.states[i] ?? 0,
      detail: spans.details[i] ?? 0,
    }
  }
}

/** The hold itself in the lock's row, and the waits of others for it. */
function* heldUp(
  { track, from, to }: SpanDetail,
  lock: TrackInfo,
  slices: ReadonlyMap<number, PlacedSlice>,
): Generator<LitSpan> {
  for (const placed of slices.values()) {
    const { spans, track: row } = placed.slice
    if (!spans || row === track) continue
    for (const span of spansBetween(placed, spans, from, to)) {
      const isHold = row === lock.id && span.detail === track
      const isWait = span.state === LaneState.waiting && span.detail === lock.subject
      if (isHold || isWait) yield { track: row, from: span.from, to: span.to }
    }
  }
}

function named({ blame }: SpanDetail): Pick<Blame, 'heldBy' | 'releasedBy'> {
  return {
    ...(blame?.holder && { heldBy: blame.holder.track }),
    ...(blame?.ender && { releasedBy: blame.ender.track }),
  }
}

/** Works on the spans in view; where they are binned, only the selection itself is lit. */
export function blameOf(
  selection: SpanDetail,
  slices: ReadonlyMap<number, PlacedSlice>,
  tracks: readonly TrackInfo[],
): Blame {
  const self: LitSpan = selection
  const alone: Blame = { lit: [self], ...named(selection) }
  const lane = slices.get(selection.track)
  const isWait = selection.state === LaneState.waiting
  if (!(isWait || selection.state === LaneState.holding) || !lane?.slice.spans) return alone
  const [own] = spansBetween(lane, lane.slice.spans, selection.from, selection.to)
  const lock = tracks.find(
    ({ kind, subject }) => (kind === 'lock' || kind === 'gil') && subject === own?.detail,
  )
  const held = lock && slices.get(lock.id)
  if (!lock || !held?.slice.spans) return alone
  if (!isWait) return { lit: [self, ...heldUp(selection, lock, slices)] }
  const lit: LitSpan[] = [self]
  // What the run knows counts; what the spans in view show stands in where it says nothing.
  let { heldBy, releasedBy } = named(selection)
  const isTold = selection.blame !== undefined
  for (const hold of spansBetween(held, held.slice.spans, selection.from, selection.to)) {
    if (hold.state === LaneState.none || hold.detail === 0) continue
    if (hold.detail === selection.track) continue
    lit.push({ track: hold.track, from: hold.from, to: hold.to })
    lit.push({
      track: hold.detail,
      from: Math.max(hold.from, selection.from),
      to: Math.min(hold.to, selection.to),
    })
    if (isTold) continue
    heldBy ??= hold.detail
    releasedBy = hold.detail
  }
  return {
    lit,
    ...(heldBy === undefined ? {} : { heldBy }),
    ...(releasedBy === undefined || selection.isOpen ? {} : { releasedBy }),
  }
}
