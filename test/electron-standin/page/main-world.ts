/** Runs in the page's own world before anything of the page: the far end of contextBridge, window.open, the port trap. */
import { makeBridge } from './bridge.ts'
import { trapBufferTransfers } from './port-trap.ts'

export function enterMainWorld({ secret }: { readonly secret: string }): void {
  const bridge = makeBridge(secret, 'main', 'isolated')
  bridge.serve('expose', (key: string, api: unknown) => {
    if (key in window) {
      throw new Error('Cannot bind an API on top of an existing property on the window object')
    }
    Object.defineProperty(window, key, { value: api, enumerable: true })
  })
  const later = (name: string, ...given: unknown[]): void =>
    queueMicrotask(() => {
      try {
        bridge.call(name, given)
      } catch {
        // A frame without the other world.
      }
    })

  window.open = (url = '', name = '') => {
    later('window-open', new URL(url, location.href).href, name)
    return null
  }
  // A port that came in a window message is taken to lead to another process (see README).
  const arrived = new WeakSet<MessagePort>()
  addEventListener(
    'message',
    (event) => {
      for (const port of event.ports) arrived.add(port)
    },
    true,
  )
  trapBufferTransfers(
    (port) => arrived.has(port),
    (text) => later('fault', text),
  )
}
