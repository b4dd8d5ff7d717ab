/**
 * Who holds a semaphore's permits: a bounded table in shared memory, kept so that permits whose taker
 * died can be told from permits that are in use.
 *
 * A word is one thread: its ident within the process in the high 16 bits, what it holds in the low
 * 16. A thread enters a permit before it takes it, and strikes it out after it gave it back: so one
 * that dies in between is charged with too many, never too few, and the semaphore's own value tells
 * how many are really missing. Beyond 64 threads at once, and 65,535 permits of one, nothing is
 * entered.
 */
import { IDENT_RANGE } from '../trace/model.ts'
import { hasDied } from './deaths.ts'
import { runtime } from './runtime.ts'

export const PERMIT_WORDS = 64
const LOW = 0xffff
const NOWHERE = -1

export interface Leak {
  /** Of the thread that died. */
  readonly ident: number
  readonly permits: number
}

const identIn = (word: number): number => word >>> 16
const heldIn = (word: number): number => word & LOW
const nameOf = (ident: number): number => ident % IDENT_RANGE

export class Permits {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #base: number
  /** Where this thread was found last. */
  #at = NOWHERE

  /** @param base of PERMIT_WORDS words; zeroes: nobody holds any. */
  constructor(words: Int32Array<SharedArrayBuffer>, base: number) {
    this.#words = words
    this.#base = base
    this.#at = base
  }

  /** This thread takes one, or is about to. */
  enter(): void {
    const words = this.#words
    const me = nameOf(runtime.ident)
    for (let at = this.#find(me); at !== NOWHERE; at = this.#find(me)) {
      const word = Atomics.load(words, at)
      if (heldIn(word) === LOW) return
      // Fails when the word, of a thread that holds none, was given to another in between.
      if (identIn(word) === me && Atomics.compareExchange(words, at, word, word + 1) === word)
        return
    }
  }

  /** This thread has given `count` back. What it never took, another one took: its are struck out. */
  strike(count: number): void {
    const words = this.#words
    const left = count - this.#strikeAt(this.#at, count, nameOf(runtime.ident))
    for (let at = this.#base, rest = left; rest > 0 && at < this.#end; at++)
      rest -= this.#strikeAt(at, rest, identIn(Atomics.load(words, at)))
  }

  /**
   * @param missing how many permits the semaphore lacks.
   * @returns which of them nobody alive holds.
   */
  leaks(missing: number): Leak[] {
    const range = runtime.ident - nameOf(runtime.ident)
    const dead: Leak[] = []
    let left = missing
    for (let at = this.#base; at < this.#end; at++) {
      const word = Atomics.load(this.#words, at)
      const [ident, permits] = [range + identIn(word), heldIn(word)]
      if (permits === 0) continue
      if (hasDied(ident)) dead.push({ ident, permits })
      else left -= permits
    }
    const leaks: Leak[] = []
    for (const { ident, permits } of dead) {
      const lost = Math.min(permits, left)
      if (lost > 0) leaks.push({ ident, permits: lost })
      left -= lost
    }
    return leaks
  }

  /** Ident of the only thread that holds permits; 0: none or several do. */
  get soleHolder(): number {
    let holder = 0
    for (let at = this.#base; at < this.#end; at++) {
      const word = Atomics.load(this.#words, at)
      if (heldIn(word) === 0) continue
      if (holder !== 0) return 0
      holder = runtime.ident - nameOf(runtime.ident) + identIn(word)
    }
    return holder
  }

  get #end(): number {
    return this.#base + PERMIT_WORDS
  }

  /** @returns how many of `count` were struck out there. */
  #strikeAt(at: number, count: number, name: number): number {
    const words = this.#words
    for (;;) {
      const word = Atomics.load(words, at)
      const struck = Math.min(count, heldIn(word))
      if (struck === 0 || identIn(word) !== name) return 0
      if (Atomics.compareExchange(words, at, word, word - struck) === word) return struck
    }
  }

  /** The word of the thread, made if need be. */
  #find(name: number): number {
    const words = this.#words
    if (identIn(Atomics.load(words, this.#at)) === name) return this.#at
    for (let at = this.#base; at < this.#end; at++)
      if (identIn(Atomics.load(words, at)) === name) return (this.#at = at)
    for (let at = this.#base; at < this.#end; at++) {
      const word = Atomics.load(words, at)
      if (heldIn(word) > 0) continue
      if (Atomics.compareExchange(words, at, word, name << 16) === word) return (this.#at = at)
    }
    return NOWHERE
  }
}
