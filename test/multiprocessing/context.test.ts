/** Contexts and start methods; processes that are started beforehand. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { IDENT_RANGE } from '../../main/trace/model.ts'
import { SPARES } from '../../main/run/child-roster.ts'
import { isAlive, launchChild, openRun, type TestRun } from '../support/processes.ts'
import { until } from '../support/until.ts'

test('start methods: what there is, once chosen, by force; fork is refused with the reason', async () => {
  const run = openRun()
  expect(await run.runOf('context', 'methods')).toEqual([
    "['spawn', 'prewarmed'] None",
    'prewarmed RuntimeError: context has already been set',
    'spawn RuntimeError: context has already been set',
    'None spawn spawn',
    'RuntimeError: context has already been set',
    expect.stringContaining(
      "ValueError: cannot find context for 'fork': Node cannot copy a running process: its threads " +
        'and event loop would not survive.',
    ),
    expect.stringMatching(
      /^ValueError: cannot find context for 'forkserver': .* The nearest is 'prewarmed'/,
    ),
    "ValueError: cannot find context for 'thread': there are 'spawn' and 'prewarmed'",
    "ValueError: cannot find context for '': there are 'spawn' and 'prewarmed'",
    expect.stringMatching(/^ValueError: cannot find context for 'fork': .* spawn$/),
    'True None',
  ])
})

test('a context has the classes of its method, and processes hand it down', async () => {
  const run = openRun()
  const refusal = 'ValueError: cannot set start method of concrete context'
  expect(await run.runOf('context', 'contexts')).toEqual([
    'True False',
    `spawn ${refusal}`,
    'True ValueError: cannot find context fo',
    'SpawnProcess-1 spawn spawn',
    'SpawnProcess-1 0 True True',
    `prewarmed ${refusal}`,
    'True ValueError: cannot find context fo',
    'PrewarmedProcess-2 prewarmed prewarmed',
    'PrewarmedProcess-2 0 True True',
  ])
})

const spares = ({ registry }: TestRun): number => registry.pids.length - registry.size

test('a pre-warmed process takes one that waits; spares are no lanes, stay for the next program, and end with the run', async () => {
  const launched: number[] = []
  const run = openRun({
    launch(args) {
      const child = launchChild(args)
      child.onSpawn((pid) => launched.push(pid))
      return child
    },
  })
  const [first, second] = (await run.runOf('context', 'startTwo')).map(Number)
  // The first found nobody waiting, the second took the oldest that did.
  expect([first, second]).toEqual(launched.slice(0, 2))
  await run.registry.endSection()
  await until('there are enough spares', () => spares(run) === SPARES)
  expect(run.registry.size).toBe(0)
  const again = (await run.runOf('context', 'startTwo')).map(Number)
  expect(again).toEqual(launched.slice(2, 4))
  const lanes = new Set(run.frames.map(({ source }) => Math.floor(source / IDENT_RANGE)))
  expect([...lanes].sort()).toEqual([1, 2, 3, 4])
  expect(run.exits.map(({ process }) => process).sort()).toEqual([1, 2, 3, 4])
  await until('there are enough spares', () => spares(run) === SPARES)
  await run.registry.dispose()
  expect(launched.some(isAlive)).toBe(false)
  expect(run.exits).toHaveLength(4)
})

test('a spare that is killed does no harm', async () => {
  const run = openRun()
  await run.runOf('context', 'startTwo')
  await until('there are enough spares', () => spares(run) === SPARES)
  for (const pid of run.registry.pids) process.kill(pid, 'SIGKILL')
  await until('they are gone', () => spares(run) === 0)
  expect(run.notices).toEqual([])
  const pids = (await run.runOf('context', 'startTwo')).map(Number)
  expect(pids.every((pid) => pid > 0)).toBe(true)
})

test.skipIf(process.platform === 'win32')(
  'a spare that dies when its turn has come is replaced by a fresh process',
  async () => {
    const run = openRun()
    await run.runOf('context', 'startTwo')
    await until('there are enough spares', () => spares(run) === SPARES)
    const dying = run.registry.pids
    for (const pid of dying) process.kill(pid, 'SIGSTOP')
    const running = run.runOf('context', 'startTwo')
    await until('one has its job', () => run.registry.size === 1)
    for (const pid of dying) process.kill(pid, 'SIGKILL')
    const pids = (await running).map(Number)
    expect(pids.some((pid) => dying.includes(pid))).toBe(false)
    expect(pids.every((pid) => pid > 0)).toBe(true)
  },
)

test.runIf(process.platform === 'linux')(
  'F07: spares are gone soon after their runner was killed',
  async () => {
    const bundle = inject('bundle')
    const args = [join(bundle, 'fixtures/parent.mjs'), bundle, 'startPrewarmed', 'context']
    // What it leaves behind when it is killed goes with the folder.
    const folder = mkdtempSync(join(tmpdir(), 'test-'))
    const env = { ...process.env, TMPDIR: folder }
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    const pid = parent.pid ?? 0
    const children = () =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number)
    await until('one runs and the spares wait', () => children().length === 1 + SPARES)
    const pids = children()
    expect(pids.every(isAlive)).toBe(true)
    parent.kill('SIGKILL')
    await until('all are gone', () => !pids.some(isAlive))
    rmSync(folder, { recursive: true, force: true })
  },
)
