import { expect, test } from 'vitest'
import { NEVER, wait } from '../../main/threading/futex.ts'
import { Control } from '../../main/threading/runtime.ts'
import { openHost, shared } from '../support/threads.ts'

test('what must be put right first is not interrupted by a stop, before or after its wait', () => {
  const host = openHost()
  Atomics.store(host.control, Control.stop, 1)
  expect(wait(shared(1), 0, 0, NEVER, false)).toBe(true)
  expect(() => wait(shared(1), 0, 0, NEVER)).toThrow('the run was stopped')
})
