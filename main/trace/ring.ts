/**
 * A bounded ring of event records in shared memory: one producer (the thread that is traced), one
 * consumer (the thread host of its process). Neither ever waits for the other.
 *
 * | bytes    | content                                                                      |
 * |----------|------------------------------------------------------------------------------|
 * | 0-3      | head: records published, modulo 2^32; written by the producer                 |
 * | 4-7      | dropped: events that found no room, modulo 2^32; written by the producer      |
 * | 128-131  | tail: records taken, modulo 2^32; written by the consumer                     |
 * | 256-     | capacity × 24 bytes of records (model.ts); record n is in slot n mod capacity |
 *
 * Head and tail are two cache lines apart (processors fetch lines in pairs), so that the two
 * threads do not take the line from each other at every event. Zero-filled is a valid empty ring.
 *
 * The algorithm is Lamport's single-producer, single-consumer queue ("Proving the Correctness of
 * Multiprocess Programs", 1977) with the producer's cached copy of the tail (as in FastForward and
 * the Linux kernel's circular buffers). A record becomes visible by the store of the head alone,
 * so a thread terminated in the middle of a record leaves no half of it.
 */
import { EventKind, packKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from './model.ts'
import type { Tracer } from './tracer.ts'
import { cutUtf8, encodeUtf8 } from './utf8.ts'

const HEAD = 0
const DROPPED = 1
const TAIL = 32
const HEADER_BYTES = 256
const TIMES_PER_RECORD = RECORD_BYTES / 8
const WORDS_PER_RECORD = RECORD_BYTES / 4
const FIRST_TIME = HEADER_BYTES / 8
const FIRST_WORD = HEADER_BYTES / 4

/** 1.5 MB: at a million events a second of one thread, room for 65 ms without a drain. */
const DEFAULT_RING_CAPACITY = 65_536
const MAX_RING_CAPACITY = 2 ** 24
/**
 * Of a full ring, one part in this many is kept for what gives the other events their meaning:
 * lanes, resources and marks. Without them a thread that has ended would seem to run for ever.
 */
const RESERVED_SHARE = 256
const isStructural = (kind: EventKind): boolean =>
  kind === EventKind.laneStart ||
  kind === EventKind.laneEnd ||
  kind === EventKind.resource ||
  kind === EventKind.mark

/** Longer texts are cut, at a character's boundary; smaller rings cut at half their size. */
export const MAX_TEXT_BYTES = 16_384

/**
 * @param capacity in records; a power of two from 2 to 2^24.
 * @throws RangeError for any other capacity.
 */
export function allocateRing(capacity = DEFAULT_RING_CAPACITY): SharedArrayBuffer {
  if (!(capacity >= 2 && capacity <= MAX_RING_CAPACITY) || (capacity & (capacity - 1)) !== 0)
    throw new RangeError(`ring capacity must be a power of two from 2 to 2^24, not ${capacity}`)
  return new SharedArrayBuffer(HEADER_BYTES + capacity * RECORD_BYTES)
}

const capacityOf = (buffer: SharedArrayBuffer): number =>
  (buffer.byteLength - HEADER_BYTES) / RECORD_BYTES

/**
 * The producer's end. At most one per ring may be in use at a time; another may follow on the same
 * ring (a worker is used for one thread after the other).
 */
export class RingTracer implements Tracer {
  readonly #times: BigUint64Array<SharedArrayBuffer>
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #bytes: Uint8Array<SharedArrayBuffer>
  readonly #now: () => bigint
  readonly #mask: number
  readonly #textLimit: number
  readonly #reserved: number
  #head: number
  /**
   * The head at which the ring is full but for its reserve, by the tail as last looked at: the real
   * one is never behind. What uses the reserve goes beyond it.
   */
  #limit: number

  /**
   * @param buffer from `allocateRing`.
   * @param now CLOCK_MONOTONIC in nanoseconds: `process.hrtime.bigint`.
   */
  constructor(buffer: SharedArrayBuffer, now: () => bigint) {
    this.#times = new BigUint64Array(buffer)
    this.#words = new Int32Array(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.#now = now
    const capacity = capacityOf(buffer)
    this.#mask = capacity - 1
    this.#textLimit = Math.min(MAX_TEXT_BYTES, (capacity >> 1) * TEXT_BYTES_PER_RECORD)
    this.#head = Atomics.load(this.#words, HEAD)
    this.#reserved = Math.floor(capacity / RESERVED_SHARE)
    this.#limit = (Atomics.load(this.#words, TAIL) + capacity - this.#reserved) | 0
  }

  record(kind: EventKind, resource: number, a: number, b: number, c: number): void {
    const head = this.#head
    if (((this.#limit - head) | 0) <= 0 && !this.#hasRoom(kind, 1)) return
    const slot = head & this.#mask
    const words = this.#words
    const at = FIRST_WORD + slot * WORDS_PER_RECORD + 2
    words[at] = (kind << 24) | resource
    words[at + 1] = a
    words[at + 2] = b
    words[at + 3] = c
    // The clock last: the less time between reading it and publishing, the rarer a record that
    // reaches the merge too late. Its value goes straight into the array, without a BigInt object.
    this.#times[FIRST_TIME + slot * TIMES_PER_RECORD] = this.#now()
    this.#head = (head + 1) | 0
    // The head is stored atomically and after the record: whoever loads this head also sees the
    // plain stores above. A plain store would do on x86 only; on ARM the head could go first.
    Atomics.store(words, HEAD, (head + 1) | 0)
  }

  recordText(
    kind: EventKind,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    const bytes = cutUtf8(encodeUtf8(text), this.#textLimit)
    const records = 1 + Math.ceil(bytes.length / TEXT_BYTES_PER_RECORD)
    if (!this.#hasRoom(kind, records)) return
    const head = this.#head
    for (let record = 1; record < records; record++)
      this.#continueText(
        (head + record) & this.#mask,
        bytes.subarray((record - 1) * TEXT_BYTES_PER_RECORD),
      )
    const slot = head & this.#mask
    const words = this.#words
    const at = FIRST_WORD + slot * WORDS_PER_RECORD + 2
    words[at] = packKind(kind, resource)
    words[at + 1] = a
    words[at + 2] = b
    words[at + 3] = c
    this.#times[FIRST_TIME + slot * TIMES_PER_RECORD] = this.#now()
    this.#head = (head + records) | 0
    // One store for all of it, after all of it: the consumer never sees part of a text.
    Atomics.store(words, HEAD, (head + records) | 0)
  }

  #continueText(slot: number, rest: Uint8Array): void {
    const start = HEADER_BYTES + slot * RECORD_BYTES
    this.#bytes.fill(0, start, start + RECORD_BYTES)
    this.#bytes.set(rest.subarray(0, 8), start)
    this.#bytes.set(rest.subarray(8, TEXT_BYTES_PER_RECORD), start + 12)
    this.#words[(start >> 2) + 2] = packKind(EventKind.text, rest.length)
  }

  /** Whether `records` fit; if not, one more event is counted as dropped. */
  #hasRoom(kind: EventKind, records: number): boolean {
    // Loaded atomically before the slots are written again: the consumer stored this tail after it
    // had copied them.
    const limit = (Atomics.load(this.#words, TAIL) + this.#mask + 1 - this.#reserved) | 0
    this.#limit = limit
    const beyond = isStructural(kind) ? this.#reserved : 0
    if (((limit + beyond - this.#head) | 0) >= records) return true
    // Only this thread writes the count, so load and store need not be one operation.
    Atomics.store(this.#words, DROPPED, (Atomics.load(this.#words, DROPPED) + 1) | 0)
    return false
  }
}

/** The consumer's end. Exactly one per ring. */
export class RingReader {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #bytes: Uint8Array<SharedArrayBuffer>
  readonly capacity: number
  #tail: number
  #droppedWord = 0
  #dropped = 0

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.capacity = capacityOf(buffer)
    this.#tail = Atomics.load(this.#words, TAIL)
  }

  /** Events dropped in all, as of the last drain. Exact unless 2^32 are dropped between two drains. */
  get dropped(): number {
    return this.#dropped
  }

  /** Records that a drain would copy now. */
  get available(): number {
    return (Atomics.load(this.#words, HEAD) - this.#tail) | 0
  }

  /**
   * Copies all published records to the start of `into` and frees their slots. An event is never
   * cut from its text.
   *
   * @param into at least `available × RECORD_BYTES` long at the time of the call; the ring's
   * capacity is always enough. What is published meanwhile and does not fit waits for the next
   * drain.
   * @returns the number of records copied.
   */
  drain(into: Uint8Array): number {
    // Before the head: what was dropped up to here was dropped before the records that follow.
    const dropped = Atomics.load(this.#words, DROPPED)
    this.#dropped += (dropped - this.#droppedWord) >>> 0
    this.#droppedWord = dropped
    // Loaded atomically before the records are read: it was stored after they were written.
    let count = (Atomics.load(this.#words, HEAD) - this.#tail) | 0
    const fits = Math.floor(into.length / RECORD_BYTES)
    if (count > fits) count = this.#wholeEvents(fits)
    const first = this.#tail & (this.capacity - 1)
    const unbroken = Math.min(count, this.capacity - first)
    this.#copy(first, unbroken, into, 0)
    if (count > unbroken) this.#copy(0, count - unbroken, into, unbroken * RECORD_BYTES)
    this.#tail = (this.#tail + count) | 0
    // Stored after the copy: from here on the producer may overwrite these slots.
    Atomics.store(this.#words, TAIL, this.#tail)
    return count
  }

  #copy(slot: number, count: number, into: Uint8Array, at: number): void {
    const start = HEADER_BYTES + slot * RECORD_BYTES
    into.set(this.#bytes.subarray(start, start + count * RECORD_BYTES), at)
  }

  /** At most `limit` records, without the beginning of an event whose text would not fit. */
  #wholeEvents(limit: number): number {
    let count = limit
    while (count > 0 && this.#kindAt(count) === EventKind.text) count--
    return count
  }

  #kindAt(offset: number): number {
    const slot = (this.#tail + offset) & (this.capacity - 1)
    return (this.#words[FIRST_WORD + slot * WORDS_PER_RECORD + 2] ?? 0) >>> 24
  }
}
