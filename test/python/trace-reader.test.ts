/** What the probe's files say becomes lanes, locks and queues of the run. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { ProcessSamples, Sampler } from '../../main/python/sampler/samples.ts'
import { ProbeKind, PROCESS_IDENT, UNKNOWN } from '../../main/python/trace/layout.ts'
import { MergedThreads } from '../../main/python/trace/merged-threads.ts'
import type { Thread } from '../../main/python/trace/process.ts'
import { MAX_PROCESSES } from '../../main/python/trace/program-trace.ts'
import {
  EventKind,
  HOLDER_UNKNOWN,
  LaneEnd,
  LaneKind,
  LaneState,
  ResourceKind,
  Wait,
} from '../../main/trace/model.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { testProgram, type TestProgram } from './trace-program.ts'
import type { TraceWriter } from './trace-writer.ts'

const NO_EXITS = { codes: new Map<number, number>(), otherwise: 0 }
const MAIN = { pid: 100, name: 'MainProcess' }

function start(
  { at }: TestProgram,
  file: TraceWriter,
  thread: number,
  name: string,
  milliseconds: number,
  kind: LaneKind = thread === 1 ? LaneKind.main : LaneKind.thread,
): void {
  const words = [thread, kind === LaneKind.thread ? 1 : 0, kind]
  file.write(thread, { time: at(milliseconds), kind: EventKind.laneStart, words, text: name })
}

const lockRow = (session: TraceSession, name: string) =>
  session.answer('tables', {}).locks.filter((row) => row.name === name)

test('a lock that two threads fight for has holder, waiter and both figures', () => {
  const program = testProgram()
  const { at, session } = program
  const file = program.process(MAIN)
  start(program, file, 1, 'MainThread', 0)
  start(program, file, 2, 'Thread-1 (work)', 1)
  const words = [ResourceKind.lock, 0, 0]
  file.write(1, {
    time: at(2),
    kind: EventKind.resource,
    resource: 1,
    words,
    text: 'lock\na.py:3\n',
  })
  file.write(1, { time: at(3), kind: EventKind.acquire, resource: 1 })
  const wait = [HOLDER_UNKNOWN, Wait.acquire, 0]
  file.write(2, { time: at(4), kind: EventKind.waitBegin, resource: 1, words: wait })
  file.write(1, { time: at(9), kind: EventKind.release, resource: 1 })
  file.write(2, { time: at(9.5), kind: EventKind.acquire, resource: 1, words: [1] })
  file.write(2, { time: at(10), kind: EventKind.release, resource: 1 })
  program.until(12)
  const [row] = lockRow(session, 'lock')
  expect(row).toMatchObject({ acquired: 2, contended: 1 })
  const lanes = session.collector.lanes.map(({ name, pid, kind }) => ({ name, pid, kind }))
  expect(lanes).toEqual([
    { name: 'MainThread', pid: 100, kind: LaneKind.main },
    { name: 'Thread-1 (work)', pid: 100, kind: LaneKind.thread },
  ])
  expect(session.tracks().find(({ name }) => name === 'lock')?.subtitle).toBe('Lock, a.py:3')
  const waiting = session.collector.lanes[1]
  const time = nanoseconds(6_000_000)
  const detail = session.answer('inspect', { track: waiting?.track ?? 0, time })
  expect(detail?.blame?.holder?.name).toBe('MainThread')
})

test('what fork copies is another lock in the child, what has a key is the same one', () => {
  const program = testProgram()
  const { at, session } = program
  const parent = program.process(MAIN)
  start(program, parent, 1, 'MainThread', 0)
  const declare = (resource: number, kind: ResourceKind, shared: number, text: string) => {
    parent.write(1, {
      time: at(1),
      kind: EventKind.resource,
      resource,
      words: [kind, 0, shared],
      text,
    })
  }
  declare(1, ResourceKind.lock, 0, 'own\na.py:1\n')
  declare(2, ResourceKind.lock, 1, 'shared\na.py:2\n/mp-x')
  parent.write(1, { time: at(2), kind: EventKind.acquire, resource: 1 })
  const child = program.process({ pid: 101, parentSerial: 100n, firstResource: 3, role: 1 })
  start(program, child, 1, 'Process-1', 3, LaneKind.process)
  child.write(1, { time: at(4), kind: EventKind.acquire, resource: 1 })
  child.write(1, { time: at(5), kind: EventKind.release, resource: 1 })
  child.write(1, { time: at(6), kind: EventKind.acquire, resource: 2 })
  child.write(1, { time: at(7), kind: EventKind.release, resource: 2 })
  parent.write(1, { time: at(8), kind: EventKind.acquire, resource: 2 })
  // One started in another way finds it by its key, under a number of its own.
  const other = program.process({ pid: 102, role: 2 })
  start(program, other, 1, 'Process-2', 9, LaneKind.process)
  const words = [ResourceKind.lock, 0, 1]
  const text = 'its own name\nb.py:9\n/mp-x'
  other.write(1, { time: at(10), kind: EventKind.resource, resource: 1, words, text })
  const wait = [HOLDER_UNKNOWN, Wait.acquire, 0]
  other.write(1, { time: at(11), kind: EventKind.waitBegin, resource: 1, words: wait })
  program.until(12)
  expect(lockRow(session, 'own').map(({ acquired }) => acquired)).toEqual([1, 1])
  expect(lockRow(session, 'shared').map(({ acquired }) => acquired)).toEqual([2])
  expect(program.trace.sharedNames).toEqual(['/mp-x'])
  const waiting = session.collector.lanes.find(({ name }) => name === 'Process-2')
  expect(waiting?.waitingFor?.name).toBe('shared')
  expect(waiting?.waitingFor?.holder?.name).toBe('MainThread')
})

test('items without a number are numbered by time, over processes, and a get follows its put', () => {
  const program = testProgram()
  const { at, session } = program
  const one = program.process(MAIN)
  const other = program.process({ pid: 101, role: 2 })
  start(program, one, 1, 'MainThread', 0)
  start(program, other, 1, 'Process-1', 0, LaneKind.process)
  const words = [ResourceKind.processQueue, 0, 1]
  const text = 'queue\na.py:1\nq1'
  one.write(1, { time: at(1), kind: EventKind.resource, resource: 7, words, text })
  other.write(1, { time: at(1), kind: EventKind.resource, resource: 3, words, text })
  const unknown = [UNKNOWN, UNKNOWN, 0]
  one.write(1, { time: at(2), kind: EventKind.put, resource: 7, words: unknown })
  one.write(1, { time: at(3), kind: EventKind.put, resource: 7, words: unknown })
  other.write(1, { time: at(5), kind: EventKind.get, resource: 3, words: unknown })
  other.write(1, { time: at(6), kind: EventKind.get, resource: 3, words: unknown })
  // It was put before, but said so later.
  other.write(1, { time: at(7), kind: EventKind.get, resource: 3, words: unknown })
  one.write(1, { time: at(7.5), kind: EventKind.put, resource: 7, words: unknown })
  program.until(9)
  const [queue] = session.answer('tables', {}).queues
  expect(queue).toMatchObject({ puts: 3, gets: 3, depth: 0, maximumDepth: 2 })
  expect(queue?.residence).toMatchObject({ count: 3 })
  const depth = session.collector.resourceList.find(({ name }) => name === 'queue')?.depth
  const values = Array.from({ length: depth?.count ?? 0 }, (_, index) => depth?.valueOf(index))
  expect(values).toEqual([1, 2, 1, 0, 1, 0])
})

test('the section lasts from where the script begins to where it ends, once', () => {
  const program = testProgram()
  const { at, session } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  main.write(1, { time: at(2), kind: ProbeKind.begin })
  const child = program.process({ pid: 101, role: 2 })
  start(program, child, 1, 'Process-1', 3, LaneKind.process)
  child.write(1, { time: at(4), kind: ProbeKind.begin })
  child.write(1, { time: at(5), kind: ProbeKind.end })
  main.write(1, { time: at(9), kind: ProbeKind.end }, { time: at(10), kind: ProbeKind.end })
  program.until(12)
  const sections = session.sectionFigures()
  expect(sections).toHaveLength(1)
  expect(sections[0]).toMatchObject({ variant: 'as it stands', repeat: 1 })
})

test('who joins a process joins its main thread, also when it is heard of later', () => {
  const program = testProgram()
  const { at, session } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  const words = [LaneState.idle, PROCESS_IDENT + 101, 0]
  main.write(1, { time: at(1), kind: EventKind.state, words })
  program.until(2)
  const child = program.process({ pid: 101, role: 2 })
  start(program, child, 1, 'Process-1', 70, LaneKind.process)
  program.until(75)
  const [joining, joined] = session.collector.lanes
  expect(joining?.joining).toBe(joined?.ident)
  expect(joined?.name).toBe('Process-1')
})

test('a killed process ends when its parent saw it end, and says when it last did anything', () => {
  const program = testProgram()
  const { at, session } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  const child = program.process({ pid: 101, role: 1, parentSerial: 100n, name: 'Process-1' })
  start(program, child, 1, 'Process-1', 1, LaneKind.process)
  start(program, child, 2, 'Thread-1', 1)
  child.write(1, { time: at(5), kind: EventKind.set, resource: 1 })
  const words = [101, 1, -9]
  main.write(1, { time: at(30), kind: ProbeKind.child, words })
  main.write(1, { time: at(31), kind: EventKind.laneEnd, words: [1, LaneEnd.returned, 0] })
  program.until(35)
  const end = program.trace.finish(NO_EXITS)
  program.session.finish()
  const killed = session.collector.lanes.filter(({ pid }) => pid === 101)
  expect(killed.map((lane) => lane.end?.how)).toEqual([LaneEnd.killed, LaneEnd.killed])
  expect(killed[0]?.end).toMatchObject({ time: 30e6, code: -9 })
  expect(end.killed).toEqual([
    { pid: 101, name: 'Process-1', signal: 'SIGKILL', lastEvent: 5e6, age: 25e6 },
  ])
  expect(existsSync(child.path)).toBe(false)
})

test.each([
  [0, LaneEnd.returned],
  [3, LaneEnd.threw],
  [-15, LaneEnd.terminated],
  [-9, LaneEnd.killed],
])('a process that says nothing and exits with %i has ended accordingly', (code, how) => {
  const program = testProgram()
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  start(program, main, 2, 'Thread-1', 1)
  program.until(5)
  program.trace.finish({ codes: new Map([[100, code]]), otherwise: 0 })
  program.session.finish()
  const [lane, thread] = program.session.collector.lanes
  expect(lane?.end).toMatchObject({ how, code })
  expect(thread?.alive).toBe(false)
})

test('chunks are given back when they have been read, and events dropped without one are counted', () => {
  const program = testProgram()
  const { at, session } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  const events = Array.from({ length: 1_000 }, (_, index) => ({
    time: at(1 + index / 1_000),
    kind: EventKind.acquire,
    resource: 1,
  }))
  expect(main.write(1, ...events)).toBe(0)
  expect(main.taken).toBeGreaterThan(5)
  program.until(3)
  expect(main.taken).toBe(1)
  main.seal(1)
  main.drop(7)
  program.until(80)
  expect(main.taken).toBe(0)
  expect(program.trace.progressed).toBe(1_001)
  expect(session.status().dropped).toBe(7)
  expect(program.trace.finish(NO_EXITS).dropped).toBe(7)
})

test('a record that is never completed holds its thread up for a moment only', () => {
  const program = testProgram()
  const { at, trace } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  main.write(1, { time: at(1), kind: EventKind.set, resource: 1, incomplete: true, text: 'lost' })
  program.until(2)
  expect(trace.progressed).toBe(1)
  main.write(1, { time: at(80), kind: EventKind.set, resource: 2 })
  program.until(90)
  expect(trace.progressed).toBe(2)
  expect([...trace.skipped]).toEqual([['record never completed', 1]])
  // At the very end it is not waited for.
  main.write(1, { time: at(150), kind: EventKind.set, resource: 1, incomplete: true })
  main.write(1, { time: at(150), kind: EventKind.set, resource: 1 })
  trace.finish(NO_EXITS)
  expect(trace.progressed).toBe(3)
})

test('tasks have lanes of their own, and the thread goes on as it was', () => {
  const program = testProgram()
  const { at, session } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  main.write(1, { time: at(1), kind: ProbeKind.lane, words: [1, 50] })
  main.write(1, {
    time: at(1),
    kind: EventKind.laneStart,
    words: [50, 1, LaneKind.thread],
    text: 'Task-1',
  })
  main.write(1, { time: at(2), kind: EventKind.state, words: [LaneState.idle] })
  main.write(1, { time: at(2), kind: ProbeKind.lane, words: [0] })
  main.write(1, { time: at(3), kind: EventKind.state, words: [LaneState.sleeping] })
  main.write(1, { time: at(4), kind: ProbeKind.lane, words: [1, 50] })
  main.write(1, { time: at(4), kind: EventKind.laneEnd, words: [50, LaneEnd.threw, 0] })
  program.until(6)
  const [thread, task] = session.collector.lanes
  expect(task).toMatchObject({ name: 'Task-1', alive: false, end: { how: LaneEnd.threw } })
  expect(thread?.alive).toBe(true)
})

test('tasks that have ended are forgotten: a server has one for each request', () => {
  const added = vi.spyOn(MergedThreads.prototype, 'add')
  onTestFinished(() => {
    added.mockRestore()
  })
  const program = testProgram()
  const { at } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  for (let task = 2; task < 12; task++) {
    const words = [task, 1, LaneKind.thread]
    main.write(1, { time: at(task), kind: ProbeKind.lane, words: [task] })
    main.write(1, { time: at(task), kind: EventKind.laneStart, words, text: `Task-${task}` })
    main.write(1, { time: at(task), kind: EventKind.laneEnd, words: [task, LaneEnd.returned, 0] })
    main.write(1, { time: at(task), kind: ProbeKind.lane, words: [0] })
  }
  program.until(20)
  const [thread] = added.mock.results.map(({ value }) => value as Thread)
  expect(program.session.collector.lanes).toHaveLength(11)
  expect(thread?.tasks.size).toBe(0)
})

test('lanes of threads that ended are sources of those that come after them', () => {
  const sources = new Set<number>()
  const target = {
    childFrame: ({ source }: { readonly source: number }) => void sources.add(source),
    endSource: () => undefined,
  }
  const program = testProgram({ target })
  const { at } = program
  const main = program.process(MAIN)
  start(program, main, 1, 'MainThread', 0)
  for (let thread = 2; thread < 40; thread++) {
    start(program, main, thread, `Thread-${thread}`, thread * 10)
    const words = [thread, LaneEnd.returned, 0]
    main.write(thread, { time: at(thread * 10 + 5), kind: EventKind.laneEnd, words })
    main.seal(thread)
    program.until(thread * 10 + 6)
  }
  expect(sources.size).toBe(2)
})

test('processes are known in the order in which they began, however their folder lists them', () => {
  const program = testProgram()
  const pids = [300, 107, 250, 101, 290, 120, 111, 205]
  pids.forEach((pid, index) =>
    program.process({ pid, made: BigInt(index + 1), ...(index > 0 && { parentSerial: 300n }) }),
  )
  program.until(5)
  expect(program.trace.processes.map(({ pid }) => pid)).toEqual(pids)
})

test('files that are no trace files, or of another version, are left out and counted', () => {
  const program = testProgram()
  const { folder, trace } = program
  writeFileSync(join(folder, '1-1.trace'), 'nothing')
  writeFileSync(join(folder, '2-2.trace'), Buffer.alloc(5_000, 'x'))
  mkdirSync(join(folder, '3-3.trace'))
  program.process({ pid: 104, version: 2 })
  const cut = program.process({ pid: 105, name: 'cut' })
  start(program, cut, 1, 'MainThread', 0)
  truncateSync(cut.path, 20_500)
  const gone = program.process({ pid: 106, name: 'gone' })
  start(program, gone, 1, 'MainThread', 0)
  program.until(1)
  unlinkSync(gone.path)
  program.until(9)
  trace.finish(NO_EXITS)
  expect(Object.fromEntries(trace.skipped)).toEqual({
    'not a trace file': 2,
    'file cannot be read': 1,
    'another version of the format': 1,
  })
  expect(trace.processes.map(({ name }) => name)).toEqual(['cut', 'gone'])
  rmSync(join(folder, '3-3.trace'), { recursive: true })
})

test('files of more processes than are traced do not stay', () => {
  const program = testProgram()
  for (let pid = 1; pid <= MAX_PROCESSES + 1; pid++) program.process({ pid })
  program.until(1)
  expect(program.trace.skipped.get('more processes than are traced')).toBe(1)
  expect(readdirSync(program.folder)).toHaveLength(MAX_PROCESSES)
})

test('a GIL that an import switches on is said to be there, and why', () => {
  const quiet = { watch: () => undefined, watchThread: () => undefined, unwatch: () => undefined }
  const samples: ProcessSamples = {
    ...{ pid: 100, until: 0, reading: 'measured', reason: '', switchInterval: 0 },
    holders: {
      times: new Float64Array(),
      threadStates: new BigUint64Array(),
      switches: new BigUint64Array(),
    },
    activities: {
      times: new Float64Array(),
      threads: new Uint32Array(),
      activities: new Uint8Array(),
    },
    ...{ samples: 0, period: 1e6 },
  }
  const sampler: Sampler = { ...quiet, take: () => [samples], dispose: () => undefined }
  const program = testProgram({ sampler })
  const main = program.process({ ...MAIN, flags: 2 })
  start(program, main, 1, 'MainThread', 0)
  program.until(1)
  expect(program.trace.processes[0]).toMatchObject({ reading: 'no GIL', readingReason: '' })
  main.write(1, { time: program.at(80), kind: ProbeKind.gil, words: [1] })
  program.until(150)
  expect(program.trace.processes[0]).toMatchObject({
    reading: 'measured',
    readingReason: 'An import switched the GIL on.',
  })
})
