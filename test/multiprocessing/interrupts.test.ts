/** A stop reaches every blocking call: KeyboardInterrupt, not force. */
import { expect, test } from 'vitest'
import { Event } from '../../main/threading/event.ts'
import { EventKind, LaneEnd } from '../../main/trace/model.ts'
import { MULTIPROCESSING_NAMES, THREADING_NAMES } from '../fixtures/interrupts.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, fixture, openHost, output, runProgram } from '../support/threads.ts'

/** A terminated worker would be gone afterwards; a generous grace keeps a busy machine out of it. */
const GRACE_MILLISECONDS = 20_000

test.each(THREADING_NAMES)('a stop interrupts a thread in %s', async (name) => {
  const host = openHost()
  const ready = new Event()
  const running = host.run({ target: fixture('interrupts', 'blockThread'), args: [ready, name] })
  expect(await ready.waitAsync(50)).toBe(true)
  const { workers } = host
  await host.stop(GRACE_MILLISECONDS)
  expect((await running).end).toBe(LaneEnd.terminated)
  expect(host.workers).toBe(workers)
})

test.each(MULTIPROCESSING_NAMES)(
  'a stop interrupts the runner in %s of processes',
  async (name) => {
    const { host } = openRun()
    const ready = new Event()
    const running = host.run({ target: fixture('interrupts', 'blockProcess'), args: [ready, name] })
    expect(await ready.waitAsync(50)).toBe(true)
    const { workers } = host
    await host.stop(GRACE_MILLISECONDS)
    expect((await running).end).toBe(LaneEnd.terminated)
    expect(host.workers).toBe(workers)
  },
)

test('a stop interrupts all threads of a child, whatever they wait for', async () => {
  const { host, registry, childEvents } = openRun()
  const ready = new Event()
  const running = host.run({ target: fixture('interrupts', 'blockChild'), args: [ready] })
  expect(await ready.waitAsync(50)).toBe(true)
  registry.stop()
  expect((await running).end).toBe(LaneEnd.returned)
  expect(output(childEvents()).sort()).toEqual(
    MULTIPROCESSING_NAMES.map((name) => `${name} interrupted`).sort(),
  )
  expect(output(drainEvents(host))).toEqual(['0'])
})

test.each([{ handOff: false }, { handOff: true }])(
  'a wait that is interrupted owns the lock again, however long others hold it: $handOff',
  async ({ handOff }) => {
    const host = openHost()
    const ready = new Event()
    const target = fixture('interrupts', 'ownsAfterInterrupt')
    const running = host.run({ target, args: [ready, handOff] })
    expect(await ready.waitAsync(50)).toBe(true)
    await host.stop(GRACE_MILLISECONDS)
    await running
    expect(output(drainEvents(host))).toEqual(['True 1'])
  },
)

test('a lock that was handed to a thread that is stopped goes on, and the trace has no release without an acquire', async () => {
  const host = openHost()
  await runProgram(host, 'interrupts', 'dropsGrant')
  const events = drainEvents(host)
  const lock = events.find(
    ({ kind, text }) => kind === EventKind.resource && text.startsWith('dropped'),
  )
  const count = (wanted: EventKind) =>
    events.filter(({ kind, resource }) => kind === wanted && resource === lock?.resource).length
  expect([count(EventKind.acquire), count(EventKind.release)]).toEqual([1, 1])
})
