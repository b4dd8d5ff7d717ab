import { nanoseconds } from '../../main/core/units.ts'
import {
  EventKind,
  LaneEnd,
  LaneState,
  MarkKind,
  Place,
  ResourceKind,
  Wait,
} from '../../main/trace/model.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { seeded, start, type TestRun } from './support.ts'

const LOCK = 70_001
const RLOCK = 70_002
const GIL = 70_003
const QUEUE = 70_004
const PIPE = 70_005
const EVENT = 70_006
const SLOTS = 70_007
const POOL = 70_008
const BARRIER = 70_009
const DECLARED: readonly (readonly [number, ResourceKind, string, number])[] = [
  [LOCK, ResourceKind.lock, 'Lock-1\nprogram.ts:12', 0],
  [RLOCK, ResourceKind.rlock, 'RLock-1', 0],
  [GIL, ResourceKind.gil, 'GIL', 0],
  [QUEUE, ResourceKind.queue, 'q\nprogram.ts:14', 8],
  [PIPE, ResourceKind.pipe, 'pipe', 0],
  [EVENT, ResourceKind.event, 'ready', 0],
  [SLOTS, ResourceKind.semaphore, 'slots', 3],
  [POOL, ResourceKind.pool, 'pool', 4],
  [BARRIER, ResourceKind.barrier, 'phases', 2],
]

/**
 * A run in which everything occurs that the collector knows: `rounds` of some 25 events of four
 * threads, in two sections. It is not over yet.
 *
 * @param untilEach calls `until` after so many rounds.
 */
export function richRun(run: TestRun, rounds: number, untilEach: number): void {
  const random = seeded(77)
  const sources = [1, 2, 3, 4]
  for (const source of sources) run.feed(source, start(source, 10 + source, `Thread-${source}`))
  for (const [resource, kind, text, capacity] of DECLARED)
    run.feed(1, { time: 5, kind: EventKind.resource, resource, words: [kind, capacity], text })
  const clocks = sources.map(() => 20)
  const items = [0, 0, 0, 0]
  const mark = (kind: MarkKind, repeat: number) => {
    const time = Math.max(...clocks)
    clocks[0] = time
    run.feed(1, { time, kind: EventKind.mark, words: [kind, repeat], text: 'variant' })
  }
  mark(MarkKind.sectionBegin, 1)
  for (let round = 0; round < rounds; round++) {
    for (const [index, source] of sources.entries()) {
      const at = (kind: EventKind, resource = 0, ...words: number[]) => ({
        time: (clocks[index] = (clocks[index] ?? 0) + 1 + random(40)),
        kind,
        resource,
        words,
      })
      const other = 11 + random(4)
      const lock = [LOCK, RLOCK, GIL][random(3)] ?? LOCK
      const queue = source % 2 ? QUEUE : PIPE
      const item = (source << 24) + (items[index] ?? 0)
      items[index] = (items[index] ?? 0) + 1
      const state = [LaneState.sleeping, LaneState.running, LaneState.processor][random(3)] ?? 1
      run.feed(
        source,
        at(EventKind.waitBegin, lock, other, Wait.acquire, random(2)),
        at(EventKind.waitEnd, lock, random(3), other),
        at(EventKind.acquire, lock, random(2)),
        { ...at(EventKind.location, lock, Place.acquired), text: `program.ts:${random(9)}` },
        at(EventKind.state, 0, state, random(2) * other),
        at(EventKind.release, lock, 1),
        at(EventKind.put, queue, item, 1, 8),
        at(
          EventKind.get,
          random(2) ? QUEUE : PIPE,
          ((1 + random(4)) << 24) + random(round + 1),
          0,
          8,
        ),
        at(EventKind.waitBegin, EVENT, 0, Wait.event),
        at(random(2) ? EventKind.set : EventKind.clear, EVENT),
        at(EventKind.acquire, SLOTS, random(2)),
        at(EventKind.taskStart, POOL, round, 1),
        at(EventKind.waitBegin, BARRIER, 0, Wait.barrier),
        at(EventKind.waitEnd, BARRIER, 0, other),
        at(EventKind.release, SLOTS, 0),
        at(EventKind.taskEnd, POOL, round, 0),
        at(EventKind.usage, 0, 1000 + random(90), random(20)),
        at(EventKind.load, 0, 2000 + random(90), random(20), 1000),
        { ...at(EventKind.output, 0, 1 + random(2)), text: `round ${round} 糸` },
      )
      if (random(50) === 0) run.feed(source, at(EventKind.dropped, 0, 3, 3))
    }
    if (round === Math.floor(rounds / 2)) {
      mark(MarkKind.sectionEnd, 1)
      mark(MarkKind.note, 1)
      mark(MarkKind.sectionBegin, 2)
      run.feed(4, { time: clocks[3] ?? 0, kind: EventKind.laneEnd, words: [14, LaneEnd.threw, 1] })
      run.feed(4, start((clocks[3] ?? 0) + 1, 15, 'Thread-5'))
    }
    if (round % untilEach === 0) run.until(Math.min(...clocks))
  }
  mark(MarkKind.sectionEnd, 2)
  mark(MarkKind.sectionBegin, 3)
  run.until(Math.max(...clocks) + 10)
}

/** What a session answers to a lot of questions. */
export function everything(session: TraceSession): unknown {
  const { newest, events, dropped } = session.status()
  const tracks = session.tracks().map(({ id }) => id)
  const parts = [1, 2, 7, 60, 900].map((part) => ({
    from: nanoseconds(newest / 3),
    to: nanoseconds(newest / 3 + newest / part),
  }))
  const ends = { from: nanoseconds(0), to: newest }
  const times = Array.from({ length: 40 }, (_, at) => nanoseconds((newest * at) / 40))
  return {
    status: { newest, events, dropped },
    tracks: session.tracks(),
    tables: session.answer('tables', {}),
    tablesOfRanges: parts.map((range) => session.answer('tables', { range })),
    sections: session.sectionFigures(),
    output: session.answer('output', { after: 0 }),
    views: parts.map((range) => session.answer('view', { ...range, width: 300, tracks })),
    minimap: session.answer('minimap', { ...ends, width: 500 }),
    series: tracks.map((track) => session.answer('series', { ...ends, track, points: 90 })),
    distributions: tracks.map((track) => [
      session.answer('distribution', { track }),
      ...parts.map((range) => session.answer('distribution', { track, range })),
    ]),
    activity: parts.map((range) => session.answer('activity', { ...range, points: 50 })),
    flows: parts.map((range) => session.answer('flows', { ...range, tracks, limit: 4_096 })),
    paths: parts.map((range) => session.answer('criticalPath', range)),
    search: ['round', '糸', 'program', 'variant'].map((text) => session.answer('search', { text })),
    notes: session.answer('notes', {}),
    inspected: tracks.map((track) =>
      times.map((time) => session.answer('inspect', { track, time })),
    ),
    neighbours: tracks.flatMap((track) =>
      times.map((time) => [
        session.answer('neighbour', { track, time, direction: 'next', what: 'contention' }),
        session.answer('neighbour', { track, time, direction: 'previous', what: 'event' }),
      ]),
    ),
    deadlock: session.deadlock(),
  }
}
