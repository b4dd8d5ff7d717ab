import { app, type BrowserWindow } from 'electron'
import type { ProcessEntries, ProcessLauncher } from '../run/process.ts'
import type { RunService } from '../run/service.ts'
import { ChosenFiles } from './choose.ts'
import { sendCommand, sendOpened, serveBridge } from './ipc.ts'
import { createLauncher } from './launcher.ts'
import { installMenu } from './menu.ts'
import { isScript, OutsideFiles } from './open.ts'
import { registerPageScheme, servePage } from './page.ts'
import { openWindow, refuseTheRest } from './window.ts'

export interface ApplicationParts {
  /** Absolute paths of what was built. */
  readonly page: string
  readonly preload: string
  readonly entries: ProcessEntries
  createService(launcher: ProcessLauncher): RunService
}

/** Called once, at the top of the entry: what must come before `ready` does. */
export function startApplication(parts: ApplicationParts): void {
  // Two at once would share recordings, and two runs disturb each other's measurements.
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  registerPageScheme()
  const files = new OutsideFiles()
  app.once('ready', () => open(parts, files))
  // On macOS too: without its window the app has nothing to show, and a run should not go on unseen.
  app.on('window-all-closed', () => app.quit())
}

function open(parts: ApplicationParts, files: OutsideFiles): void {
  refuseTheRest()
  servePage(parts.page)
  const service = parts.createService(createLauncher(parts.entries))
  endRunsBeforeQuit(service)
  const window = openWindow(parts.preload)
  const chosen = new ChosenFiles(window, service)
  serveBridge(window, service, chosen)
  installMenu((command) => sendCommand(window, command))
  app.on('second-instance', () => bringForward(window))
  const loaded = new Promise<void>((resolve) => {
    window.webContents.once('did-finish-load', () => resolve())
  })
  files.handTo((path) => {
    if (isScript(path)) {
      chosen.scriptFromOutside(path)
      // It asks for the script then.
      void loaded.then(() => {
        sendCommand(window, 'open-script')
        bringForward(window)
      })
      return
    }
    void service.open(path).then(async (opened) => {
      await loaded
      sendOpened(window, opened)
      bringForward(window)
    })
  })
}

/** Quitting waits, after the window has gone, until no process of a run is left. */
function endRunsBeforeQuit(service: RunService): void {
  let ended = false
  app.on('will-quit', (event) => {
    if (ended) return
    event.preventDefault()
    void service.dispose().finally(() => {
      ended = true
      app.quit()
    })
  })
}

function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.focus()
}
