/** The async forms, on the event loop of the tests. */
import { expect, test } from 'vitest'
import { Barrier } from '../../main/threading/barrier.ts'
import { Condition } from '../../main/threading/condition.ts'
import { Event } from '../../main/threading/event.ts'
import { fromHandles, toHandle, toHandles } from '../../main/threading/handles.ts'
import { Lock } from '../../main/threading/lock.ts'
import { RLock } from '../../main/threading/rlock.ts'
import { BoundedSemaphore, Semaphore } from '../../main/threading/semaphore.ts'
import { EventKind, LaneEnd, ResourceKind, Wait, WaitOutcome } from '../../main/trace/model.ts'
import { drainEvents, fixture, openHost } from '../support/threads.ts'
import { until } from '../support/until.ts'

const tick = () => new Promise((resolve) => setTimeout(resolve, 1))

test.each([
  ['Lock', () => new Lock()],
  ['Lock, handed off', () => new Lock({ handOff: true })],
  ['RLock', () => new RLock()],
  ['RLock, handed off', () => new RLock({ handOff: true })],
  ['Condition', () => new Condition()],
  ['Semaphore', () => new Semaphore()],
  ['Semaphore, handed off', () => new BoundedSemaphore(1, { handOff: true })],
] as const)('tasks of one event loop exclude each other: %s', async (_, make) => {
  openHost()
  const lock = make()
  let inside = 0
  let most = 0
  const task = async () => {
    using _held = await lock.holdAsync()
    most = Math.max(most, ++inside)
    await tick()
    inside--
  }
  await Promise.all([task(), task(), task()])
  expect(most).toBe(1)
  expect(await lock.withLockAsync(() => 'result')).toBe('result')
  await expect(lock.withLockAsync(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(lock.withLock(() => 'free')).toBe('free')
})

test('an event loop is refused the blocking forms of what would have to wait', () => {
  openHost()
  const refusal = /runs an event loop and must not block: use (acquire|wait)Async/
  const condition = new Condition()
  condition.withLock(() => expect(() => condition.wait()).toThrow(refusal))
  expect(condition.locked()).toBe(false)
  expect(() => new Semaphore(0).acquire()).toThrow(refusal)
  expect(() => new Barrier(2).wait()).toThrow(refusal)
})

test('a task that goes deeper into an RLock does so without waiting', async () => {
  openHost()
  const lock = new RLock()
  await lock.acquireAsync()
  expect(lock.acquire(false)).toBe(true)
  expect(lock.recursionCount()).toBe(2)
  expect(await lock.acquireAsync(0.01)).toBe(false)
  lock.release()
  lock.release()
  expect(lock.locked()).toBe(false)
})

test('a condition lets tasks through in the order in which they came', async () => {
  openHost()
  const condition = new Condition()
  const woken: number[] = []
  const task = async (id: number) => {
    await condition.withLockAsync(async () => {
      expect(await condition.waitAsync()).toBe(true)
      woken.push(id)
    })
  }
  const tasks = [task(1), task(2), task(3)]
  // Tickets of those who wait: main/threading/waiters.ts, word 1 of the table.
  const tickets = new Int32Array(condition[toHandle]().memory, 4, 1)
  await until('all wait', () => Atomics.load(tickets, 0) === tasks.length && !condition.locked())
  condition.withLock(() => {
    condition.notify(2)
  })
  await Promise.all(tasks.slice(0, 2))
  expect(woken).toEqual([1, 2])
  condition.withLock(() => {
    condition.notifyAll()
  })
  await Promise.all(tasks)
  expect(woken).toEqual([1, 2, 3])
})

test('a notification in the moment in which the time is up is taken', async () => {
  openHost()
  const condition = new Condition()
  await condition.acquireAsync()
  // Its time is up at once, but it says so only after this task.
  const waiting = condition.waitAsync(0)
  condition.withLock(() => {
    condition.notify()
  })
  expect(await waiting).toBe(true)
  condition.release()
})

test('waitFor gives what the predicate gave', async () => {
  openHost()
  const condition = new Condition(new Lock())
  let state = 0
  const waiting = condition.withLockAsync(() =>
    condition.waitForAsync(() => Promise.resolve(state === 2 && 'two')),
  )
  for (; state < 2; state++) {
    await tick()
    condition.withLock(() => {
      condition.notify()
    })
  }
  await tick()
  condition.withLock(() => {
    condition.notify()
  })
  expect(await waiting).toBe('two')
  const never = condition.withLockAsync(() => condition.waitForAsync(() => 0, 0.01))
  expect(await never).toBe(0)
})

test('a barrier awaits its action and hands out each index once', async () => {
  openHost()
  const order: string[] = []
  const action = async () => {
    await tick()
    order.push('action')
  }
  const barrier = new Barrier(3, { action, timeout: 10 })
  const task = async () => {
    const index = await barrier.waitAsync()
    order.push('through')
    return index
  }
  const indices = await Promise.all([task(), task(), task()])
  expect(indices.sort()).toEqual([0, 1, 2])
  expect(order).toEqual(['action', 'through', 'through', 'through'])
  expect(() => toHandles(barrier)).toThrow(/pickle.*action/)
})

test('what has travelled is the same primitive, with all its limits', async () => {
  openHost()
  const travel = <Value extends object>(value: Value): Value =>
    fromHandles(structuredClone(toHandles(value))) as Value
  const bounded = new BoundedSemaphore(2)
  const there = travel(bounded)
  there.acquire()
  expect(bounded.value).toBe(1)
  there.release()
  expect(() => there.release()).toThrow('Semaphore released too many times')
  const condition = new Condition(new Lock({ handOff: true }))
  const other = travel(condition)
  condition.acquire()
  expect(other.locked()).toBe(true)
  expect(other[toHandle]().lock.type).toBe('Lock')
  condition.release()
  const barrier = travel(new Barrier(1, { timeout: 5 }))
  expect([barrier.wait(), barrier.parties]).toEqual([0, 1])
})

test('the trace says who waits for what, until when, and who let it go on', async () => {
  const host = openHost()
  const condition = new Condition(undefined, { name: 'changed' })
  await condition.acquireAsync()
  const waiting = condition.waitAsync(50)
  const notifying = host.run({
    target: fixture('synchronization', 'notifyOnce'),
    args: [condition],
  })
  expect(await waiting).toBe(true)
  condition.release()
  expect((await notifying).end).toBe(LaneEnd.returned)
  const semaphore = new Semaphore(0)
  expect(await semaphore.acquireAsync(0.001)).toBe(false)
  semaphore.release(3)
  const events = drainEvents(host)
  const about = (resource: number, kind: EventKind) =>
    events.filter((event) => event.resource === resource && event.kind === kind)
  const { resource } = condition
  const [begin] = about(resource, EventKind.waitBegin)
  const [end] = about(resource, EventKind.waitEnd)
  const [notify] = about(resource, EventKind.notify)
  expect(begin).toMatchObject({ b: Wait.notify, c: 1 })
  const notifier = events.find(
    (event) => event.source === notify?.source && event.kind === EventKind.laneStart,
  )
  expect(end).toMatchObject({ a: WaitOutcome.granted, b: notifier?.a })
  expect(notify?.a).toBe(1)
  expect(about(semaphore.resource, EventKind.resource)[0]?.a).toBe(ResourceKind.semaphore)
  expect(about(semaphore.resource, EventKind.waitEnd)[0]?.a).toBe(WaitOutcome.timedOut)
  expect(about(semaphore.resource, EventKind.release)).toHaveLength(3)
})

test('an event says when its wait ends by itself', async () => {
  const host = openHost()
  const event = new Event()
  await event.waitAsync(0.001)
  const waiting = event.waitAsync()
  event.set()
  await waiting
  const begins = drainEvents(host).filter(({ kind }) => kind === EventKind.waitBegin)
  expect(begins.map(({ c }) => c)).toEqual([1, 0])
})
