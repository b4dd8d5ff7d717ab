/** The start of processes, fresh and pre-warmed, against threads, Node's fork and CPython. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BenchRow } from './bench.ts'
import { median } from './measure.ts'
import { measure } from './programs.ts'
import { python } from './python.ts'

const ROUNDS = 9
const START = { rounds: ROUNDS, children: true }

const start = (method: string): Promise<number> =>
  measure(import.meta.url, 'startProcess', { ...START, args: [method] })

/** Milliseconds until a bare Node process has sent a message, which loads nothing. */
async function forkNode(): Promise<number> {
  const entry = fileURLToPath(new URL('peers.worker.mjs', import.meta.url))
  const figures: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    const child = fork(entry, ['a number'])
    await once(child, 'message')
    figures.push(performance.now() - begun)
    child.kill()
    await once(child, 'exit')
  }
  return median(figures)
}

export const rows: readonly BenchRow[] = [
  {
    name: 'process: start() to its first line, spawn',
    unit: 'ms',
    run: async (context) => ({
      value: await start('spawn'),
      peers: [
        { name: 'child_process.fork', value: await forkNode() },
        ...(await python(context, 'spawn', 'start_process', 'spawn')),
      ],
    }),
  },
  {
    name: 'process: start() to its first line, prewarmed',
    unit: 'ms',
    run: async (context) => ({
      value: await start('prewarmed'),
      peers: [
        { name: 'our spawn', value: await start('spawn') },
        {
          name: 'a thread on a parked worker',
          value: (await measure(import.meta.url, 'startThread', { rounds: 51 })) / 1e3,
        },
        ...(await python(context, 'forkserver', 'start_process', 'forkserver')),
      ],
    }),
  },
]
