/** Which processes have open ends of one direction of a Pipe. A queue that is no Pipe has none. */
import type { BrokerLink } from './broker.ts'

interface Ends {
  readonly reads: boolean
  readonly writes: boolean
}

export class PipeEnds {
  readonly #queue: number
  readonly #ends = new Map<number, Ends>()
  /** What each process was told last; at first: that both are open. */
  readonly #told = new Map<number, Ends>()
  #isPipe = false

  constructor(queue: number) {
    this.#queue = queue
  }

  set(process: number, ends: Ends): void {
    this.#isPipe = true
    this.#ends.set(process, ends)
  }

  leave(process: number): void {
    this.#ends.delete(process)
    this.#told.delete(process)
  }

  isReadBy(process: number): boolean {
    return this.#ends.get(process)?.reads === true
  }

  /** Somebody may read what is put. */
  get reads(): boolean {
    return !this.#isPipe || [...this.#ends.values()].some(({ reads }) => reads)
  }

  /** Somebody may put more. */
  get writes(): boolean {
    return !this.#isPipe || [...this.#ends.values()].some(({ writes }) => writes)
  }

  /** @param empty everything put has been handed out: only then is it the end for a reader. */
  tell(link: BrokerLink, empty: boolean): void {
    if (!this.#isPipe) return
    const told = this.#told.get(link.process) ?? { reads: true, writes: true }
    const reads = told.reads && this.reads
    const writes = told.writes && (this.writes || !empty)
    if (reads === told.reads && writes === told.writes) return
    this.#told.set(link.process, { reads, writes })
    link.send({ type: 'openEnds', queue: this.#queue, reads, writes })
  }
}
