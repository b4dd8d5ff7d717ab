import { expect, test } from 'vitest'
import { Gil } from '../../main/threading/gil.ts'
import { EventKind, LaneEnd, LaneState, ResourceKind } from '../../main/trace/model.ts'
import { drainEvents, fixture, openHost, output, runProgram, shared } from '../support/threads.ts'
import { until } from '../support/until.ts'

test('two threads that compute are never inside at once, and switch on request', async () => {
  const host = openHost()
  await host.prewarm(3)
  const inside = shared(3)
  await runProgram(host, 'primitives', 'computeTogether', inside, 2, 2_000, { gil: true })
  expect([inside[0], inside[1]]).toEqual([0, 0])
  const events = drainEvents(host)
  const gil = events.find(
    (event) => event.kind === EventKind.resource && event.a === ResourceKind.gil,
  )
  const about = events.filter((event) => event.resource === gil?.resource)
  expect(about.some((event) => event.kind === EventKind.dropRequest)).toBe(true)
  const holders = about
    .filter((event) => event.kind === EventKind.acquire)
    .map((event) => event.source)
  expect(new Set(holders.slice(2, -2)).size).toBeGreaterThan(1)
  expect(host.progress).toBe(4_000)
})

test('without a GIL two threads are inside at once', async () => {
  const inside = shared(3)
  await runProgram(openHost(), 'primitives', 'computeTogether', inside, 4, 2_000)
  expect(inside[1]).toBeGreaterThan(0)
})

test('the GIL is held by one lane at a time, and nobody computes without it', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'computeTogether', shared(3), 3, 500, { gil: true })
  const lanes = new Map<number, number>()
  let holder = 0
  for (const event of drainEvents(host)) {
    if (event.kind === EventKind.laneStart) lanes.set(event.source, event.a)
    const lane = lanes.get(event.source)
    if (event.kind === EventKind.acquire) {
      expect(holder).toBe(0)
      holder = lane ?? -1
    }
    if (event.kind === EventKind.release) {
      expect(holder).toBe(lane)
      holder = 0
    }
    if (event.kind === EventKind.laneEnd) expect(holder).not.toBe(lane)
    if (event.kind === EventKind.state && event.a === LaneState.idle) expect(holder).not.toBe(lane)
  }
  expect(holder).toBe(0)
})

test('a sleeping thread releases the GIL', async () => {
  const flag = shared(1)
  await runProgram(openHost(), 'primitives', 'sleepUntilRaised', flag, { gil: true })
  expect(flag[0]).toBe(1)
})

test('a thread that dies with the GIL leaves it to the others', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'outliveHolder', { gil: true })
  expect(output(drainEvents(host)).at(-1)).toBe('alive False')
})

test('a thread that waits for the GIL can be stopped', async () => {
  const host = openHost()
  const gil = new Gil()
  // Held by the event loop for the whole test.
  gil.take()
  const running = host.run({ target: fixture('primitives', 'blockInCheckpoints'), gil })
  await host.prewarm(1)
  await host.stop()
  expect((await running).end).toBe(LaneEnd.terminated)
})

test('a switch interval must be positive', () => {
  openHost()
  expect(() => new Gil({ switchInterval: 0 })).toThrow('switch interval must be strictly positive')
})

test('a release wakes who waits: nobody waits for the switch interval to pass', async () => {
  const host = openHost()
  const gil = new Gil({ switchInterval: 2_000 })
  gil.take()
  const running = host.run({ target: fixture('threads', 'hello'), args: ['there'], gil })
  await until('it waits', () => drainEvents(host).some(({ kind }) => kind === EventKind.waitBegin))
  gil.drop()
  expect((await running).end).toBe(LaneEnd.returned)
})
