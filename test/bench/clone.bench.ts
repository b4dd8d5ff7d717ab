/** From a clone in an empty folder to a window that can be used, as a new user gets it. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { launchBrowser } from '../support/browser.ts'
import { serveWeb } from '../support/serve-web.ts'
import type { BenchContext, BenchResult, BenchRow } from './bench.ts'

const run = promisify(execFile)

/** A step of build/set-up.mjs, as `npm start` takes it. */
const setUp = (folder: string, options: string) =>
  run(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { setUp } from './build/set-up.mjs'; process.exit(setUp(${options}) ? 0 : 1)`,
    ],
    { cwd: folder, maxBuffer: 2 ** 26 },
  )

async function fromClone({ out }: BenchContext): Promise<BenchResult> {
  const own = await mkdtemp(join(tmpdir(), 'interleave-clone-'))
  const folder = join(own, 'interleave')
  const steps: string[] = []
  let total = 0
  const timed = async <Value>(name: string, step: () => Promise<Value>): Promise<Value> => {
    const begun = performance.now()
    const value = await step()
    const seconds = (performance.now() - begun) / 1000
    total += seconds
    steps.push(`${name} ${seconds.toFixed(1)}`)
    return value
  }
  // Found and started before the clock: a user's browser is there already.
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await timed('git clone', () =>
      // Not by hard links, which a clone from elsewhere cannot have.
      run('git', [
        'clone',
        '--quiet',
        '--no-local',
        '--depth=1',
        `file://${join(out, '..')}`,
        folder,
      ]),
    )
    await timed('npm ci', () => setUp(folder, '{ built: false }'))
    await timed('build', () => setUp(folder, ''))
    const recordings = { INTERLEAVE_RECORDINGS: join(own, 'recordings') }
    const served = await timed('host', () => serveWeb(folder, recordings))
    try {
      await timed('window', async () => {
        await page.goto(served.address)
        await page.getByRole('button', { name: /^Run/ }).waitFor()
      })
    } finally {
      await served.close()
    }
    return {
      value: total,
      note: `${steps.join(' s, ')} s; npm ci takes what its cache lacks from the npm registry`,
    }
  } finally {
    await browser.close()
    await rm(own, { recursive: true, force: true })
  }
}

export const rows: readonly BenchRow[] = [
  { name: 'clone: to a usable window', unit: 's', optIn: true, run: fromClone },
]
