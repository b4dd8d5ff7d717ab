/** Records of a trace (trace/model.ts) that this process makes about a program, with times given. */
import { EventKind, packKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from '../../trace/model.ts'
import { encodeUtf8 } from '../../trace/utf8.ts'

const INITIAL_BYTES = 64 * RECORD_BYTES
/** Of the continuation of a text: its bytes lie around the word that says what it is. */
const BEFORE_KIND = 8
const AFTER_KIND = 12

export class Records {
  #bytes = Buffer.alloc(INITIAL_BYTES)
  #end = 0

  /** @param words a, b and c. */
  add(time: bigint, kind: EventKind, words: readonly [number, number, number], text = ''): void {
    const encoded = encodeUtf8(text)
    const count = 1 + Math.ceil(encoded.length / TEXT_BYTES_PER_RECORD)
    this.#reserve(count * RECORD_BYTES)
    const at = this.#end
    this.#bytes.writeBigUInt64LE(time, at)
    this.#bytes.writeUInt32LE(packKind(kind, 0) >>> 0, at + BEFORE_KIND)
    words.forEach((word, index) =>
      this.#bytes.writeUInt32LE(word >>> 0, at + AFTER_KIND + 4 * index),
    )
    for (let record = 1; record < count; record++)
      this.#continue(
        at + record * RECORD_BYTES,
        encoded.subarray((record - 1) * TEXT_BYTES_PER_RECORD),
      )
    this.#end += count * RECORD_BYTES
  }

  /** What has been added since the last call. Valid until the next `add`. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#end)
    this.#end = 0
    return taken
  }

  #continue(at: number, rest: Uint8Array): void {
    this.#bytes.fill(0, at, at + RECORD_BYTES)
    this.#bytes.set(rest.subarray(0, BEFORE_KIND), at)
    this.#bytes.set(rest.subarray(BEFORE_KIND, TEXT_BYTES_PER_RECORD), at + AFTER_KIND)
    this.#bytes.writeUInt32LE(packKind(EventKind.text, rest.length) >>> 0, at + BEFORE_KIND)
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return
    const larger = Buffer.alloc((this.#end + bytes) * 2)
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }
}
