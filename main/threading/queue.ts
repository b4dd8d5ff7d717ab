/**
 * queue.Queue for any number of producers and consumers: a ring of bytes in shared memory under a
 * short internal mutex. Items are copied in and out (codec.ts), first in, first out.
 *
 * A waiter counts itself, reads the sequence word of what it waits for, tries once more under the
 * mutex and then waits for the sequence to change. Whoever changes the queue looks at the count
 * after unlocking the mutex: either it sees the waiter, or the waiter's try sees the change.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { decode, encode, Encoding, type Encoded } from './codec.ts'
import { Empty, Full, ValueError } from './errors.ts'
import { deadlineAfter, notify, requireBlocking, spin, wait, waitAsync } from './futex.ts'
import { resumeGil, suspendGil } from './gil.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { lockMutex, unlockMutex } from './mutex.ts'
import { declareResource } from './resource.ts'
import { runtime } from './runtime.ts'

const MUTEX = 0
/** Bytes read and written so far, modulo 2^32. */
const HEAD = 1
const TAIL = 2
const COUNT = 3
/** Items put and got so far: their ids, because the queue is first in, first out. */
const PUTS = 4
const GETS = 5
const MAXSIZE = 6
/** Two groups of words, one cache line pair each. `changes` counts what the group waits for. */
const CHANGES = 0
const WAITING = 1
const SLEEPING = 2
const LAST_ACTOR = 3
/** Of those waiting for room: they wait for bytes, and room for one item may not do. */
const WAITING_FOR_BYTES = 4
const GETTERS = 32
const PUTTERS = 64
const HEADER_BYTES = 512

const ITEM_HEADER_BYTES = 8
const NUMBER_BYTES = 8
const DEFAULT_CAPACITY_BYTES = 2 ** 20
const MAXIMUM_CAPACITY_BYTES = 2 ** 30

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export interface QueueHandle extends Handle {
  readonly type: 'Queue'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface QueueOptions {
  readonly name?: string
  /** Room for items, each with 8 bytes of its own; rounded up to a power of two. */
  readonly capacityBytes?: number
}

const roundUp = (length: number): number => (length + 7) & ~7

function allocateQueue(maxsize: number, options: QueueOptions): QueueHandle {
  const { name, capacityBytes = DEFAULT_CAPACITY_BYTES } = options
  if (!Number.isSafeInteger(maxsize) || maxsize > 2 ** 31 - 1)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  if (!(capacityBytes >= 1 && capacityBytes <= MAXIMUM_CAPACITY_BYTES))
    throw new ValueError(`capacityBytes must be from 1 to ${MAXIMUM_CAPACITY_BYTES}`)
  const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(capacityBytes)))
  const memory = new SharedArrayBuffer(HEADER_BYTES + capacity)
  Atomics.store(new Int32Array(memory, 0, HEADER_BYTES / 4), MAXSIZE, Math.max(0, maxsize))
  const declared = declareResource(ResourceKind.queue, name, Math.max(0, maxsize))
  return { type: 'Queue', memory, ...declared }
}

/** What an attempt under the mutex found. */
const Attempt = { done: 0, full: 1, fullOfBytes: 2 } as const
type Attempt = (typeof Attempt)[keyof typeof Attempt]

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: QueueHandle
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #data: Uint8Array<SharedArrayBuffer>
  readonly #dataWords: Int32Array<SharedArrayBuffer>
  readonly #dataNumbers: Float64Array<SharedArrayBuffer>
  readonly #capacity: number
  readonly #maxsize: number
  /** What the last successful #take of this thread found. */
  #takenEncoding = 0
  #takenNumber = 0
  #takenBytes = new Uint8Array(64)
  #takenLength = 0

  /** @param maxsize 0 or less: unbounded in items; or the handle of an existing one to attach to. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    this.#handle = typeof maxsize === 'number' ? allocateQueue(maxsize, options) : maxsize
    const { memory, resource, name } = this.#handle
    this.resource = resource
    this.name = name
    this.#capacity = memory.byteLength - HEADER_BYTES
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.#data = new Uint8Array(memory, HEADER_BYTES)
    this.#dataWords = new Int32Array(memory, HEADER_BYTES)
    this.#dataNumbers = new Float64Array(memory, HEADER_BYTES)
    this.#maxsize = Atomics.load(this.#words, MAXSIZE)
  }

  [toHandle](): QueueHandle {
    return this.#handle
  }

  /** 0: unbounded. */
  get maxsize(): number {
    return this.#maxsize
  }

  qsize(): number {
    return Atomics.load(this.#words, COUNT)
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  full(): boolean {
    return this.#maxsize > 0 && this.qsize() >= this.#maxsize
  }

  /**
   * @param timeout seconds; undefined: without limit.
   * @throws Full when there was no room in time (at once unless `block`), ValueError for an item
   * larger than the buffer, PicklingError for one that cannot travel, RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    checkTimeout(timeout)
    const attempt = this.#offer(item, false)
    if (attempt === Attempt.done) return
    if (!block) throw this.#fullError()
    requireBlocking('putAsync')
    const deadline = deadlineAfter(timeout)
    const gil = suspendGil()
    this.#beginWait(PUTTERS, Wait.put)
    let forBytes = this.#countBytesWaiter(attempt, false)
    let ended = false
    try {
      for (;;) {
        const changes = Atomics.load(this.#words, PUTTERS + CHANGES)
        const again = this.#offer(item, true)
        if (again === Attempt.done) {
          ended = true
          return
        }
        forBytes = this.#countBytesWaiter(again, forBytes)
        if (!this.#awaitChange(PUTTERS, changes, deadline, gil === undefined)) {
          ended = true
          this.#recordWaitEnd(WaitOutcome.timedOut, 0)
          throw this.#fullError()
        }
      }
    } finally {
      if (forBytes) Atomics.sub(this.#words, PUTTERS + WAITING_FOR_BYTES, 1)
      this.#endWait(PUTTERS, ended)
      resumeGil(gil)
    }
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    checkTimeout(timeout)
    const attempt = this.#offer(item, false)
    if (attempt === Attempt.done) return
    const deadline = deadlineAfter(timeout)
    this.#beginWait(PUTTERS, Wait.put)
    let forBytes = this.#countBytesWaiter(attempt, false)
    let ended = false
    try {
      for (;;) {
        const changes = Atomics.load(this.#words, PUTTERS + CHANGES)
        const again = this.#offer(item, true)
        if (again === Attempt.done) {
          ended = true
          return
        }
        forBytes = this.#countBytesWaiter(again, forBytes)
        if (!(await this.#awaitChangeAsync(PUTTERS, changes, deadline))) {
          ended = true
          this.#recordWaitEnd(WaitOutcome.timedOut, 0)
          throw this.#fullError()
        }
      }
    } finally {
      if (forBytes) Atomics.sub(this.#words, PUTTERS + WAITING_FOR_BYTES, 1)
      this.#endWait(PUTTERS, ended)
    }
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /**
   * @param timeout seconds; undefined: without limit.
   * @throws Empty when there was no item in time (at once unless `block`), RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    checkTimeout(timeout)
    if (this.#take(false)) return this.#taken()
    if (!block) throw this.#emptyError()
    requireBlocking('getAsync')
    const deadline = deadlineAfter(timeout)
    const gil = suspendGil()
    this.#beginWait(GETTERS, Wait.get)
    let ended = false
    try {
      for (;;) {
        const changes = Atomics.load(this.#words, GETTERS + CHANGES)
        if (this.#take(true)) {
          ended = true
          break
        }
        if (!this.#awaitChange(GETTERS, changes, deadline, gil === undefined)) {
          ended = true
          this.#recordWaitEnd(WaitOutcome.timedOut, 0)
          throw this.#emptyError()
        }
      }
    } finally {
      this.#endWait(GETTERS, ended)
      resumeGil(gil)
    }
    return this.#taken()
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    checkTimeout(timeout)
    if (this.#take(false)) return this.#taken()
    const deadline = deadlineAfter(timeout)
    this.#beginWait(GETTERS, Wait.get)
    let ended = false
    try {
      for (;;) {
        const changes = Atomics.load(this.#words, GETTERS + CHANGES)
        if (this.#take(true)) {
          ended = true
          return this.#taken()
        }
        if (!(await this.#awaitChangeAsync(GETTERS, changes, deadline))) {
          ended = true
          this.#recordWaitEnd(WaitOutcome.timedOut, 0)
          throw this.#emptyError()
        }
      }
    } finally {
      this.#endWait(GETTERS, ended)
    }
  }

  getNowait(): Item {
    return this.get(false)
  }

  #offer(item: Item, waited: boolean): Attempt {
    const number = typeof item === 'number'
    // Encoded anew at every attempt: between two, another task of this thread may have encoded.
    const other = number ? undefined : encode(item)
    const length = other === undefined ? NUMBER_BYTES : other.length
    const size = ITEM_HEADER_BYTES + roundUp(length)
    if (size > this.#capacity)
      throw new ValueError(
        `an item of ${length} bytes does not fit into a queue with a buffer of ` +
          `${this.#capacity - ITEM_HEADER_BYTES} bytes`,
      )
    const words = this.#words
    lockMutex(words, MUTEX)
    const count = Atomics.load(words, COUNT)
    const tail = Atomics.load(words, TAIL)
    const used = (tail - Atomics.load(words, HEAD)) >>> 0
    const full =
      this.#maxsize > 0 && count >= this.#maxsize
        ? Attempt.full
        : this.#capacity - used < size
          ? Attempt.fullOfBytes
          : Attempt.done
    if (full !== Attempt.done) {
      unlockMutex(words, MUTEX)
      return full
    }
    this.#write(tail, other, number ? item : 0)
    Atomics.store(words, TAIL, (tail + size) | 0)
    Atomics.store(words, COUNT, count + 1)
    Atomics.store(words, GETTERS + LAST_ACTOR, runtime.ident)
    const id = Atomics.add(words, PUTS, 1)
    // Recorded under the mutex, so that puts and gets are in the trace in the order they happened.
    if (waited) this.#recordWaitEnd(WaitOutcome.granted, PUTTERS)
    const { tracer } = runtime
    if (tracer !== undefined) tracer.record(EventKind.put, this.resource, id, count + 1, length)
    unlockMutex(words, MUTEX)
    this.#announce(GETTERS, false)
    return Attempt.done
  }

  /** On success the item is in the #taken fields, outside of shared memory. */
  #take(waited: boolean): boolean {
    const words = this.#words
    if (!waited && Atomics.load(words, COUNT) === 0) return false
    lockMutex(words, MUTEX)
    const count = Atomics.load(words, COUNT)
    if (count === 0) {
      unlockMutex(words, MUTEX)
      return false
    }
    const head = Atomics.load(words, HEAD)
    const length = this.#read(head)
    Atomics.store(words, HEAD, (head + ITEM_HEADER_BYTES + roundUp(length)) | 0)
    Atomics.store(words, COUNT, count - 1)
    Atomics.store(words, PUTTERS + LAST_ACTOR, runtime.ident)
    const id = Atomics.add(words, GETS, 1)
    if (waited) this.#recordWaitEnd(WaitOutcome.granted, GETTERS)
    const { tracer } = runtime
    if (tracer !== undefined) tracer.record(EventKind.get, this.resource, id, count - 1, length)
    unlockMutex(words, MUTEX)
    this.#announce(PUTTERS, Atomics.load(words, PUTTERS + WAITING_FOR_BYTES) > 0)
    return true
  }

  /** Under the mutex, whose atomic unlock publishes these plain stores. */
  #write(tail: number, item: Encoded | undefined, number: number): void {
    const mask = this.#capacity - 1
    const at = tail & mask
    const from = (at + ITEM_HEADER_BYTES) & mask
    if (item === undefined) {
      this.#dataWords[at >> 2] = Encoding.number
      this.#dataWords[(at >> 2) + 1] = NUMBER_BYTES
      this.#dataNumbers[from >> 3] = number
      return
    }
    this.#dataWords[at >> 2] = item.encoding
    this.#dataWords[(at >> 2) + 1] = item.length
    const unbroken = Math.min(item.length, this.#capacity - from)
    this.#data.set(item.bytes.subarray(0, unbroken), from)
    if (unbroken < item.length) this.#data.set(item.bytes.subarray(unbroken, item.length), 0)
  }

  /** @returns the item's length in bytes. */
  #read(head: number): number {
    const mask = this.#capacity - 1
    const at = head & mask
    const from = (at + ITEM_HEADER_BYTES) & mask
    // In bounds: at and from are below the capacity.
    const length = this.#dataWords[(at >> 2) + 1] ?? 0
    this.#takenEncoding = this.#dataWords[at >> 2] ?? 0
    if (this.#takenEncoding === Encoding.number) {
      this.#takenNumber = this.#dataNumbers[from >> 3] ?? 0
      return length
    }
    if (this.#takenBytes.length < length) this.#takenBytes = new Uint8Array(length * 2)
    const unbroken = Math.min(length, this.#capacity - from)
    this.#takenBytes.set(this.#data.subarray(from, from + unbroken))
    if (unbroken < length) this.#takenBytes.set(this.#data.subarray(0, length - unbroken), unbroken)
    this.#takenLength = length
    return length
  }

  #taken(): Item {
    const item: unknown =
      this.#takenEncoding === Encoding.number
        ? this.#takenNumber
        : decode(this.#takenEncoding, this.#takenBytes.subarray(0, this.#takenLength))
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return item as Item
  }

  #announce(group: number, all: boolean): void {
    const words = this.#words
    if (Atomics.load(words, group + WAITING) === 0) return
    Atomics.add(words, group + CHANGES, 1)
    if (Atomics.load(words, group + SLEEPING) > 0)
      notify(words, group + CHANGES, all ? Infinity : 1)
  }

  #awaitChange(group: number, changes: number, deadline: number, mayField: boolean): boolean {
    const words = this.#words
    if (mayField && spin(words, group + CHANGES, changes, SPINS)) return true
    Atomics.add(words, group + SLEEPING, 1)
    try {
      return wait(words, group + CHANGES, changes, deadline)
    } finally {
      Atomics.sub(words, group + SLEEPING, 1)
    }
  }

  async #awaitChangeAsync(group: number, changes: number, deadline: number): Promise<boolean> {
    const words = this.#words
    Atomics.add(words, group + SLEEPING, 1)
    try {
      return await waitAsync(words, group + CHANGES, changes, deadline)
    } finally {
      Atomics.sub(words, group + SLEEPING, 1)
    }
  }

  #countBytesWaiter(attempt: Attempt, counted: boolean): boolean {
    if (!counted && attempt === Attempt.fullOfBytes) {
      Atomics.add(this.#words, PUTTERS + WAITING_FOR_BYTES, 1)
      return true
    }
    return counted
  }

  #beginWait(group: number, why: Wait): void {
    Atomics.add(this.#words, group + WAITING, 1)
    runtime.tracer?.record(EventKind.waitBegin, this.resource, 0, why, 0)
  }

  #endWait(group: number, ended: boolean): void {
    Atomics.sub(this.#words, group + WAITING, 1)
    if (!ended) this.#recordWaitEnd(WaitOutcome.interrupted, 0)
  }

  #recordWaitEnd(outcome: WaitOutcome, group: number): void {
    const by = group === 0 ? 0 : Atomics.load(this.#words, group + LAST_ACTOR)
    runtime.tracer?.record(EventKind.waitEnd, this.resource, outcome, by, 0)
  }

  #fullError(): Full {
    return new Full(`${this.name} is full (${this.qsize()} items)`)
  }

  #emptyError(): Empty {
    return new Empty(`${this.name} is empty`)
  }
}

function checkTimeout(timeout: Seconds | undefined): void {
  if (timeout !== undefined && !(timeout >= 0))
    throw new ValueError("'timeout' must be a non-negative number")
}

registerShareable<QueueHandle>('Queue', (handle) => new Queue(handle))
