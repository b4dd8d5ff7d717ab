/**
 * Files that nobody wrote: whatever they say, reading them ends, with an error that names a byte or
 * with what is whole, and takes memory in proportion to what the file holds.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { deflateRawSync } from 'node:zlib'
import CRC32 from 'crc-32'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Result } from '../../main/core/result.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { encodeJson, joined } from '../../main/trace/ilv/bytes.ts'
import {
  CHUNK_HEADER_BYTES,
  ChunkKind,
  encodeChunkHeader,
  Encoding,
  type ChunkLabel,
} from '../../main/trace/ilv/chunk.ts'
import { ColumnEncoder } from '../../main/trace/ilv/columns.ts'
import { RecordingError } from '../../main/trace/ilv/errors.ts'
import { encodeFileHeader } from '../../main/trace/ilv/header.ts'
import { encodeTrailer } from '../../main/trace/ilv/trailer.ts'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { busy, chunk, end, fileOf, setVersion, small, sourceChunk, workshop } from './recordings.ts'
import { encode, EPOCH, testRun } from './support.ts'

const shop = workshop()
const MEGABYTE = 2 ** 20

/** Every kind of question, so that what was taken in is also looked at. */
function ask(session: TraceSession): void {
  const tracks = session.tracks().map(({ id }) => id)
  const to = nanoseconds(Math.max(1, session.status().newest))
  const range = { from: nanoseconds(0), to }
  session.answer('view', { ...range, width: 100, tracks })
  session.answer('minimap', { ...range, width: 100 })
  session.answer('tables', {})
  session.answer('output', { after: 0 })
  session.answer('search', { text: 'a' })
  session.answer('notes', {})
  for (const track of tracks) session.answer('inspect', { track, time: to })
}

const isTyped = (result: Result<unknown, RecordingError>, size: number): boolean =>
  result.ok ||
  (result.failure instanceof RecordingError &&
    result.failure.offset >= 0 &&
    result.failure.offset <= size)

/** Opens and checks a file. @returns how both ended. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const path = shop.path('fuzz.ilv')
  await writeFile(path, bytes)
  const opened = await shop.open(path)
  expect(isTyped(opened, bytes.length)).toBe(true)
  if (opened.ok) {
    ask(opened.value.session)
    opened.value.dispose()
  }
  const verified = await verify(path)
  expect(isTyped(verified, bytes.length)).toBe(true)
  const of = (result: Result<unknown, RecordingError>) => (result.ok ? 'ok' : result.failure.reason)
  return `${of(opened)}, ${of(verified)}`
}

const count = fc.oneof(
  { weight: 6, arbitrary: fc.nat(4) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32 - 1, 65_535, 65_536) },
)
const time = fc.oneof(
  { weight: 6, arbitrary: fc.nat(100) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 60) },
)
const text = fc.oneof(fc.string(), fc.constant('n'.repeat(5_000)))
const event = fc.record({
  time: time.map((value) => EPOCH + BigInt(value)),
  kind: fc.integer({ min: 0, max: 255 }).map((value) => value as EventKind),
  resource: fc.oneof(fc.nat(3), fc.nat(0xff_ffff)),
  words: fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 0xffff_ffff })), { maxLength: 3 }),
  text,
})
const json = fc
  .oneof(
    fc.record({ id: fc.oneof(time, fc.string()), pid: fc.nat(9) }),
    fc.record({ id: count, from: time, to: time, text }),
    fc.record({ id: count, removed: fc.boolean() }),
    fc.jsonValue(),
  )
  .map(encodeJson)
const encoder = new ColumnEncoder()
const body = fc.oneof(
  fc.array(event, { maxLength: 5 }).map((events) => encode(events)),
  fc.array(event, { maxLength: 5 }).map((events) => encoder.encode(encode(events)).bytes),
  json,
  fc.uint8Array({ maxLength: 60 }),
)
const label = fc.record<ChunkLabel>({
  kind: fc.constantFrom(...Object.values(ChunkKind)),
  source: count,
  count,
  first: time,
  last: time,
  watermark: time,
})
const anyChunk = fc
  .record({
    label,
    body,
    encoding: fc.constantFrom(...Object.values(Encoding)),
    /** Whether header and body agree on what the body is. */
    lies: fc.nat(9),
    inflated: count,
    head: fc.uint8Array({ maxLength: 8 }),
  })
  .map(({ label: said, body: content, encoding, lies, inflated, head }) => {
    const deflates = encoding !== Encoding.asIs
    const stored = deflates && lies !== 1 ? deflateRawSync(content) : content
    const length = lies === 2 ? inflated : deflates ? content.length : 0
    const isSegment = said.kind === ChunkKind.segment || lies === 3
    const counted = lies > 4 ? Math.floor(content.length / RECORD_BYTES) : said.count
    const header = encodeChunkHeader(
      { ...said, count: said.kind === ChunkKind.records ? counted : said.count },
      stored,
      encoding,
      length,
      isSegment ? head : undefined,
    )
    return joined(isSegment ? [header, head, stored] : [header, stored])
  })
const wellFormed = fc.array(fc.oneof(anyChunk, fc.constant(joined(sourceChunk()))), {
  maxLength: 8,
})

test('files of any chunks whose checksums are right', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      wellFormed,
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(600), { minLength: 5, maxLength: 5 }),
      fc.boolean(),
      async (chunks, version, at, hasTrailer) => {
        const parts = [encodeFileHeader(EPOCH, {}), joined(sourceChunk()), ...chunks]
        const self = parts.reduce((sum, part) => sum + part.length, 0)
        const [state = 0, directory = 0, footer = 0, notes = 0, segments = 0] = at.toSorted(
          (one, other) => one - other,
        )
        if (hasTrailer)
          parts.push(encodeTrailer({ state, directory, footer, notes, segments, self }))
        seen.add(await outcome(setVersion(joined(parts), version)))
      },
    ),
    { seed: 20, numRuns: 400 },
  )
  // The grammar reaches all of these, or it is not worth much.
  expect([...seen].toSorted()).toEqual(
    expect.arrayContaining(['damaged, damaged', 'newer, newer', 'ok, ok']),
  )
})

/** Makes the checksums of all chunks right again. */
function repair(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 32 + view.getUint32(12, true)
  while (at + CHUNK_HEADER_BYTES <= bytes.length) {
    const from = at + CHUNK_HEADER_BYTES
    const next = from + view.getUint32(at + 12, true)
    const middle = from + view.getUint32(at + 56, true)
    view.setUint32(at + 8, CRC32.buf(bytes.subarray(middle, next)) >>> 0, true)
    view.setUint32(at + 60, CRC32.buf(bytes.subarray(from, middle)) >>> 0, true)
    view.setUint32(at + 4, CRC32.buf(bytes.subarray(at + 8, from)) >>> 0, true)
    at = next
  }
}

test('a recording that was changed by somebody who knew the checksums', async () => {
  const path = shop.path('whole.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  busy(run, 20)
  await end(sink, run.session)
  sink.note({ id: 1, from: nanoseconds(1), to: nanoseconds(2), text: 'a note' })
  await sink.dispose()
  const large = new Uint8Array(await readFile(path))
  const little = new Uint8Array(await small(shop, shop.path('small.ilv')))
  const change = fc.record({
    at: fc.nat(),
    to: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x80)),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat(), { freq: 8 }),
      async (isSmall, changes, cut) => {
        const bytes = (isSmall ? little : large).slice()
        // Not the file's own header: its checksum stays as it was.
        const from = 32 + new DataView(bytes.buffer).getUint32(12, true)
        for (const { at, to } of changes) bytes[from + (at % (bytes.length - from))] = to
        repair(bytes)
        await outcome(cut === null ? bytes : bytes.subarray(0, cut % bytes.length))
      },
    ),
    { seed: 21, numRuns: 400 },
  )
})

/** @returns how opening it ended, and by how many bytes more memory is in use at the most. */
async function measured(bytes: Uint8Array): Promise<{ ended: string; grown: number }> {
  const path = shop.path('bomb.ilv')
  await writeFile(path, bytes)
  const before = process.memoryUsage().rss
  let most = before
  const onProgress = () => (most = Math.max(most, process.memoryUsage().rss))
  const opened = await shop.open(path, { onProgress })
  onProgress()
  const ended = opened.ok ? 'ok' : opened.failure.message
  if (opened.ok) opened.value.dispose()
  return { ended, grown: most - before }
}

const deflatedChunk = (said: Partial<ChunkLabel>, content: Uint8Array, encoding: Encoding) => {
  const stored = deflateRawSync(content)
  const all = { source: 0, count: 1, first: 0, last: 0, watermark: 0 }
  const header = encodeChunkHeader(
    { kind: ChunkKind.records, ...all, ...said },
    stored,
    encoding,
    content.length,
  )
  return [header, stored] as const
}

test('a small file that would fill the memory once it is inflated is refused in time', async () => {
  const records = encode(
    Array.from({ length: 1_000 }, () => ({ time: EPOCH, kind: EventKind.acquire, resource: 1 })),
  )
  const many = joined(Array.from({ length: 600 }, () => records))
  const { bytes: columns, count: events } = encoder.encode(many)
  const bomb = deflatedChunk({ count: events }, columns, Encoding.columns)
  // All of one moment: whoever reads it has to have all of them before the first can be taken.
  const moment = await measured(fileOf(sourceChunk(), ...Array.from({ length: 60 }, () => bomb)))
  expect(moment.ended).toMatch(/more records of one moment.*byte \d+/)
  expect(moment.grown).toBeLessThan(256 * MEGABYTE)

  const stored = deflateRawSync(new Uint8Array(2 ** 27))
  const said = { kind: ChunkKind.records, source: 0, count: 1, first: 0, last: 0, watermark: 0 }
  const lie = encodeChunkHeader(said, stored, Encoding.columns, 2 ** 24)
  const beyond = await measured(fileOf(sourceChunk(), [lie, stored]))
  expect(beyond.ended).toMatch(/cannot be inflated.*byte \d+/)
  expect(beyond.grown).toBeLessThan(256 * MEGABYTE)

  const name = deflatedChunk(
    { kind: ChunkKind.source },
    encodeJson({ id: 1, pid: 1, name: 'n'.repeat(2 ** 23) }),
    Encoding.deflated,
  )
  const named = await measured(fileOf(sourceChunk(), name))
  expect(named.ended).toMatch(/says too much.*byte \d+/)
})

test('names and lines of a megabyte are cut, and the rest is read', async () => {
  const length = MEGABYTE
  const event = (at: bigint, kind: EventKind, words: readonly number[]) => {
    const records = new Uint8Array((1 + Math.ceil(length / 20)) * RECORD_BYTES).fill(0x6e)
    const view = new DataView(records.buffer)
    records.set(encode([{ time: at, kind, words }]))
    for (let record = 1; record < records.length / RECORD_BYTES; record++)
      view.setUint32(
        record * RECORD_BYTES + 8,
        (EventKind.text << 24) | (length - (record - 1) * 20),
        true,
      )
    return records
  }
  const chunks = [
    event(EPOCH, EventKind.laneStart, [1]),
    event(EPOCH + 1n, EventKind.output, [1]),
    encode([{ time: EPOCH + 2n, kind: EventKind.output, words: [1], text: 'after them' }]),
  ].map((records, time) =>
    chunk(
      { count: records.length / RECORD_BYTES, first: time, last: time, watermark: time },
      records,
    ),
  )
  const path = shop.path('names.ilv')
  await writeFile(path, fileOf(sourceChunk(), ...chunks))
  const { session } = await shop.recording(path)
  expect(session.tracks()[0]?.name).toBe('n'.repeat(1_024))
  const { lines } = session.answer('output', { after: 0 })
  expect(lines.map((line) => line.text)).toEqual(['n'.repeat(16_384), 'after them'])
})
