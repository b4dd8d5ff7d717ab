/**
 * The bytes of items that a slot cannot hold, in a growable memory. An item's bytes are never split.
 * Plain loads and stores: the queue's mutexes order them.
 */
import type { Encoded } from '../codec.ts'
import { powerOfTwo, Word } from './layout.ts'

const INITIAL_BYTES = 2 ** 14

export class Payload {
  /** To which it can grow: the largest item. */
  readonly limit: number
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #memory: SharedArrayBuffer
  #bytes: Uint8Array<SharedArrayBuffer>

  constructor(words: Int32Array<SharedArrayBuffer>, memory: SharedArrayBuffer) {
    this.#words = words
    this.#memory = memory
    this.limit = memory.maxByteLength
    this.#bytes = new Uint8Array(memory, 0, 0)
  }

  /** Bytes in use; a power of two, or 0. */
  get size(): number {
    return this.#words[Word.payloadBytes] ?? 0
  }

  /**
   * Doubles until there are at least so many bytes.
   * @returns false when the limit or the machine's memory does not allow it.
   */
  grow(least: number): boolean {
    const { size } = this
    const wanted = Math.min(this.limit, Math.max(2 * size, powerOfTwo(least), INITIAL_BYTES))
    if (wanted <= size || wanted < least || !growTo(this.#memory, wanted)) return false
    // Positions are taken modulo the size: after it has doubled, an item is found in either half.
    const bytes = new Uint8Array(this.#memory, 0, wanted)
    for (let filled = size; filled > 0 && filled < wanted; filled *= 2)
      bytes.copyWithin(filled, 0, filled)
    // Last: a thread that dies before has changed nothing.
    this.#words[Word.payloadBytes] = wanted
    return true
  }

  write(position: number, item: Encoded): void {
    const { bytes, length } = item
    const whole = bytes.length === length ? bytes : bytes.subarray(0, length)
    this.#view().set(whole, position & (this.size - 1))
  }

  /** A view on an item's bytes, valid under the mutex. */
  at(position: number, length: number): Uint8Array {
    const from = position & (this.size - 1)
    return this.#view().subarray(from, from + length)
  }

  /** The link kept in a free block. */
  linkAt(position: number): number {
    return new DataView(this.#memory).getInt32(position)
  }

  setLinkAt(position: number, link: number): void {
    new DataView(this.#memory).setInt32(position, link)
  }

  #view(): Uint8Array {
    const { size } = this
    if (this.#bytes.length !== size) this.#bytes = new Uint8Array(this.#memory, 0, size)
    return this.#bytes
  }
}

/** @returns false when there is not so much memory. */
export function growTo(memory: SharedArrayBuffer, bytes: number): boolean {
  if (bytes > memory.maxByteLength) return false
  try {
    // Longer already when a thread died that was about to use it.
    if (memory.byteLength < bytes) memory.grow(bytes)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
