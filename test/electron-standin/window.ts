import { EventEmitter } from 'node:events'
import { WebContents, type WebPreferences } from './contents.ts'
import { cancellable } from './navigation.ts'
import { state } from './state.ts'

export interface WindowOptions {
  readonly width?: number
  readonly height?: number
  readonly show?: boolean
  readonly title?: string
  readonly webPreferences?: WebPreferences
  readonly [other: string]: unknown
}

/** Where Electron would obey, the stand-in refuses: these keep a page away from Node. */
const REQUIRED = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
}

export class BrowserWindow extends EventEmitter {
  static #next = 1
  readonly id = BrowserWindow.#next++
  /** For tests: what the window was opened with. */
  readonly options: WindowOptions
  readonly webContents: WebContents
  #title: string
  #visible: boolean
  #minimized = false

  constructor(options: WindowOptions = {}) {
    super()
    if (!state.ready) throw new Error('Cannot create BrowserWindow before app is ready')
    const preferences: WebPreferences = { ...REQUIRED, ...options.webPreferences }
    for (const [name, wanted] of Object.entries(REQUIRED)) {
      if (preferences[name] !== wanted) {
        throw new Error(`stand-in: webPreferences.${name} must be ${wanted}`)
      }
    }
    const { width = 800, height = 600, show = true, title = '' } = options
    this.options = options
    this.#visible = show
    this.#title = title
    this.webContents = new WebContents(preferences, { width, height })
    this.webContents.on('destroyed', () => this.#closed())
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    state.windows.add(this)
    state.bus.emit('window', this)
  }

  static getAllWindows(): BrowserWindow[] {
    return [...state.windows]
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows()[0] ?? null
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }
  loadFile(): never {
    throw new Error('loadFile means file://; the stand-in loads only custom schemes and loopback')
  }
  reload(): void {
    this.webContents.reload()
  }
  close(): void {
    const event = cancellable({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy(): void {
    void this.webContents.close()
  }
  isDestroyed(): boolean {
    return this.webContents.isDestroyed()
  }
  show(): void {
    this.#visible = true
    this.emit('show')
  }
  hide(): void {
    this.#visible = false
    this.emit('hide')
  }
  isVisible(): boolean {
    return this.#visible
  }
  focus(): void {
    this.emit('focus')
  }
  minimize(): void {
    this.#minimized = true
  }
  restore(): void {
    this.#minimized = false
    this.emit('restore')
  }
  isMinimized(): boolean {
    return this.#minimized
  }
  getTitle(): string {
    return this.#title
  }
  setTitle(title: string): void {
    this.#title = title
  }

  #closed(): void {
    if (!state.windows.delete(this)) return
    this.emit('closed')
    if (state.windows.size === 0) state.bus.emit('all-closed')
  }
}
