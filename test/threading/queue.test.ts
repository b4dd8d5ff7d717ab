import { expect, test } from 'vitest'
import { Event } from '../../main/threading/event.ts'
import { Queue } from '../../main/threading/queue/queue.ts'
import { EventKind, LaneEnd, Wait } from '../../main/trace/model.ts'
import { drainEvents, fixture, openHost, output, runProgram, shared } from '../support/threads.ts'

test.each([
  { producers: 1, consumers: 1, capacityBytes: 2 ** 20, maxsize: 0 },
  { producers: 1, consumers: 1, capacityBytes: 256, maxsize: 0 },
  { producers: 3, consumers: 2, capacityBytes: 2 ** 16, maxsize: 5 },
  { producers: 2, consumers: 3, capacityBytes: 512, maxsize: 0 },
])(
  'every item arrives once, in each producer’s order: $producers to $consumers, $capacityBytes bytes, maxsize $maxsize',
  async ({ producers, consumers, capacityBytes, maxsize }) => {
    const count = 5_000
    const seen = new Uint8Array(new SharedArrayBuffer(producers * count))
    const disorder = shared(consumers)
    await runProgram(
      openHost(),
      'primitives',
      'manyToMany',
      producers,
      consumers,
      count,
      capacityBytes,
      maxsize,
      seen,
      disorder,
    )
    expect(seen.every((times) => times === 1)).toBe(true)
    expect([...disorder]).toEqual(Array(consumers).fill(0))
  },
)

test('Full and Empty after a timeout or at once; too large an item is refused', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'queueLimits')
  expect(output(drainEvents(host))).toEqual([
    'Empty',
    'Empty',
    'True 2',
    'Full',
    'Full',
    'ValueError: an item of 500 bytes does not fit into a queue with a buffer for 128 bytes',
    "ValueError: 'timeout' must be a non-negative number",
    '1 2 True',
    'Full',
  ])
})

test('producers that wait for bytes are all let in as room appears', async () => {
  const host = openHost()
  await runProgram(host, 'primitives', 'waitForBytes')
  expect(output(drainEvents(host))).toEqual([String(8 * 120 + 1600)])
})

test('puts and gets carry ids and depth, in the order they happened', async () => {
  const host = openHost()
  const seen = new Uint8Array(new SharedArrayBuffer(2_000))
  await runProgram(host, 'primitives', 'manyToMany', 2, 2, 1_000, 4_096, 3, seen, shared(2))
  const events = drainEvents(host)
  let [depth, puts, gets] = [0, 0, 0]
  for (const event of events) {
    if (event.kind === EventKind.put) {
      expect(event).toMatchObject({ a: puts++, b: ++depth })
      expect(depth).toBeLessThanOrEqual(3)
    }
    if (event.kind === EventKind.get) expect(event).toMatchObject({ a: gets++, b: --depth })
  }
  expect([puts, gets, depth]).toEqual([2_002, 2_002, 0])
  const waits = new Set(
    events.filter((event) => event.kind === EventKind.waitBegin).map((event) => event.b),
  )
  expect(waits.has(Wait.put)).toBe(true)
  const count = (kind: EventKind) => events.filter((event) => event.kind === kind).length
  expect(count(EventKind.waitBegin)).toBe(count(EventKind.waitEnd))
})

test('an event loop gets and puts without blocking', async () => {
  const host = openHost()
  const [queue, event] = [new Queue<number>(1), new Event()]
  expect(() => queue.get()).toThrow(/runs an event loop.*getAsync/)
  const getting = queue.getAsync(50)
  const running = host.run({ target: fixture('primitives', 'putAndSet'), args: [queue, event] })
  expect(await getting).toBe(42)
  expect(await event.waitAsync(50)).toBe(true)
  await queue.putAsync(1)
  await expect(queue.putAsync(2, 0.01)).rejects.toMatchObject({ name: 'Full' })
  expect((await running).end).toBe(LaneEnd.returned)
})
