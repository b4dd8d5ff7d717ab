/**
 * Records of one source that wait to be merged: bytes as they come from a ring, a frame or a
 * chunk, read in place. Words are little-endian, as are all processors that Node runs on.
 */
import { EventKind, packKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from './model.ts'
import { MAX_TEXT_BYTES } from './ring.ts'
import { cutUtf8, decodeUtf8 } from './utf8.ts'

const WORDS = RECORD_BYTES / 4
const TWO_32 = 2 ** 32
const INITIAL_RECORDS = 1024
/** Names and places, which stay in memory; longer ones are cut. */
const MAX_NAME_BYTES = 1_024

/** Takes events in the merged order. Times are nanoseconds since the epoch. */
export interface EventSink {
  event(
    source: number,
    time: number,
    kind: number,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void
}

export class SourceQueue {
  readonly source: number
  #bytes = new Uint8Array(INITIAL_RECORDS * RECORD_BYTES)
  #words = new Uint32Array(this.#bytes.buffer)
  #first = 0
  #end = 0
  #epochHigh = 0
  #epochLow = 0
  /** Time of the last event handed on: a source's times never go backwards. */
  #handedOn = -1
  /** Time of the first event that waits, as merged; Infinity: none waits. */
  next = Infinity
  /** Events that came after later ones of other sources had been handed on. */
  late = 0

  constructor(source: number) {
    this.source = source
  }

  /** Records that wait. */
  get length(): number {
    return this.#end - this.#first
  }

  setEpoch(epoch: bigint): void {
    this.#epochHigh = Number(epoch >> 32n)
    this.#epochLow = Number(epoch & 0xffff_ffffn)
  }

  /** Room for `records` more, to be filled and then committed. */
  reserve(records: number): Uint8Array {
    const capacity = this.#bytes.length / RECORD_BYTES
    if (this.#end + records > capacity) this.#makeRoom(records)
    return this.#bytes.subarray(this.#end * RECORD_BYTES, (this.#end + records) * RECORD_BYTES)
  }

  commit(records: number): void {
    this.#end += records
  }

  push(bytes: Uint8Array): void {
    const records = Math.floor(bytes.length / RECORD_BYTES)
    this.reserve(records).set(bytes.subarray(0, records * RECORD_BYTES))
    this.commit(records)
  }

  /** One record made by the collector itself. */
  pushRecord(time: bigint, kind: EventKind, resource: number, words: readonly number[]): void {
    this.reserve(1)
    const at = this.#end * WORDS
    this.#words[at] = Number(time & 0xffff_ffffn)
    this.#words[at + 1] = Number(time >> 32n)
    this.#words[at + 2] = packKind(kind, resource)
    for (let word = 0; word < 3; word++) this.#words[at + 3 + word] = words[word] ?? 0
    this.#end++
  }

  /** Absolute time of the first (last) event that waits; undefined: none waits. */
  firstTime(): bigint | undefined {
    for (let record = this.#first; record < this.#end; record++)
      if (this.#kindOf(record) !== EventKind.text) return this.#absolute(record)
    return undefined
  }

  lastTime(): bigint | undefined {
    for (let record = this.#end - 1; record >= this.#first; record--)
      if (this.#kindOf(record) !== EventKind.text) return this.#absolute(record)
    return undefined
  }

  /**
   * Finds the time of the first event that waits. One that is not later than `frontier`, up to
   * which everything has been handed on, becomes the first after it, so that the merged order has
   * ascending times; the change is written into the record, so that a recording replays the same.
   */
  settle(frontier: number): void {
    while (this.#first < this.#end && this.#kindOf(this.#first) === EventKind.text) this.#first++
    if (this.#first === this.#end) {
      this.next = Infinity
      return
    }
    const at = this.#first * WORDS
    const time =
      ((this.#words[at + 1] ?? 0) - this.#epochHigh) * TWO_32 +
      ((this.#words[at] ?? 0) - this.#epochLow)
    const earliest = Math.max(frontier + 1, this.#handedOn)
    if (time >= earliest) {
      this.next = time
      return
    }
    if (time <= frontier) this.late++
    this.next = earliest
    const low = this.#epochLow + (earliest % TWO_32)
    this.#words[at] = low % TWO_32
    this.#words[at + 1] = this.#epochHigh + Math.floor(earliest / TWO_32) + (low >= TWO_32 ? 1 : 0)
  }

  /** Hands the first event on. Only when `next` is finite. */
  take(sink: EventSink, frontier: number): void {
    const words = this.#words
    const at = this.#first * WORDS
    const time = this.next
    this.#handedOn = time
    const packed = words[at + 2] ?? 0
    this.#first++
    const longest = packed >>> 24 === EventKind.output ? MAX_TEXT_BYTES : MAX_NAME_BYTES
    const text = this.#first < this.#end ? this.#text(longest) : ''
    sink.event(
      this.source,
      time,
      packed >>> 24,
      packed & 0xff_ffff,
      words[at + 3] ?? 0,
      words[at + 4] ?? 0,
      words[at + 5] ?? 0,
      text,
    )
    this.settle(frontier)
  }

  /** Position of the first record that waits, for `taken`. */
  mark(): number {
    return this.#first
  }

  /** The records handed on since `mark`; valid until the next `reserve`. */
  taken(mark: number): Uint8Array {
    return this.#bytes.subarray(mark * RECORD_BYTES, this.#first * RECORD_BYTES)
  }

  /** @param longest in bytes: a file may hold names of a megabyte. */
  #text(longest: number): string {
    const word = this.#words[this.#first * WORDS + 2] ?? 0
    if (word >>> 24 !== EventKind.text) return ''
    const length = word & 0xff_ffff
    const records = Math.min(Math.ceil(length / TEXT_BYTES_PER_RECORD), this.length)
    const kept = Math.min(records, Math.ceil(longest / TEXT_BYTES_PER_RECORD))
    const bytes = new Uint8Array(kept * TEXT_BYTES_PER_RECORD)
    let record = 0
    for (; record < records && this.#kindOf(this.#first) === EventKind.text; record++) {
      if (record >= kept) {
        this.#first++
        continue
      }
      const start = this.#first * RECORD_BYTES
      const at = record * TEXT_BYTES_PER_RECORD
      bytes.set(this.#bytes.subarray(start, start + 8), at)
      bytes.set(this.#bytes.subarray(start + 12, start + RECORD_BYTES), at + 8)
      this.#first++
    }
    const said = Math.min(length, record * TEXT_BYTES_PER_RECORD, bytes.length)
    return decodeUtf8(cutUtf8(bytes.subarray(0, said), longest))
  }

  #kindOf(record: number): number {
    return (this.#words[record * WORDS + 2] ?? 0) >>> 24
  }

  #absolute(record: number): bigint {
    const at = record * WORDS
    return (BigInt(this.#words[at + 1] ?? 0) << 32n) | BigInt(this.#words[at] ?? 0)
  }

  #makeRoom(records: number): void {
    const waiting = this.#bytes.subarray(this.#first * RECORD_BYTES, this.#end * RECORD_BYTES)
    const needed = (this.length + records) * RECORD_BYTES
    if (needed > this.#bytes.length / 2) {
      let size = this.#bytes.length
      while (size < needed * 2) size *= 2
      this.#bytes = new Uint8Array(size)
      this.#words = new Uint32Array(this.#bytes.buffer)
      this.#bytes.set(waiting)
    } else this.#bytes.copyWithin(0, waiting.byteOffset, waiting.byteOffset + waiting.length)
    this.#end -= this.#first
    this.#first = 0
  }
}
