/**
 * Where calls arrive: the services of a run, on the event-loop thread of its runner. A service
 * answers a call now or later; it is told when a caller gives up, and when a thread or a process
 * that may have left something behind is gone.
 */
import { RuntimeError } from '../../threading/errors.ts'
import { errorToJson } from '../errors.ts'
import { FrameError } from '../frames.ts'
import { AnswerStatus, type FromCallServer, type ToCallServer } from './call-messages.ts'
import { packData, unpackData } from './values.ts'

export interface Caller {
  /** Which process of the run; 0: the runner's own. */
  readonly process: number
  readonly pid: number
  /** The process's name. */
  readonly name: string
  readonly ident: number
  /** Aborted when nobody waits for the answer any more. Never for casts. */
  readonly signal: AbortSignal
}

/** Arguments come from another process: check them. What is thrown is thrown in the caller. */
export type Method = (caller: Caller, ...args: readonly unknown[]) => unknown

export interface Service {
  /** An answer is a value, a promise of one, or `granted`. */
  readonly methods: Readonly<Record<string, Method>>
  /** A thread died without a word. Its calls have been cancelled. */
  threadDied?(process: number, ident: number): void
  /** A process is gone, orderly or not. Its calls have been cancelled. */
  processEnded?(process: Pick<CallLink, 'process' | 'pid' | 'name'>): void
  /** The program has ended: forget everything that it made. */
  reset?(): void
}

/** An answer that goes back if the caller is gone when it arrives. */
class Granted {
  readonly value: unknown
  readonly undo: () => void

  constructor(value: unknown, undo: () => void) {
    this.value = value
    this.undo = undo
  }
}

/** @param undo called at most once, if the caller does not accept it. */
export const granted = (value: unknown, undo: () => void): unknown => new Granted(value, undo)

/** The way to one process. */
export interface CallLink {
  /** 0: the runner's own. */
  readonly process: number
  readonly pid: number
  readonly name: string
  send(message: FromCallServer): void
}

interface Call {
  readonly number: number
  readonly ident: number
  readonly link: CallLink
  readonly abort: AbortController
  /** Once it is answered and not accepted. */
  undo: (() => void) | undefined
}

interface Member {
  readonly link: CallLink
  readonly calls: Map<number, Call>
}

const never = new AbortController().signal

export class CallServer {
  readonly #services = new Map<string, Service>()
  readonly #members = new Map<number, Member>()

  register(name: string, service: Service): void {
    this.#services.set(name, service)
  }

  attach(link: CallLink): void {
    this.#members.set(link.process, { link, calls: new Map() })
  }

  /** The process is gone. */
  detach(process: number): void {
    const member = this.#members.get(process)
    if (member === undefined) return
    this.#members.delete(process)
    for (const call of [...member.calls.values()]) this.#cancel(member, call)
    for (const service of this.#services.values()) service.processEnded?.(member.link)
  }

  /** Something a process should know (`CallHub.onTold`). No effect on one that is gone. */
  tell(process: number, service: string, ...content: readonly unknown[]): void {
    this.#members.get(process)?.link.send({ type: 'tell', bytes: packData([service, ...content]) })
  }

  /** The program has ended. */
  reset(): void {
    for (const service of this.#services.values()) service.reset?.()
  }

  /** @throws FrameError when the process breaks the protocol; the connection must then end. */
  receive(process: number, message: ToCallServer): void {
    const member = this.#members.get(process)
    if (member === undefined) return
    switch (message.type) {
      case 'call':
        return this.#call(member, message.call, message.ident, message.bytes)
      case 'cast':
        return this.#cast(member, message.ident, message.bytes)
      case 'cancel': {
        const call = member.calls.get(message.call)
        return call && this.#cancel(member, call)
      }
      case 'accept':
        member.calls.delete(message.call)
        return
      case 'died': {
        for (const call of [...member.calls.values()])
          if (call.ident === message.ident) this.#cancel(member, call)
        for (const service of this.#services.values()) service.threadDied?.(process, message.ident)
      }
    }
  }

  #call(member: Member, number: number, ident: number, bytes: Uint8Array): void {
    const { link, calls } = member
    const call: Call = { number, ident, link, abort: new AbortController(), undo: undefined }
    calls.set(number, call)
    let answer: unknown
    try {
      answer = this.#invoke(member, ident, bytes, call.abort.signal)
    } catch (error) {
      return this.#fail(member, call, error)
    }
    if (!(answer instanceof Promise)) return this.#answer(member, call, answer)
    answer.then(
      (value) => this.#answer(member, call, value),
      (error: unknown) => this.#fail(member, call, error),
    )
  }

  #cast(member: Member, ident: number, bytes: Uint8Array): void {
    try {
      const answer = this.#invoke(member, ident, bytes, never)
      if (answer instanceof Promise) answer.catch(() => undefined)
    } catch (error) {
      // Nobody waits to hear it; but a peer that breaks the protocol is ended.
      if (error instanceof FrameError) throw error
    }
  }

  #invoke({ link }: Member, ident: number, bytes: Uint8Array, signal: AbortSignal): unknown {
    const [service, method, args] = request(bytes)
    const methods = this.#services.get(service)?.methods
    const handler = methods && Object.hasOwn(methods, method) ? methods[method] : undefined
    if (handler === undefined) throw new RuntimeError(`no service ${service}.${method}`)
    const { process, pid, name } = link
    return handler({ process, pid, name, ident, signal }, ...args)
  }

  #answer(member: Member, call: Call, answer: unknown): void {
    const grant = answer instanceof Granted ? answer : undefined
    // Given up in the meantime.
    if (!member.calls.has(call.number)) return grant?.undo()
    let bytes: Buffer
    try {
      // Data: what callers gave to a service comes back as it came, handles included.
      bytes = packData(grant ? grant.value : answer)
    } catch (error) {
      grant?.undo()
      return this.#fail(member, call, error)
    }
    if (grant === undefined) member.calls.delete(call.number)
    else call.undo = grant.undo
    const status = grant === undefined ? AnswerStatus.returned : AnswerStatus.granted
    call.link.send({ type: 'reply', call: call.number, status, bytes })
  }

  #fail(member: Member, call: Call, error: unknown): void {
    if (!member.calls.delete(call.number)) return
    const bytes = packData(errorToJson(error))
    call.link.send({ type: 'reply', call: call.number, status: AnswerStatus.threw, bytes })
  }

  #cancel(member: Member, call: Call): void {
    member.calls.delete(call.number)
    call.abort.abort()
    call.undo?.()
  }
}

function request(bytes: Uint8Array): readonly [string, string, readonly unknown[]] {
  const content = unpackData(bytes)
  if (!Array.isArray(content)) throw new FrameError('malformed call')
  // An array of whatever it was made of.
  const [service, method, args] = content as readonly unknown[]
  if (typeof service !== 'string' || typeof method !== 'string' || !Array.isArray(args))
    throw new FrameError('malformed call')
  return [service, method, args]
}
