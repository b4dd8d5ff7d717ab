/**
 * The locks between processes, in the runner, which owns them all. It leases a lock to the process
 * of the first waiter; waiters come first in, first out, whichever process they belong to. While
 * others wait, a process keeps a lease for one millisecond and may acquire and release the lock as
 * often as it likes in that time: barging within a process, turns between processes.
 *
 * A process that dies takes the lease with it. Whether the lock was held then is what the process
 * said last: that was at most 8 ms ago and never older than anything else it has sent.
 */
import { LockAbandoned } from '../../threading/errors.ts'
import { granted, type Caller, type CallServer, type Service } from '../calls/call-server.ts'
import { integer, text } from '../calls/check.ts'
import { describe, releasedTooOften, whyAbandoned } from './errors.ts'
import { LEASES } from './lease-hub.ts'

/** How long a process keeps a lease that others wait for. Milliseconds. */
const MINIMUM_LEASE = 1

export type LeaseAnswer =
  /** `by`: ident of the thread that released it last, or 0. */
  | { readonly type: 'granted'; readonly by: number }
  /** The lease is in the caller's own process. */
  | { readonly type: 'here' }
  /** `holder`: ident of the thread that owns it, or 0. */
  | { readonly type: 'busy'; readonly holder: number }

interface Waiter {
  readonly process: number
  readonly ident: number
  /** It would not wait: answered as soon as it is known whether somebody owns the lock. */
  readonly once: boolean
  answer(answer: unknown): void
  fail(error: Error): void
}

interface Release {
  done(released: boolean): void
}

class Lease {
  readonly #id: number
  readonly #name: string
  readonly #server: CallServer
  /** Process that has it. */
  #process: number | undefined
  /** Ident of the owner, as its process said last; 0: nobody. */
  #owner = 0
  /** Who released it last. */
  #by = 0
  #grantedAt = 0
  /** Changes with every grant, so that an old one cannot be undone. */
  #grants = 0
  #recalled = false
  /** It was called back, and somebody owns it. */
  #busy = false
  #timer: NodeJS.Timeout | undefined
  #waiting: Waiter[] = []
  #abandoned: string | undefined
  readonly #releases = new Map<number, Release>()
  #tickets = 0

  constructor(id: number, name: string, server: CallServer) {
    this.#id = id
    this.#name = name
    this.#server = server
  }

  /** @param mode `ask`: say who has it rather than wait; `try`: the same once that is known. */
  acquire(caller: Caller, mode: string): unknown {
    if (this.#abandoned !== undefined) throw new LockAbandoned(this.#abandoned)
    if (this.#process === undefined) return this.#grant(caller.process, caller.ident)
    if (this.#process === caller.process && !this.#recalled) return here
    if (mode === 'ask' || (mode === 'try' && (this.#busy || this.#waiting.length > 0)))
      return this.#busyAnswer
    return new Promise((answer, fail) => {
      const { process, ident, signal } = caller
      const waiter = { process, ident, once: mode === 'try', answer, fail }
      this.#waiting.push(waiter)
      signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiter)
      })
      this.#scheduleRecall(mode === 'try')
    })
  }

  giveBack(process: number, by: number): void {
    if (this.#process !== process) return
    this.#by = by || this.#owner
    this.#free()
  }

  owned(process: number, owner: number): void {
    if (this.#process === process) this.#owner = owner
  }

  busy(process: number): void {
    if (this.#process !== process || !this.#recalled) return
    this.#busy = true
    const once = this.#waiting.filter((waiter) => waiter.once)
    this.#waiting = this.#waiting.filter((waiter) => !waiter.once)
    for (const waiter of once) waiter.answer(this.#busyAnswer)
  }

  /** Its owner has died; the lock stays locked until somebody releases it. */
  abandon(process: number, what: string, who: string): void {
    if (this.#process !== process) return
    this.#leave()
    if (this.#releases.size > 0) return this.#settleReleases(true)
    const why = whyAbandoned(what, who, this.#name)
    this.#abandoned = why
    for (const waiter of this.#waiting.splice(0)) waiter.fail(new LockAbandoned(why))
  }

  processEnded(process: number, who: string): void {
    if (this.#process !== process) return
    if (this.#owner !== 0) return this.abandon(process, 'process', who)
    this.#settleReleases(false)
    this.#free()
  }

  /** By a thread in whose process the lock is not. */
  release(): unknown {
    if (this.#abandoned !== undefined) {
      this.#abandoned = undefined
      return undefined
    }
    const process = this.#process
    if (process === undefined) throw releasedTooOften()
    return new Promise<undefined>((resolve, reject) => {
      const ticket = ++this.#tickets
      const done = (released: boolean) => {
        if (released) resolve(undefined)
        else reject(releasedTooOften())
      }
      this.#releases.set(ticket, { done })
      this.#server.tell(process, LEASES, 'release', this.#id, ticket)
    })
  }

  /** An RLock, which only its owner may release: the dead one's. @returns whether it was dead. */
  recover(): boolean {
    const wasAbandoned = this.#abandoned !== undefined
    this.#abandoned = undefined
    return wasAbandoned
  }

  released(ticket: number, released: boolean): void {
    this.#releases.get(ticket)?.done(released)
    this.#releases.delete(ticket)
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  get #busyAnswer(): LeaseAnswer {
    return { type: 'busy', holder: this.#owner }
  }

  #grant(process: number, ident: number): unknown {
    this.#process = process
    this.#owner = ident
    this.#grantedAt = performance.now()
    const grant = ++this.#grants
    if (this.#waiting.length > 0) this.#scheduleRecall(false)
    const answer: LeaseAnswer = { type: 'granted', by: this.#by }
    return granted(answer, () => {
      // Unless the thread took it, and then died: its process has said so before.
      if (this.#grants === grant && this.#process === process) this.#free()
    })
  }

  #free(): void {
    this.#leave()
    const next = this.#waiting.shift()
    if (next !== undefined) next.answer(this.#grant(next.process, next.ident))
  }

  #leave(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#process = undefined
    this.#owner = 0
    this.#recalled = false
    this.#busy = false
    this.#grants++
  }

  #scheduleRecall(now: boolean): void {
    if (this.#recalled) return
    const left = MINIMUM_LEASE - (performance.now() - this.#grantedAt)
    if (now || left <= 0) this.#recall()
    else this.#timer ??= setTimeout(() => this.#recall(), left)
  }

  #recall(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#process === undefined || this.#recalled) return
    this.#recalled = true
    this.#server.tell(this.#process, LEASES, 'recall', this.#id)
  }

  #settleReleases(released: boolean): void {
    const releases = [...this.#releases.values()]
    this.#releases.clear()
    for (const { done } of releases) done(released)
    if (released) this.#free()
  }
}

const here: LeaseAnswer = { type: 'here' }

export function leaseService(server: CallServer): Service {
  const leases = new Map<number, Lease>()
  /** The first to mention a lock makes it known. */
  const leaseOf = (id: unknown, name: unknown = ''): Lease => {
    const known = leases.get(integer(id))
    if (known !== undefined) return known
    const made = new Lease(integer(id), text(name), server)
    leases.set(integer(id), made)
    return made
  }
  return {
    methods: {
      acquire: (caller, id, name, mode) => leaseOf(id, name).acquire(caller, text(mode)),
      release: (_caller, id, name) => leaseOf(id, name).release(),
      recover: (_caller, id, name) => leaseOf(id, name).recover(),
      giveBack: ({ process, ident }, id) => leaseOf(id).giveBack(process, ident),
      owned: ({ process }, id, owner) => leaseOf(id).owned(process, integer(owner)),
      busy: ({ process }, id) => leaseOf(id).busy(process),
      released: (_caller, id, ticket, released) =>
        leaseOf(id).released(integer(ticket), released === true),
      abandon: (caller, id, ident) =>
        leaseOf(id).abandon(
          caller.process,
          'thread',
          `ident ${integer(ident)} of ${describe(caller)}`,
        ),
    },
    processEnded(process) {
      for (const lease of leases.values()) lease.processEnded(process.process, describe(process))
    },
    reset() {
      for (const lease of leases.values()) lease.dispose()
      leases.clear()
    },
  }
}
