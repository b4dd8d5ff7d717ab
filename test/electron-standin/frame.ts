import { EventEmitter } from 'node:events'
import { originOf } from './address.ts'
import type { Session } from './chromium.ts'
import { encode } from './clone.ts'
import { IpcMain } from './ipc.ts'
import { Link } from './link.ts'
import type { ToPage } from './messages.ts'
import { release } from './ports.ts'

/** The document a frame shows now: its isolated world, and the ports that lead there. */
export interface FrameDocument {
  readonly session: Session
  readonly contextId: number
  readonly link: Link
}

/** WebFrameMain: lives as long as its frame; its document changes with every navigation. */
export class WebFrameMain extends EventEmitter {
  static #next = 1
  readonly frameTreeNodeId = WebFrameMain.#next++
  readonly routingId = this.frameTreeNodeId
  readonly processId: number
  readonly ipc = new IpcMain()
  readonly id: string
  readonly parent: WebFrameMain | null
  /** As the app sees it. */
  url = ''
  detached = false
  document: FrameDocument | undefined

  constructor(processId: number, id: string, parent: WebFrameMain | null) {
    super()
    this.processId = processId
    this.id = id
    this.parent = parent
  }

  get origin(): string {
    return originOf(this.url)
  }
  get top(): WebFrameMain {
    return this.parent?.top ?? this
  }
  isDestroyed(): boolean {
    return this.detached
  }

  send(channel: string, ...given: unknown[]): void {
    this.deliver({ op: 'event', channel, clone: encode(given), ports: [] })
  }

  postMessage(channel: string, message: unknown, transfer?: unknown): void {
    const clone = encode([message])
    const { link } = this.document ?? {}
    const ports = release(transfer).map((port) => link?.give(port))
    const given = ports.filter((id) => id !== undefined)
    this.deliver({ op: 'event', channel, clone, ports: given })
  }

  async executeJavaScript(code: string): Promise<unknown> {
    if (this.document === undefined) throw new Error('the frame shows nothing yet')
    const { result, exceptionDetails } = await this.document.session.send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    }
    return result.value as unknown
  }

  /** To the isolated world; lost when the document has gone meanwhile, as in Electron. */
  deliver(message: ToPage): void {
    const { session, contextId } = this.document ?? {}
    void session
      ?.send('Runtime.evaluate', {
        ...(contextId !== undefined && { contextId }),
        expression: `standinReceive(${JSON.stringify(message)})`,
      })
      .catch(() => undefined)
  }

  /** The frame's new document; the ports of the old one close. */
  enter(session: Session, contextId: number): void {
    this.document?.link.drop()
    const link = new Link((message) => this.deliver(message))
    this.document = { session, contextId, link }
  }

  detach(): void {
    this.detached = true
    this.document?.link.drop()
  }
}
