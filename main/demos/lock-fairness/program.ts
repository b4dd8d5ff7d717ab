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

function run(lock: Lock, { threads, rounds, held, outside }: Parameters): void {
  // Milliseconds in the form, seconds in the program.
  const args = [lock, rounds, held / 1_000, outside / 1_000] as const
  const workers = Array.from({ length: threads }, () => new Thread({ target: worker, args }))
  for (const thread of workers) thread.start()
  for (const thread of workers) thread.join()
}

// barging: whoever comes first gets it, as in CPython
export function barging(parameters: Parameters): void {
  run(new Lock(), parameters)
}

// hand-off: whoever has waited longest gets it
export function handOff(parameters: Parameters): void {
  run(new Lock({ handOff: true }), parameters)
}
