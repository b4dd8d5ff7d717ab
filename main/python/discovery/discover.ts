/** Interpreters of Python on this machine, as they describe themselves. */
import { homedir } from 'node:os'
import { askInterpreter, type AskOptions, type FoundInterpreter } from './ask.ts'
import { boundedOutput } from './bounded-output.ts'
import { findCandidates, type Candidate } from './candidates.ts'
import type { Surroundings } from './folders.ts'

/** Asked at once: each computes for some 50 ms, and a machine has other things to do. */
const AT_ONCE = 4
const WINDOWS_MILLISECONDS = 5_000
const WINDOWS_BYTES = 256 * 1024

export interface DiscoveryOptions extends AskOptions {
  /** Further ones, named by the user. */
  readonly also?: readonly Candidate[]
  readonly surroundings?: Surroundings
}

/**
 * Newest first. What cannot run a program, an old one or a PyPy, is listed with the reason; what gives
 * no answer at all is left out.
 */
export async function discover(
  options: DiscoveryOptions = {},
): Promise<readonly FoundInterpreter[]> {
  const { also = [], surroundings = thisMachine(options.signal) } = options
  const candidates = [...also, ...(await findCandidates(surroundings))]
  const answers = await eachOf(candidates, AT_ONCE, (candidate) =>
    askInterpreter(candidate, { environment: surroundings.environment, ...options }),
  )
  const once = new Map<string, FoundInterpreter>()
  for (const answer of answers)
    if (answer.ok && !once.has(answer.value.identity)) once.set(answer.value.identity, answer.value)
  return newestFirst([...once.values()])
}

export const thisMachine = (signal?: AbortSignal): Surroundings => ({
  platform: process.platform,
  environment: process.env,
  home: homedir(),
  async output(command, args) {
    const { how, out } = await boundedOutput(command, args, {
      milliseconds: WINDOWS_MILLISECONDS,
      bytes: WINDOWS_BYTES,
      environment: process.env,
      signal,
    })
    return how === 'code' ? out : ''
  },
})

/** Of one minor version the plain builds before the free-threaded ones; then as they were found. */
export const newestFirst = (found: readonly FoundInterpreter[]): readonly FoundInterpreter[] =>
  [...found].sort(
    ({ version: a, interpreter: one }, { version: b, interpreter: other }) =>
      b.major - a.major ||
      b.minor - a.minor ||
      Number(one.freeThreaded) - Number(other.freeThreaded) ||
      b.micro - a.micro ||
      // alpha, beta, candidate, final: as in the alphabet.
      compare(b.level, a.level) ||
      b.serial - a.serial,
  )

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Answers in the order of the items, at most `atOnce` of them being worked on. */
async function eachOf<Item, Value>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const values = new Map<number, Value>()
  const waiting = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) values.set(index, await work(item))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return [...values].sort(([one], [other]) => one - other).map(([, value]) => value)
}
