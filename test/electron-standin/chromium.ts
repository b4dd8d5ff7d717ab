/** A real Chromium over its debugging pipe (descriptor 3 in, 4 out): ordered, and it ends with us. */
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from 'playwright-core'
import { findBrowser } from '../support/browser.ts'

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}
interface Notice {
  readonly method: string
  readonly params: unknown
  readonly sessionId?: string
}
interface Pending {
  readonly method: string
  resolve(result: unknown): void
  reject(error: Error): void
}

/** One CDP session; methods and events are typed as Playwright types them. */
export class Session {
  readonly id: string | undefined
  readonly #events = new EventEmitter().setMaxListeners(0)
  readonly send: CDPSession['send']
  readonly on: CDPSession['on']

  constructor(client: Chromium, id: string | undefined) {
    this.id = id
    this.send = ((method: string, parameters: object = {}) =>
      client.send(method, parameters, id)) as CDPSession['send']
    // Nothing here uses what `on` returns.
    this.on = ((name: string, listener: (payload: unknown) => void) =>
      this.#events.on(name, listener)) as unknown as CDPSession['on']
  }

  emit(name: string, payload: unknown): void {
    this.#events.emit(name, payload)
  }
}

const SWITCHES = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  // Electron's own extension to the web: a port tells when its other end has gone.
  '--enable-blink-features=MessagePortCloseEvent',
]

export class Chromium {
  readonly root = new Session(this, undefined)
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #pending = new Map<number, Pending>()
  readonly #sessions = new Map<string, Session>()
  #next = 1

  /** @throws Error when the machine has no Chromium */
  static async start(): Promise<Chromium> {
    const found = await findBrowser()
    return new Chromium(found.executablePath, found.args, { ...process.env, ...found.env })
  }

  private constructor(executable: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#profile = mkdtempSync(join(tmpdir(), 'standin-profile-'))
    process.once('exit', () => this.#removeProfile())
    this.#process = spawn(
      executable,
      [...SWITCHES, `--user-data-dir=${this.#profile}`, ...args, 'about:blank'],
      { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    )
    this.#process.once('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('Chromium is gone'))
      this.#pending.clear()
    })
    this.#input.on('error', () => undefined)
    this.#readFrom(this.#process.stdio[4] as Readable)
  }

  onExit(listener: () => void): void {
    this.#process.once('exit', listener)
  }

  session(id: string): Session {
    let session = this.#sessions.get(id)
    if (session === undefined) this.#sessions.set(id, (session = new Session(this, id)))
    return session
  }

  send(method: string, params: object, sessionId: string | undefined): Promise<unknown> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject })
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  /** Where Playwright joins in. */
  debuggerUrl(): string {
    const file = readFileSync(join(this.#profile, 'DevToolsActivePort'), 'utf8')
    const [port, path] = file.trim().split('\n')
    return `ws://127.0.0.1:${port}${path}`
  }

  /** By force after three seconds. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.root.send('Browser.close').catch(() => undefined)
    const force = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    await gone
    clearTimeout(force)
  }

  get #input(): Writable {
    return this.#process.stdio[3] as Writable
  }

  #readFrom(output: Readable): void {
    let rest: Buffer[] = []
    output.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0)) {
        const text = Buffer.concat([...rest, chunk.subarray(0, at)]).toString()
        rest = []
        chunk = chunk.subarray(at + 1)
        this.#receive(JSON.parse(text) as Answer | Notice)
      }
      if (chunk.length > 0) rest.push(chunk)
    })
  }

  #receive(message: Answer | Notice): void {
    if ('id' in message) {
      const pending = this.#pending.get(message.id)
      this.#pending.delete(message.id)
      if (message.error === undefined) pending?.resolve(message.result)
      else pending?.reject(new Error(`${pending.method}: ${message.error.message}`))
      return
    }
    const session = message.sessionId === undefined ? this.root : this.session(message.sessionId)
    try {
      session.emit(message.method, message.params)
    } catch (error) {
      // A listener of the app threw: that is an uncaught exception, but reading goes on.
      process.nextTick(() => {
        throw error
      })
    }
  }

  #removeProfile(): void {
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
    } catch {
      // Chromium's last process still writes; the folder is temporary anyway.
    }
  }
}
