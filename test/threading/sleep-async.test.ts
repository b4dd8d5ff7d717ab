import { expect, test } from 'vitest'
import { EventKind, LaneState } from '../../main/trace/model.ts'
import { drainEvents, openHost, output, runProgram } from '../support/threads.ts'

test('tasks of one thread sleep side by side, and the thread outlives its last wake-up', async () => {
  const host = openHost()
  await runProgram(host, 'tasks', 'awaiting')
  expect(output(drainEvents(host))).toEqual([
    ...['long begins', 'short begins', 'none begins'],
    ...['none ends', 'short ends', 'long ends', 'all'],
  ])
})

test('the lane sleeps while none of its tasks runs, and runs while one does', async () => {
  const host = openHost()
  await runProgram(host, 'tasks', 'awaiting')
  const seen = drainEvents(host)
    .filter(({ kind }) => kind === EventKind.state || kind === EventKind.output)
    .map((event) => (event.kind === EventKind.state ? event.a : 'printed'))
  // All three have begun before the lane is said to sleep; each that wakes up runs first.
  expect(seen.slice(0, 3)).toEqual(['printed', 'printed', 'printed'])
  expect(seen[3]).toBe(LaneState.sleeping)
  for (const [index, each] of seen.entries())
    if (index > 3 && each === 'printed')
      expect([LaneState.running, 'printed']).toContain(seen[index - 1])
  // It sleeps again after each, as long as others still do; the last one leaves it running.
  const { running, sleeping } = LaneState
  const wakes = [sleeping, running, 'printed']
  expect(seen.slice(3)).toEqual([...wakes, ...wakes, ...wakes, 'printed'])
})
