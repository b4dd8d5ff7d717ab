import { checkpoint, print, Thread, time } from '../../threading/index.ts'
import { Process } from '../../multiprocessing/index.ts'

type Parameters = { count: number; threads: number; steps: number }

/** Counts between two checkpoints: there a thread lets go of the GIL when another asks for it. */
const CHECKPOINT = 1_000

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

export function countdown(n: number, steps: number): void {
  let value = n
  while (n > 0) {
    const turn = Math.min(n, CHECKPOINT)
    for (const end = n - turn; n > end; n -= 1)
      for (let step = 0; step < steps; step += 1)
        value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
    checkpoint(turn)
  }
  result.value = value
}

// two-thread
export function severalThreads({ count, threads, steps }: Parameters): void {
  const share = Math.floor(count / threads)
  const all = Array.from(
    { length: threads },
    () => new Thread({ target: countdown, args: [share, steps] }),
  )
  const start = time()
  for (const thread of all) thread.start()
  for (const thread of all) thread.join()
  print('Time taken in seconds -', time() - start)
}

// single-thread
export function oneThread({ count, steps }: Parameters): void {
  const start = time()
  countdown(count, steps)
  print('Time taken in seconds -', time() - start)
}

// the same with processes
export function severalProcesses({ count, threads, steps }: Parameters): void {
  const share = Math.floor(count / threads)
  const all = Array.from(
    { length: threads },
    () => new Process({ target: countdown, args: [share, steps] }),
  )
  const start = time()
  for (const process of all) process.start()
  for (const process of all) process.join()
  print('Time taken in seconds -', time() - start)
}
