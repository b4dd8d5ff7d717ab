/**
 * Who may speak to the web host: pages of other sites, pages that had their name resolved to this
 * machine, and other programs without the token may not.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, as 64 hexadecimal digits. */
export const newToken = (): string => randomBytes(32).toString('hex')

/** In constant time, whatever the lengths. */
export const sameSecret = (given: string, secret: string): boolean =>
  timingSafeEqual(digest(given), digest(secret))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** As browsers write them: without the port where it is the scheme's own. */
const hosts = (port: number): readonly string[] =>
  ['127.0.0.1', 'localhost'].map((name) => (port === 80 ? name : `${name}:${port}`))

/** The Host header: a name that an attacker made resolve to this machine is not one of ours. */
export const isOwnHost = (host: string | undefined, port: number): boolean =>
  host !== undefined && hosts(port).includes(host)

/** The Origin header: browsers send it with every WebSocket and every request that changes something. */
export const isOwnOrigin = (origin: string | undefined, port: number): boolean =>
  origin !== undefined && hosts(port).some((host) => origin === `http://${host}`)

/** `Authorization: Bearer …`; undefined when there is none. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer ([0-9a-f]{64})$/.exec(authorization ?? '')?.[1]

/** The WebSocket subprotocol that is agreed on; the token is offered beside it and never echoed. */
export const SUBPROTOCOL = 'interleave'
const TOKEN_PREFIX = 'token.'

/** A browser can set no header on a WebSocket but this one: `interleave, token.…`. */
export const subprotocolToken = (header: string | undefined): string | undefined => {
  const offered = (header ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(SUBPROTOCOL)) return undefined
  return offered.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length)
}
