import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import {
  EventKind,
  LaneEnd,
  LaneKind,
  LaneState,
  MarkKind,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../main/trace/model.ts'
import { start, testRun, type TestRun } from './support.ts'

const LOCK = 70_000
const QUEUE = 70_001
const EVENT = 70_002
const GIL = 70_003

const declare = (id: number, kind: ResourceKind, text: string, capacity = 0) => ({
  time: 1,
  kind: EventKind.resource,
  resource: id,
  words: [kind, capacity],
  text,
})
const at = (time: number, kind: EventKind, resource = 0, ...words: number[]) => ({
  time,
  kind,
  resource,
  words,
})

/** Two threads, A on source 1 and B on source 2, with a resource of each kind. */
function twoThreads(): TestRun {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), declare(LOCK, ResourceKind.lock, 'Lock-1\nprogram.ts:12'))
  run.feed(1, declare(QUEUE, ResourceKind.queue, 'q\nprogram.ts:13', 5))
  run.feed(1, declare(EVENT, ResourceKind.event, 'ready'), declare(GIL, ResourceKind.gil, 'GIL'))
  run.feed(2, start(0, 22, 'B'))
  return run
}

const trackOf = (run: TestRun, name: string) =>
  run.session.tracks().find((track) => track.name === name)?.id ?? -1

/** States of a row as `[start, state]`. */
function spans(run: TestRun, name: string) {
  const answer = run.session.answer('view', {
    from: nanoseconds(0),
    to: nanoseconds(10_000),
    width: 1000,
    tracks: [trackOf(run, name)],
  })
  const slice = answer.slices[0]?.spans
  if (!slice) throw new Error(`no spans of ${name}`)
  return [...slice.starts].map((time, span) => [time, slice.states[span]])
}

const inspect = (run: TestRun, name: string, time: number) =>
  run.session.answer('inspect', { track: trackOf(run, name), time: nanoseconds(time) })

const { running, waiting, holding, none, queue, idle } = LaneState

describe('who holds others up', () => {
  function contended(): TestRun {
    const run = twoThreads()
    run.feed(1, at(100, EventKind.acquire, LOCK, 0))
    run.feed(2, at(200, EventKind.waitBegin, LOCK, 11, Wait.acquire))
    run.feed(1, at(300, EventKind.release, LOCK, 1))
    run.feed(2, at(310, EventKind.waitEnd, LOCK, 0, 11), at(310, EventKind.acquire, LOCK, 1))
    run.feed(2, at(400, EventKind.release, LOCK, 0))
    run.until(1000)
    return run
  }

  test('a running lane is holding from the first waiter until it releases', () => {
    const run = contended()
    expect(spans(run, 'A')).toEqual([
      [0, running],
      [200, holding],
      [300, running],
    ])
    expect(spans(run, 'B')).toEqual([
      [0, running],
      [200, waiting],
      [310, running],
    ])
    expect(spans(run, 'Lock-1')).toEqual([
      [100, running],
      [200, holding],
      [300, none],
      [310, running],
      [400, none],
    ])
  })

  test('a wait names its holder, where the lock was made, and who ended it', () => {
    expect(inspect(contended(), 'B', 250)).toMatchObject({
      from: 200,
      to: 310,
      state: waiting,
      title: 'Waiting for Lock-1',
      facts: [
        { label: 'Lock', value: 'Lock-1' },
        { label: 'Made at', value: 'program.ts:12' },
        { label: 'Held by', value: 'A since 100\u00a0ns' },
        { label: 'Ended by', value: 'A released it at 300\u00a0ns' },
      ],
    })
    expect(inspect(contended(), 'Lock-1', 250)).toMatchObject({
      title: 'Held while others wait',
      facts: [
        { label: 'Held by', value: 'A since 100\u00a0ns' },
        { label: 'Waiting', value: '1' },
        { label: 'Made at', value: 'program.ts:12' },
      ],
    })
  })

  test('a wait is ended by whoever held last, not by whom the waiter last saw', () => {
    const run = twoThreads()
    run.feed(3, start(0, 33, 'C'))
    run.feed(1, at(100, EventKind.acquire, LOCK, 0), at(300, EventKind.release, LOCK, 1))
    run.feed(2, at(200, EventKind.waitBegin, LOCK, 11, Wait.acquire))
    run.feed(3, at(310, EventKind.acquire, LOCK, 0), at(400, EventKind.release, LOCK, 1))
    // The waiter slept through C's turn: it still believes that A held it.
    run.feed(2, at(410, EventKind.waitEnd, LOCK, WaitOutcome.granted, 11))
    run.feed(2, at(411, EventKind.acquire, LOCK, 1))
    run.until(1000)
    expect(inspect(run, 'B', 250)?.facts).toContainEqual({
      label: 'Ended by',
      value: 'C released it at 400\u00a0ns',
    })
  })

  test('the tables count what happened', () => {
    const { locks, lanes } = contended().session.answer('tables', {})
    expect(locks).toMatchObject([
      { name: 'Lock-1', kind: 'Lock', acquired: 2, contended: 1, switches: 1, heldFor: 290 },
    ])
    expect(locks[0]?.wait).toMatchObject({ count: 1, maximum: 110 })
    expect(locks[0]?.hold).toMatchObject({ count: 2, maximum: 200 })
    expect(lanes[1]).toMatchObject({ name: 'B', waits: 1, waitedLock: 110, longestWait: 110 })
  })

  test('a release that is merged after the next acquire does not free the lock', () => {
    const run = twoThreads()
    run.feed(1, at(100, EventKind.acquire, LOCK, 0), at(205, EventKind.release, LOCK, 0))
    run.feed(2, at(200, EventKind.acquire, LOCK, 0), at(300, EventKind.release, LOCK, 0))
    run.until(1000)
    expect(spans(run, 'Lock-1')).toEqual([
      [100, running],
      [200, running],
      [300, none],
    ])
  })

  test('a lock may be released by another thread', () => {
    const run = twoThreads()
    run.feed(1, at(100, EventKind.acquire, LOCK, 0))
    run.feed(2, at(200, EventKind.release, LOCK, 0))
    run.until(1000)
    expect(spans(run, 'Lock-1')).toEqual([
      [100, running],
      [200, none],
    ])
  })

  test('waits whose end was dropped do not leave a waiter behind', () => {
    const run = twoThreads()
    run.feed(1, at(100, EventKind.acquire, LOCK, 0))
    run.feed(2, at(200, EventKind.waitBegin, LOCK, 11, Wait.acquire))
    run.feed(2, at(300, EventKind.state, 0, LaneState.sleeping))
    run.feed(2, at(400, EventKind.waitEnd, LOCK, 0, 11))
    run.until(1000)
    expect(spans(run, 'A')).toEqual([
      [0, running],
      [200, holding],
      [300, running],
    ])
  })

  test('who ends while it holds stays named as the holder, its successor does not hold', () => {
    const run = twoThreads()
    run.feed(
      1,
      at(100, EventKind.acquire, LOCK, 0),
      at(150, EventKind.laneEnd, 0, 11, LaneEnd.threw),
    )
    run.feed(1, start(160, 33, 'A'))
    run.feed(2, at(200, EventKind.waitBegin, LOCK, 11, Wait.acquire))
    run.until(1000)
    expect(spans(run, 'A')).toEqual([
      [0, running],
      [150, none],
      [160, running],
    ])
    expect(spans(run, 'Lock-1').at(-1)).toEqual([200, holding])
  })
})

test('a wait for the GIL that ended by a request is the switch interval’s doing', () => {
  const run = twoThreads()
  run.feed(1, at(100, EventKind.acquire, GIL, 0), at(500, EventKind.release, GIL, 1))
  run.feed(2, at(200, EventKind.waitBegin, GIL, 11, Wait.acquire))
  run.feed(2, at(400, EventKind.dropRequest, GIL, 11), at(510, EventKind.waitEnd, GIL, 0, 11))
  run.until(1000)
  const detail = inspect(run, 'B', 300)
  expect(detail?.title).toBe('Waiting for the GIL')
  expect(detail?.facts.at(-1)?.value).toBe('the switch interval: A gave it up at 500\u00a0ns')
  expect(run.session.answer('tables', {}).lanes[1]).toMatchObject({ waitedGil: 310, waitedLock: 0 })
})

describe('queues', () => {
  test('a get merged before its put never shows a negative depth', () => {
    const run = twoThreads()
    run.feed(1, at(110, EventKind.put, QUEUE, 0, 1, 8), at(200, EventKind.put, QUEUE, 1, 1, 8))
    run.feed(2, at(100, EventKind.get, QUEUE, 0, 0, 8))
    run.until(1000)
    const { slices } = run.session.answer('view', {
      from: nanoseconds(0),
      to: nanoseconds(1000),
      width: 100,
      tracks: [trackOf(run, 'q')],
    })
    const counter = slices[0]?.counter
    expect(Math.min(...(counter?.minimum ?? []))).toBe(0)
    expect(Math.max(...(counter?.maximum ?? []))).toBe(1)
    const [row] = run.session.answer('tables', {}).queues
    expect(row).toMatchObject({ puts: 2, gets: 1, depth: 1, maximumDepth: 1, capacity: 5 })
    expect(row?.residence).toMatchObject({ count: 1, maximum: 0 })
  })

  test('blocked in put and in get', () => {
    const run = twoThreads()
    run.feed(
      1,
      at(100, EventKind.waitBegin, QUEUE, 0, Wait.put),
      at(300, EventKind.waitEnd, QUEUE, 0, 22),
    )
    run.feed(
      2,
      at(100, EventKind.waitBegin, QUEUE, 0, Wait.get),
      at(300, EventKind.waitEnd, QUEUE, 1, 0),
    )
    run.until(1000)
    expect(spans(run, 'A')[1]).toEqual([100, queue])
    expect(inspect(run, 'A', 200)?.facts.at(-1)?.value).toBe('B took an item at 300\u00a0ns')
    expect(inspect(run, 'B', 200)).toMatchObject({ title: 'Blocked in get of q' })
    expect(inspect(run, 'B', 200)?.facts.at(-1)?.value).toBe('its timeout')
  })

  test('residence pairs items by id, processes apart, beyond the first slots', () => {
    const run = twoThreads()
    const items = Array.from({ length: 2000 }, (_, item) => item)
    for (const process of [0, 3])
      run.feed(
        1,
        ...items.map((item) => at(1000 + item, EventKind.put, QUEUE, item + process * 2 ** 24)),
      )
    run.until(4000)
    for (const process of [0, 3])
      run.feed(
        2,
        ...items.map((item) => at(6000 + item, EventKind.get, QUEUE, item + process * 2 ** 24)),
      )
    run.until(9000)
    const [row] = run.session.answer('tables', {}).queues
    expect(row?.residence).toMatchObject({ count: 4000, maximum: 5000 })
    expect(row?.residence.median).toBeGreaterThan(4800)
  })
})

test('an event is a row once used, and waiting for it is idling', () => {
  const run = twoThreads()
  expect(trackOf(run, 'ready')).toBe(-1)
  run.feed(2, at(100, EventKind.waitBegin, EVENT, 0, Wait.event))
  run.feed(1, at(200, EventKind.set, EVENT))
  run.feed(2, at(210, EventKind.waitEnd, EVENT, 0, 11))
  run.until(1000)
  expect(run.session.tracks().find(({ name }) => name === 'ready')?.kind).toBe('event')
  expect(run.session.tracks().some(({ name }) => name === 'Lock-1')).toBe(false)
  expect(spans(run, 'B')[1]).toEqual([100, idle])
  expect(inspect(run, 'B', 150)?.facts.at(-1)?.value).toBe('A set it at 200\u00a0ns')
})

test('a thread of the same name re-uses the lane of one that ended, not of one that lives', () => {
  const run = twoThreads()
  run.feed(1, at(100, EventKind.laneEnd, 0, 11, LaneEnd.returned), start(200, 33, 'A'))
  run.feed(3, start(210, 44, 'A'))
  run.until(1000)
  const lanes = run.session.tracks().filter(({ kind }) => kind === 'lane')
  expect(lanes.map(({ name }) => name)).toEqual(['A', 'A', 'B'])
  expect(lanes[0]).toMatchObject({ subject: 33, group: 'Process 100', subtitle: 'Thread' })
})

test('events of a source whose lane start was dropped still have a row', () => {
  const run = testRun()
  run.feed(9, at(100, EventKind.acquire, 5, 0), at(200, EventKind.dropped, 0, 17, 17))
  run.until(1000)
  expect(run.session.tracks().map(({ name }) => name)).toEqual(['Source 0', 'Resource 5'])
  expect(run.session.status().dropped).toBe(17)
})

test('a source that ends without a word leaves a lane that was killed', () => {
  const run = twoThreads()
  run.until(500)
  run.session.endSource(2, LaneEnd.killed, -9)
  run.session.finish()
  const rows = run.session.answer('tables', {}).lanes
  expect(rows.map(({ now }) => now)).toEqual(['Running', 'Killed, exit code -9'])
})

test('a section has the figures of what happened between its marks, and nothing else', () => {
  const run = twoThreads()
  const mark = (time: number, kind: MarkKind) => ({
    time,
    kind: EventKind.mark,
    words: [kind, 2],
    text: 'two threads',
  })
  run.feed(1, at(50, EventKind.acquire, LOCK, 0), mark(100, MarkKind.sectionBegin))
  run.feed(1, at(200, EventKind.put, QUEUE, 0, 1), at(400, EventKind.release, LOCK, 1))
  run.feed(1, { time: 450, kind: EventKind.output, words: [1], text: 'hello' })
  run.feed(1, at(460, EventKind.dropped, 0, 3, 3))
  run.feed(1, mark(1100, MarkKind.sectionEnd))
  run.feed(2, at(300, EventKind.waitBegin, LOCK, 11, Wait.acquire))
  run.feed(2, at(500, EventKind.waitEnd, LOCK, 0, 11), at(500, EventKind.acquire, LOCK, 1))
  run.feed(2, at(600, EventKind.laneEnd, 0, 22, LaneEnd.returned))
  run.feed(1, at(1200, EventKind.acquire, LOCK, 0))
  run.until(2000)
  const [section] = run.session.sectionFigures()
  expect(section).toMatchObject({
    variant: 'two threads',
    repeat: 2,
    from: 100,
    to: 1100,
    elapsed: 1000,
    concurrency: 1.3,
    dropped: 3,
    output: [{ stream: 1, text: 'hello' }],
    locks: [
      {
        name: 'Lock-1',
        acquired: 1,
        contended: 1,
        switches: 1,
        heldFor: 900,
        waitedFor: 200,
        longestWait: 200,
      },
    ],
    queues: [{ name: 'q', puts: 1, gets: 0, maximumDepth: 1, left: 1 }],
  })
  const [a, b] = section?.lanes ?? []
  expect(a?.byState[holding]).toBe(100)
  expect(b).toMatchObject({ name: 'B', waitedLock: 200, waitedGil: 0, ended: LaneEnd.returned })
  expect([...(b?.byState ?? [])]).toEqual([500, 300, 200, 0, 0, 0, 0, 0])
})

test('a section has what a program printed and ended last, though it is heard of after its end', () => {
  const run = twoThreads()
  const mark = (time: number, kind: MarkKind, repeat: number) => ({
    time,
    kind: EventKind.mark,
    words: [kind, repeat],
    text: 'variant',
  })
  const line = (time: number, text: string) => ({ time, kind: EventKind.output, words: [1], text })
  run.feed(1, mark(100, MarkKind.sectionBegin, 1), mark(200, MarkKind.sectionEnd, 1))
  run.feed(1, line(210, 'last words'))
  run.feed(2, at(220, EventKind.laneEnd, 0, 22, LaneEnd.terminated))
  run.feed(1, mark(300, MarkKind.sectionBegin, 2), mark(400, MarkKind.sectionEnd, 2))
  run.feed(1, at(410, EventKind.laneEnd, 0, 11, LaneEnd.killed), line(420, 'others'))
  run.until(2000)
  const [first, second] = run.session.sectionFigures()
  expect(first?.output.map(({ text }) => text)).toEqual(['last words'])
  expect(first?.lanes.map(({ ended }) => ended)).toEqual([undefined, LaneEnd.terminated])
  expect(second?.output.map(({ text }) => text)).toEqual(['others'])
  // What is left over is killed: that says nothing about the section.
  expect(second?.lanes.map(({ ended }) => ended)).toEqual([undefined])
  expect(first?.elapsed).toBe(100)
})

test('contention is found in both directions, in one lane and in all', () => {
  const run = twoThreads()
  for (const time of [1000, 2000, 3000])
    run.feed(
      2,
      at(time, EventKind.waitBegin, LOCK, 0, Wait.acquire),
      at(time + 10, EventKind.waitEnd, LOCK, 0, 0),
    )
  run.until(9000)
  const find = (direction: 'next' | 'previous', time: number, track?: number) =>
    run.session.answer('neighbour', {
      direction,
      time: nanoseconds(time),
      what: 'contention',
      ...(track !== undefined && { track }),
    })?.from
  expect(find('next', 0)).toBe(1000)
  expect(find('next', 1000)).toBe(2000)
  expect(find('next', 3000)).toBeUndefined()
  expect(find('previous', 2000)).toBe(1000)
  expect(find('previous', 2005)).toBe(2000)
  expect(find('previous', 9000, trackOf(run, 'B'))).toBe(3000)
  expect(find('previous', 9000, trackOf(run, 'A'))).toBeUndefined()
})

test('what is made again in the next section shares a row, unless it is still in use', () => {
  const run = twoThreads()
  const mark = (time: number, kind: MarkKind) => ({ time, kind: EventKind.mark, words: [kind, 1] })
  const again = (id: number, time: number) => ({
    ...declare(id, ResourceKind.lock, 'Lock-1\nprogram.ts:12'),
    time,
  })
  const use = (id: number, time: number) => [
    at(time, EventKind.acquire, id, 0),
    at(time + 10, EventKind.release, id, 0),
  ]
  run.feed(1, mark(10, MarkKind.sectionBegin), ...use(LOCK, 20))
  run.feed(1, again(80_000, 40), ...use(80_000, 50), mark(90, MarkKind.sectionEnd))
  run.feed(1, mark(100, MarkKind.sectionBegin), again(90_000, 110), ...use(90_000, 120))
  run.feed(1, at(140, EventKind.acquire, 90_000, 0), mark(150, MarkKind.sectionEnd))
  run.feed(1, mark(160, MarkKind.sectionBegin), again(95_000, 170), ...use(95_000, 180))
  run.feed(1, mark(200, MarkKind.sectionEnd))
  run.until(1000)
  // Two at once in the first section, one that follows on the second, one beside it that is held.
  const { locks } = run.session.answer('tables', {})
  expect(locks.map(({ acquired }) => acquired)).toEqual([1, 3, 1])
  expect(
    run.session.sectionFigures().map((section) => section.locks.map((lock) => lock.acquired)),
  ).toEqual([[1, 1], [2], [1]])
})

test('who waits in a later section waits for the lock in whose row it is shown', () => {
  const run = twoThreads()
  const mark = (time: number, kind: MarkKind) => ({ time, kind: EventKind.mark, words: [kind, 1] })
  run.feed(1, mark(10, MarkKind.sectionBegin), at(20, EventKind.acquire, LOCK, 0))
  run.feed(1, at(30, EventKind.release, LOCK, 0), mark(40, MarkKind.sectionEnd))
  const again = { ...declare(90_000, ResourceKind.lock, 'Lock-1\nprogram.ts:12'), time: 60 }
  run.feed(1, mark(50, MarkKind.sectionBegin), again, at(70, EventKind.acquire, 90_000, 0))
  run.feed(2, at(80, EventKind.waitBegin, 90_000, 11, Wait.acquire))
  run.until(1000)
  const { slices } = run.session.answer('view', {
    from: nanoseconds(85),
    to: nanoseconds(95),
    width: 10,
    tracks: [trackOf(run, 'B')],
  })
  const lock = run.session.tracks().find(({ name }) => name === 'Lock-1')
  expect(slices[0]?.spans?.details[0]).toBe(lock?.subject)
})

test('rows stand in reading order, in whatever order threads were first heard of', () => {
  const run = testRun()
  run.feed(1, start(10, 21, 'Thread-10 (f)'))
  run.feed(2, start(20, 22, 'Thread-2 (f)'))
  run.feed(3, { ...start(30, 23, 'MainThread'), words: [23, 0, LaneKind.main] })
  run.until(1000)
  const expected = ['MainThread', 'Thread-2 (f)', 'Thread-10 (f)']
  expect(run.session.tracks().map(({ name }) => name)).toEqual(expected)
  expect(run.session.answer('tables', {}).lanes.map(({ name }) => name)).toEqual(expected)
})

describe('resources whose row is a number', () => {
  const SLOTS = 70_010
  const POOL = 70_011
  const BARRIER = 70_012

  function threads(): TestRun {
    const run = testRun()
    run.feed(1, start(0, 11, 'A'), declare(SLOTS, ResourceKind.semaphore, 'slots', 2))
    run.feed(1, declare(POOL, ResourceKind.pool, 'pool', 4))
    run.feed(1, declare(BARRIER, ResourceKind.barrier, 'phases', 2))
    run.feed(2, start(0, 22, 'B'))
    return run
  }

  const titleAt = (run: TestRun, name: string, time: number) => inspect(run, name, time)?.title

  test('permits taken and given back, by whichever thread', () => {
    const run = threads()
    run.feed(1, at(100, EventKind.acquire, SLOTS, 0), at(300, EventKind.release, SLOTS, 0))
    run.feed(2, at(200, EventKind.acquire, SLOTS, 0), at(400, EventKind.release, SLOTS, 0))
    run.until(1_000)
    const titles = [50, 150, 250, 350, 450].map((time) => titleAt(run, 'slots', time)?.[0])
    expect(titles).toEqual(['0', '1', '2', '1', '0'])
    expect(titleAt(run, 'slots', 250)).toBe('2 permits of slots taken')
  })

  test('tasks of a pool, and the one whose worker died in it', () => {
    const run = threads()
    run.feed(1, at(100, EventKind.taskStart, POOL, 0, 8), at(200, EventKind.taskEnd, POOL, 0, 0))
    run.feed(2, at(150, EventKind.taskStart, POOL, 1, 8))
    run.feed(2, at(300, EventKind.laneEnd, 0, 22, LaneEnd.killed))
    run.until(1_000)
    expect(titleAt(run, 'pool', 160)).toBe('2 tasks running in pool')
    expect(titleAt(run, 'pool', 250)).toBe('1 task running in pool')
    expect(titleAt(run, 'pool', 350)).toBe('0 tasks running in pool')
  })

  test('who waits at a barrier, and who let them through', () => {
    const run = threads()
    run.feed(1, at(100, EventKind.waitBegin, BARRIER, 0, Wait.barrier))
    run.feed(1, at(300, EventKind.waitEnd, BARRIER, WaitOutcome.granted, 22))
    run.until(1_000)
    expect(titleAt(run, 'phases', 200)).toBe('1 waiting for phases')
    expect(titleAt(run, 'A', 200)).toBe('Waiting at phases for the others')
    expect(inspect(run, 'A', 200)?.facts.at(-1)?.value).toBe(
      'B was the last to arrive at 300\u00a0ns',
    )
  })
})

test('a program that prints without end does not fill the memory', () => {
  const run = twoThreads()
  const text = 'x'.repeat(16_000)
  for (let line = 0; line < 2_500; line++)
    run.feed(1, { time: 100 + line, kind: EventKind.output, words: [1], text })
  run.until(5_000)
  const { lines, total } = run.session.answer('output', { after: 0 })
  expect(total).toBeLessThan(2_500)
  expect(lines.at(-1)?.text).toBe('Further lines are in the recording only.')
})
