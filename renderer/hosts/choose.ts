import { createElectronHost, electronBridge } from './electron.ts'
import type { Host } from './host.ts'
import { createWebHost } from './web.ts'

/**
 * The host of this page: the Electron bridge where the preload has made one, else the web host.
 * In development, `?host=fake` needs neither.
 */
export async function chooseHost(search: URLSearchParams): Promise<Host> {
  if (import.meta.env.DEV && search.get('host') === 'fake') {
    const { fakeHost } = await import('./fake.ts')
    return fakeHost(search)
  }
  const bridge = electronBridge()
  return bridge === undefined ? createWebHost() : createElectronHost(bridge)
}
