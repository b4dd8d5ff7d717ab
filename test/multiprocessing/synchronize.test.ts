import { expect, test } from 'vitest'
import { EventKind, Wait } from '../../main/trace/model.ts'
import { openRun, type TestRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

async function runIn(run: TestRun, name: string, ...args: readonly unknown[]) {
  let value: unknown = 0
  run.registry.calls.register('cell', {
    methods: {
      get: () => value,
      set: (_caller, next) => {
        value = next
      },
    },
  })
  await runProgram(run.host, 'synchronize', name, ...args)
  return output(drainEvents(run.host))
}

const run = (name: string, ...args: readonly unknown[]) => runIn(openRun(), name, ...args)

test.each([false, true])(
  'threads of three processes exclude each other (recursive: %s)',
  async (recursive) => {
    expect(await run('exclusion', recursive, 100)).toEqual(['600 0,0'])
  },
)

test('a Lock may be released by another process, and not twice', async () => {
  const twice = 'ValueError: semaphore or lock released too many times'
  expect(await run('releasedElsewhere')).toEqual([
    'undefined',
    twice,
    'true',
    'false',
    'false',
    'false',
    'false undefined',
    twice,
  ])
})

test('an RLock belongs to its thread', async () => {
  const notOwned = 'AssertionError: attempt to release recursive lock not owned by thread'
  expect(await run('recursive')).toEqual(['True True True', notOwned, 'false', notOwned])
})

test.each([false, true])(
  'a process killed while it holds a lock: LockAbandoned until it is released (recursive: %s)',
  async (recursive) => {
    const abandoned =
      'LockAbandoned: the process that held door has died (Process-1, pid N): ' +
      'what it protects may be half changed'
    const printed = await run('killedOwner', recursive, true)
    expect(printed.slice(0, 2)).toEqual([abandoned, abandoned])
    expect(printed[2]).toBe('undefined true')
  },
)

test('a process killed after it released a lock: the lock is free', async () => {
  expect((await run('killedOwner', false, false)).slice(0, 1)).toEqual(['true'])
})

test('a thread that dies with a lock: other threads and processes hear of it', async () => {
  const abandoned =
    'LockAbandoned: the thread that held door has died (ident N of Process-N, pid N): ' +
    'what it protects may be half changed'
  expect(await run('deadThread')).toEqual([abandoned])
})

test('a process killed while it waits does not get the lock', async () => {
  expect(await run('killedWaiter')).toEqual(['waits', 'waits', 'has it'])
})

test('a wait names the holder, whichever process it belongs to', async () => {
  const opened = openRun()
  await runProgram(opened.host, 'synchronize', 'killedWaiter')
  const [mine] = drainEvents(opened.host).filter(({ kind }) => kind === EventKind.acquire)
  const waits = opened
    .childEvents()
    .filter(({ kind, b }) => kind === EventKind.waitBegin && b === Wait.acquire)
  expect(mine).toBeDefined()
  expect(waits.length).toBeGreaterThan(0)
  expect(waits.every(({ a }) => a !== 0 && a < 65_536)).toBe(true)
})

test('semaphores: permits, bounds, and permits of a process that was killed', async () => {
  expect(await run('semaphores')).toEqual([
    'True 1 True False',
    'False',
    'true',
    '1',
    'True',
    'LockAbandoned: the process that held gate has died (Process-1, pid N): ' +
      'what it protects may be half changed',
    '2 ValueError: semaphore or lock released too many times',
  ])
})

test('a semaphore as a signal: what a killed consumer took is gone, nothing is abandoned', async () => {
  expect(await run('signalling')).toEqual(['true', 'False', 'True'])
})

test('an event lets everybody through who waits', async () => {
  expect(await run('events')).toEqual([
    'False False False False',
    'waits waits',
    'true true True True',
    'False',
  ])
})

test.each([false, true])(
  'a condition notifies in order, once per notify (with a Lock: %s)',
  async (withLock) => {
    expect(await run('conditions', withLock)).toEqual([
      'AssertionError: must acquire() condition before using wait()',
      'AssertionError: lock is not owned',
      'False',
      'waits',
      'waits',
      'first true',
      'second true',
      '7',
      'False',
    ])
  },
)

test('a process killed in wait does not eat a notification', async () => {
  expect(await run('killedConditionWaiter')).toEqual(['waits', 'waits', 'alive true'])
})

test('a barrier: different indices, the action once a round, broken by a timeout', async () => {
  expect(await run('barriers')).toEqual([
    "acted ['0', '1', '2']",
    "acted ['0', '1', '2']",
    'BrokenBarrierError True',
    'BrokenBarrierError',
    'False 0',
    'Error: on purpose True',
    'ValueError: parties must be >= 1',
  ])
})

test('a party killed while it waits leaves the barrier broken', async () => {
  expect(await run('killedParty')).toEqual(['BrokenBarrierError'])
})
