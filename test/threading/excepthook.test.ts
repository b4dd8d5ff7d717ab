/** threading.excepthook: after test_threading.ExceptHookTests. */
import { expect, test } from 'vitest'
import { drainEvents, fixture, openHost, output, runProgram } from '../support/threads.ts'

test('the hook is told of exceptions in threads started under it; one that throws harms nobody', async () => {
  const host = openHost()
  await runProgram(host, 'excepthooks', 'hooks')
  const lines = output(drainEvents(host)).filter((line) => !/^\s+at /.test(line))
  expect(lines).toEqual([
    'True TypeError: on purpose True told',
    'joined False',
    'True TypeError: on purpose True inner',
    'joined False',
    'joined False',
    'passed on',
    'Exception in thread passed:',
    'TypeError: on purpose',
    'joined False',
    'Exception in threading.excepthook:',
    'RangeError: in the hook',
    'joined False',
    'Exception in thread default:',
    'TypeError: on purpose',
    'joined False',
    'joined False',
    'Exception in thread text:',
    'a text',
    'joined False',
  ])
})

test('a hook that is not exported is refused at once', async () => {
  const outcome = await openHost().run({ target: fixture('excepthooks', 'closure') })
  expect(outcome.error?.message).toMatch(/^Can't pickle local object .*excepthooks\.ts:\d+\)/)
})
