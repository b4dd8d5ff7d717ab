import { expect, test } from 'vitest'
import { openRun } from '../support/processes.ts'

test('an instance arrives in a process, and in its threads; its main thread is called MainThread', async () => {
  expect(await openRun().runOf('instances', 'pass')).toEqual(["[42, False] [True, 'MainThread']"])
})
