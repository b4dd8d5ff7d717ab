/** How true and how soon what is seen of a program under CPython is, over the interpreters of this machine. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonic, Sampling } from '../../main/python/sampler/sampling.ts'
import type { TraceTarget } from '../../main/python/trace/program-trace.ts'
import type { Interpreter } from '../../main/run/contract.ts'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { startStampedThreads, type HeldSample, type Truth } from '../python/stamping-threads.ts'
import type { BenchContext, BenchResult, BenchRow } from './bench.ts'
import { ascending } from './frames.ts'
import { figure, quantile } from './measure.ts'
import { inWorkshop, pythons, shortName, type Workshop } from './python-programs.ts'

const now = process.hrtime.bigint
const STAMPED = { threads: 3, milliseconds: 1_200, seed: 11 }
/** Of each interpreter. */
const KILLS = 3
const COUNTING_THREADS = 3
/** Milliseconds between a program's first word and its end. */
const KILLED_AFTER = [120, 210, 330] as const
const EVENTS = 60
/** The first events of a program fall together with its start. */
const WARM_UP = 5

const sampler = (): URL => new URL('gil-sampler.mjs', import.meta.url)

/** Of each interpreter, one after the other; the note has all of them. */
async function worstOf<Figure>(
  measure: (python: Interpreter) => Promise<Figure | undefined>,
  value: (figure: Figure) => number,
  words: (figure: Figure) => string,
  isWorse: (one: number, other: number) => boolean,
): Promise<BenchResult | undefined> {
  let worst: number | undefined
  const notes: string[] = []
  for (const python of await pythons()) {
    const measured = await measure(python)
    if (measured === undefined) continue
    const own = value(measured)
    if (worst === undefined || isWorse(own, worst)) worst = own
    notes.push(`${shortName(python)} ${words(measured)}`)
  }
  return worst === undefined ? undefined : { value: worst, note: notes.join(', ') }
}

const more = (one: number, other: number): boolean => one > other
const less = (one: number, other: number): boolean => one < other

interface Sampled {
  readonly samples: readonly HeldSample[]
  readonly truth: Truth
}

/** @returns undefined where there is no GIL. */
async function sample(
  { out }: BenchContext,
  { path, gil }: Interpreter,
  naps: number,
): Promise<Sampled | undefined> {
  if (!gil || process.platform !== 'linux') return undefined
  const script = join(out, '../test/python/stamping_threads.py')
  const program = await startStampedThreads({ ...STAMPED, python: path, naps, script })
  const sampling = new Sampling()
  try {
    sampling.watch({ pid: program.pid, gil: program.gil })
    for (const { id, state } of program.threads) sampling.watchThread(program.pid, id, state)
    const process = sampling.processes.get(program.pid)
    const samples: HeldSample[] = []
    const sleeping = new Int32Array(new SharedArrayBuffer(4))
    const end = monotonic() + STAMPED.milliseconds * 1e6
    program.begin()
    while (process !== undefined && monotonic() < end) {
      const next = sampling.sampleDue()
      samples.push({ time: process.heldAt, holder: process.holder })
      Atomics.wait(sleeping, 0, 0, Math.max(0, (next - monotonic()) / 1e6))
    }
    return { samples, truth: await program.truth }
  } finally {
    sampling.dispose()
    await program.end()
  }
}

function wrongOf({ samples, truth }: Sampled): { readonly wrong: number; readonly all: number } {
  const judged = samples.flatMap(({ time, holder }) => {
    const true_ = truth.whoHeld(time)
    return true_ === undefined ? [] : [true_ === holder]
  })
  return { wrong: judged.filter((isTrue) => !isTrue).length, all: judged.length }
}

/** Counts releases. */
class Counter implements TraceTarget {
  releases = 0

  childFrame({ records }: { readonly records: Uint8Array }): void {
    this.releases += timesOf(records).length
  }

  endSource(): void {
    // Its records have come before.
  }
}

/** Absolute times of the releases among these records. */
function timesOf(records: Uint8Array): bigint[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
  const times: bigint[] = []
  for (let at = 0; at < records.byteLength; at += RECORD_BYTES)
    if (view.getUint8(at + 11) === EventKind.release) times.push(view.getBigUint64(at, true))
  return times
}

interface Killed {
  readonly lost: number
  readonly events: number
  readonly dropped: number
}

async function kill(workshop: Workshop, python: Interpreter): Promise<Killed> {
  const killed = { lost: 0, events: 0, dropped: 0 }
  for (let time = 0; time < KILLS; time++) {
    const counter = new Counter()
    const counts = join(workshop.folder, 'counts')
    const args = ['counted', counts, String(COUNTING_THREADS)]
    const { program, lines, over } = await workshop.start(python, args, counter)
    while (lines.length === 0 && (await Promise.race([over, delay(5)])) === undefined);
    await delay(KILLED_AFTER[time % KILLED_AFTER.length])
    if (program.pid !== undefined) process.kill(program.pid, 'SIGKILL')
    const { exit, dropped } = await over
    if (exit.signal !== 'SIGKILL') throw new Error(`${shortName(python)}: ${exit.lastWords}`)
    // Each thread counts after its event is written: the trace must have as many, or more.
    killed.lost += Math.max(0, (await releasesIn(counts)) - counter.releases - dropped)
    killed.events += 2 * counter.releases
    killed.dropped += dropped
  }
  return killed
}

/** What the threads themselves have counted. */
async function releasesIn(path: string): Promise<number> {
  const counts = await readFile(path)
  let sum = 0
  for (let at = 0; at < counts.length; at += 8) sum += Number(counts.readBigUInt64LE(at))
  return sum
}

/** @returns milliseconds from each event to its being in the session, ascending. */
async function latencies(workshop: Workshop, python: Interpreter): Promise<number[]> {
  const session = new TraceSession({ now })
  const waiting: bigint[] = []
  const late: number[] = []
  const target: TraceTarget = {
    childFrame: (frame) => {
      waiting.push(...timesOf(frame.records))
      session.childFrame(frame)
    },
    endSource: (...end) => session.endSource(...end),
  }
  const { over } = await workshop.start(python, ['now_and_then', String(EVENTS)], target, () => {
    session.tick()
    const newest = (session.epoch ?? 0n) + BigInt(Math.floor(session.status().newest))
    const seen = now()
    while (waiting[0] !== undefined && waiting[0] <= newest)
      late.push(Number(seen - (waiting.shift() ?? seen)) / 1e6)
  })
  const { exit } = await over
  session.finish()
  session.dispose()
  if (exit.code !== 0) throw new Error(`${shortName(python)}: ${exit.lastWords}`)
  return ascending(late.slice(WARM_UP))
}

export const rows: readonly BenchRow[] = [
  {
    name: 'python: samples of the GIL that name a wrong holder (worst)',
    unit: '%',
    run: (context) =>
      worstOf(
        async (python) => {
          const sampled = await sample(context, python, 0.3)
          return sampled && wrongOf(sampled)
        },
        ({ wrong, all }) => (100 * wrong) / all,
        ({ wrong, all }) => `${wrong} of ${figure(all)}`,
        more,
      ),
  },
  {
    name: 'python: switches of the GIL that are seen at 1 ms (worst)',
    unit: '%',
    run: (context) =>
      worstOf(
        async (python) => {
          const sampled = await sample(context, python, 0)
          return sampled?.truth.switches(sampled.samples)
        },
        ({ all, seen }) => (100 * seen) / all,
        ({ all, seen }) => `${seen} of ${all}`,
        less,
      ),
  },
  {
    name: 'python: events lost to SIGKILL (worst)',
    unit: 'events',
    run: ({ out }) =>
      inWorkshop(out, sampler(), (workshop) =>
        worstOf(
          (python) => kill(workshop, python),
          ({ lost }) => lost,
          ({ lost, events, dropped }) =>
            `${lost} of ${figure(events)}${dropped > 0 ? ` (${figure(dropped)} dropped before)` : ''}`,
          more,
        ),
      ),
  },
  {
    name: 'python: from an event to the run that shows it, 95th percentile (worst)',
    unit: 'ms',
    run: ({ out }) =>
      inWorkshop(out, sampler(), (workshop) =>
        worstOf(
          (python) => latencies(workshop, python),
          (late) => quantile(late, 0.95),
          (late) => `${quantile(late, 0.95).toFixed(0)} (median ${quantile(late, 0.5).toFixed(0)})`,
          more,
        ),
      ),
  },
]
