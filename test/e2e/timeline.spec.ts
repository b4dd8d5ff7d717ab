import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { launchApp, missing, titled, type LaunchedApp } from './harness.ts'

describe.skipIf(missing !== undefined)(titled('the timeline of a run'), () => {
  let app: LaunchedApp
  let page: Page
  let rows: Locator

  beforeAll(async () => {
    app = await launchApp()
    page = app.page
    rows = page.getByRole('treegrid', { name: 'Lanes, locks and queues' })
    await page.getByRole('navigation', { name: 'Demos' }).getByText('With a thread').click()
    const interval = page.getByRole('textbox', { name: /^Interval( |$)/ })
    await interval.fill('0.1')
    await interval.blur()
    await page.getByRole('button', { name: /^Run( again)?( R)?$/ }).click()
    await page
      .locator('.outcome')
      .filter({ hasText: /Finished/ })
      .waitFor()
    await rows.getByText('Thread-1').first().waitFor()
  })
  afterAll(async () => {
    await app.close()
  })

  const spoken = async (): Promise<string> =>
    (await page.locator('.timeline > [role=status]').allTextContents()).join(' ')
  const says = (words: RegExp) =>
    until(`the spoken summary says ${words.source}`, async () => words.test(await spoken()))
  /** What the grid tells a screen reader that the keyboard stands on. */
  const active = () =>
    rows.evaluate((grid) => {
      const id = grid.getAttribute('aria-activedescendant')
      const element = id === null ? null : document.getElementById(id)
      return { role: element?.getAttribute('role'), text: element?.textContent.trim() ?? '' }
    })

  test('is walked by keys alone, and says what the card shows', async () => {
    await rows.focus()
    await page.keyboard.press('ArrowDown')
    await until('a row is active', async () => (await active()).role === 'row')
    await says(/^MainThread/)
    await page.keyboard.press('ArrowRight')
    await until('a span is active', async () => (await active()).role === 'gridcell')
    const title = (await active()).text
    await says(new RegExp(`MainThread: ${title}`))
    expect(await page.locator('.card .title').textContent()).toBe(title)
    const before = await spoken()
    await page.keyboard.press('ArrowRight')
    await until('the next span is said', async () => (await spoken()) !== before)
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: 'Selected span' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('group', { name: 'Selected span' }).waitFor({ state: 'detached' })
  })

  test('has a range drawn with Shift that is summed up and let go of', async () => {
    const box = await rows.locator('canvas').boundingBox()
    if (!box) throw new Error('the rows are not drawn')
    await page.keyboard.down('Shift')
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 70, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    const range = page.getByRole('group', { name: 'Selected range' })
    await range.getByText('All lanes').waitFor()
    await says(/Range [\d.]+/)
    await page.keyboard.press('Shift+ArrowRight')
    await range.getByRole('button', { name: /Zoom to it/ }).click()
    await page.keyboard.press('Escape')
    await range.waitFor({ state: 'detached' })
    await page.keyboard.press('0')
  })

  test('goes to a time that is typed', async () => {
    await rows.focus()
    await page.keyboard.press('w')
    await page.keyboard.press('g')
    await page.getByRole('combobox', { name: 'Commands' }).fill('go to 0.5 s')
    await page.getByRole('option', { name: 'Go to 500 ms' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Commands' }).waitFor({ state: 'detached' })
    await page.keyboard.press('0')
  })

  test('finds rows as they are typed, and what was printed', async () => {
    await page.keyboard.press('Control+F')
    const field = page.getByRole('textbox', { name: 'Search rows and text' })
    await field.fill('thread-1')
    await rows.getByText('MainThread').waitFor({ state: 'detached' })
    await field.fill('9')
    const matches = page.getByRole('group', { name: 'Matches' })
    await matches.getByRole('button').nth(1).waitFor()
    await page.keyboard.press('Enter')
    await says(/Match 1 of/)
    await page.keyboard.press('Escape')
    await rows.getByText('MainThread').waitFor()
    await matches.waitFor({ state: 'detached' })
  })

  test('keeps notes with the run, and the order of rows with the demo, over a reload', async () => {
    await rows.focus()
    await page.keyboard.press('m')
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('the first item')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Text of the note' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Pin Thread-1' }).first().click({ force: true })
    await rows.getByText('Pinned').waitFor()
    await page.reload()
    await rows.getByText('Pinned').waitFor()
    await page.keyboard.press('n')
    const notes = page.getByRole('group', { name: 'Notes' })
    await notes.getByText('the first item').click()
    await notes.getByRole('button', { name: 'Remove this note' }).click()
    await notes.getByText('Nothing is noted yet.').waitFor()
  })

  test('is told by a table as well', async () => {
    await page.getByRole('button', { name: 'Table of what is in view' }).click()
    const table = page.getByRole('region', { name: 'Table of what is in view' })
    await table.getByRole('button', { name: 'MainThread' }).click()
    await table.getByRole('columnheader', { name: 'Length' }).waitFor()
    expect(await table.getByRole('row').count()).toBeGreaterThan(2)
    await table.getByRole('button', { name: 'Close the table' }).click()
  })
})
