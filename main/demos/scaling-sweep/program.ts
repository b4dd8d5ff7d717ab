import {
  Barrier as ProcessBarrier,
  Lock as ProcessLock,
  Process,
} from '../../multiprocessing/index.ts'
import { Barrier, checkpoint, Lock, perfCounter, print, Thread } from '../../threading/index.ts'

type Parameters = { threads: number; pieces: number; serial: number; exchange: number }
type Locks = Lock | ProcessLock
type Barriers = Barrier | ProcessBarrier

/** Arithmetic steps of one piece of work: about as long as the Python twin's 2,500. */
const PIECE = 150_000

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

function compute(steps: number): void {
  let value = result.value
  for (let step = 0; step < steps; step += 1)
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
  result.value = value
}

export function worker(
  lock: Locks,
  barrier: Barriers,
  pieces: number,
  alone: number,
  together: number,
): void {
  barrier.wait()
  for (let piece = 0; piece < pieces; piece += 1) {
    if (alone > 0) lock.withLock(() => compute(alone))
    compute(together)
    checkpoint(1)
  }
  barrier.wait()
}

function run(
  Worker: typeof Thread | typeof Process,
  lock: Locks,
  barrier: Barriers,
  { threads, pieces, serial, exchange }: Parameters,
): void {
  // Under the lock: the serial share, and one exchange with each of the others.
  const alone = Math.round((PIECE * (serial + exchange * (threads - 1))) / 100)
  const together = PIECE - Math.round((PIECE * serial) / 100)
  const workers = Array.from({ length: threads }, (_, index) => {
    const share =
      Math.floor(((index + 1) * pieces) / threads) - Math.floor((index * pieces) / threads)
    return new Worker({ target: worker, args: [lock, barrier, share, alone, together] })
  })
  for (const each of workers) each.start()
  // Everybody is there: how long it takes to start them is not what is asked here.
  barrier.wait()
  const start = perfCounter()
  barrier.wait()
  print(`worked ${((perfCounter() - start) * 1_000).toFixed(3)} ms`)
  for (const each of workers) each.join()
}

// threads, under the GIL or without it
export function inThreads(parameters: Parameters): void {
  run(Thread, new Lock(), new Barrier(parameters.threads + 1), parameters)
}

// processes
export function inProcesses(parameters: Parameters): void {
  run(Process, new ProcessLock(), new ProcessBarrier(parameters.threads + 1), parameters)
}
