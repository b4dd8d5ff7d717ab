/**
 * Records as columns (FORMAT.md, "Columns"): what is alike stands together, numbers take as many
 * bytes as they need, and times and item numbers are differences. So deflate has a third of the
 * bytes to look at, and finds more.
 */
import { EventKind, packKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from '../model.ts'
import { MalformedColumn, VarintColumn, VarintReader, zigzag, unzigzag } from './varint.ts'

const WORDS = RECORD_BYTES / 4
const TWO_32 = 2 ** 32
const KINDS = 256
/** Time, kind, resource, a, b, c, length of a text: varints. After them the texts. */
const COLUMNS = 8

/** Kinds whose field a counts up from event to event: stored as the difference. */
const COUNTS_UP = new Uint8Array(KINDS)
for (const kind of [EventKind.put, EventKind.get, EventKind.taskStart, EventKind.taskEnd])
  COUNTS_UP[kind] = 1

/** Keeps its columns between chunks, so that encoding allocates the result alone. */
export class ColumnEncoder {
  readonly #times = new VarintColumn()
  readonly #kinds = new VarintColumn()
  readonly #resources = new VarintColumn()
  readonly #a = new VarintColumn()
  readonly #b = new VarintColumn()
  readonly #c = new VarintColumn()
  readonly #textLengths = new VarintColumn()
  readonly #texts = new VarintColumn()
  readonly #columns = [
    ...[this.#times, this.#kinds, this.#resources, this.#a, this.#b, this.#c],
    ...[this.#textLengths, this.#texts],
  ]
  readonly #frame = new VarintColumn()

  /**
   * @param records whole events of one source in ascending time, at a multiple of 4 bytes within
   *   their buffer. Text that belongs to no event is left out.
   * @returns bytes of its own, and how many records decoding them gives.
   */
  encode(records: Uint8Array): { readonly bytes: Uint8Array; readonly count: number } {
    const count = records.length / RECORD_BYTES
    const words = new Uint32Array(records.buffer, records.byteOffset, count * WORDS)
    for (const column of this.#columns) column.begin(count)
    const lastA = new Uint32Array(KINDS)
    let events = 0
    let texts = 0
    let low = 0
    let high = 0
    for (let record = 0; record < count;) {
      const at = record * WORDS
      const packed = words[at + 2] ?? 0
      const kind = packed >>> 24
      record++
      if (kind === EventKind.text) continue
      const eventLow = words[at] ?? 0
      const eventHigh = words[at + 1] ?? 0
      if (events === 0) {
        low = eventLow
        high = eventHigh
      }
      // The merge hands a source's events on in ascending time.
      this.#times.push((eventHigh - high) * TWO_32 + (eventLow - low))
      low = eventLow
      high = eventHigh
      events++
      const end = record < count ? endOfText(words, record, count) : record
      const bytes = end > record ? this.#text(records, words, record, end) : 0
      texts += Math.ceil(bytes / TEXT_BYTES_PER_RECORD)
      record = end
      this.#kinds.push(kind * 2 + (bytes > 0 ? 1 : 0))
      this.#resources.push(packed & 0xff_ffff)
      const a = words[at + 3] ?? 0
      this.#a.push(COUNTS_UP[kind] === 1 ? zigzag(a - (lastA[kind] ?? 0)) : a)
      lastA[kind] = a
      this.#b.push(words[at + 4] ?? 0)
      this.#c.push(words[at + 5] ?? 0)
    }
    return { bytes: this.#join(events), count: events + texts }
  }

  /** @returns the length of the text in bytes. */
  #text(records: Uint8Array, words: Uint32Array, first: number, end: number): number {
    const said = (words[first * WORDS + 2] ?? 0) & 0xff_ffff
    const length = Math.min(said, (end - first) * TEXT_BYTES_PER_RECORD)
    if (length === 0) return 0
    this.#textLengths.push(length)
    for (let record = first, left = length; left > 0; record++, left -= TEXT_BYTES_PER_RECORD) {
      const at = record * RECORD_BYTES
      this.#texts.append(records.subarray(at, at + Math.min(8, left)))
      if (left > 8) this.#texts.append(records.subarray(at + 12, at + 12 + Math.min(12, left - 8)))
    }
    return length
  }

  #join(events: number): Uint8Array {
    this.#frame.begin(COLUMNS + 1)
    this.#frame.push(events)
    for (const column of this.#columns) this.#frame.push(column.length)
    const parts = [this.#frame, ...this.#columns]
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      bytes.set(part.bytes, at)
      at += part.length
    }
    return bytes
  }
}

/** The first record from `from` on that does not continue the text that begins there. */
function endOfText(words: Uint32Array, from: number, count: number): number {
  const first = words[from * WORDS + 2] ?? 0
  if (first >>> 24 !== EventKind.text) return from
  const most = Math.min(count, from + Math.ceil((first & 0xff_ffff) / TEXT_BYTES_PER_RECORD))
  let end = from + 1
  while (end < most && (words[end * WORDS + 2] ?? 0) >>> 24 === EventKind.text) end++
  return end
}

/**
 * @param count records that must come out; a limit has been put on it.
 * @param first time of the first event, nanoseconds since the epoch.
 * @returns records as they were encoded, at the start of a buffer; undefined: these are no columns
 *   of so many records.
 */
export function decodeColumns(
  bytes: Uint8Array,
  count: number,
  first: number,
  epoch: bigint,
): Uint8Array | undefined {
  try {
    return decode(bytes, count, first, epoch)
  } catch (error) {
    if (error instanceof MalformedColumn) return undefined
    throw error
  }
}

function decode(bytes: Uint8Array, count: number, first: number, epoch: bigint): Uint8Array {
  const frame = new VarintReader(bytes, 0, bytes.length)
  const events = frame.next()
  const lengths = Array.from({ length: COLUMNS }, () => frame.next())
  let at = frame.at
  const columns = lengths.map((length) => {
    const column = new VarintReader(bytes, at, at + length)
    at += length
    return column
  })
  const [times, kinds, resources, a, b, c, textLengths, texts] = columns
  if (!times || !kinds || !resources || !a || !b || !c || !textLengths || !texts)
    throw new Error('unreachable')
  if (at !== bytes.length || events > count) throw new MalformedColumn()
  const records = new Uint8Array(count * RECORD_BYTES)
  const words = new Uint32Array(records.buffer)
  const lastA = new Uint32Array(KINDS)
  const epochLow = Number(epoch & 0xffff_ffffn)
  const epochHigh = Number(epoch >> 32n)
  let time = first
  let record = 0
  for (let event = 0; event < events; event++) {
    if (record >= count) throw new MalformedColumn()
    time += times.next()
    const low = epochLow + (time % TWO_32)
    const word = record * WORDS
    words[word] = low
    words[word + 1] = epochHigh + Math.floor(time / TWO_32) + (low >= TWO_32 ? 1 : 0)
    const packed = kinds.next()
    const kind = packed >>> 1
    if (packed >= 2 * KINDS || kind === EventKind.text) throw new MalformedColumn()
    words[word + 2] = (kind << 24) | resources.below(2 ** 24)
    const said = a.below(TWO_32)
    const value = COUNTS_UP[kind] === 1 ? (lastA[kind] ?? 0) + unzigzag(said) : said
    words[word + 3] = value
    lastA[kind] = value
    words[word + 4] = b.below(TWO_32)
    words[word + 5] = c.below(TWO_32)
    record++
    if (packed % 2 === 1)
      record = decodeText(texts.take(textLengths.next()), records, words, record)
  }
  if (record !== count || !columns.every((column) => column.isAtEnd)) throw new MalformedColumn()
  return records
}

/** @returns the record after the text. */
function decodeText(
  text: Uint8Array,
  records: Uint8Array,
  words: Uint32Array,
  first: number,
): number {
  const end = first + Math.ceil(text.length / TEXT_BYTES_PER_RECORD)
  if (text.length === 0 || text.length > 0xff_ffff || end * RECORD_BYTES > records.length)
    throw new MalformedColumn()
  for (let record = first; record < end; record++) {
    const rest = text.subarray((record - first) * TEXT_BYTES_PER_RECORD)
    const at = record * RECORD_BYTES
    records.set(rest.subarray(0, 8), at)
    records.set(rest.subarray(8, TEXT_BYTES_PER_RECORD), at + 12)
    words[record * WORDS + 2] = packKind(EventKind.text, rest.length)
  }
  return end
}
