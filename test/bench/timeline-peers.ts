/** What others do with as many spans: chart.js's floating bars, and speedscope's offline page. */
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { seededRandom } from '../../main/core/statistics.ts'
import { median } from './measure.ts'

const require = createRequire(import.meta.url)
const LANES = 32
const FRAMES = 5
const SLOWEST_MS = 120_000

/** Milliseconds of a frame in which chart.js shows a little more of as many floating bars. */
export async function chartFrame(browser: Browser, bars: number): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  try {
    await page.setContent('<canvas id="chart"></canvas>')
    await page.addScriptTag({ path: join(dirname(require.resolve('chart.js')), 'chart.umd.js') })
    page.setDefaultTimeout(SLOWEST_MS)
    const times = await page.evaluate(drawBars, { bars, lanes: LANES, frames: FRAMES })
    return median(times)
  } finally {
    await page.close()
  }
}

/** As far as it is used: the script of the package puts it there. */
interface ChartOf {
  options: { scales: { x: { max: number } } }
  update(mode: string): void
}
declare const Chart: new (canvas: Element | null, options: object) => ChartOf

/** Runs in the page. */
function drawBars({
  bars,
  lanes,
  frames,
}: {
  bars: number
  lanes: number
  frames: number
}): number[] {
  const perLane = bars / lanes
  const labels = Array.from({ length: lanes }, (_, lane) => `lane ${lane}`)
  const data = Array.from({ length: bars }, (_, bar) => {
    const start = Math.floor(bar / lanes)
    return { x: [start, start + 0.6], y: labels[bar % lanes] }
  })
  const chart = new Chart(document.querySelector('#chart'), {
    type: 'bar',
    data: { labels, datasets: [{ data, grouped: false, backgroundColor: '#009e73' }] },
    options: {
      indexAxis: 'y',
      animation: false,
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: { x: { type: 'linear', min: 0, max: perLane } },
    },
  })
  return Array.from({ length: frames }, (_, frame) => {
    const begun = performance.now()
    chart.options.scales.x.max = perLane * (1 + frame / 100)
    chart.update('none')
    return performance.now() - begun
  })
}

/** Writes events as Chrome's trace format, which speedscope and others read. @returns its bytes. */
export async function writeChromeTrace(path: string, events: number): Promise<number> {
  const random = seededRandom(1)
  const file = createWriteStream(path)
  const times = new Float64Array(LANES)
  let text = '{"traceEvents":[\n'
  for (let event = 0; event < events; event += 2) {
    const lane = (event / 2) % LANES
    const begin = (times[lane] ?? 0) + random()
    const end = begin + random()
    times[lane] = end
    const common = `"pid":1,"tid":${lane},"name":"held"`
    text += `${event === 0 ? '' : ',\n'}{"ph":"B","ts":${begin.toFixed(3)},${common}},\n{"ph":"E","ts":${end.toFixed(3)},${common}}`
    if (text.length < 2 ** 20) continue
    if (!file.write(text)) await once(file, 'drain')
    text = ''
  }
  file.end(`${text}\n]}\n`)
  await once(file, 'finish')
  return (await stat(path)).size
}

/** Milliseconds from choosing the file until speedscope shows it. @throws when it does not. */
export async function speedscopeOpens(browser: Browser, path: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  try {
    const failures: string[] = []
    page.on('dialog', (dialog) => {
      failures.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('crash', () => failures.push('the page ran out of memory'))
    await page.goto(pathToFileURL(require.resolve('speedscope/dist/release/index.html')).href)
    const before = await page.title()
    const begun = performance.now()
    await page.setInputFiles('input[type=file]', path)
    while ((await page.title()) === before) {
      if (failures.length > 0) throw new Error(failures.join('; '))
      if (performance.now() - begun > SLOWEST_MS)
        throw new Error(`not within ${SLOWEST_MS / 1000} s`)
      await page.waitForTimeout(20)
    }
    return performance.now() - begun
  } finally {
    await page.close()
  }
}
