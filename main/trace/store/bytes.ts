/**
 * Numbers as bytes: small ones short. Little-endian, seven bits a byte, the lowest first. Columns
 * are written and read in one go, which is several times as fast as number by number.
 */
const TWO_28 = 2 ** 28

export class ByteWriter {
  #bytes = new Uint8Array(2 ** 16)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  /** @param value whole, from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.#reserve(8)
    const bytes = this.#bytes
    let at = this.#at
    let rest = value
    while (rest >= TWO_28) {
      bytes[at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      bytes[at++] = (rest & 127) | 128
      rest >>>= 7
    }
    bytes[at++] = rest
    this.#at = at
  }

  /** The first `count` numbers, each below 2^14. */
  small(column: Uint16Array, count: number): void {
    this.#reserve(count * 2)
    const bytes = this.#bytes
    let at = this.#at
    for (let row = 0; row < count; row++) {
      const value = column[row] ?? 0
      if (value < 128) bytes[at++] = value
      else {
        bytes[at++] = (value & 127) | 128
        bytes[at++] = value >>> 7
      }
    }
    this.#at = at
  }

  /** What each of the first `count` ascending times has more than the one before it. */
  differences(column: Float64Array, count: number): void {
    this.#reserve(count * 8)
    const bytes = this.#bytes
    let at = this.#at
    let before = column[0] ?? 0
    for (let row = 1; row < count; row++) {
      const value = column[row] ?? 0
      let rest = value - before
      before = value
      while (rest >= TWO_28) {
        bytes[at++] = (rest % 128) | 128
        rest = Math.floor(rest / 128)
      }
      while (rest >= 128) {
        bytes[at++] = (rest & 127) | 128
        rest >>>= 7
      }
      bytes[at++] = rest
    }
    this.#at = at
  }

  /** @param value whole, of 32 bits. */
  signed(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** What was written, as bytes of its own; the writer begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#at)
    this.#at = 0
    return bytes
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Never throws: beyond the end there are zeros, and `isWhole` says so. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Exactly these bytes were read. */
  get isWhole(): boolean {
    return this.#at === this.#bytes.length
  }

  varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++] ?? 0
    if (byte < 128) return byte
    let value = byte & 127
    for (let scale = 128; scale < Number.MAX_SAFE_INTEGER; scale *= 128) {
      byte = bytes[this.#at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    return value
  }

  /** As many as the column has. */
  small(column: Uint16Array): void {
    const bytes = this.#bytes
    let at = this.#at
    for (let row = 0; row < column.length; row++) {
      const byte = bytes[at++] ?? 0
      column[row] = byte < 128 ? byte : (byte & 127) + (bytes[at++] ?? 0) * 128
    }
    this.#at = at
  }

  /** Each of the column's numbers after the first is the one before it and what is read. */
  sums(column: Float64Array): void {
    const bytes = this.#bytes
    let at = this.#at
    let value = column[0] ?? 0
    for (let row = 1; row < column.length; row++) {
      let byte = bytes[at++] ?? 0
      let difference = byte & 127
      let scale = 128
      while (byte > 127 && scale < Number.MAX_SAFE_INTEGER) {
        byte = bytes[at++] ?? 0
        difference += (byte & 127) * scale
        scale *= 128
      }
      value += difference
      column[row] = value
    }
    this.#at = at
  }

  signed(): number {
    const value = this.varint()
    return (value >>> 1) ^ -(value & 1)
  }

  double(): number {
    const at = this.#at
    this.#at += 8
    if (this.#at > this.#bytes.length) return 0
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true)
  }
}
