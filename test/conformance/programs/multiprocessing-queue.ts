/** Queue, JoinableQueue and SimpleQueue: _TestQueue, TestSimpleQueue, and what the documentation says. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import {
  Event,
  JoinableQueue,
  Lock,
  Process,
  Queue,
  SimpleQueue,
} from '../../../main/multiprocessing/index.ts'
import { sleep } from '../../../main/threading/index.ts'
import { runtime } from '../../../main/threading/runtime.ts'
import {
  begin,
  call,
  fails,
  get,
  getNowait,
  joined,
  PATIENCE,
  put,
  putNowait,
  runIn,
  until,
} from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const makers = { Queue: Queue<unknown>, JoinableQueue: JoinableQueue<unknown> }
type Kind = keyof typeof makers
const queues = new Suite<Kind>(['Queue', 'JoinableQueue'])
const plain = { variants: ['Queue'] } as const

export function getSix(queue: Queue, canStart: Event, canContinue: Event): void {
  canStart.wait()
  for (let each = 0; each < 6; each++) queue.get()
  canContinue.set()
}

queues.follows(
  '_test_multiprocessing._TestQueue.test_put',
  'put until it is full, and again once another process has got',
  async (kind) => {
    const queue = new makers[kind](6)
    const canStart = new Event()
    const canContinue = new Event()
    const child = await begin(getSix, [queue, canStart, canContinue])
    equal(queue.empty(), true)
    equal(queue.full(), false)
    for (const item of [1, 2, 3]) await put(queue, item)
    await put(queue, 4, PATIENCE)
    await putNowait(queue, 5)
    await putNowait(queue, 6)
    await until('it is not empty', () => !queue.empty())
    equal(queue.full(), true)
    equal(queue.qsize(), 6)
    await fails(() => putNowait(queue, 7), 'Full')
    await fails(() => put(queue, 7, 0.05), 'Full')
    await fails(() => put(queue, 7, 0), 'Full')
    await fails(() => put(queue, 7, -1), 'Full')
    if (runtime.mayBlock) throws(() => queue.put(7, false, 3), { name: 'Full' })
    await call(canStart, 'set')
    await call(canContinue, 'wait', PATIENCE)
    await until('it is empty', () => queue.empty())
    equal(queue.full(), false)
    await joined(child)
    // The refused ones were not put.
    await fails(() => getNowait(queue), 'Empty')
  },
)

export function putFour(queue: Queue, canStart: Event, canContinue: Event): void {
  canStart.wait()
  for (const item of [2, 3, 4, 5]) queue.put(item)
  canContinue.set()
}

queues.follows(
  ['_test_multiprocessing._TestQueue.test_get', '_test_multiprocessing._TestQueue.test_timeout'],
  'get what another process has put, and Empty when there is no more',
  async (kind) => {
    const queue = new makers[kind]()
    const canStart = new Event()
    const canContinue = new Event()
    const child = await begin(putFour, [queue, canStart, canContinue])
    equal(queue.empty(), true)
    equal(queue.full(), false)
    await call(canStart, 'set')
    await call(canContinue, 'wait', PATIENCE)
    await until('it is not empty', () => !queue.empty())
    deepEqual([await get(queue), await get(queue), await get(queue, PATIENCE)], [2, 3, 4])
    await until('the last one has come', () => !queue.empty())
    equal(await getNowait(queue), 5)
    equal(queue.empty(), true)
    await fails(() => getNowait(queue), 'Empty')
    await fails(() => get(queue, 0.05), 'Empty')
    await fails(() => get(queue, 0), 'Empty')
    await fails(() => get(queue, -1), 'Empty')
    await joined(child)
  },
)

export function putTen(queue: Queue): void {
  for (let item = 10; item < 20; item++) queue.put(item)
}

queues.follows(
  '_test_multiprocessing._TestQueue.test_fork',
  'what is still on its way when its process ends arrives, in order',
  async (kind) => {
    const queue = new makers[kind]()
    for (let item = 0; item < 10; item++) await put(queue, item)
    const child = await begin(putTen, [queue])
    for (let item = 0; item < 20; item++) equal(await get(queue, PATIENCE), item)
    await fails(() => getNowait(queue), 'Empty')
    await joined(child)
  },
)

queues.follows('_test_multiprocessing._TestQueue.test_qsize', 'qsize', async (kind) => {
  const queue = new makers[kind]()
  const sizes = [queue.qsize()]
  await put(queue, 1)
  sizes.push(queue.qsize())
  await put(queue, 5)
  sizes.push(queue.qsize())
  equal(await get(queue), 1)
  sizes.push(queue.qsize())
  equal(await get(queue), 5)
  sizes.push(queue.qsize())
  deepEqual(sizes, [0, 1, 2, 1, 0])
})

export function work(queue: JoinableQueue): void {
  for (;;) {
    const item = queue.get()
    if (item === undefined) break
    sleep(0.01)
    queue.taskDone()
  }
}

queues.follows(
  '_test_multiprocessing._TestQueue.test_task_done',
  'join returns when other processes have done every item',
  async () => {
    const queue = new JoinableQueue<number | undefined>()
    equal(await call(queue, 'join', PATIENCE), true)
    const workers = [await begin(work, [queue]), await begin(work, [queue])]
    for (let item = 0; item < 10; item++) await put(queue, item)
    await call(queue, 'join')
    equal(queue.qsize(), 0)
    await fails(
      () => call(queue, 'taskDone'),
      'ValueError',
      /^task_done\(\) called too many times$/,
    )
    await put(queue, undefined)
    await put(queue, undefined)
    for (const worker of workers) await joined(worker)
    // Those two nobody has done.
    equal(await call(queue, 'join', 0.2), false)
    await call(queue, 'taskDone')
    await call(queue, 'taskDone')
    equal(await call(queue, 'join', PATIENCE), true)
  },
  { variants: ['JoinableQueue'] },
)

queues.beyond(
  'task_done of an item whose getter is another one; one too many is refused',
  async () => {
    const queue = new JoinableQueue()
    await fails(() => call(queue, 'taskDone'), 'ValueError')
    await put(queue, 'a')
    await call(queue, 'taskDone')
    await fails(() => call(queue, 'taskDone'), 'ValueError')
    equal(await get(queue), 'a')
    equal(await call(queue, 'join', PATIENCE), true)
  },
  { variants: ['JoinableQueue'] },
)

queues.follows(
  '_test_multiprocessing._TestQueue.test_queue_feeder_donot_stop_onexc',
  'what cannot travel takes no room and stops nothing',
  async (kind) => {
    const queue = new makers[kind](1)
    await fails(() => put(queue, () => 1), 'PicklingError')
    await fails(
      () => put(queue, [new Lock()]),
      'RuntimeError',
      /^Lock objects should only be shared between processes through inheritance$/,
    )
    await fails(
      () => put(queue, { inner: queue }),
      'RuntimeError',
      /objects should only be shared between processes through inheritance$/,
    )
    await put(queue, true, 5)
    equal(queue.qsize(), 1)
    equal(await get(queue, PATIENCE), true)
    equal(queue.empty(), true)
  },
)

queues.follows(
  [
    '_test_multiprocessing._TestQueue.test_closed_queue_empty_exceptions',
    '_test_multiprocessing._TestQueue.test_closed_queue_put_get_exceptions',
  ],
  'a closed queue',
  async (kind) => {
    const unused = new makers[kind]()
    await fails(() => call(unused, 'joinThread'), 'AssertionError')
    unused.close()
    unused.close()
    await call(unused, 'joinThread')
    equal(unused.empty(), true)

    const used = new makers[kind]()
    await put(used, 'foo')
    used.close()
    await call(used, 'joinThread')
    await call(used, 'joinThread')
    throws(() => used.empty(), { name: 'OSError', message: /is closed/ })

    for (const queue of [unused, used]) {
      await fails(() => put(queue, 'foo'), 'ValueError', /is closed/)
      await fails(() => putNowait(queue, 'foo'), 'ValueError', /is closed/)
      await fails(() => get(queue), 'ValueError', /is closed/)
      await fails(() => getNowait(queue), 'ValueError', /is closed/)
    }
  },
)

export function closeAndPut(queue: Queue): void {
  queue.put('from a child')
  queue.close()
  queue.joinThread()
}

queues.beyond('close is of one process: others go on', async (kind) => {
  const queue = new makers[kind]()
  await runIn(closeAndPut, queue)
  await put(queue, 'from here')
  equal(await get(queue, PATIENCE), 'from a child')
  equal(await get(queue, PATIENCE), 'from here')
})

export function putAndCancel(queue: Queue): void {
  queue.cancelJoinThread()
  for (let item = 0; item < 100; item++) queue.put(item)
  queue.close()
  queue.joinThread()
}

queues.beyond(
  'cancelJoinThread: the process ends without its items being taken',
  async (kind) => {
    const queue = new makers[kind]()
    await runIn(putAndCancel, queue)
  },
  plain,
)

const values = [
  undefined,
  null,
  true,
  0,
  -0,
  1.5,
  2 ** 53,
  NaN,
  Infinity,
  10n ** 20n,
  '',
  'text \u{1f600} \u0000',
  [],
  [undefined, [null, ['deep']]],
  { a: 1, b: { c: [2] } },
  new Map<unknown, unknown>([[1, 'one']]),
  new Set(['x']),
  new Date(86_400_000),
  new Uint8Array([1, 2, 3]),
  new Float64Array([0.5]),
  /regular/g,
  new RangeError('an error'),
  'x'.repeat(3_000_000),
]

export function echo(from: Queue, to: Queue, count: number): void {
  for (let each = 0; each < count; each++) to.put(from.get())
}

queues.beyond(
  'values come as equal values out of another process, a bound of one notwithstanding',
  async (kind) => {
    const there = new makers[kind](1)
    const back = new makers[kind](1)
    const child = await begin(echo, [there, back, values.length])
    for (const value of values) {
      await put(there, value)
      deepEqual(await get(back, PATIENCE), value)
    }
    await joined(child)
  },
  plain,
)

export function produce(queue: Queue<[number, number]>, producer: number, count: number): void {
  for (let item = 0; item < count; item++) queue.put([producer, item])
}

queues.beyond(
  'several producers: nothing is lost or doubled, the order of each is kept',
  async (kind) => {
    const queue = new makers[kind](10) as Queue<[number, number]>
    const children = [await begin(produce, [queue, 0, 200]), await begin(produce, [queue, 1, 200])]
    const next = [0, 0]
    for (let each = 0; each < 400; each++) {
      const [producer, item] = await get(queue, PATIENCE)
      equal(item, next[producer])
      next[producer] = item + 1
    }
    deepEqual(next, [200, 200])
    for (const child of children) await joined(child)
    ok(queue.empty())
  },
)

queues.beyond('maxsize of 0 and below: no bound', async (kind) => {
  for (const maxsize of [0, -1]) {
    const queue = new makers[kind](maxsize)
    for (let item = 0; item < 100; item++) await putNowait(queue, item)
    equal(queue.full(), false)
    equal(queue.qsize(), 100)
  }
})

const simple = new Suite(['SimpleQueue'])

simple.follows(
  [
    '_test_multiprocessing.TestSimpleQueue.test_empty_exceptions',
    '_test_multiprocessing.TestSimpleQueue.test_close',
    '_test_multiprocessing.TestSimpleQueue.test_closed',
  ],
  'a closed SimpleQueue',
  async () => {
    const queue = new SimpleQueue()
    queue.close()
    queue.close()
    throws(() => queue.empty(), { name: 'OSError', message: /is closed/ })
    await fails(() => call(queue, 'put', 1), 'OSError', /is closed/)
    await fails(() => call(queue, 'get'), 'OSError', /is closed/)
  },
)

export function putEmpty(queue: SimpleQueue, canStart: Event, canContinue: Event): void {
  canStart.wait()
  try {
    queue.put(queue.empty())
    queue.put(queue.empty())
  } finally {
    canContinue.set()
  }
}

simple.follows(
  '_test_multiprocessing.TestSimpleQueue.test_empty',
  'empty, in two processes',
  async () => {
    const queue = new SimpleQueue()
    const canStart = new Event()
    const canContinue = new Event()
    const child = await begin(putEmpty, [queue, canStart, canContinue])
    equal(queue.empty(), true)
    await call(canStart, 'set')
    await call(canContinue, 'wait', PATIENCE)
    // What another process has put is seen a little later than in CPython.
    await until('it is not empty', () => !queue.empty())
    equal(await call(queue, 'get'), true)
    equal(await call(queue, 'get'), false)
    equal(queue.empty(), true)
    await joined(child)
  },
)

export function takeOne(queue: Queue, results: Queue): void {
  results.put(queue.get())
}

simple.beyond('a getter that is killed takes nothing along', async () => {
  const queue = new Queue()
  const results = new Queue()
  const victim = new Process({ target: takeOne, args: [queue, results], daemon: true })
  await call(victim, 'start')
  victim.kill()
  await joined(victim, -9)
  await put(queue, 'still there')
  equal(await get(queue, PATIENCE), 'still there')
})

export const suites = [queues, simple]
export const run = runnerOf(suites)
