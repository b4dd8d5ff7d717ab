/** The requests of the web host: what the window asks besides a run's data. */
import type { IncomingMessage } from 'node:http'
import { refusal, type Refusal } from '../core/result.ts'
import type { RunService } from '../run/service.ts'

const LARGEST_BODY = 64 * 1024

/** What is answered as JSON; a Refusal with every status from 400 on. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

export const refuse = (status: number, message: string, remedy: string): Answer => ({
  status,
  body: refusal(status < 500 ? 'usage' : 'environment', message, remedy),
})

const ok = (body: unknown): Answer => ({ status: 200, body })

/** Answers a request whose host, origin and token have been checked. */
export async function answerApi(
  service: RunService,
  request: IncomingMessage,
  pathname: string,
): Promise<Answer> {
  const [, , collection, run, action, ...rest] = pathname.split('/')
  const route = [request.method, collection, run === undefined ? '' : 'id', action ?? ''].join(' ')
  if (rest.length > 0) return unknownAddress(pathname)
  switch (route) {
    case 'GET catalogue  ':
      return ok(service.catalogue())
    case 'GET runs  ':
      return ok(service.runs())
    case 'POST runs  ':
      return start(service, request)
    case 'POST runs id stop':
      return stop(service, run ?? '')
    default:
      return unknownAddress(pathname)
  }
}

const unknownAddress = (pathname: string): Answer =>
  refuse(404, `There is nothing at ${pathname}.`, 'Reload the page.')

async function start(service: RunService, request: IncomingMessage): Promise<Answer> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return refuse(415, 'A run is requested as JSON.', 'Send content-type: application/json.')
  const body = await readBody(request)
  if (body === undefined)
    return refuse(413, `The request is longer than ${LARGEST_BODY} bytes.`, 'Send less.')
  let given: unknown
  try {
    given = JSON.parse(body)
  } catch {
    return refuse(400, 'The request is not JSON.', 'Send a run request as JSON.')
  }
  // The service checks the request itself: every host hands it what came from outside.
  const started = await service.start(given)
  if (started.ok) return { status: 201, body: started.value }
  return { status: statusOf(started.failure), body: started.failure }
}

const statusOf = (failure: Refusal): number => (failure.kind === 'usage' ? 400 : 409)

async function stop(service: RunService, run: string): Promise<Answer> {
  if (!service.runs().some(({ id }) => id === run))
    return refuse(404, 'There is no such run any more.', 'Reload the page.')
  await service.stop(run)
  return ok({})
}

/** Undefined: longer than allowed. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
