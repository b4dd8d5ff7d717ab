/** What sections say of each lane at locks, queues and counters: from events whose truth is known. */
import { expect, test } from 'vitest'
import { sum } from '../../main/core/statistics.ts'
import { EventKind, LaneState, MarkKind, ResourceKind, Wait } from '../../main/trace/model.ts'
import type { SectionFigures } from '../../main/trace/figures.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { MemorySegments } from '../../main/trace/store/segment.ts'
import { richRun } from './rich.ts'
import { start, testRun, type TestRun } from './support.ts'

const R = 80_001
const at = (time: number, kind: EventKind, ...words: number[]) => ({
  ...{ time, kind, words },
  resource: R,
})
const mark = (time: number, kind: MarkKind, repeat = 1) => ({
  ...{ time, kind: EventKind.mark, words: [kind, repeat], text: 'v' },
})
const declared = (kind: ResourceKind, capacity = 0) => ({
  ...{ time: 5, kind: EventKind.resource, resource: R, words: [kind, capacity], text: 'it' },
})

function runOf(kind: ResourceKind, capacity = 0): TestRun {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), declared(kind, capacity))
  run.feed(2, start(2, 12, 'B'))
  run.feed(3, start(3, 13, 'C'))
  return run
}

function only(run: TestRun): SectionFigures {
  run.until(100_000)
  const [section, ...others] = run.session.sectionFigures()
  if (section === undefined || others.length > 0) throw new Error('one section expected')
  return section
}

test('a queue: who put and got how much, and for how long each was blocked within the section', () => {
  const run = runOf(ResourceKind.queue, 2)
  // B waits in get since before the section, C to its very end.
  run.feed(2, at(50, EventKind.waitBegin, 0, Wait.get))
  run.feed(1, mark(100, MarkKind.sectionBegin), at(300, EventKind.put, 1))
  run.feed(2, at(310, EventKind.waitEnd, 0, 11), at(310, EventKind.get, 1))
  run.feed(1, at(400, EventKind.put, 2), at(410, EventKind.put, 3))
  run.feed(1, at(420, EventKind.waitBegin, 0, Wait.put))
  run.feed(2, at(520, EventKind.get, 2))
  run.feed(1, at(530, EventKind.waitEnd, 0, 12), at(530, EventKind.put, 4))
  run.feed(3, at(600, EventKind.waitBegin, 0, Wait.get))
  run.feed(1, mark(1100, MarkKind.sectionEnd))
  run.feed(3, at(1500, EventKind.waitEnd, 0, 11), at(1500, EventKind.get, 3))
  const [queue] = only(run).queues
  expect(queue).toMatchObject({
    putters: [{ name: 'A', items: 4, blocked: 110 }],
    getters: [
      { name: 'B', items: 2, blocked: 210 },
      { name: 'C', items: 0, blocked: 500 },
    ],
    ...{ blockedInPut: 110, blockedInGet: 710 },
    // 10 + 120 for those that were got, 690 + 570 to the end for those that were not.
    depthMean: 1.39,
  })
  expect(Math.abs((queue?.residenceMean ?? 0) / 65 - 1)).toBeLessThan(0.03)
})

test('who joins a queue is not one of its getters', () => {
  const run = runOf(ResourceKind.queue)
  run.feed(1, mark(100, MarkKind.sectionBegin), at(110, EventKind.put, 1))
  run.feed(1, at(120, EventKind.waitBegin, 0, Wait.tasksDone))
  run.feed(2, at(500, EventKind.get, 1))
  run.feed(1, at(900, EventKind.waitEnd, 0, 12), mark(1000, MarkKind.sectionEnd))
  const [queue] = only(run).queues
  expect(queue?.getters).toEqual([expect.objectContaining({ name: 'B', items: 1, blocked: 0 })])
  expect(queue?.blockedInGet).toBe(0)
})

test('a lock: who held it for how long, and where the longest wait was', () => {
  const run = runOf(ResourceKind.lock)
  run.feed(1, at(50, EventKind.acquire, 0), mark(100, MarkKind.sectionBegin))
  run.feed(2, at(150, EventKind.waitBegin, 11, Wait.acquire))
  run.feed(1, at(300, EventKind.release))
  run.feed(2, at(300, EventKind.waitEnd, 0, 11), at(300, EventKind.acquire, 1))
  run.feed(3, at(350, EventKind.waitBegin, 12, Wait.acquire))
  run.feed(2, at(400, EventKind.release))
  run.feed(3, at(400, EventKind.waitEnd, 0, 12), at(400, EventKind.acquire, 1))
  run.feed(1, mark(1000, MarkKind.sectionEnd))
  const section = only(run)
  const [lock] = section.locks
  const track = section.lanes.find(({ name }) => name === 'B')?.track
  expect(lock).toMatchObject({ longestWait: 150, longestAt: { track, from: 150, to: 300 } })
  const uses = lock?.users.map(({ name, used, held, waited }) => [name, used, held, waited])
  expect(uses?.toSorted()).toEqual([
    // A has it since before the section: held, not acquired.
    ['A', 0, 200, 0],
    ['B', 1, 100, 150],
    // C still has it at the end.
    ['C', 1, 600, 50],
  ])
})

test('what an earlier section did is not told again', () => {
  const run = runOf(ResourceKind.lock)
  const once = (time: number) => [
    at(time, EventKind.acquire, 0),
    at(time + 10, EventKind.release),
    mark(time + 20, MarkKind.sectionEnd),
  ]
  run.feed(2, at(150, EventKind.waitBegin, 11, Wait.acquire), at(190, EventKind.waitEnd, 0, 11))
  run.feed(1, mark(100, MarkKind.sectionBegin), ...once(200))
  run.feed(1, mark(300, MarkKind.sectionBegin, 2), ...once(400))
  run.until(1000)
  const [first, second] = run.session.sectionFigures().map(({ locks }) => locks[0])
  expect(first).toMatchObject({ longestWait: 40, users: [{ name: 'A' }, { name: 'B' }] })
  expect(second).toMatchObject({ longestWait: 0, users: [{ name: 'A', used: 1, held: 10 }] })
  expect(second).not.toHaveProperty('longestAt')
})

test('a semaphore: permits by lane, the most at a time, and who had to wait', () => {
  const run = runOf(ResourceKind.semaphore, 2)
  run.feed(1, mark(100, MarkKind.sectionBegin), at(110, EventKind.acquire, 0))
  run.feed(2, at(120, EventKind.acquire, 0))
  run.feed(3, at(130, EventKind.waitBegin, 0, Wait.acquire))
  run.feed(1, at(330, EventKind.release))
  run.feed(3, at(330, EventKind.waitEnd, 0, 11), at(330, EventKind.acquire, 1))
  run.feed(1, mark(1000, MarkKind.sectionEnd))
  expect(only(run).counters).toMatchObject([
    {
      ...{ kind: ResourceKind.semaphore, capacity: 2, used: 3, contended: 1, maximum: 2 },
      ...{ waitedFor: 200, longestWait: 200, longestAt: { from: 130, to: 330 } },
      users: [
        { name: 'C', used: 1, waited: 200 },
        { name: 'A', used: 1, waited: 0 },
        { name: 'B', used: 1, waited: 0 },
      ],
    },
  ])
})

test('a barrier: the slow party is the one that hardly waits', () => {
  const run = runOf(ResourceKind.barrier, 3)
  run.feed(1, mark(100, MarkKind.sectionBegin), at(200, EventKind.waitBegin, 0, Wait.barrier))
  run.feed(2, at(300, EventKind.waitBegin, 0, Wait.barrier))
  run.feed(3, at(900, EventKind.waitBegin, 0, Wait.barrier))
  for (const source of [1, 2, 3]) run.feed(source, at(910, EventKind.waitEnd, 0, 13))
  run.feed(1, mark(1000, MarkKind.sectionEnd))
  const [barrier] = only(run).counters
  expect(barrier).toMatchObject({ used: 3, contended: 3, maximum: 3, waitedFor: 1330 })
  expect(barrier?.users.map(({ name, waited }) => [name, waited])).toEqual([
    ['A', 710],
    ['B', 610],
    ['C', 10],
  ])
})

test('a pool: tasks by worker, the one that is still at work at the end included', () => {
  const run = runOf(ResourceKind.pool, 2)
  run.feed(1, mark(100, MarkKind.sectionBegin), at(110, EventKind.waitBegin, 0, Wait.result))
  run.feed(2, at(150, EventKind.taskStart, 1, 1), at(350, EventKind.taskEnd, 1))
  run.feed(2, at(400, EventKind.taskStart, 2, 1), at(450, EventKind.taskEnd, 2))
  run.feed(3, at(160, EventKind.taskStart, 3, 1))
  run.feed(1, at(800, EventKind.waitEnd), mark(1000, MarkKind.sectionEnd))
  const [pool] = only(run).counters
  expect(pool).toMatchObject({ used: 3, contended: 0, maximum: 2, waitedFor: 690 })
  expect(pool?.users).toMatchObject([
    { name: 'B', used: 2, held: 250, last: 450 },
    { name: 'C', used: 1, held: 840, last: 1000 },
    { name: 'A', used: 0, held: 0, waited: 690 },
  ])
})

test('an event is used by who waits for it; one that is only set is none of the counters', () => {
  const run = runOf(ResourceKind.event)
  run.feed(1, mark(100, MarkKind.sectionBegin), at(150, EventKind.set))
  run.feed(1, { time: 200, kind: EventKind.state, words: [LaneState.running] })
  run.feed(1, mark(1000, MarkKind.sectionEnd))
  expect(only(run).counters).toEqual([])
  const waited = runOf(ResourceKind.event)
  waited.feed(1, mark(100, MarkKind.sectionBegin))
  waited.feed(2, at(150, EventKind.waitBegin, 0, Wait.event))
  waited.feed(1, at(400, EventKind.set), mark(1000, MarkKind.sectionEnd))
  waited.feed(2, at(400, EventKind.waitEnd, 0, 11))
  expect(only(waited).counters).toMatchObject([{ used: 1, waitedFor: 250, maximum: 1 }])
})

test('of a rich run the parts come to the whole, and a snapshot keeps them', () => {
  const segments = new MemorySegments()
  const run = testRun(undefined, segments)
  richRun(run, 300, 10)
  run.session.finish()
  const sections = run.session.sectionFigures()
  for (const { locks, queues, counters } of sections) {
    for (const { users, waitedFor, heldFor, acquired } of locks) {
      expect(sum(users.map(({ waited }) => waited))).toBe(waitedFor)
      expect(sum(users.map(({ held }) => held))).toBe(heldFor)
      expect(sum(users.map(({ used }) => used))).toBe(acquired)
    }
    for (const { putters, getters, puts, gets } of queues) {
      expect(sum(putters.map(({ items }) => items))).toBe(puts)
      expect(sum(getters.map(({ items }) => items))).toBe(gets)
    }
    expect(counters.length).toBeGreaterThan(2)
    for (const { users, used, waitedFor } of counters) {
      expect(sum(users.map((use) => use.used))).toBe(used)
      expect(sum(users.map(({ waited }) => waited))).toBe(waitedFor)
    }
  }
  const restored = TraceSession.restore(run.session.snapshot(), segments)
  expect(restored.sectionFigures()).toEqual(sections)
})
