import { expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { Histogram } from '../../main/trace/histogram.ts'
import { EventKind, LANE_STATES, LaneState, ResourceKind } from '../../main/trace/model.ts'
import { Category, stateOf, SUMS } from '../../main/trace/categories.ts'
import { SpanTrack } from '../../main/trace/spans.ts'
import { StepTrack } from '../../main/trace/steps.ts'
import { Archive } from '../../main/trace/store/archive.ts'
import { MemorySegments } from '../../main/trace/store/segment.ts'
import { EPOCH, encode, seeded, start, testRun } from './support.ts'

const archive = () => new Archive(new MemorySegments())

const CATEGORIES = Object.values(Category)

interface BruteSpan {
  readonly start: number
  readonly category: number
}

/** A random row and the plain list it should equal; times often coincide. */
function randomSpans(seed: number, count: number) {
  const random = seeded(seed)
  const track = new SpanTrack(archive(), true)
  const list: BruteSpan[] = []
  let time = random(1000)
  for (let span = 0; span < count; span++) {
    const category = CATEGORIES[random(CATEGORIES.length)] ?? 0
    track.append(time, category, span)
    list.push({ start: time, category })
    time += random(3) === 0 ? 0 : random(50)
  }
  return { track, list, end: time + 100, random }
}

function bruteSums(list: readonly BruteSpan[], until: number, end: number): number[] {
  const sums = Array.from({ length: SUMS - 1 }, () => 0)
  list.forEach(({ start, category }, at) => {
    const stop = Math.min(until, list[at + 1]?.start ?? end)
    sums[category] = (sums[category] ?? 0) + Math.max(0, stop - start)
  })
  return sums
}

test.each([1, 63, 64, 65, 4095, 4097, 9000])(
  'sums of %i random spans equal brute force',
  (count) => {
    const { track, list, end, random } = randomSpans(count, count)
    for (let sample = 0; sample < 200; sample++) {
      const time = random(end + 50)
      expect([...track.sumsAt(time)].slice(0, -1)).toEqual(bruteSums(list, time, Infinity))
    }
  },
)

test('the span at a time is the last one that began, and searches find what a scan finds', () => {
  const { track, end, random } = randomSpans(5, 5000)
  const starts = Array.from({ length: track.count }, (_, index) => track.startOf(index))
  const waits = starts.flatMap((_, index) =>
    [2, 4, 8, 9].includes(track.at(index)?.category ?? 0) ? [index] : [],
  )
  for (let sample = 0; sample < 300; sample++) {
    const time = random(end)
    const index = starts.findLastIndex((begun) => begun <= time)
    expect(track.find(time)).toBe(index)
    expect(track.contention(index, 'next')).toBe(waits.find((wait) => wait > index) ?? -1)
    expect(track.contention(index, 'previous')).toBe(waits.findLast((wait) => wait < index) ?? -1)
  }
})

test('a long row without waits is passed over in blocks', () => {
  const track = new SpanTrack(archive(), true)
  for (let span = 0; span < 20_000; span++)
    track.append(span, span === 9999 ? Category.waitingGil : span % 2 ? 1 : 6, 0)
  expect(track.contention(0, 'next')).toBe(9999)
  expect(track.contention(19_999, 'previous')).toBe(9999)
  expect(track.contention(9999, 'next')).toBe(-1)
})

test.each([1, 64, 65, 4097, 9001])('a counter of %i random steps equals brute force', (count) => {
  const random = seeded(count)
  const steps = new StepTrack(archive())
  const list: { time: number; value: number; up: boolean }[] = []
  let time = 0
  let value = 0
  for (let step = 0; step < count; step++) {
    time += random(4)
    const up = value < -2 || (value < 40 && random(2) === 0)
    value += up ? 1 : -1
    steps.step(time, up ? 1 : -1)
    list.push({ time, value: Math.max(0, value), up })
  }
  for (let sample = 0; sample < 100; sample++) {
    const until = random(time + 100)
    const index = list.findLastIndex((step) => step.time <= until)
    expect(steps.find(until)).toBe(index)
    const integral = list.reduce(
      (sum, step, at) =>
        sum + step.value * Math.max(0, Math.min(until, list[at + 1]?.time ?? Infinity) - step.time),
      0,
    )
    expect(steps.integralAt(until, index)).toBe(integral)
    expect(steps.risesAt(index)).toBe(list.slice(0, index + 1).filter(({ up }) => up).length)
    const first = random(count)
    const last = Math.min(count - 1, first + random(count))
    const range = { minimum: Infinity, maximum: 0 }
    steps.widen(range, first, last)
    const values = list.slice(first, last + 1).map((step) => step.value)
    expect(range).toEqual({
      minimum: values.reduce((a, b) => Math.min(a, b)),
      maximum: values.reduce((a, b) => Math.max(a, b)),
    })
  }
})

test('histogram: quantiles within 1 part in 32 of sorted values, at every magnitude', () => {
  const random = seeded(3)
  const histogram = new Histogram()
  const values: number[] = []
  for (let sample = 0; sample < 5000; sample++) {
    const value = random(1000) * 2 ** random(40)
    values.push(value)
    histogram.add(value)
  }
  values.sort((a, b) => a - b)
  for (const fraction of [0, 0.1, 0.5, 0.9, 0.99, 1]) {
    const exact = values[Math.max(0, Math.ceil(fraction * values.length) - 1)] ?? 0
    expect(Math.abs(histogram.quantile(fraction) - exact)).toBeLessThanOrEqual(exact / 32)
  }
  expect(histogram.percentiles().maximum).toBe(values.at(-1))
  expect(histogram.doublings().reduce((a, b) => a + b)).toBe(5000)
  const before = histogram.snapshot()
  histogram.add(77)
  expect(histogram.quantile(0.5, before)).toBeGreaterThan(74)
  expect(histogram.quantile(0.5, before)).toBeLessThan(80)
})

test('histogram: extremes neither throw nor leave the bounds', () => {
  const histogram = new Histogram()
  for (const value of [-5, 0, 0.5, 1, 31, 32, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 60])
    histogram.add(value)
  expect(histogram.count).toBe(10)
  expect(histogram.percentiles().maximum).toBe(2 ** 60)
})

/** One lane that alternates, one lock and one queue, `events` of them over one second. */
function generated(events: number) {
  const run = testRun()
  const step = 1e9 / events
  const words = [ResourceKind.queue, 0]
  run.feed(0, start(0, 1, 'A'), {
    time: 0,
    kind: EventKind.resource,
    resource: 2,
    words,
    text: 'q',
  })
  const records = Array.from({ length: events }, (_, event) => {
    const time = EPOCH + BigInt(Math.round((event + 1) * step))
    const kinds = [EventKind.acquire, EventKind.release, EventKind.state, EventKind.put] as const
    const kind = kinds[event % 4] ?? EventKind.put
    const resource = kind === EventKind.put ? 2 : kind === EventKind.state ? 0 : 1
    const state = event % 8 < 4 ? LaneState.sleeping : LaneState.running
    return { time, kind, resource, words: [kind === EventKind.state ? state : event] }
  })
  for (let at = 0; at < events; at += 10_000)
    run.session.childFrame({
      source: 0,
      pid: 100,
      watermark: 0n,
      records: encode(records.slice(at, at + 10_000)),
    })
  run.until(1e9 + 10)
  return run
}

const viewBytes = (run: ReturnType<typeof generated>, width: number) =>
  run.session
    .answer('view', {
      from: nanoseconds(0),
      to: nanoseconds(1e9),
      width,
      tracks: run.session.tracks().map(({ id }) => id),
    })
    .slices.flatMap((slice) =>
      [slice.spans, slice.bins, slice.counter, slice.rates].map((part) => bytesOf({ ...part })),
    )
    .reduce((sum, bytes) => sum + bytes, 0)

const bytesOf = (columns: Readonly<Record<string, unknown>>): number =>
  Object.values(columns).reduce<number>(
    (sum, column) => sum + (ArrayBuffer.isView(column) ? column.byteLength : 0),
    0,
  )

test('the bytes of a view depend on its width, not on how many events there are', () => {
  const small = viewBytes(generated(40_000), 400)
  const large = viewBytes(generated(160_000), 400)
  expect(large).toBe(small)
  expect(viewBytes(generated(4000), 400)).toBeLessThan(3 * small)
})

test('columns add up: shares to the time of the states, counts to the spans and steps', () => {
  const run = generated(40_000)
  const width = 333
  const { slices } = run.session.answer('view', {
    from: nanoseconds(0),
    to: nanoseconds(1e9),
    width,
    tracks: [1, 2, 3],
  })
  const lane = slices[0]?.bins
  if (!lane) throw new Error('expected bins')
  for (let column = 0; column < width; column++) {
    const whole = [...lane.states].reduce(
      (sum, _, row) => sum + (lane.shares[row * width + column] ?? 0),
      0,
    )
    expect(Math.abs(whole - 255)).toBeLessThanOrEqual(lane.states.length)
  }
  const queue = slices.find(({ rates }) => rates)
  expect(queue?.rates?.puts.reduce((a, b) => a + b)).toBe(10_000)
  expect(queue?.counter?.maximum.at(-1)).toBe(10_000)
  expect(queue?.counter?.mean[0]).toBeLessThan(queue?.counter?.maximum[0] ?? 0)
})

test('contention too short for a pixel is still visible at the widest zoom', () => {
  const run = testRun()
  run.feed(1, start(0, 1, 'A'))
  for (let time = 1000; time < 1e6; time += 1000)
    run.feed(
      1,
      { time, kind: EventKind.waitBegin, resource: 3, words: [0, 0] },
      { time: time + 1, kind: EventKind.waitEnd, resource: 3, words: [0, 0] },
    )
  run.until(1e6)
  const { slices } = run.session.answer('view', {
    from: nanoseconds(0),
    to: nanoseconds(1e6),
    width: 10,
    tracks: [1],
  })
  const bins = slices[0]?.bins
  const row = bins?.states.indexOf(LaneState.waiting) ?? -1
  expect([...(bins?.shares.subarray(row * 10, row * 10 + 10) ?? [])]).toEqual(Array(10).fill(1))
})

test('spans of a view are in order, without gaps, and equal the states at every time', () => {
  const random = seeded(21)
  const run = testRun()
  run.feed(1, start(0, 1, 'A'))
  const states: { time: number; state: number }[] = [{ time: 0, state: LaneState.running }]
  let time = 0
  for (let event = 0; event < 300; event++) {
    time += 1 + random(100)
    const state =
      [LaneState.running, LaneState.sleeping, LaneState.idle, LaneState.processor][random(4)] ?? 1
    run.feed(1, { time, kind: EventKind.state, words: [state] })
    states.push({ time, state })
  }
  run.until(time + 10)
  for (let sample = 0; sample < 100; sample++) {
    const from = random(time)
    const to = from + 1 + random(time - from + 50)
    const slice = run.session.answer('view', {
      from: nanoseconds(from),
      to: nanoseconds(to),
      width: 200,
      tracks: [1],
    }).slices[0]?.spans
    if (!slice) throw new Error('expected spans')
    expect(slice.starts[0]).toBeLessThanOrEqual(0)
    slice.starts.forEach((begun, span) => {
      const expected = states.findLast((state) => state.time <= from + begun)?.state
      expect(slice.states[span]).toBe(expected)
      if (span > 0) expect(begun).toBeGreaterThan(slice.starts[span - 1] ?? 0)
    })
    expect(slice.end).toBe(Math.min(to, time + 10) - from)
  }
})

test('the minimap is 255 where all lanes run', () => {
  const run = testRun()
  run.feed(1, start(0, 1, 'A'))
  run.feed(2, start(0, 2, 'B'), { time: 500, kind: EventKind.state, words: [LaneState.sleeping] })
  run.until(1000)
  const { bins } = run.session.answer('minimap', {
    from: nanoseconds(0),
    to: nanoseconds(1000),
    width: 2,
  })
  expect([...bins.states]).toEqual([LaneState.running, LaneState.sleeping])
  expect([...bins.shares]).toEqual([255, 128, 0, 128])
})

test.each([
  { from: 5, to: 5, width: 10 },
  { from: 10, to: -10, width: 0 },
  { from: NaN, to: Infinity, width: NaN },
  { from: -1e18, to: 1e18, width: 1e9 },
])('a view of an impossible range answers something bounded: %o', ({ from, to, width }) => {
  const run = generated(4000)
  const answer = run.session.answer('view', {
    from: nanoseconds(from),
    to: nanoseconds(to),
    width,
    tracks: [0, 1, 2, 3, 99, -1],
  })
  expect(answer.width).toBeLessThanOrEqual(16_384)
  expect(answer.to).toBeGreaterThan(answer.from)
  expect(LANE_STATES).toBe(8)
  expect(stateOf(99)).toBe(0)
})

test('rates and depth of a queue as a series', () => {
  const run = generated(40_000)
  const track = run.session.tracks().find(({ kind }) => kind === 'queue')?.id ?? 0
  const series = run.session.answer('series', {
    track,
    from: nanoseconds(0),
    to: nanoseconds(2e9),
    points: 20,
  })
  expect(series.seconds[0]).toBeCloseTo(0.05)
  expect(series.putsPerSecond[3]).toBeCloseTo(10_000, -1)
  expect(series.putsPerSecond[15]).toBeNaN()
  expect(series.depth[9]).toBeGreaterThan(series.depth[8] ?? 0)
  // An item that lies there for a moment only is seen, and depths are counts.
  expect(series.depth.slice(0, 10).every((depth) => Number.isInteger(depth))).toBe(true)
})
