import { expect, test } from 'vitest'
import { EventKind } from '../../main/trace/model.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

async function run(name: string, ...args: readonly unknown[]) {
  const opened = openRun()
  await runProgram(opened.host, 'sharedctypes', name, ...args)
  const inChildren = opened
    .childEvents()
    .filter(({ kind }) => kind === EventKind.output)
    .map(({ text }) => text)
  return [...output(drainEvents(opened.host)), ...inChildren]
}

test('threads of three processes count together and lose nothing', async () => {
  expect(await run('countTogether', 50)).toEqual(['300 300'])
})

test('what a child makes is shared by its threads', async () => {
  expect(await run('madeInChild')).toEqual(['60 [1, 2, 3]'])
})

test('what a child changes is changed for everybody', async () => {
  expect(await run('changedByAChild')).toEqual([
    '3.1415927 [0, -1, -2, 99] 4611686018427387904 [111, 107, 0]',
  ])
})

test('kinds of numbers: they wrap around, and others are refused, as in ctypes', async () => {
  expect(await run('kinds')).toEqual([
    '44 255 1 4294967295',
    '-9223372036854775808 18446744073709551615 0.10000000149011612',
    "TypeError: 'float' object cannot be interpreted as an integer",
    "TypeError: 'str' object cannot be interpreted as an integer",
    'TypeError: must be real number, not str',
    'TypeError: one character bytes, bytearray, or an integer in range(256) expected',
    "TypeError: this type has no size: 'x'",
    '[2, 3, 4] [5, 3, 1] 5 [1, 2, 3, 4, 5]',
    'IndexError: invalid index IndexError: invalid index',
    'ValueError: Can only assign sequence of same size',
    'ValueError: Array length must be >= 0, not -1',
    '5 RLock',
  ])
})
