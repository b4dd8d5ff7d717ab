/**
 * A queue's items in a ring of bytes. Each is 8 bytes of header (encoding, length) and its payload,
 * padded to a multiple of 8, so that headers and numbers never straddle the ring's end. Positions
 * count bytes modulo 2^32; the capacity is a power of two, so they wrap together.
 *
 * Plain loads and stores: the queue's mutex orders them.
 */
import { decode, Encoding, type Encoded } from '../codec.ts'

const HEADER_BYTES = 8
const NUMBER_BYTES = 8

export class ItemBuffer {
  readonly capacity: number
  readonly #bytes: Uint8Array<SharedArrayBuffer>
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #numbers: Float64Array<SharedArrayBuffer>
  /** What the last `read` of this thread found. */
  #encoding: number = Encoding.undefined
  #number = 0
  #payload = new Uint8Array(64)
  #length = 0

  /** @param offset of the ring in the memory, which it fills to the end; a multiple of 8. */
  constructor(memory: SharedArrayBuffer, offset: number) {
    this.capacity = memory.byteLength - offset
    this.#bytes = new Uint8Array(memory, offset)
    this.#words = new Int32Array(memory, offset)
    this.#numbers = new Float64Array(memory, offset)
  }

  /** The largest payload that fits. */
  get largest(): number {
    return this.capacity - HEADER_BYTES
  }

  /** Bytes that a payload takes in the ring. */
  static sizeOf(length: number): number {
    return HEADER_BYTES + ((length + 7) & ~7)
  }

  writeNumber(position: number, value: number): void {
    this.#writeHeader(position, Encoding.number, NUMBER_BYTES)
    this.#numbers[this.#payloadAt(position) >> 3] = value
  }

  write(position: number, item: Encoded): void {
    const { bytes, length } = item
    this.#writeHeader(position, item.encoding, length)
    const from = this.#payloadAt(position)
    const unbroken = Math.min(length, this.capacity - from)
    this.#bytes.set(bytes.subarray(0, unbroken), from)
    if (unbroken < length) this.#bytes.set(bytes.subarray(unbroken, length), 0)
  }

  /** Copies the item out of shared memory, for `value`. @returns the length of its payload. */
  read(position: number): number {
    const at = (position & (this.capacity - 1)) >> 2
    const from = this.#payloadAt(position)
    // In bounds, as all positions are below the capacity.
    const length = this.#words[at + 1] ?? 0
    this.#encoding = this.#words[at] ?? 0
    this.#length = length
    if (this.#encoding === Encoding.number) {
      this.#number = this.#numbers[from >> 3] ?? 0
      return length
    }
    if (this.#payload.length < length) this.#payload = new Uint8Array(length * 2)
    const unbroken = Math.min(length, this.capacity - from)
    this.#payload.set(this.#bytes.subarray(from, from + unbroken))
    if (unbroken < length) this.#payload.set(this.#bytes.subarray(0, length - unbroken), unbroken)
    return length
  }

  /** Items between two positions. */
  count(head: number, tail: number): number {
    let items = 0
    for (let at = head; at !== tail; items++) {
      const length = this.#words[((at & (this.capacity - 1)) >> 2) + 1] ?? 0
      at = (at + ItemBuffer.sizeOf(length)) | 0
    }
    return items
  }

  /** The item last read; outside of the queue's mutex. */
  value(): unknown {
    return this.#encoding === Encoding.number
      ? this.#number
      : decode(this.#encoding, this.#payload.subarray(0, this.#length))
  }

  #payloadAt(position: number): number {
    return (position + HEADER_BYTES) & (this.capacity - 1)
  }

  #writeHeader(position: number, encoding: number, length: number): void {
    const at = (position & (this.capacity - 1)) >> 2
    this.#words[at] = encoding
    this.#words[at + 1] = length
  }
}
