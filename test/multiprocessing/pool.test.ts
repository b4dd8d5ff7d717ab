import { describe, expect, test } from 'vitest'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

/** Runs a program of fixtures/pools.ts and gives back what its main process printed. */
async function run(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const { host } = openRun()
  await runProgram(host, 'pools', name, ...args)
  return output(drainEvents(host))
}

describe.each(['threads', 'processes'])('a pool of %s', (kind) => {
  test('every way to call gives the results in order', async () => {
    expect(await run('calls', kind)).toEqual([
      '49 5 2',
      '[1, 4, 9, 16, 25] [] [9]',
      '[3, 7]',
      '[1, 4, 9] [1, 4, 9, 16, 25]',
      '[1, 4, 9]',
      "['a', None, {'b': [1, nan]}, True]",
      'False ValueError: <AsyncResult object> not ready',
      '5 True True',
    ])
  })

  test('results are exact whatever the chunks and whoever is first', async () => {
    expect(await run('orders', kind, 1000)).toEqual(['True True', 'True', 'True'])
  })
})
