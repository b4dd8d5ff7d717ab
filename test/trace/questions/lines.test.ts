/** Which line a span came from, and what a line's waits took, as far as lanes were seen. */
import { expect, test, vi } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import {
  EventKind,
  LaneState,
  Place,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../../main/trace/model.ts'
import { SpanTrack } from '../../../main/trace/spans.ts'
import { start, testRun, type TestRun } from '../support.ts'

const QUEUE = 70_001
const LOCK = 70_002

const at = (time: number, kind: EventKind, resource = 0, words: number[] = [], text = '') => ({
  ...{ time, kind, resource, words, text },
})
const seenAt = (time: number, place: Place, line: string, resource = 0) =>
  at(time, EventKind.location, resource, [place], line)

/** B begins in line 5, waits in get three times (seen in 7, not seen, seen in 9), sleeps in 11. */
function receiver(): TestRun {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), at(1, EventKind.resource, QUEUE, [ResourceKind.queue, 0], 'q'))
  run.feed(2, start(10, 22, 'B'), seenAt(11, Place.begins, 'p.ts:5'))
  const waits = [
    [1_000, 'p.ts:7'],
    [2_000, undefined],
    [3_000, 'p.ts:9'],
  ] as const
  for (const [begin, line] of waits) {
    run.feed(2, at(begin, EventKind.waitBegin, QUEUE, [0, Wait.get]))
    if (line) run.feed(2, seenAt(begin + 10, Place.waits, line))
    run.feed(2, at(begin + 400, EventKind.waitEnd, QUEUE, [WaitOutcome.granted, 11]))
  }
  run.feed(2, at(4_000, EventKind.state, 0, [LaneState.sleeping]))
  run.feed(2, seenAt(4_010, Place.waits, 'p.ts:11'))
  run.feed(2, at(4_700, EventKind.state, 0, [LaneState.running]))
  run.until(10_000)
  return run
}

const B = 2
function spanAt(run: TestRun, time: number, track = B) {
  const detail = run.session.answer('inspect', { track, time: nanoseconds(time) })
  const words = detail?.facts.find(({ label }) => label === 'Seen at')?.value
  return [detail?.at, words]
}

test('a span says where it was seen, and whether that was in this very one', () => {
  const run = receiver()
  expect(spanAt(run, 500)).toEqual(['p.ts:5', 'p.ts:5, where its function begins'])
  expect(spanAt(run, 1_200)).toEqual(['p.ts:7', 'p.ts:7'])
  expect(spanAt(run, 1_700)).toEqual(['p.ts:7', 'p.ts:7, where it went on'])
  expect(spanAt(run, 2_200)).toEqual(['p.ts:7', 'p.ts:7, as last seen there'])
  expect(spanAt(run, 3_200)).toEqual(['p.ts:9', 'p.ts:9'])
  expect(spanAt(run, 4_300)).toEqual(['p.ts:11', 'p.ts:11'])
})

test('a lane that nobody saw anywhere claims no line', () => {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), at(1, EventKind.resource, QUEUE, [ResourceKind.queue, 0], 'q'))
  run.feed(2, start(5, 22, 'B'), seenAt(6, Place.begins, 'p.ts:5'))
  run.feed(1, at(1_000, EventKind.waitBegin, QUEUE, [0, Wait.get]))
  run.feed(1, at(1_400, EventKind.waitEnd, QUEUE, [WaitOutcome.granted, 22]))
  run.until(10_000)
  for (const time of [500, 1_200, 2_000])
    expect(spanAt(run, time, 1)).toEqual([undefined, undefined])
})

test('a line that was seen before its lane lived again is not that of the new life', () => {
  const run = receiver()
  run.feed(2, at(11_000, EventKind.laneEnd, 0, [22, 0]), start(12_000, 33, 'B'))
  run.until(20_000)
  expect(spanAt(run, 13_000)).toEqual([undefined, undefined])
})

test('a wait for a lock that was only seen acquired is in the line of the acquisition', () => {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), at(1, EventKind.resource, LOCK, [ResourceKind.lock, 0], 'l'))
  run.feed(1, at(100, EventKind.acquire, LOCK, [0]), seenAt(110, Place.acquired, 'p.ts:3', LOCK))
  run.feed(1, at(200, EventKind.release, LOCK, [0]))
  run.feed(1, at(1_000, EventKind.waitBegin, LOCK, [0, Wait.acquire]))
  run.feed(1, at(1_600, EventKind.waitEnd, LOCK, [WaitOutcome.granted, 0]))
  run.until(10_000)
  expect(spanAt(run, 1_200, 1)).toEqual(['p.ts:3', 'p.ts:3, as last seen there'])
  expect(figuresOf(run, 'p.ts:3')).toEqual({ waits: 1, waiting: 600, queue: 0, sleeping: 0 })
})

function figuresOf(run: TestRun, line: string) {
  const found = run.session.answer('lines', {}).lines.find((each) => each.at === line)
  return (
    found && {
      waits: found.waits,
      waiting: found.byState[LaneState.waiting],
      queue: found.byState[LaneState.queue],
      sleeping: found.byState[LaneState.sleeping],
    }
  )
}

test('waits count for the line where the lane was last seen in one, nothing for the others', () => {
  const run = receiver()
  expect(figuresOf(run, 'p.ts:7')).toEqual({ waits: 2, waiting: 0, queue: 800, sleeping: 0 })
  expect(figuresOf(run, 'p.ts:9')).toEqual({ waits: 1, waiting: 0, queue: 400, sleeping: 0 })
  expect(figuresOf(run, 'p.ts:11')).toEqual({ waits: 1, waiting: 0, queue: 0, sleeping: 700 })
  expect(figuresOf(run, 'p.ts:5')).toEqual({ waits: 0, waiting: 0, queue: 0, sleeping: 0 })
  expect(figuresOf(run, 'p.ts:99')).toBeUndefined()
})

test('from a line one goes to its spans, forwards and backwards, and not beyond the last', () => {
  const run = receiver()
  const next = (line: string, time: number, direction: 'next' | 'previous') =>
    run.session.answer('neighbour', {
      ...{ time: nanoseconds(time), direction, what: 'place', at: line },
    })?.from
  expect(next('p.ts:7', 0, 'next')).toBe(1_000)
  expect(next('p.ts:7', 1_000, 'next')).toBe(2_000)
  expect(next('p.ts:7', 2_000, 'next')).toBeUndefined()
  expect(next('p.ts:9', 0, 'next')).toBe(3_000)
  expect(next('p.ts:7', 9_000, 'previous')).toBe(2_000)
  expect(next('p.ts:7', 2_000, 'previous')).toBe(1_000)
  expect(next('p.ts:7', 1_000, 'previous')).toBeUndefined()
  expect(next('p.ts:99', 0, 'next')).toBeUndefined()
})

/** Waits of lanes A (1), B (2) and C (3) in line 7. */
function manyLanes(...waits: readonly (readonly [lane: number, begin: number])[]): TestRun {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), at(1, EventKind.resource, QUEUE, [ResourceKind.queue, 0], 'q'))
  run.feed(2, start(2, 22, 'B'))
  run.feed(3, start(3, 33, 'C'))
  for (const [lane, begin] of waits) {
    run.feed(lane, at(begin, EventKind.waitBegin, QUEUE, [0, Wait.get]))
    run.feed(lane, seenAt(begin + 1, Place.waits, 'p.ts:7', QUEUE))
    run.feed(lane, at(begin + 10, EventKind.waitEnd, QUEUE, [WaitOutcome.granted, 11]))
  }
  return run
}

function nearest(run: TestRun, time: number, direction: 'next' | 'previous', track?: number) {
  const found = run.session.answer('neighbour', {
    ...{ time: nanoseconds(time), direction, what: 'place', at: 'p.ts:7' },
    ...(track !== undefined && { track }),
  })
  return found?.from
}

test('the nearest span of a line is found in whichever lane it is', () => {
  const run = manyLanes([1, 4_000], [2, 2_000], [3, 3_000], [2, 6_000], [1, 8_000])
  run.until(10_000)
  expect(nearest(run, 0, 'next')).toBe(2_000)
  expect(nearest(run, 2_000, 'next')).toBe(3_000)
  expect(nearest(run, 3_000, 'next')).toBe(4_000)
  expect(nearest(run, 3_000, 'next', 2)).toBe(6_000)
  expect(nearest(run, 9_000, 'previous')).toBe(8_000)
  expect(nearest(run, 6_000, 'previous')).toBe(4_000)
  expect(nearest(run, 2_000, 'previous')).toBeUndefined()
})

test('a lane with many spans that are not at the line is searched no further than the nearest', () => {
  const run = manyLanes([1, 100], [2, 2_000])
  for (let time = 3_000; time < 9_000; time += 2) {
    run.feed(1, at(time, EventKind.state, 0, [LaneState.sleeping]))
    run.feed(1, at(time + 1, EventKind.state, 0, [LaneState.running]))
  }
  run.until(10_000)
  const looked = vi.spyOn(SpanTrack.prototype, 'at')
  try {
    expect(nearest(run, 1_000, 'next')).toBe(2_000)
    expect(looked.mock.calls.length).toBeLessThan(100)
  } finally {
    looked.mockRestore()
  }
})
