import { EventEmitter } from 'node:events'
import type { WebContents } from './contents.ts'
import { protocol } from './scheme.ts'
import { chromium, observations } from './state.ts'

type RequestHandler = (
  contents: WebContents,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void
type CheckHandler = (
  contents: WebContents,
  permission: string,
  origin: string,
  details: object,
) => boolean

const handlers: { request?: RequestHandler; check?: CheckHandler } = {}

class Session extends EventEmitter {
  readonly protocol = protocol
  setPermissionRequestHandler(handler: RequestHandler): void {
    handlers.request = handler
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    handlers.check = handler
  }
  setDevicePermissionHandler(): void {}
}
export const session = { defaultSession: new Session() }

/** By Electron's name, with Chromium's where it differs. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  'clipboard-read': 'clipboard-read',
  midi: 'midi',
  'idle-detection': 'idle-detection',
  'storage-access': 'storage-access',
}

/** Chromium asks nobody over CDP: the handlers are asked before each load. Without one, Electron grants all. */
export async function applyPermissions(contents: WebContents, origin: string): Promise<void> {
  const details = { isMainFrame: true, requestingUrl: origin }
  for (const [permission, name] of Object.entries(PERMISSIONS)) {
    const checked = handlers.check?.(contents, permission, origin, details) ?? true
    const granted = await new Promise<boolean>((resolve) => {
      if (handlers.request === undefined) resolve(true)
      else handlers.request(contents, permission, resolve, details)
    })
    const setting = checked && granted ? 'granted' : 'denied'
    try {
      await chromium().root.send('Browser.setPermission', { permission: { name }, setting })
    } catch (error) {
      observations.faults.push(`permission ${permission}: ${String(error)}`)
    }
  }
}
