/**
 * queue.Queue for any number of producers and consumers: a ring of bytes in shared memory under a
 * short internal mutex. Items are copied in and out (codec.ts), first in, first out.
 *
 * A waiter counts itself, reads the sequence word of what it waits for, tries once more under the
 * mutex and then waits for the sequence to change. Whoever changes the queue looks at the count
 * after unlocking the mutex: either it sees the waiter, or the waiter's try sees the change.
 *
 * As CPython's, but: an item is copied, and needs room in the buffer, so that put can wait in an
 * unbounded queue as well; there a negative timeout is refused as in any other.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { encode } from './codec.ts'
import { Empty, Full, ValueError } from './errors.ts'
import { deadlineAfter, notify, spin } from './futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { ItemBuffer } from './item-buffer.ts'
import { lockMutex, unlockMutex } from './mutex.ts'
import { declareResource } from './resource.ts'
import { runtime } from './runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from './steps.ts'

const MUTEX = 0
/** Positions in the ring: bytes read and written so far, modulo 2^32. */
const HEAD = 1
const TAIL = 2
/**
 * Items put and got so far, modulo 2^32: their ids, because the queue is first in, first out. Each
 * is stored after its position, so that `#repair` can tell what a thread that died had done.
 */
const PUTS = 4
const GETS = 5
const MAXSIZE = 6
/** 1: somebody waits for bytes rather than for the room of one item. */
const BYTES_WANTED = 7
/** Getters and putters have a group of words each, two cache lines apart. */
const GETTERS = 32
const PUTTERS = 64
/** In a group: counts what its members wait for, how many they are, how many of them are asleep. */
const CHANGES = 0
const WAITING = 1
const SLEEPING = 2
/** Ident of the thread that last changed what the group waits for. */
const LAST_ACTOR = 3
const HEADER_BYTES = 512

const NUMBER_BYTES = 8
const DEFAULT_CAPACITY_BYTES = 2 ** 20
const MINIMUM_CAPACITY_BYTES = 64
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
  /** Room for items, each with 8 bytes of its own; rounded up to a power of two. Default 1 MiB. */
  readonly capacityBytes?: number
}

function allocateQueue(maxsize: number, options: QueueOptions): QueueHandle {
  const { name, capacityBytes = DEFAULT_CAPACITY_BYTES } = options
  if (!Number.isSafeInteger(maxsize) || maxsize >= 2 ** 31)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  if (!(capacityBytes >= 1 && capacityBytes <= MAXIMUM_CAPACITY_BYTES))
    throw new ValueError(
      `capacityBytes must be from 1 to ${MAXIMUM_CAPACITY_BYTES}, not ${capacityBytes}`,
    )
  const capacity = Math.max(MINIMUM_CAPACITY_BYTES, 2 ** Math.ceil(Math.log2(capacityBytes)))
  const memory = new SharedArrayBuffer(HEADER_BYTES + capacity)
  const limit = Math.max(0, maxsize)
  Atomics.store(new Int32Array(memory, 0, HEADER_BYTES / 4), MAXSIZE, limit)
  return { type: 'Queue', memory, ...declareResource(ResourceKind.queue, name, limit) }
}

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  /** In items; 0: unbounded. */
  readonly maxsize: number
  readonly #handle: QueueHandle
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #items: ItemBuffer

  /** @param maxsize 0 or less: unbounded in items; or the handle of an existing one to attach to. */
  constructor(maxsize: number | QueueHandle = 0, options: QueueOptions = {}) {
    this.#handle = typeof maxsize === 'number' ? allocateQueue(maxsize, options) : maxsize
    const { memory, resource, name } = this.#handle
    this.resource = resource
    this.name = name
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.#items = new ItemBuffer(memory, HEADER_BYTES)
    this.maxsize = Atomics.load(this.#words, MAXSIZE)
  }

  [toHandle](): QueueHandle {
    return this.#handle
  }

  qsize(): number {
    const words = this.#words
    for (;;) {
      const gets = Atomics.load(words, GETS)
      const size = (Atomics.load(words, PUTS) - gets) | 0
      // Nothing was got between the two loads: so many there were at the second.
      if (Atomics.load(words, GETS) === gets) return size
    }
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /**
   * Waits while there are `maxsize` items, or while the item does not fit into the buffer.
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Full when there was no room in time (at once unless `block`), ValueError for a negative
   * timeout and for an item larger than the buffer, PicklingError for one that cannot travel, RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    if (block) checkTimeout(timeout)
    if (this.#offer(item, false)) return
    if (!block || !runBlocking(this.#putSteps(item, timeout), 'putAsync')) throw this.#fullError()
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    checkTimeout(timeout)
    if (this.#offer(item, false)) return
    if (!(await runAsync(this.#putSteps(item, timeout)))) throw this.#fullError()
  }

  #putSteps(item: Item, timeout: Seconds | undefined): Steps<boolean> {
    return this.#waitSteps(PUTTERS, Wait.put, timeout, () => this.#offer(item, true))
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /**
   * @param timeout seconds; undefined: without limit; of no importance unless `block`.
   * @throws Empty when there was no item in time (at once unless `block`), ValueError for a negative
   * timeout, RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when
   * the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    if (block) checkTimeout(timeout)
    const attempt = () => this.#take(true)
    if (!this.#take(false))
      if (!block || !runBlocking(this.#waitSteps(GETTERS, Wait.get, timeout, attempt), 'getAsync'))
        throw this.#emptyError()
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return this.#items.value() as Item
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    checkTimeout(timeout)
    if (this.#take(false)) return this.#items.value() as Item
    let item: unknown
    // Decoded at once: before this task goes on, another one of the thread may have taken an item.
    const attempt = () => {
      const taken = this.#take(true)
      if (taken) item = this.#items.value()
      return taken
    }
    if (!(await runAsync(this.#waitSteps(GETTERS, Wait.get, timeout, attempt))))
      throw this.#emptyError()
    return item as Item
  }

  getNowait(): Item {
    return this.get(false)
  }

  /** @returns false when there is no room. */
  #offer(item: Item, waited: boolean): boolean {
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
    if (noBytes || (this.maxsize > 0 && count >= this.maxsize)) {
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

  /** On success the item is in the buffer's `value`. @returns false when the queue is empty. */
  #take(waited: boolean): boolean {
    const words = this.#words
    if (this.empty()) return false
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
      tracer.record(EventKind.waitEnd, this.resource, WaitOutcome.granted, by, 0)
    }
    tracer.record(kind, this.resource, id, depth, bytes)
  }

  #announce(group: number, count: number): void {
    const words = this.#words
    if (Atomics.load(words, group + WAITING) === 0) return
    Atomics.add(words, group + CHANGES, 1)
    if (Atomics.load(words, group + SLEEPING) > 0) notify(words, group + CHANGES, count)
  }

  /** False: the timeout passed before an attempt succeeded. */
  *#waitSteps(
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
    runtime.tracer?.record(EventKind.waitBegin, this.resource, 0, why, 0)
  }

  /** The end of a wait that was granted is recorded with the put or get that ended it. */
  #endWait(group: number, outcome: WaitOutcome): void {
    Atomics.sub(this.#words, group + WAITING, 1)
    if (outcome !== WaitOutcome.granted)
      runtime.tracer?.record(EventKind.waitEnd, this.resource, outcome, 0, 0)
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
