/**
 * Records on their way into chunks: those of one group are later than the watermark before it and
 * not later than its own. A reader holds a group in memory, so a long one is cut at times between.
 */
import { EventKind, RECORD_BYTES } from '../model.ts'
import { joined } from './bytes.ts'

/** The events of one moment are not cut, however many they are. */
export const MAX_GROUP_BYTES = 2 ** 24
const CHUNK_BYTES = 2 ** 20 - (2 ** 20 % RECORD_BYTES)
const TWO_32 = 2 ** 32

export interface RecordChunk {
  readonly source: number
  /** Whole events. */
  readonly records: Uint8Array
  /** Nanoseconds since the epoch. */
  readonly first: number
  readonly last: number
  readonly watermark: number
}

export class RecordGroup {
  readonly #parts = new Map<number, Uint8Array[]>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** @param records whole events of one source in ascending time; copied. */
  add(source: number, records: Uint8Array): void {
    const parts = this.#parts.get(source)
    if (parts) parts.push(records.slice())
    else this.#parts.set(source, [records.slice()])
    this.#bytes += records.length
  }

  clear(): void {
    this.#parts.clear()
    this.#bytes = 0
  }

  /** Empties it. @param epoch absolute time of what records count from. */
  *take(watermark: number, epoch: bigint, limit = MAX_GROUP_BYTES): Generator<RecordChunk> {
    const sources = [...this.#parts].map(([source, parts]) => new Records(source, parts, epoch))
    this.clear()
    yield* chunksOf(sources, watermark, limit)
  }
}

function* chunksOf(
  sources: readonly Records[],
  watermark: number,
  limit: number,
): Generator<RecordChunk> {
  const some = sources.filter(({ bytes }) => bytes.length > 0)
  const bytes = some.reduce((sum, records) => sum + records.bytes.length, 0)
  const first = Math.min(...some.map((records) => records.first))
  const last = Math.max(...some.map((records) => records.last))
  if (bytes <= limit || first >= last) {
    for (const records of some) yield* records.chunks(watermark)
    return
  }
  const middle = Math.floor((first + last) / 2)
  const halves = some.map((records) => records.cut(middle))
  yield* chunksOf(
    halves.map(([early]) => early),
    middle,
    limit,
  )
  yield* chunksOf(
    halves.map(([, late]) => late),
    watermark,
    limit,
  )
}

/** Of one source, in ascending time. */
class Records {
  readonly bytes: Uint8Array
  readonly first: number
  readonly last: number
  readonly #source: number
  readonly #epoch: bigint
  readonly #view: DataView

  constructor(source: number, parts: readonly Uint8Array[], epoch: bigint) {
    const bytes = parts.length === 1 && parts[0] ? parts[0] : joined(parts)
    this.#source = source
    this.#epoch = epoch
    // Text that belongs to no event has no time.
    let from = 0
    while (from < bytes.length && bytes[from + 11] === EventKind.text) from += RECORD_BYTES
    this.bytes = bytes.subarray(from)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + from, this.bytes.length)
    let end = this.bytes.length - RECORD_BYTES
    while (end > 0 && this.#isText(end)) end -= RECORD_BYTES
    this.first = end >= 0 ? this.#timeAt(0) : Infinity
    this.last = end >= 0 ? this.#timeAt(end) : -Infinity
  }

  /** Up to and including this time, and after it. */
  cut(time: number): readonly [Records, Records] {
    let at = 0
    while (at < this.bytes.length && (this.#isText(at) || this.#timeAt(at) <= time))
      at += RECORD_BYTES
    return [this.#part(0, at), this.#part(at, this.bytes.length)]
  }

  /** Of CHUNK_BYTES or one event; an event stays together with its text. */
  *chunks(watermark: number): Generator<RecordChunk> {
    let from = 0
    while (from < this.bytes.length) {
      let end = Math.min(this.bytes.length, from + CHUNK_BYTES)
      while (end > from && end < this.bytes.length && this.#isText(end)) end -= RECORD_BYTES
      if (end === from) {
        // One event with more text than that.
        end += RECORD_BYTES
        while (end < this.bytes.length && this.#isText(end)) end += RECORD_BYTES
      }
      const { bytes: records, first, last } = this.#part(from, end)
      yield { source: this.#source, records, first, last, watermark }
      from = end
    }
  }

  #part(from: number, end: number): Records {
    return new Records(this.#source, [this.bytes.subarray(from, end)], this.#epoch)
  }

  #isText(at: number): boolean {
    return this.bytes[at + 11] === EventKind.text
  }

  #timeAt(at: number): number {
    const low = this.#view.getUint32(at, true) - Number(this.#epoch & 0xffff_ffffn)
    return low + (this.#view.getUint32(at + 4, true) - Number(this.#epoch >> 32n)) * TWO_32
  }
}
