/** Reduces synthetic rows to the shapes of the contract, as the runner's store does from its pyramid. */
import type {
  BinSlice,
  CounterSlice,
  Percentiles,
  RateSlice,
  SpanSlice,
} from '../../main/run/contract.ts'
import { LANE_STATES } from '../../main/trace/model.ts'
import type { SpanRecord, StepRecord } from './scenarios.ts'

/** Index of the last entry at or before `time`; -1 if there is none. `times` ascend. */
export function indexAt(times: ArrayLike<number>, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Typed arrays are full: an index within them is never undefined. */
export const increase = (values: Record<number, number>, index: number, by = 1): void => {
  values[index] = (values[index] ?? 0) + by
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0

export function spansIn(record: SpanRecord, from: number, to: number): SpanSlice {
  const first = Math.max(0, indexAt(record.starts, from))
  const last = Math.max(first, indexAt(record.starts, to))
  return {
    starts: Float64Array.from(record.starts.slice(first, last + 1), (start) => start - from),
    end: to - from,
    states: Uint8Array.from(record.states.slice(first, last + 1)),
    details: Uint32Array.from(record.details.slice(first, last + 1)),
  }
}

export const countIn = (times: ArrayLike<number>, from: number, to: number): number =>
  indexAt(times, to) - indexAt(times, from)

/** `limit`: no data from there on. */
export function binsIn(
  record: SpanRecord,
  { from, to, width, limit }: { from: number; to: number; width: number; limit: number },
): BinSlice {
  const column = (to - from) / width
  const time = new Float64Array(LANE_STATES * width)
  const counts = new Uint16Array(width)
  const end = Math.min(to, limit)
  for (let i = Math.max(0, indexAt(record.starts, from)); i < record.starts.length; i++) {
    const start = at(record.starts, i)
    if (start >= end) break
    const stop = Math.min(end, record.starts[i + 1] ?? Infinity)
    const state = at(record.states, i)
    if (start >= from) increase(counts, Math.min(width - 1, Math.floor((start - from) / column)))
    let cursor = Math.max(start, from)
    for (let x = Math.floor((cursor - from) / column); cursor < stop && x < width; x++) {
      const edge = Math.min(stop, from + (x + 1) * column)
      increase(time, state * width + x, edge - cursor)
      cursor = edge
    }
  }
  const present: number[] = []
  for (let state = 1; state < LANE_STATES; state++) {
    if (time.subarray(state * width, (state + 1) * width).some((value) => value > 0))
      present.push(state)
  }
  const shares = new Uint8Array(present.length * width)
  present.forEach((state, row) => {
    for (let x = 0; x < width; x++) {
      shares[row * width + x] = Math.round((at(time, state * width + x) / column) * 255)
    }
  })
  return { states: Uint8Array.from(present), shares, counts }
}

export function counterIn(
  record: StepRecord,
  { from, to, width, limit }: { from: number; to: number; width: number; limit: number },
): CounterSlice {
  const column = (to - from) / width
  const minimum = new Float32Array(width).fill(NaN)
  const maximum = new Float32Array(width).fill(NaN)
  const mean = new Float32Array(width).fill(NaN)
  let index = Math.max(0, indexAt(record.times, from))
  for (let x = 0; x < width; x++) {
    const left = from + x * column
    const right = Math.min(left + column, limit)
    if (right <= left) break
    let low = Infinity
    let high = -Infinity
    let sum = 0
    let cursor = left
    for (;;) {
      const value = at(record.values, index)
      const next = Math.min(right, record.times[index + 1] ?? Infinity)
      low = Math.min(low, value)
      high = Math.max(high, value)
      sum += value * (next - cursor)
      cursor = next
      if (cursor >= right) break
      index += 1
    }
    minimum[x] = low
    maximum[x] = high
    mean[x] = sum / (right - left)
  }
  return { minimum, maximum, mean }
}

export function eventsIn(
  times: readonly number[],
  { from, to, width, limit }: { from: number; to: number; width: number; limit: number },
): Uint32Array {
  const counts = new Uint32Array(width)
  for (let i = indexAt(times, from) + 1; i < times.length; i++) {
    const time = at(times, i)
    if (time >= to || time > limit) break
    increase(counts, Math.min(width - 1, Math.floor(((time - from) / (to - from)) * width)))
  }
  return counts
}

export const ratesIn = (
  puts: readonly number[],
  gets: readonly number[],
  range: { from: number; to: number; width: number; limit: number },
): RateSlice => ({ puts: eventsIn(puts, range), gets: eventsIn(gets, range) })

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((left, right) => left - right)
  const pick = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return {
    count: sorted.length,
    median: pick(0.5),
    p90: pick(0.9),
    p99: pick(0.99),
    maximum: sorted[sorted.length - 1] ?? 0,
  }
}
