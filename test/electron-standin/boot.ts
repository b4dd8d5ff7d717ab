/** What the binary does: loads the entry, becomes ready, and gives a test its hand inside (launch.ts). */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, becomeReady } from './app.ts'
import { answerDialog } from './desktop.ts'
import electron from './electron.ts'
import { callFromForeignFrame, callFromForeignPage } from './hostile.ts'
import type { FromStandin, ToStandin } from './remote.ts'
import { chromium, observations, state } from './state.ts'

/** What a function given to `evaluate` gets beside Electron's modules. */
const standin = { state, observations, answerDialog, callFromForeignFrame, callFromForeignPage }
export type EvaluateModules = typeof electron & { readonly standin: typeof standin }

export async function boot(): Promise<void> {
  const [program = '', , given, ...rest] = process.argv
  if (given === undefined) throw new Error('usage: node main.mjs <entry> [arguments]')
  const entry = resolve(given)
  process.argv = [program, entry, ...rest]
  Object.defineProperty(process.versions, 'electron', { value: '45.0.0-standin', enumerable: true })
  Object.assign(process, { type: 'browser', resourcesPath: process.cwd() })
  reportUncaught()
  serveTest()
  await import(pathToFileURL(entry).href)
  await becomeReady()
}

/** Electron shows a box for an uncaught exception in main and goes on; a rejection is a warning. */
function reportUncaught(): void {
  const report = (what: string) => (error: unknown) => {
    console.error(what, error)
    observations.faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
  process.on('uncaughtException', report('uncaught exception'))
  process.on('unhandledRejection', report('unhandled rejection'))
}

function serveTest(): void {
  const nativeSend = process.send?.bind(process)
  if (nativeSend === undefined) return
  const send = (message: FromStandin): void => void nativeSend(message)
  process.on('message', ({ id, source, argument }: ToStandin) => {
    void evaluate(source, argument).then(
      (value) => send({ type: 'value', id, value }),
      (error: unknown) =>
        send({ type: 'error', id, message: error instanceof Error ? (error.stack ?? '') : '' }),
    )
  })
  state.bus.once('window', (window) => {
    void window.webContents.attached.then(() =>
      send({ type: 'window', debuggerUrl: chromium().debuggerUrl() }),
    )
  })
  // The test is gone.
  process.once('disconnect', () => void app.exit(0))
  Object.assign(process, { send: undefined })
}

/** As Playwright does it: the function's text crosses, so it sees nothing of where it was written. */
async function evaluate(source: string, argument: unknown): Promise<unknown> {
  const run = (0, eval)(`(${source})`) as (modules: EvaluateModules, argument: unknown) => unknown
  return run({ ...electron, standin }, argument)
}
