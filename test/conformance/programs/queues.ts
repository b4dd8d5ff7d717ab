/** Queue, LifoQueue, PriorityQueue: test_queue.BaseQueueTestMixin and FailingQueueTest. */
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import {
  Barrier,
  Empty,
  Event,
  Full,
  LifoQueue,
  PriorityQueue,
  Queue,
  ShutDown,
  TIMEOUT_MAX,
  ValueError,
} from '../../../main/threading/index.ts'
import {
  append,
  Bunch,
  entriesOf,
  get,
  join,
  lengthOf,
  letBlock,
  newLog,
  pause,
  put,
  range,
  sortedEntries,
  times,
  until,
  wait,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const types = { Queue, LifoQueue, PriorityQueue }
type Kind = keyof typeof types
const kinds = Object.keys(types) as Kind[]
const make = (kind: Kind, maxsize = 0): Queue => new types[kind](maxsize)
const SIZE = 5
/** Seconds that nobody is to wait. */
const LONG = 50

const queues = new Suite<Kind>(kinds)

/** CPython's _TriggerThread: what lets a blocked one go on, later. */
export async function getLater(queue: Queue, started: Log): Promise<void> {
  await pause(0.03)
  append(started, 1)
  await get(queue)
}
export async function putLater(queue: Queue, started: Log): Promise<void> {
  await pause(0.03)
  append(started, 1)
  await put(queue, 'empty')
}

async function blocks(
  queue: Queue,
  trigger: typeof getLater,
  call: () => Promise<unknown>,
): Promise<void> {
  const started = newLog()
  await Bunch.run(1, trigger, [queue, started], async () => {
    await call()
    ok(lengthOf(started) > 0, 'it did not wait')
  })
}

const sorted = {
  Queue: [111, 333, 222],
  LifoQueue: [222, 333, 111],
  PriorityQueue: [111, 222, 333],
}

async function basics(kind: Kind, queue: Queue): Promise<void> {
  deepEqual([queue.qsize(), queue.empty(), queue.full()], [0, true, false])
  for (const item of [111, 333, 222]) await put(queue, item)
  deepEqual([await get(queue), await get(queue), await get(queue)], sorted[kind])
  for (const item of range(SIZE - 1)) {
    await put(queue, item)
    ok(queue.qsize() > 0)
  }
  equal(queue.full(), false)
  await put(queue, 10)
  deepEqual([queue.qsize(), queue.empty(), queue.full()], [SIZE, false, true])
  throws(() => queue.put(30, false), Full)
  await rejects(put(queue, 30, 0.01), Full)
  await blocks(queue, getLater, () => put(queue, 30))
  await blocks(queue, getLater, () => put(queue, 30, LONG))
  for (let time = 0; time < SIZE; time++) await get(queue)
  equal(queue.qsize(), 0)
  throws(() => queue.get(false), Empty)
  await rejects(get(queue, 0.01), Empty)
  await blocks(queue, putLater, () => get(queue))
  await blocks(queue, putLater, () => get(queue, LONG))
}

queues.follows(
  'test_queue.BaseQueueTestMixin.test_basic',
  'order, size, waiting for room and for items',
  async (kind) => {
    const queue = make(kind, SIZE)
    await basics(kind, queue)
    await basics(kind, queue)
  },
)

const tooOften = { name: 'ValueError', message: 'task_done() called too many times' }

queues.follows(
  'test_queue.BaseQueueTestMixin.test_queue_task_done',
  'taskDone() without a task is refused',
  async (kind) => {
    const queue = make(kind)
    throws(() => queue.taskDone(), tooOften)
    await put(queue, 1)
    equal(queue.unfinishedTasks, 1)
    await get(queue)
    equal(queue.unfinishedTasks, 1)
    queue.taskDone()
    equal(queue.unfinishedTasks, 0)
    throws(() => queue.taskDone(), tooOften)
    equal(queue.unfinishedTasks, 0)
  },
)

export async function work(queue: Queue<number>, sum: Log): Promise<void> {
  for (;;) {
    const item = await get(queue)
    if (item >= 0) Atomics.add(sum, 0, item)
    queue.taskDone()
    if (item < 0) return
  }
}

queues.follows(
  'test_queue.BaseQueueTestMixin.test_queue_join',
  'join() returns when all tasks are done, again and again',
  async (kind) => {
    const queue = new types[kind]<number>()
    for (let round = 0; round < 2; round++) {
      const sum = newLog(1)
      await Bunch.run(2, work, [queue, sum], async () => {
        for (const item of range(100)) await put(queue, item)
        await join(queue)
        equal(sum[0], 4950)
        await put(queue, -1)
        await put(queue, -1)
        await join(queue)
      })
    }
    await join(queue)
    throws(() => queue.taskDone(), tooOften)
  },
)

const negative = { name: 'ValueError', message: "'timeout' must be a non-negative number" }

queues.follows(
  'test_queue.BaseQueueTestMixin.test_negative_timeout_raises_exception',
  'a negative timeout is refused, also where nothing would have to wait',
  async (kind) => {
    const queue = make(kind, SIZE)
    await rejects(put(queue, 1, -1), negative)
    await rejects(get(queue, -1), negative)
    equal(queue.qsize(), 0)
    await put(queue, 1)
    await rejects(get(queue, -0.5), negative)
    equal(queue.get(false, -1), 1)
    queue.put(1, false, -1)
    // It could never have to wait.
    const unbounded = make(kind)
    await put(unbounded, 1, -1)
    equal(unbounded.qsize(), 1)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_nowait',
  'putNowait and getNowait do not wait',
  (kind) => {
    const queue = make(kind, SIZE)
    for (let time = 0; time < SIZE; time++) queue.putNowait(1)
    throws(() => queue.putNowait(1), Full)
    throws(() => queue.putNowait(1), { name: 'Full' })
    for (let time = 0; time < SIZE; time++) equal(queue.getNowait(), 1)
    throws(() => queue.getNowait(), Empty)
    throws(() => queue.getNowait(), { name: 'Empty' })
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_empty',
  'after a shutdown an empty one raises ShutDown',
  async (kind) => {
    const queue = make(kind, SIZE)
    queue.shutdown()
    await rejects(put(queue, 'data'), ShutDown)
    await rejects(get(queue), ShutDown)
    await rejects(get(queue), { name: 'ShutDown' })
    throws(() => queue.putNowait(1), ShutDown)
    throws(() => queue.getNowait(), ShutDown)
    await rejects(put(queue, 1, -1), ShutDown)
    await rejects(get(queue, -1), ShutDown)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_nonempty',
  'after a shutdown what is in it can be got',
  async (kind) => {
    const queue = make(kind)
    await put(queue, 'data')
    queue.shutdown()
    equal(await get(queue), 'data')
    await rejects(get(queue), ShutDown)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_immediate',
  'an immediate shutdown empties it',
  async (kind) => {
    const queue = make(kind)
    await put(queue, 'data')
    queue.shutdown(true)
    equal(queue.qsize(), 0)
    await rejects(get(queue), ShutDown)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_allowed_transitions',
  'it can be shut down again, also immediately, and stays so',
  async (kind) => {
    const queue = make(kind)
    equal(queue.isShutdown, false)
    await put(queue, 1)
    queue.shutdown()
    equal(queue.isShutdown, true)
    equal(queue.qsize(), 1)
    queue.shutdown(true)
    equal(queue.isShutdown, true)
    equal(queue.qsize(), 0)
    queue.shutdown(false)
    equal(queue.isShutdown, true)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_all_methods_in_one_thread',
  'a shutdown, method by method',
  async (kind) => {
    const queue = make(kind, 2)
    await put(queue, 'L')
    queue.putNowait('O')
    queue.shutdown()
    await rejects(put(queue, 'E'), ShutDown)
    throws(() => queue.putNowait('W'), ShutDown)
    for (let time = 0; time < 2; time++) {
      ok('LO'.includes(String(await get(queue))))
      queue.taskDone()
    }
    await join(queue)
    await rejects(get(queue), ShutDown)
    throws(() => queue.getNowait(), ShutDown)
    await rejects(get(queue, 1), ShutDown)
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_immediate_all_methods_in_one_thread',
  'an immediate shutdown, method by method',
  async (kind) => {
    const queue = make(kind, 2)
    await put(queue, 'L')
    queue.putNowait('O')
    queue.shutdown(true)
    await rejects(put(queue, 'E'), ShutDown)
    throws(() => queue.putNowait('W'), ShutDown)
    await rejects(get(queue), ShutDown)
    throws(() => queue.getNowait(), ShutDown)
    throws(() => queue.taskDone(), tooOften)
    equal(queue.unfinishedTasks, 0)
    await join(queue)
  },
)

export async function write(
  queue: Queue,
  count: number,
  shutdown: Event,
  begin: Barrier,
  results: Log,
): Promise<void> {
  const half = count / 2
  for (const index of range(half / 2)) await put(queue, [index, 'LOYD'])
  await wait(begin)
  for (let index = half / 2; index < count; index++) {
    try {
      await put(queue, [index, 'YDLO'])
    } catch (error) {
      ok(error instanceof ShutDown)
      append(results, 1)
      return
    }
    if (index === half) shutdown.set()
    // Tasks let others go on, as threads do.
    if (index % 64 === 0) await pause(0)
  }
  append(results, 0)
}

export async function read(queue: Queue, begin: Barrier, results: Log): Promise<void> {
  await get(queue)
  queue.taskDone()
  await wait(begin)
  for (;;)
    try {
      queue.getNowait()
      queue.taskDone()
    } catch (error) {
      if (error instanceof ShutDown) break
      ok(error instanceof Empty)
      await pause(0)
    }
  append(results, 1)
}

export async function shutdownAfter(
  queue: Queue,
  go: Event,
  immediate: boolean,
  results: Log,
): Promise<void> {
  await wait(go)
  queue.shutdown(immediate)
  append(results, queue.qsize())
}

export async function joinAfter(queue: Queue, begin: Barrier): Promise<void> {
  await wait(begin)
  await join(queue)
}

async function shutdownAmongMany(kind: Kind, immediate: boolean): Promise<void> {
  const queue = make(kind)
  const [writers, readers, joiners] = [3, 4, immediate ? 2 : 0]
  const [puts, gets, shutdowns] = [newLog(), newLog(), newLog()]
  const begin = new Barrier(writers + readers + joiners)
  const go = new Event()
  await Bunch.of([
    ...times(writers, [write, [queue, 2048, go, begin, puts]] as const),
    ...times(readers, [read, [queue, begin, gets]] as const),
    [shutdownAfter, [queue, go, immediate, shutdowns]],
    ...times(joiners, [joinAfter, [queue, begin]] as const),
  ])
  equal(lengthOf(puts), writers)
  equal(lengthOf(gets), readers)
  if (immediate) deepEqual(entriesOf(shutdowns), [0])
  equal(queue.empty(), true)
  equal(queue.unfinishedTasks, 0)
}

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_all_methods_in_many_threads',
  'a shutdown among many producers and consumers',
  (kind) => shutdownAmongMany(kind, false),
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_immediate_all_methods_in_many_threads',
  'an immediate shutdown among many producers, consumers and joiners',
  (kind) => shutdownAmongMany(kind, true),
)

/** 1: there was an item, 0: ShutDown. */
export async function getAfter(queue: Queue, go: Event, results: Log): Promise<void> {
  await wait(go)
  append(results, await orShutDown(() => get(queue)))
}
export async function getDoneAfter(queue: Queue, go: Event, results: Log): Promise<void> {
  await wait(go)
  const got = await orShutDown(() => get(queue))
  if (got) queue.taskDone()
  append(results, got)
}
export async function putAfter(
  queue: Queue,
  item: unknown,
  go: Event,
  results: Log,
): Promise<void> {
  await wait(go)
  append(results, await orShutDown(() => put(queue, item)))
}
export async function joinIt(queue: Queue, results: Log): Promise<void> {
  await join(queue)
  append(results, 1)
}
async function orShutDown(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    ok(error instanceof ShutDown)
    return false
  }
}

async function fullOne(kind: Kind): Promise<Queue> {
  const queue = make(kind, 2)
  await put(queue, 'Y')
  await put(queue, 'D')
  return queue
}

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_get',
  'after a shutdown as many get an item as there are, the others ShutDown',
  async (kind) => {
    const queue = await fullOne(kind)
    const [go, results] = [new Event(), newLog()]
    await Bunch.run(3, getAfter, [queue, go, results], () => {
      queue.shutdown()
      go.set()
    })
    deepEqual(sortedEntries(results), [0, 1, 1])
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_immediate_get',
  'after an immediate shutdown all who get have ShutDown',
  async (kind) => {
    const queue = await fullOne(kind)
    const [go, results] = [new Event(), newLog()]
    await Bunch.run(2, getAfter, [queue, go, results], () => {
      queue.shutdown(true)
      go.set()
    })
    deepEqual(entriesOf(results), [0, 0])
  },
)

queues.follows(
  [
    'test_queue.BaseQueueTestMixin.test_shutdown_put',
    'test_queue.BaseQueueTestMixin.test_shutdown_immediate_put',
  ],
  'after a shutdown all who put have ShutDown',
  async (kind) => {
    for (const immediate of [false, true]) {
      const queue = await fullOne(kind)
      const [go, results] = [new Event(), newLog()]
      await Bunch.run(2, putAfter, [queue, 'E', go, results], () => {
        queue.shutdown(immediate)
        go.set()
      })
      deepEqual(entriesOf(results), [0, 0])
    }
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_join',
  'after a shutdown join() waits for what is still to be done',
  async (kind) => {
    const queue = make(kind)
    await put(queue, 'Y')
    const [go, results, done] = [new Event(), newLog(), newLog()]
    await Bunch.of(
      [...times(2, [joinIt, [queue, results]] as const), [getDoneAfter, [queue, go, done]]],
      async () => {
        await letBlock(2)
        queue.shutdown()
        await letBlock(2)
        equal(lengthOf(results), 0)
        go.set()
      },
    )
    deepEqual([lengthOf(results), entriesOf(done)], [2, [1]])
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_immediate_join',
  'an immediate shutdown lets those go on who join',
  async (kind) => {
    const queue = make(kind)
    await put(queue, 'Y')
    const results = newLog()
    await Bunch.run(2, joinIt, [queue, results], async () => {
      await letBlock(2)
      equal(lengthOf(results), 0)
      queue.shutdown(true)
    })
    equal(lengthOf(results), 2)
  },
)

queues.follows(
  [
    'test_queue.BaseQueueTestMixin.test_shutdown_put_join',
    'test_queue.BaseQueueTestMixin.test_shutdown_immediate_put_join',
  ],
  'a shutdown while some put and some join',
  async (kind) => {
    for (const immediate of [false, true]) {
      const queue = make(kind, 2)
      await put(queue, 'Y')
      const [go, results] = [new Event(), newLog()]
      const calls = [
        [putAfter, [queue, 'E', go, results]],
        [joinIt, [queue, results]],
      ] as const
      await Bunch.of(calls, async () => {
        equal(queue.unfinishedTasks, 1)
        queue.shutdown(immediate)
        go.set()
        if (immediate) throws(() => queue.getNowait(), ShutDown)
        else {
          equal(await get(queue), 'Y')
          queue.taskDone()
        }
      })
      deepEqual(sortedEntries(results), [0, 1])
    }
  },
)

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_get_task_done_join',
  'a shutdown while some get, are done, and some join',
  async (kind) => {
    const queue = await fullOne(kind)
    const [go, results] = [new Event(), newLog()]
    equal(queue.unfinishedTasks, queue.qsize())
    const calls = [
      ...times(2, [getDoneAfter, [queue, go, results]] as const),
      ...times(2, [joinIt, [queue, results]] as const),
    ]
    await Bunch.of(calls, () => {
      go.set()
      queue.shutdown(false)
    })
    deepEqual(entriesOf(results), [1, 1, 1, 1])
  },
)

export async function getOne(queue: Queue, results: Log): Promise<void> {
  append(results, await orShutDown(() => get(queue)))
}
export async function putOne(queue: Queue, item: unknown, results: Log): Promise<void> {
  append(results, await orShutDown(() => put(queue, item)))
}

queues.follows(
  'test_queue.BaseQueueTestMixin.test_shutdown_pending_get',
  'a shutdown is told to those who wait for an item',
  async (kind) => {
    for (const immediate of [false, true]) {
      const queue = make(kind)
      const results = newLog()
      await Bunch.run(3, getOne, [queue, results], async () => {
        await letBlock(3)
        queue.shutdown(immediate)
      })
      deepEqual(entriesOf(results), [0, 0, 0])
    }
  },
)

queues.beyond('a shutdown is told to those who wait for room', async (kind) => {
  for (const immediate of [false, true]) {
    const queue = await fullOne(kind)
    const results = newLog()
    await Bunch.run(3, putOne, [queue, 'E', results], async () => {
      await letBlock(3)
      equal(lengthOf(results), 0)
      queue.shutdown(immediate)
    })
    deepEqual(entriesOf(results), [0, 0, 0])
    deepEqual([queue.qsize(), queue.unfinishedTasks], immediate ? [0, 0] : [2, 2])
  }
})

queues.beyond('an immediate shutdown leaves to be done what somebody has got', async (kind) => {
  const queue = await fullOne(kind)
  await get(queue)
  queue.shutdown(true)
  equal(queue.unfinishedTasks, 1)
  const results = newLog()
  await Bunch.run(1, joinIt, [queue, results], async () => {
    await letBlock(2)
    equal(lengthOf(results), 0)
    queue.taskDone()
  })
  throws(() => queue.taskDone(), tooOften)
})

/** Its copy fails, as CPython's FailingQueue._put. */
const failing = (): object =>
  Object.defineProperty({}, 'value', {
    enumerable: true,
    get: () => {
      throw new RangeError('You lose')
    },
  })

queues.follows(
  'test_queue.FailingQueueTest.test_failing_queue',
  'a put that fails leaves it as it was',
  async (kind) => {
    const queue = make(kind, SIZE)
    for (let round = 0; round < 2; round++) {
      for (const item of range(SIZE - 1)) await put(queue, item)
      throws(() => queue.put(failing(), false), RangeError)
      await rejects(put(queue, failing(), 0.1), RangeError)
      await rejects(put(queue, failing()), RangeError)
      deepEqual([queue.qsize(), queue.unfinishedTasks], [SIZE - 1, SIZE - 1])
      await put(queue, 9)
      equal(queue.full(), true)
      // Also when it first had to wait.
      await Bunch.run(1, getLater, [queue, newLog()], () =>
        rejects(put(queue, failing(), LONG), RangeError),
      )
      equal(queue.qsize(), SIZE - 1)
      await put(queue, 9)
      await blocks(queue, getLater, () => put(queue, 9))
      for (let time = 0; time < SIZE; time++) await get(queue)
      equal(queue.qsize(), 0)
      while (queue.unfinishedTasks > 0) queue.taskDone()
    }
  },
)

queues.beyond('no time: Full and Empty at once, or what can be had', async (kind) => {
  const queue = make(kind, 1)
  await rejects(get(queue, 0), Empty)
  await put(queue, 1, 0)
  await rejects(put(queue, 2, 0), Full)
  equal(queue.unfinishedTasks, 1)
  equal(await get(queue, 0), 1)
})

queues.beyond('a timeout that no clock can hold is refused where it would wait', async (kind) => {
  const queue = make(kind, 1)
  await rejects(get(queue, 1e100), { name: 'OverflowError' })
  await rejects(get(queue, Infinity), { name: 'OverflowError' })
  await put(queue, 1, 1e100)
  await rejects(put(queue, 2, 1e100), { name: 'OverflowError' })
  equal(await get(queue, 1e100), 1)
  await put(queue, 1, TIMEOUT_MAX)
  equal(await get(queue, TIMEOUT_MAX), 1)
})

queues.beyond('a maxsize of 0 or less is no limit', async (kind) => {
  for (const maxsize of [0, -1]) {
    const queue = make(kind, maxsize)
    for (const item of range(300)) await put(queue, item)
    deepEqual([queue.full(), queue.qsize(), queue.maxsize], [false, 300, maxsize])
  }
})

queues.beyond('what is nothing elsewhere is an item here', async (kind) => {
  const queue = make(kind)
  for (const item of [undefined, null, '', 0, false, NaN, 7n, [], {}]) {
    await put(queue, item)
    equal(queue.qsize(), 1)
    deepEqual(await get(queue), item)
    await put(queue, item)
    deepEqual(queue.getNowait(), item)
  }
  equal(queue.unfinishedTasks, 18)
})

export async function getItem(queue: Queue<number>, results: Log): Promise<void> {
  append(results, await get(queue))
}
queues.beyond('of those who wait each gets an item of its own', async (kind) => {
  const queue = new types[kind]<number>(2)
  const results = newLog()
  await Bunch.run(6, getItem, [queue, results], async () => {
    await letBlock(6)
    for (const item of range(6)) await put(queue, item)
  })
  deepEqual(sortedEntries(results), range(6))
})

queues.beyond('of those who wait for room all get in, one at a time', async (kind) => {
  const queue = new types[kind]<number>(1)
  await put(queue, 100)
  const results = newLog()
  await Bunch.of(
    range(5).map((item) => [putOne, [queue, item, results]]),
    async () => {
      await letBlock(5)
      equal(lengthOf(results), 0)
      const items = []
      for (let time = 0; time < 6; time++) {
        ok(queue.qsize() <= 1)
        items.push(await get(queue))
      }
      deepEqual(
        items.sort((one, two) => one - two),
        [...range(5), 100],
      )
    },
  )
  equal(queue.empty(), true)
})

queues.beyond(
  'what is put again while an item is being put is there first',
  async (kind) => {
    const queue = make(kind)
    const item = {}
    Object.defineProperty(item, 'inner', {
      enumerable: true,
      get: () => {
        queue.put(1)
        return 2
      },
    })
    await put(queue, [0, item])
    const got = [queue.getNowait()]
    equal(queue.unfinishedTasks, queue.qsize() + 1)
    while (!queue.empty()) got.push(queue.getNowait())
    ok(got.includes(1))
    ok(got.some((one) => Array.isArray(one)))
  },
  { variants: ['Queue', 'LifoQueue'] },
)

queues.beyond(
  'the least item first: numbers, texts, and lists item by item',
  async (kind) => {
    const queue = make(kind)
    const inOrder: unknown[][] = [
      [-1.5, 0, 2, 10, 2n ** 70n],
      ['', 'A', 'B', 'a', 'aa', 'b'],
      [[0], [0, 'z'], [1, 'a'], [1, 'b'], [2]],
      [
        [1, [1, 2]],
        [1, [1, 3]],
        [2, []],
      ],
    ]
    for (const items of inOrder) {
      for (const item of items.toReversed()) await put(queue, item)
      for (const item of items) deepEqual(await get(queue), item)
    }
  },
  { variants: ['PriorityQueue'] },
)

queues.beyond(
  'items without an order between them are refused in the words of CPython',
  async (kind) => {
    const refusal = (one: string, other: string) => ({
      name: 'TypeError',
      message: `'<' not supported between instances of '${one}' and '${other}'`,
    })
    const queue = make(kind)
    await put(queue, 1)
    await rejects(put(queue, 'a'), refusal('str', 'int'))
    await rejects(put(queue, null), refusal('NoneType', 'int'))
    await rejects(put(queue, [1]), refusal('list', 'int'))
    deepEqual([queue.qsize(), queue.unfinishedTasks], [1, 1])
    equal(await get(queue), 1)
    await put(queue, [1, { name: 'a' }])
    await rejects(put(queue, [1, { name: 'b' }]), refusal('dict', 'dict'))
    await put(queue, [2, { name: 'b' }])
    deepEqual(await get(queue), [1, { name: 'a' }])
  },
  { variants: ['PriorityQueue'] },
)

queues.beyond(
  'Full, Empty and ShutDown are errors of their own, and no ValueError',
  () => {
    for (const Class of [Full, Empty, ShutDown]) {
      const error = new Class('text')
      deepEqual([error.name, error.message, error instanceof Error], [Class.name, 'text', true])
      ok(!(error instanceof ValueError))
    }
  },
  { forms: ['blocking'], variants: ['Queue'] },
)

export async function slowly(queue: Queue<number>, done: Log): Promise<void> {
  for (let item = await get(queue); item >= 0; item = await get(queue)) {
    await pause(0.002)
    append(done, item)
    queue.taskDone()
  }
}
queues.beyond('join() does not return before the last task is done', async (kind) => {
  const queue = new types[kind]<number>()
  const done = newLog()
  for (const item of range(8)) await put(queue, item)
  await Bunch.run(2, slowly, [queue, done], async () => {
    await join(queue)
    equal(lengthOf(done), 8)
    await put(queue, 8)
    await until('it is done as well', () => lengthOf(done) === 9)
    await join(queue)
    queue.putNowait(-1)
    queue.putNowait(-2)
  })
})

queues.beyond('true as maxsize is one item; what is no number is refused by name', (kind) => {
  const queue = make(kind, true as never)
  queue.putNowait(1)
  equal(queue.full(), true)
  for (const maxsize of ['1', null, {}])
    throws(() => make(kind, maxsize as never), { name: 'TypeError' })
})

export const suites = [queues]
export const run = runnerOf(suites)
