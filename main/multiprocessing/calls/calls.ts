/**
 * Calls from threads to services on the runner's event-loop thread. The request goes through a ring
 * that all threads of a process share, so that what threads have done in some order arrives in that
 * order; the answer comes back through a ring of the thread's own, which it can wait on.
 *
 * A call whose caller gives up (timeout, KeyboardInterrupt, death) is cancelled. What was granted
 * to it in the same moment is undone by the service: it is delivered or it is not, never lost.
 */
import type { Seconds } from '../../core/units.ts'
import { TimeoutError } from '../../threading/errors.ts'
import { deadlineAfter, NEVER, notify, type Deadline } from '../../threading/futex.ts'
import { Tried, tryAsSleeper, tryLockMutex, unlockMutex } from '../../threading/mutex.ts'
import { Control, requireThread, runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { errorFrom } from '../errors.ts'
import { post } from '../requests.ts'
import { AnswerStatus, RequestKind } from './call-messages.ts'
import { CALL_RING_WORDS, CallRing, MAX_PART_BYTES, MORE, PartAssembler } from './call-ring.ts'
import { packValue, unpackValue } from './values.ts'

/** The answer did not come in time. */
export const TIMED_OUT: unique symbol = Symbol('timed out')

export interface CallHooks {
  /** The call is on its way: whatever any thread of this process sends from now on comes after it. */
  onSent?(): void
  /** Something that could be undone was granted; the runner has not heard that it arrived. */
  onGranted?(): void
}

interface Answer {
  readonly status: number
  readonly bytes: Buffer
}

/** This thread's end of the channel. One for each process it has been a thread of: in practice one. */
class CallChannel {
  readonly control: Int32Array
  readonly #number: number
  readonly #requests: CallRing
  readonly #answers: CallRing
  readonly #assembler = new PartAssembler()
  readonly #pending = new Map<number, Answer | undefined>()
  #calls = 0

  constructor(control: Int32Array) {
    this.control = control
    this.#number = Atomics.add(control, Control.callChannels, 1) + 1
    this.#requests = new CallRing(control, Control.calls)
    const memory = new SharedArrayBuffer(CALL_RING_WORDS * 4)
    this.#answers = new CallRing(new Int32Array(memory), 0)
    post('openCalls', { channel: this.#number, memory })
  }

  /** @returns TIMED_OUT when the deadline passed: the call is cancelled then. */
  *call(content: Buffer, deadline: Deadline, hooks: CallHooks): Steps<unknown> {
    const call = this.#nextCall()
    this.#pending.set(call, undefined)
    let over = false
    try {
      yield* this.#send(RequestKind.call, call, content)
      hooks.onSent?.()
      const answer = yield* this.#await(call, deadline)
      over = true
      if (answer === undefined) {
        yield* this.#send(RequestKind.cancel, call)
        return TIMED_OUT
      }
      if (answer.status === AnswerStatus.threw) throw errorFrom(unpackValue(answer.bytes))
      if (answer.status === AnswerStatus.granted) {
        hooks.onGranted?.()
        yield* this.#send(RequestKind.accept, call)
      }
      return unpackValue(answer.bytes)
    } finally {
      this.#pending.delete(call)
      if (!over) this.#cancel(call)
    }
  }

  *cast(content: Buffer): Steps<void> {
    yield* this.#send(RequestKind.cast, this.#nextCall(), content)
  }

  #nextCall(): number {
    this.#calls = (this.#calls + 1) | 0
    return this.#calls
  }

  *#await(call: number, deadline: Deadline): Steps<Answer | undefined> {
    const { words, tail } = this.#answers
    for (;;) {
      // Before looking: what arrives after the look changes the word that is waited on.
      const seen = Atomics.load(words, tail)
      this.#collect()
      const answer = this.#pending.get(call)
      if (answer !== undefined) return answer
      if (!(yield { words, index: tail, expected: seen, deadline })) return undefined
    }
  }

  #collect(): void {
    for (;;) {
      const part = this.#answers.tryRead()
      if (part === undefined) break
      const bytes = this.#assembler.add(part)
      // Of a call that was given up: the service knows.
      if (bytes === undefined || !this.#pending.has(part.call)) continue
      this.#pending.set(part.call, { status: part.kind, bytes })
    }
    if (this.#answers.hasBacklog) this.#ring()
  }

  *#send(kind: number, call: number, content: Uint8Array = NOTHING): Steps<void> {
    const steps = this.#sendSteps(kind, call, content)
    // In one go, in either form: a thread that blocks while a task of its own is in the middle of
    // sending would wait for itself.
    if (runtime.mayBlock) runBlocking(steps, 'callAsync')
    else yield* steps
  }

  *#sendSteps(kind: number, call: number, content: Uint8Array): Steps<void> {
    const requests = this.#requests
    const { words, mutex } = requests
    while (!tryLockMutex(words, mutex)) {
      const tried = tryAsSleeper(words, mutex)
      // Taken over from a thread that died: what it wrote counts only once its tail was stored.
      if (tried === Tried.locked || tried === Tried.takenOver) break
      yield { words, index: mutex, expected: tried, deadline: NEVER }
    }
    try {
      let from = 0
      do {
        const to = Math.min(content.length, from + MAX_PART_BYTES)
        yield* this.#write(to < content.length ? MORE : kind, call, content, from, to)
        from = to
      } while (from < content.length)
    } finally {
      unlockMutex(words, mutex)
    }
    this.#ring()
  }

  *#write(kind: number, call: number, content: Uint8Array, from: number, to: number): Steps<void> {
    const requests = this.#requests
    const { words, head } = requests
    const header = { kind, channel: this.#number, call, ident: runtime.ident }
    for (;;) {
      const seen = Atomics.load(words, head)
      if (requests.tryWrite(header, content, from, to)) return
      // Before the second look: the reader stores its head before it looks whether somebody waits.
      requests.writerWaits = true
      if (requests.tryWrite(header, content, from, to)) return
      this.#ring()
      yield { words, index: head, expected: seen, deadline: NEVER }
    }
  }

  /** Not a step: a thread that is being stopped must not wait again. */
  #cancel(call: number): void {
    const { words, mutex } = this.#requests
    // Many tries: the ring is locked for moments only. Should all fail, or the ring be full, the
    // service hears of it when the thread or its process ends.
    for (let tries = 0; tries < CANCEL_TRIES; tries++) {
      if (!tryLockMutex(words, mutex) && tryAsSleeper(words, mutex) < 0) continue
      const header = { kind: RequestKind.cancel, channel: this.#number, call, ident: runtime.ident }
      this.#requests.tryWrite(header, NOTHING, 0, 0)
      unlockMutex(words, mutex)
      this.#ring()
      return
    }
  }

  #ring(): void {
    const { control } = this
    // Rung and not yet heard: the event-loop thread sets it back before it looks.
    if (Atomics.load(control, Control.callBell) === 1) return
    if (Atomics.exchange(control, Control.callBell, 1) === 0) notify(control, Control.callBell)
  }
}

const CANCEL_TRIES = 100_000
const NOTHING = new Uint8Array(0)

let channel: CallChannel | undefined

function currentChannel(): CallChannel {
  if (channel?.control !== runtime.control) {
    requireThread('call')
    channel = new CallChannel(runtime.control)
  }
  return channel
}

/**
 * Calls a method of a service in the runner and waits for its answer.
 * @param timeout seconds; undefined: without limit.
 * @throws what the method threw, under its name and with its stack as the cause; TimeoutError when
 * there was no answer in time, KeyboardInterrupt when the run is being stopped (the call is
 * cancelled in both cases); RuntimeError or PicklingError for an argument that cannot travel.
 */
export function* call(
  service: string,
  method: string,
  args: readonly unknown[],
  timeout?: Seconds,
): Steps<unknown> {
  const answer = yield* callUntil(service, method, args, deadlineAfter(timeout))
  if (answer === TIMED_OUT)
    throw new TimeoutError(`${service}.${method}: no answer within ${timeout ?? 0} s`)
  return answer
}

/** The same until a deadline; TIMED_OUT when it passed. */
export function callUntil(
  service: string,
  method: string,
  args: readonly unknown[],
  deadline: Deadline,
  hooks: CallHooks = {},
): Steps<unknown> {
  return currentChannel().call(packValue([service, method, args]), deadline, hooks)
}

/**
 * A call whose answer nobody waits for; in order with all calls of this process. On a thread that
 * may block it is on its way when this returns.
 */
export function castNow(service: string, method: string, args: readonly unknown[]): void {
  const steps = currentChannel().cast(packValue([service, method, args]))
  if (runtime.mayBlock) runBlocking(steps, 'cast')
  else void runAsync(steps)
}

/** `call` on a thread that may block. */
export const callBlocking = (
  service: string,
  method: string,
  args: readonly unknown[],
  timeout?: Seconds,
): unknown => runBlocking(call(service, method, args, timeout), `${method}Async`)

/** `call` on any thread. */
export const callAsync = (
  service: string,
  method: string,
  args: readonly unknown[],
  timeout?: Seconds,
): Promise<unknown> => runAsync(call(service, method, args, timeout))
