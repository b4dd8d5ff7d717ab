/** Slices without what lies before a moment: there a run did something else. Pure. */
import type { BinSlice, SpanSlice, TrackSlice, ViewAnswer } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'

/** @param view what the slice is of */
export function hiddenBefore(
  slice: TrackSlice,
  { from, to, width }: Pick<ViewAnswer, 'from' | 'to' | 'width'>,
  begin: number,
): TrackSlice {
  const cut = begin - from
  if (cut <= 0) return slice
  // The column that it begins in stays.
  const columns = Math.min(width, Math.floor((cut / (to - from)) * width))
  const { track, spans, bins, counter, rates } = slice
  return {
    track,
    ...(spans && { spans: spansFrom(spans, cut) }),
    ...(bins && { bins: binsFrom(bins, columns) }),
    ...(counter && {
      counter: {
        minimum: counter.minimum.map((value, at) => (at < columns ? NaN : value)),
        maximum: counter.maximum.map((value, at) => (at < columns ? NaN : value)),
        mean: counter.mean.map((value, at) => (at < columns ? NaN : value)),
      },
    }),
    ...(rates && {
      rates: {
        puts: rates.puts.map((value, at) => (at < columns ? 0 : value)),
        gets: rates.gets.map((value, at) => (at < columns ? 0 : value)),
      },
    }),
  }
}

/** One span of nothing up to there, then the rest. */
function spansFrom({ starts, end, states, details }: SpanSlice, cut: number): SpanSlice {
  const first = starts[0]
  if (first === undefined || first >= cut) return { starts, end, states, details }
  const none = {
    starts: Float64Array.of(first),
    states: Uint8Array.of(LaneState.none),
    details: Uint32Array.of(0),
  }
  if (end <= cut) return { ...none, end }
  const at = Math.max(
    0,
    starts.findLastIndex((start) => start <= cut),
  )
  return {
    starts: Float64Array.of(first, cut, ...starts.subarray(at + 1)),
    states: Uint8Array.of(LaneState.none, ...states.subarray(at)),
    details: Uint32Array.of(0, ...details.subarray(at)),
    end,
  }
}

function binsFrom({ states, shares, counts }: BinSlice, columns: number): BinSlice {
  const width = counts.length
  return {
    states,
    shares: shares.map((share, at) => (at % width < columns ? 0 : share)),
    counts: counts.map((count, at) => (at < columns ? 0 : count)),
  }
}
