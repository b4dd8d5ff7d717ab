import { Barrier, checkpoint, perfCounter, print, Thread } from '../../threading/index.ts'

type Parameters = { threads: number; increments: number; stride: number }

/** Increments between two checkpoints. */
const CHECKPOINT = 100_000
/** Bytes: further apart than any line of a cache is long, and the pairs of lines that are fetched. */
const APART = 512
/** Bytes of a counter and its gap: counters begin at multiples of it. */
const CELL = 8

export const roundedDown = (stride: number): number => stride - (stride % CELL)

export function count(memory: SharedArrayBuffer, place: number, n: number, barrier: Barrier): void {
  const counter = new Int32Array(memory, place, 1)
  barrier.wait()
  while (n > 0) {
    const turn = Math.min(n, CHECKPOINT)
    for (let step = 0; step < turn; step += 1) Atomics.add(counter, 0, 1)
    n -= turn
    checkpoint(turn)
  }
  barrier.wait()
}

function run({ threads, increments }: Parameters, stride: number): void {
  const memory = new SharedArrayBuffer(threads * stride + CELL)
  const barrier = new Barrier(threads + 1)
  const workers = Array.from(
    { length: threads },
    (_, index) =>
      new Thread({ target: count, args: [memory, index * stride, increments, barrier] }),
  )
  for (const thread of workers) thread.start()
  barrier.wait()
  const start = perfCounter()
  barrier.wait()
  const took = ((perfCounter() - start) * 1_000).toFixed(3)
  print(`${threads * increments} increments ${stride} bytes apart in ${took} ms`)
  for (const thread of workers) thread.join()
}

// counters as far apart as the form says, rounded down
export function adjacent(parameters: Parameters): void {
  run(parameters, roundedDown(parameters.stride))
}

// counters far apart: each has a line of the cache of its own
export function padded(parameters: Parameters): void {
  run(parameters, APART)
}
