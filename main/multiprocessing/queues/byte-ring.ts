/** A ring of bytes in shared memory that carries records (records.ts). */
import { notify } from '../../threading/futex.ts'
import { tryLockMutex, unlockMutex } from '../../threading/mutex.ts'
import { unpackLength, recordBytes } from './records.ts'

export const RING_BYTES = 256 * 1024
const MASK = RING_BYTES - 1
/** Up to here a loop is quicker than making the views that `set` needs. */
const FEW_BYTES = 96

const Offset = { mutex: 0, tail: 16, head: 32, readers: 48, writers: 64 } as const

/**
 * A ring of bytes. Head and tail are totals modulo 2^32. One writer and one reader at a time: the
 * side with several threads takes the mutex.
 *
 * Whoever reads or writes first asks for `used` or `free` (or whether there is a record): that loads
 * head and tail, and what follows uses them. Its own one nobody else changes meanwhile.
 */
export class ByteRing {
  readonly words: Int32Array
  /** Indices of words that threads sleep on. */
  readonly mutex: number
  readonly tail: number
  readonly head: number
  readonly readers: number
  readonly writers: number
  readonly #bytes: Uint8Array
  readonly #ints: Uint32Array
  readonly #floats: Float64Array
  #headSeen = 0
  #tailSeen = 0

  constructor(memory: SharedArrayBuffer, firstWord: number, firstByte: number) {
    this.words = new Int32Array(memory)
    this.mutex = firstWord + Offset.mutex
    this.tail = firstWord + Offset.tail
    this.head = firstWord + Offset.head
    this.readers = firstWord + Offset.readers
    this.writers = firstWord + Offset.writers
    this.#bytes = new Uint8Array(memory, firstByte, RING_BYTES)
    this.#ints = new Uint32Array(memory, firstByte, RING_BYTES / 4)
    this.#floats = new Float64Array(memory, firstByte, RING_BYTES / 8)
  }

  get used(): number {
    const tail = Atomics.load(this.words, this.tail)
    const head = Atomics.load(this.words, this.head)
    this.#tailSeen = tail
    this.#headSeen = head
    return (tail - head) >>> 0
  }

  get free(): number {
    return RING_BYTES - this.used
  }

  /** Writes a header at the tail plus `offset`, a multiple of 8; nothing is published yet. */
  setHeader(offset: number, lengthWord: number, itemId: number): void {
    const at = ((this.#tailSeen + offset) & MASK) >>> 2
    this.#ints[at] = lengthWord
    this.#ints[at + 1] = itemId
  }

  setNumber(offset: number, value: number): void {
    this.#floats[((this.#tailSeen + offset) & MASK) >>> 3] = value
  }

  /** Copies `source` from `from` to `to`, which must fit, to the tail plus `offset`. */
  setBytes(offset: number, source: Uint8Array, from: number, to: number): void {
    const at = (this.#tailSeen + offset) & MASK
    const length = to - from
    const own = this.#bytes
    if (length <= FEW_BYTES) {
      // In bounds: both indices are below the respective length.
      for (let index = 0; index < length; index++)
        own[(at + index) & MASK] = source[from + index] ?? 0
      return
    }
    const unbroken = Math.min(length, RING_BYTES - at)
    own.set(source.subarray(from, from + unbroken), at)
    if (unbroken < length) own.set(source.subarray(from + unbroken, to), 0)
  }

  /** Makes `bytes` more visible to the reader. */
  publish(bytes: number): void {
    const { words } = this
    // Stored after the bytes were written and before the sleepers are counted: a reader counts
    // itself before it looks at the tail, so either it sees the bytes or it is seen here.
    this.#tailSeen = (this.#tailSeen + bytes) | 0
    Atomics.store(words, this.tail, this.#tailSeen)
    if (Atomics.load(words, this.readers) > 0) notify(words, this.tail)
  }

  /** Whether a record can be read now: all of it, or its beginning if it exceeds the ring. */
  hasRecord(): boolean {
    const { used } = this
    if (used < 8) return false
    const bytes = recordBytes(unpackLength(this.headerWord))
    return used >= bytes || bytes > RING_BYTES
  }

  hasWholeRecord(): boolean {
    const { used } = this
    return used >= 8 && used >= recordBytes(unpackLength(this.headerWord))
  }

  get headerWord(): number {
    return this.#ints[(this.#headSeen & MASK) >>> 2] ?? 0
  }

  get itemId(): number {
    return this.#ints[((this.#headSeen & MASK) >>> 2) + 1] ?? 0
  }

  /** The number at the head plus `offset`, a multiple of 8. */
  number(offset: number): number {
    return this.#floats[((this.#headSeen + offset) & MASK) >>> 3] ?? 0
  }

  /** Two 32-bit numbers at the head plus `offset`, a multiple of 8. */
  pair(offset: number): readonly [number, number] {
    const at = ((this.#headSeen + offset) & MASK) >>> 2
    return [this.#ints[at] ?? 0, this.#ints[at + 1] ?? 0]
  }

  /** Copies `length` bytes after the head plus `offset`. */
  read(offset: number, into: Uint8Array, at: number, length: number): void {
    const from = (this.#headSeen + offset) & MASK
    const own = this.#bytes
    if (length <= FEW_BYTES) {
      // In bounds: both indices are below the respective length.
      for (let index = 0; index < length; index++)
        into[at + index] = own[(from + index) & MASK] ?? 0
      return
    }
    const unbroken = Math.min(length, RING_BYTES - from)
    into.set(own.subarray(from, from + unbroken), at)
    if (unbroken < length) into.set(own.subarray(0, length - unbroken), at + unbroken)
  }

  /** Gives `bytes` at the head back to the writer. */
  consume(bytes: number): void {
    const { words } = this
    // After the bytes were read, before the sleepers are counted: as in `publish`.
    this.#headSeen = (this.#headSeen + bytes) | 0
    Atomics.store(words, this.head, this.#headSeen)
    if (Atomics.load(words, this.writers) > 0) notify(words, this.head)
  }

  tryLock(): boolean {
    return tryLockMutex(this.words, this.mutex)
  }

  unlock(): void {
    unlockMutex(this.words, this.mutex)
  }
}
