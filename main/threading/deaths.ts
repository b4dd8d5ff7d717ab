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

export const hasDied = (ident: number): boolean =>
  (Atomics.load(runtime.control, wordOf(ident)) & bitOf(ident)) !== 0
