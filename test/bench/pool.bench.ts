/** Pools against npm's and CPython's. All have two workers that have worked before. */
import { fileURLToPath } from 'node:url'
import { FixedThreadPool } from 'poolifier'
import { Piscina } from 'piscina'
import Tinypool from 'tinypool'
import workerpool from 'workerpool'
import type { BenchPeer, BenchRow } from './bench.ts'
import { median } from './measure.ts'
import { measure } from './programs.ts'
import { python } from './python.ts'

type Kind = 'processes' | 'threads'
type What = 'square' | 'busy'

const ROUNDS = 5
const PEER_ROUNDS = 3
const WORKERS = 2
const entry = new URL('pool-peers.worker.mjs', import.meta.url)

interface PeerPool {
  readonly name: string
  map(what: What, values: readonly number[]): Promise<unknown>
  close(): Promise<unknown>
}

const peerPools: readonly (() => PeerPool)[] = [
  () => {
    const pool = new Piscina({
      filename: entry.href,
      minThreads: WORKERS,
      maxThreads: WORKERS,
    })
    return {
      name: 'piscina',
      map: (name, values) => Promise.all(values.map((value) => pool.run(value, { name }))),
      close: () => pool.destroy(),
    }
  },
  () => {
    const pool = new Tinypool({
      filename: entry.href,
      minThreads: WORKERS,
      maxThreads: WORKERS,
    })
    return {
      name: 'tinypool',
      map: (name, values) => Promise.all(values.map((value) => pool.run(value, { name }))),
      close: () => pool.destroy(),
    }
  },
  () => {
    const pool = workerpool.pool(fileURLToPath(entry), {
      workerType: 'thread',
      minWorkers: WORKERS,
      maxWorkers: WORKERS,
      workerThreadOpts: { workerData: 'workerpool' },
    })
    return {
      name: 'workerpool',
      map: (name, values) => Promise.all(values.map((value) => pool.exec(name, [value]))),
      close: async () => pool.terminate(),
    }
  },
  () => {
    const pool = new FixedThreadPool<number, number>(WORKERS, fileURLToPath(entry), {
      workerOptions: { workerData: 'poolifier' },
    })
    return {
      name: 'poolifier',
      map: (name, values) => pool.mapExecute(values, name),
      close: () => pool.destroy(),
    }
  },
]

async function npmPools(what: What, values: readonly number[]): Promise<BenchPeer[]> {
  const peers: BenchPeer[] = []
  for (const open of peerPools) {
    const pool = open()
    const figures: number[] = []
    await pool.map(what, values.slice(0, 1_000))
    for (let round = 0; round < PEER_ROUNDS; round++) {
      const begun = performance.now()
      await pool.map(what, values)
      figures.push(performance.now() - begun)
    }
    await pool.close()
    peers.push({ name: pool.name, value: median(figures) })
  }
  return peers
}

const CLASSES = { processes: 'Pool', threads: 'ThreadPool' } as const

const mapRow = (kind: Kind, what: What, length: number, ideal: readonly BenchPeer[]): BenchRow => ({
  name: `pool: map of ${length.toLocaleString('en-US')} calls ${
    what === 'busy' ? 'of 1 ms' : 'that do nothing'
  }, ${kind}`,
  unit: 'ms',
  run: async (context) => {
    const values = Array.from({ length }, (_, index) => index)
    const options = { args: [kind, what, length], rounds: ROUNDS, children: kind === 'processes' }
    return {
      value: await measure(import.meta.url, 'poolMap', options),
      peers: [
        ...ideal,
        // Theirs are threads: once is enough.
        ...(kind === 'threads' ? await npmPools(what, values) : []),
        ...(await python(context, `${CLASSES[kind]}.map`, 'pool_map', kind, what, String(length))),
      ],
    }
  },
})

const applyRow = (kind: Kind): BenchRow => ({
  name: `pool: apply, there and back, ${kind}`,
  unit: 'µs',
  run: async (context) => ({
    value: await measure(import.meta.url, 'poolApply', {
      args: [kind],
      rounds: ROUNDS,
      children: kind === 'processes',
    }),
    peers: await python(context, `${CLASSES[kind]}.apply`, 'pool_apply', kind),
  }),
})

const IDEAL = [{ name: 'two processors without a pause', value: 512 }]

export const rows: readonly BenchRow[] = [
  mapRow('threads', 'square', 100_000, []),
  mapRow('processes', 'square', 100_000, []),
  mapRow('threads', 'busy', 1_024, IDEAL),
  mapRow('processes', 'busy', 1_024, IDEAL),
  applyRow('threads'),
  applyRow('processes'),
]
