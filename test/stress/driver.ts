/**
 * Rounds of random programs, each with a seed of its own, until the time of a test is over.
 *
 * - `STRESS_SEED`: of the first round; it is in every failure, and printed when the run begins.
 * - `STRESS_SECONDS`: for all tests of this folder together; default 20.
 */
import { LaneEnd } from '../../main/trace/model.ts'
import type { ThreadHost } from '../../main/run/thread-host.ts'
import { workerOf } from '../support/leaks.ts'
import { fixture, shared } from '../support/threads.ts'
import { randomOf } from './random.ts'
import type { Death } from './thread-crew.ts'

const numberIn = (name: string): number | undefined => {
  const text = process.env[name]
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  if (!Number.isFinite(number)) throw new Error(`${name} is no number: ${text}`)
  return number
}

export const SEED = numberIn('STRESS_SEED') ?? Math.floor(Math.random() * 1e6)
export const SECONDS = numberIn('STRESS_SECONDS') ?? 20
/** Tests of this folder, and as much again for rounds that have begun, hosts and processes. */
const TESTS = 60

/** For vitest: rounds that have begun are ended. */
export const TIMEOUT_MILLISECONDS = (SECONDS / TESTS) * 1000 + 60_000

/**
 * Calls `round` with one seed after the other, at least once.
 * @throws what it throws; the seed is in the message.
 */
export async function rounds(round: (seed: number) => Promise<void>): Promise<number> {
  const end = performance.now() + (SECONDS / TESTS) * 1000
  let seed = SEED
  do {
    try {
      await round(seed)
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      throw new Error(`STRESS_SEED=${seed} repeats this: ${text}`, { cause: error })
    }
    seed++
  } while (performance.now() < end)
  return seed - SEED
}

/** Words in which threads say that they may be terminated: see thread-crew.ts. */
const VICTIMS = 64
/** In a round, so that there is somebody left for long enough. */
const MOST_KILLS = 3

/** Runs a program of a fixture and terminates some of its threads' workers meanwhile. */
export async function runRound(
  host: ThreadHost,
  file: string,
  name: string,
  seed: number,
  death: Death,
): Promise<void> {
  const victims = shared(VICTIMS)
  const random = randomOf(seed, VICTIMS)
  let kills = 0
  let running = true
  async function kill(): Promise<void> {
    while (running && kills < MOST_KILLS) {
      await new Promise((resolve) => setTimeout(resolve, 1 + random.below(30)))
      const alive = [...victims.entries()].filter(([, thread]) => thread > 0)
      const [index, thread] = alive[random.below(alive.length)] ?? []
      if (index === undefined || thread === undefined) continue
      // Condemned: it waits for its end, should it have done its work meanwhile.
      if (Atomics.compareExchange(victims, index, thread, -thread) !== thread) continue
      kills++
      await workerOf(thread)?.terminate()
    }
  }
  const killing = death === 'terminate' ? kill() : undefined
  const outcome = await host.run({ target: fixture(file, name), args: [seed, death, victims] })
  running = false
  await killing
  if (outcome.end !== LaneEnd.returned)
    throw new Error(outcome.error?.stack ?? `${name} ended with ${outcome.end}`)
}
