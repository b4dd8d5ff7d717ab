import {
  EventKind,
  packKind,
  RECORD_BYTES,
  TEXT_BYTES_PER_RECORD,
} from '../../../main/trace/model.ts'
import { encodeUtf8 } from '../../../main/trace/utf8.ts'

const TWO_32 = 2 ** 32
const INITIAL_RECORDS = 256

/** The events of one source as records (main/trace/model.ts), as a ring would have given them. */
export class EventLog {
  #bytes = new Uint8Array(INITIAL_RECORDS * RECORD_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** @param time nanoseconds since the beginning of the run; ascending. */
  write(time: number, kind: EventKind, resource = 0, a = 0, b = 0, c = 0, text = ''): void {
    const at = this.#grow()
    this.#view.setUint32(at, time % TWO_32, true)
    this.#view.setUint32(at + 4, Math.floor(time / TWO_32), true)
    this.#view.setUint32(at + 8, packKind(kind, resource), true)
    this.#view.setUint32(at + 12, a, true)
    this.#view.setUint32(at + 16, b, true)
    this.#view.setUint32(at + 20, c, true)
    if (text !== '') this.#writeText(encodeUtf8(text))
  }

  /** The fields of time, a, b and c carry a text's bytes. */
  #writeText(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += TEXT_BYTES_PER_RECORD) {
      const at = this.#grow()
      this.#bytes.set(bytes.subarray(from, from + 8), at)
      this.#bytes.set(bytes.subarray(from + 8, from + TEXT_BYTES_PER_RECORD), at + 12)
      this.#view.setUint32(at + 8, packKind(EventKind.text, bytes.length - from), true)
    }
  }

  /** @returns where the next record goes. */
  #grow(): number {
    const at = this.#length
    this.#length += RECORD_BYTES
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}
