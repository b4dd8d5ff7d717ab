import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import {
  EventKind,
  LaneEnd,
  LaneKind,
  LaneState,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../../main/trace/model.ts'
import { testRun, type TestRun } from '../support.ts'
import { programOf, runOf } from './program.ts'

const LOCK = 70_001
const QUEUE = 70_002

/** Threads 11, 12, 13 named A, B, C on sources 1, 2, 3; each event in nanoseconds. */
class Story {
  readonly run = testRun()

  constructor() {
    for (const [resource, kind, text] of [
      [LOCK, ResourceKind.lock, 'Lock-1'],
      [QUEUE, ResourceKind.queue, 'q'],
    ] as const)
      this.#say('A', 0, EventKind.resource, resource, [kind, 0], text)
  }

  begin(thread: string, time: number, by = 0): this {
    return this.#say(
      thread,
      time,
      EventKind.laneStart,
      0,
      [ident(thread), by, LaneKind.thread],
      thread,
    )
  }

  end(thread: string, time: number): this {
    return this.#say(thread, time, EventKind.laneEnd, 0, [ident(thread), LaneEnd.returned, 0])
  }

  acquire(thread: string, time: number, waited = 0): this {
    return this.#say(thread, time, EventKind.acquire, LOCK, [waited])
  }

  release(thread: string, time: number): this {
    return this.#say(thread, time, EventKind.release, LOCK, [0])
  }

  put(thread: string, time: number): this {
    return this.#say(thread, time, EventKind.put, QUEUE, [0, 1, 8])
  }

  wait(thread: string, from: number, to: number, resource: number, by: string, how = 0): this {
    const why = resource === LOCK ? Wait.acquire : Wait.get
    return this.#say(thread, from, EventKind.waitBegin, resource, [0, why]).#say(
      thread,
      to,
      EventKind.waitEnd,
      resource,
      [how, ident(by)],
    )
  }

  state(thread: string, time: number, state: LaneState, joined = ''): this {
    return this.#say(thread, time, EventKind.state, 0, [state, joined ? ident(joined) : 0])
  }

  #say(
    thread: string,
    time: number,
    kind: EventKind,
    resource: number,
    words: readonly number[],
    text = '',
  ): this {
    this.run.feed(ident(thread) - 10, { time, kind, resource, words, text })
    return this
  }
}

const ident = (thread: string): number => 11 + 'ABC'.indexOf(thread)

/** Segments as `A 0-100`, and through what the path came there. */
function path(run: TestRun, from: number, to: number) {
  const names = new Map(run.session.tracks().map(({ id, name }) => [id, name]))
  const answer = run.session.answer('criticalPath', {
    from: nanoseconds(from),
    to: nanoseconds(to),
  })
  return {
    ...answer,
    segments: [...answer.tracks].map((track, at) => {
      const through = names.get(answer.resources[at] ?? 0)
      const times = `${answer.starts[at]}-${answer.ends[at]}`
      return `${names.get(track)} ${times}${through ? ` ${through}` : ''}`
    }),
    fact: (label: string) => answer.facts.find((fact) => fact.label === label)?.value,
  }
}

describe('the path goes over to who ended a wait', () => {
  test('a release: from the moment of it, and the lock has its share', () => {
    const { run } = new Story()
      .begin('A', 0)
      .begin('B', 0)
      .acquire('A', 100)
      .wait('B', 200, 620, LOCK, 'A')
      .release('A', 600)
      .acquire('B', 630, 1)
      .end('A', 700)
      .end('B', 1_000)
    run.until(1_000)
    const { segments, cut, fact } = path(run, 0, 1_000)
    expect(segments).toEqual(['A 0-600', 'B 600-1000 Lock-1'])
    expect(cut).toBe(false)
    expect(fact('A')).toBe('60\u00a0%, 600\u00a0ns')
    expect(fact('Lock-1 held')).toBe('50\u00a0%, 500\u00a0ns, 1 hand-over')
    // B ran from 620 on: until then it woke up.
    expect(fact('Running')).toBe('98\u00a0%, 980\u00a0ns')
    expect(fact('Changes of lane')).toBe('1')
  })

  test('a put, the end of a thread that was joined, the start of a thread', () => {
    const { run } = new Story()
      .begin('A', 0)
      .begin('B', 100, ident('A'))
      .begin('C', 120, ident('A'))
      .state('A', 150, LaneState.idle, 'B')
      .wait('B', 200, 510, QUEUE, 'C')
      .put('C', 500)
      .end('C', 900)
      .end('B', 800)
      .state('A', 820, LaneState.running)
      .end('A', 1_000)
    run.until(1_000)
    expect(path(run, 0, 1_000).segments).toEqual([
      'A 0-120',
      'C 120-500',
      'B 500-800 q',
      'A 800-1000',
    ])
    expect(path(run, 0, 1_000).fact('q')).toBe('1 hand-over')
  })

  test('contention that nobody had to wait for in the end is not on it', () => {
    const { run } = new Story()
      .begin('A', 0)
      .begin('B', 0)
      .begin('C', 0)
      .acquire('A', 100)
      .wait('B', 150, 610, LOCK, 'A')
      .release('A', 600)
      .acquire('B', 620, 1)
      .release('B', 640)
      .end('A', 650)
      .end('B', 660)
      .end('C', 1_000)
    run.until(1_000)
    expect(path(run, 0, 1_000).segments).toEqual(['C 0-1000'])
    // Where the range ends before C outlives it, B ends last but for C, which began earlier.
    expect(path(run, 0, 650).segments).toEqual(['A 0-600', 'B 600-650 Lock-1'])
  })
})

test('a timeout, and a wait whose ender is not known, are the lane’s own time', () => {
  const { run } = new Story()
    .begin('A', 0)
    .begin('B', 0)
    .wait('A', 100, 300, QUEUE, 'B', WaitOutcome.timedOut)
    .end('B', 400)
    .end('A', 500)
  run.until(500)
  const answer = path(run, 0, 500)
  expect(answer.segments).toEqual(['A 0-500'])
  expect(answer.fact('Running')).toBe('60\u00a0%, 300\u00a0ns')
})

test('a range in the middle is cut where it begins, and says that it goes on', () => {
  const { run } = new Story()
    .begin('A', 0)
    .begin('B', 0)
    .acquire('A', 100)
    .wait('B', 200, 600, LOCK, 'A')
    .release('A', 600)
    .acquire('B', 610, 1)
    .end('A', 650)
    .end('B', 1_000)
  run.until(1_000)
  expect(path(run, 300, 1_000)).toMatchObject({
    segments: ['A 300-600', 'B 600-1000 Lock-1'],
    cut: true,
  })
  expect(path(run, 700, 800)).toMatchObject({ segments: ['B 700-800'], cut: true })
})

test('nothing ran: nothing is on the path', () => {
  const { run } = new Story().begin('A', 0).state('A', 10, LaneState.sleeping)
  run.until(500)
  expect(path(run, 100, 400)).toMatchObject({ segments: [], facts: [], cut: false })
})

test('of random programs it has no gaps, covers the range, and ends with who ran last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat({ max: 2 ** 24 }), { minLength: 20, maxLength: 300 }),
      (threads, choices) => {
        const { run, end } = runOf(programOf(threads, choices))
        const { starts, ends, tracks, cut } = path(run, 0, end)
        expect(cut).toBe(false)
        for (let at = 0; at < tracks.length; at++) {
          expect(starts[at]).toBeLessThan(ends[at] ?? 0)
          if (at > 0) expect(starts[at]).toBe(ends[at - 1])
        }
        // Nobody started the threads, which begin at 0, 1, 2, …
        if (tracks.length > 0) expect(starts[0]).toBeLessThan(threads)
      },
    ),
    { seed: 23, numRuns: 150 },
  )
})
