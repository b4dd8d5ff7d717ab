/** The shell as it ships (window, page, bridge, ports, menu, dialogs, processes) through the stand-in. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PAGE_HEADERS } from '../../main/run/page-headers.ts'
import type { StandinApplication } from '../electron-standin/launch.ts'
import { until } from '../support/until.ts'
import { ORDERS } from './app/orders.ts'
import { buildTestApp, filesIn, isAlive, startRun, startTestApp } from './support.ts'

let folder = ''
let app: StandinApplication
let page: Page

beforeAll(async () => {
  folder = await buildTestApp()
  ;({ app, page } = await startTestApp(folder))
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const stopRuns = (): Promise<unknown> =>
  page.evaluate(async () => {
    for (const { id } of await host.runs()) await host.stop(id)
  })
const processes = (): Promise<{ name: string; pid: number | undefined }[]> =>
  app.evaluate(({ standin }) =>
    [...standin.state.utilities].map(({ serviceName, pid }) => ({ name: serviceName, pid })),
  )

describe('the window', () => {
  test('is sandboxed, isolated and without Node', async () => {
    const { preferences, options } = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      const { width, height, minWidth, minHeight, show } = window?.options ?? {}
      return {
        preferences: window?.webContents.getLastWebPreferences(),
        options: { width, height, minWidth, minHeight, show },
      }
    })
    expect(preferences).toEqual({
      preload: join(folder, 'preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    })
    expect(options).toEqual({
      ...{ width: 1280, height: 800, minWidth: 1024, minHeight: 640, show: false },
    })
    const globals = () => [typeof require, typeof process, typeof module, typeof Buffer]
    expect(await page.evaluate(globals)).toEqual(Array(4).fill('undefined'))
  })

  test('is shown once it has something to show', async () => {
    const visible = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false)
    await until('the window is visible', visible)
  })

  test('exposes this bridge and nothing else', async () => {
    const members = await page.evaluate(() => {
      const { interleave } = window as unknown as { interleave: Record<string, unknown> }
      return {
        kinds: Object.entries(interleave).map(([name, value]) => `${name}: ${typeof value}`),
        frozen: Object.isFrozen(interleave),
      }
    })
    expect(members).toEqual({
      kinds: [
        'kind: string',
        ...['catalogue', 'runs', 'start', 'interpreters', 'addInterpreter'].map(
          (name) => `${name}: function`,
        ),
        ...['ownDemos', 'useOwnDemos', 'forgetOwnDemos', 'chooseScript'].map(
          (name) => `${name}: function`,
        ),
        ...['recordings', 'openRecording', 'openFile'].map((name) => `${name}: function`),
        ...['onOpened', 'guests', 'openGuest', 'closeGuest'].map((name) => `${name}: function`),
        ...['stop', 'attach', 'save', 'onCommand'].map((name) => `${name}: function`),
      ],
      frozen: true,
    })
  })

  test('loaded nothing but its own page, without a fault or a violation', async () => {
    const { requests, faults, pageErrors, violations } = await app.observations()
    expect(requests).toContain('app://bundle/index.html')
    expect(requests.filter((url) => !url.startsWith('app://bundle/'))).toEqual([])
    expect({ faults, pageErrors, violations }).toEqual({
      ...{ faults: [], pageErrors: [], violations: [] },
    })
  })
})

describe('the page', () => {
  test('is answered with a policy that allows its own scripts only', async () => {
    const headers = await page.evaluate(async () =>
      Object.fromEntries((await fetch('/index.html')).headers),
    )
    expect(headers).toMatchObject(PAGE_HEADERS)
    const policy = PAGE_HEADERS['content-security-policy'] ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/)
  })

  test('cannot run inline script, nor text as code', async () => {
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script')
      const refused: string[] = []
      try {
        script.text = 'window.ranInline = true'
        document.head.append(script)
      } catch (error) {
        refused.push(String(error))
      }
      const elsewhere = await fetch('https://elsewhere.test/').catch((error: unknown) =>
        String(error),
      )
      return { inline: 'ranInline' in window, refused, elsewhere }
    })
    expect(ran).toMatchObject({ inline: false, elsewhere: 'TypeError: Failed to fetch' })
    // They are told of after the script has gone on.
    for (const violated of ['require-trusted-types-for', 'connect-src https://elsewhere.test'])
      await until(`${violated} is told of`, async () =>
        (await app.observations()).violations.join('\n').includes(violated),
      )
  })

  test.each(['/..%2f..%2fmain%2findex.mjs', '/%2e%2e/main/index.mjs', '/none.html', '/assets'])(
    'has no file %s',
    async (path) => {
      expect(await page.evaluate(async (url) => (await fetch(url)).status, path)).toBe(404)
    },
  )

  test('stays where it is, opens no window and gets no permission', async () => {
    const answers = await page.evaluate(async () => ({
      opened: window.open('https://popup.test/'),
      geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notifications: (await navigator.permissions.query({ name: 'notifications' })).state,
    }))
    expect(answers).toEqual({ opened: null, geolocation: 'denied', notifications: 'denied' })
    await page.evaluate(() => {
      location.href = 'https://elsewhere.test/'
    })
    await until('the navigation was refused', async () =>
      (await app.observations()).refused.includes('https://elsewhere.test/'),
    )
    const url = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
    )
    expect(url).toBe('app://bundle/index.html')
    expect((await app.observations()).refused).toContain('https://popup.test/')
  })
})

describe('a run', () => {
  afterEach(stopRuns)

  test('is refused in words when the request makes no sense', async () => {
    const refused = await page.evaluate(() =>
      host.start({ demo: 'none', variant: '', parameters: {}, repeats: 1, baseline: false }),
    )
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'usage' } })
  })

  test('carries bytes both ways over its port, which the sender keeps', async () => {
    const run = await startRun(page)
    const outcome = await page.evaluate(async (id) => {
      const port = await host.attach(id)
      const sent = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251 || 200)
      const back = new Promise<Uint8Array>((resolve) => void port.onMessage(resolve))
      port.send(sent)
      const got = await back
      port.dispose()
      return {
        kept: sent.length,
        got: got.length,
        same: got.every((byte, at) => byte === sent[at]),
      }
    }, run)
    expect(outcome).toEqual({ kept: 300_000, got: 300_000, same: true })
  })

  test('can be attached to twice, and each port gets its own answers', async () => {
    const run = await startRun(page)
    const answers = await page.evaluate(async (id) => {
      const ask = async (text: number): Promise<number | undefined> => {
        const port = await host.attach(id)
        const back = new Promise<Uint8Array>((resolve) => void port.onMessage(resolve))
        port.send(Uint8Array.of(text))
        return (await back)[0]
      }
      return Promise.all([ask(100), ask(101)])
    }, run)
    expect(answers).toEqual([100, 101])
  })

  test('that does not exist cannot be attached to', async () => {
    await expect(page.evaluate(() => host.attach('none'))).rejects.toThrow(/no run none/)
    await expect(page.evaluate(() => host.stop(7 as unknown as string))).rejects.toThrow(/run must/)
  })

  test('whose process dies closes its ports and says how it ended', async () => {
    const run = await startRun(page)
    await page.evaluate(
      async ({ id, order }) => {
        const port = await host.attach(id)
        const closed = new Promise<void>((resolve) => void port.onClose(resolve))
        port.send(Uint8Array.of(order, 3))
        await closed
      },
      { id: run, order: ORDERS.exit },
    )
    await until('the run has failed', async () => (await status()).state === 'failed')
    expect((await status()).failure?.headline).toContain('exit code 3')
  })

  test('forks its children through main, and they end with it', async () => {
    const run = await startRun(page)
    await page.evaluate(
      async ({ id, order }) => (await host.attach(id)).send(Uint8Array.of(order)),
      { id: run, order: ORDERS.spawn },
    )
    await until(
      'two processes run',
      async () => (await processes()).every(({ pid }) => pid) && (await processes()).length === 2,
    )
    const pids = (await processes()).map(({ pid }) => pid ?? 0)
    expect((await processes()).map(({ name }) => name)).toEqual([
      'Interleave runner',
      'Interleave child',
    ])
    await page.evaluate(
      async ({ id, order }) => (await host.attach(id)).send(Uint8Array.of(order)),
      { id: run, order: ORDERS.kill },
    )
    await until('no process is left', () => pids.every((pid) => !isAlive(pid)))
    expect((await status()).state).toBe('failed')
  })

  test('outlives a reload of the window, which finds it again', async () => {
    const run = await startRun(page)
    await page.reload()
    expect(await page.evaluate(async () => (await host.runs()).map(({ id }) => id))).toEqual([run])
    const echoed = await page.evaluate(async (id) => {
      const port = await host.attach(id)
      const back = new Promise<Uint8Array>((resolve) => void port.onMessage(resolve))
      port.send(Uint8Array.of(99))
      return (await back)[0]
    }, run)
    expect(echoed).toBe(99)
    const loaded = page.waitForEvent('load')
    await page.evaluate(() => location.reload())
    await loaded
    expect(await page.evaluate(async () => (await host.runs()).length)).toBe(1)
  })

  const status = () =>
    page.evaluate(async () => {
      const [run] = await host.runs()
      if (run === undefined) throw new Error('no run')
      return run.status
    })
})

describe('saving a file', () => {
  const save = (name: string) =>
    page.evaluate(
      (file) =>
        host.save({ name: file, type: 'text/plain', bytes: new TextEncoder().encode('figures') }),
      name,
    )
  const answer = (filePath: string, canceled = false) =>
    app.evaluate(({ standin }, given) => standin.answerDialog('showSaveDialog', given), {
      filePath,
      canceled,
    })

  test('writes where the dialog says, whole, and leaves nothing else there', async () => {
    const target = join(folder, 'exports')
    mkdirSync(target)
    await answer(join(target, 'chosen.csv'))
    expect(await save('../../suggested.csv')).toEqual({
      ...{ outcome: 'saved', where: join(target, 'chosen.csv') },
    })
    expect(readFileSync(join(target, 'chosen.csv'), 'utf8')).toBe('figures')
    expect(filesIn(target)).toEqual(['chosen.csv'])
    // Of the suggested name only a file name is used.
    const { options } = (await app.observations()).dialogs.at(-1) ?? {}
    expect(options).toMatchObject({
      defaultPath: expect.stringMatching(/[\\/][^\\/]*[\\/]suggested\.csv$/) as string,
      filters: [{ name: 'CSV', extensions: ['csv'] }],
    })
  })

  test('that is cancelled writes nothing', async () => {
    await answer('', true)
    expect(await save('a.csv')).toEqual({ outcome: 'cancelled' })
  })

  test('that fails names the path and the code', async () => {
    const path = join(folder, 'none', 'a.csv')
    await answer(path)
    expect(await save('a.csv')).toEqual({
      ...{ outcome: 'failed', message: `${path} was not written: ENOENT.` },
    })
  })

  test('of anything but bytes is refused', async () => {
    const wrong = () => host.save({ name: 'a', type: 'b', bytes: 'text' as never })
    await expect(page.evaluate(wrong)).rejects.toThrow(/a file must hold/)
  })
})

describe('the menu', () => {
  test('sends its commands to the page', async () => {
    const clicked = await app.evaluate(({ Menu }) => {
      const ids = ['run', 'stop', 'open', 'open-script', 'search', 'keys', 'export', 'toggle-theme']
      for (const id of ids) Menu.getApplicationMenu()?.getMenuItemById(id)?.click()
      return ids
    })
    await until('the commands arrived', async () =>
      page.evaluate((count) => commands.length === count, clicked.length),
    )
    expect(await page.evaluate(() => commands)).toEqual(clicked)
  })

  test('leaves single keys to the page', async () => {
    const accelerators = await app.evaluate(({ Menu }) => {
      const found: string[] = []
      const walk = (
        menu: { items: { submenu?: unknown; accelerator?: string }[] } | null,
      ): void => {
        for (const item of menu?.items ?? []) {
          if (item.accelerator !== undefined) found.push(item.accelerator)
          walk((item.submenu as typeof menu) ?? null)
        }
      }
      walk(Menu.getApplicationMenu())
      return found
    })
    expect(accelerators).toHaveLength(8)
    for (const accelerator of accelerators) expect(accelerator).toMatch(/^CommandOrControl\+/)
    expect(new Set(accelerators).size).toBe(accelerators.length)
  })
})
