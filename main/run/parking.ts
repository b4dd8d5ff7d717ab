/**
 * The table of worker threads of one process, in shared memory, so that any thread can hand a job
 * to a parked worker without asking the host. Three words a slot:
 *
 * | word         | content                                                     |
 * |--------------|-------------------------------------------------------------|
 * | 3 × slot     | 0 unused or gone, 1 parked, 2 taken                          |
 * | 3 × slot + 1 | jobs posted to this slot so far; a parked worker waits on it |
 * | 3 × slot + 2 | native id of the worker, from before it is parked            |
 */
import { notify, park } from '../threading/futex.ts'
import { Control } from '../threading/runtime.ts'

const GONE = 0
const PARKED = 1
const TAKEN = 2
const WORDS = 3

/** Slots are not used again after a worker is gone: a late message can never reach the wrong one. */
export const MAX_SLOTS = 4_096

export const allocateParking = (): SharedArrayBuffer => new SharedArrayBuffer(MAX_SLOTS * WORDS * 4)

export class Parking {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #control: Int32Array

  constructor(memory: SharedArrayBuffer, control: Int32Array) {
    this.memory = memory
    this.#words = new Int32Array(memory)
    this.#control = control
  }

  /** Takes a parked worker, the one with the lowest number. @returns its slot; -1: none. */
  claim(): number {
    for (let slot = 0; slot < MAX_SLOTS; slot++) {
      const found = Atomics.load(this.#words, slot * WORDS)
      if (found !== PARKED) continue
      if (Atomics.compareExchange(this.#words, slot * WORDS, PARKED, TAKEN) === PARKED) return slot
    }
    return -1
  }

  /** How many workers are parked at this moment. */
  parked(): number {
    let count = 0
    for (let slot = 0; slot < MAX_SLOTS; slot++)
      if (Atomics.load(this.#words, slot * WORDS) === PARKED) count++
    return count
  }

  /** How many workers have come up, parked or not. */
  up(): number {
    let count = 0
    for (let slot = 0; slot < MAX_SLOTS; slot++)
      if (Atomics.load(this.#words, slot * WORDS) !== GONE) count++
    return count
  }

  /** By the worker, before it is parked for the first time. */
  identify(slot: number, nativeId: number): void {
    Atomics.store(this.#words, slot * WORDS + 2, nativeId)
  }

  nativeId(slot: number): number {
    return Atomics.load(this.#words, slot * WORDS + 2)
  }

  /** The worker of this slot can take a job from now on. */
  park(slot: number): void {
    Atomics.store(this.#words, slot * WORDS, PARKED)
    Atomics.add(this.#control, Control.parkedGeneration, 1)
    if (Atomics.load(this.#control, Control.startersWaiting) > 0)
      notify(this.#control, Control.parkedGeneration)
  }

  leave(slot: number): void {
    Atomics.store(this.#words, slot * WORDS, GONE)
  }

  /** A job has been posted to the slot's mailbox. */
  wake(slot: number): void {
    Atomics.add(this.#words, slot * WORDS + 1, 1)
    notify(this.#words, slot * WORDS + 1)
  }

  /** Jobs posted so far. */
  jobs(slot: number): number {
    return Atomics.load(this.#words, slot * WORDS + 1)
  }

  /** Blocks until more than `seen` jobs have been posted. */
  awaitJob(slot: number, seen: number): void {
    while (this.jobs(slot) === seen) park(this.#words, slot * WORDS + 1, seen)
  }
}
