/** Columns of numbers, seven bits a byte, the lowest first; the top bit says that more follow. */
const INITIAL_BYTES = 4_096
/** Of a number below 2^53. */
const MAX_VARINT_BYTES = 8

/** A difference of two 32-bit numbers so that small ones, of either sign, are small numbers. */
export const zigzag = (difference: number): number =>
  ((difference << 1) ^ ((difference | 0) >> 31)) >>> 0

export const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1)

/** Thrown where a column ends too early or holds what cannot have been written. */
export class MalformedColumn extends Error {
  override readonly name = 'MalformedColumn'
}

/** Grows as it is written; keeps its room for the next time. */
export class VarintColumn {
  #bytes = new Uint8Array(INITIAL_BYTES)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Valid until it is written to again. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Empties it. @param numbers that `push` will be called with at most. */
  begin(numbers: number): void {
    this.#length = 0
    this.#reserve(numbers * MAX_VARINT_BYTES)
  }

  /** @param value a whole number from 0 to 2^53 - 1. */
  push(value: number): void {
    if (value < 0x80) {
      this.#bytes[this.#length++] = value
      return
    }
    let rest = value
    // Shifts are faster than divisions, but for 32 bits only.
    while (rest > 0x7fff_ffff) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** Reads a column between two places of a chunk, and never beyond. */
export class VarintReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number

  /** @throws MalformedColumn when the bytes do not go to `end`. */
  constructor(bytes: Uint8Array, from: number, end: number) {
    if (end > bytes.length) throw new MalformedColumn()
    this.#bytes = bytes
    this.#at = from
    this.#end = end
  }

  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end
  }

  /** @throws MalformedColumn. */
  next(): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < MAX_VARINT_BYTES && this.#at < this.#end; count++) {
      const byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      scale *= 0x80
    }
    throw new MalformedColumn()
  }

  /** The next number, which must be less than `limit`. */
  below(limit: number): number {
    const value = this.next()
    if (value >= limit) throw new MalformedColumn()
    return value
  }

  /** The next bytes as they are. */
  take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#end) throw new MalformedColumn()
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}
