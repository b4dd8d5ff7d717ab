import { expect, test } from 'vitest'
import { EventKind, LaneEnd, LaneKind, OutputStream } from '../../main/trace/model.ts'
import { isAlive, openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'

test('the note: ten items through a queue, then terminate; no process is left', async () => {
  const run = openRun()
  expect(await run.run('receiveTen')).toEqual([
    'Process-1 True',
    ...Array.from({ length: 10 }, (_, index) => String(index)),
    'False -15',
  ])
  expect(run.exits).toMatchObject([
    { process: 1, name: 'Process-1', exitcode: -15, end: LaneEnd.terminated },
  ])
  expect(run.registry.size).toBe(0)
  expect(isAlive(run.exits[0]?.pid ?? process.pid)).toBe(false)
})

test('a child records its lane and its puts, up to the end', async () => {
  const run = openRun()
  expect(await run.run('threadsPutInChild')).toEqual(['[0, 1, 2] 0'])
  const events = run.childEvents()
  const starts = events.filter((event) => event.kind === EventKind.laneStart)
  expect(starts).toContainEqual(expect.objectContaining({ text: 'Process-1', c: LaneKind.process }))
  expect(starts).toHaveLength(4)
  expect(events.filter((event) => event.kind === EventKind.laneEnd)).toHaveLength(4)
  const puts = events.filter((event) => event.kind === EventKind.put)
  expect(new Set(puts.map((event) => event.a)).size).toBe(3)
  expect(run.exits).toMatchObject([{ exitcode: 0, end: LaneEnd.returned }])
})

test('an exception in the target: its words, its stack, exit code 1', async () => {
  const run = openRun()
  expect(await run.run('startThrowing')).toEqual(['1 False'])
  const printed = run
    .childEvents()
    .filter((event) => event.kind === EventKind.output && event.a === OutputStream.error)
    .map((event) => event.text)
  expect(printed.slice(0, 2)).toEqual(['Process Process-1:', 'TypeError: on purpose'])
  expect(printed[2]).toContain('processes.ts:')
  expect(run.exits).toMatchObject([{ exitcode: 1, end: LaneEnd.threw }])
})

test.runIf(process.platform === 'linux')(
  'a child that cannot react to SIGTERM stays alive, and is killed in the end',
  async () => {
    const run = openRun()
    expect(await run.run('ignoresTerminate')).toEqual(['True None'])
    expect(run.registry.size).toBe(1)
    await run.registry.endSection()
    expect(run.exits).toMatchObject([{ exitcode: -9, end: LaneEnd.terminated }])
    expect(run.registry.size).toBe(0)
  },
)

test('a stop interrupts what children wait for; its exit says the same as its own records', async () => {
  const run = openRun()
  const running = run.run('startBlocked').catch((error: unknown) => error)
  await until('the child is blocked', () =>
    run.childEvents().some((event) => event.kind === EventKind.waitBegin),
  )
  run.registry.stop()
  await until('the child has ended', () => run.exits.length === 1)
  expect(run.exits).toMatchObject([{ exitcode: 1, end: LaneEnd.terminated }])
  const ends = run.childEvents().filter((event) => event.kind === EventKind.laneEnd)
  expect(ends).toMatchObject([{ b: LaneEnd.terminated, c: 1 }])
  await running
})

test('disposing ends children in the middle of anything', async () => {
  const run = openRun()
  const running = run.run('startSpinning').catch((error: unknown) => error)
  await until('the child runs', () => run.registry.pids.length === 1 && run.frames.length > 0)
  const [pid = 0] = run.registry.pids
  await run.registry.dispose()
  expect(isAlive(pid)).toBe(false)
  expect(run.exits).toHaveLength(1)
  await running
})
