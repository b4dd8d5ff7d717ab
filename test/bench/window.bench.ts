/** A real run in the built web host, shown live in a headless Chromium. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { RunInfo, RunRequest } from '../../main/run/contract.ts'
import { launchBrowser } from '../support/browser.ts'
import { serveWeb } from '../support/serve-web.ts'
import type { BenchContext, BenchResult, BenchRow } from './bench.ts'
import { ascending, countFrames, countsOf, resetCounts } from './frames.ts'
import { figure, quantile } from './measure.ts'

/** One thread that takes its lock again and again: another processor is left for the window. */
const PROGRAM = { demo: 'lock-contention', variant: 'lock-each', repeats: 50, baseline: false }
const ROUNDS = { threads: 1, rounds: 1_000_000, held: 0 }
/** Milliseconds of work between two rounds: about a million events a second, and a tenth of it. */
const BUSY = 0.0003
const CALM = 0.012
/** What the busy run is to reach for its figures to count. */
const LEAST_RATE = 500_000
const WARM_UP_MS = 1_500
const MEASURED_MS = 5_000
const VIEWPORT = { width: 1440, height: 900 }

interface Watched {
  readonly eventsPerSecond: number
  readonly dropped: number
  readonly bytesPerSecond: number
  readonly answersPerSecond: number
  /** Milliseconds between frames, ascending. */
  readonly frames: readonly number[]
}

/** Starts the run, opens the page on it, and watches for a while. */
async function watch(
  { out }: BenchContext,
  parameters: RunRequest['parameters'],
): Promise<Watched> {
  const recordings = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
  const served = await serveWeb(join(out, '..'), { INTERLEAVE_RECORDINGS: recordings })
  const browser = await launchBrowser()
  try {
    const api = apiOf(served.address)
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
    await countFrames(page)
    const { id } = await api.start({ ...PROGRAM, parameters })
    await page.goto(served.address)
    await page.getByRole('treegrid').getByText('Thread-1').first().waitFor()
    await delay(WARM_UP_MS)
    const before = await api.status(id)
    await resetCounts(page)
    await delay(MEASURED_MS)
    const { bytes, messages, intervals } = await countsOf(page)
    const after = await api.status(id)
    if (after.state !== 'running') throw new Error(`the run was over too soon: ${after.state}`)
    const seconds = (after.elapsed - before.elapsed) / 1e9
    return {
      eventsPerSecond: (after.events - before.events) / seconds,
      dropped: after.dropped - before.dropped,
      bytesPerSecond: bytes / seconds,
      answersPerSecond: messages / seconds,
      frames: ascending(intervals),
    }
  } finally {
    await browser.close()
    await served.close()
    await rm(recordings, { recursive: true, force: true })
  }
}

function apiOf(address: string) {
  const { origin, hash } = new URL(address)
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? ''
  const ask = async (init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${origin}/api/runs`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, origin, 'content-type': 'application/json' },
    })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return {
    start: async (request: RunRequest) =>
      (await ask({ method: 'POST', body: JSON.stringify(request) })) as RunInfo,
    async status(id: string) {
      const runs = (await ask()) as readonly RunInfo[]
      const run = runs.find((each) => each.id === id)
      if (run === undefined) throw new Error('the run is gone')
      return run.status
    },
  }
}

/** Once for all rows. */
function once<Value>(
  measure: (context: BenchContext) => Promise<Value>,
): (context: BenchContext) => Promise<Value> {
  let measured: Promise<Value> | undefined
  return (context) => (measured ??= measure(context))
}

const watchAt = (outside: number) => once((context) => watch(context, { ...ROUNDS, outside }))
const busy = watchAt(BUSY)
const calm = watchAt(CALM)
const flatOut = watchAt(0)

/** Two periods of a 60 Hz screen, and a little for the rounding of its clock. */
const FRAME_LIMIT_MS = 33.4
const slowShare = ({ frames }: Watched): number =>
  (100 * frames.filter((frame) => frame > FRAME_LIMIT_MS).length) / frames.length

const rateOf = ({ eventsPerSecond }: Watched): string => `${figure(eventsPerSecond)} events/s`

/** A figure of the busy run beside the same of the calm one. */
const compare =
  (valueOf: (watched: Watched) => number, noteOf: (busy: Watched, calm: Watched) => string) =>
  async (context: BenchContext): Promise<BenchResult> => {
    const [one, other] = [await busy(context), await calm(context)]
    return {
      value: valueOf(one),
      peers: [{ name: `at ${rateOf(other)}`, value: valueOf(other) }],
      note: noteOf(one, other),
    }
  }

const bytesPerEvent = ({ bytesPerSecond, eventsPerSecond }: Watched): string =>
  (bytesPerSecond / eventsPerSecond).toFixed(2)

/** KiB of the files together, each compressed by itself as a server does. */
async function gzipped(folder: string, files: readonly string[]): Promise<number> {
  let sum = 0
  for (const file of files) sum += gzipSync(await readFile(join(folder, file))).length
  return sum / 1024
}

async function bundleSize({ out }: BenchContext) {
  const folder = join(out, 'renderer')
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const initial = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(
    ([, file = '']) => file,
  )
  const all = await readdir(folder, { recursive: true })
  return {
    value: await gzipped(folder, initial),
    peers: [
      {
        name: 'all that there is',
        value: await gzipped(
          folder,
          all.filter((file) => /\.(js|css)$/.test(file)),
        ),
      },
    ],
  }
}

export const rows: readonly BenchRow[] = [
  {
    name: 'window: events recorded while it shows them live',
    unit: 'events/s',
    run: compare(
      ({ eventsPerSecond }) => eventsPerSecond,
      ({ dropped, eventsPerSecond }) =>
        `${figure(dropped)} dropped in ${MEASURED_MS / 1000} s${eventsPerSecond < LEAST_RATE ? `; fewer than the ${figure(LEAST_RATE)} asked for: the machine is too busy` : ''}`,
    ),
  },
  {
    name: 'window: frames over 33 ms',
    unit: '%',
    run: compare(slowShare, (one) => `of ${one.frames.length} frames at ${rateOf(one)}`),
  },
  {
    name: 'window: 95th percentile of the time between frames',
    unit: 'ms',
    run: compare(
      ({ frames }) => quantile(frames, 0.95),
      ({ frames }) => `longest ${figure(quantile(frames, 1))} ms`,
    ),
  },
  {
    name: 'window: bytes that cross to it',
    unit: 'kB/s',
    run: compare(
      ({ bytesPerSecond }) => bytesPerSecond / 1000,
      (one, other) =>
        `${figure(one.answersPerSecond)} messages a second; ${bytesPerEvent(one)} bytes an event against ${bytesPerEvent(other)}`,
    ),
  },
  {
    name: 'window: frames over 33 ms, the thread recording as fast as it can',
    unit: '%',
    async run(context) {
      const watched = await flatOut(context)
      const { frames, dropped, bytesPerSecond } = watched
      return {
        value: slowShare(watched),
        note: `p95 ${quantile(frames, 0.95).toFixed(1)} ms; ${rateOf(watched)} stored, ${figure(dropped)} dropped; ${figure(bytesPerSecond / 1000)} kB/s`,
      }
    },
  },
  {
    name: 'window: JavaScript and CSS before it shows anything, gzip',
    unit: 'KiB',
    run: bundleSize,
  },
]
