/** MessagePortMain over Node's own MessageChannel, which gives its queueing, order and close. */
import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { decode, encode } from './clone.ts'
import type { Clone } from './messages.ts'

/** What the native ports of one process carry. */
export interface NativeMessage {
  readonly clone: Clone
  readonly ports: MessagePort[]
}

export class MessagePortMain extends EventEmitter {
  #native: MessagePort | undefined
  #started = false
  #closed = false

  constructor(native: MessagePort) {
    super()
    this.#native = native
    native.on('close', this.#onClose)
  }

  get isNeutered(): boolean {
    return this.#native === undefined
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#native?.on('message', this.#onMessage)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#native?.close()
  }

  postMessage(message: unknown, transfer?: unknown): void {
    const clone = encode(message)
    const ports = release(transfer, this)
    if (!this.#closed) this.#native?.postMessage({ clone, ports } satisfies NativeMessage, ports)
  }

  /** Gives the native port away; this object is of no use afterwards. */
  neuter(): MessagePort {
    const native = this.#native
    if (native === undefined) throw new Error('already neutered')
    native.off('close', this.#onClose)
    native.off('message', this.#onMessage)
    this.#native = undefined
    return native
  }

  readonly #onClose = (): void => {
    if (this.#closed) return
    this.#closed = true
    this.emit('close')
  }
  readonly #onMessage = ({ clone, ports }: NativeMessage): void => {
    this.emit('message', {
      data: decode(clone),
      ports: ports.map((port) => new MessagePortMain(port)),
    })
  }
}

/**
 * Checks a transfer list in the words of Electron's message_port.cc, then takes the ports.
 *
 * @throws TypeError for anything but open ports, each once
 */
export function release(transfer: unknown = [], source?: MessagePortMain): MessagePort[] {
  if (!Array.isArray(transfer)) throw new Error('transferables must be an array of MessagePorts')
  const ports = transfer.map((port: unknown, index) => {
    const at = `Port at index ${index}`
    if (!(port instanceof MessagePortMain)) throw new TypeError(`${at} is not a valid port`)
    if (port === source) throw new TypeError(`${at} contains the source port`)
    if (port.isNeutered) throw new TypeError(`${at} is already neutered`)
    if (transfer.indexOf(port) !== index) {
      throw new TypeError(`${at} is a duplicate of an earlier port`)
    }
    return port
  })
  return ports.map((port) => port.neuter())
}

export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain
  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new MessagePortMain(port1)
    this.port2 = new MessagePortMain(port2)
  }
}
