/** The requests of the web host: what the window asks besides a run's data. */
import type { IncomingMessage } from 'node:http'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import type { RunInfo } from '../run/contract.ts'
import { openListed, openListedGuest } from '../run/open-listed.ts'
import type { RunService } from '../run/service.ts'

const LARGEST_BODY = 64 * 1024
/** A script's input, of at most a million characters, each of which may be six bytes of JSON. */
const LARGEST_REQUEST = 8 * 1024 * 1024

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
    case 'GET interpreters  ':
      return ok(await service.interpreters())
    case 'POST interpreters id ':
      return run === 'rescan'
        ? ok(await service.interpreters({ rescan: true }))
        : unknownAddress(pathname)
    case 'POST interpreters  ':
      return named(request, 201, (path) => service.addInterpreter(path))
    case 'GET demos  ':
      return ok(await service.ownDemos())
    case 'POST demos  ':
      return named(request, 200, (path) => service.useOwnDemos(path))
    case 'DELETE demos  ':
      await service.forgetOwnDemos()
      return ok({})
    case 'POST scripts  ':
      return named(request, 200, (path) => service.examineScript(path))
    case 'GET recordings  ':
      return ok(await service.recordings())
    case 'POST recordings id ':
      return run === 'open' ? open(service, request) : unknownAddress(pathname)
    case 'PUT recordings id ':
      return openCopy(service, request, run ?? '')
    case 'GET guests  ':
      return ok(service.guests())
    case 'POST guests  ':
      return openGuest(service, request)
    case 'DELETE guests id ':
      await service.closeGuest(run ?? '')
      return ok({})
    case 'POST runs id stop':
      return stop(service, run ?? '')
    default:
      return unknownAddress(pathname)
  }
}

const unknownAddress = (pathname: string): Answer =>
  refuse(404, `There is nothing at ${pathname}.`, 'Reload the page.')

async function start(service: RunService, request: IncomingMessage): Promise<Answer> {
  const given = await readJson(request, LARGEST_REQUEST)
  // The service checks the request itself: every host hands it what came from outside.
  return given.ok ? outcome(await service.start(given.value)) : given.failure
}

/** One of the list: a page that has the token still cannot have any file of this machine opened. */
async function open(service: RunService, request: IncomingMessage): Promise<Answer> {
  const given = await readJson(request)
  return given.ok ? outcome(await openListed(service, pathIn(given.value))) : given.failure
}

/** Of the list as well. */
async function openGuest(service: RunService, request: IncomingMessage): Promise<Answer> {
  const given = await readJson(request)
  return given.ok ? outcome(await openListedGuest(service, pathIn(given.value))) : given.failure
}

/**
 * A file that the user typed the path of: whoever has the token is the user, and the service says
 * what it thinks of the path.
 */
async function named<Value>(
  request: IncomingMessage,
  status: number,
  ask: (path: string) => Promise<Result<Value, Refusal>>,
): Promise<Answer> {
  const given = await readJson(request)
  if (!given.ok) return given.failure
  const path = pathIn(given.value)
  const done = await ask(typeof path === 'string' ? path : '')
  return done.ok
    ? { status, body: done.value }
    : { status: statusOf(done.failure), body: done.failure }
}

const pathIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'path' in value ? value.path : ''

/** A file of the browser's, which never says where it lies: its bytes are taken. */
async function openCopy(
  service: RunService,
  request: IncomingMessage,
  name: string,
): Promise<Answer> {
  if (request.headers['content-type'] !== 'application/octet-stream')
    return refuse(415, 'A recording is sent as bytes.', 'Send application/octet-stream.')
  return outcome(await service.openCopy({ name: decoded(name), content: request }))
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return ''
  }
}

const outcome = (done: Result<RunInfo, Refusal>): Answer =>
  done.ok
    ? { status: 201, body: done.value }
    : { status: statusOf(done.failure), body: done.failure }

const statusOf = (failure: Refusal): number => (failure.kind === 'usage' ? 400 : 409)

async function stop(service: RunService, run: string): Promise<Answer> {
  if (!service.runs().some(({ id }) => id === run))
    return refuse(404, 'There is no such run any more.', 'Reload the page.')
  await service.stop(run)
  return ok({})
}

async function readJson(
  request: IncomingMessage,
  most = LARGEST_BODY,
): Promise<Result<unknown, Answer>> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return failure(refuse(415, 'Requests are JSON.', 'Send content-type: application/json.'))
  const body = await readBody(request, most)
  if (body === undefined)
    return failure(refuse(413, `The request is longer than ${most} bytes.`, 'Send less.'))
  try {
    return success(JSON.parse(body))
  } catch {
    return failure(refuse(400, 'The request is not JSON.', 'Send it as JSON.'))
  }
}

/** Undefined: longer than allowed. */
async function readBody(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
