/**
 * Events of eight lanes at a steady million a second, recorded and shown live for a minute; and a
 * tenth of it for what may not depend on it.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from '../support/browser.ts'
import type { BenchContext, BenchRow } from './bench.ts'
import { ascending, countFrames, countsOf, resetCounts, type Counted } from './frames.ts'
import { figure, quantile } from './measure.ts'

const LANES = 8
const FULL = { rate: 1_000_000, seconds: 60 }
const TENTH = { rate: 100_000, seconds: 15 }
const WARM_UP_MS = 2_000
const VIEWPORT = { width: 1280, height: 720 }
/** Between the end of what is counted in the window and that of the run. */
const SPARE_MS = 2_000
const MEBIBYTE = 2 ** 20

interface Sample {
  readonly resident: number
  readonly events: number
}

interface Lived {
  readonly samples: readonly Sample[]
  readonly events: number
  readonly dropped: number
  readonly bytes: number
  readonly window: Counted
  readonly watchedSeconds: number
  readonly seconds: number
}

type Said =
  | { readonly type: 'ready'; readonly address: string }
  | ({ readonly type: 'sample' } & Sample)
  | {
      readonly type: 'over'
      readonly events: number
      readonly dropped: number
      readonly bytes: number
    }

async function live(
  { out }: BenchContext,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<Lived> {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
  const entry = fileURLToPath(new URL('live-host.mjs', import.meta.url))
  const args = [rate, LANES, seconds, join(out, 'renderer'), join(folder, 'live.ilv')].map(String)
  const child = fork(entry, args, { stdio: ['ignore', 2, 2, 'ipc'] })
  const exited = once(child, 'exit')
  const samples: Sample[] = []
  let over: Extract<Said, { type: 'over' }> | undefined
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (said: Said) => {
      if (said.type === 'ready') resolve(said.address)
      else if (said.type === 'sample') samples.push(said)
      else over = said
    })
    void exited.then(([code]) => reject(new Error(`the live host ended with ${code}`)))
  })
  const browser = await launchBrowser()
  try {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
    await countFrames(page)
    const address = await ready
    child.send('start')
    await page.goto(address)
    await page.getByRole('treegrid').getByText('Thread-1').first().waitFor()
    await delay(WARM_UP_MS)
    await resetCounts(page)
    const begun = performance.now()
    await delay(seconds * 1000 - WARM_UP_MS - SPARE_MS)
    const window = await countsOf(page)
    const watchedSeconds = (performance.now() - begun) / 1000
    await exited
    if (over === undefined) throw new Error('the live host did not say how it ended')
    return { ...over, samples, window, watchedSeconds, seconds }
  } finally {
    child.kill('SIGKILL')
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Once for all rows. */
const lived = new Map<number, Promise<Lived>>()
function liveOnce(context: BenchContext, pace: typeof FULL): Promise<Lived> {
  const known = lived.get(pace.rate) ?? live(context, pace)
  lived.set(pace.rate, known)
  return known
}

const bytesPerSecond = ({ window, watchedSeconds }: Lived): number =>
  window.bytes / watchedSeconds / 1000
const residents = ({ samples }: Lived): number[] =>
  samples.map(({ resident }) => resident / MEBIBYTE)

export const rows: readonly BenchRow[] = [
  {
    name: 'live: events a second from eight lanes for a minute, recorded and shown',
    unit: 'events/s',
    async run(context) {
      const full = await liveOnce(context, FULL)
      return {
        value: full.events / full.seconds,
        note: `${figure(full.dropped)} of ${figure(full.events)} dropped; ${(full.bytes / full.events).toFixed(2)} bytes an event on disk`,
      }
    },
  },
  {
    name: 'live: 95th percentile of the time between frames',
    unit: 'ms',
    async run(context) {
      const { intervals, costs } = (await liveOnce(context, FULL)).window
      const sorted = ascending(intervals)
      const slow = sorted.filter((interval) => interval > 33.4).length
      return {
        value: quantile(sorted, 0.95),
        note: `${sorted.length} frames, ${slow} over 33 ms, longest ${figure(quantile(sorted, 1))} ms; the page works ${quantile(ascending(costs), 0.5).toFixed(1)} ms a frame, p95 ${quantile(ascending(costs), 0.95).toFixed(1)} ms`,
      }
    },
  },
  {
    name: 'live: bytes that cross to the window',
    unit: 'kB/s',
    async run(context) {
      const [full, tenth] = [await liveOnce(context, FULL), await liveOnce(context, TENTH)]
      return {
        value: bytesPerSecond(full),
        peers: [{ name: 'at a tenth of the events', value: bytesPerSecond(tenth) }],
        note: `${figure(tenth.events / tenth.seconds)} events/s there`,
      }
    },
  },
  {
    name: 'live: resident memory of the run’s process in its last ten seconds',
    unit: 'MiB',
    async run(context) {
      const memory = residents(await liveOnce(context, FULL))
      const tenth = Math.max(1, Math.min(10, Math.floor(memory.length / 6)))
      const middle = Math.floor(memory.length / 2)
      return {
        value: Math.max(...memory.slice(-tenth)),
        peers: [
          { name: 'in the middle', value: Math.max(...memory.slice(middle - tenth, middle)) },
          { name: 'at the beginning', value: Math.max(...memory.slice(0, tenth)) },
        ],
        note: 'each the highest of its seconds',
      }
    },
  },
]
