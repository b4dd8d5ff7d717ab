/** What the probe's files say becomes lanes, locks and queues of the run. */
import { expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { EventKind, HOLDER_UNKNOWN, LaneKind, ResourceKind, Wait } from '../../main/trace/model.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { testProgram, type TestProgram } from './trace-program.ts'
import type { TraceWriter } from './trace-writer.ts'

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
