import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'

const exitCode = async (...args: string[]): Promise<number | null> => {
  const path = join(inject('bundle'), 'fixtures/rejecting.mjs')
  const exited = once(fork(path, args, { stdio: 'ignore' }), 'exit')
  // As `exit` of a ChildProcess is documented.
  const [code] = (await exited) as [number | null, NodeJS.Signals | null]
  return code
}

test('a bug ends the process also where rejections are only logged', async () => {
  expect(await exitCode()).toBe(0)
  expect(await exitCode('--end-on-bug')).toBe(1)
})
