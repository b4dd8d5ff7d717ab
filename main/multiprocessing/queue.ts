/**
 * multiprocessing.Queue. A put copies the item into shared memory of its process; from there the
 * event-loop thread of the process sends it to the broker in the runner, as CPython's feeder
 * thread sends it to the pipe. A get waits until the broker has handed an item to this process.
 *
 * As in CPython: `qsize`, `empty` and `full` are not exact while others use the queue, and an item
 * that was just put may take a moment until another thread or process can get it. Unlike CPython's,
 * an unbounded queue holds putters back while the runner stores more than 64 MiB for it.
 */
import type { Seconds } from '../core/units.ts'
import { decode, Encoding } from '../threading/codec.ts'
import { Empty, Full, ValueError } from '../threading/errors.ts'
import { deadlineAfter, type Deadline } from '../threading/futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from '../threading/handles.ts'
import { unlockMutex } from '../threading/mutex.ts'
import { declareResource } from '../threading/resource.ts'
import { runtime } from '../threading/runtime.ts'
import { post } from '../run/requests.ts'
import { EventKind, IDENT_RANGE, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { encodeItem } from './pickling.ts'
import { QUEUE_MEMORY_BYTES, QueueMemory, RING_BYTES, Word } from './queue-memory.ts'
import {
  packLength,
  RECORD_HEADER_BYTES,
  recordBytes,
  unpackEncoding,
  unpackLength,
} from './records.ts'
import { runAsync, runBlocking, type Steps } from './steps.ts'

/** How long `block=False` allows the event-loop thread to answer. Far more than it needs. */
const PROBE_TIMEOUT: Seconds = 1
const COUNT_BITS = 24

export interface ProcessQueueHandle extends Handle {
  readonly type: 'ProcessQueue'
  /** This process's end. */
  readonly memory: SharedArrayBuffer
  /** Identifies the queue in all processes of the run. */
  readonly resource: number
  readonly name: string
  readonly maxsize: number
}

export interface ProcessQueueOptions {
  readonly name?: string
}

/** The value of an item; a number is kept apart from bytes. */
interface Outgoing {
  readonly number: number
  readonly encoding: number
  readonly length: number
  readonly bytes: Uint8Array
}

const NO_BYTES = new Uint8Array(0)

function allocate(maxsize: number, { name }: ProcessQueueOptions): ProcessQueueHandle {
  if (!Number.isSafeInteger(maxsize) || maxsize > 2 ** 31 - 1)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  const handle: ProcessQueueHandle = {
    type: 'ProcessQueue',
    memory: new SharedArrayBuffer(QUEUE_MEMORY_BYTES),
    maxsize: Math.max(0, maxsize),
    ...declareResource(ResourceKind.processQueue, name, Math.max(0, maxsize)),
  }
  // The event-loop thread need not answer: what is put before it has read this waits in memory.
  const { memory, resource, name: queueName } = handle
  post('openQueue', {
    memory,
    queue: { id: resource, maxsize: handle.maxsize, name: queueName },
  })
  return handle
}

export class Queue<Item = unknown> implements Shareable {
  readonly resource: number
  readonly name: string
  readonly maxsize: number
  readonly #handle: ProcessQueueHandle
  readonly #memory: QueueMemory

  /** @param maxsize 0 or less: unbounded; or the handle of an existing one to attach to. */
  constructor(maxsize: number | ProcessQueueHandle = 0, options: ProcessQueueOptions = {}) {
    this.#handle = typeof maxsize === 'number' ? allocate(maxsize, options) : maxsize
    this.resource = this.#handle.resource
    this.name = this.#handle.name
    this.maxsize = this.#handle.maxsize
    this.#memory = new QueueMemory(this.#handle.memory)
  }

  [toHandle](): ProcessQueueHandle {
    return this.#handle
  }

  qsize(): number {
    return this.#memory.size
  }

  empty(): boolean {
    return this.qsize() === 0
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize
  }

  /**
   * @param timeout seconds; undefined: without limit.
   * @throws Full when there was no room in time (at once unless `block`), RuntimeError for a
   * primitive, PicklingError for an item that cannot travel, ValueError for one that is too large,
   * RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the run
   * is being stopped.
   */
  put(item: Item, block = true, timeout?: Seconds): void {
    checkTimeout(timeout)
    const value = outgoing(item)
    if (this.#tryPut(value)) return
    runBlocking(this.#putSteps(value, block, timeout), 'putAsync')
  }

  putNowait(item: Item): void {
    this.put(item, false)
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item, timeout?: Seconds): Promise<void> {
    checkTimeout(timeout)
    const value = outgoing(item)
    if (this.#tryPut(value)) return
    // Other puts may use the encoder's memory while this one waits.
    const own = { ...value, bytes: value.bytes.slice(0, value.length) }
    await runAsync(this.#putSteps(own, true, timeout))
  }

  /**
   * @param timeout seconds; undefined: without limit.
   * @throws Empty when there was no item in time (at once unless `block`), RuntimeError on an
   * event-loop thread that would have to wait, KeyboardInterrupt when the run is being stopped.
   */
  get(block = true, timeout?: Seconds): Item {
    checkTimeout(timeout)
    return runBlocking(this.#getSteps(block, timeout), 'getAsync')
  }

  getNowait(): Item {
    return this.get(false)
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(timeout?: Seconds): Promise<Item> {
    checkTimeout(timeout)
    return runAsync(this.#getSteps(true, timeout))
  }

  /** The quick way, without a wait; false: try the long way. */
  #tryPut(value: Outgoing): boolean {
    const { out } = this.#memory
    const bytes = recordBytes(value.length)
    if (!out.tryLock()) return false
    try {
      if (out.free < bytes || !this.#tryPlace()) return false
      this.#write(value, bytes)
    } finally {
      unlockMutex(out.words, out.mutex)
    }
    this.#memory.ring()
    return true
  }

  #tryPlace(): boolean {
    return this.maxsize === 0 || this.#memory.takePlace()
  }

  *#putSteps(value: Outgoing, block: boolean, timeout: Seconds | undefined): Steps<void> {
    const { out } = this.#memory
    const deadline = deadlineAfter(block ? timeout : 0)
    const waiting = new WaitRecord(this.resource, Wait.put)
    try {
      if (!this.#tryPlace()) {
        waiting.begin()
        if (!(yield* this.#awaitPlace(block, deadline))) throw this.#full(waiting)
      }
      // Room in the ring is the event-loop thread's to make, soon; only `hold` makes it last.
      const roomDeadline = block ? deadline : deadlineAfter(PROBE_TIMEOUT)
      if (!(yield* this.#lockForRoom(recordBytes(value.length), roomDeadline, waiting))) {
        if (this.maxsize > 0) this.#memory.addPlaces(1)
        throw this.#full(waiting)
      }
      yield* this.#stream(value)
      // Not in a `finally`: after half an item (the run is being stopped) nobody may write more.
      unlockMutex(out.words, out.mutex)
      waiting.end(WaitOutcome.granted)
    } finally {
      waiting.end(WaitOutcome.interrupted)
      this.#memory.ring()
    }
  }

  *#awaitPlace(block: boolean, deadline: Deadline): Steps<boolean> {
    const { words } = this.#memory
    Atomics.add(words, Word.putters, 1)
    try {
      const probe = block ? undefined : this.#probe()
      this.#memory.ring()
      for (;;) {
        if (this.#memory.takePlace()) return true
        if (probe !== undefined) {
          yield* this.#awaitProbe(probe)
          return this.#memory.takePlace()
        }
        if (!(yield { words, index: Word.places, expected: 0, deadline })) {
          return this.#memory.takePlace()
        }
      }
    } finally {
      Atomics.sub(words, Word.putters, 1)
    }
  }

  /** Returns with the mutex of the out ring locked and room for the record, or false. */
  *#lockForRoom(bytes: number, deadline: Deadline, waiting: WaitRecord): Steps<boolean> {
    const { out } = this.#memory
    const { words } = out
    const needed = Math.min(bytes, RING_BYTES)
    for (;;) {
      if (!(yield* lockSteps(words, out.mutex, deadline))) return false
      if (out.free >= needed) return true
      Atomics.add(words, out.writers, 1)
      const head = Atomics.load(words, out.head)
      const room = out.free >= needed
      unlockMutex(words, out.mutex)
      waiting.begin()
      this.#memory.ring()
      try {
        if (!room && !(yield { words, index: out.head, expected: head, deadline })) return false
      } finally {
        Atomics.sub(words, out.writers, 1)
      }
    }
  }

  /** Writes the record, in parts if it exceeds the ring. The mutex is held. */
  *#stream(value: Outgoing): Steps<void> {
    const { out } = this.#memory
    const { words } = out
    const bytes = recordBytes(value.length)
    if (bytes <= out.free) return this.#write(value, bytes)
    this.#countPut(value.length)
    out.setHeader(0, packLength(value.length, value.encoding), this.#itemId(-1))
    out.publish(RECORD_HEADER_BYTES)
    const end = bytes - RECORD_HEADER_BYTES
    for (let written = 0; written < end;) {
      const part = Math.min(out.free, end - written)
      if (part > 0) {
        out.setBytes(0, value.bytes, written, Math.min(written + part, value.length))
        out.publish(part)
        written += part
      }
      this.#memory.ring()
      if (written === end) return
      Atomics.add(words, out.writers, 1)
      try {
        const head = Atomics.load(words, out.head)
        // Without a deadline: half an item cannot be taken back.
        if (out.free === 0) yield { words, index: out.head, expected: head, deadline: Infinity }
      } finally {
        Atomics.sub(words, out.writers, 1)
      }
    }
  }

  /** Writes a record that fits. The mutex is held. */
  #write(value: Outgoing, bytes: number): void {
    const { out } = this.#memory
    out.setHeader(0, packLength(value.length, value.encoding), this.#itemId(0))
    if (value.encoding === Encoding.number) out.setNumber(RECORD_HEADER_BYTES, value.number)
    else out.setBytes(RECORD_HEADER_BYTES, value.bytes, 0, value.length)
    // Counted and recorded before it is published: no get can come before its put.
    this.#countPut(value.length)
    out.publish(bytes)
  }

  /** Of the next item, or of an earlier one. */
  #itemId(offset: number): number {
    const count = Atomics.load(this.#memory.words, Word.puts) + offset
    const process = Math.floor(runtime.ident / IDENT_RANGE)
    return ((process << COUNT_BITS) | (count & (2 ** COUNT_BITS - 1))) >>> 0
  }

  #countPut(length: number): void {
    const id = this.#itemId(0)
    Atomics.add(this.#memory.words, Word.puts, 1)
    runtime.tracer?.record(EventKind.put, this.resource, id, this.#memory.size, length)
  }

  *#getSteps(block: boolean, timeout: Seconds | undefined): Steps<Item> {
    const inward = this.#memory.in
    const { words } = inward
    const deadline = deadlineAfter(block ? timeout : 0)
    const waiting = new WaitRecord(this.resource, Wait.get)
    let probe: number | undefined
    let waits = false
    let asked = false
    let taken = false
    try {
      for (;;) {
        if (!(yield* lockSteps(words, inward.mutex, Infinity))) continue
        const tail = Atomics.load(words, inward.tail)
        if (inward.hasRecord()) {
          if (!asked) Atomics.add(words, Word.asked, 1)
          asked = true
          const { value, encoding } = yield* this.#take(waiting)
          taken = true
          // Not in a `finally`: after half an item (the run is being stopped) nobody may read on.
          unlockMutex(words, inward.mutex)
          this.#askForMore()
          const item = typeof value === 'number' ? value : decode(encoding, value)
          // What was put as Item comes back as an equal value; the type parameter is the program's
          // word.
          return item as Item
        }
        unlockMutex(words, inward.mutex)
        if (!waits) {
          waits = true
          // Counted before the bell, so that the event-loop thread sees who waits.
          asked = true
          Atomics.add(words, Word.asked, 1)
          Atomics.add(words, inward.readers, 1)
          waiting.begin()
          if (!block) probe = this.#probe()
          this.#memory.ring()
          // Once more: something may have come before this thread was counted.
          continue
        }
        const inTime =
          probe === undefined
            ? yield { words, index: inward.tail, expected: tail, deadline }
            : yield* this.#awaitProbe(probe)
        if (!inTime || (probe !== undefined && !inward.hasRecord())) {
          if (inward.hasRecord()) continue
          waiting.end(WaitOutcome.timedOut)
          throw new Empty(`${this.name} is empty`)
        }
      }
    } finally {
      if (waits) Atomics.sub(words, inward.readers, 1)
      if (asked && !taken) {
        Atomics.sub(words, Word.asked, 1)
        this.#memory.ring()
      }
      waiting.end(WaitOutcome.interrupted)
    }
  }

  /** The item at the head of the in ring, still encoded. The mutex is held. */
  *#take(waiting: WaitRecord): Steps<{ value: number | Uint8Array; encoding: number }> {
    const inward = this.#memory.in
    const header = inward.headerWord
    const encoding = unpackEncoding(header)
    const id = inward.itemId
    const length = unpackLength(header)
    const bytes = recordBytes(length)
    let value: number | Uint8Array
    if (encoding === Encoding.number) {
      value = inward.number()
      inward.consume(bytes)
    } else {
      value = new Uint8Array(length)
      if (bytes <= RING_BYTES) {
        inward.read(RECORD_HEADER_BYTES, value, 0, length)
        inward.consume(bytes)
      } else yield* this.#readLong(value, bytes)
    }
    Atomics.add(inward.words, Word.taken, 1)
    waiting.end(WaitOutcome.granted)
    runtime.tracer?.record(EventKind.get, this.resource, id, this.#memory.size, length)
    return { value, encoding }
  }

  *#readLong(value: Uint8Array, bytes: number): Steps<void> {
    const inward = this.#memory.in
    const { words } = inward
    inward.consume(RECORD_HEADER_BYTES)
    const end = bytes - RECORD_HEADER_BYTES
    Atomics.add(words, inward.readers, 1)
    try {
      for (let done = 0; done < end;) {
        const tail = Atomics.load(words, inward.tail)
        const part = Math.min(inward.used, end - done)
        if (part === 0) {
          yield { words, index: inward.tail, expected: tail, deadline: Infinity }
          continue
        }
        // The last bytes are padding.
        const used = Math.max(0, Math.min(part, value.length - done))
        inward.read(0, value, done, used)
        inward.consume(part)
        done += part
        this.#memory.ring()
      }
    } finally {
      Atomics.sub(words, inward.readers, 1)
    }
  }

  /** Rings when little is left, so that a busy taker does not wake the event loop at every item. */
  #askForMore(): void {
    const { words } = this.#memory
    if (
      this.maxsize > 0 ||
      Atomics.load(words, Word.backlog) !== 0 ||
      this.#memory.in.used <= Atomics.load(words, Word.refillBelow)
    )
      this.#memory.ring()
  }

  #probe(): number {
    return (Atomics.add(this.#memory.words, Word.probes, 1) + 1) | 0
  }

  /** Until the broker has answered everything asked before the probe. */
  *#awaitProbe(probe: number): Steps<boolean> {
    const { words } = this.#memory
    const deadline = deadlineAfter(PROBE_TIMEOUT)
    for (;;) {
      const answered = Atomics.load(words, Word.probed)
      if (((answered - probe) | 0) >= 0) return true
      if (!(yield { words, index: Word.probed, expected: answered, deadline })) return false
    }
  }

  #full(waiting: WaitRecord): Full {
    waiting.end(WaitOutcome.timedOut)
    return new Full(`${this.name} is full`)
  }
}

/** A wait in the trace: begun at most once, ended once. */
class WaitRecord {
  #open = false
  readonly #resource: number
  readonly #why: Wait

  constructor(resource: number, why: Wait) {
    this.#resource = resource
    this.#why = why
  }

  begin(): void {
    if (this.#open) return
    this.#open = true
    runtime.tracer?.record(EventKind.waitBegin, this.#resource, 0, this.#why, 0)
  }

  end(outcome: WaitOutcome): void {
    if (!this.#open) return
    this.#open = false
    runtime.tracer?.record(EventKind.waitEnd, this.#resource, outcome, 0, 0)
  }
}

/** Locks a mutex (mutex.ts) on either kind of thread. */
function* lockSteps(words: Int32Array, index: number, deadline: Deadline): Steps<boolean> {
  if (Atomics.compareExchange(words, index, 0, 1) === 0) return true
  while (Atomics.exchange(words, index, 2) !== 0) {
    if (!(yield { words, index, expected: 2, deadline })) return false
  }
  return true
}

function outgoing(item: unknown): Outgoing {
  if (typeof item === 'number')
    return { number: item, encoding: Encoding.number, length: 8, bytes: NO_BYTES }
  const { encoding, length, bytes } = encodeItem(item)
  return { number: 0, encoding, length, bytes }
}

function checkTimeout(timeout: Seconds | undefined): void {
  if (timeout !== undefined && !(timeout >= 0))
    throw new ValueError("'timeout' must be a non-negative number")
}

registerShareable<ProcessQueueHandle>('ProcessQueue', (handle) => new Queue(handle))
