/** currentThread, mainThread, enumerate: after test_threading.test_enumerate_after_join and others. */
import { expect, test } from 'vitest'
import { currentThread, enumerate, mainThread } from '../../main/threading/current.ts'
import { drainEvents, openHost, output, runProgram } from '../support/threads.ts'

async function linesOf(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'thread-programs', name, ...args)
  return output(drainEvents(host))
}

test('all threads are listed everywhere, by name, with their new names', async () => {
  expect(await linesOf('listing')).toEqual([
    'MainThread True True 1',
    'True True',
    '1 True',
    '1 True',
    "['MainThrea false', 'a renamed false', 'b true']",
    '138',
    "['MainThread']",
  ])
})

test('a thread that was found in the list can be joined', async () => {
  expect(await linesOf('joinListed')).toEqual(['False 2'])
})

test('an event loop is a thread with an ident that no list names', () => {
  openHost()
  expect(currentThread().name).toBe('Interleave')
  expect(currentThread().isAlive()).toBe(true)
  expect(currentThread()).toBe(currentThread())
  expect(enumerate()).toEqual([])
  expect(mainThread().isAlive()).toBe(false)
})

test('what a module keeps stays for the next thread on the worker', async () => {
  const host = openHost()
  await runProgram(host, 'thread-programs', 'keep')
  await runProgram(host, 'thread-programs', 'keep')
  expect(output(drainEvents(host))).toEqual(['0', '1'])
})
