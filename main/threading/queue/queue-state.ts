/**
 * What the threads that use a queue share: a ring of bytes under a short internal mutex. Items are
 * copied in and out (codec.ts), first in, first out.
 *
 * A waiter counts itself, reads the sequence word of what it waits for, tries once more under the
 * mutex and then waits for the sequence to change. Whoever changes the queue looks at the count
 * after unlocking the mutex: either it sees the waiter, or the waiter's try sees the change.
 */
import type { Seconds } from '../../core/units.ts'
import { EventKind, Wait, WaitOutcome } from '../../trace/model.ts'
import { encode } from '../codec.ts'
import { ValueError } from '../errors.ts'
import { deadlineAfter, notify, spin } from '../futex.ts'
import { ItemBuffer } from './item-buffer.ts'
import { lockMutex, unlockMutex } from '../mutex.ts'
import { runtime } from '../runtime.ts'
import { maySpin, type Steps } from '../steps.ts'

const MUTEX = 0
/** Positions in the ring: bytes read and written so far, modulo 2^32. */
const HEAD = 1
const TAIL = 2
/**
 * Items put and got so far, modulo 2^32: their ids, because the queue is first in, first out. Each
 * is stored after its position, so that `#repair` can tell what a thread that died had done.
 */
const PUTS = 3
const GETS = 4
/** 1: somebody waits for bytes rather than for the room of one item. */
const BYTES_WANTED = 5
/** Getters and putters have a group of words each, two cache lines apart. */
const GETTERS = 32
const PUTTERS = 64
/** In a group: counts what its members wait for, how many they are, how many of them are asleep. */
const CHANGES = 0
const WAITING = 1
const SLEEPING = 2
/** Ident of the thread that last changed what the group waits for. */
const LAST_ACTOR = 3
export const QUEUE_HEADER_BYTES = 512

const NUMBER_BYTES = 8

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export class QueueState {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #items: ItemBuffer
  readonly #resource: number
  readonly #maxsize: number

  /**
   * @param memory QUEUE_HEADER_BYTES and room for items, a power of two; zero-filled: empty.
   * @param maxsize in items; 0: unbounded.
   */
  constructor(memory: SharedArrayBuffer, resource: number, maxsize: number) {
    this.#words = new Int32Array(memory, 0, QUEUE_HEADER_BYTES / 4)
    this.#items = new ItemBuffer(memory, QUEUE_HEADER_BYTES)
    this.#resource = resource
    this.#maxsize = maxsize
  }

  get size(): number {
    const words = this.#words
    for (;;) {
      const gets = Atomics.load(words, GETS)
      const size = (Atomics.load(words, PUTS) - gets) | 0
      // Nothing was got between the two loads: so many there were at the second.
      if (Atomics.load(words, GETS) === gets) return size
    }
  }

  /** What the last `get` of this thread found. */
  value(): unknown {
    return this.#items.value()
  }

  /**
   * @param waited within `awaitPut`.
   * @returns false when there is no room.
   * @throws ValueError for an item larger than the buffer, PicklingError for one that cannot travel.
   */
  put(item: unknown, waited: boolean): boolean {
    // Encoded anew at every attempt: between two, another task of this thread may have encoded.
    const other = typeof item === 'number' ? undefined : encode(item)
    const length = other === undefined ? NUMBER_BYTES : other.length
    const size = ItemBuffer.sizeOf(length)
    const items = this.#items
    if (size > items.capacity)
      throw new ValueError(
        `an item of ${length} bytes does not fit into a queue with a buffer for ` +
          `${items.largest} bytes`,
      )
    const words = this.#words
    const count = this.#lock()
    const tail = Atomics.load(words, TAIL)
    const used = (tail - Atomics.load(words, HEAD)) >>> 0
    const noBytes = items.capacity - used < size
    if (noBytes || (this.#maxsize > 0 && count >= this.#maxsize)) {
      if (noBytes && waited) Atomics.store(words, BYTES_WANTED, 1)
      unlockMutex(words, MUTEX)
      return false
    }
    if (other !== undefined) items.write(tail, other)
    else if (typeof item === 'number') items.writeNumber(tail, item)
    Atomics.store(words, TAIL, (tail + size) | 0)
    Atomics.store(words, GETTERS + LAST_ACTOR, runtime.ident)
    this.#record(EventKind.put, waited, PUTTERS, Atomics.add(words, PUTS, 1), count + 1, length)
    unlockMutex(words, MUTEX)
    this.#announce(GETTERS, 1)
    return true
  }

  /**
   * On success the item is in `value`.
   * @param waited within `awaitGet`.
   * @returns false when the queue is empty.
   */
  get(waited: boolean): boolean {
    const words = this.#words
    if (this.size === 0) return false
    const count = this.#lock()
    if (count === 0) {
      unlockMutex(words, MUTEX)
      return false
    }
    const head = Atomics.load(words, HEAD)
    const length = this.#items.read(head)
    Atomics.store(words, HEAD, (head + ItemBuffer.sizeOf(length)) | 0)
    Atomics.store(words, PUTTERS + LAST_ACTOR, runtime.ident)
    const bytesWanted = Atomics.load(words, BYTES_WANTED) === 1
    if (bytesWanted) Atomics.store(words, BYTES_WANTED, 0)
    this.#record(EventKind.get, waited, GETTERS, Atomics.add(words, GETS, 1), count - 1, length)
    unlockMutex(words, MUTEX)
    // The room of one item may be enough for several of those who wait for bytes, or for none.
    this.#announce(PUTTERS, bytesWanted ? Infinity : 1)
    return true
  }

  /** @returns the items in the queue. */
  #lock(): number {
    const words = this.#words
    if (lockMutex(words, MUTEX)) this.#repair()
    return (Atomics.load(words, PUTS) - Atomics.load(words, GETS)) | 0
  }

  /** The thread that had the mutex died between two of its steps: what it had begun is completed. */
  #repair(): void {
    const words = this.#words
    const there = this.#items.count(Atomics.load(words, HEAD), Atomics.load(words, TAIL))
    const counted = (Atomics.load(words, PUTS) - Atomics.load(words, GETS)) | 0
    if (there > counted) Atomics.add(words, PUTS, there - counted)
    else Atomics.add(words, GETS, counted - there)
  }

  /** Under the mutex, so that puts and gets are in the trace in the order they happened. */
  #record(
    kind: EventKind,
    waited: boolean,
    group: number,
    id: number,
    depth: number,
    bytes: number,
  ): void {
    const { tracer } = runtime
    if (tracer === undefined) return
    if (waited) {
      const by = Atomics.load(this.#words, group + LAST_ACTOR)
      tracer.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted, by, 0)
    }
    tracer.record(kind, this.#resource, id, depth, bytes)
  }

  #announce(group: number, count: number): void {
    const words = this.#words
    if (Atomics.load(words, group + WAITING) === 0) return
    Atomics.add(words, group + CHANGES, 1)
    if (Atomics.load(words, group + SLEEPING) > 0) notify(words, group + CHANGES, count)
  }

  /** @param attempt calls `put`. */
  awaitPut(timeout: Seconds | undefined, attempt: () => boolean): Steps<boolean> {
    return this.#await(PUTTERS, Wait.put, timeout, attempt)
  }

  /** @param attempt calls `get`. */
  awaitGet(timeout: Seconds | undefined, attempt: () => boolean): Steps<boolean> {
    return this.#await(GETTERS, Wait.get, timeout, attempt)
  }

  /** Result false: the timeout passed before an attempt succeeded. */
  *#await(
    group: number,
    why: Wait,
    timeout: Seconds | undefined,
    attempt: () => boolean,
  ): Steps<boolean> {
    const words = this.#words
    const index = group + CHANGES
    const deadline = deadlineAfter(timeout)
    this.#beginWait(group, why)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      for (;;) {
        const expected = Atomics.load(words, index)
        if (attempt()) {
          outcome = WaitOutcome.granted
          return true
        }
        if (maySpin() && spin(words, index, expected, SPINS)) continue
        // Before CHANGES is looked at: whoever changes it and then sees no sleeper need not notify.
        Atomics.add(words, group + SLEEPING, 1)
        try {
          if (!(yield { words, index, expected, deadline })) {
            outcome = WaitOutcome.timedOut
            return false
          }
        } finally {
          Atomics.sub(words, group + SLEEPING, 1)
        }
      }
    } finally {
      this.#endWait(group, outcome)
    }
  }

  #beginWait(group: number, why: Wait): void {
    Atomics.add(this.#words, group + WAITING, 1)
    runtime.tracer?.record(EventKind.waitBegin, this.#resource, 0, why, 0)
  }

  /** The end of a wait that was granted is recorded with the put or get that ended it. */
  #endWait(group: number, outcome: WaitOutcome): void {
    Atomics.sub(this.#words, group + WAITING, 1)
    if (outcome !== WaitOutcome.granted)
      runtime.tracer?.record(EventKind.waitEnd, this.#resource, outcome, 0, 0)
  }
}
