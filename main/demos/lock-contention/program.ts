import { checkpoint, Lock, perfCounter, Thread } from '../../threading/index.ts'

type Parameters = { threads: number; rounds: number; held: number; outside: number }

function busy(seconds: number): void {
  const end = perfCounter() + seconds
  while (perfCounter() < end);
}

export function worker(lock: Lock, rounds: number, held: number, outside: number): void {
  for (let round = 0; round < rounds; round += 1) {
    lock.withLock(() => busy(held))
    busy(outside)
    checkpoint(1)
  }
}

function run(locks: readonly Lock[], { rounds, held, outside }: Parameters): void {
  // Milliseconds in the form, seconds in the program.
  const args = [rounds, held / 1_000, outside / 1_000] as const
  const threads = locks.map((lock) => new Thread({ target: worker, args: [lock, ...args] }))
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

// one lock
export function oneLock(parameters: Parameters): void {
  const lock = new Lock()
  run(
    Array.from({ length: parameters.threads }, () => lock),
    parameters,
  )
}

// a lock for each thread
export function lockEach(parameters: Parameters): void {
  run(
    Array.from({ length: parameters.threads }, () => new Lock()),
    parameters,
  )
}
