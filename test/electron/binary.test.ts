/** The built app on Electron itself, where its binary and a display can be had: what the stand-in cannot prove. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findElectron, hasDisplay } from '../../build/find-electron.mjs'
import { PAGE_HEADERS } from '../../main/run/page-headers.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const binary = findElectron()
const missing =
  binary === undefined ? 'no Electron binary' : hasDisplay() ? undefined : 'no display'

describe.skipIf(missing !== undefined)(
  `the app on Electron itself${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder = ''
    let app: ElectronApplication
    let page: Page

    beforeAll(async () => {
      // Without executablePath, Playwright would import electron and start its download.
      if (binary === undefined) throw new Error('no Electron binary')
      folder = mkdtempSync(join(tmpdir(), 'interleave-binary-'))
      app = await _electron.launch({
        executablePath: binary,
        args: [ROOT, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
        env: { ...process.env, INTERLEAVE_RECORDINGS: folder },
      })
      page = await app.firstWindow()
    })
    afterAll(async () => {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('shows its page from the scheme, with the policy', async () => {
      expect(await page.evaluate(() => [location.href, window.origin])).toEqual([
        'app://bundle/index.html',
        'app://bundle',
      ])
      const headers = await page.evaluate(async () =>
        Object.fromEntries((await fetch('/index.html')).headers),
      )
      expect(headers).toMatchObject(PAGE_HEADERS)
    })

    test('has a sandboxed, isolated window', async () => {
      const preferences = await app.evaluate(({ BrowserWindow }) => {
        // It exists, but Electron's types leave it out.
        const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
          getLastWebPreferences(): object
        }
        return contents.getLastWebPreferences()
      })
      expect(preferences).toMatchObject({
        ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true },
        ...{ webviewTag: false },
      })
      const globals = () => [typeof require, typeof process, typeof module]
      expect(await page.evaluate(globals)).toEqual(Array(3).fill('undefined'))
    })

    test('refuses other places, windows and permissions', async () => {
      const answers = await page.evaluate(async () => ({
        opened: window.open('https://popup.test/'),
        geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
      }))
      expect(answers).toEqual({ opened: null, geolocation: 'denied' })
      await page.evaluate(() => {
        location.href = 'https://elsewhere.test/'
      })
      expect(await page.evaluate(() => location.href)).toBe('app://bundle/index.html')
    })
  },
)
