import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { MAX_MATCHES, type Note } from '../../../main/run/contract.ts'
import { RecordingError } from '../../../main/trace/ilv/errors.ts'
import {
  EventKind,
  MarkKind,
  Place,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../../main/trace/model.ts'
import { Notes } from '../../../main/trace/questions/notes.ts'
import { start, testRun, type TestRun } from '../support.ts'

const LOCK = 70_001

const at = (time: number, kind: EventKind, resource = 0, words: number[] = [], text = '') => ({
  ...{ time, kind, resource, words, text },
})

/** A holds the lock twice, from two lines; B waits for it each time. */
function twoHolds(): TestRun {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'), at(1, EventKind.resource, LOCK, [ResourceKind.lock, 0], 'Lock-1'))
  run.feed(2, start(0, 22, 'B'))
  for (const [begin, line] of [
    [1_000, 'program.ts:18'],
    [5_000, 'program.ts:40'],
  ] as const) {
    run.feed(1, at(begin, EventKind.acquire, LOCK, [0]))
    run.feed(1, at(begin + 300, EventKind.location, LOCK, [Place.acquired], line))
    run.feed(1, at(begin + 900, EventKind.release, LOCK, [1]))
    run.feed(2, at(begin + 200, EventKind.waitBegin, LOCK, [11, Wait.acquire]))
    run.feed(2, at(begin + 600, EventKind.location, 0, [Place.waits], `other.ts:${begin}`))
    run.feed(2, at(begin + 950, EventKind.waitEnd, LOCK, [WaitOutcome.granted, 11]))
    run.feed(2, at(begin + 960, EventKind.acquire, LOCK, [1]))
    run.feed(2, at(begin + 970, EventKind.release, LOCK, [0]))
  }
  run.until(10_000)
  return run
}

const inspect = (run: TestRun, track: number, time: number, width?: number) =>
  run.session.answer('inspect', {
    track,
    time: nanoseconds(time),
    ...(width !== undefined && { width }),
  })

test('a wait in the past tells the line in which the lock was held then', () => {
  const run = twoHolds()
  for (const [begin, line] of [
    [1_000, 'program.ts:18'],
    [5_000, 'program.ts:40'],
  ] as const) {
    const detail = inspect(run, 2, begin + 500)
    expect(detail?.blame).toEqual({
      resource: { track: 3, name: 'Lock-1' },
      holder: { track: 1, name: 'A', time: begin, at: line },
      ender: { track: 1, name: 'A', time: begin + 900, at: line },
    })
    expect(detail?.facts).toContainEqual({ label: 'Seen at', value: `other.ts:${begin}` })
    const held = `A since ${begin / 1000}.00\u00a0µs, ${line}`
    expect(detail?.facts).toContainEqual({ label: 'Held by', value: held })
    expect(inspect(run, 3, begin + 500)?.facts).toEqual([
      { label: 'Held by', value: held },
      { label: 'Waiting', value: '1' },
    ])
  }
  expect(inspect(run, 2, 3_000)?.blame).toBeUndefined()
})

test('a column in which several spans begin says how many, for how long, and the longest', () => {
  const run = twoHolds()
  const detail = inspect(run, 2, 1_100, 900)
  expect(detail).toMatchObject({
    from: 1_100,
    to: 2_000,
    title: '2 spans',
  })
  expect(detail?.facts).toEqual([
    { label: 'Waiting for locks', value: '750\u00a0ns, 83\u00a0%' },
    { label: 'Running', value: '150\u00a0ns, 17\u00a0%' },
    {
      label: 'Longest',
      value: 'Running, 3.25\u00a0µs',
    },
  ])
  // One alone says more by itself.
  expect(inspect(run, 2, 1_100, 500)?.title).toBe('Running')
})

test('distribution of a range counts what ended in it', () => {
  const run = twoHolds()
  const ask = (from: number, to: number) => {
    const range = { from: nanoseconds(from), to: nanoseconds(to) }
    const { waits, holds } = run.session.answer('distribution', { track: 3, range })
    return [waits, holds].map((counts) => counts.reduce((sum, count) => sum + count, 0))
  }
  expect(ask(0, 10_000)).toEqual([2, 4])
  expect(ask(0, 1_949)).toEqual([0, 1])
  expect(ask(1_949, 1_960)).toEqual([1, 0])
})

test('processors: what the processes used, without the tracer, over the time of the range', () => {
  const run = testRun()
  run.feed(1, start(0, 11, 'A'))
  run.until(10)
  expect(run.session.answer('tables', {}).concurrency.processors).toBeUndefined()
  for (let sample = 1; sample <= 10; sample++) {
    run.feed(1, at(sample * 100e6, EventKind.usage, 0, [90_000, 10_000]))
    run.feed(2, at(sample * 100e6, EventKind.usage, 0, [sample > 5 ? 100_000 : 0, 0]))
  }
  run.until(1e9)
  const processors = (from: number, to: number) =>
    run.session.answer('tables', { range: { from: nanoseconds(from), to: nanoseconds(to) } })
      .concurrency.processors
  expect(processors(0, 1e9)).toBeCloseTo(1.3)
  expect(processors(0, 500e6)).toBeCloseTo(0.8)
  expect(processors(600e6, 1e9)).toBeCloseTo(1.8)
  // Usage is sampled: of a range of a few samples, chance says more than the program.
  expect(processors(600e6, 900e6)).toBeCloseTo(1.8)
  expect(processors(600e6, 890e6)).toBeUndefined()
  expect(processors(650e6, 850e6)).toBeUndefined()
})

describe('search', () => {
  const run = twoHolds()
  run.feed(1, at(10_100, EventKind.mark, 0, [MarkKind.sectionBegin, 1], 'two Threads'))
  for (let line = 0; line < 700; line++)
    run.feed(1, at(10_200 + line, EventKind.output, 0, [1], `line ${line} of threads`))
  run.until(20_000)
  const search = (text: string) => run.session.answer('search', { text })

  test('finds output with its lane, sections, places and notes, whatever the case', () => {
    run.session.answer('addNote', { from: nanoseconds(7), to: nanoseconds(7), text: 'A Thread?' })
    const { matches, total } = search(' THREAD ')
    expect(total).toBe(702)
    expect(matches).toHaveLength(MAX_MATCHES)
    expect(matches.slice(0, 3)).toEqual([
      { kind: 'note', time: 7, track: 0, text: 'A Thread?' },
      { kind: 'section', time: 10_100, track: 0, text: 'two Threads' },
      { kind: 'output', time: 10_200, track: 1, text: 'line 0 of threads' },
    ])
    expect(search('program.TS:40').matches).toEqual([
      { kind: 'place', time: 5_300, track: 1, text: 'program.ts:40' },
    ])
  })

  test('for nothing, or for what is not there, finds nothing', () => {
    for (const text of ['', '   ', 'no such text'])
      expect(search(text)).toEqual({ matches: [], total: 0 })
  })
})

describe('notes', () => {
  const draft = (from: number, to: number, text: string) => ({
    ...{ from: nanoseconds(from), to: nanoseconds(to), text },
  })

  test('are cleaned, in order of time, told to the recording, and found again', () => {
    const kept: (Note | number)[] = []
    const notes = new Notes({
      note: (note) => void kept.push(note),
      removeNote: (id) => void kept.push(id),
    })
    const late = notes.add(draft(90, 80, '  later\u0000\u001b[31m \r\n line two\t'))
    const early = notes.add(draft(-5, 10, 'early'))
    expect(late).toEqual({ id: 1, from: 80, to: 90, text: 'later [31m \n line two' })
    expect(early).toMatchObject({ id: 2, from: 0, to: 10 })
    expect(notes.list).toEqual([early, late])
    notes.remove(1)
    notes.remove(1)
    expect(kept).toEqual([late, early, 1])
    const opened = new Notes(undefined)
    opened.restore(notes.list)
    expect(opened.add(draft(0, 0, 'next')).id).toBe(3)
  })

  test('are refused in a sentence: without text, too many, or when they cannot be kept', () => {
    const failing = new Notes({
      note: () => new RecordingError('/a/b.ilv', 'io', 0, 'the disk is full'),
      removeNote: () => undefined,
    })
    expect(() => failing.add(draft(0, 0, 'x'))).toThrow(/^The note was not kept\. .*disk is full/)
    expect(failing.list).toEqual([])
    expect(() => failing.add(draft(0, 0, ' \u0007 '))).toThrow('A note needs a text.')
  })
})
