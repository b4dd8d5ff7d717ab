/** Addresses of custom schemes: as the app says them, and as Chromium is told them. */
import { state } from './state.ts'

const SUFFIX = 'standin'

/** @throws Error for a scheme that was not registered as a standard one */
export function toPage(url: string): string {
  const [, scheme = '', host = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
  const privileges = state.schemes.get(scheme)
  if (privileges === undefined) return url
  if (privileges.standard !== true) {
    throw new Error(
      `${scheme}: is not registered as a standard scheme; relative URLs would not work`,
    )
  }
  return `${privileges.secure === true ? 'https' : 'http'}://${host}.${scheme}.${SUFFIX}${rest}`
}

export function toApp(url: string): string {
  const found = /^https?:\/\/([^/?#]*)\.([a-z0-9+-]+)\.standin(?=[/?#]|$)(.*)$/i.exec(url)
  return found === null ? url : `${found[2]}://${found[1]}${found[3]}`
}

/** As WebFrameMain.origin: `app://bundle` where `new URL` says "null". */
export const originOf = (url: string): string =>
  /^[a-z0-9+-]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? 'null'
