/** `ipcRenderer` of a sandboxed preload. */
import { decode, encode } from '../clone.ts'
import type { ToPage } from '../messages.ts'
import type { PageLink } from './link.ts'
import type { SendToMain } from './parameters.ts'

type Listener = (event: { readonly ports: readonly MessagePort[] }, ...given: unknown[]) => void
interface Call {
  resolve(value: unknown): void
  reject(error: Error): void
}

export class IpcRenderer {
  readonly #send: SendToMain
  readonly #link: PageLink
  readonly #listeners = new Map<string, { readonly listener: Listener; readonly once: boolean }[]>()
  readonly #calls = new Map<number, Call>()
  #nextCall = 0

  constructor(send: SendToMain, link: PageLink) {
    this.#send = send
    this.#link = link
  }

  readonly send = (channel: string, ...given: unknown[]): void =>
    this.#send({ op: 'send', channel: named(channel), clone: encode(given), ports: [] })

  readonly postMessage = (channel: string, message: unknown, transfer: unknown[] = []): void => {
    const ports = transfer.map((port) => {
      if (!(port instanceof MessagePort)) throw new TypeError('Invalid value for transfer')
      // Taken from its holder, as a transfer does.
      return this.#link.give(structuredClone(port, { transfer: [port] }))
    })
    this.#send({ op: 'send', channel: named(channel), clone: encode([message]), ports })
  }

  readonly invoke = (channel: string, ...given: unknown[]): Promise<unknown> => {
    const id = this.#nextCall++
    const clone = encode(given)
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#send({ op: 'invoke', id, channel: named(channel), clone })
    })
  }

  readonly sendSync = (): never => {
    throw new Error('ipcRenderer.sendSync is not offered by the stand-in')
  }

  readonly on = (channel: string, listener: Listener): this => this.#add(channel, listener, false)
  readonly addListener = this.on
  readonly once = (channel: string, listener: Listener): this => this.#add(channel, listener, true)
  readonly off = (channel: string, listener: Listener): this => {
    const left = this.#listenersOf(channel).filter((entry) => entry.listener !== listener)
    this.#listeners.set(channel, left)
    return this
  }
  readonly removeListener = this.off

  readonly removeAllListeners = (channel: string): this => {
    this.#listeners.delete(channel)
    return this
  }

  /** What main sent, other than on a port. */
  receive(message: Exclude<ToPage, { op: 'port' | 'port-close' }>): void {
    switch (message.op) {
      case 'reply':
        this.#takeCall(message.id)?.resolve(decode(message.clone))
        return
      case 'refusal':
        this.#takeCall(message.id)?.reject(new Error(message.message))
        return
      case 'impersonate':
        // Its outcome is read in main: a refused call is a rejection here.
        this.invoke(message.channel, ...(decode(message.clone) as unknown[])).catch(() => undefined)
        return
      case 'event': {
        const ports = message.ports.map((id) => this.#link.take(id))
        for (const { listener, once } of [...this.#listenersOf(message.channel)]) {
          if (once) this.off(message.channel, listener)
          try {
            // Each listener gets its own copy, as from another process.
            listener({ ports }, ...(decode(message.clone) as unknown[]))
          } catch (error) {
            reportError(error)
          }
        }
      }
    }
  }

  #add(channel: string, listener: Listener, once: boolean): this {
    this.#listeners.set(channel, [...this.#listenersOf(channel), { listener, once }])
    return this
  }

  #listenersOf(channel: string) {
    return this.#listeners.get(channel) ?? []
  }

  #takeCall(id: number): Call | undefined {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    return call
  }
}

const named = (channel: unknown): string => {
  if (typeof channel !== 'string') throw new Error('Missing required channel argument')
  return channel
}
