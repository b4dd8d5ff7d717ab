/** One child process as the runner sees it: its process, its connection, how far it has come. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Seconds } from '../core/units.ts'
import type { CallServer } from '../multiprocessing/calls/call-server.ts'
import type { QueueBroker } from '../multiprocessing/queues/broker.ts'
import { FrameWriter } from '../multiprocessing/frames.ts'
import type { ProcessJob } from '../multiprocessing/job.ts'
import type { ProcessReport } from '../multiprocessing/process-messages.ts'
import { readFromChild, writeMessage } from '../multiprocessing/message-codec.ts'
import type { FromChild, ToChild } from '../multiprocessing/messages.ts'
import type { LaneEnd, OutputStream } from '../trace/model.ts'
import type { Caller } from './child-server.ts'
import type { ChildFrame } from './children.ts'
import type { LaunchedProcess } from './process.ts'

export interface ChildOptions {
  /** Which process of the run, from 1. */
  readonly number: number
  /** What it must say to be believed. */
  readonly token: string
  /** Its resource ids are of this range. */
  readonly resourceRange: number
  readonly launched: LaunchedProcess
}

/** Where what a child says goes to. */
export interface ChildEvents {
  readonly broker: QueueBroker
  readonly calls: CallServer
  readonly onTrace: (frame: ChildFrame) => void
  readonly onNotice: (text: string) => void
  readonly onOutput: (stream: OutputStream, text: string) => void
  /** A thread of it asks for something about the processes that it starts. */
  readonly onRequest: (from: Child, message: RequestMessage) => void
}

/** What a child is to run. */
export interface Assignment {
  readonly job: ProcessJob
  /** By `packArguments`. */
  readonly args: Uint8Array
  /** It runs. */
  readonly onStarted: () => void
  /** It has run and is gone. */
  readonly onEnded: (exitcode: number) => void
}

export type RequestMessage = Extract<FromChild, { type: 'request' }>
type TraceMessage = Extract<FromChild, { type: 'trace' }>
type Signal = 'SIGTERM' | 'SIGKILL'

export class Child {
  readonly number: number
  readonly token: string
  readonly resourceRange: number
  /** `started`, or why it never ran. */
  readonly started: Promise<string>
  /** Resolves when it is gone and everything about it has been said. */
  readonly ended: Promise<void>
  readonly #launched: LaunchedProcess
  readonly #events: ChildEvents
  #assignment: Assignment | undefined
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

  constructor({ number, token, resourceRange, launched }: ChildOptions, events: ChildEvents) {
    this.#launched = launched
    this.#events = events
    this.number = number
    this.token = token
    this.resourceRange = resourceRange
    this.started = new Promise((resolve) => (this.#resolveStarted = resolve))
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
  }

  /** 0 until it is known. */
  get pid(): number {
    return this.#caller?.pid ?? this.#launched.pid ?? 0
  }

  /** It waits for something to run. */
  get isSpare(): boolean {
    return this.#assignment === undefined
  }

  get name(): string {
    return this.#assignment?.job.name ?? 'a spare process'
  }

  get daemon(): boolean {
    return this.#assignment?.job.daemon ?? true
  }

  /** Number of the process that started it; 0: the runner. */
  get parent(): number {
    return this.#assignment?.job.parentProcess.number ?? 0
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
    const { broker, onNotice } = this.#events
    const writer = new FrameWriter(caller.socket)
    this.#writer = writer
    this.#closed = new Promise((resolve) => caller.socket.once('close', () => resolve()))
    writer.onDrain(() => broker.resume(this.number))
    caller.onFrame = (type, payload) => this.#receive(type, payload)
    caller.onError = (error) => {
      onNotice(`${this.name} (pid ${this.pid}) broke the protocol and is ended: ${error.message}`)
      this.signal(true)
    }
    this.#begin()
  }

  /** Once, and sent as soon as it has called in. */
  assign(assignment: Assignment): void {
    this.#assignment = assignment
    this.#begin()
  }

  /** It has called in, and there is something for it to run. */
  #begin(): void {
    const writer = this.#writer
    if (writer === undefined || this.#assignment === undefined) return
    const { broker, calls } = this.#events
    const { job, args } = this.#assignment
    broker.attach({
      process: this.number,
      get isCongested() {
        return writer.isCongested
      },
      send: (message) => writeMessage(writer, message),
    })
    const { number, pid, name } = this
    calls.attach({ process: number, pid, name, send: (message) => writeMessage(writer, message) })
    this.#send({ type: 'job', job, args })
  }

  stop(): void {
    this.#send({ type: 'stop' })
  }

  signal(force: boolean): void {
    this.#signalled = force ? 'SIGKILL' : 'SIGTERM'
    if (force) this.#launched.kill()
    else this.#launched.terminate()
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

  /** About processes that it has started, and the one that started it. */
  report(report: ProcessReport): void {
    this.#send({ type: 'report', report })
  }

  finish(exitcode: number, reason: string): void {
    if (this.#wasStarted) this.#assignment?.onEnded(exitcode)
    this.#resolveStarted(reason)
    this.#resolveEnded()
  }

  #send(message: ToChild): void {
    if (this.#writer !== undefined) writeMessage(this.#writer, message)
  }

  #trace({ source, watermark, records }: TraceMessage): void {
    this.#sources.add(source)
    const { number, pid } = this
    this.#events.onTrace({ process: number, pid, source, watermark, records })
  }

  #receive(type: number, payload: Buffer): void {
    const message = readFromChild(type, payload)
    switch (message.type) {
      case 'hello':
        return
      case 'started':
        this.#wasStarted = true
        this.#assignment?.onStarted()
        return this.#resolveStarted('started')
      case 'trace':
        return this.#trace(message)
      case 'progress':
        this.#done = message.done
        return
      case 'output':
        return this.#events.onOutput(message.stream, message.text)
      case 'ended':
        this.#end = message.end
        return
      case 'crash':
        return this.#events.onNotice(`${this.name} (pid ${this.pid}): ${message.text}`)
      case 'request':
        return this.#events.onRequest(this, message)
      case 'call':
      case 'cast':
      case 'cancel':
      case 'accept':
      case 'died':
        return this.#events.calls.receive(this.number, message)
      default:
        return this.#events.broker.receive(this.number, message)
    }
  }
}
