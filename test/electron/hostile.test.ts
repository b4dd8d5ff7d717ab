/** What a foreign page or frame tries, and mistakes made on purpose: each must be caught. */
import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callChannel, PORT_MESSAGE, type CallName } from '../../preload/bridge.ts'
import type { StandinApplication } from '../electron-standin/launch.ts'
import { until } from '../support/until.ts'
import {
  buildTestApp,
  isAlive,
  startRun,
  startTestApp,
  withBrokenApp,
  type Change,
} from './support.ts'

const CHANNEL = callChannel('runs')
const NO_SANDBOX = 'webPreferences.sandbox must be true'
const REFUSAL = 'refused: Error: refused: not the main frame of the app'

/** An iframe of another origin, past the policy and the navigation check that keep it out. */
const callFromFrame = (app: StandinApplication) =>
  app.evaluate(async ({ BrowserWindow, standin }, channel) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) throw new Error('no window')
    window.webContents.removeAllListeners('will-frame-navigate')
    return standin.callFromForeignFrame(window, 'https://foreign.test/', channel)
  }, CHANNEL)

const callFromPage = (app: StandinApplication, called: string = CHANNEL) =>
  app.evaluate(({ BrowserWindow, standin }, channel) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) throw new Error('no window')
    return standin.callFromForeignPage(window, 'https://foreign.test/', channel)
  }, called)

/** Every one that there is: a new one is not forgotten, because the compiler asks for it. */
const CALLS: Readonly<Record<CallName, true>> = {
  ...{ catalogue: true, runs: true, start: true, stop: true, attach: true, save: true },
  ...{ interpreters: true, addInterpreter: true, chooseScript: true },
  ...{ ownDemos: true, useOwnDemos: true, forgetOwnDemos: true },
  ...{ recordings: true, openRecording: true, openDropped: true },
  ...{ guests: true, openGuest: true, closeGuest: true },
}

describe('the shell as it ships', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await buildTestApp()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const withApp = async (
    use: (app: StandinApplication, page: Page) => Promise<void>,
    options: { bypassCSP?: boolean } = {},
  ): Promise<void> => {
    const { app, page } = await startTestApp(folder, options)
    try {
      await use(app, page)
    } finally {
      await app.close()
    }
  }

  test('loads no foreign frame', () =>
    withApp(async (app) => {
      await expect(callFromFrame(app)).rejects.toThrow('the foreign frame was not loaded')
    }))

  test('refuses the calls of a foreign frame that was loaded all the same', () =>
    withApp(async (app) => expect(await callFromFrame(app)).toBe(REFUSAL), { bypassCSP: true }))

  test('refuses the calls of a foreign page in its window', () =>
    withApp(async (app) => {
      for (const name of Object.keys(CALLS) as CallName[])
        expect(await callFromPage(app, callChannel(name)), name).toBe(REFUSAL)
      expect((await app.observations()).dialogs).toEqual([])
    }))

  test('takes a port only with the nonce it asked with, from its own window', () =>
    withApp(async (_app, page) => {
      const attached = await page.evaluate(async (type) => {
        const { port1 } = new MessageChannel()
        window.postMessage({ type, nonce: 'guessed' }, '*', [port1])
        return host.attach('none').then(
          () => 'attached',
          (error: unknown) => String(error),
        )
      }, PORT_MESSAGE)
      expect(attached).toMatch(/no run none/)
    }))

  test('a second start brings the first window forward and ends', () =>
    withApp(async (app) => {
      const userData = await app.evaluate(({ app: electronApp, BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows()
        window?.minimize()
        return electronApp.getPath('userData')
      })
      const second = startTestApp(folder, { env: { STANDIN_USER_DATA: userData } })
      await expect(second).rejects.toThrow('the app ended with 0')
      await until('the window is no longer minimised', () =>
        app.evaluate(
          ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false,
        ),
      )
    }))

  test('closing the window ends every run, then quits', () =>
    withApp(async (app, page) => {
      await startRun(page)
      const pids = await app.evaluate(({ standin }) =>
        [...standin.state.utilities].map(({ pid }) => pid ?? 0),
      )
      expect(pids).toHaveLength(1)
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      expect(await app.exited).toBe(0)
      expect(pids.filter(isAlive)).toEqual([])
    }))
})

describe('broken on purpose', () => {
  const ipc = 'main/electron/ipc.ts'
  const window = 'main/electron/window.ts'
  const preload = 'preload/index.ts'
  const unchecked: Change = {
    file: ipc,
    from: 'answer(trustedFrame(window, event)',
    to: '[trustedFrame].length && answer(event.senderFrame',
  }

  test('without the sender check a foreign frame is answered', () =>
    withBrokenApp(
      [unchecked],
      async ({ app }) => expect(await callFromFrame(app)).toBe('answered'),
      { bypassCSP: true },
    ))

  test('without the sender check a foreign page is answered', () =>
    withBrokenApp([unchecked], async ({ app }) => expect(await callFromPage(app)).toBe('answered')))

  test('an origin read with new URL() refuses the page itself', () =>
    withBrokenApp(
      [{ file: ipc, from: 'has(frame.origin)', to: 'has(new URL(frame.url).origin)' }],
      async ({ page }) =>
        expect(page.evaluate(() => host.runs())).rejects.toThrow(/not the main frame/),
    ))

  test('a window without a sandbox is not opened', () =>
    expect(
      withBrokenApp(
        [{ file: window, from: 'sandbox: true', to: 'sandbox: false' }],
        () => Promise.resolve(),
        { refusal: NO_SANDBOX },
      ),
    ).rejects.toThrow(NO_SANDBOX))

  test('a preload that wants Node does not start', () =>
    withBrokenApp(
      [
        {
          file: preload,
          from: 'const bridge',
          to: "globalThis.fs = require('node:fs')\nconst bridge",
        },
      ],
      async ({ app }) =>
        expect((await app.observations()).faults.join()).toContain('module not found: node:fs'),
    ))

  test('without permission handlers everything is granted', () =>
    withBrokenApp(
      [
        { file: window, from: 'defaultSession.setPermissionRequestHandler', to: 'void' },
        { file: window, from: 'defaultSession.setPermissionCheckHandler', to: 'void' },
      ],
      async ({ page }) => {
        const ask = async () => (await navigator.permissions.query({ name: 'geolocation' })).state
        expect(await page.evaluate(ask)).toBe('granted')
      },
    ))

  test('a port handed through contextBridge arrives as an empty object', () =>
    withBrokenApp(
      [
        {
          file: preload,
          from: 'contextBridge.exposeInMainWorld(BRIDGE, bridge)',
          to: 'contextBridge.exposeInMainWorld(BRIDGE, { ...bridge, port: () => new MessageChannel().port1 })',
        },
      ],
      async ({ page }) => {
        const members = await page.evaluate(() => {
          const { port } = (globalThis as unknown as { interleave: { port(): MessagePort } })
            .interleave
          const got = port()
          return [Object.keys(got), typeof got.start]
        })
        expect(members).toEqual([[], 'undefined'])
      },
    ))

  test('a buffer in the transfer list of a port loses the message', () =>
    withBrokenApp(
      [
        {
          file: 'renderer/hosts/electron.ts',
          from: 'this.#port.postMessage(message)',
          to: 'this.#port.postMessage(message, [message.buffer])',
        },
      ],
      async ({ app, page }) => {
        const run = await startRun(page)
        await page.evaluate(async (id) => (await host.attach(id)).send(Uint8Array.of(100)), run)
        await until('the loss was noticed', async () =>
          (await app.observations()).faults.some((fault) => fault.includes('electron#34905')),
        )
      },
    ))
})
