/** Processes that start processes. */
import { expect, test } from 'vitest'
import { EventKind, IDENT_RANGE, LaneEnd } from '../../main/trace/model.ts'
import { isAlive, openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'

test('a tree of processes: each starts two, in order', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'recursion')).toEqual([
    '[[], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1]]',
  ])
  expect(run.exits.map(({ exitcode }) => exitcode)).toEqual([0, 0, 0, 0, 0, 0])
  // Idents and resources of grandchildren have ranges of their own, and parents are told by ident.
  const starts = run.childEvents().filter(({ kind }) => kind === EventKind.laneStart)
  expect(new Set(starts.map(({ a }) => Math.floor(a / IDENT_RANGE))).size).toBe(6)
  const parents = starts.map(({ b }) => Math.floor(b / IDENT_RANGE)).sort()
  expect(parents).toEqual([0, 0, 1, 1, 4, 4])
})

test('names count as CPython’s do; a grandchild knows its parent', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'names')).toEqual([
    'Process-1:1 of Process-1 true',
    'Process-1:1 0 false 0',
  ])
})

test('a daemonic process may not have children', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'daemonic')).toEqual([
    'AssertionError: daemonic processes are not allowed to have children',
    '0',
  ])
})

test('a parent that is killed: daemons end with it, others with the run', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'orphans')).toEqual(['-9 True'])
  const [orphan = 0] = run.registry.pids
  expect(run.registry.size).toBe(1)
  await run.registry.endSection()
  expect(isAlive(orphan)).toBe(false)
  expect(run.exits.map(({ exitcode }) => exitcode).sort()).toEqual([-15, -15, -9])
})

test('parentProcess().join() returns when the parent has ended', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'parentDies')).toEqual(['parent true', 'false true'])
})

test('a child that returns first ends its daemons and waits for the others', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'leavesInChild')).toEqual(['0'])
  expect(run.exits.at(-1)).toMatchObject({ name: 'parent', exitcode: 0 })
  const exits = Object.fromEntries(run.exits.map(({ name, exitcode }) => [name, exitcode]))
  expect(exits).toEqual({ daemon: -15, other: 0, parent: 0 })
})

test('join, terminate, kill and refusals work in a child', async () => {
  const run = openRun()
  const [said = ''] = await run.runOf('nested', 'controlled')
  expect(said).toContain('[True, None, -15, -9, "PicklingError: Can\'t pickle function')
})

test('how processes start is handed down', async () => {
  const run = openRun()
  expect(await run.runOf('nested', 'inheritedMethod')).toEqual(['prewarmed prewarmed'])
})

test('F09: whoever starts processes without end is refused at the bound', async () => {
  const run = openRun({ maxChildren: 4 })
  expect(await run.runOf('nested', 'bounded')).toEqual([
    "Process-1:1:1:1: OSError: can't start new process: 4 are alive, which is the limit []",
  ])
  expect(run.exits).toHaveLength(4)
})

test('disposing ends a tree of processes', async () => {
  const run = openRun()
  const running = run.runOf('nested', 'chain').catch((error: unknown) => error)
  await until('there are some generations', () => run.registry.size >= 3)
  const { pids } = run.registry
  await run.registry.dispose()
  expect(pids.some(isAlive)).toBe(false)
  expect(run.exits.every(({ end }) => end !== LaneEnd.returned)).toBe(true)
  await running
})
