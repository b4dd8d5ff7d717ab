/**
 * Full segments of spans as bytes.
 *
 *     head = count, first time, categories that occur (bits),
 *            then by block after the first: nanoseconds since the block before,
 *            then by category that occurs, by block after the first: its sum within the block before
 *     body = count, first time, 1 for lanes (holders and enders count as contention's), number of kinds,
 *            by kind: category and ending, detail, holder, ender;
 *            by span: its kind; by span after the first: nanoseconds since the one before
 *
 * All numbers are varints (bytes.ts). Spans of a row are of few kinds, so most take three bytes.
 */
import { Category, categoryOf, detailOf, isWait, SUMS, WAITS } from '../categories.ts'
import type { Decoded } from './archive.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { Kinds } from './kinds.ts'
import { BLOCK, lastUpTo, SEGMENT, SumRows } from './levels.ts'

/** In a lane a wait; in a lock's row that others wait. */
export const isContention = (blame: boolean, category: number): boolean =>
  blame ? isWait(category) : category === Category.holding

/** Spans one by one: those of one segment, or the ones that were added last. */
export class SpanSegment implements Decoded {
  starts: Float64Array
  infos: Uint32Array
  holders: Uint16Array
  enders: Uint16Array
  count = 0
  readonly blame: boolean
  readonly #blocks: SumRows
  /** Since the segment's start, up to the start of the last span that has been summed up. */
  readonly #sums = new Float64Array(SUMS)
  #summed = 0

  constructor(capacity: number, blame: boolean) {
    this.starts = new Float64Array(capacity)
    this.infos = new Uint32Array(capacity)
    this.holders = new Uint16Array(blame ? capacity : 0)
    this.enders = new Uint16Array(blame ? capacity : 0)
    this.blame = blame
    this.#blocks = new SumRows(Math.ceil(capacity / BLOCK))
  }

  get bytes(): number {
    return this.starts.length * (this.blame ? 16 : 12) + this.#blocks.bytes
  }

  /** By block, since the segment's start. */
  get blocks(): SumRows {
    this.#sumUp()
    return this.#blocks
  }

  /** Since the segment's start, up to the start of its last span. */
  get sums(): Float64Array {
    this.#sumUp()
    return this.#sums
  }

  /** Index of the last span that begins at or before `time`, the first one being known to. */
  find(time: number): number {
    return lastUpTo(this.starts, this.count, time)
  }

  /** Small rows stay small. */
  grow(): void {
    const { starts, infos, holders, enders } = this
    const capacity = Math.min(SEGMENT, starts.length * 4)
    this.starts = new Float64Array(capacity)
    this.starts.set(starts)
    this.infos = new Uint32Array(capacity)
    this.infos.set(infos)
    if (!this.blame) return
    this.holders = new Uint16Array(capacity)
    this.holders.set(holders)
    this.enders = new Uint16Array(capacity)
    this.enders.set(enders)
  }

  clear(): void {
    this.count = 0
    this.#summed = 0
    this.#sums.fill(0)
    this.#blocks.clear()
  }

  /** Adding a span costs nothing but its entry; sums are made up for when somebody asks. */
  #sumUp(): void {
    const { starts, infos, count, blame } = this
    const sums = this.#sums
    for (let at = this.#summed; at < count; at++) {
      if (at > 0) {
        const category = categoryOf(infos[at - 1] ?? 0)
        sums[category] = (sums[category] ?? 0) + ((starts[at] ?? 0) - (starts[at - 1] ?? 0))
        if (isContention(blame, category)) sums[WAITS] = (sums[WAITS] ?? 0) + 1
      }
      if (at % BLOCK === 0) this.#blocks.push(starts[at] ?? 0, sums)
    }
    this.#summed = count
  }
}

/** Sums by block of a segment. */
export class SpanHead implements Decoded {
  readonly blocks: SumRows

  constructor(blocks: SumRows) {
    this.blocks = blocks
  }

  get bytes(): number {
    return this.blocks.bytes
  }
}

const writer = new ByteWriter()

export function encodeSpanHead({ count, blocks }: SpanSegment): Uint8Array {
  const { starts } = blocks
  const occurring = blocks.sums.flatMap((column, category) =>
    column && (column[blocks.count - 1] ?? 0) > 0 ? [category] : [],
  )
  writer.varint(count)
  writer.varint(starts[0] ?? 0)
  writer.varint(occurring.reduce((bits, category) => bits | (1 << category), 0))
  for (let block = 1; block < blocks.count; block++)
    writer.varint((starts[block] ?? 0) - (starts[block - 1] ?? 0))
  for (const category of occurring)
    for (let block = 1; block < blocks.count; block++)
      writer.varint(blocks.sumAt(block, category) - blocks.sumAt(block - 1, category))
  return writer.take()
}

/** @param count spans that the segment has. Undefined: these are not the bytes of such a head. */
export function decodeSpanHead(bytes: Uint8Array, count: number): SpanHead | undefined {
  const reader = new ByteReader(bytes)
  if (reader.varint() !== count) return undefined
  const blocks = new SumRows(Math.ceil(count / BLOCK))
  blocks.count = Math.ceil(count / BLOCK)
  blocks.starts[0] = reader.varint()
  const occurring = reader.varint()
  reader.sums(blocks.starts)
  for (let category = 0; category < SUMS; category++)
    if ((occurring >>> category) & 1) reader.sums(blocks.column(category))
  return reader.isWhole ? new SpanHead(blocks) : undefined
}

const kinds = new Kinds()
const numbers = new Uint16Array(SEGMENT)

export function encodeSpanBody({
  count,
  starts,
  infos,
  holders,
  enders,
  blame,
}: SpanSegment): Uint8Array {
  kinds.clear()
  for (let at = 0; at < count; at++) {
    const people = blame ? (((holders[at] ?? 0) << 16) | (enders[at] ?? 0)) >>> 0 : 0
    numbers[at] = kinds.numberOf(infos[at] ?? 0, people)
  }
  writer.varint(count)
  writer.varint(starts[0] ?? 0)
  writer.varint(Number(blame))
  writer.varint(kinds.count)
  for (let kind = 0; kind < kinds.count; kind++) {
    const info = kinds.infos[kind] ?? 0
    const people = kinds.people[kind] ?? 0
    writer.varint(info >>> 24)
    writer.varint(detailOf(info))
    writer.varint(people >>> 16)
    writer.varint(people & 0xffff)
  }
  writer.small(numbers, count)
  writer.differences(starts, count)
  return writer.take()
}

/** @param count spans that the segment has. Undefined: these are not the bytes of such a body. */
export function decodeSpanBody(bytes: Uint8Array, count: number): SpanSegment | undefined {
  const reader = new ByteReader(bytes)
  if (reader.varint() !== count || count > SEGMENT) return undefined
  const first = reader.varint()
  const segment = new SpanSegment(count, reader.varint() === 1)
  segment.count = count
  kinds.clear()
  kinds.count = reader.varint()
  if (kinds.count > count) return undefined
  for (let kind = 0; kind < kinds.count; kind++) {
    const high = reader.varint()
    kinds.infos[kind] = (high << 24) | reader.varint()
    const holder = reader.varint()
    kinds.people[kind] = (holder << 16) | reader.varint()
  }
  const { starts, infos, holders, enders, blame } = segment
  const own = numbers.subarray(0, count)
  reader.small(own)
  for (let at = 0; at < count; at++) {
    const kind = own[at] ?? 0
    infos[at] = kinds.infos[kind] ?? 0
    if (!blame) continue
    const people = kinds.people[kind] ?? 0
    holders[at] = people >>> 16
    enders[at] = people
  }
  starts[0] = first
  reader.sums(starts)
  return reader.isWhole ? segment : undefined
}
