import { expect, test } from 'vitest'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

async function run(name: string) {
  const opened = openRun()
  await runProgram(opened.host, 'managers', name)
  return output(drainEvents(opened.host))
}

test('the manual’s example; nothing is left after shutdown', async () => {
  expect(await run('manual')).toEqual([
    "[[1, '1'], ['2', 2], [0.25, None]] [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]",
    'OSError: [Errno 111] Connection refused AssertionError: server not yet started',
  ])
})

test('a dict behaves as Python’s, with its errors', async () => {
  expect(await run('dicts')).toEqual([
    '1 None 9 True 2',
    "KeyError: 'z' KeyError: 'z' KeyError: 'z'",
    '5 1 2 7',
    "['b', 'c', 'd'] [2, 7, 4] ['d', 4] ['b', 'c'] 2",
    "0 KeyError: 'popitem(): dictionary is empty' " +
      'ValueError: dictionary update sequence element has not length 2',
  ])
})

test('a list behaves as Python’s, with its errors', async () => {
  expect(await run('lists')).toEqual([
    '[9, 3, 2, 1, 5, 4] 4 9 2 1 4',
    '[1, 2, 3, 5] [2, 3] [5, 3, 2, 1]',
    '[3, 2, 8] 8 True',
    'IndexError: list index out of range IndexError: list assignment index out of range ' +
      'IndexError: pop index out of range',
    'ValueError: list.remove(x): x not in list ValueError: 99 is not in list',
    "IndexError: pop from empty list TypeError: '<' not supported between instances of " +
      "'str' and 'int'",
  ])
})

test('proxies within proxies are shared, primitives are refused', async () => {
  expect(await run('nesting')).toEqual([
    '[1, 2, 3] 3',
    'RuntimeError: Lock objects should only be shared between processes through inheritance',
  ])
})

test('proxies and instances of exported classes travel in items of queues', async () => {
  expect(await run('items')).toEqual(['[1, 42]'])
})

test('three processes append at once and lose nothing', async () => {
  expect(await run('together')).toEqual(['300 300'])
})

test('a process killed while it changes a list leaves the list whole', async () => {
  expect(await run('killedUser')).toEqual(['True 1'])
})

test('namespaces, values and arrays; errors carry the stack of where they were thrown', async () => {
  expect(await run('others')).toEqual([
    '10 hello 42',
    "AttributeError: 'Namespace' object has no attribute 'z' " +
      "AttributeError: 'Namespace' object has no attribute 'z'",
    "[7, 2] TypeError: 'float' object cannot be interpreted as an integer",
    'RemoteTraceback True',
  ])
})
