/** Starts stamping_threads.py, and knows afterwards which of its threads cannot have held the GIL. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

export interface StampedProgram {
  readonly pid: number
  readonly gil: bigint
  /** Nanoseconds. */
  readonly interval: number
  readonly threads: readonly { readonly id: number; readonly state: bigint }[]
  /** Lets its threads work. */
  begin(): void
  /** Of one that works until it is told: its threads end after their turns. */
  finish(): void
  /** What its threads have written down; they have ended, the process has not. */
  readonly truth: Promise<Truth>
  /** Lets it end. Resolves when it has. */
  end(): Promise<void>
}

export interface StampedOptions {
  readonly python: string
  readonly threads: number
  /** 0: until it is told. */
  readonly milliseconds: number
  readonly seed: number
  /** How often a turn ends with a nap, 0 to 1. */
  readonly naps: number
  /** Path of stamping_threads.py; default: beside this file. */
  readonly script?: string
}

/** From, to: nanoseconds. */
type Stretch = readonly [number, number]

/** A thread's stamps may be so far from the moment at which it really took or gave the GIL. */
const MARGIN = 2_000

/** Of a sampler. */
export interface HeldSample {
  readonly time: number
  readonly holder: bigint
}

export class Truth {
  /** In which one thread had the GIL all the time, in ascending order. */
  readonly #held: { readonly from: number; readonly to: number; readonly state: bigint }[] = []
  /** @param turns by thread, its turns, the stretches of each */
  constructor(turns: readonly (readonly (readonly Stretch[])[])[], states: readonly bigint[]) {
    const all = turns
      .flatMap((ofThread, thread) =>
        ofThread.flatMap((stretches, turn) =>
          stretches.map(([from, to]) => ({ from, to, turn, state: states[thread] ?? 0n })),
        ),
      )
      .toSorted((one, other) => one.from - other.from)
    let before: (typeof all)[number] | undefined
    for (const each of all) {
      // Nobody else stamped since its last stamp: it had lost its processor, not the GIL.
      const isSame = before?.state === each.state && before.turn === each.turn
      const from = isSame ? (this.#held.pop()?.from ?? each.from) : each.from
      this.#held.push({ from, to: each.to, state: each.state })
      before = each
    }
  }

  /** Undefined: nobody says that he had it then. */
  whoHeld(time: number): bigint | undefined {
    return this.#held.find(({ from, to }) => from + MARGIN < time && time < to - MARGIN)?.state
  }

  /** Hand-overs from one thread to another while it was sampled, and how many the samples show. */
  switches(samples: readonly HeldSample[]): { readonly all: number; readonly seen: number } {
    const [first, last] = [samples[0]?.time ?? 0, samples.at(-1)?.time ?? 0]
    const held = this.#held.filter(({ state }, index) => this.#held[index - 1]?.state !== state)
    const handed = held
      .map(({ from, state }, index) => ({ from, state, to: held[index + 1]?.from ?? Infinity }))
      .slice(1)
      .filter(({ from }) => first < from && from < last)
    const seen = handed.filter(({ from, to, state }) =>
      samples.some(({ time, holder }) => holder === state && from <= time && time < to),
    )
    return { all: handed.length, seen: seen.length }
  }
}

/** @throws Error when it does not start. */
export async function startStampedThreads(options: StampedOptions): Promise<StampedProgram> {
  const { python, threads, milliseconds, seed, naps } = options
  const { script = join(import.meta.dirname, 'stamping_threads.py') } = options
  const child = spawn(python, [script, ...[threads, milliseconds, seed, naps].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<unknown> => {
    const next: IteratorResult<string, unknown> = await lines.next()
    if (next.done === true) throw new Error('the program with stamping threads has ended too early')
    return JSON.parse(next.value)
  }
  // Both are printed by stamping_threads.py.
  const first = (await line()) as {
    readonly pid: number
    readonly gil: string
    readonly interval: number
    readonly threads: readonly { readonly id: number; readonly state: string }[]
  }
  const known = first.threads.map(({ id, state }) => ({ id, state: BigInt(state) }))
  const states = known.map(({ state }) => state)
  const truth = line().then((turns) => new Truth(turns as Stretch[][][], states))
  // Whoever wants it waits for it himself.
  truth.catch(() => undefined)
  return {
    pid: first.pid,
    gil: BigInt(first.gil),
    interval: first.interval,
    threads: known,
    begin: () => child.stdin.write('\n'),
    finish: () => child.stdin.write('\n'),
    truth,
    end: async () => {
      child.stdin.end()
      await closed
    },
  }
}
