/** Numbers as bytes: small ones short. Little-endian, seven bits a byte, the lowest first. */
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
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2)
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
