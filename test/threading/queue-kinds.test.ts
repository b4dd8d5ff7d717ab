/** After CPython 3.13's test_queue, in the blocking and in the async form. */
import { expect, test } from 'vitest'
import { LifoQueue } from '../../main/threading/queue/lifo-queue.ts'
import { PriorityQueue } from '../../main/threading/queue/priority-queue.ts'
import { Queue } from '../../main/threading/queue/queue.ts'
import { SimpleQueue } from '../../main/threading/queue/simple-queue.ts'
import { drainEvents, openHost, output, runProgram } from '../support/threads.ts'

const kinds = ['Queue', 'LifoQueue', 'PriorityQueue'] as const
const forms = ['blocking', 'async'] as const
const all = kinds.flatMap((kind) => forms.map((form) => ({ kind, form })))

test.each(all)('order, sizes, Full and Empty: $kind, $form', async ({ kind, form }) => {
  await runProgram(openHost(), 'queues', 'simpleQueue', form, kind)
})

test.each(all)(
  'join returns when all tasks are done, not before: $kind, $form',
  async ({ kind, form }) => {
    await runProgram(openHost(), 'queues', 'tasks', form, kind)
  },
)

test.each(all)(
  'what a queue that was shut down still does: $kind, $form',
  async ({ kind, form }) => {
    await runProgram(openHost(), 'queues', 'shutDown', form, kind)
  },
)

test.each(all)(
  'nobody waits at a queue that is shut down: $kind, $form',
  async ({ kind, form }) => {
    const host = openHost()
    await runProgram(host, 'queues', 'shutDownWaiters', form, kind)
    expect(output(drainEvents(host)).sort()).toEqual([
      'get ShutDown',
      'get ShutDown',
      'join returned',
      'join returned',
      'put ShutDown',
      'put ShutDown',
    ])
  },
)

test.each([
  { maxsize: 0, immediate: false, seconds: 0.02 },
  { maxsize: 1, immediate: false, seconds: 0.03 },
  { maxsize: 3, immediate: true, seconds: 0.02 },
  { maxsize: 0, immediate: true, seconds: 0.04 },
])(
  'shut down in the middle of many puts and gets: maxsize $maxsize, immediate $immediate',
  async ({ maxsize, immediate, seconds }) => {
    await runProgram(openHost(), 'queues', 'shutDownRace', maxsize, immediate, seconds)
  },
)

test.each(kinds)('an unbounded queue grows and keeps its order: %s', async (kind) => {
  await runProgram(
    openHost({ tracing: false }),
    'queues',
    'growing',
    kind,
    kind === 'PriorityQueue' ? 3_000 : 20_000,
  )
})

test.each(
  kinds.flatMap((kind) => [
    { kind, action: 'put' },
    { kind, action: 'get' },
  ]),
)('a thread may die at any moment within $action: $kind', async ({ kind, action }) => {
  await runProgram(openHost(), 'queues', 'dieEverywhere', kind, action, 24)
})

test('equal priorities come in the order of heapq, which is not that of the puts', () => {
  openHost()
  const queue = new PriorityQueue()
  for (const item of [2, 1, true, 2n, 0, 1n, false, 2, 0n, true, 1]) queue.put(item)
  // What heappop of CPython 3.13 gives for the same pushes.
  const order = [0, false, 0n, true, 1, 1n, true, 1, 2, 2n, 2]
  expect(order.map(() => queue.getNowait())).toEqual(order)
})

test.each([
  {
    name: 'numbers',
    items: [3, -1, 2.5, 10n, true, -Infinity],
    order: [-Infinity, -1, true, 2.5, 3, 10n],
  },
  {
    name: 'texts by code points',
    items: ['b', 'a', '', '\u{1f600}', '\uffee'],
    order: ['', 'a', 'b', '\uffee', '\u{1f600}'],
  },
  {
    name: 'lists',
    items: [[2], [1, 'b'], [1], [1, 'a', 9]],
    order: [[1], [1, 'a', 9], [1, 'b'], [2]],
  },
  {
    name: 'bytes',
    items: [Uint8Array.of(2), Uint8Array.of(1, 5)],
    order: [Uint8Array.of(1, 5), Uint8Array.of(2)],
  },
  { name: 'dates', items: [new Date(5), new Date(1)], order: [new Date(1), new Date(5)] },
])('least first, as Python compares: $name', ({ items, order }) => {
  openHost()
  const queue = new PriorityQueue()
  for (const item of items) queue.put(item)
  expect(items.map(() => queue.getNowait())).toEqual(order)
})

test.each([
  { one: [1, { a: 1 }], other: [1, { a: 2 }], types: "'dict' and 'dict'" },
  { one: 'text', other: 1, types: "'int' and 'str'" },
  { one: null, other: undefined, types: "'NoneType' and 'NoneType'" },
  { one: [1], other: 1.5, types: "'float' and 'list'" },
])('what cannot be compared is refused, and not put: $types', ({ one, other, types }) => {
  openHost()
  const queue = new PriorityQueue()
  queue.put(one)
  expect(() => queue.put(other)).toThrow(`'<' not supported between instances of ${types}`)
  expect([queue.qsize(), queue.unfinishedTasks, queue.getNowait()]).toEqual([1, 1, one])
  queue.put(other)
  expect(queue.getNowait()).toEqual(other)
})

test('equal data behind equal priorities is no error', () => {
  openHost()
  const queue = new PriorityQueue()
  queue.put([1, { a: [null] }])
  queue.put([1, { a: [null] }])
  expect(queue.qsize()).toBe(2)
})

test('SimpleQueue: neither maxsize nor tasks; put ignores block and timeout', async () => {
  openHost()
  const queue = new SimpleQueue<unknown>()
  for (let item = 0; item < 1_000; item++) queue.put(item, false, -1)
  await queue.putAsync('last', -1)
  expect(queue.qsize()).toBe(1_001)
  for (let item = 0; item < 1_000; item++) expect(queue.get()).toBe(item)
  expect(await queue.getAsync()).toBe('last')
  expect(() => queue.getNowait()).toThrow(expect.objectContaining({ name: 'Empty' }))
  expect(() => queue.get(true, -1)).toThrow("'timeout' must be a non-negative number")
  await expect(queue.getAsync(0.01)).rejects.toMatchObject({ name: 'Empty' })
  expect('taskDone' in queue || 'shutdown' in queue).toBe(false)
})

test('a LifoQueue and a PriorityQueue are Queues, a SimpleQueue is none', () => {
  openHost()
  expect([new LifoQueue(-1), new PriorityQueue()].every((queue) => queue instanceof Queue)).toBe(
    true,
  )
  expect(new LifoQueue(-1).maxsize).toBe(-1)
  expect(new SimpleQueue()).not.toBeInstanceOf(Queue)
})

test.each([-1, NaN, 2 ** 31 + 0.5])(
  'a capacity that makes no sense is refused: %d',
  (capacityBytes) => {
    openHost()
    expect(() => new Queue(0, { capacityBytes })).toThrow(/capacityBytes must be/)
  },
)
