/** Runs in "Electron Isolated Context" of every frame before the page does, and starts the preload. */
import { makeBridge, type Bridge } from './bridge.ts'
import { IpcRenderer } from './ipc-renderer.ts'
import { PageLink } from './link.ts'
import type { IsolatedParameters, SendToMain } from './parameters.ts'
import { trapBufferTransfers } from './port-trap.ts'

export function enterIsolatedWorld({ secret, files, runPreload }: IsolatedParameters): void {
  const binding = globalThis.standinSend
  if (binding === undefined) throw new Error('the stand-in has no way to its main process')
  Reflect.deleteProperty(globalThis, 'standinSend')
  const send: SendToMain = (message) => binding(JSON.stringify(message))

  const link = new PageLink(secret, send)
  trapBufferTransfers(
    (port) => link.leading.has(port),
    (text) => send({ op: 'fault', text }),
  )
  const ipcRenderer = new IpcRenderer(send, link)
  globalThis.standinReceive = (message) => {
    if (message.op === 'port' || message.op === 'port-close') link.receive(message)
    else ipcRenderer.receive(message)
  }

  const bridge = makeBridge(secret, 'isolated', 'main')
  bridge.serve('window-open', (url: string, name: string) => send({ op: 'window-open', url, name }))
  bridge.serve('fault', (text: string) => send({ op: 'fault', text }))
  document.addEventListener('securitypolicyviolation', (event) =>
    send({ op: 'violation', text: `${event.effectiveDirective} ${event.blockedURI}` }),
  )
  send({ op: 'hello', url: location.href })

  runPreload(
    requireIn({ contextBridge: contextBridge(bridge), ipcRenderer, webUtils: webUtils(files) }),
    (error) => {
      console.error('Unable to load preload script')
      console.error(error)
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      send({ op: 'preload-error', text })
    },
  )
}

function contextBridge(bridge: Bridge) {
  const bound = new Set<string>()
  return {
    exposeInMainWorld(key: string, api: unknown): void {
      if (bound.has(key)) {
        throw new Error('Cannot bind an API on top of an existing property on the window object')
      }
      bound.add(key)
      bridge.call('expose', [key, api])
    },
  }
}

/** Chromium knows where a dropped file lies, and does not tell: here all of them lie in one folder. */
const webUtils = (folder: string) => ({
  getPathForFile(file: unknown): string {
    if (!(file instanceof File)) throw new TypeError('getPathForFile needs a File')
    return folder === '' ? '' : `${folder}/${file.name}`
  },
})

/** A sandboxed preload has no Node: only `electron` can be required. */
const requireIn =
  (electron: object) =>
  (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return electron
    throw new Error(`module not found: ${name}`)
  }
