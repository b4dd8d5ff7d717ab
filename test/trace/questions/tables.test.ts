import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { Percentiles, TablesAnswer } from '../../../main/run/contract.ts'
import { EventKind } from '../../../main/trace/model.ts'
import { holdsIn, waitsIn } from '../../../main/trace/questions/range-waits.ts'
import { rangeOf as rangeWithin } from '../../../main/trace/questions/range.ts'
import { seeded, start, testRun, type TestRun } from '../support.ts'
import { bruteForce, type BruteFigures } from './brute-force.ts'
import { programOf, READY, runOf, SLOTS, type Program } from './program.ts'

const rangeOf = (from: number, to: number) => ({ from: nanoseconds(from), to: nanoseconds(to) })

const tablesOf = (run: TestRun, from: number, to: number): TablesAnswer =>
  run.session.answer('tables', { range: rangeOf(from, to) })

/** Histograms know a value to within 1 part in 32. */
function expectPercentiles(told: Percentiles | undefined, values: readonly number[]): void {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0
  expect(told?.count).toBe(values.length)
  expect(told?.sampled).toBeUndefined()
  expect(told?.maximum).toBe(sorted.at(-1) ?? 0)
  for (const [figure, share] of [
    [told?.median, 0.5],
    [told?.p90, 0.9],
    [told?.p99, 0.99],
  ] as const)
    expect(Math.abs((figure ?? NaN) - at(share))).toBeLessThanOrEqual(at(share) / 32 + 1)
}

function expectSame(tables: TablesAnswer, brute: BruteFigures, length: number): void {
  tables.lanes.forEach((row, source) => {
    const states = [...(brute.states.get(source) ?? new Float64Array(8))]
    expect([...row.byState].slice(1)).toEqual(states.slice(1))
    expect(row.waitedGil).toBe(brute.waitedGil.get(source) ?? 0)
    expect(row.waitedLock).toBe(brute.waitedLock.get(source) ?? 0)
    expect(row.waits).toBe(brute.waitsOfLane.get(source) ?? 0)
    expect(row.longestWait).toBe(brute.longestWait.get(source) ?? 0)
  })
  for (const [at, row] of tables.locks.entries()) {
    const lock = brute.locks.get(idOf(row.name))
    expect({ at, ...row }).toMatchObject({
      acquired: lock?.acquired ?? 0,
      contended: lock?.contended ?? 0,
      switches: lock?.switches ?? 0,
      heldFor: lock?.heldFor ?? 0,
      waitedFor: lock?.waitedFor ?? 0,
    })
    expectPercentiles(row.hold, lock?.holds ?? [])
    expectPercentiles(row.wait, lock?.waits ?? [])
    const longest = [...(lock?.waits ?? [])].sort((one, other) => other - one).slice(0, 5)
    expect(row.longest.map(({ duration }) => duration)).toEqual(longest)
  }
  for (const row of tables.queues) {
    expect(row).toMatchObject({
      puts: brute.puts,
      gets: brute.gets,
      depth: brute.depth.value,
      maximumDepth: brute.depth.maximum,
    })
    expectPercentiles(row.residence, brute.residence)
  }
  for (const row of tables.counters)
    if (row.name === 'slots') {
      expect(row).toMatchObject({
        used: brute.taken.acquired,
        contended: brute.taken.contended,
        value: brute.taken.value,
        maximum: brute.taken.maximum,
      })
      expectPercentiles(row.wait, brute.locks.get(SLOTS)?.waits ?? [])
    } else {
      expect(row).toMatchObject({ name: 'ready', used: brute.waitsBegun.get(READY) ?? 0 })
      expectPercentiles(row.wait, brute.locks.get(READY)?.waits ?? [])
    }
  const byCount = Array.from(tables.concurrency.byCount)
  const expected = Array.from({ length: byCount.length }, (_, count) => brute.byCount[count] ?? 0)
  expect(byCount).toEqual(expected)
  const busy = expected.reduce((sum, time, count) => sum + time * count, 0)
  expect(tables.concurrency.mean).toBeCloseTo(length > 0 ? busy / length : 0, 9)
}

const idOf = (name: string): number =>
  ({ 'Lock-1': 70_001, 'Lock-2': 70_002, GIL: 70_003 })[name] ?? 0

function compare(program: Program, run: TestRun, end: number, from: number, to: number): void {
  const length = Math.max(0, Math.min(to, end) - Math.max(0, from))
  expectSame(tablesOf(run, from, to), bruteForce(program.events, end, { from, to }), length)
}

const choices = fc.array(fc.nat({ max: 2 ** 24 }), { minLength: 20, maxLength: 300 })

describe('tables of a range', () => {
  test('equal a second computation straight from the events', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        choices,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (threads, list, one, other) => {
          const program = programOf(threads, list)
          const { run, end } = runOf(program)
          const [from, to] = [Math.min(one, other), Math.max(one, other)].map((share) =>
            Math.round(share * (end + 20)),
          )
          compare(program, run, end, from ?? 0, to ?? 0)
          compare(program, run, end, 0, end)
        },
      ),
      { seed: 41, numRuns: 150 },
    )
  })

  test('equal it as well where most of the trace has left the memory, and cost no more', () => {
    const random = seeded(7)
    const program = programOf(
      4,
      Array.from({ length: 60_000 }, () => random(2 ** 24)),
    )
    const { run, end } = runOf(program)
    const edges = [0, 1, Math.floor(end / 3), Math.floor(end / 2), end - 40, end, end + 1e6]
    for (const [from, to] of [
      ...[0, 1, 2, 3, 4].map((at) => [edges[at] ?? 0, edges[at + 1] ?? 0]),
      [0, end],
      [edges[2], edges[2]],
      [edges[2], (edges[2] ?? 0) + 1_000],
      [0, end + 1e6],
    ])
      compare(program, run, end, from ?? 0, to ?? 0)
  })

  test('of the whole run are those that are kept while it goes on', () => {
    const random = seeded(3)
    const program = programOf(
      3,
      Array.from({ length: 9_000 }, () => random(2 ** 24)),
    )
    const { run, end } = runOf(program)
    const whole = run.session.answer('tables', {})
    expect(whole).toEqual(tablesOf(run, 0, end))
    expectSame(whole, bruteForce(program.events, end, { from: 0, to: end }), end)
  })

  test('of ranges side by side add up', () => {
    const random = seeded(11)
    const program = programOf(
      4,
      Array.from({ length: 12_000 }, () => random(2 ** 24)),
    )
    const { run, end } = runOf(program)
    for (let sample = 0; sample < 20; sample++) {
      const [a = 0, b = 0, c = 0] = [random(end), random(end), random(end)].sort((x, y) => x - y)
      const [left, right, both] = [tablesOf(run, a, b), tablesOf(run, b, c), tablesOf(run, a, c)]
      both.lanes.forEach((row, at) => {
        const states = row.byState.map(
          (_, state) =>
            (left.lanes[at]?.byState[state] ?? 0) + (right.lanes[at]?.byState[state] ?? 0),
        )
        expect(states).toEqual(row.byState)
        expect((left.lanes[at]?.waits ?? 0) + (right.lanes[at]?.waits ?? 0)).toBe(row.waits)
      })
      both.locks.forEach((row, at) => {
        for (const figure of ['acquired', 'contended', 'switches', 'heldFor', 'waitedFor'] as const)
          expect((left.locks[at]?.[figure] ?? 0) + (right.locks[at]?.[figure] ?? 0)).toBe(
            row[figure],
          )
        for (const figure of ['hold', 'wait'] as const)
          expect(
            (left.locks[at]?.[figure].count ?? 0) + (right.locks[at]?.[figure].count ?? 0),
          ).toBe(row[figure].count)
      })
      both.queues.forEach((row, at) => {
        expect((left.queues[at]?.puts ?? 0) + (right.queues[at]?.puts ?? 0)).toBe(row.puts)
        expect((left.queues[at]?.gets ?? 0) + (right.queues[at]?.gets ?? 0)).toBe(row.gets)
      })
    }
  })

  test('the states of a lane add up to its lifetime, and those of all columns to the tables', () => {
    const random = seeded(5)
    const program = programOf(
      4,
      Array.from({ length: 30_000 }, () => random(2 ** 24)),
    )
    const { run, end } = runOf(program)
    const { lanes } = run.session.answer('tables', {})
    lanes.forEach(({ byState }, source) =>
      // Thread n begins at n.
      expect(byState.slice(1).reduce((sum, time) => sum + time, 0)).toBe(end - source),
    )
    for (const points of [1, 7, 300]) {
      const activity = run.session.answer('activity', { ...rangeOf(0, end), points })
      activity.states.forEach((state, row) => {
        const mean = activity.lanes.subarray(row * points, (row + 1) * points)
        const total = lanes.reduce((sum, { byState }) => sum + (byState[state] ?? 0), 0)
        const integral = mean.reduce((sum, value) => sum + (value * end) / points, 0)
        expect(integral).toBeCloseTo(total, 3)
      })
    }
  })
})

test('rates count from the first to the last put of the range', () => {
  const run = testRun()
  const step = (time: number, kind: EventKind, item: number) => ({
    ...{ time, kind, resource: 5 },
    words: [item, 1],
  })
  run.feed(1, start(0, 11, 'A'))
  for (let item = 0; item < 100; item++)
    run.feed(
      1,
      step(1e6 + item * 1e6, EventKind.put, item),
      step(1.5e6 + item * 1e6, EventKind.get, item),
    )
  run.until(200e6)
  const [row] = tablesOf(run, 10e6, 20.2e6).queues
  // Puts at 11, 12, … 20 ms; gets at 10.5, 11.5, … 19.5 ms.
  expect(row).toMatchObject({ puts: 10, gets: 10, putRate: 1000, getRate: 1000 })
  expect(tablesOf(run, 10.6e6, 10.9e6).queues[0]).toMatchObject({ puts: 0, putRate: 0 })
})

test('of too much to look at, quantiles are of an even sample and say so; counts stay exact', () => {
  const random = seeded(9)
  // Three threads that do nothing but take the first lock and release it.
  const action = () => (random(2) ? 1 : 4)
  const program = programOf(
    3,
    Array.from({ length: 60_000 }, () => random(37) + 37 * (random(3) + 3 * action())),
  )
  const { run, end } = runOf(program)
  const { lanes, resources } = run.session.collector
  const range = rangeWithin(rangeOf(0, end), end)
  const lock = resources.get(70_001)
  if (!lock) throw new Error('there is no lock')
  const all = { waits: waitsIn(lanes, range), holds: holdsIn(lock, range) }
  const spans = lanes.reduce((sum, lane) => sum + lane.spans.count, 0)
  const some = {
    waits: waitsIn(lanes, range, spans / 2),
    holds: holdsIn(lock, range, lock.acquisitions.count / 2),
  }
  expect([all.waits.isSampled, some.waits.isSampled]).toEqual([false, true])
  expect([all.holds.isSampled, some.holds.isSampled]).toEqual([false, true])
  for (const [whole, part] of [
    [all.waits.resources.get(70_001)?.wait, some.waits.resources.get(70_001)?.wait],
    [all.holds.hold, some.holds.hold],
  ]) {
    expect(part?.count).toBeLessThan((whole?.count ?? 0) * 0.9)
    expect(part?.count).toBeGreaterThan((whole?.count ?? 0) * 0.2)
    const ratio = (part?.quantile(0.5) ?? 0) / (whole?.quantile(0.5) ?? 1)
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
  }
})
