import { expect, test } from 'vitest'
import { checkpoint, readProgress } from '../../main/threading/checkpoint.ts'
import { Control } from '../../main/threading/runtime.ts'
import { openHost } from '../support/threads.ts'

test('progress carries beyond 31 bits', () => {
  const host = openHost()
  checkpoint(2 ** 31 - 1)
  checkpoint(2 ** 31 - 1)
  checkpoint(7)
  expect(host.progress).toBe(2 ** 32 + 5)
  checkpoint(2 ** 31 - 10)
  expect(readProgress(host.control)).toBe(3 * 2 ** 31 - 5)
})

test('a checkpoint raises KeyboardInterrupt once the run is stopped', () => {
  const host = openHost()
  checkpoint()
  Atomics.store(host.control, Control.stop, 1)
  expect(() => checkpoint(1)).toThrow(expect.objectContaining({ name: 'KeyboardInterrupt' }))
  expect(host.progress).toBe(1)
})
