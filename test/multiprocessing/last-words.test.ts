import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Process, Queue } from '../../main/multiprocessing/index.ts'
import { registerModule } from '../../main/threading/targets.ts'
import * as program from '../conformance/programs/multiprocessing-queue.ts'
import { openRun } from '../support/processes.ts'
import { bundled } from '../support/threads.ts'

test('what a process wrote before its end is read, although the runner is busy and writes to it', async () => {
  const run = openRun()
  registerModule(bundled('conformance/multiprocessing-queue.mjs').href, program)
  const queue = new Queue<number>()
  const child = new Process({ target: program.putTen, args: [queue] })
  await child.startAsync()
  // What comes next is in the phase of the loop in which it has just read: it writes before it reads.
  await readFile(import.meta.filename)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  run.registry.stop()
  const items: number[] = []
  for (let each = 0; each < 10; each++) items.push(await queue.getAsync(50))
  expect(items).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  await child.joinAsync(50)
  expect(child.exitcode).toBe(0)
})
