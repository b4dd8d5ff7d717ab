/**
 * The leases of one process, on its event-loop thread: gives them back when they are called back,
 * and keeps the runner informed about who owns what, so that it can tell when this process dies.
 */
import type { CallHub } from '../calls/call-hub.ts'
import { IDENT_RANGE } from '../../trace/model.ts'
import { LeaseMemory, Released } from './lease-memory.ts'

/** Name of the service in the runner. */
export const LEASES = 'leases'

export class LeaseHub {
  readonly #calls: CallHub
  readonly #process: number
  readonly #leases = new Map<number, LeaseMemory>()
  /** Called back before the thread that made it could be heard. */
  readonly #recalledEarly = new Set<number>()

  /** @param process which process of the run it is. */
  constructor(calls: CallHub, process: number) {
    this.#calls = calls
    this.#process = process
    calls.onTold(LEASES, ([what, id, ticket]) => {
      // What threads have given back themselves goes first.
      calls.service()
      if (what === 'recall') this.#recall(Number(id))
      else if (what === 'release') this.#release(Number(id), Number(ticket))
      else if (what === 'close') this.#leases.delete(Number(id))
    })
    calls.onDeath((ident) => this.#died(ident))
    calls.beforeSend(() => this.report())
  }

  /** This process's share of a lock; made if it has none yet. */
  open(id: number): SharedArrayBuffer {
    const known = this.#leases.get(id)
    if (known !== undefined) return known.shared
    const lease = new LeaseMemory()
    this.#leases.set(id, lease)
    return lease.shared
  }

  /** A thread of this process has made a lock. */
  adopt(id: number, shared: SharedArrayBuffer): void {
    if (!this.#leases.has(id)) this.#leases.set(id, new LeaseMemory(shared))
    if (this.#recalledEarly.delete(id)) this.#recall(id)
  }

  /** Before anything leaves this process: who hears of it must find the locks as they are. */
  report(): void {
    for (const [id, lease] of this.#leases) {
      const owner = lease.takeNews()
      if (owner !== undefined) this.#calls.cast(LEASES, 'owned', [id, this.#identOf(owner)])
    }
  }

  #identOf(owner: number): number {
    return owner === 0 ? 0 : this.#process * IDENT_RANGE + owner
  }

  #recall(id: number): void {
    const lease = this.#leases.get(id)
    if (lease === undefined) this.#recalledEarly.add(id)
    else if (lease.recall()) this.#calls.cast(LEASES, 'giveBack', [id])
    else this.#calls.cast(LEASES, 'busy', [id])
  }

  /** On behalf of a thread of another process. */
  #release(id: number, ticket: number): void {
    const released = this.#leases.get(id)?.release() ?? Released.notOwned
    this.#calls.cast(LEASES, 'released', [id, ticket, released !== Released.notOwned])
    if (released === Released.givenBack) this.#calls.cast(LEASES, 'giveBack', [id])
  }

  #died(ident: number): void {
    for (const [id, lease] of this.#leases)
      if (lease.takeFrom(ident % IDENT_RANGE)) this.#calls.cast(LEASES, 'abandon', [id, ident])
  }
}
