/**
 * The threads of a stressed program. What one of them finds wrong, or throws, is told to the others'
 * crew and ends the program with an error; some of them die, each after a number of calls of Atomics
 * that its seed says, or when the test terminates their worker.
 */
import { threadId } from 'node:worker_threads'
import { SimpleQueue, sleep, type Thread } from '../../main/threading/index.ts'
import { randomOf, type Random } from './random.ts'

/** Far more than anything takes: who waits that long waits for ever. */
export const PATIENCE = 25

/** Shared by all threads of a crew. */
export interface Crew {
  readonly seed: number
  readonly complaints: SimpleQueue<string>
  /**
   * For each thread the number of its worker while it may be terminated; the test replaces it by its
   * negative when it is about to, and whoever finds that waits for its end.
   */
  readonly victims: Int32Array
  /** One word a thread: 1 once it has done all that it was to do. */
  readonly completed: Int32Array
}

export const words = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(length * 4))

export const makeCrew = (seed: number, victims: Int32Array): Crew => ({
  seed,
  complaints: new SimpleQueue<string>(),
  victims,
  completed: words(64),
})

const MORTAL = [
  'load',
  'store',
  'add',
  'sub',
  'exchange',
  'compareExchange',
  'notify',
  'wait',
] as const

/** From here on the thread's worker ends itself before or after one of its calls of Atomics. */
function dieAfter(calls: number): void {
  let left = calls
  for (const name of MORTAL) {
    // Called with what the original takes.
    const original = Atomics[name] as (...args: unknown[]) => unknown
    const counted = (...args: unknown[]): unknown => {
      if (left-- === 0) process.exit(1)
      const result = original(...args)
      if (left-- === 0) process.exit(1)
      return result
    }
    Object.assign(Atomics, { [name]: counted })
  }
}

/** What a round does to its threads: nothing, or see `Fate`. */
export type Death = 'none' | 'call' | 'terminate'

/** After how many calls of Atomics a thread dies; exposed: whenever the test terminates its worker. */
export type Fate = number | 'spared' | 'exposed'

export function fateOf(random: Random, death: Death, calls: number): Fate {
  if (death === 'terminate') return 'exposed'
  return death === 'call' && random.oneIn(2) ? random.below(calls) : 'spared'
}

/** What a thread of the crew does: `work` with random numbers of its own. */
export function serve(crew: Crew, index: number, fate: Fate, work: (random: Random) => void): void {
  const { complaints, victims, completed } = crew
  if (fate === 'exposed') Atomics.store(victims, index, threadId)
  if (typeof fate === 'number') dieAfter(fate)
  try {
    work(randomOf(crew.seed, index + 1))
  } catch (error) {
    complaints.put(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  Atomics.store(completed, index, 1)
  // The next thread in this worker is not to die in its place.
  if (typeof fate === 'number') process.exit(1)
  if (fate === 'exposed' && Atomics.compareExchange(victims, index, threadId, 0) !== threadId)
    sleep(PATIENCE)
}

export const startAll = (threads: readonly Thread[]): void => {
  for (const thread of threads) thread.start()
}

/** @throws Error when one is still there. */
export function joinAll(crew: Crew, threads: readonly Thread[]): void {
  for (const thread of threads) {
    thread.join(PATIENCE)
    if (thread.isAlive()) throw new Error(`${thread.name} hangs\n${complaintsOf(crew).join('\n')}`)
  }
}

/** How many of the threads, all of which have ended, died before they had done their work. */
export const died = (crew: Crew, threads: readonly Thread[]): number =>
  threads.filter((_, index) => Atomics.load(crew.completed, index) === 0).length

function complaintsOf({ complaints }: Crew): string[] {
  const all: string[] = []
  while (!complaints.empty()) all.push(complaints.get())
  return all
}

/** @throws Error with everything that was found wrong. */
export function conclude(crew: Crew, findings: readonly (string | false)[]): void {
  const wrong = [...complaintsOf(crew), ...findings.filter((finding) => finding !== false)]
  if (wrong.length > 0) throw new Error(`seed ${crew.seed}: ${wrong.join('\n')}`)
}
