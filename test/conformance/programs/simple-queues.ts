/** SimpleQueue: test_queue.BaseSimpleQueueTest. */
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { Empty, Queue, SimpleQueue, TIMEOUT_MAX } from '../../../main/threading/index.ts'
import {
  append,
  Bunch,
  entriesOf,
  get,
  lengthOf,
  letBlock,
  newLog,
  pause,
  put,
  range,
  sortedEntries,
  times,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const queues = new Suite(['SimpleQueue'])

queues.follows('test_queue.BaseSimpleQueueTest.test_basic', 'order, size, Empty', async () => {
  const queue = new SimpleQueue<number>()
  const state = () => [queue.empty(), queue.qsize()]
  deepEqual(state(), [true, 0])
  await put(queue, 1)
  deepEqual(state(), [false, 1])
  await put(queue, 2)
  queue.putNowait(3)
  await put(queue, 4)
  deepEqual(state(), [false, 4])
  equal(await get(queue), 1)
  equal(queue.getNowait(), 2)
  equal(queue.get(false), 3)
  deepEqual(state(), [false, 1])
  equal(await get(queue, 0.1), 4)
  deepEqual(state(), [true, 0])
  throws(() => queue.get(false), Empty)
  await rejects(get(queue, 0.001), Empty)
  throws(() => queue.getNowait(), Empty)
  deepEqual(state(), [true, 0])
})

queues.follows(
  'test_queue.BaseSimpleQueueTest.test_negative_timeout_raises_exception',
  'a negative timeout is refused, also where nothing would have to wait',
  async () => {
    const queue = new SimpleQueue()
    await put(queue, 1)
    await rejects(get(queue, -1), {
      name: 'ValueError',
      message: "'timeout' must be a non-negative number",
    })
    equal(queue.get(false, -1), 1)
  },
)

type Item = number | null

/** @param next how many of the items have been put by all. */
export async function feed(queue: SimpleQueue<Item>, next: Log, count: number): Promise<void> {
  for (;;) {
    const item = Atomics.add(next, 0, 1)
    if (item >= count) break
    await put(queue, item)
    if (item % 7 === 0) await pause(0.0005)
  }
  await put(queue, null)
}
export async function consume(queue: SimpleQueue<Item>, results: Log): Promise<void> {
  for (let item = await get(queue); item !== null; item = await get(queue)) append(results, item)
}
async function orAgain(call: () => Item | Promise<Item>): Promise<Item> {
  for (;;)
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Empty)) throw error
      await pause(0.00001)
    }
}
export async function consumeNowait(queue: SimpleQueue<Item>, results: Log): Promise<void> {
  const next = () => orAgain(() => queue.getNowait())
  for (let item = await next(); item !== null; item = await next()) append(results, item)
}
export async function consumeInTime(queue: SimpleQueue<Item>, results: Log): Promise<void> {
  const next = () => orAgain(() => get(queue, 0.00001))
  for (let item = await next(); item !== null; item = await next()) append(results, item)
}

async function passes(threads: number, count: number, how: typeof consume): Promise<number[]> {
  const queue = new SimpleQueue<Item>()
  const results = newLog(count)
  const next = newLog(1)
  await Bunch.of([
    ...times(threads, [feed, [queue, next, count]] as const),
    ...times(threads, [how, [queue, results]] as const),
  ])
  deepEqual([queue.empty(), queue.qsize()], [true, 0])
  return entriesOf(results)
}

queues.follows(
  'test_queue.BaseSimpleQueueTest.test_order',
  'between two threads the order stays',
  async () => deepEqual(await passes(1, 100, consume), range(100)),
)

const inOrder = (entries: number[]) => entries.sort((one, two) => one - two)

queues.follows(
  'test_queue.BaseSimpleQueueTest.test_many_threads',
  'each item arrives once',
  async () => deepEqual(inOrder(await passes(6, 2000, consume)), range(2000)),
)
queues.follows(
  'test_queue.BaseSimpleQueueTest.test_many_threads_nonblock',
  'each item arrives once, got without waiting',
  async () => deepEqual(inOrder(await passes(6, 2000, consumeNowait)), range(2000)),
)
queues.follows(
  'test_queue.BaseSimpleQueueTest.test_many_threads_timeout',
  'each item arrives once, got with short timeouts',
  async () => deepEqual(inOrder(await passes(6, 500, consumeInTime)), range(500)),
)

queues.beyond('put never waits: block and timeout are there because Queue has them', async () => {
  const queue = new SimpleQueue<number>()
  queue.put(1, true, 0)
  queue.put(2, false)
  await put(queue, 3, -1)
  equal(queue.qsize(), 3)
  equal('taskDone' in queue, false)
  equal('shutdown' in queue, false)
  equal(queue instanceof Queue, false)
})

queues.follows(
  'test_queue.CSimpleQueueTest.test_reentrancy',
  'what is put while another item is being put is there first',
  () => {
    const queue = new SimpleQueue()
    const count = 100
    const results: unknown[] = []
    for (const index of range(count)) {
      let copied = false
      const item = {
        get index() {
          // A copy may look more than once.
          if (!copied) queue.put(index)
          copied = true
          return index
        },
      }
      queue.put(item)
      results.push(queue.get(false))
      deepEqual(queue.get(false), { index })
    }
    deepEqual(results, range(count))
  },
)

export async function getOne(queue: SimpleQueue<number>, results: Log): Promise<void> {
  append(results, await get(queue))
}
queues.beyond('of those who wait each gets an item of its own', async () => {
  const queue = new SimpleQueue<number>()
  const results = newLog()
  await Bunch.run(6, getOne, [queue, results], async () => {
    await letBlock(6)
    equal(lengthOf(results), 0)
    for (const item of range(6)) await put(queue, item)
  })
  deepEqual(sortedEntries(results), range(6))
})

queues.beyond('what is nothing elsewhere is an item here', async () => {
  const queue = new SimpleQueue()
  for (const item of [undefined, null, '', 0, false]) {
    await put(queue, item)
    deepEqual([queue.qsize(), await get(queue)], [1, item])
  }
})

/* SimpleQueue of C reads the timeout before it looks for an item; Queue of Python does not. */
queues.beyond('a timeout that makes no sense is refused, also when there is an item', async () => {
  const queue = new SimpleQueue<number>()
  await put(queue, 1)
  await rejects(get(queue, -1), { name: 'ValueError' })
  await rejects(get(queue, NaN), { name: 'ValueError' })
  await rejects(get(queue, TIMEOUT_MAX + 1), { name: 'OverflowError' })
  equal(queue.get(false, NaN), 1)
})

export const suites = [queues]
export const run = runnerOf(suites)
