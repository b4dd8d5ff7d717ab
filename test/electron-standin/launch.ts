/** For tests: the shape of Playwright's `_electron.launch`, so that one spec runs on the stand-in and on Electron. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { EvaluateModules } from './boot.ts'
import type { FromStandin, ToStandin } from './remote.ts'
import type { Observations } from './state.ts'

const QUIT_TIMEOUT_MS = 10_000
const MAIN = fileURLToPath(new URL('./main.mjs', import.meta.url))

export interface LaunchOptions {
  /** As Electron's: the entry's path, then what the app finds in process.argv. */
  readonly args: readonly [entry: string, ...rest: string[]]
  /** Added to this process's own. STANDIN_USER_DATA: a folder for userData that outlives the app. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds until a window must be open; 60,000 by default. */
  readonly timeout?: number
  /** What an app says that opens none: not waited for any longer. */
  readonly refusal?: string
  /** Its content security policy is ignored: for tests of what lies behind it. */
  readonly bypassCSP?: boolean
}

export interface StandinApplication {
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>
  process(): ChildProcess
  firstWindow(): Promise<Page>
  /** Runs a function in the main process; it gets Electron's modules and `standin`, and sees nothing else. */
  evaluate<Value, Argument = undefined>(
    run: (modules: EvaluateModules, argument: Argument) => Value | Promise<Value>,
    argument?: Argument,
  ): Promise<Value>
  observations(): Promise<Observations>
  /** Quits the app, by force after ten seconds. */
  close(): Promise<void>
}

/** @throws Error when the app ends, or opens no window in time */
export async function launch(options: LaunchOptions): Promise<StandinApplication> {
  const child = fork(MAIN, [...options.args], {
    env: {
      ...process.env,
      ...options.env,
      ...(options.bypassCSP === true && { STANDIN_BYPASS_CSP: '1' }),
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  const remote = new Remote(child)
  try {
    const debuggerUrl = await remote.windowOpened(options)
    return remote.application(await chromium.connectOverCDP(debuggerUrl))
  } catch (error) {
    await remote.end()
    throw error
  }
}

class Remote {
  readonly #child: ChildProcess
  readonly #exited: Promise<number | string>
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(e: Error): void }>()
  #words = ''
  #heard = (): void => undefined
  #next = 0

  constructor(child: ChildProcess) {
    this.#child = child
    // A failing test shows what the app last said.
    const keep = (chunk: Buffer): void => {
      this.#words = (this.#words + chunk.toString()).slice(-4000)
      this.#heard()
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('message', (message: FromStandin) => this.#receive(message))
    this.#exited = once(child, 'exit').then(
      ([code, signal]: (number | string | null)[]) => code ?? signal ?? 'gone',
    )
    void this.#exited.then((code) => {
      for (const { reject } of this.#waiting.values()) reject(this.#ended(code))
      this.#waiting.clear()
    })
  }

  async windowOpened({ timeout = 60_000, refusal }: LaunchOptions): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await Promise.race([
        new Promise<string>((resolve) =>
          this.#child.on('message', (message: FromStandin) => {
            if (message.type === 'window') resolve(message.debuggerUrl)
          }),
        ),
        this.#exited.then((code) => Promise.reject(this.#ended(code))),
        new Promise<never>((_resolve, reject) => {
          const give = (why: string) => reject(new Error(`${why}\n${this.#words}`))
          timer = setTimeout(() => give(`no window in ${timeout} ms`), timeout)
          this.#heard = () => {
            if (refusal !== undefined && this.#words.includes(refusal)) give('no window')
          }
          this.#heard()
        }),
      ])
    } finally {
      clearTimeout(timer)
      this.#heard = () => undefined
    }
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM')
    const force = setTimeout(() => this.#child.kill('SIGKILL'), QUIT_TIMEOUT_MS)
    await this.#exited
    clearTimeout(force)
  }

  application(browser: Browser): StandinApplication {
    return {
      exited: this.#exited,
      process: () => this.#child,
      firstWindow: () => firstWindow(browser),
      // Its value was structured-cloned; its type is the function's own.
      evaluate: async <Value>(run: unknown, argument?: unknown) =>
        (await this.#evaluate(String(run), argument)) as Value,
      observations: async () =>
        (await this.#evaluate(
          '({ standin }) => ({ ...standin.observations })',
          undefined,
        )) as Observations,
      close: () => this.#close(browser),
    }
  }

  #evaluate(source: string, argument: unknown): Promise<unknown> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(new Error('the app has ended'))
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, source, argument } satisfies ToStandin)
    })
  }

  #receive(message: FromStandin): void {
    if (message.type === 'window') return
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.type === 'value') waiting?.resolve(message.value)
    else waiting?.reject(new Error(message.message))
  }

  async #close(browser: Browser): Promise<void> {
    await this.end()
    await browser.close().catch(() => undefined)
  }

  #ended(code: number | string): Error {
    return new Error(`the app ended with ${code}\n${this.#words}`)
  }
}

async function firstWindow(browser: Browser): Promise<Page> {
  for (;;) {
    const pages = browser.contexts().flatMap((context) => context.pages())
    const page = pages.find((candidate) => candidate.url().includes('.standin'))
    if (page !== undefined) {
      await page.waitForLoadState()
      return page
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
