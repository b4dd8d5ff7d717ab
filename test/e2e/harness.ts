/**
 * Starts the built program as a user would see it, on the host that the vitest project names:
 * the same specs run in a browser, on the stand-in for Electron and on Electron itself.
 */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type BrowserContextOptions, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { findElectron, hasDisplay } from '../../build/find-electron.mjs'
import { launch as launchStandin } from '../electron-standin/launch.ts'
import { launchBrowser } from '../support/browser.ts'
import { serveWeb } from '../support/serve-web.ts'
import { until } from '../support/until.ts'

export type HostName = 'web' | 'standin' | 'electron'

declare module 'vitest' {
  interface ProvidedContext {
    readonly host: HostName
  }
}

export interface LaunchedApp {
  readonly host: HostName
  readonly page: Page
  /** Where this app writes its recordings; removed on close. */
  readonly recordings: string
  /** The host's folder for temporary files, its own; removed on close. */
  readonly temporary: string
  /** Does what saves a file, answers the dialog where there is one, and reads what was saved. */
  saved(act: () => Promise<void>): Promise<SavedFile>
  /** Does what lets the user choose a file, and chooses this one. */
  chosen(act: () => Promise<void>, path: string): Promise<void>
  /** Ends the host as its user would, and waits until it has gone. @returns its exit code. */
  close(): Promise<number | string | null>
}

export interface SavedFile {
  readonly name: string
  readonly bytes: Buffer
}

export interface AppOptions {
  /** Of the browser's context, in the web host: size, colour scheme, reduced motion. */
  readonly context?: BrowserContextOptions
  /** The folder with package.json and out/; default: this one. */
  readonly folder?: string
}

const root = resolve(import.meta.dirname, '../..')
export const host = inject('host')

/** Why this host cannot be had here; for `describe.skipIf`, and for its title. */
export const missing: string | undefined =
  host !== 'electron'
    ? undefined
    : findElectron() === undefined
      ? 'no Electron binary'
      : hasDisplay()
        ? undefined
        : 'no display'

/** Title of a suite: says why it is skipped, where it is. */
export const titled = (title: string): string =>
  missing === undefined ? title : `${title} (skipped: ${missing})`

/** @throws Error when the program does not start; says what it last wrote. */
export async function launchApp(options: AppOptions = {}): Promise<LaunchedApp> {
  const own = await mkdtemp(join(tmpdir(), 'interleave-e2e-'))
  const [recordings, temporary] = [join(own, 'recordings'), join(own, 'temporary')]
  await mkdir(temporary)
  const env = {
    INTERLEAVE_RECORDINGS: recordings,
    INTERLEAVE_DATA: join(own, 'data'),
    TMPDIR: temporary,
  }
  const starters = { web: startWeb, standin: startStandin, electron: startElectron }
  try {
    const { page, close, saved, chosen } = await starters[host](env, options)
    const closeAll = async () => {
      const code = await close()
      await rm(own, { recursive: true, force: true })
      return code
    }
    return { host, page, recordings, temporary, saved, chosen, close: closeAll }
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    throw error
  }
}

type Environment = Readonly<Record<string, string>>
type Started = Pick<LaunchedApp, 'page' | 'close' | 'saved' | 'chosen'>

async function startWeb(
  env: Environment,
  { context, folder = root }: AppOptions,
): Promise<Started> {
  const served = await serveWeb(folder, env)
  const browser = await launchBrowser()
  const page = await (await browser.newContext(context)).newPage()
  await page.goto(served.address)
  return {
    page,
    async saved(act) {
      const [download] = await Promise.all([page.waitForEvent('download'), act()])
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
    },
    async chosen(act, path) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), act()])
      await chooser.setFiles(path)
    },
    async close() {
      await browser.close()
      return served.close()
    },
  }
}

/** A dialog is answered with this file; what is written there is read back. */
async function throughDialog(
  { TMPDIR: temporary = '' }: Environment,
  answer: (filePath: string) => Promise<unknown>,
  act: () => Promise<void>,
): Promise<SavedFile> {
  const name = 'saved-by-test'
  const filePath = join(temporary, name)
  await answer(filePath)
  await act()
  await until('the file is written', () => existsSync(filePath))
  const bytes = await readFile(filePath)
  await rm(filePath)
  return { name, bytes }
}

async function startStandin(env: Environment, { folder = root }: AppOptions): Promise<Started> {
  const app = await launchStandin({ args: [join(folder, 'out/main/index.mjs')], env })
  const answer = (filePath: string) =>
    app.evaluate(({ standin }, given) => standin.answerDialog('showSaveDialog', given), {
      canceled: false,
      filePath,
    })
  return {
    page: await app.firstWindow(),
    saved: (act) => throughDialog(env, answer, act),
    async chosen(act, path) {
      await app.evaluate(({ standin }, given) => standin.answerDialog('showOpenDialog', given), {
        canceled: false,
        filePaths: [path],
      })
      await act()
    },
    async close() {
      await app.close()
      return app.exited
    },
  }
}

async function startElectron(env: Environment, { folder = root }: AppOptions): Promise<Started> {
  const executablePath = findElectron()
  if (executablePath === undefined) throw new Error('there is no Electron binary')
  // Without executablePath, Playwright would import electron and start its download.
  const app = await _electron.launch({
    executablePath,
    args: [folder, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, ...env } as Record<string, string>,
  })
  const exited = once(app.process(), 'exit') as Promise<[number | null, string | null]>
  const answer = (filePath: string) =>
    app.evaluate(({ dialog }, given) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: given })
    }, filePath)
  return {
    page: await app.firstWindow(),
    saved: (act) => throughDialog(env, answer, act),
    async chosen(act, path) {
      await app.evaluate(({ dialog }, given) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [given] })
      }, path)
      await act()
    },
    async close() {
      await app.close()
      const [code, signal] = await exited
      return code ?? signal
    },
  }
}
