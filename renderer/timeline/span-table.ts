/** What is drawn, as a table tells it: the spans of a row in view, bounded. Pure. */
import type { SpanSlice, TimeRange, TrackInfo } from '../../main/run/contract.ts'
import { LaneState, type LaneState as State } from '../../main/trace/model.ts'
import { stateStyle } from '../theme/state-style.ts'
import { timeByState } from './in-view.ts'
import { stateShares, type StateShare } from './range-figures.ts'
import type { PlacedSlice } from './view-loader.ts'

export const MOST_SPANS = 200

export interface SpanLine {
  /** Nanoseconds since the epoch; the first may begin before the view. */
  readonly from: number
  readonly to: number
  readonly state: State
  /** Its state in words, for a lock who held it. */
  readonly what: string
  /** What it was about: the resource waited for; '' for none. */
  readonly about: string
}

export interface SpanTable {
  readonly lines: readonly SpanLine[]
  /** Spans in view that are not listed: there are more, or they are too short to be told apart. */
  readonly others: number
  /** Time by state in view. */
  readonly states: readonly StateShare[]
}

function* linesOf(
  { track }: { readonly track: TrackInfo },
  spans: SpanSlice,
  placed: PlacedSlice,
  view: TimeRange,
  names: { lane(track: number): string; resource(subject: number): string },
): Generator<SpanLine> {
  for (let i = 0; i < spans.starts.length; i++) {
    const from = placed.from + (spans.starts[i] ?? 0)
    const to = placed.from + (spans.starts[i + 1] ?? spans.end)
    const state = (spans.states[i] ?? LaneState.none) as State
    if (to <= view.from || from >= view.to || state === LaneState.none) continue
    const detail = spans.details[i] ?? 0
    const isLane = track.kind === 'lane'
    const held = state === LaneState.holding ? 'Held, others wait' : 'Held'
    yield {
      from,
      to: Math.min(to, placed.newest),
      state,
      what: isLane ? stateStyle(state).label : held,
      about: detail === 0 ? '' : isLane ? names.resource(detail) : `by ${names.lane(detail)}`,
    }
  }
}

export function spanTable(
  track: TrackInfo,
  placed: PlacedSlice | undefined,
  view: TimeRange,
  tracks: readonly TrackInfo[],
): SpanTable {
  if (!placed) return { lines: [], others: 0, states: [] }
  const states = stateShares(timeByState(placed))
  const { spans, bins } = placed.slice
  if (!spans) {
    const others = bins?.counts.reduce((sum, count) => sum + count, 0) ?? 0
    return { lines: [], others, states }
  }
  const names = {
    lane: (id: number) => tracks.find((each) => each.id === id)?.name ?? '',
    resource: (subject: number) =>
      tracks.find((each) => each.kind !== 'lane' && each.subject === subject)?.name ?? '',
  }
  const lines = [...linesOf({ track }, spans, placed, view, names)]
  return {
    lines: lines.slice(0, MOST_SPANS),
    others: Math.max(0, lines.length - MOST_SPANS),
    states,
  }
}
