import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'
import { processesOf } from './left-behind.ts'

const DEMO = 'Sender and receiver with a thread'

const listed = (page: Page) => page.getByRole('region', { name: 'Recordings' })
const lanes = (page: Page) => page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
const finished = (page: Page) => page.locator('.outcome').filter({ hasText: /Finished/ })
const opened = (page: Page) => page.getByRole('button', { name: 'Close', exact: true })

describe.skipIf(missing !== undefined)(titled('recordings'), () => {
  let app: LaunchedApp
  let page: Page
  let folder: string
  let recording: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interleave-recordings-'))
    app = await launchApp()
    page = app.page
    await page.getByRole('navigation', { name: 'Demos' }).getByText('With a thread').click()
    const field = page.getByRole('textbox', { name: /^Interval( |$)/ })
    await field.fill('0.05')
    await field.blur()
    await page.getByRole('button', { name: /^Run( R)?$/ }).click()
    await finished(page).waitFor()
    const [name = ''] = await readdir(app.recordings)
    recording = join(app.recordings, name)
  })
  afterAll(async () => {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })

  const choose = (path: string) =>
    app.chosen(() => listed(page).getByRole('button', { name: 'Open a recording' }).click(), path)

  test('of this window are listed, and open with timeline, verdict and output', async () => {
    await listed(page).getByText(DEMO).click()
    await opened(page).waitFor()
    await finished(page).waitFor()
    await lanes(page).getByText('Thread-1').first().waitFor()
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await page.getByRole('heading', { name: /sender thread put \d+ items.*got 10/ }).waitFor()
    await page.getByRole('tab', { name: /Output/ }).click()
    await page.getByRole('log').getByText('9', { exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: /^Stop/ }).count()).toBe(0)
  })

  test('outlive a reload of the window', async () => {
    await page.reload()
    await opened(page).waitFor()
    await lanes(page).getByText('Thread-1').first().waitFor()
  })

  test('are run again as they were recorded', async () => {
    await page.getByRole('button', { name: /^Run again/ }).click()
    await finished(page).waitFor()
    await page.getByRole('button', { name: /^Run again/ }).waitFor()
    await until(
      'the new recording is there',
      async () => (await readdir(app.recordings)).length === 2,
    )
  })

  test('from anywhere are chosen by key; what one that was cut short lacks is said', async () => {
    const path = join(folder, 'cut.ilv')
    const bytes = await readFile(recording)
    await writeFile(path, bytes.subarray(0, bytes.length - 200))
    await app.chosen(() => page.keyboard.press('Control+o'), path)
    await page.getByRole('status').filter({ hasText: 'This recording was cut short.' }).waitFor()
    await page.getByText('cut.ilv', { exact: true }).first().waitFor()
    await lanes(page).getByText('Thread-1').first().waitFor()
  })

  test('that are none are refused with the byte, and what is open stays', async () => {
    const path = join(folder, 'foreign.ilv')
    await writeFile(path, 'no recording, whatever its name says')
    await choose(path)
    await page
      .getByRole('alert')
      .filter({ hasText: /foreign\.ilv: not an Interleave recording \(at byte 0\)/ })
      .waitFor()
    await lanes(page).getByText('Thread-1').first().waitFor()
  })

  test.skipIf(host !== 'web')('are dropped on the window', async () => {
    const bytes = [...(await readFile(recording))]
    const drop = await page.evaluateHandle((content) => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(content)], 'dropped.ilv'))
      return data
    }, bytes)
    await page.dispatchEvent('body', 'dragover', { dataTransfer: drop })
    await page.getByText('Drop to open the recording').waitFor()
    await page.dispatchEvent('body', 'drop', { dataTransfer: drop })
    await page.getByText('dropped.ilv', { exact: true }).first().waitFor()
    await page.getByRole('status').filter({ hasText: 'This is a copy of your file.' }).waitFor()
    expect(await page.getByText('Drop to open the recording').count()).toBe(0)
  })

  test('are closed, and nothing stays when the window closes', async () => {
    await opened(page).click()
    await page.getByRole('heading', { level: 1, name: DEMO }).waitFor()
    await app.close()
    // On Electron itself its own processes carry the same environment.
    if (host !== 'electron')
      await until('every process is gone', () => processesOf(app.recordings).length === 0)
    expect(await readdir(app.temporary).catch(() => [])).toEqual([])
  })
})
