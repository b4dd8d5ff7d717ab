/**
 * Custom schemes. Chromium cannot be taught one from outside, so `app://bundle/x` as the app sees
 * it is `https://bundle.app.standin/x` as the page sees it, and every request passes through here.
 */
import { toApp } from './address.ts'
import type { Session } from './chromium.ts'
import { observations, state } from './state.ts'

export interface SchemePrivileges {
  readonly standard?: boolean
  readonly secure?: boolean
}
export type SchemeHandler = (request: Request) => Response | Promise<Response>

export const protocol = {
  registerSchemesAsPrivileged(
    schemes: readonly { readonly scheme: string; readonly privileges?: SchemePrivileges }[],
  ): void {
    if (state.ready) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    }
    for (const { scheme, privileges = {} } of schemes) state.schemes.set(scheme, privileges)
  },
  handle(scheme: string, handler: SchemeHandler): void {
    if (!state.ready) throw new Error('protocol.handle needs app to be ready')
    if (state.handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    state.handlers.set(scheme, handler)
  },
  unhandle: (scheme: string): void => void state.handlers.delete(scheme),
  isProtocolHandled: (scheme: string): boolean => state.handlers.has(scheme),
}

/** A request as Chromium holds it back (`Fetch.requestPaused`). */
export interface PausedRequest {
  readonly requestId: string
  readonly request: {
    readonly url: string
    readonly method: string
    readonly headers: object
    readonly postData?: string
  }
}

const LOOPBACK = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/

/** Answers one paused request: from the app's handler, from a test's foreign page, or not at all. */
export async function answerRequest(session: Session, paused: PausedRequest): Promise<void> {
  const { requestId, request } = paused
  const url = toApp(request.url)
  observations.requests.push(url)
  const scheme = url.slice(0, url.indexOf(':'))
  const handler = state.handlers.get(scheme)
  const foreign = state.foreign.get(url)
  if (handler === undefined && foreign === undefined) {
    if (/^(data|blob|about):/.test(url) || LOOPBACK.test(url)) {
      await session.send('Fetch.continueRequest', { requestId })
      return
    }
    observations.refused.push(url)
    await session.send('Fetch.failRequest', { requestId, errorReason: 'NameNotResolved' })
    return
  }
  let response: Response
  try {
    response =
      foreign === undefined && handler !== undefined
        ? await handler(requestFor(url, paused))
        : foreignPage(foreign ?? '')
  } catch (error) {
    observations.faults.push(`protocol handler for ${url}: ${String(error)}`)
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
    return
  }
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  })
}

/** Framed by a page that isolates itself, a foreign page must agree to it. */
const foreignPage = (html: string): Response =>
  new Response(html, {
    headers: {
      'content-type': 'text/html',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
    },
  })

function requestFor(url: string, { request }: PausedRequest): Request {
  const headers = Object.entries(request.headers as Record<string, string>).filter(
    ([name]) => !/^(sec-|user-agent|upgrade)/i.test(name),
  )
  return new Request(url, {
    method: request.method,
    headers,
    ...(request.postData !== undefined && { body: request.postData }),
  })
}
