import { appendFileSync, truncateSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { encodeJson } from '../../main/trace/ilv/bytes.ts'
import { ChunkKind } from '../../main/trace/ilv/chunk.ts'
import { NewerVersionError } from '../../main/trace/ilv/errors.ts'
import type { EventKind } from '../../main/trace/model.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { generateRecording } from '../support/generate-recording.ts'
import {
  chunk,
  damageSegments,
  everything,
  fileOf,
  metadata,
  record,
  small,
  sourceChunk,
  workshop,
  type ChunkParts,
} from './recordings.ts'
import { encode, EPOCH } from './support.ts'

const shop = workshop()

test('every prefix opens up to its last whole chunk and says what is missing, or says why not', async () => {
  const path = shop.path('cut.ilv')
  const bytes = await small(shop, path)
  const header = 32 + encodeJson(metadata).length
  const read: number[] = []
  for (let length = bytes.length - 1; length >= 0; length--) {
    truncateSync(path, length)
    const recording = await shop.open(path)
    if (length < header) {
      expect(recording).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
      continue
    }
    if (!recording.ok) throw recording.failure
    expect(recording.value.missing).toMatch(/cut short.*byte \d+/)
    read.push(recording.value.session.status().events)
    recording.value.dispose()
  }
  expect(new Set(read)).toEqual(new Set([0, 3]))
  expect(read).toEqual(read.toSorted((a, b) => b - a))
})

test('flipped bits in every byte are found, and opening such a file ends in one of the ways it may', async () => {
  const path = shop.path('flipped.ilv')
  const bytes = await small(shop, path)
  const file = await open(path, 'r+')
  try {
    // One in each half of a byte.
    for (let half = 0; half < bytes.length * 2; half++) {
      const at = half >> 1
      const bit = (half % 2) * 4 + (at % 4)
      const flipped = Uint8Array.of((bytes[at] ?? 0) ^ (1 << bit))
      await file.write(flipped, 0, 1, at)
      const checked = await verify(path)
      if (checked.ok) throw new Error(`bit ${bit} of byte ${at} was not noticed`)
      // A length of the metadata that became too large looks like a file that was cut.
      if (checked.failure.reason !== 'foreign')
        expect(checked.failure.offset).toBeLessThanOrEqual(at)
      // Both halves would be as good, and take twice as long.
      const opened = half % 2 === 0 ? await shop.open(path) : undefined
      // What lies before the end is not looked at when the end is whole.
      if (opened?.ok) {
        expect(opened.value.session.status().events).toBe(3)
        opened.value.dispose()
      }
      await file.write(bytes, at, 1, at)
    }
  } finally {
    await file.close()
  }
  expect(await verify(path)).toMatchObject({ ok: true, value: { records: 4 } })
}, 90_000)

test('damage that is met after a recording was opened is told once, by its byte', async () => {
  const path = shop.path('segments.ilv')
  await generateRecording(path, { events: 60_000 })
  const told: number[] = []
  const onDamage = (offset: number) => told.push(offset)
  const whole = await shop.open(path, { onDamage })
  if (!whole.ok) throw whole.failure
  const { tracks } = everything(whole.value.session)
  expect(told).toEqual([])
  const offsets = await damageSegments(path)
  const read = await shop.open(path, { onDamage })
  if (!read.ok) throw read.failure
  expect(everything(read.value.session).tracks).toEqual(tracks)
  expect(told).toHaveLength(1)
  expect(offsets).toContain(told[0])
})

test('a damaged chunk is named by its byte', async () => {
  const path = shop.path('damaged.ilv')
  const bytes = await small(shop, path)
  const at = bytes.length - 20
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  await writeFile(path, bytes)
  const read = await shop.open(path)
  expect(read).toMatchObject({ ok: false, failure: { reason: 'damaged', path } })
  if (!read.ok) expect(read.failure.message).toContain(`at byte ${read.failure.offset}`)
})

test('a newer version has an error of its own', async () => {
  const path = shop.path('newer.ilv')
  const bytes = await small(shop, path)
  for (const version of [5, 0xffff]) {
    new DataView(bytes.buffer, bytes.byteOffset).setUint16(8, version, true)
    await writeFile(path, bytes)
    for (const read of [await shop.open(path), await verify(path)]) {
      if (read.ok) throw new Error('it was read')
      expect(read.failure).toBeInstanceOf(NewerVersionError)
      expect(read.failure).toMatchObject({ version, reason: 'newer', offset: 8 })
    }
  }
})

test('a file that grows while it is read is read as it was, and one that shrinks ends there', async () => {
  const path = shop.path('live.ilv')
  const bytes = await small(shop, path)
  const chunks = fileOf(
    sourceChunk(),
    ...Array.from({ length: 50 }, () => chunk({}, record(EPOCH))),
  )
  await writeFile(path, chunks)
  // The first turn of the event loop comes after the first chunk.
  const grown = await shop.open(path, { onProgress: () => appendFileSync(path, bytes) })
  if (!grown.ok) throw grown.failure
  expect(grown.value.session.status().events).toBe(50)
  expect(grown.value.missing).toContain(`after byte ${chunks.length} `)
  await writeFile(path, chunks)
  const shrunk = await shop.open(path, { onProgress: () => truncateSync(path, 300) })
  if (!shrunk.ok) throw shrunk.failure
  expect(shrunk.value.session.status().events).toBeLessThan(3)
  expect(shrunk.value.missing).toMatch(/cut short/)
})

describe('files that somebody made up', () => {
  async function outcome(...chunks: readonly ChunkParts[]) {
    const path = shop.path('made-up.ilv')
    await writeFile(path, fileOf(...chunks))
    const read = await shop.open(path)
    return read.ok ? 'read' : read.failure.reason
  }
  const source = sourceChunk()

  test('records of a source that was never described', async () => {
    expect(await outcome(chunk({}, record(EPOCH)))).toBe('damaged')
  })

  test('times beyond those of the header, before the epoch, or backwards', async () => {
    expect(await outcome(source, chunk({}, record(EPOCH)))).toBe('read')
    expect(await outcome(source, chunk({}, record(EPOCH + 1n)))).toBe('damaged')
    expect(await outcome(source, chunk({}, record(2n ** 64n - 1n)))).toBe('damaged')
    expect(await outcome(source, chunk({}, record(EPOCH - 1n)))).toBe('damaged')
    const late = chunk({ first: 5, last: 5, watermark: 9 }, record(EPOCH + 5n))
    expect(await outcome(source, late, late)).toBe('read')
    expect(await outcome(source, late, chunk({}, record(EPOCH)))).toBe('damaged')
  })

  test('a length of 2^31 is refused before memory is asked for', async () => {
    const [header, body] = chunk({}, record(EPOCH))
    new DataView(header.buffer).setUint32(12, 2 ** 31, true)
    expect(await outcome(source, [header, body])).toBe('damaged')
  })

  test('a count that does not fit the bytes, or of 2^31', async () => {
    expect(await outcome(source, chunk({ count: 2 }, record(EPOCH)))).toBe('damaged')
    expect(await outcome(source, chunk({ count: 2 ** 31 }, record(EPOCH)))).toBe('damaged')
  })

  test('bytes after the footer', async () => {
    const footer = chunk({ kind: ChunkKind.footer }, encodeJson({}))
    expect(await outcome(footer, source)).toBe('damaged')
  })

  test('unknown kinds of events and words out of range are passed over', async () => {
    const strange = encode(
      [99, 1, 2, 3, 4, 5, 12, 13, 14].map((kind) => ({
        time: EPOCH,
        kind: kind as EventKind,
        resource: 0xff_ffff,
        words: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff],
      })),
    )
    expect(await outcome(source, chunk({ count: 9 }, strange))).toBe('read')
  })

  test('another kind of file, an empty one, a folder, one that is not there', async () => {
    const path = shop.path('other')
    await writeFile(path, '{"traceEvents": []}'.repeat(10))
    expect(await verify(path)).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
    await writeFile(path, '')
    expect(await verify(path)).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
    expect(await verify(shop.folder)).toMatchObject({ ok: false, failure: { reason: 'io' } })
    const missing = await verify(shop.path('nowhere'))
    if (!missing.ok) expect(missing.failure.message).toContain('ENOENT')
  })
})

test('a recording is the same bytes each time it is written', async () => {
  await small(shop, shop.path('one.ilv'))
  await small(shop, shop.path('other.ilv'))
  expect(await readFile(shop.path('one.ilv'))).toEqual(await readFile(shop.path('other.ilv')))
})
