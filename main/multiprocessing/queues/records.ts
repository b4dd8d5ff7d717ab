/**
 * An item of a process queue on its way, in shared memory as on the wire:
 *
 * | bytes | field                                                                     |
 * |-------|---------------------------------------------------------------------------|
 * | 0-3   | length of the value in the low 27 bits, its encoding in the top 5          |
 * | 4-7   | item id: the putting process in the top 8 bits, its own count below        |
 * | 8-    | the value (threading/codec.ts), padded to a multiple of 8 bytes            |
 *
 * With LARGE_FLAG in the encoding the value says where the item is (large-items.ts): its process,
 * 32 bits, its first chunk, 32 bits, and its length, a 64-bit float.
 *
 * A stream of records may be cut anywhere; RecordAssembler puts it together again.
 */
import { FrameError, type PartialFrame } from '../frames.ts'

export const RECORD_HEADER_BYTES = 8
const LENGTH_BITS = 27
const LENGTH_MASK = 2 ** LENGTH_BITS - 1
/** The largest value an item can have: one byte less than 128 MiB. */
export const MAX_ITEM_BYTES = LENGTH_MASK

export const packLength = (length: number, encoding: number): number =>
  (length | (encoding << LENGTH_BITS)) >>> 0
export const unpackLength = (word: number): number => word & LENGTH_MASK
export const unpackEncoding = (word: number): number => word >>> LENGTH_BITS
export const LARGE_FLAG = 16
/** Of a record that says where a large item is. */
export const PLACE_BYTES = 16
/** Bytes of a whole record whose value has `length` bytes. */
export const recordBytes = (length: number): number => (RECORD_HEADER_BYTES + length + 7) & ~7

/** Whole records, one after the other. `first` numbers them in the order of arrival. */
export interface Segment {
  readonly bytes: Uint8Array
  readonly first: number
  readonly count: number
}

/** Length of the record that begins at `position`; its header must be within `bytes`. */
export function recordBytesAt(bytes: Uint8Array, position: number): number {
  const word =
    ((bytes[position] ?? 0) |
      ((bytes[position + 1] ?? 0) << 8) |
      ((bytes[position + 2] ?? 0) << 16) |
      ((bytes[position + 3] ?? 0) << 24)) >>>
    0
  return recordBytes(unpackLength(word))
}

/** Where the first `count` records of a segment end, or fewer when they exceed `maximumBytes`. */
export function splitAt(
  segment: Segment,
  count: number,
  maximumBytes: number,
): { readonly count: number; readonly bytes: number } {
  if (count >= segment.count && segment.bytes.length <= maximumBytes) {
    return { count: segment.count, bytes: segment.bytes.length }
  }
  let position = 0
  let taken = 0
  while (taken < count && taken < segment.count) {
    const next = position + recordBytesAt(segment.bytes, position)
    if (taken > 0 && next > maximumBytes) break
    position = next
    taken++
  }
  return { count: taken, bytes: position }
}

/** Puts a stream of records together; what it hands on are whole records. */
export class RecordAssembler {
  readonly #onRecords: (bytes: Uint8Array, count: number) => void
  /** A record that was begun: its header so far, or all of it. */
  #pending = Buffer.alloc(RECORD_HEADER_BYTES)
  #filled = 0
  #needed = RECORD_HEADER_BYTES

  constructor(onRecords: (bytes: Uint8Array, count: number) => void) {
    this.#onRecords = onRecords
  }

  /** What a process that died left of its last record. */
  get partial(): PartialFrame | undefined {
    return this.#filled === 0 ? undefined : { received: this.#filled, announced: this.#needed }
  }

  /** `bytes` must not change afterwards. @throws FrameError when a record is too long. */
  push(bytes: Uint8Array): void {
    let position = 0
    if (this.#filled > 0) position = this.#complete(bytes)
    const start = position
    let count = 0
    while (bytes.length - position >= RECORD_HEADER_BYTES) {
      const length = this.#checked(recordBytesAt(bytes, position))
      if (bytes.length - position < length) break
      position += length
      count++
    }
    if (count > 0) {
      const whole = start === 0 && position === bytes.length
      this.#onRecords(whole ? bytes : bytes.subarray(start, position), count)
    }
    if (position < bytes.length) this.#begin(bytes.subarray(position))
  }

  #begin(rest: Uint8Array): void {
    if (rest.length < RECORD_HEADER_BYTES) {
      this.#pending = Buffer.alloc(RECORD_HEADER_BYTES)
      this.#needed = RECORD_HEADER_BYTES
    } else {
      this.#needed = this.#checked(recordBytesAt(rest, 0))
      this.#pending = Buffer.allocUnsafe(this.#needed)
    }
    this.#pending.set(rest)
    this.#filled = rest.length
  }

  /** Returns how much of `bytes` belonged to the record that had been begun. */
  #complete(bytes: Uint8Array): number {
    let position = this.#fill(bytes, 0)
    if (this.#filled < this.#needed) return position
    if (this.#needed === RECORD_HEADER_BYTES) {
      const length = this.#checked(recordBytesAt(this.#pending, 0))
      if (length > RECORD_HEADER_BYTES) {
        const header = this.#pending
        this.#pending = Buffer.allocUnsafe(length)
        this.#pending.set(header)
        this.#needed = length
        position += this.#fill(bytes, position)
        if (this.#filled < this.#needed) return position
      }
    }
    this.#filled = 0
    this.#onRecords(this.#pending, 1)
    return position
  }

  #fill(bytes: Uint8Array, from: number): number {
    const part = bytes.subarray(from, from + this.#needed - this.#filled)
    this.#pending.set(part, this.#filled)
    this.#filled += part.length
    return part.length
  }

  #checked(length: number): number {
    if (length > recordBytes(MAX_ITEM_BYTES)) {
      throw new FrameError(`an item of ${length} bytes exceeds the maximum of ${MAX_ITEM_BYTES}`)
    }
    return length
  }
}
