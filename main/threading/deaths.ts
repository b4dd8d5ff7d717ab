/**
 * Which threads of this process died without a word, because their worker was terminated or ended
 * itself. What such a thread held stays as it was; nobody else will release it. So whoever waits for
 * a holder looks here after every slice of its wait.
 */
import { IDENT_RANGE } from '../trace/model.ts'
import { Control, runtime } from './runtime.ts'

const wordOf = (ident: number): number => Control.died + ((ident % IDENT_RANGE) >>> 5)
const bitOf = (ident: number): number => 1 << (ident & 31)

/** By the thread host, before anybody can see that the thread has ended. */
export function reportDeath(control: Int32Array, ident: number): void {
  Atomics.or(control, wordOf(ident), bitOf(ident))
}

export const hasDied = (ident: number, control = runtime.control): boolean =>
  (Atomics.load(control, wordOf(ident)) & bitOf(ident)) !== 0

/** For an event-loop thread that watches over a process's threads: those that have died since. */
export class DeathWatch {
  readonly #control: Int32Array
  readonly #known = new Int32Array(IDENT_RANGE / 32)

  constructor(control: Int32Array) {
    this.#control = control
  }

  /** Idents modulo IDENT_RANGE of the threads that have died since the last call. */
  take(): readonly number[] {
    const died: number[] = []
    // Called every few milliseconds: what belongs to no thread yet is not looked at.
    const last = (Atomics.load(this.#control, Control.nextIdent) - 1) % IDENT_RANGE
    for (let index = 0; index <= last >> 5; index++) {
      const known = this.#known[index] ?? 0
      const fresh = Atomics.load(this.#control, Control.died + index) & ~known
      if (fresh === 0) continue
      this.#known[index] = known | fresh
      for (let bit = 0; bit < 32; bit++) if ((fresh & (1 << bit)) !== 0) died.push(index * 32 + bit)
    }
    return died
  }
}
