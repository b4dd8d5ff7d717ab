/**
 * The short lock inside a primitive: not traced, not an owner's, never held across a wait.
 * Drepper's mutex2 ("Futexes are tricky", 2011): 0 free, 1 locked, 2 locked and somebody sleeps.
 */
import { NEVER, notify, spin, wait } from './futex.ts'

const SPINS = 100

/** @throws KeyboardInterrupt when the run is being stopped while it had to wait; not locked then. */
export function lockMutex(words: Int32Array, index: number): void {
  if (Atomics.compareExchange(words, index, 0, 1) === 0) return
  if (
    spin(words, index, Atomics.load(words, index) || 1, SPINS) &&
    Atomics.compareExchange(words, index, 0, 1) === 0
  )
    return
  // From here on 2, also for the new owner: it cannot know whether others sleep.
  while (Atomics.exchange(words, index, 2) !== 0) wait(words, index, 2, NEVER)
}

export function unlockMutex(words: Int32Array, index: number): void {
  if (Atomics.exchange(words, index, 0) === 2) notify(words, index, 1)
}
