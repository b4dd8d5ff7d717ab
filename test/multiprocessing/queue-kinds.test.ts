import { expect, test } from 'vitest'
import { EventKind, Wait, WaitOutcome } from '../../main/trace/model.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

async function printed(program: string, ...args: readonly unknown[]): Promise<string[]> {
  const { host } = openRun()
  await runProgram(host, 'process-queues', program, ...args)
  return output(drainEvents(host))
}

test('a queue that is closed is refused, also to those who wait', async () => {
  expect(await printed('closing')).toEqual([
    'AssertionError: Queue jobs not closed',
    ...Array<string>(4).fill('ValueError: Queue jobs is closed'),
    'ValueError: Queue waited is closed',
  ])
})

test('what joinThread has waited for survives the process', async () => {
  expect(await printed('joinedSurvives')).toEqual(['-9 50 Empty', '1'])
})

test('a process with items that nobody takes does not end', async () => {
  expect(await printed('endsWithItems', false)).toEqual(['True'])
})

test('a process with items that nobody takes ends after cancelJoinThread', async () => {
  expect(await printed('endsWithItems', true)).toEqual(['False'])
})

test('F02: what a reader took that ended in order is not delivered again', async () => {
  expect(await printed('readersEnd', 3, 5_000)).toEqual(['True True'])
})

test('F02: what a killed reader took and told others of is not delivered again', async () => {
  // Without what is tested about every second one fails.
  for (let round = 0; round < 4; round++)
    expect(await printed('killedWhileSaying', 20_000)).toEqual(['[]'])
})

test('an item that cannot be revived fails one get, not the queue', async () => {
  expect(await printed('unrevivable')).toEqual([
    "PicklingError: Can't unpickle Elsewhere: this thread has not imported test:elsewhere",
    'no error: next',
  ])
})

test('SimpleQueue', async () => {
  expect(await printed('simple')).toEqual([
    'True',
    '1 None text {"a":[1]}',
    '0 True',
    'False',
    ...Array<string>(3).fill('OSError: handle is closed'),
  ])
})

test('JoinableQueue: joined when all processes have done all items, never more', async () => {
  const tooMany = 'ValueError: task_done() called too many times'
  expect(await printed('joinable')).toEqual([
    `True ${tooMany}`,
    'False False',
    'True 0',
    'True 0,0,0,0',
    tooMany,
    `True 1 no error: undefined`,
  ])
})

test('JoinableQueue: whoever joins is woken by another process; the wait is in the trace', async () => {
  const { host } = openRun()
  await runProgram(host, 'process-queues', 'joinInTwo')
  const events = drainEvents(host)
  expect(output(events)).toEqual(['True', 'False'])
  const begins = events.filter(
    ({ kind, b }) => kind === EventKind.waitBegin && b === Wait.tasksDone,
  )
  // c: one of the two has a timeout.
  expect(begins.map(({ c }) => c).sort()).toEqual([0, 1])
  const ends = events.filter(({ kind }) => kind === EventKind.waitEnd)
  expect(ends.every(({ a }) => a === WaitOutcome.granted)).toBe(true)
})
