import { expect, test } from 'vitest'
import { Event } from '../../main/threading/event.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { Gil } from '../../main/threading/gil.ts'
import { fixture, openHost } from '../support/threads.ts'

const PROGRAMS = [
  'blockInAcquire',
  'blockInWait',
  'blockInPut',
  'blockInGet',
  'blockInSleep',
  'blockInJoin',
  'blockInCheckpoints',
]

test.each(
  PROGRAMS.flatMap((name) => [
    [name, 'without a GIL'],
    [name, 'under a GIL'],
  ]),
)('a stop interrupts %s %s, without force', async (name, how) => {
  const host = openHost()
  const ready = new Event()
  const program = { target: fixture('primitives', name), args: [ready] }
  const running = host.run(how === 'under a GIL' ? { ...program, gil: new Gil() } : program)
  expect(await ready.waitAsync(50)).toBe(true)
  const { workers } = host
  // A terminated worker would be gone afterwards; a generous grace keeps a busy machine out of it.
  await host.stop(20_000)
  expect((await running).end).toBe(LaneEnd.terminated)
  expect(host.workers).toBe(workers)
})
