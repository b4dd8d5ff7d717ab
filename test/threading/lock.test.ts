import { expect, test } from 'vitest'
import { EventKind, LaneEnd, ResourceKind, Wait, WaitOutcome } from '../../main/trace/model.ts'
import { Lock } from '../../main/threading/lock.ts'
import { Event } from '../../main/threading/event.ts'
import { drainEvents, fixture, openHost, runProgram, shared } from '../support/threads.ts'
import { until } from '../support/until.ts'

test('four threads never hold the lock at once', async () => {
  const counter = shared(1)
  await runProgram(openHost(), 'primitives', 'incrementTogether', 4, 100_000, counter)
  expect(counter[0]).toBe(400_000)
})

test('the trace of contention: holds never overlap and every wait ends', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'incrementTogether', 3, 2_000, shared(1))
  const events = drainEvents(host)
  let holder = 0
  let acquired = 0
  const lanes = new Map<number, number>()
  for (const event of events) {
    if (event.kind === EventKind.laneStart) lanes.set(event.source, event.a)
    if (event.kind === EventKind.acquire) {
      expect(holder).toBe(0)
      holder = lanes.get(event.source) ?? -1
      acquired++
    }
    if (event.kind === EventKind.release) {
      expect(holder).toBe(lanes.get(event.source))
      holder = 0
    }
  }
  expect(acquired).toBe(6_000)
  const count = (kind: EventKind) => events.filter((event) => event.kind === kind).length
  expect(count(EventKind.waitBegin)).toBe(count(EventKind.waitEnd))
})

test('releasing an unlocked lock is refused in the words of CPython', async () => {
  const outcome = await openHost().run({ target: target('releaseUnlocked') })
  expect(outcome.error).toMatchObject({ name: 'RuntimeError', message: 'release unlocked lock' })
})

test('acquire gives up at once or after its timeout', async () => {
  const results = shared(6)
  await runProgram(openHost(), 'primitives', 'acquireHeld', results)
  expect([...results]).toEqual([1, 0, 0, 1, 0, 1])
})

test('a wait names its holder, and the resource says where it was made', async () => {
  const host = openHost()
  const release = new Event()
  const running = runProgram(host, 'primitives', 'waitForHolder', release)
  const events = drainEvents(host)
  await until('it waits for the lock', () => {
    events.push(...drainEvents(host))
    return events.some(({ kind, b }) => kind === EventKind.waitBegin && b === Wait.acquire)
  })
  release.set()
  await running
  events.push(...drainEvents(host))
  const lock = events.find(
    (event) => event.kind === EventKind.resource && event.a === ResourceKind.lock,
  )
  expect(lock?.text).toMatch(/^shared\nprimitives\.ts:\d+$/)
  const holder = events.find(
    (event) => event.kind === EventKind.laneStart && event.text === 'holder',
  )
  const about = events.filter((event) => event.resource === lock?.resource)
  expect(about.find((event) => event.kind === EventKind.waitBegin)).toMatchObject({
    a: holder?.a,
    b: Wait.acquire,
  })
  expect(about.find((event) => event.kind === EventKind.waitEnd)).toMatchObject({
    a: WaitOutcome.granted,
    b: holder?.a,
  })
  const acquires = about.filter((event) => event.kind === EventKind.acquire)
  expect(acquires.map((event) => event.a)).toEqual([0, 1])
})

test('an event loop waits without blocking, and is refused the blocking form', async () => {
  const host = openHost()
  const [lock, ready, release] = [new Lock(), new Event(), new Event()]
  const running = host.run({ target: target('hold'), args: [lock, ready, release] })
  expect(await ready.waitAsync(50)).toBe(true)
  expect(lock.locked()).toBe(true)
  expect(() => lock.acquire()).toThrow(/runs an event loop.*acquireAsync/)
  expect(await lock.acquireAsync(0)).toBe(false)
  const waiting = lock.acquireAsync(30)
  release.set()
  expect(await waiting).toBe(true)
  lock.release()
  expect((await running).end).toBe(LaneEnd.returned)
})

test('two tasks of one event loop exclude each other', async () => {
  openHost()
  const lock = new Lock()
  const order: string[] = []
  const task = async (name: string) => {
    await lock.acquireAsync()
    order.push(`${name} in`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    order.push(`${name} out`)
    lock.release()
  }
  await Promise.all([task('a'), task('b'), task('c')])
  for (let index = 0; index < order.length; index += 2)
    expect(order[index + 1]).toBe(order[index]?.replace('in', 'out'))
})

function target(name: string) {
  return fixture('primitives', name)
}
