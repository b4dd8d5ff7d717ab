/** Where the segments of a recording lie in its file: one entry of 40 bytes for each, in their order. */
import { CHUNK_HEADER_BYTES, MAX_BODY_BYTES } from './chunk.ts'
import { exactAt, MAX_EXACT, setExact, viewOf } from './bytes.ts'

const ENTRY_BYTES = 40
const INITIAL_SEGMENTS = 64

export interface SegmentEntry {
  /** Of its chunk in the file. */
  readonly offset: number
  readonly headBytes: number
  /** As stored, without the head. */
  readonly bodyBytes: number
  readonly stream: number
  readonly count: number
  /** Nanoseconds since the epoch. */
  readonly first: number
  readonly last: number
}

/** Grows by an entry a segment; stored as it lies in memory. */
export class Directory {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  /** @param bytes stored entries, taken over. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
    this.#length = Math.floor(bytes.length / ENTRY_BYTES)
  }

  get length(): number {
    return this.#length
  }

  /** Valid until an entry is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length * ENTRY_BYTES)
  }

  add(entry: SegmentEntry): void {
    const at = this.#length * ENTRY_BYTES
    if (at === this.#bytes.length) {
      const grown = new Uint8Array(Math.max(INITIAL_SEGMENTS * ENTRY_BYTES, 2 * at))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = viewOf(grown)
    }
    setExact(this.#view, at, entry.offset)
    this.#view.setUint32(at + 8, entry.headBytes, true)
    this.#view.setUint32(at + 12, entry.bodyBytes, true)
    this.#view.setUint32(at + 16, entry.stream, true)
    this.#view.setUint32(at + 20, entry.count, true)
    setExact(this.#view, at + 24, entry.first)
    setExact(this.#view, at + 32, entry.last)
    this.#length++
  }

  at(segment: number): SegmentEntry | undefined {
    if (!(segment >= 0 && segment < this.#length)) return undefined
    const at = segment * ENTRY_BYTES
    return {
      offset: exactAt(this.#view, at),
      headBytes: this.#view.getUint32(at + 8, true),
      bodyBytes: this.#view.getUint32(at + 12, true),
      stream: this.#view.getUint32(at + 16, true),
      count: this.#view.getUint32(at + 20, true),
      first: exactAt(this.#view, at + 24),
      last: exactAt(this.#view, at + 32),
    }
  }

  /** Whether all entries lie one after the other between the file's header and `end`. */
  isPossible(end: number): boolean {
    let from = 0
    for (let segment = 0; segment < this.#length; segment++) {
      const entry = this.at(segment)
      if (!entry) return false
      const { offset, headBytes, bodyBytes } = entry
      if (offset > MAX_EXACT || offset < from || headBytes + bodyBytes > MAX_BODY_BYTES)
        return false
      from = offset + CHUNK_HEADER_BYTES + headBytes + bodyBytes
    }
    return from <= end && this.#bytes.length % ENTRY_BYTES === 0
  }
}
