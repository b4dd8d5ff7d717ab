import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'

const exitCode = async (...args: string[]): Promise<unknown> => {
  const path = join(inject('bundle'), 'fixtures/rejecting.mjs')
  const [code]: unknown[] = await once(fork(path, args, { stdio: 'ignore' }), 'exit')
  return code
}

test('a bug ends the process also where rejections are only logged', async () => {
  expect(await exitCode()).toBe(0)
  expect(await exitCode('--end-on-bug')).toBe(1)
})
