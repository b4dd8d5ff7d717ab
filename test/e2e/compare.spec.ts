import { readdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'
import { pidsOf, processesOf } from './left-behind.ts'

const finished = (page: Page) => page.locator('.outcome').filter({ hasText: /Finished/ })
const pane = (page: Page, letter: string) =>
  page.getByRole('region', { name: new RegExp(`^Timeline of ${letter}, `) })
const differences = (page: Page) => page.getByRole('region', { name: 'Differences' })
const recordings = (page: Page) => page.getByRole('region', { name: 'Recordings' })

describe.skipIf(missing !== undefined)(titled('comparing'), () => {
  let app: LaunchedApp
  let page: Page

  const run = async (count: number) => {
    await page.getByRole('button', { name: /^Run( again)?( R)?$/ }).click()
    await until(
      'the recording is there',
      async () => (await readdir(app.recordings).catch(() => [])).length === count,
    )
    await finished(page).waitFor()
    await page.getByRole('button', { name: 'Compare side by side' }).waitFor()
  }

  beforeAll(async () => {
    app = await launchApp()
    page = app.page
    await page
      .getByRole('navigation', { name: 'Demos' })
      .getByText('GIL countdown', { exact: true })
      .click()
    await page.getByRole('button', { name: /Quick/ }).click()
    await run(1)
  })
  afterAll(() => app.close())

  test('shows a run’s cases or repeats side by side, with what they differ in', async () => {
    await page.getByRole('button', { name: 'Compare side by side' }).click()
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor()
    await pane(page, 'A').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await finished(page).waitFor()
  })

  test('compares a run with the one before it, whose recording is opened beside it', async () => {
    await run(2)
    // The second of the list: the run before.
    await recordings(page)
      .getByRole('button', { name: /^Compare with GIL countdown/ })
      .nth(1)
      .click()
    await pane(page, 'A').getByText('Thread-1').first().waitFor()
    await pane(page, 'B').getByText('Thread-1').first().waitFor()
    await differences(page).getByRole('rowheader', { name: 'Elapsed' }).first().waitFor()
    await differences(page).getByText('waiting for the GIL').first().waitFor()
    await page.getByRole('img', { name: /^Elapsed, s/ }).waitFor()
  })

  test('aligns them at a mark, and each says how far that is from its beginning', async () => {
    await page.getByRole('combobox', { name: 'aligned at' }).selectOption('end')
    await pane(page, 'A')
      .getByText(/aligned at/)
      .waitFor()
    await pane(page, 'B')
      .getByText(/aligned at/)
      .waitFor()
    await page.getByRole('combobox', { name: 'aligned at' }).selectOption('first contention')
    await pane(page, 'B')
      .getByText(/aligned at/)
      .waitFor()
  })

  test('changes places, and saves the tables', async () => {
    const nameOf = async (letter: string) =>
      (await pane(page, letter).getAttribute('aria-label'))?.replace(/^Timeline of ., /, '')
    const second = await nameOf('B')
    await page.getByRole('button', { name: 'Move B up' }).click()
    await until('they have changed places', async () => (await nameOf('A')) === second)
    const saved = await app.saved(() =>
      page.getByRole('button', { name: 'CSV', exact: true }).first().click(),
    )
    const [header = '', first = ''] = saved.bytes.toString('utf8').split('\r\n')
    expect(header).toMatch(/^table,subject,figure,unit,member,name,repeats,median,/)
    expect(first).toMatch(/^elapsed,,Elapsed,ns,A,/)
  })

  test('keeps what is opened beside a run when the next one runs', async () => {
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await run(3)
    await page.keyboard.press('=')
    await pane(page, 'A').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('closes what it has opened beside a run when the window is loaded anew', async () => {
    // Elsewhere the next one closes it, once there is no room.
    if (host !== 'web') return
    await recordings(page)
      .getByRole('button', { name: /^Compare with GIL countdown/ })
      .nth(1)
      .click()
    const readers = () => pidsOf(app.recordings, 'runner.mjs').length
    await until('two are read', () => readers() === 2)
    await pane(page, 'B').waitFor()
    await page.reload()
    await until('one is read', () => readers() === 1)
    await finished(page).waitFor()
  })

  test('leaves nothing behind when the window closes', async () => {
    await app.close()
    if (host !== 'electron')
      await until('every process is gone', () => processesOf(app.recordings).length === 0)
    expect(await readdir(app.temporary).catch(() => [])).toEqual([])
  })
})
