/**
 * Messages between two threads of a process, with everything that structured clone can carry:
 * shared memory included, which no queue can. A channel has one sender and one receiver; the word
 * that is waited on may be shared by several channels.
 */
import { randomUUID } from 'node:crypto'
import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { PicklingError } from '../../threading/errors.ts'
import { notify, type Deadline } from '../../threading/futex.ts'
import type { Steps } from '../../threading/steps.ts'

/** Messages sent; receivers asleep; 1 once the receiver shall not take any more; 1 once it listens. */
const SENT = 0
const SLEEPING = 1
const SHUT = 2
const OPEN = 3
const WORDS = 16

export interface MailHandle {
  readonly channel: string
  readonly words: Int32Array<SharedArrayBuffer>
}

export const allocateBell = (): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(WORDS * 4))

/** @param bell shared by channels that one receiver waits for together. */
export const allocateMail = (bell = allocateBell()): MailHandle => ({
  channel: `interleave.mail.${randomUUID()}`,
  words: bell,
})

export class Outbox {
  readonly #channel: BroadcastChannel
  readonly #words: Int32Array<SharedArrayBuffer>

  constructor({ channel, words }: MailHandle) {
    this.#channel = new BroadcastChannel(channel)
    this.#channel.unref()
    this.#words = words
  }

  /** @throws PicklingError for what structured clone cannot carry. */
  send(message: unknown): void {
    try {
      this.#channel.postMessage(message)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new PicklingError(`Can't pickle: ${reason}`, { cause: error })
    }
    // After the message is in the receiver's port: whoever sees the count finds it there.
    Atomics.add(this.#words, SENT, 1)
    if (Atomics.load(this.#words, SLEEPING) > 0) notify(this.#words, SENT)
  }

  /** The receiver listens: what is sent to a channel before is lost. */
  get isOpen(): boolean {
    return Atomics.load(this.#words, OPEN) === 1
  }

  /** Until the receiver listens; false: the deadline passed first. */
  *awaitOpen(deadline: Deadline): Steps<boolean> {
    const words = this.#words
    while (!this.isOpen) if (!(yield { words, index: OPEN, expected: 0, deadline })) return false
    return true
  }

  /** The receiver takes nothing more, also of what was sent before. */
  shut(): void {
    Atomics.store(this.#words, SHUT, 1)
    Atomics.add(this.#words, SENT, 1)
    notify(this.#words, SENT)
  }

  close(): void {
    this.#channel.close()
  }
}

export class Inbox {
  readonly words: Int32Array
  readonly #channel: BroadcastChannel
  /** What the event loop delivered, before somebody took it. */
  readonly #delivered: unknown[] = []

  constructor({ channel, words }: MailHandle) {
    this.words = words
    this.#channel = new BroadcastChannel(channel)
    this.#channel.onmessage = (event: unknown) => {
      this.#delivered.push((event as { readonly data: unknown }).data)
    }
    this.#channel.unref()
    Atomics.store(words, OPEN, 1)
    notify(words, OPEN)
  }

  get isShut(): boolean {
    return Atomics.load(this.words, SHUT) === 1
  }

  /** Undefined: there is none. */
  take(): unknown {
    if (this.#delivered.length > 0) return this.#delivered.shift()
    // Node's function takes broadcast channels as well, though its types name only MessagePort.
    const received = receiveMessageOnPort(this.#channel as unknown as MessagePort)
    return (received as { readonly message: unknown } | undefined)?.message
  }

  close(): void {
    this.#channel.close()
  }
}

/** Until `take` gives something; undefined: the deadline passed first. */
export function* awaitMail<Message>(
  words: Int32Array,
  take: () => Message | undefined,
  deadline: Deadline,
): Steps<Message | undefined> {
  for (;;) {
    // Before the attempt: what is sent after it changes the word.
    const expected = Atomics.load(words, SENT)
    const message = take()
    if (message !== undefined) return message
    // Before the word is looked at again: a sender that sees no sleeper has changed it already.
    Atomics.add(words, SLEEPING, 1)
    try {
      if (!(yield { words, index: SENT, expected, deadline })) return undefined
    } finally {
      Atomics.sub(words, SLEEPING, 1)
    }
  }
}
