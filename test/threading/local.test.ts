/** threading.local: after test_threading_local. */
import { expect, test } from 'vitest'
import { drainEvents, openHost, output, runProgram } from '../support/threads.ts'

async function linesOf(name: string): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'locals', name)
  return output(drainEvents(host))
}

test('what one thread sets no other sees: passed on or a module’s, on a worker used before', async () => {
  const seen = ['[] False None', "2 True ['value']", 'None']
  expect(await linesOf('pass')).toEqual([...seen, ...seen, "1 1 ['value']", "True ['value']"])
})

test('a subclass is initialised in every thread, with the same arguments', async () => {
  const seen = ['initialised 5', 'True True [5, 7] True']
  expect(await linesOf('passCounted')).toEqual(['initialised 5', ...seen, ...seen, '[5, 6]'])
})

test('arguments without a subclass are refused, and a subclass that is not exported', async () => {
  expect(await linesOf('refuse')).toEqual([
    "TypeError('Initialization arguments are not supported')",
    'PicklingError',
  ])
})

test('passed twice it is one object', async () => {
  expect(await linesOf('passTwice')).toEqual(['True'])
})
