/** Rules of bottlenecks: each where it must say something, and where it must not, or the opposite. */
import { describe, expect, it } from 'vitest'
import { bottleneckOf, commonBottleneck } from '../../main/demos/bottleneck.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { LaneFigures, SectionFigures } from '../../main/trace/figures.ts'
import {
  EventKind,
  LANE_STATES,
  LaneState,
  MarkKind,
  ResourceKind,
  Wait,
} from '../../main/trace/model.ts'
import { start, testRun } from '../trace/support.ts'
import { counter, lock, queue, section } from './figures.ts'

const T = 1_000
/** A lane by its states, `T` long unless said otherwise. */
function lane(
  track: number,
  states: Partial<Record<keyof typeof LaneState, number>>,
  more: Partial<LaneFigures> = {},
): LaneFigures {
  const byState = new Float64Array(LANE_STATES)
  for (const [state, time] of Object.entries(states))
    byState[LaneState[state as keyof typeof LaneState]] = time
  return { track, name: `T${track}`, pid: 1, byState, waitedGil: 0, waitedLock: 0, ...more }
}
const use = (
  track: number,
  fields: { used?: number; held?: number; waited?: number; last?: number },
) =>
  ({
    ...{ track, name: `T${track}`, used: 0, held: 0, waited: 0 },
    ...fields,
    ...(fields.last !== undefined && { last: nanoseconds(fields.last) }),
  }) as SectionFigures['locks'][number]['users'][number]
const side = (track: number, items: number, blocked: number) => ({
  track,
  name: `T${track}`,
  items,
  blocked,
})
const of = (fields: Partial<Omit<SectionFigures, 'elapsed'>>, processors?: number) => {
  const found = bottleneckOf(section({ variant: 'v', elapsed: T, ...fields }), processors)
  return {
    kind: found?.kind,
    text: found ? sentenceText(found.sentence).replaceAll('\u00a0', ' ') : '',
    found,
  }
}

describe('a queue', () => {
  const at = (putting: number, getting: number) =>
    of({
      lanes: [
        lane(1, { running: T - putting, queue: putting }),
        lane(2, { running: T - getting, queue: getting }),
      ],
      queues: [
        queue({
          name: 'q',
          puts: 10,
          gets: 10,
          blockedInPut: putting,
          blockedInGet: getting,
          putters: [side(1, 10, putting)],
          getters: [side(2, 10, getting)],
        }),
      ],
    })
  it('whose receiver is idle most of the time has a slow sender', () => {
    const { kind, text, found } = at(0, 710)
    expect(kind).toBe('sender')
    expect(text).toBe(
      'The receiver of queue q was idle 71 % of the time: the sender is the bottleneck, and ran 100 % of its time.',
    )
    expect(found?.place).toEqual({ from: 0, to: T, track: 2 })
  })
  it('whose sender is blocked most of the time has a slow receiver', () => {
    const { kind, text } = at(800, 0)
    expect(kind).toBe('receiver')
    expect(text).toContain(
      'was blocked 80 % of the time because it was full: the receiver is the bottleneck',
    )
  })
  it('limits nobody where both sides wait in turn, or hardly', () => {
    expect(at(600, 550).kind).toBeUndefined()
    expect(at(100, 300).kind).toBeUndefined()
  })
  it('is not blamed where nothing went through it', () => {
    expect(
      of({ lanes: [lane(1, { running: T })], queues: [queue({ getters: [side(1, 0, 900)] })] })
        .kind,
    ).toBeUndefined()
  })
})

describe('a lock', () => {
  const at = (
    held: number,
    waited: number,
    users = [use(1, { held: held / 2 }), use(2, { held: held / 2 })],
  ) =>
    of({
      lanes: [1, 2].map((track) =>
        lane(track, { running: T - waited / 2, waiting: waited / 2 }, { waitedLock: waited / 2 }),
      ),
      locks: [
        lock({
          name: 'L',
          heldFor: held,
          waitedFor: waited,
          acquired: 10,
          users,
          longestAt: { track: 2, from: nanoseconds(5), to: nanoseconds(9) },
        }),
      ],
    })
  it('that is held and waited for is the bottleneck, and its waits link to the longest', () => {
    const { kind, text, found } = at(950, 900)
    expect(kind).toBe('lock')
    expect(text).toBe(
      'Lock L was held 95 % of the time, by 2 threads in turn, and threads waited for it 45 % of theirs: it is the bottleneck.',
    )
    expect(JSON.stringify(found?.sentence)).toContain('"place":{"track":2,"from":5,"to":9}')
  })
  it('tells who holds it where one does so most', () => {
    expect(at(900, 900, [use(1, { held: 800 }), use(2, { held: 100 })]).text).toContain(
      '89 % of that by T1',
    )
    expect(at(900, 900, [use(1, { held: 900 })]).text).toContain('always by T1')
  })
  it('that is waited for, but hardly held, costs by being handed over', () =>
    expect(at(200, 900).kind).toBe('hand-over'))
  it('that nobody waits for is none, however long it is held', () =>
    expect(at(990, 0).kind).toBeUndefined())
})

describe('the GIL', () => {
  const at = (waited: number) =>
    of({
      lanes: [1, 2].map((track) =>
        lane(track, { running: T - waited, waiting: waited }, { waitedGil: waited }),
      ),
      locks: [lock({ kind: ResourceKind.gil, waitedFor: 2 * waited, heldFor: T })],
    })
  it('that threads wait for is the bottleneck, and one that they do not wait for is not', () => {
    expect(at(490)).toMatchObject({
      kind: 'GIL',
      text: expect.stringContaining('waited for the GIL 49 % of their time') as string,
    })
    expect(at(50).kind).toBeUndefined()
  })
})

describe('semaphores, barriers and pools', () => {
  it('permits limit where all were taken and waited for, and not where some were free', () => {
    const at = (maximum: number) =>
      of({
        lanes: [1, 2, 3].map((track) => lane(track, { running: 600, waiting: 400 })),
        counters: [counter({ name: 'slots', capacity: 2, maximum, waitedFor: 1200, users: [] })],
      }).kind
    expect(at(2)).toBe('permits')
    expect(at(1)).toBeUndefined()
  })
  const barrier = (waits: readonly number[]) =>
    of({
      lanes: waits.map((waited, at) => lane(at + 1, { running: T - waited, idle: waited })),
      counters: [
        counter({
          name: 'phases',
          kind: ResourceKind.barrier,
          users: waits.map((waited, at) => use(at + 1, { used: 5, waited })),
        }),
      ],
    })
  it('the party that hardly waits at a barrier is the slow one', () => {
    const { kind, text } = barrier([600, 620, 10])
    expect(kind).toBe('party')
    expect(text).toContain('barrier phases 61 % of the time, T3 1 %')
  })
  it('nobody is slow where all wait alike, or hardly', () => {
    expect(barrier([400, 420, 380]).kind).toBeUndefined()
    expect(barrier([60, 80, 0]).kind).toBeUndefined()
  })
  const pool = (ends: readonly number[], held: readonly number[], waited = T) =>
    of({
      lanes: [
        lane(9, { idle: T }),
        ...ends.map((_, at) => lane(at + 1, { running: held[at] ?? 0, idle: T - (held[at] ?? 0) })),
      ],
      counters: [
        counter({
          name: 'pool',
          kind: ResourceKind.pool,
          used: 8,
          users: [
            ...ends.map((last, at) => use(at + 1, { used: 4, held: held[at] ?? 0, last })),
            use(9, { waited }),
          ],
        }),
      ],
    })
  it('a worker that works on after the others is the long tail', () => {
    const { kind, text, found } = pool([500, 520, 990], [500, 520, 990])
    expect(kind).toBe('tail')
    expect(text).toContain('T3 worked on alone, or nearly, for the last 48 %')
    expect(found?.place).toMatchObject({ track: 3, to: 990 })
  })
  it('no tail where all end together', () =>
    expect(pool([970, 990], [960, 980]).kind).toBeUndefined())
  it('workers that hardly work while results are waited for wait for their tasks', () => {
    expect(pool([980, 990], [120, 130]).kind).toBe('handing out')
    expect(pool([980, 990], [120, 130], 10).kind).toBeUndefined()
  })
})

describe('the rest', () => {
  const running = [1, 2, 3, 4].map((track) => lane(track, { running: T }))
  it('more threads ready than processors used: these limit', () => {
    expect(of({ lanes: running, concurrency: 4 }, 2)).toMatchObject({ kind: 'processors' })
    expect(of({ lanes: running, concurrency: 4 }, 3.9).kind).toBeUndefined()
    expect(of({ lanes: running, concurrency: 4 }).kind).toBeUndefined()
  })
  it('sleeping limits where there is nothing but sleep', () => {
    expect(of({ lanes: [lane(1, { running: 100, sleeping: 900 })] }).kind).toBe('sleeping')
    expect(of({ lanes: [lane(1, { running: 800, sleeping: 200 })] }).kind).toBeUndefined()
  })
  it('what lanes do to each other comes before sleep', () =>
    expect(
      of({
        lanes: [lane(1, { sleeping: T }), lane(2, { queue: 990, running: 10 })],
        queues: [queue({ puts: 1, gets: 1, putters: [side(1, 1, 0)], getters: [side(2, 1, 990)] })],
      }).text,
    ).toContain('the sender is the bottleneck, and slept or did I/O 100 % of its time'))
  it('nothing stands out of nothing', () => expect(of({}).kind).toBeUndefined())
  it('of repeats at least half must agree', () => {
    const asleep = section({ variant: 'v', elapsed: T, lanes: [lane(1, { sleeping: T })] })
    const awake = section({ variant: 'v', elapsed: T, lanes: [lane(1, { running: T })] })
    expect(commonBottleneck([asleep, awake])?.kind).toBe('sleeping')
    expect(commonBottleneck([asleep, awake, awake])).toBeUndefined()
  })
})

/** Events, figures, words: a receiver that waits for its sender, and a sender that is held up. */
describe('from the trace', () => {
  function traced(isSenderSlow: boolean): SectionFigures {
    const run = testRun()
    const Q = 70
    const at = (time: number, kind: EventKind, ...words: number[]) => ({
      time,
      kind,
      resource: Q,
      words,
    })
    run.feed(1, start(0, 11, 'MainThread'))
    run.feed(2, start(0, 12, 'Sender'))
    run.feed(1, {
      time: 1,
      kind: EventKind.resource,
      resource: Q,
      words: [ResourceKind.queue, 1],
      text: 'q',
    })
    run.feed(1, { time: 2, kind: EventKind.mark, words: [MarkKind.sectionBegin, 1], text: 'v' })
    const [blocked, why, other] = isSenderSlow ? [1, Wait.get, 2] : [2, Wait.put, 1]
    for (let item = 0; item < 10; item++) {
      const time = 100 * (item + 1)
      run.feed(blocked, at(time, EventKind.waitBegin, 0, why))
      run.feed(other, at(time + 80, isSenderSlow ? EventKind.put : EventKind.get, item))
      run.feed(
        blocked,
        at(time + 81, EventKind.waitEnd, 0, 12),
        at(time + 82, isSenderSlow ? EventKind.get : EventKind.put, item),
      )
    }
    run.feed(1, { time: 1_100, kind: EventKind.mark, words: [MarkKind.sectionEnd, 1], text: 'v' })
    run.until(2_000)
    const [made] = run.session.sectionFigures()
    if (!made) throw new Error('no section')
    return made
  }
  it('a slow sender is told from a slow receiver', () => {
    expect(bottleneckOf(traced(true))?.kind).toBe('sender')
    expect(bottleneckOf(traced(false))?.kind).toBe('receiver')
  })
})
