/**
 * Waits end by being woken. Every wait looks again after a slice, so a wake-up that is missing only
 * makes a program slow, which no other test would notice: here the engine says how a wait ended.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { Event } from '../../main/threading/event.ts'
import { NEVER } from '../../main/threading/futex.ts'
import { Life } from '../../main/threading/life.ts'
import { Lock } from '../../main/threading/lock.ts'
import { Queue } from '../../main/threading/queue/queue.ts'
import { runAsync } from '../../main/threading/steps.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { openHost } from '../support/threads.ts'

afterEach(() => void vi.restoreAllMocks())

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
    const waiting = waitAsync(...args)
    if (waiting.async && args[3] !== undefined) ends.push(waiting.value)
    return waiting
  })
  await PAIRS[name]?.()
  expect(ends.length).toBeGreaterThan(0)
  expect(await Promise.all(ends)).toEqual(ends.map(() => 'ok'))
})
