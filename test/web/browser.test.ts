/** What a real Chromium makes of the web host: attacks of other pages, and the page's own side of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openWebServer, type WebServer } from '../../main/web/server.ts'
import type { createWebHost } from '../../renderer/hosts/web.ts'
import { launchBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { createFakeService, request, type FakeService } from './fake-service.ts'

declare global {
  interface Window {
    createWebHost: typeof createWebHost
  }
}

let browser: Browser
let folder: string
let service: FakeService
let server: WebServer
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-browser-'))
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      lib: {
        entry: resolve(import.meta.dirname, '../../renderer/hosts/web.ts'),
        formats: ['es'],
        fileName: () => 'web.js',
      },
    },
  })
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>Interleave</title><script type="module" src="/start.js"></script>',
  )
  await writeFile(
    join(folder, 'start.js'),
    "import { createWebHost } from '/web.js'; window.createWebHost = createWebHost",
  )
  // Any name of the attacker's leads to this machine, as after DNS rebinding.
  browser = await launchBrowser(['--host-resolver-rules=MAP evil.test 127.0.0.1'])
}, 60_000)

afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  service = createFakeService()
  server = await openWebServer({ service, page: folder, port: 0 })
  const context = await browser.newContext()
  page = await context.newPage()
})

afterEach(async () => {
  await page.context().close()
  await server.close()
})

const listen = async (unchecked: Server): Promise<number> => {
  await new Promise<void>((done) => unchecked.listen(0, '127.0.0.1', done))
  return (unchecked.address() as AddressInfo).port
}

describe('attacks', () => {
  test('a cross-site WebSocket is refused, even with the token', async () => {
    const attacker = createServer((_request, response) => response.end('<!doctype html>'))
    const careless = new WebSocketServer({ server: attacker })
    try {
      const port = await listen(attacker)
      await page.goto(`http://evil.test:${port}/`)
      const outcome = (address: string) =>
        page.evaluate(
          ([to, token]) =>
            new Promise((done) => {
              const socket = new WebSocket(to ?? '', ['interleave', `token.${token}`])
              socket.onopen = () => done('open')
              socket.onerror = () => done('refused')
            }),
          [address, new URL(server.address).hash.replace('#token=', '')],
        )
      // A server that checks nothing shows that the attack itself works in this browser.
      expect(await outcome(`ws://127.0.0.1:${port}/`)).toBe('open')
      expect(await outcome(`ws://127.0.0.1:${server.port}/api/runs/run-1`)).toBe('refused')
      expect(service.ports).toEqual([])
    } finally {
      for (const client of careless.clients) client.terminate()
      careless.close()
      attacker.close()
      attacker.closeAllConnections()
    }
  })

  test('a page under a name that was rebound to this machine gets 421', async () => {
    const reply = await page.goto(`http://evil.test:${server.port}/`)
    expect(reply?.status()).toBe(421)
    const status = await page.evaluate(() =>
      fetch('/api/catalogue').then((answer) => answer.status),
    )
    expect(status).toBe(421)
  })

  test('another site can neither read the page nor frame it', async () => {
    const attacker = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html><iframe src="http://127.0.0.1:${server.port}/"></iframe>`)
    })
    try {
      await page.goto(`http://evil.test:${await listen(attacker)}/`)
      const read = await page.evaluate(
        (address) =>
          fetch(address).then(
            () => 'read',
            () => 'refused',
          ),
        `http://127.0.0.1:${server.port}/`,
      )
      expect(read).toBe('refused')
      const [, frame] = page.frames()
      expect(await frame?.title().catch(() => 'refused')).not.toBe('Interleave')
    } finally {
      attacker.close()
      attacker.closeAllConnections()
    }
  })

  test('the page is isolated and runs no inline script', async () => {
    await page.goto(server.address)
    const seen = await page.evaluate(async () => {
      const violated = new Promise<string>((told) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          told(event.effectiveDirective),
        )
      })
      const script = document.createElement('script')
      try {
        script.textContent = 'window.injected = true'
        document.head.append(script)
      } catch {
        // Trusted Types may refuse the assignment itself.
      }
      const violation = await violated
      return { isolated: crossOriginIsolated, injected: 'injected' in window, violation }
    })
    expect(seen).toMatchObject({ isolated: true, injected: false })
    expect(seen.violation).not.toBe('')
  })
})

describe('the page’s own side', () => {
  const ready = () => page.waitForFunction(() => typeof window.createWebHost === 'function')

  test('the token survives a reload and leaves the address bar', async () => {
    await page.goto(server.address)
    await ready()
    const processors = () =>
      page.evaluate(async () => (await window.createWebHost().catalogue()).environment.processors)
    expect(await processors()).toBe(2)
    expect(page.url()).not.toContain('token')
    await page.reload()
    await ready()
    expect(await processors()).toBe(2)
  })

  test('a ticket is as good as the token, also after a reload', async () => {
    await page.goto(server.addressForOnce())
    await ready()
    const runs = () =>
      page.evaluate(async () => (await window.createWebHost().runs()).map((run) => run.id))
    expect(await runs()).toEqual(['run-1'])
    await page.reload()
    await ready()
    expect(await runs()).toEqual(['run-1'])
  })

  test('without a token the page says where to find it', async () => {
    await page.goto(`http://127.0.0.1:${server.port}/`)
    await ready()
    const message = await page.evaluate(() =>
      window
        .createWebHost()
        .catalogue()
        .then(
          () => '',
          (error: unknown) => String(error),
        ),
    )
    expect(message).toContain('Open the address that Interleave printed')
  })

  test('a run is started, refused and stopped', async () => {
    await page.goto(server.address)
    await ready()
    const outcome = await page.evaluate(async (good) => {
      const host = window.createWebHost()
      const started = await host.start(good)
      const refused = await host.start({ ...good, demo: 'nonsense' })
      if (started.ok) await host.stop(started.value.id)
      return { started: started.ok, refused }
    }, request)
    expect(outcome).toMatchObject({
      started: true,
      refused: { ok: false, failure: { message: 'There is no demo nonsense.' } },
    })
    expect(service.stopped).toEqual(['run-1'])
  })

  test('a port carries messages both ways and says when the run is gone', async () => {
    await page.goto(server.address)
    await ready()
    const seen = page.evaluate(async () => {
      const port = await window.createWebHost().attach('run-1')
      const messages: number[][] = []
      const closed = new Promise<void>((done) => port.onClose(done))
      const answered = new Promise<void>((done) =>
        port.onMessage((message) => {
          messages.push([...message])
          done()
        }),
      )
      port.send(Uint8Array.of(1, 2, 3))
      await answered
      await closed
      return messages
    })
    await until('the question arrived', () => service.ports[0]?.received.length === 1)
    expect(service.ports[0]?.received).toEqual([Uint8Array.of(1, 2, 3)])
    service.ports[0]?.send(Uint8Array.of(4, 5))
    service.ports[0]?.end()
    expect(await seen).toEqual([[4, 5]])
    const none = page.evaluate(() => window.createWebHost().attach('run-2'))
    await expect(none).rejects.toThrow('There is no run run-2')
  })

  test('saving is a download of exactly those bytes', async () => {
    await page.goto(server.address)
    await ready()
    const arrival = page.waitForEvent('download')
    await page.evaluate(() =>
      window.createWebHost().save({
        name: 'figures.csv',
        type: 'text/csv',
        bytes: new TextEncoder().encode('a,b\n1,2\n'),
      }),
    )
    const download = await arrival
    expect(download.suggestedFilename()).toBe('figures.csv')
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('a,b\n1,2\n')
  })
})
