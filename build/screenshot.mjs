/**
 * `npm run screenshot`: the picture in the README, taken of the built program. A real run of the GIL
 * countdown in the web host, finished, with one hand-over of the GIL selected.
 */
import './node-version.mjs'

const { spawn } = await import('node:child_process')
const { mkdtemp, rm, stat } = await import('node:fs/promises')
const { tmpdir } = await import('node:os')
const { join } = await import('node:path')
const { pathToFileURL } = await import('node:url')
const { root, setUp } = await import('./set-up.mjs')

const PICTURE = join(root, 'build/screenshot.png')
const WAITS = 12
const LONGEST_RUN = 180_000
/** Steps of zooming out from the selected wait, until its neighbours are seen. */
const STEPS_OUT = 3

if (setUp()) await takePicture()
else process.exitCode = 1

async function takePicture() {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-screenshot-'))
  const host = spawn(process.execPath, [join(root, 'out/main/web.mjs'), '--no-open'], {
    env: { ...process.env, INTERLEAVE_RECORDINGS: join(folder, 'recordings') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => host.once('exit', resolve))
  const { launchBrowser } = await bundled('test/support/browser.ts')
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    })
    await page.goto(await addressOf(host))
    await showHandOver(page)
    await page.screenshot({ path: PICTURE })
    const { size } = await stat(PICTURE)
    process.stdout.write(`build/screenshot.png: ${Math.round(size / 1000)} kB\n`)
  } finally {
    await browser.close()
    host.kill('SIGINT')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
}

async function showHandOver(page) {
  const catalogue = page.getByRole('navigation', { name: 'Demos' })
  await catalogue.getByText('GIL countdown').click()
  await page.getByRole('heading', { level: 1, name: 'GIL countdown' }).waitFor()
  await page.keyboard.press('r')
  await page.locator('.outcome.finished').waitFor({ timeout: LONGEST_RUN })
  await page.getByRole('tab', { name: 'Verdict' }).click()
  const timeline = page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
  await timeline.focus()
  // Some waits after the middle of the run: the first ones of a section wait for threads that start.
  const inspector = page.getByRole('group', { name: 'Selected span' })
  for (let wait = 0, before = ''; wait < WAITS; wait++) {
    await page.keyboard.press(']')
    await inspector.waitFor()
    for (let look = 0; look < 20 && (await inspector.textContent()) === before; look++)
      await page.waitForTimeout(50)
    before = await inspector.textContent()
  }
  await page.keyboard.press('f')
  for (let step = 0; step < STEPS_OUT; step++) await page.keyboard.press('s')
  await timeline.blur()
  // Until the rows of this range are there and drawn.
  await page.waitForTimeout(1000)
}

/** A module of the tests with what it imports of them, as one file that Node can run. */
async function bundled(entry) {
  const { build } = await import('vite')
  const outDir = join(root, 'out/screenshot')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: { ssr: entry, outDir, rolldownOptions: { output: { entryFileNames: 'browser.mjs' } } },
  })
  const module = await import(pathToFileURL(join(outDir, 'browser.mjs')).href)
  await rm(outDir, { recursive: true, force: true })
  return module
}

/** Printed once the host listens. */
function addressOf(host) {
  return new Promise((resolve, reject) => {
    let words = ''
    host.stdout.on('data', (chunk) => {
      words += chunk
      const [address] = /http:\S+(?=\s)/.exec(words) ?? []
      if (address !== undefined) resolve(address)
    })
    host.once('exit', (code) => reject(new Error(`the web host ended with ${code}: ${words}`)))
  })
}
