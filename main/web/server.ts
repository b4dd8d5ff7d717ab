/**
 * The web host's server: the page, its requests, and the data of runs, for this machine's user
 * alone. It listens on 127.0.0.1 only; see guard.ts for who may speak to it.
 */
import { createReadStream } from 'node:fs'
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { PAGE_HEADERS } from '../run/page-headers.ts'
import type { RunService } from '../run/service.ts'
import { contentType, findStaticFile } from '../run/static-path.ts'
import { answerApi, refuse, type Answer } from './api.ts'
import {
  bearerToken,
  isOwnHost,
  isOwnOrigin,
  newToken,
  sameSecret,
  SUBPROTOCOL,
  subprotocolToken,
} from './guard.ts'
import { CloseCode, LARGEST_QUESTION, relay, RELAY_LIMITS, type RelayLimits } from './relay.ts'

const MOST_SOCKETS = 64

export interface WebServerOptions {
  readonly service: RunService
  /** Absolute folder of the built page. */
  readonly page: string
  /** 0: any free one. */
  readonly port: number
  readonly limits?: RelayLimits
}

export interface WebServer {
  readonly port: number
  /** The page's address with the token in its fragment, which browsers do not send. */
  readonly address: string
  /**
   * An address that works once, with a ticket that the page exchanges for the token: for starting
   * a browser with, because every user of the machine can read the arguments of a process.
   */
  addressForOnce(): string
  /** Ends every connection; the service is not disposed. */
  close(): Promise<void>
}

/** @throws NodeJS.ErrnoException when the port cannot be had (EADDRINUSE, EACCES). */
export async function openWebServer(options: WebServerOptions): Promise<WebServer> {
  const { service, page, limits = RELAY_LIMITS } = options
  const token = newToken()
  const tickets = new Set<string>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => fail(response, error))
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_QUESTION,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: options.port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo

  /** Why the request is not even looked at, if so. */
  function refusedEntry(request: IncomingMessage): Answer | undefined {
    if (isOwnHost(request.headers.host, port)) return undefined
    return refuse(421, 'This address is not Interleave’s.', 'Open the address it printed.')
  }

  const takeTicket = (given: string): boolean => {
    const ticket = [...tickets].find((one) => sameSecret(given, one))
    return ticket !== undefined && tickets.delete(ticket)
  }
  const foreignOrigin = (): Answer =>
    refuse(403, 'Another page may not do this.', 'Use Interleave’s own page.')
  const wrongToken = (): Answer =>
    refuse(401, 'The token is missing or wrong.', 'Open the address that Interleave printed.')

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusedEntry(request)
    if (refused !== undefined) return send(response, refused)
    // The raw path: URL would resolve the dots that the check of files is there to see.
    const pathname = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
    if (!pathname.startsWith('/api/')) return sendFile(page, pathname, request, response)
    if (request.method !== 'GET' && !isOwnOrigin(request.headers.origin, port))
      return send(response, foreignOrigin())
    const given = bearerToken(request.headers.authorization) ?? ''
    if (request.method === 'POST' && pathname === '/api/session')
      return send(response, takeTicket(given) ? { status: 200, body: { token } } : wrongToken())
    if (!sameSecret(given, token)) return send(response, wrongToken())
    send(response, await answerApi(service, request, pathname))
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refused = refusedEntry(request)
    if (refused !== undefined) return refuseUpgrade(socket, refused.status)
    if (!isOwnOrigin(request.headers.origin, port)) return refuseUpgrade(socket, 403)
    const given = subprotocolToken(request.headers['sec-websocket-protocol'])
    if (!sameSecret(given ?? '', token)) return refuseUpgrade(socket, 401)
    if (sockets.clients.size >= MOST_SOCKETS) return refuseUpgrade(socket, 503)
    const run = /^\/api\/runs\/([\w-]{1,64})$/.exec(request.url ?? '')?.[1]
    const known =
      run !== undefined && [...service.runs(), ...service.guests()].some(({ id }) => id === run)
    if (!known) return refuseUpgrade(socket, 404)
    sockets.handleUpgrade(request, socket, head, (client) => {
      const data = service.attach(run)
      if (data === undefined) client.close(CloseCode.runEnded, 'the run is gone')
      else relay(client, data, limits)
    })
  })

  return {
    port,
    address: `http://127.0.0.1:${port}/#token=${token}`,
    addressForOnce() {
      const ticket = newToken()
      tickets.add(ticket)
      return `http://127.0.0.1:${port}/#ticket=${ticket}`
    },
    async close() {
      for (const client of sockets.clients) {
        client.close(CloseCode.goingAway, 'Interleave has ended')
        client.terminate()
      }
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  // An answer that comes before the body was read ends the connection, so that it is not read at all.
  const unread = response.req.complete ? {} : { connection: 'close' }
  response.writeHead(status, {
    ...PAGE_HEADERS,
    ...unread,
    'content-type': 'application/json; charset=utf-8',
  })
  response.end(JSON.stringify(body))
}

async function sendFile(
  page: string,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, refuse(405, 'Files can only be read.', 'Use GET.'))
  const file = await findStaticFile(page, pathname)
  if (file === undefined)
    return send(response, refuse(404, 'There is no such file.', 'Open the printed address.'))
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': contentType(file) })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file), response)
}

/** Whatever went wrong here is a bug: it is shown on stderr, and only said to have happened. */
function fail(response: ServerResponse, error: unknown): void {
  // The reader went away in the middle.
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') return
  console.error(error)
  if (response.headersSent) response.destroy()
  else send(response, refuse(500, 'Interleave made a mistake.', 'Its terminal says more.'))
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
