/**
 * Recordings of one, ten and a hundred million events, opened in the window: how soon there is a
 * picture, what moving about in it costs, and the memory of the process that reads it. Beside it what
 * others do with as much as they can take.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { generateRecording } from '../support/generate-recording.ts'
import { serveWeb, type ServedWeb } from '../support/serve-web.ts'
import type { BenchContext, BenchResult, BenchRow } from './bench.ts'
import { ascending, countFrames, countsOf, resetCounts } from './frames.ts'
import { figure, median, quantile } from './measure.ts'
import { chartFrame, speedscopeOpens, writeChromeTrace } from './timeline-peers.ts'

const SIZES = [1_000_000, 10_000_000, 100_000_000] as const
const LANES = 32
const VIEWPORT = { width: 1280, height: 720 }
const MEBIBYTE = 2 ** 20
const OPENINGS = 3
const STEP_MS = 16

interface Shown {
  readonly events: number
  readonly fileBytes: number
  /** Seconds that writing it took, for the rate. */
  readonly written: number
  readonly firstPicture: number
  /** Milliseconds a frame, ascending. */
  readonly costs: readonly number[]
  readonly intervals: readonly number[]
  /** Mebibytes; undefined where the system does not tell. */
  readonly resident: number | undefined
}

async function show({ out }: BenchContext, events: number): Promise<Shown> {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
  const browser = await launchBrowser()
  let served: ServedWeb | undefined
  try {
    const path = join(folder, 'bench.ilv')
    const begun = performance.now()
    await generateRecording(path, { events, lanes: LANES, seed: 1 })
    const written = (performance.now() - begun) / 1000
    const openings: number[] = []
    let page: Page | undefined
    for (let opening = 0; opening < OPENINGS; opening++) {
      await page?.close()
      // Another host each time: one that holds a recording shows it at once.
      await served?.close()
      served = await serveWeb(join(out, '..'), { INTERLEAVE_RECORDINGS: folder })
      page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
      await countFrames(page)
      await page.goto(served.address)
      openings.push(await openIn(page))
    }
    if (page === undefined || served === undefined) throw new Error('no page was opened')
    await resetCounts(page)
    await panAndZoom(page)
    const { costs, intervals } = await countsOf(page)
    return {
      events,
      fileBytes: (await stat(path)).size,
      written,
      firstPicture: median(openings),
      costs: ascending(costs),
      intervals: ascending(intervals),
      resident: await residentOfReader(served.pid),
    }
  } finally {
    await browser.close()
    await served?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Chooses the recording. @returns milliseconds from the click until its rows are drawn. */
async function openIn(page: Page): Promise<number> {
  const entry = page.locator('.recent button').first()
  await entry.waitFor()
  const begun = performance.now()
  await entry.click()
  await page.waitForFunction(hasColours)
  return performance.now() - begun
}

/** Runs in the page: whether a canvas shows rows, which are the only large coloured areas. */
function hasColours(): boolean {
  const LEAST_PIXELS = 200_000
  const LEAST_SHARE = 0.02
  const LEAST_SATURATION = 60
  return [...document.querySelectorAll('canvas')].some((canvas) => {
    if (canvas.width * canvas.height < LEAST_PIXELS) return false
    const context = canvas.getContext('2d')
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    let coloured = 0
    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]]
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > LEAST_SATURATION) coloured++
    }
    return coloured > (LEAST_SHARE * pixels.length) / 4
  })
}

/** In to where single spans are seen, to and fro, and out again. */
async function panAndZoom(page: Page): Promise<void> {
  const { x, y, width, height } = (await page.locator('canvas').first().boundingBox()) ?? {
    x: 0,
    y: 0,
    ...VIEWPORT,
  }
  await page.mouse.move(x + width / 2, y + height / 2)
  const turn = async (across: number, down: number, times: number) => {
    for (let time = 0; time < times; time++) {
      await page.mouse.wheel(across, down)
      await page.waitForTimeout(STEP_MS)
    }
  }
  for (let round = 0; round < 2; round++) {
    await turn(60, 0, 10)
    await turn(0, -100, 60)
    await turn(40, 0, 60)
    await turn(-40, 0, 60)
    await turn(0, 100, 60)
  }
}

/** Linux: the largest of the host's processes. */
async function residentOfReader(host: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${host}/task/${host}/children`, 'utf8')
    const sizes = await Promise.all(
      text
        .trim()
        .split(/\s+/)
        .map(async (pid) => {
          const status = await readFile(`/proc/${pid}/status`, 'utf8')
          return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
        }),
    )
    return Math.max(...sizes) / MEBIBYTE
  } catch {
    return undefined
  }
}

/** Once for all rows. */
const shown = new Map<number, Promise<Shown>>()
function showOnce(context: BenchContext, events: number): Promise<Shown> {
  const known = shown.get(events) ?? show(context, events)
  shown.set(events, known)
  return known
}

const [LEAST, MIDDLE, MOST] = SIZES

/** A figure of the largest recording beside those of the smaller ones. */
const ofAll =
  (
    valueOf: (shown: Shown) => number,
    noteOf: (most: Shown) => string | undefined = () => undefined,
  ) =>
  async (context: BenchContext): Promise<BenchResult> => {
    const least = await showOnce(context, LEAST)
    const middle = await showOnce(context, MIDDLE)
    const most = await showOnce(context, MOST)
    const note = noteOf(most)
    return {
      value: valueOf(most),
      peers: [middle, least].map((other) => ({
        name: `at ${figure(other.events)} events`,
        value: valueOf(other),
      })),
      ...(note !== undefined && { note }),
    }
  }

async function withBrowser<Value>(use: (browser: Browser) => Promise<Value>): Promise<Value> {
  const browser = await launchBrowser()
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

const BARS = [10_000, 100_000, 1_000_000]
/** Ten million (553 MiB) took it six and a half minutes: too long for a bench. */
const CHROME_EVENTS = [100_000, 4_000_000]

async function openInSpeedscope(browser: Browser, events: number, folder: string): Promise<string> {
  const path = join(folder, `${events}.json`)
  const size = await writeChromeTrace(path, events)
  const about = `${figure(events)} events (${figure(size / MEBIBYTE)} MiB)`
  try {
    return `${about}: ${figure(await speedscopeOpens(browser, path))} ms`
  } catch (error) {
    return `${about}: not opened, ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'why is not known'}`
  } finally {
    await rm(path, { force: true })
  }
}

export const rows: readonly BenchRow[] = [
  {
    name: 'recorded: from choosing a recording of 100 million events to its picture',
    unit: 'ms',
    run: ofAll(
      ({ firstPicture }) => firstPicture,
      ({ fileBytes }) => `its file has ${figure(fileBytes / MEBIBYTE)} MiB`,
    ),
  },
  {
    name: 'recorded: 95th percentile of a frame’s work, panning and zooming in 100 million events',
    unit: 'ms',
    run: ofAll(
      ({ costs }) => quantile(costs, 0.95),
      ({ costs, intervals }) =>
        `median ${quantile(costs, 0.5).toFixed(1)} ms, longest ${quantile(costs, 1).toFixed(1)} ms; between frames p95 ${quantile(intervals, 0.95).toFixed(1)} ms of ${intervals.length}`,
    ),
  },
  {
    name: 'recorded: resident memory of the process that reads 100 million events, at most',
    unit: 'MiB',
    run: ofAll(({ resident }) => resident ?? NaN),
  },
  {
    name: 'recorded: bytes an event on the disk, 100 million events',
    unit: 'B',
    run: ofAll(
      ({ fileBytes, events }) => fileBytes / events,
      ({ events, written }) => `made at ${figure(events / written)} events/s`,
    ),
  },
  {
    name: 'recorded: chart.js, a frame of a million floating bars',
    unit: 'ms',
    run: () =>
      withBrowser(async (browser) => {
        const frames: number[] = []
        for (const bars of BARS) frames.push(await chartFrame(browser, bars))
        return {
          value: frames.at(-1) ?? NaN,
          peers: BARS.slice(0, -1).map((bars, index) => ({
            name: `${figure(bars)} bars`,
            value: frames[index] ?? NaN,
          })),
        }
      }),
  },
  {
    name: 'recorded: speedscope opens a Chrome trace of a million events',
    unit: 'ms',
    run: () =>
      withBrowser(async (browser) => {
        const folder = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
        try {
          const path = join(folder, 'trace.json')
          await writeChromeTrace(path, 1_000_000)
          const value = await speedscopeOpens(browser, path)
          const others: string[] = []
          for (const events of CHROME_EVENTS)
            others.push(await openInSpeedscope(browser, events, folder))
          return { value, note: others.join('; ') }
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      }),
  },
]
