import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { Category, SUMS } from '../../main/trace/categories.ts'
import { SpanTrack } from '../../main/trace/spans.ts'
import { StepTrack } from '../../main/trace/steps.ts'
import { Archive, Budget } from '../../main/trace/store/archive.ts'
import { BLOCK, ROW, SEGMENT } from '../../main/trace/store/levels.ts'
import { MemorySegments, type SegmentStore } from '../../main/trace/store/segment.ts'
import { SpanCursor } from '../../main/trace/store/span-cursor.ts'
import { StepCursor } from '../../main/trace/store/step-cursor.ts'
import { everything, richRun } from './rich.ts'
import { seeded, testRun } from './support.ts'

const CATEGORIES = Object.values(Category)

/** What cannot be read is not there: bodies, or heads as well. */
class Broken extends MemorySegments {
  bodies = true
  heads = true
  override head(segment: number) {
    return this.heads ? super.head(segment) : undefined
  }
  override body(segment: number) {
    return this.bodies ? super.body(segment) : undefined
  }
}

/** Lengths from 1 ns to some ms, in bursts; some segments far longer than others. */
function spanRow(count: number, closed: boolean, store: SegmentStore = new MemorySegments()) {
  const random = seeded(count)
  const track = new SpanTrack(new Archive(store), true)
  const starts: number[] = []
  const categories: number[] = []
  const holders: number[] = []
  let time = 1_000
  for (let index = 0; index < count; index++) {
    const category = CATEGORIES[random(CATEGORIES.length)] ?? 0
    track.append(time, category, index % 5, index % 3)
    if (track.count > starts.length) {
      starts.push(time)
      categories.push(category)
      holders.push(index % 3)
    }
    time += 1 + random(10 ** (1 + (Math.floor(index / 700) % 6)))
  }
  if (closed) track.close()
  /** Cumulative sums by category at each span's start. */
  const sums: Float64Array[] = [new Float64Array(SUMS - 1)]
  starts.forEach((start, index) => {
    const next = Float64Array.from(sums[index] ?? [])
    const category = categories[index] ?? 0
    next[category] = (next[category] ?? 0) + ((starts[index + 1] ?? start) - start)
    sums.push(next)
  })
  const exact = (until: number) => {
    const index = lastUpTo(starts, until)
    const at = Float64Array.from(sums[Math.max(0, index)] ?? [])
    if (index >= 0) {
      const category = categories[index] ?? 0
      at[category] = (at[category] ?? 0) + until - (starts[index] ?? 0)
    }
    return at
  }
  return { track, starts, holders, exact, end: time, random }
}

function lastUpTo(times: readonly number[], time: number): number {
  let low = -1
  let high = times.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= time) low = middle
    else high = middle
  }
  return low
}

/** The greatest difference in any category. */
const errorOf = (some: Float64Array, others: Float64Array) =>
  CATEGORIES.reduce<number>(
    (worst, at) => Math.max(worst, Math.abs((some[at] ?? 0) - (others[at] ?? 0))),
    0,
  )

const longest = (starts: readonly number[], each: number) => {
  const bounds = starts.filter((_, index) => index % each === 0)
  return Math.max(...bounds.map((start, at) => (bounds[at + 1] ?? start) - start))
}

describe.each([
  ['growing', false],
  ['closed', true],
])('a row of spans, %s', (_, closed) => {
  const { track, exact, starts, holders, end, random } = spanRow(30_000, closed)

  test.each([0, 100, 10_000, 1_000_000, 100_000_000])(
    'sums to within a quarter of %i ns',
    (resolution) => {
      const cursor = new SpanCursor(track, { resolution, budget: new Budget(Infinity) })
      const into = new Float64Array(SUMS)
      let [worst, counted] = [0, true]
      for (let column = 0; column <= 1_000; column++) {
        const time = (column * (end + 1_000)) / 1_000
        const begun = cursor.seek(time, into)
        const sums = exact(time)
        worst = Math.max(worst, errorOf(into, sums))
        const low = lastUpTo(starts, time - resolution) + 1
        const high = lastUpTo(starts, time + resolution) + 1
        counted &&= begun >= low && begun <= high
      }
      expect(worst).toBeLessThanOrEqual(resolution / 4 + 1e-3)
      expect(counted).toBe(true)
      expect(into.subarray(0, SUMS - 1)).toEqual(exact(end + 1_000))
    },
  )

  test('in any order of times the sums are the same', () => {
    const cursor = new SpanCursor(track, { resolution: 5_000, budget: new Budget(Infinity) })
    const [into, again] = [new Float64Array(SUMS), new Float64Array(SUMS)]
    for (let sample = 0; sample < 300; sample++) {
      const time = random(end)
      cursor.seek(time, into)
      new SpanCursor(track, { resolution: 5_000, budget: new Budget(Infinity) }).seek(time, again)
      expect(errorOf(into, again)).toBeLessThan(1e-3)
    }
  })

  test('spans are found, one by one and in a range, as they were added', () => {
    for (let sample = 0; sample < 500; sample++) {
      const time = random(end)
      expect(track.find(time)).toBe(lastUpTo(starts, time))
      expect(Math.abs(track.findRoughly(time) - lastUpTo(starts, time))).toBeLessThan(ROW)
    }
    const seen: number[] = []
    track.visit(4_000, 13_000, (segment, at, index) => {
      expect(segment.starts[at]).toBe(starts[index])
      seen.push(index)
    })
    expect(seen).toEqual(Array.from({ length: 9_001 }, (_, at) => 4_000 + at))
    for (const index of [0, 4_095, 8_191, 8_192, starts.length - 2])
      expect(track.at(index)).toMatchObject({
        start: starts[index],
        end: starts[index + 1],
        holder: holders[index],
      })
  })
})

describe('what cannot be read', () => {
  test.each([
    ['bodies: sums come from blocks', true, BLOCK],
    ['bodies and heads: sums come from rows in memory', false, ROW],
  ])('%s', (_, heads, each) => {
    const store = new Broken()
    const { track, exact, end, starts } = spanRow(30_000, true, store)
    store.bodies = false
    store.heads = heads
    const cursor = new SpanCursor(track, { resolution: 0, budget: new Budget() })
    const into = new Float64Array(SUMS)
    const within = longest(starts, each) / 4
    let worst = 0
    for (let sample = 0; sample <= 3_000; sample++) {
      const time = (sample * end) / 3_000
      cursor.seek(time, into)
      worst = Math.max(worst, errorOf(into, exact(time)))
    }
    expect(worst).toBeLessThanOrEqual(within)
    expect(worst).toBeGreaterThan(1)
    expect(track.at(100)).toBeUndefined()
    expect(track.find(starts[5_000] ?? 0)).toBeLessThanOrEqual(5_000)
    expect(track.contention(0, 'next')).toBe(-1)
  })

  test('nothing throws, no view asks to be asked again, and inspection says nothing', () => {
    const store = new Broken()
    const run = testRun(undefined, store)
    richRun(run, 300, 50)
    run.session.finish()
    store.bodies = false
    everything(run.session)
    store.heads = false
    everything(run.session)
    const newest = run.session.status().newest
    const query = { from: nanoseconds(0), to: newest, width: 5_000, tracks: [1, 2, 3] }
    expect(run.session.answer('view', query).partial).toBeUndefined()
    const time = nanoseconds(newest / 3)
    expect(run.session.answer('inspect', { track: 1, time })).toBeNull()
  })

  test('bytes that are damaged do not throw either', () => {
    const random = seeded(8)
    const store = new MemorySegments()
    const run = testRun(undefined, store)
    richRun(run, 300, 50)
    run.session.finish()
    for (const { head, body } of store.drafts)
      for (const bytes of [head, body])
        for (let flip = 0; flip < 3; flip++) bytes[random(bytes.length)] = random(256)
    everything(run.session)
  })
})

test('a query that may decode little says that more is there, and asked again tells it', () => {
  const { track, exact, end } = spanRow(60_000, true)
  const into = new Float64Array(SUMS)
  const ask = () => {
    const budget = new Budget(4 * SEGMENT)
    const cursor = new SpanCursor(track, { resolution: 0, budget })
    const errors = Array.from({ length: 3_000 }, (_, sample) => {
      const time = (sample * end) / 3_000
      cursor.seek(time, into)
      return errorOf(into, exact(time))
    })
    return { partial: budget.ranOut, error: Math.max(...errors) }
  }
  const first = ask()
  expect(first.partial).toBe(true)
  expect(first.error).toBeGreaterThan(1)
  const answers = Array.from({ length: 5 }, ask)
  expect(answers.at(-1)?.partial).toBe(false)
  expect(answers.at(-1)?.error).toBeLessThan(1e-3)
})

function counter(count: number, closed: boolean) {
  const random = seeded(count)
  const track = new StepTrack(new Archive(new MemorySegments()))
  const times: number[] = []
  const values: number[] = []
  const items: number[] = []
  const next = [0, 0]
  let [time, value] = [500, 0]
  for (let index = 0; index < count; index++) {
    const up = value < -2 || (value < 50 && random(2) === 0)
    const way = Number(up)
    const item = (((random(4) * 50) << 24) + (next[way] = (next[way] ?? 0) + 1)) >>> 0
    track.step(time, up ? 1 : -1, item, 1 + random(9))
    value += up ? 1 : -1
    times.push(time)
    values.push(value)
    items.push(item)
    time += 1 + random(10 ** (1 + (Math.floor(index / 900) % 5)))
  }
  if (closed) track.close()
  return { track, times, values, items, end: time }
}

describe.each([
  ['growing', false],
  ['closed', true],
])('a counter, %s', (_, closed) => {
  const { track, times, values, items, end } = counter(30_000, closed)
  const integrals = [0]
  times.forEach((time, index) => {
    const value = Math.max(0, values[index] ?? 0)
    integrals.push((integrals[index] ?? 0) + value * ((times[index + 1] ?? time) - time))
  })
  const integralAt = (time: number) => {
    const index = lastUpTo(times, time)
    if (index < 0) return 0
    const value = Math.max(0, values[index] ?? 0)
    return (integrals[index] ?? 0) + value * (time - (times[index] ?? 0))
  }
  const risesAt = (index: number) => ((values[index] ?? 0) + index + 1) / 2

  test.each([0, 200, 20_000, 2_000_000])(
    'columns to within %i ns at their bounds',
    (resolution) => {
      const budget = new Budget(Infinity)
      const cursor = new StepCursor(track, { resolution, budget })
      let before = { first: -1, integral: 0, rises: 0, falls: 0 }
      for (let column = 1; column <= 700; column++) {
        const from = ((column - 1) * (end + 1_000)) / 700
        const to = (column * (end + 1_000)) / 700
        cursor.seek(to)
        const { first, last, integral, rises, falls } = cursor
        expect(integral).toBeGreaterThanOrEqual(integralAt(to - resolution) - 1e-3)
        expect(integral).toBeLessThanOrEqual(integralAt(to + resolution) + 1e-3)
        const [low, high] = [lastUpTo(times, to - resolution), lastUpTo(times, to + resolution)]
        expect(rises).toBeGreaterThanOrEqual(low < 0 ? 0 : risesAt(low))
        expect(rises).toBeLessThanOrEqual(risesAt(high))
        expect(rises).toBeGreaterThanOrEqual(before.rises)
        expect(falls).toBeGreaterThanOrEqual(before.falls)
        const range = { minimum: before.first < 0 ? 0 : Infinity, maximum: 0 }
        track.widen(range, before.first, last, budget)
        const within = rangeOf(values, lastUpTo(times, from), lastUpTo(times, to))
        const beside = rangeOf(
          values,
          lastUpTo(times, from - resolution),
          lastUpTo(times, to + resolution),
        )
        expect(range.minimum).toBeLessThanOrEqual(within.minimum)
        expect(range.minimum).toBeGreaterThanOrEqual(beside.minimum)
        expect(range.maximum).toBeGreaterThanOrEqual(within.maximum)
        expect(range.maximum).toBeLessThanOrEqual(beside.maximum)
        before = { first, integral, rises, falls }
      }
      expect(before).toEqual({
        first: times.length - 1,
        integral: integralAt(end + 1_000),
        rises: risesAt(times.length - 1),
        falls: times.length - risesAt(times.length - 1),
      })
    },
  )

  test('every step is there again with its item and its lane', () => {
    for (let index = 0; index < times.length; index += 1 + (index % 70)) {
      expect(track.timeOf(index)).toBe(times[index])
      expect(track.valueOf(index)).toBe(Math.max(0, values[index] ?? 0))
      expect(track.itemAt(index)).toBe(items[index])
      expect(track.laneAt(index)).toBeGreaterThan(0)
      expect(track.risesAt(index)).toBe(risesAt(index))
    }
  })
})

function rangeOf(values: readonly number[], first: number, last: number) {
  const shown = values.slice(Math.max(0, first), last + 1).map((value) => Math.max(0, value))
  if (first < 0) shown.push(0)
  return {
    minimum: shown.reduce((least, value) => Math.min(least, value), Infinity),
    maximum: shown.reduce((most, value) => Math.max(most, value), 0),
  }
}

test('columns of a view add up to what the tables say, at every width', () => {
  const run = testRun()
  richRun(run, 300, 50)
  run.session.finish()
  const { newest } = run.session.status()
  const { lanes, queues } = run.session.answer('tables', {})
  for (const width of [3, 40, 333, 2_000]) {
    const to = nanoseconds(newest + 1)
    const query = {
      from: nanoseconds(0),
      to,
      width,
      tracks: run.session.tracks().map(({ id }) => id),
    }
    const { slices, partial } = run.session.answer('view', query)
    expect(partial).toBeUndefined()
    for (const queue of queues) {
      const rates = slices.find(({ track }) => track === queue.track)?.rates
      expect(rates?.puts.reduce((sum, puts) => sum + puts, 0)).toBe(queue.puts)
      expect(rates?.gets.reduce((sum, gets) => sum + gets, 0)).toBe(queue.gets)
    }
    for (const lane of lanes) {
      const bins = slices.find(({ track }) => track === lane.track)?.bins
      if (!bins) continue
      const column = to / width
      bins.states.forEach((state, row) => {
        const shares = bins.shares.subarray(row * width, (row + 1) * width)
        const time = shares.reduce((sum, share) => sum + (share * column) / 255, 0)
        // Each share is rounded to 1 part in 255, and up where there is any.
        expect(Math.abs(time - (lane.byState[state] ?? 0))).toBeLessThanOrEqual(
          (width * column) / 255,
        )
      })
    }
  }
})
