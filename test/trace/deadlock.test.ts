import { describe, expect, test } from 'vitest'
import type { Deadlock } from '../../main/run/contract.ts'
import { deadlockWords } from '../../main/trace/deadlock-words.ts'
import { findDeadlock } from '../../main/trace/deadlock.ts'
import {
  EventKind,
  LaneEnd,
  LaneState,
  OutputStream,
  Place,
  ResourceKind,
  Wait,
} from '../../main/trace/model.ts'
import { start, testRun, type TestRun } from './support.ts'

const [FORK_1, FORK_2, FORK_3, ITEMS] = [70_001, 70_002, 70_003, 70_004]
const [GO, SLOTS, MET] = [70_005, 70_006, 70_007]

const KINDS = new Map<number, readonly [ResourceKind, string]>([
  [FORK_1, [ResourceKind.lock, 'fork 1']],
  [FORK_2, [ResourceKind.lock, 'fork 2']],
  [FORK_3, [ResourceKind.rlock, 'fork 3']],
  [ITEMS, [ResourceKind.queue, 'items']],
  [GO, [ResourceKind.event, 'go']],
  [SLOTS, [ResourceKind.semaphore, 'slots']],
  [MET, [ResourceKind.barrier, 'met']],
])

/** Threads 11, 12, … named A, B, … on sources 1, 2, …; one event every microsecond. */
class Story {
  readonly #run: TestRun = testRun()
  #time = 0

  constructor(threads: number) {
    for (let thread = 1; thread <= threads; thread++)
      this.#run.feed(thread, start(0, 10 + thread, 'ABCDE'.charAt(thread - 1)))
    for (const [resource, [kind, name]] of KINDS)
      this.#say(1, EventKind.resource, resource, [kind, 0], `${name}\nprogram.ts:1`)
  }

  acquire(thread: number, lock: number): this {
    return this.#say(thread, EventKind.acquire, lock, [0])
  }

  release(thread: number, lock: number): this {
    return this.#say(thread, EventKind.release, lock, [0])
  }

  wait(thread: number, resource: number, why: Wait, timed = false): this {
    return this.#say(thread, EventKind.waitBegin, resource, [0, why, timed ? 1 : 0])
  }

  join(thread: number, other: number, timed = false): this {
    return this.#say(thread, EventKind.state, 0, [LaneState.idle, 10 + other, timed ? 1 : 0])
  }

  at(thread: number, place: Place, line: string, lock = 0): this {
    return this.#say(thread, EventKind.location, lock, [place], line)
  }

  end(thread: number, how: LaneEnd = LaneEnd.killed): this {
    return this.#say(thread, EventKind.laneEnd, 0, [10 + thread, how])
  }

  /** As the thread prints it before it ends. */
  throws(thread: number, ...traceback: readonly string[]): this {
    const name = 'ABCDE'.charAt(thread - 1)
    for (const line of [`Exception in thread ${name}:`, ...traceback])
      this.#say(thread, EventKind.output, 0, [OutputStream.error], line)
    return this.end(thread, LaneEnd.threw)
  }

  found(from = 0): Deadlock | undefined {
    this.#run.until(this.#time + 1)
    const { lanes, output } = this.#run.session.collector
    return findDeadlock(lanes, { from, output })
  }

  #say(
    thread: number,
    kind: EventKind,
    resource: number,
    words: readonly number[],
    text = '',
  ): this {
    this.#time += 1_000
    this.#run.feed(thread, { time: this.#time, kind, resource, words, text })
    return this
  }
}

const names = (deadlock: Deadlock | undefined) => deadlock?.members.map(({ name }) => name)

const philosophers = () =>
  new Story(4)
    .acquire(1, FORK_1)
    .at(1, Place.acquired, 'dining.ts:30', FORK_1)
    .acquire(2, FORK_2)
    .acquire(3, FORK_3)
    .wait(1, FORK_2, Wait.acquire)
    .wait(2, FORK_3, Wait.acquire)
    .wait(3, FORK_1, Wait.acquire)
    .at(3, Place.waits, 'dining.ts:31')

test('a cycle of locks is named in its order while another thread still runs', () => {
  const found = philosophers().found()
  expect(found?.kind).toBe('cycle')
  expect(names(found)).toEqual(['A', 'B', 'C'])
  expect(found?.members[2]).toMatchObject({
    doing: 'Waiting for fork 1',
    at: 'dining.ts:31',
    holder: { name: 'A', at: 'dining.ts:30', since: 8_000 },
  })
  expect(found?.since).toBe(14_000)
})

test('who waits for a member of a cycle stands behind it and is not blamed', () => {
  const found = philosophers().join(4, 2).found()
  expect(names(found)).toEqual(['A', 'B', 'C'])
  expect(found?.behind).toEqual(['D'])
})

test('a release by a stranger, a timeout or the end of a holder dissolves a cycle', () => {
  expect(philosophers().release(4, FORK_2).found()).toBeUndefined()
  expect(philosophers().wait(2, FORK_3, Wait.acquire, true).found()).toBeUndefined()
  expect(philosophers().end(2).found()).toBeUndefined()
})

test('a lock acquired twice by one thread is a cycle of one', () => {
  const found = new Story(2).acquire(1, FORK_1).wait(1, FORK_1, Wait.acquire).found()
  expect(found?.kind).toBe('cycle')
  expect(names(found)).toEqual(['A'])
})

test('two threads that join each other, or one that joins who waits for its lock', () => {
  expect(names(new Story(3).join(1, 2).join(2, 1).found())).toEqual(['A', 'B'])
  const held = new Story(3).acquire(1, FORK_1).join(1, 2).wait(2, FORK_1, Wait.acquire)
  expect(names(held.found())).toEqual(['A', 'B'])
})

test('a wait that anybody could end is no deadlock while anybody can go on', () => {
  const waiting = () =>
    new Story(3)
      .wait(1, ITEMS, Wait.get)
      .wait(2, GO, Wait.event)
      .acquire(3, FORK_1)
      .wait(3, SLOTS, Wait.acquire)
  const found = waiting().found()
  expect(found?.kind).toBe('everybody')
  expect(names(found)).toEqual(['A', 'B', 'C'])
  expect(waiting().wait(3, SLOTS, Wait.acquire, true).found()).toBeUndefined()
  expect(waiting().release(3, FORK_1).wait(3, ITEMS, Wait.get).found()?.kind).toBe('everybody')
  // It runs again.
  expect(waiting().acquire(3, SLOTS).found()).toBeUndefined()
})

test('a lock that a thread has left locked is released by nobody once all others wait', () => {
  const left = (how: LaneEnd) =>
    new Story(3).acquire(1, FORK_1).end(1, how).join(2, 3).wait(3, FORK_1, Wait.acquire)
  const found = left(LaneEnd.returned).found()
  expect(found?.kind).toBe('everybody')
  expect(names(found)).toEqual(['B', 'C'])
  expect(found?.members[1]?.holder?.name).toBe('A')
  expect(left(LaneEnd.threw).found()?.kind).toBe('everybody')
  // The waiter finds that its holder has died.
  expect(left(LaneEnd.killed).found()).toBeUndefined()
  // Any thread may release it.
  expect(
    new Story(3).acquire(1, FORK_1).end(1, LaneEnd.returned).wait(3, FORK_1, Wait.acquire).found(),
  ).toBeUndefined()
})

test('nobody waits, or nobody is there: nothing is found', () => {
  expect(new Story(2).found()).toBeUndefined()
  expect(new Story(2).end(1).end(2).found()).toBeUndefined()
})

test('the sentences say who waits where since when, and who has it since when', () => {
  const found = philosophers().join(4, 2).found()
  expect(found && deadlockWords(found)).toEqual({
    headline: 'Deadlock: A, B and C wait for each other, and none of them can go on.',
    details: [
      'A: waiting for fork 2 since 0.000 s, held by B since 0.000 s.',
      'B: waiting for fork 3 since 0.000 s, held by C since 0.000 s.',
      'C: waiting for fork 1 since 0.000 s (dining.ts:31), held by A since 0.000 s (dining.ts:30).',
      'D waits for them.',
    ],
  })
})

describe('a thread that has thrown', () => {
  const PYTHON = [
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3.13/threading.py", line 1041, in _bootstrap_inner',
    '    self.run()',
    '    ~~~~~~~~^^',
    '  File "/home/me/rows.py", line 28, in row',
    '    raise zlib.error(message)',
    'zlib.error: on purpose: twice',
  ]
  const NODE = [
    'RangeError: on purpose',
    '    at row (program.ts:28:9)',
    '    at main (program.ts:40:3)',
  ]
  const stranded = (...traceback: readonly string[]) =>
    new Story(3)
      .join(1, 2)
      .wait(2, MET, Wait.event)
      .throws(3, ...traceback)
  const first = (deadlock: Deadlock | undefined) => deadlock && deadlockWords(deadlock).details[0]

  test('is named with its exception and its line where others wait for it at a barrier', () => {
    expect(first(stranded(...NODE).found())).toBe(
      'C has ended with RangeError at program.ts:28 after 0.000 s, and will never come to barrier met.',
    )
    expect(first(stranded(...PYTHON).found())).toMatch(
      /^C has ended with error at rows[.]py:28 after/,
    )
  })

  test('is named without what it did not print', () => {
    expect(first(stranded().found())).toMatch(/^C has ended with an exception after/)
  })

  test('is said to end none of the waits where there is no barrier', () => {
    const queue = new Story(3)
      .join(1, 2)
      .wait(2, ITEMS, Wait.get)
      .throws(3, ...NODE)
    expect(first(queue.found())).toMatch(/ after 0[.]000 s, and can end none of these waits[.]$/)
  })

  test('is not blamed when it returned, threw before the section, or the others hold each other up', () => {
    const returned = new Story(3).join(1, 2).wait(2, MET, Wait.event).end(3, LaneEnd.returned)
    expect(returned.found()).not.toHaveProperty('thrown')
    expect(stranded(...NODE).found()?.thrown).toHaveLength(1)
    expect(stranded(...NODE).found(1e9)).not.toHaveProperty('thrown')
    const cycle = philosophers()
      .throws(4, ...NODE)
      .found()
    expect(cycle?.kind).toBe('cycle')
    expect(cycle).not.toHaveProperty('thrown')
  })
})
