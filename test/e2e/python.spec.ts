/** CPython in the window: chosen for a demo, and for a script of one's own. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newestPython } from '../support/pythons.ts'
import { until } from '../support/until.ts'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'

const python = await newestPython()
const reason = missing ?? (python === undefined ? 'no CPython 3.8 or newer was found' : undefined)
if (missing === undefined && reason !== undefined)
  process.stderr.write(`SKIPPED CPython in the window: ${reason}\n`)

const SCRIPT = `import sys, threading

def work(name):
    with lock:
        print(name, *sys.argv[1:], flush=True)

lock = threading.Lock()
threads = [threading.Thread(target=work, args=(name,), name=f'worker {name}') for name in 'ab']
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print('read', repr(sys.stdin.read()))
sys.exit(3)
`

const outcome = (page: Page, words: RegExp) => page.locator('.outcome').filter({ hasText: words })
const lanes = (page: Page) => page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
const output = (page: Page) => page.getByRole('log', { name: 'Output of the program' })
const run = (page: Page) =>
  page.locator('header.title').getByRole('button', { name: /^Run/ }).click()

async function choosePython(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: /^Engine: / }).click()
  await page.getByRole('radiogroup', { name: 'Engine' }).getByText(path, { exact: true }).click()
  await page.keyboard.press('Escape')
}

describe.skipIf(reason !== undefined)(
  reason === undefined ? titled('CPython') : `CPython (skipped: ${reason})`,
  () => {
    let app: LaunchedApp
    let page: Page
    let folder: string
    const path = python?.path ?? ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'interleave-script-'))
      app = await launchApp()
      page = app.page
    })
    afterAll(async () => {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    })

    test('is chosen for the thread sender, and its threads are on the timeline', async () => {
      await page.getByRole('navigation', { name: 'Demos' }).getByText('With a thread').click()
      await choosePython(page, path)
      await page.getByRole('button', { name: /^Engine: CPython / }).waitFor()
      const interval = page.getByRole('textbox', { name: /^Interval( |$)/ })
      await interval.fill('0.05')
      await interval.blur()
      await run(page)
      await lanes(page).getByText('MainThread').first().waitFor()
      await outcome(page, /Finished/).waitFor()
      await page.getByRole('tab', { name: /Output/ }).click()
      for (const item of ['0', '9'])
        await output(page).getByText(item, { exact: true }).first().waitFor()
      await page
        .getByRole('contentinfo')
        .getByText(/CPython 3/)
        .waitFor()
      await page.getByRole('contentinfo').getByText('exit code 0').waitFor()
    })

    test('shows the text that it runs before the others', async () => {
      await page.getByRole('tab', { name: 'Source' }).click()
      const captions = await page.locator('.sources h3').allTextContents()
      expect(captions[0]).toBe('Python: what runs')
    })

    test('runs a script of the user’s own after consent, with its arguments and input', async () => {
      const script = join(folder, 'own script.py')
      await writeFile(script, SCRIPT)
      const open = () =>
        page.getByRole('region', { name: 'Your own' }).getByText('Open Python script…').click()
      if (host === 'web') {
        await open()
        await page.getByRole('textbox', { name: 'Script', exact: true }).fill(script)
      } else await app.chosen(open, script)
      await page.getByRole('textbox', { name: 'Arguments' }).fill('one "two three"')
      await page.getByRole('textbox', { name: 'Input' }).fill('typed')
      await page.getByText(`one 'two three'`).waitFor()
      await run(page)
      await page.getByText('Run own script.py?').waitFor()
      await page.getByRole('button', { name: 'Run it', exact: true }).click()
      await outcome(page, /exit code 3/).waitFor()
      await lanes(page).getByText('worker a').waitFor()
      await page.getByRole('tab', { name: /Output/ }).click()
      await output(page).getByText('a one two three', { exact: true }).waitFor()
      await output(page).getByText(`read 'typed'`, { exact: true }).waitFor()
    })

    test('asks again only when the script has changed', async () => {
      const before = await readdir(app.recordings)
      await run(page)
      // The outcome may still be that of the run before; the script must have been read.
      await until('it runs', async () => (await readdir(app.recordings)).length > before.length)
      await outcome(page, /exit code 3/).waitFor()
      await writeFile(join(folder, 'own script.py'), `${SCRIPT}# changed\n`)
      await run(page)
      await page.getByText('Run own script.py?').waitFor()
      await page.getByRole('button', { name: 'Do not run it' }).click()
    })

    test('says at its field what is no script', async () => {
      if (host !== 'web') return
      await page.getByRole('textbox', { name: 'Script', exact: true }).fill(folder)
      await run(page)
      const field = page.getByRole('textbox', { name: 'Script', exact: true })
      await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
    })
  },
)
