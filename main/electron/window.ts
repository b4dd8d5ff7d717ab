import { app, BrowserWindow, dialog, nativeTheme, session } from 'electron'
import { PAGE_URL } from './page.ts'

/** The ground of the page in either theme (renderer/theme), shown until the page has drawn itself. */
const GROUND = { dark: '#12161c', light: '#ffffff' }

/**
 * Opens the one window on the page.
 *
 * @param preload Absolute path of the built preload.
 */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Interleave',
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    webPreferences: {
      preload,
      // Per window: app.enableSandbox() would undo the --no-sandbox that root cannot start without.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') void offerReload(window, details.reason)
  })
  void window.loadURL(PAGE_URL)
  return window
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window stopped working.',
    detail: `Its process ended (${reason}). Runs go on, and a reloaded window finds them again.`,
    buttons: ['Reload', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) window.reload()
  else app.quit()
}

/**
 * Refuses what the page never needs, in every web contents of the app: other windows, other
 * places, embedded pages, permissions.
 */
export function refuseTheRest(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-frame-navigate', (event) => {
      const isReload = event.isMainFrame && event.url === PAGE_URL
      if (!isReload) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.setDevicePermissionHandler(() => false)
}
