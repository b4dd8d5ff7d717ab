import { expect, test } from 'vitest'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../../main/trace/model.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, runProgram } from '../support/threads.ts'

test('two producers and two consumers: every item once, in each producer’s order', async () => {
  const run = openRun()
  expect(await run.run('twoAndTwo', 20_000)).toEqual(['40000 True', 'True 0,0 0,0'])
  expect(run.notices).toEqual([])
})

test('Full and Empty, at once and in time; the size as the process knows it', async () => {
  const run = openRun()
  expect(await run.run('fullAndEmpty')).toEqual([
    'Empty: small is empty',
    'Empty: small is empty',
    '2 True False',
    'Full: small is full',
    'Full: small is full',
    '1',
    '2 3 Empty: small is empty',
    '0 Empty: small is empty',
    '4',
    'Full: small is full',
    'Full Empty',
  ])
})

test('a bounded queue keeps a writer in another process back', async () => {
  const run = openRun()
  expect(await run.run('boundedBetweenProcesses')).toEqual(['True 0'])
})

test('every kind of item comes back as it was', async () => {
  const run = openRun()
  expect(await run.run('everyKindOfItem')).toEqual([Array(15).fill(true).join(), '0'])
})

test('what cannot cross is refused in CPython’s words', async () => {
  const run = openRun()
  const inherited = (name: string) =>
    `RuntimeError: ${name} objects should only be shared between processes through inheritance`
  const printed = await run.run('refusals')
  expect(printed.slice(0, 2)).toEqual([inherited('Lock'), inherited('Queue')])
  expect(printed[2]).toMatch(/^PicklingError: Can't pickle/)
  expect(printed.slice(3, 5)).toEqual([inherited('Lock'), inherited('Queue')])
  expect(printed[5]).toMatch(/^PicklingError: Can't pickle local /)
  expect(printed.slice(6)).toEqual([
    'AssertionError: can only join a started process',
    'AssertionError: can only terminate a started process',
  ])
})

test('puts, gets and waits are in the trace, a put always before its get', async () => {
  const run = openRun()
  await runProgram(run.host, 'processes', 'receiveTen')
  const events = [...drainEvents(run.host), ...run.childEvents()]
  const of = (kind: EventKind) => events.filter((event) => event.kind === kind)
  const [queue] = of(EventKind.resource)
  expect(queue).toMatchObject({ a: ResourceKind.processQueue, b: 0 })
  expect(queue?.text).toMatch(/^Process queue-1\nprocesses\.ts:\d+$/)
  const gets = of(EventKind.get)
  expect(gets).toHaveLength(10)
  for (const get of gets) {
    const put = of(EventKind.put).find((event) => event.a === get.a)
    expect(put?.resource).toBe(queue?.resource)
    expect(put && put.time < get.time).toBe(true)
    expect(get.c).toBe(8)
  }
  expect(of(EventKind.waitBegin).every((event) => event.b === Wait.get)).toBe(true)
  expect(of(EventKind.waitEnd).map((event) => event.a)).toContain(WaitOutcome.granted)
})
