/** Locks, queues, the emulated GIL and the start of threads, against what Node and CPython have. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { BenchPeer, BenchRow } from './bench.ts'
import { ITEMS, type ItemName } from './items.ts'
import { median } from './measure.ts'
import type { PeerOrder } from './peers.worker.ts'
import { measure, type ProgramOptions } from './programs.ts'
import { python } from './python.ts'

const ROUNDS = 7
/** Of what takes long a round. */
const FEW_ROUNDS = 3
/** About 0.1 s of one thread. */
const GIL_STEPS = 100_000_000

const built = (name: string): URL => new URL(`${name}.mjs`, import.meta.url)

const measured = (name: string, options: ProgramOptions): Promise<number> =>
  measure(import.meta.url, name, { rounds: ROUNDS, ...options })

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const figures: number[] = []
  // The first one warms up.
  for (let round = 0; round <= rounds; round++) figures.push(await measure())
  return median(figures.slice(1))
}

const peer = (order: PeerOrder): Worker =>
  new Worker(built('peers.worker'), {
    workerData: order,
    transferList: 'link' in order && typeof order.link !== 'string' ? [order.link] : [],
  })

interface LockManager {
  request(name: string, held: () => void): Promise<void>
}

/** Node has them from version 24 on. */
async function navigatorLocks(): Promise<BenchPeer[]> {
  // Neither is in Node 20, nor in its types.
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LockManager } }
  const locks = navigator?.locks
  if (locks === undefined) return []
  const pairs = 2_000
  const value = await medianOf(ROUNDS, async () => {
    const begun = process.hrtime.bigint()
    for (let pair = 0; pair < pairs; pair++) await locks.request('alone', () => undefined)
    return Number(process.hrtime.bigint() - begun) / pairs
  })
  return [{ name: 'navigator.locks', value }]
}

/** Items a second from one worker to another. */
async function messagePort(item: ItemName): Promise<number> {
  const { port1, port2 } = new MessageChannel()
  return fromTo({ do: 'put', link: port1, item }, { do: 'get', link: port2, item })
}

/** Every thread of the process that has opened the channel would get each item. */
const broadcastChannel = (item: ItemName): Promise<number> =>
  fromTo({ do: 'put', link: 'items', item }, { do: 'get', link: 'items', item })

/** @returns items per second. */
async function fromTo(put: PeerOrder, get: PeerOrder): Promise<number> {
  const getter = peer(get)
  await once(getter, 'online')
  const putter = peer(put)
  const [rate] = (await once(getter, 'message')) as [number]
  await Promise.all([putter.terminate(), getter.terminate()])
  return rate
}

/** Items a second from a child to this process. */
function childIpc(item: ItemName): Promise<number> {
  const { count, make } = ITEMS[item]
  const serialization = make() instanceof Uint8Array ? 'advanced' : 'json'
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(built('peers.worker')), [item], { serialization })
    let got = 0
    let begun = 0n
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the child sent ${got} of ${count} items`)))
    child.on('message', () => {
      const now = process.hrtime.bigint()
      if (++got === 1) begun = now
      if (got === count) resolve(((count - 1) * 1e9) / Number(now - begun))
    })
  })
}

/** Microseconds from before `new Worker` to its first line. */
async function newWorker(): Promise<number> {
  const at = new Float64Array(new SharedArrayBuffer(8))
  const begun = Number(process.hrtime.bigint()) / 1e9
  await once(peer({ do: 'stamp', at }), 'exit')
  return ((at[0] ?? NaN) - begun) * 1e6
}

const queueRow = (item: ItemName): BenchRow => ({
  name: `queue: between two threads, ${item}`,
  unit: 'items/s',
  run: async (context) => ({
    value: await measured('queueOneToOne', { args: [item], rounds: FEW_ROUNDS }),
    peers: [
      { name: 'MessagePort', value: await medianOf(FEW_ROUNDS, () => messagePort(item)) },
      ...(item === 'a number'
        ? [
            {
              name: 'BroadcastChannel',
              value: await medianOf(FEW_ROUNDS, () => broadcastChannel(item)),
            },
          ]
        : []),
      // Between its threads CPython passes references: only for a number is that the same work.
      ...(item === 'a number' ? await python(context, 'queue.Queue', 'thread_queue', item) : []),
    ],
  }),
})

const processQueueRow = (item: ItemName): BenchRow => ({
  name: `queue: from a child process, ${item}`,
  unit: 'items/s',
  run: async (context) => ({
    value: await measured('processQueueOneToOne', {
      args: [item],
      rounds: FEW_ROUNDS,
      children: true,
    }),
    peers: [
      { name: 'child_process IPC', value: await medianOf(FEW_ROUNDS, () => childIpc(item)) },
      ...(await python(context, 'multiprocessing.Queue', 'process_queue', item)),
    ],
  }),
})

export const rows: readonly BenchRow[] = [
  {
    name: 'lock: acquire and release, alone',
    unit: 'ns',
    run: async (context) => ({
      value: await measured('lockAlone', {}),
      peers: [
        { name: 'the two Atomics', value: await measured('wordAlone', {}) },
        ...(await navigatorLocks()),
        ...(await python(context, 'with lock', 'lock_alone')),
      ],
    }),
  },
  {
    name: 'lock between processes: acquire and release, alone',
    unit: 'ns',
    run: async (context) => ({
      value: await measured('processLockAlone', { children: true }),
      peers: [
        { name: 'a lock between threads', value: await measured('lockAlone', {}) },
        {
          name: 'a semaphore by messages',
          value: await measured('processSemaphoreAlone', { children: true, rounds: FEW_ROUNDS }),
        },
        ...(await python(context, 'multiprocessing.Lock', 'process_lock_alone')),
      ],
    }),
  },
  {
    name: 'lock: acquire and release, alone, both recorded',
    unit: 'ns',
    run: async (context) => ({
      value: await measured('lockAlone', { tracing: true }),
      peers: [
        { name: 'not recorded', value: await measured('lockAlone', {}) },
        ...(await python(context, 'with lock', 'lock_alone')),
      ],
    }),
  },
  {
    name: 'lock: two threads that do nothing else',
    unit: 'acquired/s',
    run: async (context) => ({
      value: await measured('lockByTwo', {}),
      peers: await python(context, 'with lock', 'lock_by_two'),
    }),
  },
  queueRow('a number'),
  {
    name: 'queue: from two threads to two, a number',
    unit: 'items/s',
    run: async () => ({
      value: await measured('queueTwoToTwo', { args: ['a number'], rounds: FEW_ROUNDS }),
      peers: [
        {
          name: 'MessagePort, one to one',
          value: await medianOf(FEW_ROUNDS, () => messagePort('a number')),
        },
      ],
    }),
  },
  queueRow('a small object'),
  queueRow('1 KiB'),
  queueRow('1 MiB'),
  processQueueRow('a number'),
  processQueueRow('a small object'),
  processQueueRow('1 KiB'),
  processQueueRow('1 MiB'),
  {
    name: 'emulated GIL: time of two threads ÷ time of one',
    unit: '×',
    run: async (context) => {
      const options = { args: [GIL_STEPS], rounds: 5 }
      return {
        value: await measured('twoOverOne', { ...options, gil: true }),
        peers: [
          { name: 'without the GIL', value: await measured('twoOverOne', options) },
          ...(await python(context, 'threads', 'two_over_one')),
        ],
      }
    },
  },
  {
    name: 'thread: start() to its first line, on a parked worker',
    unit: 'µs',
    run: async (context) => ({
      value: await measured('startThread', { rounds: 51 }),
      peers: [
        { name: 'new Worker', value: await medianOf(ROUNDS, newWorker) },
        ...(await python(context, 'Thread.start', 'start_thread')),
      ],
    }),
  },
]
