/**
 * What threads ask of the event-loop thread of their process: it owns sockets and processes, they
 * may block. A request goes through a BroadcastChannel, which a blocked thread can send on; the
 * answer comes through shared memory, which a blocked thread can wait on.
 */
import { randomUUID } from 'node:crypto'
import {
  BroadcastChannel,
  receiveMessageOnPort,
  threadId,
  type MessagePort,
} from 'node:worker_threads'
import type { Seconds } from '../core/units.ts'
import type { Disposable } from '../core/disposables.ts'
import type { LeaseReference, ProcessQueueReference, ProcessStart } from './job.ts'
import type { Typecode } from './sharedctypes/cells.ts'
import { errorFrom, errorToJson } from './errors.ts'
import { TimeoutError } from '../threading/errors.ts'
import { deadlineAfter, notify } from '../threading/futex.ts'
import { Control, runtime } from '../threading/runtime.ts'
import type { Steps } from '../threading/steps.ts'

/** Every request with its answer; answers are JSON. */
export interface Requests {
  openQueue: {
    body: { readonly memory: SharedArrayBuffer; readonly queue: ProcessQueueReference }
    answer: null
  }
  /** Questions of a JoinableQueue: queues/messages `ask`. */
  askQueue: {
    body: {
      readonly queue: number
      readonly about: 'done' | 'join'
      /** This process's puts so far, modulo 2^32. */
      readonly puts: number
    }
    answer: boolean
  }
  /** A thread has made a lock that is leased to processes (synchronize/lease-memory.ts). */
  openLease: { body: { readonly id: number; readonly memory: SharedArrayBuffer }; answer: null }
  /** Cells of the runner's process are shared with others (sharedctypes/raw.ts). */
  openShared: {
    body: {
      readonly id: number
      readonly code: Typecode
      readonly length: number
      readonly memory: SharedArrayBuffer
    }
    answer: null
  }
  /** Where answers to a thread's calls go (calls/calls.ts). */
  openCalls: {
    body: { readonly channel: number; readonly memory: SharedArrayBuffer }
    answer: null
  }
  startProcess: { body: StartProcess; answer: { readonly pid: number } }
  /** `force`: SIGKILL instead of SIGTERM. No effect on a process that has ended. */
  signalProcess: { body: { readonly process: number; readonly force: boolean }; answer: null }
  /** The living children of this process, posted to the channel: multiprocessing/children.ts. */
  listChildren: { body: { readonly channel: string }; answer: null }
  /** This process's end of what a thread has received, posted to the channel: received.ts. */
  openEnd: { body: { readonly channel: string; readonly end: EndReference }; answer: null }
}
export type EndReference =
  { readonly queue: ProcessQueueReference } | { readonly lease: LeaseReference }
export type RequestName = keyof Requests
export type Body<Name extends RequestName> = Requests[Name]['body']
export type Answer<Name extends RequestName> = Requests[Name]['answer']
export type RequestHandlers = {
  readonly [Name in RequestName]: (body: Body<Name>) => Answer<Name> | Promise<Answer<Name>>
}

export interface StartProcess extends ProcessStart {
  /** Arguments and fields of the object, by `packArguments`. */
  readonly args: Uint8Array
  /** multiprocessing/process-life.ts. */
  readonly life: SharedArrayBuffer
}

type Envelope = {
  readonly [Name in RequestName]: {
    readonly name: Name
    readonly body: Body<Name>
    readonly reply: SharedArrayBuffer
  }
}[RequestName]

const STATE = 0
const LENGTH = 1
const REPLY_HEADER_BYTES = 8
const REPLY_BYTES = 16 * 1024
const State = { pending: 0, answered: 1, failed: 2 } as const

/** Sends a request; nobody waits for its answer. */
export function post<Name extends RequestName>(name: Name, body: Body<Name>): SharedArrayBuffer {
  const reply = new SharedArrayBuffer(REPLY_HEADER_BYTES + REPLY_BYTES)
  // Opened for this one message: a channel that stays open would also collect what others send.
  const channel = new BroadcastChannel(channelName(runtime.control))
  channel.postMessage({ name, body, reply })
  channel.close()
  return reply
}

/**
 * Sends a request and waits for its answer.
 * @throws what the event-loop thread threw, under the same name; TimeoutError when there was no
 * answer in time, KeyboardInterrupt when the run is being stopped.
 */
export function* request<Name extends RequestName>(
  name: Name,
  body: Body<Name>,
  timeout: Seconds | undefined,
): Steps<Answer<Name>> {
  const reply = post(name, body)
  const words = new Int32Array(reply, 0, 2)
  const deadline = deadlineAfter(timeout)
  while (Atomics.load(words, STATE) === State.pending) {
    if (!(yield { words, index: STATE, expected: State.pending, deadline }))
      throw new TimeoutError(`${name}: no answer within ${timeout ?? 0} s`)
  }
  // A copy: text is not decoded from shared memory.
  const length = Atomics.load(words, LENGTH)
  const text = Buffer.from(new Uint8Array(reply, REPLY_HEADER_BYTES, length).slice()).toString()
  const answer: unknown = JSON.parse(text)
  if (Atomics.load(words, STATE) === State.failed) throw errorFrom(answer)
  // Written by the handler of this name, in the same program.
  return answer as Answer<Name>
}

/**
 * A request whose answer carries shared memory, which that of others cannot: it is posted to a
 * channel (`answerOn`) before the request is answered.
 * @throws as `request`.
 */
export function* requestOnChannel<Name extends 'listChildren' | 'openEnd'>(
  name: Name,
  bodyOf: (channel: string) => Body<Name>,
  timeout: Seconds,
): Steps<unknown> {
  const channelName = `interleave.answer.${randomUUID()}`
  const channel = new BroadcastChannel(channelName)
  const received: unknown[] = []
  channel.onmessage = (event: unknown) => received.push((event as { readonly data: unknown }).data)
  try {
    yield* request(name, bodyOf(channelName), timeout)
    // Sent before the answer. An event loop may have delivered it already.
    const [content = take(channel)] = received
    return content
  } finally {
    channel.close()
  }
}

/** Node's function takes broadcast channels as well, though its types name only MessagePort. */
const take = (channel: BroadcastChannel): unknown =>
  (receiveMessageOnPort(channel as unknown as MessagePort) as { readonly message: unknown }).message

/** By the event-loop thread: what `requestOnChannel` gives. */
export function answerOn(channelName: string, content: unknown): null {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(content)
  channel.close()
  return null
}

function answer(reply: SharedArrayBuffer, state: number, value: unknown): void {
  const words = new Int32Array(reply, 0, 2)
  const bytes = Buffer.from(JSON.stringify(value))
  if (bytes.length > REPLY_BYTES)
    return answer(reply, State.failed, errorToJson(new RangeError('the answer is too long')))
  new Uint8Array(reply).set(bytes, REPLY_HEADER_BYTES)
  Atomics.store(words, LENGTH, bytes.length)
  // Last: whoever sees the state can read the answer.
  Atomics.store(words, STATE, state)
  notify(words, STATE)
}

let servers = 0

const channelName = (control: Int32Array): string =>
  `interleave.requests.${Atomics.load(control, Control.requests)}`

/** The event-loop thread's side. One for each thread host, before its threads run. */
export class RequestServer implements Disposable {
  readonly #channel: BroadcastChannel
  readonly #handlers: RequestHandlers

  constructor(control: Int32Array, handlers: RequestHandlers) {
    // Unique among the thread hosts of this process, also if they live in different threads.
    Atomics.store(control, Control.requests, threadId * 65_536 + ++servers)
    this.#handlers = handlers
    this.#channel = new BroadcastChannel(channelName(control))
    this.#channel.onmessage = (event) => {
      // Only `post` sends on this channel.
      void this.#serve((event as { readonly data: Envelope }).data)
    }
    this.#channel.unref()
  }

  dispose(): void {
    this.#channel.close()
  }

  async #serve(envelope: Envelope): Promise<void> {
    try {
      answer(envelope.reply, State.answered, await this.#handle(envelope))
    } catch (error) {
      answer(envelope.reply, State.failed, errorToJson(error))
    }
  }

  #handle(envelope: Envelope): unknown {
    switch (envelope.name) {
      case 'openQueue':
        return this.#handlers.openQueue(envelope.body)
      case 'askQueue':
        return this.#handlers.askQueue(envelope.body)
      case 'openLease':
        return this.#handlers.openLease(envelope.body)
      case 'openShared':
        return this.#handlers.openShared(envelope.body)
      case 'openCalls':
        return this.#handlers.openCalls(envelope.body)
      case 'startProcess':
        return this.#handlers.startProcess(envelope.body)
      case 'signalProcess':
        return this.#handlers.signalProcess(envelope.body)
      case 'listChildren':
        return this.#handlers.listChildren(envelope.body)
      case 'openEnd':
        return this.#handlers.openEnd(envelope.body)
    }
  }
}
