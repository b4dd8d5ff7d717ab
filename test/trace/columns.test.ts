import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ColumnEncoder, decodeColumns } from '../../main/trace/ilv/columns.ts'
import { RecordGroup } from '../../main/trace/ilv/record-group.ts'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'
import { encode, EPOCH, type TestEvent } from './support.ts'

const word = fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff }))
const gap = fc.oneof(fc.nat(5_000), fc.integer({ min: 0, max: 2 ** 45 }))
const text = fc.oneof(fc.constant(''), fc.string(), fc.string({ maxLength: 300, unit: 'binary' }))
/** Any kind that is not a continuation, known or not. */
const kind = fc.integer({ min: 0, max: 255 }).filter((value) => value !== EventKind.text)
const event = fc.record({
  gap,
  kind,
  resource: fc.nat(0xff_ffff),
  words: fc.tuple(word, word, word),
  text,
})

type Made = typeof event extends fc.Arbitrary<infer Value> ? Value : never

function recordsOf(events: readonly Made[], first: number): Uint8Array {
  let time = first
  return encode(
    events.map(({ gap, kind, ...rest }, index): TestEvent => {
      if (index > 0) time += gap
      // Kinds that nobody knows have to come through as well.
      return { time: EPOCH + BigInt(time), kind: kind as EventKind, ...rest }
    }),
  )
}

test('columns give back every record, whatever is in it', () => {
  const encoder = new ColumnEncoder()
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.nat(2 ** 30), (events, first) => {
      const records = recordsOf(events, first)
      const { bytes, count } = encoder.encode(records)
      expect(count * RECORD_BYTES).toBe(records.length)
      expect(decodeColumns(bytes, count, first, EPOCH)).toEqual(records)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('text that belongs to no event, or says more than there is, does not stay', () => {
  const [whole] = [encode([{ time: EPOCH, kind: EventKind.output, text: 'x'.repeat(50) }])]
  const encoder = new ColumnEncoder()
  const cut = whole.slice(0, 3 * RECORD_BYTES)
  const { bytes, count } = encoder.encode(cut)
  expect(count).toBe(3)
  // Two continuations hold 40 of the 50 bytes.
  const expected = encode([{ time: EPOCH, kind: EventKind.output, text: 'x'.repeat(40) }])
  expect(decodeColumns(bytes, count, 0, EPOCH)).toEqual(expected)
  const dangling = encoder.encode(whole.slice(RECORD_BYTES))
  expect(dangling.count).toBe(0)
})

test('columns that are cut, longer, changed or of another count are refused or decoded, never more', () => {
  const encoder = new ColumnEncoder()
  const events = fc.array(event, { minLength: 1, maxLength: 10 })
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.nat(30), count: fc.nat(12) })
  fc.assert(
    fc.property(events, change, (made, { at, to, cut, count: other }) => {
      const { bytes, count } = encoder.encode(recordsOf(made, 0))
      bytes[at % bytes.length] = to
      const changed = bytes.subarray(0, bytes.length - (cut % bytes.length))
      for (const said of [count, other, 100_000]) {
        const records = decodeColumns(changed, said, 0, EPOCH)
        if (records) expect(records.length).toBe(said * RECORD_BYTES)
      }
    }),
    { seed: 11, numRuns: 500 },
  )
  expect(decodeColumns(new Uint8Array(0), 0, 0, EPOCH)).toBeUndefined()
  expect(decodeColumns(new Uint8Array(40).fill(0xff), 1, 0, EPOCH)).toBeUndefined()
})

test('a long group is cut at times, so that whoever reads it needs to hold little of it', () => {
  const group = new RecordGroup()
  const sources = [0, 1, 2].map((source) =>
    encode(
      Array.from({ length: 100 }, (_, index) => ({
        time: EPOCH + BigInt(index * (source + 1)),
        kind: EventKind.output,
        text: index % 3 === 0 ? 'a text of two records, no more' : '',
      })),
    ),
  )
  sources.forEach((records, source) => group.add(source, records))
  const limit = 1_200
  const chunks = [...group.take(1_000, EPOCH, limit)]
  expect(group.bytes).toBe(0)
  let watermark = -1
  const sizes = new Map<number, number>()
  for (const chunk of chunks) {
    expect(chunk.watermark).toBeGreaterThanOrEqual(watermark)
    expect(chunk.last).toBeLessThanOrEqual(chunk.watermark)
    // Later than everything before the group that it belongs to.
    if (chunk.watermark > watermark) expect(chunk.first).toBeGreaterThan(watermark)
    watermark = chunk.watermark
    sizes.set(watermark, (sizes.get(watermark) ?? 0) + chunk.records.length)
  }
  expect(watermark).toBe(1_000)
  expect(sizes.size).toBeGreaterThan(5)
  expect(Math.max(...sizes.values())).toBeLessThanOrEqual(limit)
  sources.forEach((records, source) => {
    const parts = chunks.filter((chunk) => chunk.source === source).map((chunk) => chunk.records)
    expect(Buffer.concat(parts)).toEqual(Buffer.from(records))
  })
})

test('an event with more text than a chunk holds is a chunk of its own', () => {
  const group = new RecordGroup()
  const text = 'n'.repeat(2 ** 21)
  // Encoded by hand: the helper of the tests is for short ones.
  const count = 1 + Math.ceil(text.length / 20)
  const records = new Uint8Array(count * RECORD_BYTES)
  const view = new DataView(records.buffer)
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_BYTES
    view.setBigUint64(at, EPOCH, true)
    const kind = record === 0 ? EventKind.output : EventKind.text
    view.setUint32(
      at + 8,
      (kind << 24) | (record === 0 ? 0 : text.length - (record - 1) * 20),
      true,
    )
  }
  group.add(0, records)
  const chunks = [...group.take(9, EPOCH)]
  expect(chunks.map((chunk) => chunk.records.length)).toEqual([records.length])
})
