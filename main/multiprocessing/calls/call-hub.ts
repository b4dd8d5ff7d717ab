/**
 * The calls of one process, on its event-loop thread: hands what its threads ask to the call server
 * and the answers back to them, and tells the server which threads have died.
 */
import type { Disposable } from '../../core/disposables.ts'
import { DeathWatch } from '../../threading/deaths.ts'
import { listen, notify } from '../../threading/futex.ts'
import { Control } from '../../threading/runtime.ts'
import { IDENT_RANGE } from '../../trace/model.ts'
import { FrameError } from '../frames.ts'
import { RequestKind, type FromCallServer, type ToCallServer } from './call-messages.ts'
import { CallRing, MAX_PART_BYTES, MORE, PartAssembler, type CallHeader } from './call-ring.ts'
import { packData, unpackData } from './values.ts'

const TICK_MILLISECONDS = 8

interface Part {
  readonly header: CallHeader
  readonly content: Uint8Array
  readonly from: number
  readonly to: number
}

/** Answers on their way to one thread. */
class AnswerChannel {
  readonly #ring: CallRing
  readonly #backlog: Part[] = []

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new CallRing(new Int32Array(memory), 0)
  }

  answer(channel: number, call: number, status: number, content: Uint8Array): void {
    let from = 0
    do {
      const to = Math.min(content.length, from + MAX_PART_BYTES)
      const kind = to < content.length ? MORE : status
      this.#backlog.push({ header: { kind, channel, call, ident: 0 }, content, from, to })
      from = to
    } while (from < content.length)
    this.flush()
  }

  flush(): void {
    if (this.#backlog.length === 0) return
    const ring = this.#ring
    const write = (): number => {
      let written = 0
      for (const { header, content, from, to } of this.#backlog) {
        if (!ring.tryWrite(header, content, from, to)) break
        written++
      }
      this.#backlog.splice(0, written)
      return written
    }
    let written = write()
    ring.hasBacklog = this.#backlog.length > 0
    // Once more: what the reader took before it could see that there is more.
    if (this.#backlog.length > 0) written += write()
    if (written > 0) notify(ring.words, ring.tail)
  }
}

export interface CallHubOptions {
  /** Control words of the process's thread host. */
  readonly control: Int32Array
  /** Which process of the run it is. */
  readonly process: number
  /** To the call server. */
  readonly send: (message: ToCallServer) => void
}

export class CallHub implements Disposable {
  readonly #options: CallHubOptions
  readonly #requests: CallRing
  readonly #assembler = new PartAssembler()
  readonly #channels = new Map<number, AnswerChannel>()
  /** Answers that were quicker than the news of their channel. */
  readonly #early = new Map<number, { call: number; status: number; bytes: Uint8Array }[]>()
  readonly #listeners = new Map<string, (content: readonly unknown[]) => void>()
  readonly #onDeath: ((ident: number) => void)[] = []
  readonly #beforeSend: (() => void)[] = []
  readonly #deaths: DeathWatch
  readonly #bell: Disposable
  readonly #timer: NodeJS.Timeout

  constructor(options: CallHubOptions) {
    this.#options = options
    const { control } = options
    this.#requests = new CallRing(control, Control.calls)
    this.#deaths = new DeathWatch(control)
    this.#bell = listen(control, Control.callBell, () => this.service())
    this.#timer = setInterval(() => this.#tick(), TICK_MILLISECONDS)
    this.#timer.unref()
  }

  /** A thread of this process has made room for answers to its calls. */
  open(channel: number, memory: SharedArrayBuffer): void {
    const opened = new AnswerChannel(memory)
    this.#channels.set(channel, opened)
    for (const { call, status, bytes } of this.#early.get(channel) ?? [])
      opened.answer(channel, call, status, bytes)
    this.#early.delete(channel)
  }

  /** What services tell this process under the name `service`. */
  onTold(service: string, listener: (content: readonly unknown[]) => void): void {
    this.#listeners.set(service, listener)
  }

  /** Called for each thread that has died, before the runner hears of it. */
  onDeath(listener: (ident: number) => void): void {
    this.#onDeath.push(listener)
  }

  /** Called before anything that threads have asked for leaves this process. */
  beforeSend(listener: () => void): void {
    this.#beforeSend.push(listener)
  }

  /** A call of the event-loop thread itself, which waits for no answer. */
  cast(service: string, method: string, args: readonly unknown[]): void {
    this.#options.send({ type: 'cast', ident: 0, bytes: packData([service, method, args]) })
  }

  receive(message: FromCallServer): void {
    if (message.type === 'tell') return this.#told(unpackData(message.bytes))
    const [channel, call] = split(message.call)
    const { status, bytes } = message
    const opened = this.#channels.get(channel)
    if (opened !== undefined) return opened.answer(channel, call, status, bytes)
    const early = this.#early.get(channel) ?? []
    this.#early.set(channel, [...early, { call, status, bytes }])
  }

  /** Hands on everything that threads have asked for. */
  service(): void {
    const requests = this.#requests
    for (const listener of this.#beforeSend) listener()
    for (;;) {
      const part = requests.tryRead()
      if (part === undefined) break
      // After the head was stored: a writer says that it waits before it looks at the head again.
      if (requests.writerWaits) {
        requests.writerWaits = false
        notify(requests.words, requests.head)
      }
      if (part.kind === RequestKind.cancel) this.#assembler.drop(part.channel, part.call)
      const bytes = this.#assembler.add(part)
      if (bytes !== undefined) this.#request(part, bytes)
    }
    for (const channel of this.#channels.values()) channel.flush()
  }

  dispose(): void {
    clearInterval(this.#timer)
    this.#bell.dispose()
  }

  #request({ kind, channel, call: number, ident }: CallHeader, bytes: Uint8Array): void {
    const { send } = this.#options
    const call = join(channel, number)
    for (const listener of this.#beforeSend) listener()
    switch (kind) {
      case RequestKind.call:
        return send({ type: 'call', call, ident, bytes })
      case RequestKind.cast:
        return send({ type: 'cast', ident, bytes })
      case RequestKind.cancel:
        return send({ type: 'cancel', call })
      case RequestKind.accept:
        return send({ type: 'accept', call })
    }
  }

  #tick(): void {
    const died = this.#deaths.take()
    // Also when nobody asks for anything: what listeners tell is never older than a tick. And what
    // the dead had asked for comes before the news of their end, so that it is cancelled.
    this.service()
    if (died.length === 0) return
    const { process, send } = this.#options
    for (const number of died) {
      const ident = process * IDENT_RANGE + number
      for (const listener of this.#onDeath) listener(ident)
      send({ type: 'died', ident })
    }
  }

  #told(content: unknown): void {
    if (!Array.isArray(content)) throw new FrameError('malformed tell')
    // An array of whatever it was made of.
    const [service, ...rest] = content as readonly unknown[]
    this.#listeners.get(String(service))?.(rest)
  }
}

const CALLS_OF_CHANNEL = 2 ** 32
const join = (channel: number, call: number): number => channel * CALLS_OF_CHANNEL + (call >>> 0)
const split = (joined: number): readonly [number, number] => [
  Math.floor(joined / CALLS_OF_CHANNEL),
  (joined % CALLS_OF_CHANNEL) | 0,
]
