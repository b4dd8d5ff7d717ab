import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { FlowsAnswer } from '../../../main/run/contract.ts'
import { EventKind, ResourceKind } from '../../../main/trace/model.ts'
import { start, testRun, type TestRun } from '../support.ts'

const QUEUE = 70_001
const OTHER = 70_002

interface Item {
  readonly item: number
  readonly putBy: number
  readonly putAt: number
  /** -1: nobody. */
  readonly getBy: number
  readonly getAt: number
}

const step = (time: number, kind: EventKind, item: number, resource = QUEUE) => ({
  ...{ time, kind, resource },
  words: [item, 0, 8],
})

/** Lanes on sources 0, 1, 2 have tracks 1, 2, 3. */
function runOf(items: readonly Item[], end: number): TestRun {
  const run = testRun()
  for (const source of [0, 1, 2]) run.feed(source, start(0, 11 + source, `Thread-${source}`))
  run.feed(0, {
    ...{ time: 0, kind: EventKind.resource, resource: QUEUE },
    ...{ words: [ResourceKind.processQueue, 0], text: 'q' },
  })
  const steps = items.flatMap(({ item, putBy, putAt, getBy, getAt }) => [
    { source: putBy, event: step(putAt, EventKind.put, item) },
    ...(getBy < 0 ? [] : [{ source: getBy, event: step(getAt, EventKind.get, item) }]),
  ])
  steps.sort((one, other) => one.event.time - other.event.time)
  for (const { source, event } of steps) run.feed(source, event)
  run.until(end)
  return run
}

const trackOf = (run: TestRun) => run.session.tracks().find(({ name }) => name === 'q')?.id ?? 0

const ask = (run: TestRun, from: number, to: number, limit = 4_096): FlowsAnswer =>
  run.session.answer('flows', {
    from: nanoseconds(from),
    to: nanoseconds(to),
    tracks: [trackOf(run)],
    limit,
  })

const rows = ({ queues, putLanes, putTimes, getLanes, getTimes }: FlowsAnswer) =>
  [...queues].map((_, at) => [putLanes[at], putTimes[at], getLanes[at], getTimes[at]].join(' '))

/** Put and taken at odd and even times, so that no two coincide. */
const anItem = fc.record({
  putBy: fc.nat({ max: 2 }),
  getBy: fc.integer({ min: -1, max: 2 }),
  putAt: fc.nat({ max: 5_000 }),
  stays: fc.nat({ max: 2_000 }),
  process: fc.constantFrom(0, 1, 255),
})

test('flows of a range are the pairs that a search through all events finds', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anItem, { selector: ({ putAt }) => putAt, maxLength: 120 }),
      fc.nat({ max: 6_000 }),
      fc.nat({ max: 6_000 }),
      (drafts, one, other) => {
        const items = drafts.map(({ putBy, getBy, putAt, stays, process }, at): Item => ({
          ...{ item: process * 2 ** 24 + at, putBy, getBy },
          putAt: 10 + putAt * 1_000,
          getAt: 10 + (putAt + 1 + stays) * 1_000 + 1 + at,
        }))
        const run = runOf(items, 8e6)
        const [from, to] = [Math.min(one, other) * 1_000, Math.max(one, other) * 1_000 + 500]
        const inside = (time: number) => (from === 0 || time > from) && time <= to
        const expected = items
          .filter(({ putAt, getBy, getAt }) => inside(putAt) || (getBy >= 0 && inside(getAt)))
          .map(({ putBy, putAt, getBy, getAt }) =>
            [putBy + 1, putAt, getBy + 1, getBy < 0 ? NaN : getAt].join(' '),
          )
        const answer = ask(run, from, to)
        expect(rows(answer).sort()).toEqual(expected.sort())
        const moves = items.flatMap(({ putAt, getBy, getAt }) => [
          putAt,
          ...(getBy < 0 ? [] : [getAt]),
        ])
        expect(answer.total).toBe(moves.filter(inside).length)
      },
    ),
    { seed: 17, numRuns: 120 },
  )
})

describe('bounded work', () => {
  /** Items 0, 1, 2, … put in the first half of the time, taken in the second. */
  const deep = (count: number) =>
    runOf(
      Array.from({ length: count }, (_, item) => ({
        ...{ item, putBy: 0, putAt: 100 + item * 10 },
        ...{ getBy: 1, getAt: 2e6 + item * 10 },
      })),
      4e6,
    )

  test('more than the limit: their number, and none of them', () => {
    const run = deep(300)
    const answer = ask(run, 0, 4e6, 599)
    expect(answer.total).toBe(600)
    expect(rows(answer)).toEqual([])
    expect(rows(ask(run, 0, 4e6, 600))).toHaveLength(300)
  })

  test('a put long before the range is found, one too far away is not known', () => {
    const near = ask(deep(20_000), 2e6 - 1, 2e6 + 500)
    expect(near.total).toBe(51)
    expect([...near.putTimes].slice(0, 3)).toEqual([100, 110, 120])
    expect([...near.putLanes].every((lane) => lane === 1)).toBe(true)
    const far = ask(deep(70_000), 2e6 - 1, 2e6 + 500)
    expect(far.total).toBe(51)
    expect([...far.putTimes].every(Number.isNaN)).toBe(true)
    expect([...far.getLanes].every((lane) => lane === 2)).toBe(true)
  })
})

test('a get that is merged before its put is the same item, and a lost end is left out', () => {
  const run = runOf([], 0)
  run.feed(1, step(1_000, EventKind.get, 7))
  run.feed(0, step(1_001, EventKind.put, 7), step(2_000, EventKind.put, 8))
  run.feed(1, step(3_000, EventKind.get, 9), step(3_500, EventKind.get, 9, OTHER))
  run.until(5_000)
  expect(rows(ask(run, 0, 5_000))).toEqual(['1 1001 2 1000', '1 2000 0 NaN', '0 NaN 2 3000'])
})
