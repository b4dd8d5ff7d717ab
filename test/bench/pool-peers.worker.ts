/** The worker of npm's pools: piscina and tinypool call what it exports, the others are told. */
import { workerData } from 'node:worker_threads'

export const square = (x: number): number => x * x

export function busy(x: number): number {
  const until = performance.now() + 1
  while (performance.now() < until);
  return x
}

if (workerData === 'workerpool') {
  const { default: workerpool } = await import('workerpool')
  workerpool.worker({ square, busy })
}
if (workerData === 'poolifier') {
  const { ThreadWorker } = await import('poolifier')
  new ThreadWorker<number, number>({
    square: (x) => square(x ?? 0),
    busy: (x) => busy(x ?? 0),
  })
}
