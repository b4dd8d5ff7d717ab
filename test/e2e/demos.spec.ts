/** Every demo of the catalogue, run from the window with its `quick` parameters. */
import { readdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demos } from '../../main/demos/index.ts'
import type { RunSummary } from '../../main/run/contract.ts'
import { RECORDINGS_KEPT } from '../../main/run/recordings.ts'
import { until } from '../support/until.ts'
import { launchApp, missing, titled, type LaunchedApp } from './harness.ts'
import { pidsOf, processesOf } from './left-behind.ts'

const manifests = demos.map(({ manifest }) => manifest)

/** The catalogue's buttons say `title: summary`. */
const entries = (page: Page) =>
  page.getByRole('navigation', { name: 'Demos' }).locator('button[title]')

/** Nothing to compare with: a baseline takes as long again. */
async function alone(page: Page): Promise<void> {
  const compare = page.getByRole('button', { name: /^Compare: / })
  if ((await compare.getAttribute('aria-label')) === 'Compare: nothing') return
  await compare.click()
  const group = page.getByRole('group', { name: /^Compare .* with$/ })
  await group.waitFor()
  const checked = group.getByRole('checkbox', { checked: true })
  while ((await checked.count()) > 0) await checked.first().click()
  await compare.click()
  await group.waitFor({ state: 'hidden' })
}

describe.skipIf(missing !== undefined)(titled('every demo'), () => {
  let app: LaunchedApp
  let page: Page

  beforeAll(async () => {
    app = await launchApp()
    page = app.page
    await entries(page).first().waitFor()
  })
  afterAll(async () => {
    await app.close().catch(() => undefined)
  })

  test('that the window shows is run below, and no other', async () => {
    const shown = await entries(page).evaluateAll((buttons) =>
      buttons.map((button) => button.getAttribute('title')),
    )
    expect(shown).toEqual(manifests.map(({ title, summary }) => `${title}: ${summary}`))
  })

  test.each(manifests)('$id: finishes with a verdict', async ({ id, title, summary, quick }) => {
    await entries(page)
      .and(page.getByTitle(`${title}: ${summary}`, { exact: true }))
      .click()
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    await page.getByRole('button', { name: 'Quick', exact: true }).click()
    await alone(page)
    await page.getByRole('button', { name: /^Run( again)?( R)?$/ }).click()

    const outcome = page.locator('.outcome')
    await outcome.waitFor({ timeout: 90_000 })
    await page.getByRole('tab', { name: 'Verdict' }).click()
    const headline = await page.locator('.verdict h2').textContent()
    const saved = await app.saved(() =>
      page.getByRole('button', { name: 'Export summary as JSON' }).click(),
    )
    const { status, verdict } = JSON.parse(saved.bytes.toString()) as RunSummary
    expect(status.request).toMatchObject({ demo: id, repeats: 1, baseline: false })
    expect(status.request.parameters).toMatchObject(quick)
    expect(status.request.sweep ?? []).toEqual([])
    // A demo that is meant to show a failure ends it by itself, and its verdict says what it was.
    expect(status).toMatchObject({ state: 'finished', sections: 1, dropped: 0 })
    expect(verdict.headline).toBe(headline)
    expect(verdict.headline).not.toMatch(/^Nothing can be said/)
    expect(verdict.evidence.length).toBeGreaterThan(0)
    await until('its processes are gone', () => pidsOf(app.recordings, 'child.mjs').length === 0)
  })

  test('leaves one recording each, the newest of them, and nothing else once the window is closed', async () => {
    const recordings = await readdir(app.recordings)
    const kept = Math.min(manifests.length, RECORDINGS_KEPT)
    expect(recordings.filter((name) => name.endsWith('.ilv'))).toHaveLength(kept)
    expect(recordings).toHaveLength(kept)
    await app.close()
    await until('every process is gone', () => processesOf(app.recordings).length === 0)
    expect(await readdir(app.temporary).catch(() => [])).toEqual([])
  })
})
