import { checkpoint, print, sleep, Thread, time } from '../../threading/index.ts'

type Parameters = {
  rounds: number
  threads: number
  waiting: number
  period: number
  count: number
  steps: number
}

/** Counts between two checkpoints: there a thread lets go of the GIL when another asks for it. */
const CHECKPOINT = 1_000

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

function countdown(n: number, steps: number): void {
  let value = n
  while (n > 0) {
    const turn = Math.min(n, CHECKPOINT)
    for (const end = n - turn; n > end; n -= 1)
      for (let step = 0; step < steps; step += 1)
        value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
    checkpoint()
  }
  result.value = value
}

export function serve(rounds: number, { waiting, period, count, steps }: Parameters): void {
  const share = waiting / 100
  for (let round = 0; round < rounds; round += 1) {
    countdown(Math.round(count * (1 - share)), steps)
    if (share > 0) sleep((share * period) / 1_000)
    checkpoint(1)
  }
}

// the rounds shared out among threads
export function severalThreads(parameters: Parameters): void {
  const { rounds, threads } = parameters
  const all = Array.from({ length: threads }, (_, index) => {
    const share =
      Math.floor(((index + 1) * rounds) / threads) - Math.floor((index * rounds) / threads)
    return new Thread({ target: serve, args: [share, parameters] })
  })
  const start = time()
  for (const thread of all) thread.start()
  for (const thread of all) thread.join()
  print('Time taken in seconds -', time() - start)
}

// one thread does them all
export function oneThread(parameters: Parameters): void {
  const start = time()
  serve(parameters.rounds, parameters)
  print('Time taken in seconds -', time() - start)
}
