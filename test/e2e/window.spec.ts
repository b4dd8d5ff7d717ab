import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { host, launchApp, missing, titled, type LaunchedApp } from './harness.ts'

describe.skipIf(missing !== undefined)(titled('the window'), () => {
  let app: LaunchedApp

  beforeAll(async () => {
    app = await launchApp()
  })
  afterAll(async () => {
    await app.close()
  })

  test('opens and lists the programs of the note', async () => {
    const { page } = app
    await page.getByText('GIL countdown').first().waitFor()
    expect(await page.title()).toContain('Interleave')
    expect(await page.getByText('Lock contention').count()).toBeGreaterThan(0)
  })

  test('goes anywhere from the keyboard by what it is called', async () => {
    const { page } = app
    await page.keyboard.press('Control+Shift+P')
    await page.getByRole('combobox', { name: 'Commands' }).fill('open lock contention')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Lock contention' }).waitFor()
  })

  test('has neither Node nor anything of Electron in its page', async () => {
    const seen = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    )
    expect(seen).toEqual([])
  })
})

// A machine that is meant to have Electron must not pass by skipping.
if (host === 'electron' && process.env['INTERLEAVE_REQUIRE_ELECTRON'] === '1')
  test('Electron is there, as INTERLEAVE_REQUIRE_ELECTRON asks', () => {
    expect(missing).toBeUndefined()
  })
