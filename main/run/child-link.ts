/** One child process as the runner sees it: its process, its connection, how far it has come. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Seconds } from '../core/units.ts'
import type { CallServer } from '../multiprocessing/calls/call-server.ts'
import type { QueueBroker } from '../multiprocessing/queues/broker.ts'
import { FrameWriter } from '../multiprocessing/frames.ts'
import type { ProcessJob } from '../multiprocessing/job.ts'
import {
  readFromChild,
  writeMessage,
  type FromChild,
  type ToChild,
} from '../multiprocessing/messages.ts'
import { IDENT_RANGE, type LaneEnd } from '../trace/model.ts'
import type { Caller } from './child-server.ts'
import type { ChildFrame } from './children.ts'
import type { LaunchedProcess } from './process.ts'

export interface ChildOptions {
  /** Which process of the run, from 1. */
  readonly number: number
  readonly name: string
  readonly daemon: boolean
  /** What it must say to be believed. */
  readonly token: string
  readonly launched: LaunchedProcess
  readonly job: ProcessJob
  /** By `packArguments`. */
  readonly args: Uint8Array
  readonly broker: QueueBroker
  readonly calls: CallServer
  readonly onTrace: (frame: ChildFrame) => void
  readonly onNotice: (text: string) => void
}

type TraceMessage = Extract<FromChild, { type: 'trace' }>
type Signal = 'SIGTERM' | 'SIGKILL'

export class Child {
  readonly number: number
  readonly name: string
  readonly daemon: boolean
  readonly token: string
  readonly resourceRange: number
  /** `started`, or why it never ran. */
  readonly started: Promise<string>
  /** Resolves when it is gone and everything about it has been said. */
  readonly ended: Promise<void>
  readonly #options: ChildOptions
  #caller: Caller | undefined
  #writer: FrameWriter | undefined
  #closed: Promise<void> = Promise.resolve()
  readonly #sources = new Set<number>()
  #wasStarted = false
  #end: LaneEnd | undefined
  #done = 0
  #signalled: Signal | undefined
  #resolveStarted: (outcome: string) => void = () => undefined
  #resolveEnded: () => void = () => undefined

  constructor(options: ChildOptions) {
    this.#options = options
    this.number = options.number
    this.name = options.name
    this.daemon = options.daemon
    this.token = options.token
    this.resourceRange = options.job.resourceBase / IDENT_RANGE
    this.started = new Promise((resolve) => (this.#resolveStarted = resolve))
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
  }

  /** 0 until it is known. */
  get pid(): number {
    return this.#caller?.pid ?? this.#options.launched.pid ?? 0
  }

  /** Sources that it has sent frames of. */
  get sources(): readonly number[] {
    return [...this.#sources]
  }

  /** It has called in. */
  get wasHeard(): boolean {
    return this.#caller !== undefined
  }

  get wasStarted(): boolean {
    return this.#wasStarted
  }

  /** Units of work that it has counted. */
  get done(): number {
    return this.#done
  }

  /** How its target ended, as it said itself; undefined: it did not come to that. */
  get saidEnd(): LaneEnd | undefined {
    return this.#end
  }

  /** What it was asked to end with. */
  get signalled(): Signal | undefined {
    return this.#signalled
  }

  /** The child has called in and proved who it is. */
  connect(caller: Caller): void {
    if (this.#caller !== undefined) {
      caller.socket.destroy()
      return
    }
    this.#caller = caller
    const { broker, calls, job, args, onNotice } = this.#options
    const writer = new FrameWriter(caller.socket)
    this.#writer = writer
    this.#closed = new Promise((resolve) => caller.socket.once('close', () => resolve()))
    broker.attach({
      process: this.number,
      get isCongested() {
        return writer.isCongested
      },
      send: (message) => writeMessage(writer, message),
    })
    const { number, pid, name } = this
    calls.attach({ process: number, pid, name, send: (message) => writeMessage(writer, message) })
    writer.onDrain(() => broker.resume(this.number))
    caller.onFrame = (type, payload) => this.#receive(type, payload)
    caller.onError = (error) => {
      onNotice(`${this.name} (pid ${this.pid}) broke the protocol and is ended: ${error.message}`)
      this.signal(true)
    }
    this.#send({ type: 'job', job, args })
  }

  stop(): void {
    this.#send({ type: 'stop' })
  }

  signal(force: boolean): void {
    const { launched } = this.#options
    this.#signalled = force ? 'SIGKILL' : 'SIGTERM'
    if (force) launched.kill()
    else launched.terminate()
  }

  /** SIGTERM, and SIGKILL after the grace. Resolves when it is gone. */
  async end(grace: Seconds): Promise<void> {
    const waiting = new AbortController()
    this.signal(false)
    const timeout = delay(grace * 1000, undefined, { signal: waiting.signal }).then(
      () => this.signal(true),
      () => undefined,
    )
    await Promise.race([this.ended, timeout])
    await this.ended
    waiting.abort()
  }

  /** The process has exited: resolves when what it had written has been read. */
  async lastWords(limit: Seconds): Promise<void> {
    const waiting = new AbortController()
    const timeout = delay(limit * 1000, undefined, { signal: waiting.signal })
    await Promise.race([this.#closed, timeout.catch(() => undefined)])
    waiting.abort()
  }

  detach(): void {
    this.#writer?.dispose()
    this.#caller?.socket.destroy()
  }

  finish(reason: string): void {
    this.#resolveStarted(reason)
    this.#resolveEnded()
  }

  #send(message: ToChild): void {
    if (this.#writer !== undefined) writeMessage(this.#writer, message)
  }

  #trace({ source, watermark, records }: TraceMessage): void {
    this.#sources.add(source)
    const { number, pid } = this
    this.#options.onTrace({ process: number, pid, source, watermark, records })
  }

  #receive(type: number, payload: Buffer): void {
    const message = readFromChild(type, payload)
    switch (message.type) {
      case 'hello':
        return
      case 'started':
        this.#wasStarted = true
        return this.#resolveStarted('started')
      case 'trace':
        return this.#trace(message)
      case 'progress':
        this.#done = message.done
        return
      case 'ended':
        this.#end = message.end
        return
      case 'crash':
        return this.#options.onNotice(`${this.name} (pid ${this.pid}): ${message.text}`)
      case 'call':
      case 'cast':
      case 'cancel':
      case 'accept':
      case 'died':
        return this.#options.calls.receive(this.number, message)
      default:
        return this.#options.broker.receive(this.number, message)
    }
  }
}
