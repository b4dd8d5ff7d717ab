/**
 * Full segments of steps as bytes.
 *
 *     head = count, first time, value before, by block after the first: nanoseconds since the block
 *            before; by block after the first: rises within the block before; by block: least and
 *            greatest value, from the value before the segment; by block after the first: integral
 *            (8 bytes) since the segment's start
 *     body = count, first time, value before, 1 when items are known, number of kinds,
 *            by kind: up and process, lane; by step: its kind; by step after the first: nanoseconds
 *            since the one before; by step, if items are known: item, from the one before it that
 *            went the same way in the same process
 *
 * All numbers but the integrals are varints (bytes.ts). Items of a queue count up, so a step takes
 * about five bytes, and four without them.
 */
import type { Decoded } from './archive.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { Kinds } from './kinds.ts'
import { BLOCK, lastUpTo, SEGMENT, StepRows } from './levels.ts'

/** Items of a process queue have the number of the putting process in the top 8 bits. */
const ITEM_BITS = 24
const ITEM_MASK = 2 ** ITEM_BITS - 1
/** By way and process. */
const WAYS = 512

/** Steps one by one: those of one segment, or the ones that were added last. */
export class StepSegment implements Decoded {
  times: Float64Array
  /** After each step; may be negative. */
  values: Int32Array
  /** Of queues: which item, and the track of the lane that put or took it (0: not known). */
  items: Uint32Array
  lanes: Uint16Array
  count = 0
  /** Value before the first step. */
  before: number
  readonly #blocks: StepRows
  #integral = 0
  #summed = 0

  constructor(capacity: number, before: number) {
    this.times = new Float64Array(capacity)
    this.values = new Int32Array(capacity)
    this.items = new Uint32Array(0)
    this.lanes = new Uint16Array(0)
    this.before = before
    this.#blocks = new StepRows(Math.ceil(capacity / BLOCK))
  }

  get bytes(): number {
    return this.times.length * 12 + this.items.length * 6 + this.#blocks.bytes
  }

  /** By block; integral and rises since the segment's start. */
  get blocks(): StepRows {
    this.#sumUp()
    return this.#blocks
  }

  /** Value × nanoseconds from the segment's start to its last step. */
  get integral(): number {
    this.#sumUp()
    return this.#integral
  }

  get knowsItems(): boolean {
    return this.items.length > 0
  }

  rememberItems(): void {
    this.items = new Uint32Array(this.times.length)
    this.lanes = new Uint16Array(this.times.length)
  }

  /** Small rows stay small. */
  grow(): void {
    const { times, values, items, lanes } = this
    const capacity = Math.min(SEGMENT, times.length * 4)
    this.times = new Float64Array(capacity)
    this.times.set(times)
    this.values = new Int32Array(capacity)
    this.values.set(values)
    if (!this.knowsItems) return
    this.rememberItems()
    this.items.set(items)
    this.lanes.set(lanes)
  }

  clear(before: number): void {
    this.count = 0
    this.before = before
    this.#blocks.count = 0
    this.#integral = 0
    this.#summed = 0
    this.items.fill(0)
    this.lanes.fill(0)
  }

  /** Index of the last step at or before `time`, the first one being known to be. */
  find(time: number): number {
    return lastUpTo(this.times, this.count, time)
  }

  /** Steps up, up to and including the one at `at`. */
  risesAt(at: number): number {
    return ((this.values[at] ?? 0) - this.before + at + 1) / 2
  }

  /** Value × nanoseconds from the segment's start to `time`, not before the step at `at`. */
  integralAt(time: number, at: number): number {
    const { times, values, blocks } = this
    let from = at - (at % BLOCK)
    let integral = blocks.integrals[from / BLOCK] ?? 0
    let begun = times[from] ?? 0
    for (; from < at; from++) {
      const end = times[from + 1] ?? 0
      integral += Math.max(0, values[from] ?? 0) * (end - begun)
      begun = end
    }
    return integral + Math.max(0, values[at] ?? 0) * (time - begun)
  }

  /** Adding a step costs nothing but its entry; sums are made up for when somebody asks. */
  #sumUp(): void {
    const { times, values, count, before } = this
    const blocks = this.#blocks
    for (let at = this.#summed; at < count; at++) {
      const time = times[at] ?? 0
      const value = values[at] ?? 0
      if (at > 0) this.#integral += Math.max(0, values[at - 1] ?? 0) * (time - (times[at - 1] ?? 0))
      if (at % BLOCK === 0) {
        const rises = ((at === 0 ? before : (values[at - 1] ?? 0)) - before + at) / 2
        blocks.push(time, this.#integral, rises, value, value)
      } else blocks.include(Math.floor(at / BLOCK), value)
    }
    this.#summed = count
  }
}

/** Sums by block of a segment. */
export class StepHead implements Decoded {
  readonly blocks: StepRows

  constructor(blocks: StepRows) {
    this.blocks = blocks
  }

  get bytes(): number {
    return this.blocks.bytes
  }
}

const writer = new ByteWriter()

export function encodeStepHead({ count, before, blocks }: StepSegment): Uint8Array {
  const { starts, integrals, rises, minima, maxima } = blocks
  writer.varint(count)
  writer.varint(starts[0] ?? 0)
  writer.signed(before)
  for (let block = 1; block < blocks.count; block++)
    writer.varint((starts[block] ?? 0) - (starts[block - 1] ?? 0))
  for (let block = 1; block < blocks.count; block++)
    writer.varint((rises[block] ?? 0) - (rises[block - 1] ?? 0))
  for (let block = 0; block < blocks.count; block++) {
    writer.signed((minima[block] ?? 0) - before)
    writer.signed((maxima[block] ?? 0) - before)
  }
  for (let block = 1; block < blocks.count; block++) writer.double(integrals[block] ?? 0)
  return writer.take()
}

/** @param count steps that the segment has. Undefined: these are not the bytes of such a head. */
export function decodeStepHead(bytes: Uint8Array, count: number): StepHead | undefined {
  const reader = new ByteReader(bytes)
  if (reader.varint() !== count) return undefined
  const blocks = new StepRows(Math.ceil(count / BLOCK))
  blocks.count = Math.ceil(count / BLOCK)
  blocks.starts[0] = reader.varint()
  const before = reader.signed()
  reader.sums(blocks.starts)
  reader.sums(blocks.rises)
  for (let block = 0; block < blocks.count; block++) {
    blocks.minima[block] = before + reader.signed()
    blocks.maxima[block] = before + reader.signed()
  }
  for (let block = 1; block < blocks.count; block++) blocks.integrals[block] = reader.double()
  return reader.isWhole ? new StepHead(blocks) : undefined
}

const kinds = new Kinds()
const numbers = new Uint16Array(SEGMENT)
const latest = new Uint32Array(WAYS)

export function encodeStepBody(segment: StepSegment): Uint8Array {
  const { count, times, values, items, lanes, before, knowsItems } = segment
  kinds.clear()
  let value = before
  for (let at = 0; at < count; at++) {
    const after = values[at] ?? 0
    const way = wayOf(after > value, items[at] ?? 0)
    value = after
    numbers[at] = kinds.numberOf(way, lanes[at] ?? 0)
  }
  writer.varint(count)
  writer.varint(times[0] ?? 0)
  writer.signed(before)
  writer.varint(Number(knowsItems))
  writer.varint(kinds.count)
  for (let kind = 0; kind < kinds.count; kind++) {
    writer.varint(kinds.infos[kind] ?? 0)
    writer.varint(kinds.people[kind] ?? 0)
  }
  writer.small(numbers, count)
  writer.differences(times, count)
  if (!knowsItems) return writer.take()
  latest.fill(0)
  for (let at = 0; at < count; at++) {
    const way = kinds.infos[numbers[at] ?? 0] ?? 0
    const item = (items[at] ?? 0) & ITEM_MASK
    writer.signed(item - (latest[way] ?? 0))
    latest[way] = item
  }
  return writer.take()
}

const wayOf = (up: boolean, item: number): number => (item >>> ITEM_BITS) * 2 + Number(up)

/** @param count steps that the segment has. Undefined: these are not the bytes of such a body. */
export function decodeStepBody(bytes: Uint8Array, count: number): StepSegment | undefined {
  const reader = new ByteReader(bytes)
  if (reader.varint() !== count || count > SEGMENT) return undefined
  const first = reader.varint()
  const segment = new StepSegment(count, reader.signed())
  segment.count = count
  if (reader.varint() === 1) segment.rememberItems()
  const { times, values, items, lanes, before } = segment
  kinds.clear()
  kinds.count = reader.varint()
  if (kinds.count > count) return undefined
  for (let kind = 0; kind < kinds.count; kind++) {
    kinds.infos[kind] = reader.varint() % WAYS
    kinds.people[kind] = reader.varint()
  }
  const own = numbers.subarray(0, count)
  reader.small(own)
  let value = before
  for (let at = 0; at < count; at++) {
    value += (kinds.infos[own[at] ?? 0] ?? 0) % 2 === 1 ? 1 : -1
    values[at] = value
  }
  times[0] = first
  reader.sums(times)
  if (segment.knowsItems) {
    latest.fill(0)
    for (let at = 0; at < count; at++) {
      const kind = own[at] ?? 0
      const way = kinds.infos[kind] ?? 0
      lanes[at] = kinds.people[kind] ?? 0
      const item = ((latest[way] ?? 0) + reader.signed()) & ITEM_MASK
      latest[way] = item
      items[at] = ((way >>> 1) << ITEM_BITS) | item
    }
  }
  return reader.isWhole ? segment : undefined
}
