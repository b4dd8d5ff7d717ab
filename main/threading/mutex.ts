/**
 * The short lock inside a primitive: not traced, never held across a wait but to finish one item.
 * Drepper's mutex2 ("Futexes are tricky", 2011): 0 free, the owner's ident, and the sign bit set
 * when somebody may sleep. The ident tells who died holding it; then the next one takes it over.
 */
import { hasDied } from './deaths.ts'
import { RuntimeError } from './errors.ts'
import { NEVER, notify, spin, wait } from './futex.ts'
import { runtime } from './runtime.ts'

const SPINS = 100
const SOMEBODY_SLEEPS = 1 << 31
/** What the owner does cannot be put right by another. */
const IRREPARABLE = 1 << 30
const identIn = (word: number): number => word & ~(SOMEBODY_SLEEPS | IRREPARABLE)

/** Results of `tryAsSleeper`; any other is the word to sleep on, which is negative. */
export const Tried = { locked: 0, takenOver: 1 } as const

export const tryLockMutex = (words: Int32Array, index: number): boolean =>
  Atomics.compareExchange(words, index, 0, runtime.ident) === 0

/**
 * One attempt of a thread that sleeps on the word if it fails.
 * @throws RuntimeError when the owner died while it had declared its work irreparable.
 */
export function tryAsSleeper(words: Int32Array, index: number): number {
  // Marked for the new owner as well: it cannot know whether others sleep.
  const mine = runtime.ident | SOMEBODY_SLEEPS
  for (;;) {
    const seen = Atomics.compareExchange(words, index, 0, mine)
    if (seen === 0) return Tried.locked
    if (hasDied(identIn(seen))) {
      if ((seen & IRREPARABLE) !== 0)
        throw new RuntimeError('a thread died in the middle of an item: the queue cannot go on')
      if (Atomics.compareExchange(words, index, seen, mine) === seen) return Tried.takenOver
    } else {
      const marked = seen | SOMEBODY_SLEEPS
      if (seen === marked || Atomics.compareExchange(words, index, seen, marked) === seen)
        return marked
    }
  }
}

/**
 * @param heedsStop false: for what must be put right before a stop is raised.
 * @returns whether its owner had died: what it protects may be half changed.
 * @throws KeyboardInterrupt when the run is being stopped while it had to wait; not locked then.
 */
export function lockMutex(words: Int32Array, index: number, heedsStop = true): boolean {
  if (tryLockMutex(words, index)) return false
  if (spin(words, index, Atomics.load(words, index) || 1, SPINS) && tryLockMutex(words, index))
    return false
  for (;;) {
    const tried = tryAsSleeper(words, index)
    if (tried >= 0) return tried === Tried.takenOver
    wait(words, index, tried, NEVER, heedsStop)
  }
}

export function unlockMutex(words: Int32Array, index: number): void {
  if (Atomics.exchange(words, index, 0) < 0) notify(words, index, 1)
}

/** By the owner, before it begins what nobody could finish in its place; until it unlocks. */
export function declareIrreparable(words: Int32Array, index: number): void {
  Atomics.or(words, index, IRREPARABLE)
}
