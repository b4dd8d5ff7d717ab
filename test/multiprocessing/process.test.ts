/** Process as CPython has it: WithProcessesTestProcess and others of _test_multiprocessing. */
import { expect, test } from 'vitest'
import { EventKind, LaneEnd, LaneKind, LaneState } from '../../main/trace/model.ts'
import { drainEvents, runProgram } from '../support/threads.ts'
import { isAlive, openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'

const CLOSED = 'ValueError: process object is closed'

test('an object tells where its process is, refuses what comes too early or late, and closes', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'life')).toEqual([
    'Process-1 False None None None False',
    'ValueError: process not started',
    'AssertionError: can only join a started process',
    'AssertionError: can only terminate a started process',
    'renamed True True None True',
    'AssertionError: process has already started',
    'AssertionError: cannot start a process twice',
    'ValueError: Cannot close a process while it is still running. You should first call join() or terminate().',
    'None None None True',
    'ValueError: Invalid value NaN (not a number)',
    'False 0 0',
    "<Process name='renamed' pid stopped exitcode=0 daemon>",
    "renamed True <Process name='renamed' closed exitcode=0 daemon>",
    ...Array.from({ length: 8 }, () => CLOSED),
  ])
})

test.skipIf(process.platform === 'win32')(
  'exit codes: returned, threw, exit(), process.exit(), and minus the signal',
  async () => {
    const run = openRun()
    expect(await run.runOf('process', 'exitCodes')).toEqual(['[0, 1, 0, 0, 42, 1, 3, 0, -9, -12]'])
    const words = run.childEvents().filter(({ kind }) => kind === EventKind.output)
    expect(words.map(({ text }) => text)).toContain('a reason')
  },
)

test('sentinels can be waited for together, by a thread that blocks', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'sentinels')).toEqual(['0 [False, False]', '[1]', '2 0 0'])
})

test('start, join and the sentinel as promises', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'asynchronously')).toEqual(['True True', 'True', '0', '[1, 1]'])
})

test('a class that is exported travels with its fields and runs its own run()', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'subclasses')).toEqual([
    "[6, 'adder', True, True, True]",
    "[True, 'AssertionError: can only join a child process', 'AssertionError: cannot start a process twice']",
    'Loud-2',
    '0 0',
    expect.stringMatching(/^PicklingError: Can't pickle local object 'Local'/),
  ])
  const said = run.childEvents().filter(({ kind }) => kind === EventKind.output)
  expect(said.map(({ text }) => text)).toEqual(['before', 'after'])
})

test('every thread knows its process and the parent; the main process has none', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'whoIsWho')).toEqual([
    "['MainProcess', False, True] None True",
    "['Process-1', True, True, 'MainProcess'] True",
    "['Process-1', True, True, 'MainProcess'] True",
    'True',
    'AssertionError: can only join a child process',
    'AssertionError: can only terminate a child process',
  ])
})

test('children of all threads are active children, until they end', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'children')).toEqual([
    '[]',
    "['of a thread', 'Process-2'] True True",
    '[0, 0] []',
  ])
})

test('the object can be joined by another thread, and travels to no other process', async () => {
  const run = openRun()
  expect((await run.runOf('process', 'shared')).sort()).toEqual([
    'AssertionError: cannot start a process twice',
    'Process-1 True None 0',
    'RuntimeError: Process objects should only be shared between processes through inheritance',
  ])
})

test('at the end of a program daemons are terminated and the others joined', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'leave')).toEqual(['[]'])
  const exits = new Map(run.exits.map(({ name, exitcode }) => [name, exitcode]))
  expect(Object.fromEntries(exits)).toEqual({ daemon: -15, other: 0 })
})

test('a join shows in the lane for whom it waits, and whether it ends by itself', async () => {
  const run = openRun()
  await runProgram(run.host, 'process', 'joins')
  const [start] = run
    .childEvents()
    .filter(({ kind, c }) => kind === EventKind.laneStart && c === LaneKind.process)
  const waits = drainEvents(run.host).filter(
    ({ kind, a, b }) => kind === EventKind.state && a === LaneState.idle && b !== 0,
  )
  expect(waits.map(({ b, c }) => ({ b, c }))).toEqual([
    { b: start?.a, c: 1 },
    { b: start?.a, c: 0 },
  ])
})

test('F09: a module that starts processes at import is refused, and nothing is started', async () => {
  const run = openRun()
  await expect(run.runOf('processes-at-import', 'never')).rejects.toThrow(
    'RuntimeError: An attempt has been made to start a new process before the current process has ' +
      'finished its bootstrapping phase.',
  )
  expect(run.exits).toEqual([])
  expect(run.registry.pids).toEqual([])
})

test('F20: a process that runs out of memory ends with 1, and the next one runs', async () => {
  const run = openRun()
  expect(await run.runOf('process', 'memory')).toEqual(['1', '0'])
  expect(run.exits[0]).toMatchObject({ exitcode: 1, end: LaneEnd.killed })
  const said = run.childEvents().filter(({ kind }) => kind === EventKind.output)
  expect(said.map(({ text }) => text).join()).toContain('memory')
})

test.runIf(process.platform === 'linux')(
  'F08: a process that cannot react to SIGTERM is killed when the run is disposed',
  async () => {
    const run = openRun()
    expect(await run.run('ignoresTerminate')).toEqual(['True None'])
    const pids = [...run.registry.pids]
    await run.registry.dispose()
    await until('it is gone', () => !pids.some(isAlive))
    expect(run.exits).toMatchObject([{ exitcode: -9, end: LaneEnd.terminated }])
  },
)
