/** Source, span and question move together, in a real run. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchApp, missing, titled, type LaunchedApp } from './harness.ts'

const choose = async (page: Page, entry: string, title: string) => {
  await page.getByRole('navigation', { name: 'Demos' }).getByText(entry, { exact: true }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}
const fill = async (page: Page, parameter: string, value: string) => {
  const field = page.getByRole('textbox', { name: new RegExp(`^${parameter}( |$)`) })
  await field.fill(value)
  await field.blur()
}
const run = async (page: Page) => {
  await page.getByRole('button', { name: /^Run( again)?( R)?$/ }).click()
  await page
    .locator('.outcome')
    .filter({ hasText: /Finished/ })
    .waitFor()
}

describe.skipIf(missing !== undefined)(titled('teaching'), () => {
  let app: LaunchedApp
  let page: Page

  beforeAll(async () => {
    app = await launchApp()
    page = app.page
  })
  afterAll(async () => {
    await app.close()
  })

  test('a word of the field in a demo’s text opens the glossary, and leads on', async () => {
    await choose(page, 'GIL countdown', 'GIL countdown')
    await page.getByRole('button', { name: 'switch interval' }).first().click()
    const glossary = page.getByRole('dialog', { name: 'Glossary' })
    await glossary.getByRole('heading', { name: 'Switch interval' }).waitFor()
    await glossary.getByRole('button', { name: 'Convoy effect' }).last().click()
    await glossary.getByRole('heading', { name: 'Convoy effect' }).waitFor()
    await glossary.getByRole('button', { name: 'Back', exact: true }).click()
    await glossary.getByRole('heading', { name: 'Switch interval' }).waitFor()
    await glossary.getByRole('searchbox').fill('lost upd')
    await glossary.getByRole('heading', { name: 'Lost update' }).waitFor()
    await page.keyboard.press('Escape')
    await glossary.waitFor({ state: 'detached' })
  })

  test('what is predicted is measured, and said beside it', async () => {
    await page.getByRole('button', { name: 'Clearly longer' }).click()
    await fill(page, 'Count', '400000')
    await fill(page, 'Repeats', '3')
    await run(page)
    await page.getByRole('tab', { name: 'Verdict' }).click()
    const answers = page.getByRole('group', { name: 'What you said, and what was measured' })
    await answers.getByText('You said:').waitFor()
    expect(await answers.textContent()).toMatch(
      /You said: clearly longer.*Measured: (clearly less|about the same|clearly longer)/,
    )
  })

  test('a line leads to its waits, and a span to its line', async () => {
    await choose(page, 'With a thread', 'Sender and receiver with a thread')
    await fill(page, 'Interval', '0.05')
    await run(page)
    await page.getByRole('tab', { name: 'Source' }).click()
    await page
      .getByRole('button', { name: /^Line \d+: Slept here 1\d times/ })
      .first()
      .click()
    const marked = page.locator('tr[aria-current="location"]')
    const chosen = await marked.textContent()
    expect(chosen).toMatch(/sleep\(/)
    await page.getByRole('button', { name: 'Next at this line' }).click()
    const inspector = page.getByRole('group', { name: 'Selected span' })
    await inspector
      .getByText(/program\.ts:\d+/)
      .first()
      .waitFor()
    expect(await marked.textContent()).toBe(chosen)
    await page.getByRole('tab', { name: 'Verdict' }).click()
    await inspector.getByRole('button', { name: 'Show in source' }).click()
    expect(await marked.textContent()).toBe(chosen)
  })
})
