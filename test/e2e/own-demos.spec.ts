/** Demos of the user's own in the window: a folder is named, one runs, a broken one is told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'

const DEMO = `import { defineDemo } from 'interleave/demo'
import { checkpoint, Lock, sleep, Thread } from 'interleave/threading'

type Values = { readonly customers: number }

export function customer(till: Lock): void {
  till.withLock(() => sleep(0.01))
  checkpoint(1)
}

export function tills({ customers }: Values): void {
  const till = new Lock()
  const threads = Array.from({ length: customers }, () => new Thread({ target: customer, args: [till] }))
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

export default defineDemo({
  title: 'Tills of my own',
  summary: 'Who waits for a till?',
  parameters: { customers: { label: 'Customers', minimum: 1, maximum: 20, default: 6 } },
  variants: { tills: { label: 'One till', run: tills } },
  repeats: 1,
  work: ['customers'],
  unit: 'customers',
})
`

describe.skipIf(missing !== undefined)(titled('demos of the user’s own'), () => {
  let app: LaunchedApp
  let page: Page
  let folder: string
  const own = () => page.getByRole('region', { name: 'Your own' })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interleave-own-'))
    await writeFile(join(folder, 'tills.demo.ts'), DEMO)
    await writeFile(join(folder, 'broken.demo.js'), '\nthrow new Error("no luck")\n')
    app = await launchApp()
    page = app.page
  })
  afterAll(async () => {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('stand in the catalogue once their folder is named', async () => {
    const open = () => own().getByText('Folder of demos…').click()
    if (host === 'web') {
      await open()
      await page.getByRole('textbox', { name: 'Folder of demos' }).fill(folder)
      await own().getByRole('button', { name: 'Use' }).click()
    } else await app.chosen(open, folder)
    await own().getByText('Tills of my own').waitFor()
  })

  test('tell file and line of one that is broken', async () => {
    await own().getByText('broken.demo.js').click()
    await page.getByText('broken.demo.js:2: Error: no luck.').waitFor()
  })

  test('run like any other', async () => {
    await own().getByText('Tills of my own').click()
    await page.locator('header.title').getByRole('button', { name: /^Run/ }).click()
    await page
      .locator('.outcome')
      .filter({ hasText: /Finished/ })
      .waitFor()
    await page
      .getByRole('treegrid', { name: 'Lanes, locks and queues' })
      .getByText('Thread-1')
      .waitFor()
    await page.getByRole('tab', { name: 'Source' }).click()
    await page.locator('.sources').getByText('tills.demo.ts').first().waitFor()
  })

  test('are looked at again when the window is, and can be left out', async () => {
    await writeFile(join(folder, 'tills.demo.ts'), DEMO.replace('Tills of my own', 'My tills'))
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await own().getByText('My tills').waitFor()
    await own()
      .getByRole('button', { name: /^Leave / })
      .click()
    await own().getByText('Folder of demos…').waitFor()
  })
})
