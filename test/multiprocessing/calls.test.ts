import { expect, test } from 'vitest'
import { granted, type Caller } from '../../main/multiprocessing/calls/call-server.ts'
import { KeyError } from '../../main/multiprocessing/errors.ts'
import { openRun, type TestRun } from '../support/processes.ts'
import { drainEvents, output, runProgram } from '../support/threads.ts'

async function run(name: string, prepare: (run: TestRun) => void = () => undefined) {
  const opened = openRun()
  const { calls } = opened.registry
  calls.register('echo', {
    methods: {
      echo: (_caller, ...args) => args,
      fail: (_caller, _name, message) => {
        throw new KeyError(String(message))
      },
    },
  })
  prepare(opened)
  await runProgram(opened.host, 'calls', name)
  return output(drainEvents(opened.host))
}

/** Grants `take` only after the caller has given up, or never. */
function slots(grantAlthough: boolean) {
  let waiting = 0
  let cancelled = 0
  let undone = 0
  return ({ registry }: TestRun) =>
    registry.calls.register('slots', {
      methods: {
        take: ({ signal }: Caller) => {
          waiting++
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              cancelled++
              if (grantAlthough) resolve(granted(1, () => undone++))
            }),
          )
        },
        waiting: () => waiting,
        report: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          return `${cancelled} ${undone}`
        },
      },
    })
}

test('a thread that has begun a large call in the async form may block in another', async () => {
  expect(await run('bothForms')).toEqual(['[1]', 'True'])
})

test('every answer reaches its caller, also when many call at once and nothing fits a ring', async () => {
  expect(await run('manyAtOnce')).toEqual(['0,0,0,0 0'])
})

test('an error comes back under its name, with the stack of where it was thrown', async () => {
  expect(await run('failing')).toEqual([
    'KeyError KeyError nothing there True',
    'RuntimeError: no service echo.toString',
  ])
})

test('a call that is given up is cancelled, and what was granted to it goes back', async () => {
  const late = 'TimeoutError: slots.take: no answer within 0.05 s'
  expect(await run('timingOut', slots(false))).toEqual([late, '1 0'])
  expect(await run('timingOut', slots(true))).toEqual([late, '1 1'])
})

test('calls of tasks of one thread do not take each other’s answers', async () => {
  expect(await run('asyncCalls')).toEqual(['[[1], [2], [3]]'])
})

test('calls of a process that is killed are cancelled', async () => {
  expect(await run('dyingCallers', slots(true))).toEqual(['1 1'])
})
