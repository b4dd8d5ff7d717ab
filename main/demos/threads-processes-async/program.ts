import { Process } from '../../multiprocessing/index.ts'
import { checkpoint, sleep, sleepAsync, Thread } from '../../threading/index.ts'

type Parameters = { jobs: number; length: number; share: number }

/** A job computes and waits by turns, so often. */
const TURNS = 5
/** Arithmetic steps of about a millisecond: as long as the Python twin's 10,000. */
const STEPS = 600_000
/** Steps between two checkpoints: there a thread lets go of the GIL when another asks for it. */
const CHECKPOINT = 60_000

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

function compute(milliseconds: number): void {
  let value = result.value
  for (let left = Math.round(STEPS * milliseconds); left > 0; left -= CHECKPOINT) {
    for (let step = Math.min(left, CHECKPOINT); step > 0; step -= 1)
      value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
    checkpoint()
  }
  result.value = value
}

export function job(length: number, share: number): void {
  for (let turn = 0; turn < TURNS; turn += 1) {
    compute((length * (100 - share)) / 100 / TURNS)
    sleep((length * share) / 100 / TURNS / 1_000)
  }
  checkpoint(1)
}

async function asyncJob(length: number, share: number): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    compute((length * (100 - share)) / 100 / TURNS)
    await sleepAsync((length * share) / 100 / TURNS / 1_000)
  }
  checkpoint(1)
}

function start(Worker: typeof Thread | typeof Process, { jobs, length, share }: Parameters): void {
  const workers = Array.from(
    { length: jobs },
    () => new Worker({ target: job, args: [length, share] }),
  )
  for (const each of workers) each.start()
  for (const each of workers) each.join()
}

// one after the other
export function oneByOne({ jobs, length, share }: Parameters): void {
  for (let done = 0; done < jobs; done += 1) job(length, share)
}

// a thread for each job
export function threads(parameters: Parameters): void {
  start(Thread, parameters)
}

// a process for each job
export function processes(parameters: Parameters): void {
  start(Process, parameters)
}

// one thread, whose event loop goes on with another job while one waits
export async function asynchronous({ jobs, length, share }: Parameters): Promise<void> {
  await Promise.all(Array.from({ length: jobs }, () => asyncJob(length, share)))
}
