/**
 * Waits end by being woken. Every wait looks again after a slice, so a wake-up that is missing only
 * makes a program slow, which no other test would notice: here the engine says how a wait ended.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { Barrier } from '../../main/threading/barrier.ts'
import { Condition } from '../../main/threading/condition.ts'
import { Event } from '../../main/threading/event.ts'
import { NEVER } from '../../main/threading/futex.ts'
import { Life } from '../../main/threading/life.ts'
import { Lock } from '../../main/threading/lock.ts'
import { PriorityQueue } from '../../main/threading/queue/priority-queue.ts'
import { Queue } from '../../main/threading/queue/queue.ts'
import { runAsync } from '../../main/threading/steps.ts'
import { Semaphore } from '../../main/threading/semaphore.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { openHost } from '../support/threads.ts'

afterEach(() => void vi.restoreAllMocks())

const LONG_MILLISECONDS = 30_000

/** Each waits and is let go on by what the same event loop does next. */
const PAIRS: Readonly<Record<string, () => Promise<unknown>>> = {
  async lock() {
    const lock = new Lock()
    lock.acquire()
    const waiting = [lock.acquireAsync(), lock.acquireAsync()]
    lock.release()
    // Whoever gets it passes it on: the second is known to the first.
    await Promise.race(waiting)
    lock.release()
    await Promise.all(waiting)
  },
  async 'lock, handed off'() {
    const lock = new Lock({ handOff: true })
    lock.acquire()
    const waiting = [lock.acquireAsync(), lock.acquireAsync()]
    lock.release()
    await waiting[0]
    lock.release()
    await waiting[1]
  },
  async condition() {
    const condition = new Condition()
    condition.acquire()
    const waiting = condition.waitAsync()
    condition.withLock(() => {
      condition.notify()
    })
    await waiting
  },
  async semaphore() {
    const semaphore = new Semaphore(0)
    const waiting = [semaphore.acquireAsync(), semaphore.acquireAsync()]
    semaphore.release(2)
    await Promise.all(waiting)
  },
  async 'semaphore, handed off'() {
    const semaphore = new Semaphore(0, { handOff: true })
    const waiting = [semaphore.acquireAsync(), semaphore.acquireAsync()]
    semaphore.release()
    semaphore.release()
    await Promise.all(waiting)
  },
  async barrier() {
    const barrier = new Barrier(3)
    await Promise.all([barrier.waitAsync(), barrier.waitAsync(), barrier.waitAsync()])
  },
  async event() {
    const event = new Event()
    const waiting = [event.waitAsync(), event.waitAsync()]
    event.set()
    await Promise.all(waiting)
  },
  async 'queue, get'() {
    const queue = new Queue<number>()
    const waiting = [queue.getAsync(), queue.getAsync()]
    queue.put(1)
    queue.put(2)
    expect((await Promise.all(waiting)).sort()).toEqual([1, 2])
  },
  async 'queue, put'() {
    const queue = new Queue<number>(1)
    queue.put(1)
    const waiting = queue.putAsync(2)
    queue.get()
    await waiting
  },
  async 'queue, put of many bytes and few'() {
    const queue = new Queue<string>(0, { capacityBytes: 256 })
    queue.put('x'.repeat(200))
    const waiting = ['y'.repeat(100), 'z'.repeat(50)].map((item) => queue.putAsync(item))
    queue.get()
    await Promise.all(waiting)
  },
  async 'queue, join'() {
    const queue = new Queue<number>()
    queue.put(1)
    const waiting = [queue.joinAsync(), queue.joinAsync()]
    queue.taskDone()
    await Promise.all(waiting)
  },
  async 'queue, shutdown'() {
    const [empty, full, busy] = [new Queue(), new Queue(1), new Queue()]
    full.put(1)
    busy.put(1)
    const refused = [empty.getAsync(), empty.getAsync(), full.putAsync(2), full.putAsync(3)]
    const released = busy.joinAsync()
    for (const queue of [empty, full, busy]) queue.shutdown(true)
    for (const waiting of refused) await expect(waiting).rejects.toThrow('was shut down')
    await released
  },
  async 'queue, get of the least'() {
    const queue = new PriorityQueue<number>()
    const waiting = queue.getAsync()
    queue.put(1)
    await waiting
  },
  async 'end of a thread'() {
    const life = Life.allocate('one', false)
    life.start()
    const waiting = [runAsync(life.awaitEnd(NEVER)), runAsync(life.awaitEnd(NEVER))]
    life.finish(LaneEnd.returned)
    await Promise.all(waiting)
  },
}

test.each(Object.keys(PAIRS))('who waits is woken: %s', async (name) => {
  openHost()
  const waitAsync = Atomics.waitAsync.bind(Atomics)
  const ends: Promise<string>[] = []
  vi.spyOn(Atomics, 'waitAsync').mockImplementation((...args: Parameters<typeof waitAsync>) => {
    const isSlice = args[3] !== undefined
    // However long the machine is busy meanwhile, no slice of a wait ends by itself.
    if (isSlice) args[3] = LONG_MILLISECONDS
    const waiting = waitAsync(...args)
    if (isSlice && waiting.async) ends.push(waiting.value)
    return waiting
  })
  await PAIRS[name]?.()
  expect(ends.length).toBeGreaterThan(0)
  expect(await Promise.all(ends)).toEqual(ends.map(() => 'ok'))
})
