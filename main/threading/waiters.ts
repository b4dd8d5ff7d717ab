/**
 * Who waits, in shared memory, first come first served: a table of slots, each with the word that
 * its waiter sleeps on. A grant is given to one waiter and to no other; it stays in the slot until
 * the waiter takes it, so that a grant whose waiter died before it woke up can be found and passed
 * on.
 *
 * | word of a slot | content                                                                   |
 * |----------------|---------------------------------------------------------------------------|
 * | 0              | State; the waiter sleeps while it is `asleep`                               |
 * | 1              | its ticket: the order of arrival; of a granted one, the next at that moment |
 * | 2              | ident of the waiter                                                        |
 * | 3              | ident of the granter                                                       |
 *
 * A short mutex (mutex.ts) guards the table. Every change becomes visible by one store to a state,
 * so whoever takes the mutex over from a thread that died finds nothing half done.
 */
import { hasDied } from './deaths.ts'
import { RuntimeError } from './errors.ts'
import { notify, spin, type Deadline } from './futex.ts'
import { lockMutex, unlockMutex } from './mutex.ts'
import { runtime } from './runtime.ts'
import { maySpin, type Steps } from './steps.ts'

const MUTEX = 0
const NEXT_TICKET = 1
/** Slots below this one have been used. */
const USED = 2
const COUNT = 3
const HEADER_WORDS = 8

const STATE = 0
const TICKET = 1
const IDENT = 2
const GRANTER = 3
const SLOT_WORDS = 4

const State = { free: 0, waiting: 1, asleep: 2, granted: 3 } as const

/** Where a lock, semaphore or condition has no other bound. */
export const WAITER_CAPACITY = 1024
export const NO_SLOT = -1

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export const waiterWords = (capacity: number): number => HEADER_WORDS + capacity * SLOT_WORDS

/** A slot is named by the index of its first word. */
export class Waiters {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #base: number
  readonly #capacity: number

  /** @param base of `waiterWords(capacity)` words; zeroes: nobody waits. */
  constructor(words: Int32Array<SharedArrayBuffer>, base: number, capacity: number) {
    this.#words = words
    this.#base = base
    this.#capacity = capacity
  }

  /**
   * At least as many as wait or have not yet taken what they were granted: 0 means nobody. Of
   * threads that died in the middle some may still be counted.
   */
  get count(): number {
    return Atomics.load(this.#words, this.#base + COUNT)
  }

  /** Exactly how many: what `count` says but for the dead. Stands still while locked. */
  get taken(): number {
    let taken = 0
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS)
      if (Atomics.load(this.#words, slot + STATE) !== State.free) taken++
    return taken
  }

  /** Before all below that say "locked". A stop waits: it must not leave a waiter in the table. */
  lock(): void {
    lockMutex(this.#words, this.#base + MUTEX, false)
  }

  unlock(): void {
    unlockMutex(this.#words, this.#base + MUTEX)
  }

  /**
   * This thread, or one of its tasks, queues up; locked.
   * @throws RuntimeError when the table is full.
   */
  enter(): number {
    const words = this.#words
    const slot = this.#freeSlot()
    const ticket = Atomics.add(words, this.#base + NEXT_TICKET, 1)
    Atomics.store(words, slot + TICKET, ticket)
    Atomics.store(words, slot + IDENT, runtime.ident)
    Atomics.store(words, slot + GRANTER, 0)
    // Counted first and, in `free`, uncounted last, so that nobody who waits is ever not counted.
    Atomics.add(words, this.#base + COUNT, 1)
    // Last: from here on it may be granted something.
    Atomics.store(words, slot + STATE, State.waiting)
    return slot
  }

  /** The slot of the live waiter that came first, or NO_SLOT; locked. Dead waiters lose their slots. */
  oldest(): number {
    let oldest = NO_SLOT
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS) {
      if (!this.isWaiting(slot)) continue
      if (hasDied(this.identOf(slot))) this.free(slot)
      else if (oldest === NO_SLOT || this.#isBefore(slot, this.ticketOf(oldest))) oldest = slot
    }
    return oldest
  }

  /** Those alive who have been granted nothing; locked. */
  countWaiting(): number {
    let count = 0
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS) {
      if (!this.isWaiting(slot)) continue
      if (!hasDied(this.identOf(slot))) count++
    }
    return count
  }

  /** Lets the waiter go on; locked. */
  grant(slot: number, by = runtime.ident): void {
    const words = this.#words
    Atomics.store(words, slot + GRANTER, by)
    // Who comes later has no part in this grant, should its waiter turn out to be dead.
    Atomics.store(words, slot + TICKET, Atomics.load(words, this.#base + NEXT_TICKET))
    // Last: the waiter goes on at once, and only one that is asleep costs a notification.
    const before = Atomics.exchange(words, slot + STATE, State.granted)
    if (before === State.asleep) notify(words, slot + STATE, 1)
  }

  /** Whether somebody died with a grant that it had not taken. Needs no lock, to be asked often. */
  get hasDeadGrant(): boolean {
    return this.deadGrant() !== NO_SLOT
  }

  /** The slot of such a grant, or NO_SLOT; locked. */
  deadGrant(): number {
    const words = this.#words
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS)
      if (Atomics.load(words, slot + STATE) === State.granted && hasDied(this.identOf(slot)))
        return slot
    return NO_SLOT
  }

  /** Whether the waiter came before the grant in another slot was given; locked. */
  cameBefore(slot: number, granted: number): boolean {
    return this.#isBefore(slot, this.ticketOf(granted))
  }

  /** Whether somebody died in the table. Needs no lock, to be asked often. */
  get hasDead(): boolean {
    const words = this.#words
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS)
      if (Atomics.load(words, slot + STATE) !== State.free && hasDied(this.identOf(slot)))
        return true
    return false
  }

  /** Frees the slots of all who died, whatever they were granted. @returns how many; locked. */
  dropDead(): number {
    const words = this.#words
    let dropped = 0
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS) {
      if (Atomics.load(words, slot + STATE) === State.free || !hasDied(this.identOf(slot))) continue
      this.free(slot)
      dropped++
    }
    return dropped
  }

  free(slot: number): void {
    Atomics.store(this.#words, slot + STATE, State.free)
    Atomics.sub(this.#words, this.#base + COUNT, 1)
  }

  /**
   * Sleeps until something is granted or the deadline passes: `leave` tells which.
   * @param look called at least once in every slice of the wait.
   */
  *awaitGrant(slot: number, deadline: Deadline, look: () => void, heedsStop = true): Steps<void> {
    const words = this.#words
    const index = slot + STATE
    const expected = State.asleep
    if (maySpin() && deadline > Number(runtime.now())) spin(words, index, State.waiting, SPINS)
    while (Atomics.load(words, index) !== State.granted) {
      // Fails when it was granted meanwhile; then the wait below returns at once.
      Atomics.compareExchange(words, index, State.waiting, expected)
      look()
      if (!(yield { words, index, expected, deadline, heedsStop })) return
    }
  }

  /**
   * The waiter is gone, whatever made it wait no longer.
   * @returns who had granted it what it waited for, also at the last moment; 0: nobody.
   */
  leave(slot: number): number {
    // Nobody but its waiter takes a grant, and a live waiter keeps it: no need to lock.
    if (Atomics.load(this.#words, slot + STATE) === State.granted) return this.#take(slot)
    this.lock()
    try {
      if (Atomics.load(this.#words, slot + STATE) === State.granted) return this.#take(slot)
      this.free(slot)
      return 0
    } finally {
      this.unlock()
    }
  }

  #take(slot: number): number {
    const granter = this.granterOf(slot)
    this.free(slot)
    return granter
  }

  identOf(slot: number): number {
    return Atomics.load(this.#words, slot + IDENT)
  }

  granterOf(slot: number): number {
    return Atomics.load(this.#words, slot + GRANTER)
  }

  /** Changes with every waiter of the slot, and with a grant. */
  ticketOf(slot: number): number {
    return Atomics.load(this.#words, slot + TICKET)
  }

  /** It has been granted nothing. */
  isWaiting(slot: number): boolean {
    const state = Atomics.load(this.#words, slot + STATE)
    return state === State.waiting || state === State.asleep
  }

  /** Tickets wrap around. */
  #isBefore(slot: number, ticket: number): boolean {
    return ((this.ticketOf(slot) - ticket) | 0) < 0
  }

  get #first(): number {
    return this.#base + HEADER_WORDS
  }

  get #end(): number {
    return this.#first + Atomics.load(this.#words, this.#base + USED) * SLOT_WORDS
  }

  #freeSlot(): number {
    const words = this.#words
    for (let slot = this.#first; slot < this.#end; slot += SLOT_WORDS) {
      const state = Atomics.load(words, slot + STATE)
      if (state === State.free) return slot
      if (state === State.granted || !hasDied(this.identOf(slot))) continue
      this.free(slot)
      return slot
    }
    const end = this.#end
    if (Atomics.load(words, this.#base + USED) === this.#capacity)
      throw new RuntimeError(`no more than ${this.#capacity} can wait for it at once`)
    Atomics.add(words, this.#base + USED, 1)
    return end
  }
}
