import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { PortId, PortTraffic } from './messages.ts'
import { MessagePortMain, type NativeMessage } from './ports.ts'

/** Carries ports between this process and another that also has a Link (page/link.ts in the page). */
export class Link {
  static #next = 0
  readonly #ends = new Map<PortId, MessagePort>()
  readonly #post: (message: PortTraffic) => void

  constructor(post: (message: PortTraffic) => void) {
    this.#post = post
  }

  /** The port leaves this process; the answer is what the other side takes. */
  give(native: MessagePort): PortId {
    const id = `${process.pid}:${Link.#next++}`
    this.#pump(id, native)
    return id
  }

  take(id: PortId): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#pump(id, port1)
    return port2
  }

  takeAll(ids: readonly PortId[]): MessagePortMain[] {
    return ids.map((id) => new MessagePortMain(this.take(id)))
  }

  receive(message: PortTraffic): void {
    const native = this.#ends.get(message.id)
    if (message.op === 'port-close') {
      this.#ends.delete(message.id)
      native?.close()
      return
    }
    const ports = message.ports.map((id) => this.take(id))
    native?.postMessage({ clone: message.clone, ports } satisfies NativeMessage, ports)
  }

  /** The other process or document is gone. */
  drop(): void {
    const ends = [...this.#ends.values()]
    this.#ends.clear()
    for (const native of ends) native.close()
  }

  #pump(id: PortId, native: MessagePort): void {
    this.#ends.set(id, native)
    native.on('message', ({ clone, ports }: NativeMessage) =>
      this.#post({ op: 'port', id, clone, ports: ports.map((port) => this.give(port)) }),
    )
    native.on('close', () => {
      if (this.#ends.delete(id)) this.#post({ op: 'port-close', id })
    })
  }
}
