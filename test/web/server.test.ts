import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../main/web/guard.ts'
import { CloseCode, LARGEST_QUESTION } from '../../main/web/relay.ts'
import { openWebServer, type WebServer } from '../../main/web/server.ts'
import { until } from '../support/until.ts'
import {
  createFakeService,
  interpreter,
  recording,
  request,
  script,
  type FakeService,
} from './fake-service.ts'

let folder: string
let page: string
let service: FakeService
let server: WebServer
let token: string
let origin: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-web-'))
  page = join(folder, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Interleave</title>')
  await writeFile(join(page, 'assets/a.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await symlink(join(folder, 'secret.txt'), join(page, 'link.txt'))
  service = createFakeService()
  const limits = { unread: 256 * 1024, pingEvery: 60_000 }
  server = await openWebServer({ service, page, port: 0, limits })
  token = new URL(server.address).hash.replace('#token=', '')
  origin = `http://127.0.0.1:${server.port}`
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** By node:http, because fetch neither sends a false Host nor leaves dots in a path alone. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: Partial<{ method: string; headers: object; body: string }> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port: server.port, path, method, headers: { ...headers }, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const authorized = () => ({ authorization: `Bearer ${token}` })
const posting = () => ({ ...authorized(), origin, 'content-type': 'application/json' })

function open({
  path = '/api/runs/run-1',
  protocols = [SUBPROTOCOL, `token.${token}`],
  headers = { origin },
}: Partial<{
  path: string
  protocols: string[]
  headers: Record<string, string>
}> = {}): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocols, { headers })
}

const opened = (socket: WebSocket) =>
  new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
const closedWith = (socket: WebSocket) =>
  new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)))
const refusedWith = (socket: WebSocket) =>
  new Promise<number | string>((resolve) => {
    socket.on('error', () => undefined)
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => resolve('open'))
  })

describe('who may speak to it', () => {
  test('listens on the loopback interface only', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
    for (const { address } of [...others, { address: '127.0.0.2' }]) {
      const outcome = await new Promise((resolve) => {
        const socket = connect({ host: address, port: server.port, timeout: 2_000 })
        socket.once('connect', () => (socket.destroy(), resolve('connected')))
        socket.once('error', () => resolve('refused'))
        socket.once('timeout', () => (socket.destroy(), resolve('no answer')))
      })
      expect(outcome, address).not.toBe('connected')
    }
  })

  test('a missing, short or wrong token is 401 on every route', async () => {
    const wrong = [undefined, 'Bearer ', 'Bearer x', `Bearer ${'0'.repeat(64)}`, `Basic ${token}`]
    for (const authorization of wrong)
      for (const path of ['/api/catalogue', '/api/runs', '/api/nothing']) {
        const reply = await ask(path, authorization ? { headers: { authorization } } : {})
        expect(reply.status).toBe(401)
      }
    expect((await ask('/api/catalogue', { headers: authorized() })).status).toBe(200)
  })

  test('a token in a query is not looked at', async () => {
    expect((await ask(`/api/catalogue?token=${token}`)).status).toBe(401)
  })

  test('a name that resolves here but is not ours is 421, for files as well', async () => {
    for (const host of [
      'evil.test',
      `evil.test:${server.port}`,
      '127.0.0.1',
      `127.0.0.1.evil.test:${server.port}`,
    ])
      for (const path of ['/', '/api/catalogue'])
        expect((await ask(path, { headers: { ...authorized(), host } })).status, host).toBe(421)
    const host = `localhost:${server.port}`
    expect((await ask('/', { headers: { host } })).status).toBe(200)
  })

  test('a page of another origin cannot start or stop a run', async () => {
    const body = JSON.stringify(request)
    for (const foreign of ['http://evil.test', 'null', 'http://127.0.0.1:1', undefined]) {
      const sent = { ...authorized(), 'content-type': 'application/json' }
      const headers = foreign === undefined ? sent : { ...sent, origin: foreign }
      expect((await ask('/api/runs', { method: 'POST', headers, body })).status).toBe(403)
      expect((await ask('/api/runs/run-1/stop', { method: 'POST', headers })).status).toBe(403)
    }
    expect(service.started).toEqual([])
    expect(service.stopped).toEqual([])
  })

  test('a WebSocket needs our host, our origin, the token and a run that is there', async () => {
    const foreign = { origin: 'http://evil.test' }
    expect(await refusedWith(open({ headers: foreign }))).toBe(403)
    expect(await refusedWith(open({ headers: {} }))).toBe(403)
    expect(await refusedWith(open({ headers: { origin, host: 'evil.test' } }))).toBe(421)
    expect(await refusedWith(open({ protocols: [SUBPROTOCOL] }))).toBe(401)
    expect(await refusedWith(open({ protocols: [SUBPROTOCOL, 'token.0'] }))).toBe(401)
    expect(await refusedWith(open({ path: '/api/runs/run-2' }))).toBe(404)
    expect(await refusedWith(open({ path: '/api/runs/run-1/x' }))).toBe(404)
    expect(service.ports).toEqual([])
  })

  test('a ticket gives the token once', async () => {
    const ticket = new URL(server.addressForOnce()).hash.replace('#ticket=', '')
    const post = (secret: string) =>
      ask('/api/session', {
        method: 'POST',
        headers: { origin, authorization: `Bearer ${secret}` },
      })
    expect((await post('0'.repeat(64))).status).toBe(401)
    const first = await post(ticket)
    expect(JSON.parse(first.body)).toEqual({ token })
    expect((await post(ticket)).status).toBe(401)
    expect(
      (await ask('/api/runs', { headers: { authorization: `Bearer ${ticket}` } })).status,
    ).toBe(401)
  })
})

describe('files', () => {
  test('the page is served with the headers that isolate it', async () => {
    const reply = await ask('/')
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
    expect((await ask('/assets/a.js')).headers['content-type']).toMatch('text/javascript')
  })

  test('nothing outside the folder can be read', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets/%252e%252e/%252e%252e/secret.txt',
      '//etc/passwd',
      '/..\\secret.txt',
      '/index.html%00.js',
      '/link.txt',
      '/%',
      '/assets',
      'http://127.0.0.1/../secret.txt',
    ]) {
      const reply = await ask(path)
      expect(reply.status, path).toBe(404)
      expect(reply.body, path).not.toMatch(/secret$/)
    }
  })
})

describe('requests', () => {
  test('a run is started and stopped', async () => {
    const body = JSON.stringify(request)
    const started = await ask('/api/runs', { method: 'POST', headers: posting(), body })
    expect(started.status).toBe(201)
    expect(JSON.parse(started.body)).toMatchObject({ id: 'run-1', status: { state: 'running' } })
    const stopped = await ask('/api/runs/run-1/stop', { method: 'POST', headers: posting() })
    expect(stopped.status).toBe(200)
    expect(service.stopped).toEqual(['run-1'])
  })

  test('a refusal arrives as a sentence and what to do', async () => {
    const reply = await ask('/api/runs', {
      method: 'POST',
      headers: posting(),
      body: '{"demo":"nonsense"}',
    })
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body)).toEqual({
      kind: 'usage',
      message: 'There is no demo nonsense.',
      remedy: 'Choose one from the list.',
    })
  })

  test('what is no request is refused before the service sees it', async () => {
    const send = (body: string, headers: object = posting()) =>
      ask('/api/runs', { method: 'POST', headers, body })
    expect((await send('{')).status).toBe(400)
    expect((await send('{}', { ...posting(), 'content-type': 'text/plain' })).status).toBe(415)
    expect((await ask('/api/runs/run-9/stop', { method: 'POST', headers: posting() })).status).toBe(
      404,
    )
    expect((await ask('/api/nothing', { headers: authorized() })).status).toBe(404)
    expect((await ask('/', { method: 'DELETE' })).status).toBe(405)
    expect(service.started).toEqual([])
  })

  test('a script may be given all of the input that a request has room for', async () => {
    const body = JSON.stringify({ input: '\u0001'.repeat(2 ** 20) })
    const answer = await ask('/api/runs', { method: 'POST', headers: posting(), body })
    expect(answer.status).not.toBe(413)
    expect(service.started).toHaveLength(1)
  })

  test('a body that is too long is refused without being kept', async () => {
    const body = ' '.repeat(9 * 1024 * 1024)
    const outcome = await ask('/api/runs', { method: 'POST', headers: posting(), body }).then(
      ({ status }) => status,
      // The answer can be lost with the connection that is closed on the rest of the body.
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    )
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(outcome)
    expect(service.started).toEqual([])
  })
})

describe('recordings', () => {
  const openListed = (path: unknown) =>
    ask('/api/recordings/open', {
      method: 'POST',
      headers: posting(),
      body: JSON.stringify({ path }),
    })
  const sending = () => ({ ...posting(), 'content-type': 'application/octet-stream' })

  test('are listed, and opened by the path of the list', async () => {
    const listed = await ask('/api/recordings', { headers: authorized() })
    expect(JSON.parse(listed.body)).toEqual([recording])
    expect((await openListed(recording.path)).status).toBe(201)
    expect(service.opened).toEqual([{ name: recording.path }])
  })

  test('cannot be any file that a page names', async () => {
    for (const path of ['/etc/passwd', '/recordings/../recordings/kept.ilv', 'kept.ilv', 7, null])
      expect((await openListed(path)).status).toBe(400)
    expect(
      (await ask('/api/recordings/kept.ilv', { method: 'POST', headers: posting() })).status,
    ).toBe(404)
    expect(service.opened).toEqual([])
  })

  test('are opened beside what is held by the path of the list, asked, and closed', async () => {
    const openGuest = (path: unknown) =>
      ask('/api/guests', { method: 'POST', headers: posting(), body: JSON.stringify({ path }) })
    for (const path of ['/etc/passwd', 'kept.ilv', 7, null])
      expect((await openGuest(path)).status).toBe(400)
    expect(service.beside).toEqual([])
    expect((await openGuest(recording.path)).status).toBe(201)
    const listed = await ask('/api/guests', { headers: authorized() })
    expect(JSON.parse(listed.body)).toMatchObject([{ id: 'guest-1' }])
    const socket = open({ path: '/api/runs/guest-1' })
    await opened(socket)
    socket.terminate()
    const close = (headers: object) => ask('/api/guests/guest-1', { method: 'DELETE', headers })
    expect((await close({ ...posting(), origin: 'http://evil.test' })).status).toBe(403)
    expect((await close(posting())).status).toBe(200)
    expect(service.beside).toEqual([])
    expect(await refusedWith(open({ path: '/api/runs/guest-1' }))).toBe(404)
  })

  test('are taken as bytes, with any name', async () => {
    const name = 'überlauf 1.ilv'
    const sent = await ask(`/api/recordings/${encodeURIComponent(name)}`, {
      method: 'PUT',
      headers: sending(),
      body: 'x'.repeat(300_000),
    })
    expect(sent.status).toBe(201)
    await ask('/api/recordings/%E0%A4', { method: 'PUT', headers: sending(), body: 'x' })
    expect(service.opened).toEqual([
      { name, bytes: 300_000 },
      { name: '', bytes: 1 },
    ])
  })

  test('are taken from nobody else', async () => {
    const send = (headers: object) =>
      ask('/api/recordings/a.ilv', { method: 'PUT', headers, body: 'x' })
    const type = 'application/octet-stream'
    expect((await send({ ...authorized(), 'content-type': type })).status).toBe(403)
    expect((await send({ ...sending(), origin: 'http://evil.test' })).status).toBe(403)
    expect((await send({ ...sending(), authorization: 'Bearer 0' })).status).toBe(401)
    expect((await send({ ...sending(), 'content-type': 'text/plain' })).status).toBe(415)
    expect(service.opened).toEqual([])
  })
})

describe('interpreters and scripts', () => {
  const post = (path: string, body: unknown, headers: object = posting()) =>
    ask(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

  test('are listed, looked for again, and added by their path', async () => {
    const listed = await ask('/api/interpreters', { headers: authorized() })
    expect(JSON.parse(listed.body)).toEqual([interpreter])
    expect(service.asked).toEqual([])
    const again = await ask('/api/interpreters/rescan', { method: 'POST', headers: posting() })
    expect(JSON.parse(again.body)).toEqual([interpreter])
    const added = await post('interpreters', { path: interpreter.path })
    expect([added.status, JSON.parse(added.body)]).toEqual([201, interpreter])
    const examined = await post('scripts', { path: script.path })
    expect([examined.status, JSON.parse(examined.body)]).toEqual([200, script])
    expect(service.asked).toEqual([
      'rescan',
      `interpreter ${interpreter.path}`,
      `script ${script.path}`,
    ])
  })

  test('that are none are refused in words', async () => {
    const reply = await post('interpreters', { path: '/etc/passwd' })
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      409,
      { kind: 'environment', message: 'It is no interpreter.', remedy: 'Choose another file.' },
    ])
    for (const body of [{ path: 7 }, {}, [], null, 'text'])
      expect((await post('scripts', body)).status).toBe(400)
    expect((await ask('/api/interpreters/x', { method: 'POST', headers: posting() })).status).toBe(
      404,
    )
  })

  test('are named by nobody else: asking an interpreter starts it', async () => {
    const body = { path: interpreter.path }
    for (const path of ['interpreters', 'scripts', 'interpreters/rescan'])
      for (const [headers, status] of [
        [{ ...authorized(), 'content-type': 'application/json' }, 403],
        [{ ...posting(), origin: 'http://evil.test' }, 403],
        [{ ...posting(), authorization: 'Bearer 0' }, 401],
        [{ ...posting(), host: 'evil.test' }, 421],
      ] as const)
        expect((await post(path, body, headers)).status, path).toBe(status)
    const text = { ...posting(), 'content-type': 'text/plain' }
    expect((await post('interpreters', body, text)).status).toBe(415)
    expect(service.asked).toEqual([])
  })
})

describe('data of a run', () => {
  test('messages pass unchanged, both ways, and the token is not echoed', async () => {
    const socket = open()
    await opened(socket)
    expect(socket.protocol).toBe(SUBPROTOCOL)
    const received: Uint8Array[] = []
    socket.on('message', (data: Buffer) => received.push(Uint8Array.from(data)))
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index & 255)
    service.ports[0]?.send(bytes)
    socket.send(bytes.subarray(0, 1_000))
    await until(
      'both arrived',
      () => received.length === 1 && service.ports[0]?.received.length === 1,
    )
    expect(received[0]).toEqual(bytes)
    expect(service.ports[0]?.received[0]).toEqual(bytes.subarray(0, 1_000))
    socket.close()
    await until('the port is closed with its socket', () => service.ports[0]?.disposed === true)
  })

  test('the end of the run closes the socket', async () => {
    const socket = open()
    await opened(socket)
    const code = closedWith(socket)
    service.ports[0]?.end()
    expect(await code).toBe(CloseCode.runEnded)
    await until('the port is closed', () => service.ports[0]?.disposed === true)
  })

  test('a client that does not read is disconnected, and what it missed is not kept', async () => {
    const socket = open()
    await opened(socket)
    socket.pause()
    const chunk = new Uint8Array(64 * 1024)
    let sent = 0
    // Socket buffers of the system take some; then the limit of 256 KiB is soon reached.
    await until('it was given up', () => {
      service.ports[0]?.send(chunk)
      sent += chunk.length
      return service.ports[0]?.disposed === true
    })
    expect(sent).toBeLessThan(64 * 1024 * 1024)
    socket.terminate()
  })

  test('a client that sends text, too much at once, or too often is disconnected', async () => {
    const text = open()
    await opened(text)
    text.send('hello')
    expect(await closedWith(text)).toBe(CloseCode.wrongMessage)

    const long = open()
    await opened(long)
    long.send(new Uint8Array(LARGEST_QUESTION + 1))
    expect(await closedWith(long)).toBe(1009)

    const often = open()
    await opened(often)
    for (let count = 0; count < 5_000; count++) often.send(new Uint8Array(1))
    expect(await closedWith(often)).toBe(CloseCode.tooMany)
    await until('all are closed', () => service.ports.every((port) => port.disposed))
  })

  test('closing the server ends every connection', async () => {
    const socket = open()
    await opened(socket)
    const code = closedWith(socket)
    await server.close()
    await code
    expect(service.ports[0]?.disposed).toBe(true)
    await expect(ask('/')).rejects.toThrow()
  })
})
