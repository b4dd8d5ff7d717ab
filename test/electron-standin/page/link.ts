/** Carries DOM ports to and from the main process: ../link.ts is the other end. */
import { decode, encode } from '../clone.ts'
import type { PortId, PortTraffic } from '../messages.ts'
import type { SendToMain } from './parameters.ts'

// Before the trap (port-trap.ts) and before the page can replace it.
const nativePost = MessagePort.prototype.postMessage

export class PageLink {
  static #next = 0
  readonly #secret: string
  readonly #send: SendToMain
  readonly #ends = new Map<PortId, MessagePort>()
  /** Ports of this world that lead to another process. */
  readonly leading = new WeakSet<MessagePort>()

  constructor(secret: string, send: SendToMain) {
    this.#secret = secret
    this.#send = send
  }

  give(port: MessagePort): PortId {
    const id = `${this.#secret}:${PageLink.#next++}`
    this.#pump(id, port)
    return id
  }

  take(id: PortId): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#pump(id, port1)
    this.leading.add(port2)
    return port2
  }

  receive(message: PortTraffic): void {
    const port = this.#ends.get(message.id)
    if (message.op === 'port-close') {
      this.#ends.delete(message.id)
      port?.close()
      return
    }
    const ports = message.ports.map((id) => this.take(id))
    if (port !== undefined) nativePost.call(port, decode(message.clone), { transfer: ports })
  }

  #pump(id: PortId, port: MessagePort): void {
    this.#ends.set(id, port)
    port.onmessage = (event) => {
      const ports = event.ports.map((carried) => this.give(carried))
      this.#send({ op: 'port', id, clone: this.#cloneOf(event.data), ports })
    }
    port.addEventListener('close', () => {
      if (this.#ends.delete(id)) this.#send({ op: 'port-close', id })
    })
  }

  #cloneOf(data: unknown): string {
    try {
      return encode(data)
    } catch (error) {
      const text = `a message to another process could not be carried: ${String(error)}`
      this.#send({ op: 'fault', text })
      return 'null'
    }
  }
}
