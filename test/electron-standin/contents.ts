/** WebContents over one Chromium page target: frames, messages, loading. network.ts answers its requests. */
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { originOf, toApp, toPage } from './address.ts'
import type { Session } from './chromium.ts'
import { decode, encode } from './clone.ts'
import { WebFrameMain } from './frame.ts'
import { IpcMain, ipcMain } from './ipc.ts'
import type { FromPage } from './messages.ts'
import { decideRequest } from './navigation.ts'
import { pageSources, type PreloadChoice } from './page-source.ts'
import { applyPermissions } from './session.ts'
import { chromium, observations, state } from './state.ts'

const WORLD = 'Electron Isolated Context'

export interface WebPreferences extends PreloadChoice {
  readonly sandbox?: boolean
  readonly contextIsolation?: boolean
  readonly nodeIntegration?: boolean
  readonly webSecurity?: boolean
  readonly [other: string]: unknown
}
type OpenHandler = (details: { readonly url: string; readonly frameName: string }) => {
  readonly action: 'allow' | 'deny'
}

export class WebContents extends EventEmitter {
  static #next = 1
  readonly id = WebContents.#next++
  readonly ipc = new IpcMain()
  readonly frames = new Map<string, WebFrameMain>()
  /** Resolves when there is a page to load something into. */
  readonly attached: Promise<void>
  /** A navigation that the app itself asked for is under way. */
  isNavigating = false
  readonly #preferences: WebPreferences
  readonly #secret = randomUUID()
  readonly #contexts = new Map<string, WebFrameMain>()
  #open: OpenHandler = () => ({ action: 'allow' })
  #main: { readonly frame: WebFrameMain; readonly session: Session } | undefined
  #destroyed = false

  constructor(preferences: WebPreferences, size: { width: number; height: number }) {
    super()
    this.#preferences = preferences
    this.attached = this.#attach(size)
  }

  get mainFrame(): WebFrameMain {
    return this.#page().frame
  }
  get session(): Session {
    return this.#page().session
  }
  getLastWebPreferences(): WebPreferences {
    return { ...this.#preferences }
  }
  getURL(): string {
    return this.#main?.frame.url ?? ''
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#open = handler
  }
  send(channel: string, ...given: unknown[]): void {
    this.mainFrame.send(channel, ...given)
  }
  postMessage(channel: string, message: unknown, transfer?: unknown): void {
    this.mainFrame.postMessage(channel, message, transfer)
  }
  executeJavaScript(code: string): Promise<unknown> {
    return this.mainFrame.executeJavaScript(code)
  }

  async loadURL(url: string): Promise<void> {
    await this.attached
    await applyPermissions(this, originOf(url))
    await this.#navigate(async () => {
      const target = state.foreign.has(url) ? url : toPage(url)
      const { errorText } = await this.session.send('Page.navigate', { url: target })
      if (errorText) throw new Error(`${errorText} (-2) loading '${url}'`)
    })
  }

  reload(): void {
    void this.#navigate(() => this.session.send('Page.reload'))
  }

  async close(): Promise<void> {
    if (this.#destroyed) return
    const targetId = this.#main?.frame.id
    this.#gone()
    if (targetId === undefined) return
    await chromium()
      .root.send('Target.closeTarget', { targetId })
      .catch(() => undefined)
  }

  /** `window.open` in the page: the app is asked, but no window is ever opened. */
  windowOpen(url: string, frameName: string): void {
    const { action } = this.#open({ url: toApp(url), frameName })
    if (action === 'deny') observations.refused.push(toApp(url))
    else observations.faults.push(`a new window was allowed for ${toApp(url)}; there is none here`)
  }

  #page() {
    if (this.#main === undefined) throw new Error('the window has no page yet')
    return this.#main
  }

  async #navigate(go: () => Promise<unknown>): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve))
    this.isNavigating = true
    try {
      await go()
      await loaded
    } finally {
      this.isNavigating = false
    }
  }

  async #attach({ width, height }: { width: number; height: number }): Promise<void> {
    const { root } = chromium()
    const { targetId } = await root.send('Target.createTarget', {
      url: 'about:blank',
      width,
      height,
      newWindow: true,
    })
    const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: true })
    const session = chromium().session(sessionId)
    // The main frame of a page has the id of its target.
    const frame = new WebFrameMain(this.id, targetId, null)
    this.frames.set(targetId, frame)
    this.#main = { frame, session }
    root.on('Target.targetDestroyed', (event) => {
      if (event.targetId === targetId) this.#gone()
    })
    await this.#prepare(session)
    await session.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    })
  }

  /** One CDP session: the page, or an iframe that lives in another process. */
  async #prepare(session: Session): Promise<void> {
    this.#listen(session)
    const sources = await pageSources(this.#secret, this.#preferences)
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      session.send('Runtime.addBinding', { name: 'standinSend', executionContextName: WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: sources.mainWorld }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: sources.isolatedWorld,
        worldName: WORLD,
      }),
      session.send('Page.setBypassCSP', { enabled: process.env['STANDIN_BYPASS_CSP'] === '1' }),
      session.send('Target.setAutoAttach', {
        autoAttach: true,
        waitForDebuggerOnStart: true,
        flatten: true,
      }),
    ])
  }

  #listen(session: Session): void {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo, waitingForDebugger }) => {
      void this.#adopt(sessionId, targetInfo.type, waitingForDebugger)
    })
    session.on('Page.frameAttached', (event) => this.#frame(event.frameId, event.parentFrameId))
    session.on('Page.frameDetached', (event) => {
      // 'swap': it goes on in another process.
      if (event.reason === 'swap') return
      this.frames.get(event.frameId)?.detach()
      this.frames.delete(event.frameId)
    })
    session.on('Page.navigatedWithinDocument', (event) => {
      const frame = this.frames.get(event.frameId)
      if (frame !== undefined) frame.url = toApp(event.url)
    })
    session.on('Page.loadEventFired', () => {
      if (session === this.#main?.session) this.emit('did-finish-load')
    })
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD) return
      const { frameId } = context.auxData as { readonly frameId: string }
      const frame = this.#frame(frameId)
      frame.enter(session, context.id)
      this.#contexts.set(`${session.id}:${context.id}`, frame)
    })
    session.on('Runtime.bindingCalled', (event) => {
      // Known from the execution context, not from anything the message says.
      const frame = this.#contexts.get(`${session.id}:${event.executionContextId}`)
      if (frame !== undefined) this.#receive(frame, JSON.parse(event.payload) as FromPage)
    })
    session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      observations.pageErrors.push(exceptionDetails.exception?.description ?? exceptionDetails.text)
    })
    session.on('Inspector.targetCrashed', () =>
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    )
    session.on('Fetch.requestPaused', (paused) => {
      // The page may be gone before its request is answered.
      decideRequest(this, session, paused).catch(() => undefined)
    })
  }

  async #adopt(sessionId: string, type: string, waiting: boolean): Promise<void> {
    const session = chromium().session(sessionId)
    if (type === 'iframe') await this.#prepare(session)
    if (waiting) await session.send('Runtime.runIfWaitingForDebugger').catch(() => undefined)
  }

  #frame(id: string, parentId?: string): WebFrameMain {
    const known = this.frames.get(id)
    if (known !== undefined) return known
    const parent =
      (parentId === undefined ? undefined : this.frames.get(parentId)) ?? this.mainFrame
    const frame = new WebFrameMain(this.id, id, parent)
    this.frames.set(id, frame)
    return frame
  }

  #receive(frame: WebFrameMain, message: FromPage): void {
    switch (message.op) {
      case 'hello':
        frame.url = toApp(message.url)
        return
      case 'port':
      case 'port-close':
        frame.document?.link.receive(message)
        return
      case 'fault':
        observations.faults.push(message.text)
        return
      case 'violation':
        observations.violations.push(message.text)
        return
      case 'window-open':
        this.windowOpen(message.url, message.name)
        return
      case 'preload-error':
        observations.faults.push(`preload: ${message.text}`)
        this.emit('preload-error', {}, this.#preferences.preload, new Error(message.text))
        return
      case 'send': {
        const event = this.#event(frame, message.ports)
        const given = decode(message.clone) as unknown[]
        for (const ipc of [frame.ipc, this.ipc, ipcMain]) ipc.emit(message.channel, event, ...given)
        return
      }
      case 'invoke':
        void this.#answer(frame, message)
    }
  }

  async #answer(
    frame: WebFrameMain,
    { id, channel, clone }: Extract<FromPage, { op: 'invoke' }>,
  ): Promise<void> {
    const handler = [frame.ipc, this.ipc, ipcMain]
      .map((ipc) => ipc.handlers.get(channel))
      .find((found) => found !== undefined)
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
      const given = decode(clone) as unknown[]
      const value = await handler(this.#event(frame, []), ...given)
      frame.deliver({ op: 'reply', id, clone: encode(value) })
      this.emit('standin-answered', channel)
    } catch (error) {
      const text = `Error invoking remote method '${channel}': ${String(error)}`
      frame.deliver({ op: 'refusal', id, message: text })
      this.emit('standin-refused', channel, String(error))
    }
  }

  #event(frame: WebFrameMain, ports: readonly string[]) {
    const { document } = frame
    return {
      type: 'frame',
      sender: this,
      processId: frame.processId,
      frameId: frame.routingId,
      ports: document?.link.takeAll(ports) ?? [],
      /** Null once the frame has gone, or shows another document. */
      get senderFrame(): WebFrameMain | null {
        return frame.detached || frame.document !== document ? null : frame
      },
    }
  }

  #gone(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    for (const frame of this.frames.values()) frame.detach()
    this.emit('destroyed')
  }
}
