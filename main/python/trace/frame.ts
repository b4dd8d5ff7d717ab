import { EventKind, packKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from '../../trace/model.ts'
import { encodeUtf8 } from '../../trace/utf8.ts'

const WORDS = RECORD_BYTES / 4
const TWO_32 = 2 ** 32
const FIRST_RECORDS = 256

/** Records of one source of the run, gathered between two calls of `take`. */
export class Frame {
  #words = new Uint32Array(FIRST_RECORDS * WORDS)
  #records = 0
  /** How often it has been taken. */
  taken = 0
  readonly #epochHigh: number
  readonly #epochLow: number

  /** @param epoch absolute nanoseconds that the times of records count from. */
  constructor(epoch: bigint) {
    this.#epochHigh = Number(epoch >> 32n)
    this.#epochLow = Number(epoch & 0xffff_ffffn)
  }

  /** @returns where the record stands, for `moveTo`. */
  add(
    time: number,
    kind: EventKind,
    resource: number,
    a: number,
    b: number,
    c: number,
    text = '',
  ): number {
    const record = this.#records
    const at = this.#reserve(1)
    this.#setTime(at, time)
    const words = this.#words
    words[at + 2] = packKind(kind, resource)
    words[at + 3] = a
    words[at + 4] = b
    words[at + 5] = c
    if (text !== '') this.#addText(encodeUtf8(text))
    return record
  }

  /** A later time for a record that has not been taken, and for those after it that were earlier. */
  moveTo(record: number, time: number): void {
    for (let at = record * WORDS; at < this.#records * WORDS; at += WORDS) {
      if ((this.#words[at + 2] ?? 0) >>> 24 === EventKind.text) continue
      if (this.#timeAt(at) < time) this.#setTime(at, time)
    }
  }

  /** Valid until the next `add`. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#words.buffer, 0, this.#records * RECORD_BYTES)
    this.#records = 0
    this.taken++
    return bytes
  }

  #timeAt(at: number): number {
    const [low = 0, high = 0] = this.#words.subarray(at, at + 2)
    return (high - this.#epochHigh) * TWO_32 + (low - this.#epochLow)
  }

  #setTime(at: number, time: number): void {
    const low = this.#epochLow + (time % TWO_32)
    this.#words[at] = low % TWO_32
    this.#words[at + 1] = this.#epochHigh + Math.floor(time / TWO_32) + (low >= TWO_32 ? 1 : 0)
  }

  #addText(bytes: Uint8Array): void {
    const count = Math.ceil(bytes.length / TEXT_BYTES_PER_RECORD)
    let at = this.#reserve(count)
    const into = new Uint8Array(this.#words.buffer)
    for (let from = 0; from < bytes.length; from += TEXT_BYTES_PER_RECORD) {
      into.fill(0, at * 4, at * 4 + RECORD_BYTES)
      into.set(bytes.subarray(from, from + 8), at * 4)
      into.set(bytes.subarray(from + 8, from + TEXT_BYTES_PER_RECORD), at * 4 + 12)
      this.#words[at + 2] = packKind(EventKind.text, bytes.length - from)
      at += WORDS
    }
  }

  /** @returns the first word of so many more records. */
  #reserve(records: number): number {
    const at = this.#records * WORDS
    this.#records += records
    let size = this.#words.length
    while (size < this.#records * WORDS) size *= 2
    if (size > this.#words.length) {
      const larger = new Uint32Array(size)
      larger.set(this.#words)
      this.#words = larger
    }
    return at
  }
}
