import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import CRC32 from 'crc-32'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import {
  CHUNK_HEADER_BYTES,
  ChunkKind,
  encodeChunkHeader,
  encodeFileHeader,
  encodeJson,
  NewerVersionError,
} from '../../main/trace/ilv.ts'
import { EventKind, MarkKind, Wait } from '../../main/trace/model.ts'
import { readRecording, verify } from '../../main/trace/node/recording-reader.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { encode, EPOCH, seeded, start, testRun } from './support.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilv-'))
})
afterEach(() => rm(folder, { recursive: true }))

const metadata = { request: { demo: 'lock' }, environment: { node: 'v20' } }

async function writer(path: string): Promise<RecordingWriter> {
  const created = await RecordingWriter.create(path, metadata)
  if (!created.ok) throw created.failure
  return created.value
}

const footerOf = (session: TraceSession) => ({ ...session.status(), summary: { verdict: 'open' } })

/** A small recording: three events and a text. */
async function small(path: string): Promise<Uint8Array> {
  const sink = await writer(path)
  const run = testRun(sink)
  run.feed(7, start(0, 1, 'A'), { time: 50, kind: EventKind.acquire, resource: 1 })
  run.feed(7, { time: 70, kind: EventKind.release, resource: 1 })
  run.until(100)
  run.session.finish()
  await sink.close({ events: 3, dropped: 0, late: 0, newest: 70, summary: null })
  return readFile(path)
}

/** A random run of several sources that block each other, fed in pieces and often late. */
function busy(run: ReturnType<typeof testRun>): void {
  const random = seeded(99)
  const sources = [1, 2, 3, 4]
  for (const source of sources) run.feed(source, start(source, source, `Thread-${source}`))
  run.feed(1, {
    time: 10,
    kind: EventKind.mark,
    words: [MarkKind.sectionBegin, 1],
    text: 'variant',
  })
  const clocks = sources.map(() => 20)
  let tick = 0
  for (let round = 0; round < 400; round++) {
    for (const [index, source] of sources.entries()) {
      const time = () => (clocks[index] = (clocks[index] ?? 0) + random(30))
      const other = 1 + random(4)
      run.feed(
        source,
        { time: time(), kind: EventKind.waitBegin, resource: 5, words: [other, Wait.acquire] },
        { time: time(), kind: EventKind.waitEnd, resource: 5, words: [random(3), other] },
        { time: time(), kind: EventKind.acquire, resource: 5, words: [1] },
        { time: time(), kind: EventKind.output, words: [1], text: `round ${round} 糸 ${source}` },
        { time: time(), kind: EventKind.release, resource: 5, words: [1] },
        {
          time: time(),
          kind: source % 2 ? EventKind.put : EventKind.get,
          resource: 6,
          words: [round],
        },
      )
    }
    tick = Math.max(tick, Math.max(...clocks) - random(60))
    run.until(tick)
  }
  run.feed(1, { time: tick + 100, kind: EventKind.mark, words: [MarkKind.sectionEnd, 1] })
  run.session.finish()
}

const everything = (session: TraceSession) => {
  const newest = session.status().newest
  const tracks = session.tracks().map(({ id }) => id)
  return {
    tracks: session.tracks(),
    tables: session.answer('tables', {}),
    sections: session.sectionFigures(),
    output: session.answer('output', { after: 0 }),
    views: [1, 3, 50].map((part) =>
      session.answer('view', {
        from: nanoseconds(0),
        to: nanoseconds(newest / part),
        width: 300,
        tracks,
      }),
    ),
    distribution: session.answer('distribution', { track: 5 }),
    newest,
    events: session.status().events,
  }
}

test('a replay gives the tables, sections and views of the live run, late events included', async () => {
  const path = join(folder, 'run.ilv')
  const sink = await writer(path)
  const run = testRun(sink)
  busy(run)
  expect(run.session.status().late).toBeGreaterThan(0)
  await sink.close(footerOf(run.session))
  const read = await readRecording(path)
  if (!read.ok) throw read.failure
  expect(everything(read.value.session)).toEqual(everything(run.session))
  expect(read.value.metadata).toEqual(metadata)
  expect(read.value.footer).toMatchObject({ events: run.session.status().events })
  expect(read.value.missing).toBeUndefined()
  expect(sink.bytes).toBe(read.value.bytes)
})

test('the states of a lane add up to its lifetime, waits of all lanes to those of the lock', () => {
  const run = testRun()
  busy(run)
  const { lanes, locks } = run.session.answer('tables', {})
  const newest = run.session.status().newest
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)
  // Thread n started n - 1 ns after the first.
  lanes.forEach((lane, late) => expect(sum(lane.byState)).toBe(newest - late))
  expect(lanes.map((lane) => lane.waitedLock).filter((waited) => waited === 0)).toEqual([])
  expect(locks[0]?.wait.count).toBe(sum(lanes.map(({ waits }) => waits)))
  expect(locks[0]?.acquired).toBe(1600)
  const [section] = run.session.sectionFigures()
  expect(section?.locks[0]?.waitedFor).toBe(
    sum(section?.lanes.map((lane) => lane.waitedLock) ?? []),
  )
  expect(section?.locks[0]?.acquired).toBe(1600)
})

test('every prefix opens up to its last whole chunk and says what is missing, or says why not', async () => {
  const bytes = await small(join(folder, 'whole.ilv'))
  const header = 32 + encodeJson(metadata).length
  const path = join(folder, 'cut.ilv')
  const read: number[] = []
  for (let length = 0; length < bytes.length; length++) {
    await writeFile(path, bytes.subarray(0, length))
    const recording = await readRecording(path)
    if (length < header) {
      expect(recording).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
      continue
    }
    if (!recording.ok) throw recording.failure
    expect(recording.value.missing).toMatch(/cut short.*byte \d+/)
    read.push(recording.value.records)
  }
  expect(new Set(read)).toEqual(new Set([0, 4]))
  expect(read).toEqual(read.toSorted((a, b) => a - b))
})

test('every single flipped bit is found', async () => {
  const path = join(folder, 'flipped.ilv')
  const bytes = await small(path)
  const file = await open(path, 'r+')
  try {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3
      const flipped = Uint8Array.of((bytes[at] ?? 0) ^ (1 << (bit & 7)))
      await file.write(flipped, 0, 1, at)
      const checked = await verify(path)
      if (checked.ok) throw new Error(`bit ${bit & 7} of byte ${at} was not noticed`)
      // A length of the metadata that became too large looks like a file that was cut.
      if (checked.failure.reason !== 'foreign')
        expect(checked.failure.offset).toBeLessThanOrEqual(at)
      await file.write(bytes, at, 1, at)
    }
  } finally {
    await file.close()
  }
  expect(await verify(path)).toMatchObject({ ok: true, value: { records: 4 } })
})

test('a damaged chunk in the middle is named by its byte', async () => {
  const path = join(folder, 'damaged.ilv')
  const bytes = await small(path)
  const at = bytes.length - 200
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  await writeFile(path, bytes)
  const read = await readRecording(path)
  expect(read).toMatchObject({ ok: false, failure: { reason: 'damaged', path } })
  if (!read.ok) expect(read.failure.message).toContain(`at byte ${read.failure.offset}`)
})

test('a newer version has an error of its own', async () => {
  const path = join(folder, 'newer.ilv')
  const bytes = await small(path)
  bytes[8] = 3
  await writeFile(path, bytes)
  const read = await readRecording(path)
  if (read.ok) throw new Error('it was read')
  expect(read.failure).toBeInstanceOf(NewerVersionError)
  expect(read.failure).toMatchObject({ version: 3, reason: 'newer' })
})

test('a recording of version 1 is read as before', async () => {
  const path = join(folder, 'older.ilv')
  const bytes = await small(path)
  const events = await readRecording(path)
  bytes[8] = 1
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const metadata = bytes.subarray(32, 32 + view.getUint32(12, true))
  const parts = [bytes.subarray(0, 24), bytes.subarray(28, 32), metadata]
  view.setUint32(24, parts.reduce((sum, part) => CRC32.buf(part, sum), 0) >>> 0, true)
  await writeFile(path, bytes)
  const read = await readRecording(path)
  if (!read.ok || !events.ok) throw new Error('it was not read')
  expect(read.value.session.status()).toEqual(events.value.session.status())
})

describe('files that somebody made up', () => {
  const chunk = (header: Partial<Parameters<typeof encodeChunkHeader>[0]>, body: Uint8Array) => [
    encodeChunkHeader(
      { kind: ChunkKind.records, source: 0, count: 1, first: 0, last: 0, watermark: 0, ...header },
      body,
    ),
    body,
  ]
  const source = chunk({ kind: ChunkKind.source }, encodeJson({ id: 1, pid: 1 }))
  const record = (time: bigint) => encode([{ time, kind: EventKind.acquire }])

  async function outcome(...chunks: Uint8Array[][]) {
    const path = join(folder, 'made-up.ilv')
    await writeFile(path, Buffer.concat([encodeFileHeader(EPOCH, {}), ...chunks.flat()]))
    const read = await readRecording(path)
    return read.ok ? 'read' : read.failure.reason
  }

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
    const [header] = chunk({}, record(EPOCH))
    new DataView(header!.buffer).setUint32(12, 2 ** 31, true)
    expect(await outcome(source, [header!])).toBe('damaged')
  })

  test('a count that does not fit the bytes', async () => {
    expect(await outcome(source, chunk({ count: 2 }, record(EPOCH)))).toBe('damaged')
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
    const path = join(folder, 'other')
    await writeFile(path, '{"traceEvents": []}'.repeat(10))
    expect(await verify(path)).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
    await writeFile(path, '')
    expect(await verify(path)).toMatchObject({ ok: false, failure: { reason: 'foreign' } })
    expect(await verify(folder)).toMatchObject({ ok: false, failure: { reason: 'io' } })
    const missing = await verify(join(folder, 'nowhere'))
    if (!missing.ok) expect(missing.failure.message).toContain('ENOENT')
  })
})

test('a run without a single event leaves a recording that opens', async () => {
  const path = join(folder, 'nothing.ilv')
  const sink = await writer(path)
  const run = testRun(sink)
  run.session.finish()
  await sink.close(footerOf(run.session))
  expect(await readRecording(path)).toMatchObject({ ok: true, value: { records: 0, chunks: 1 } })
})

test('a folder that is not there is a failure that names path and code', async () => {
  const created = await RecordingWriter.create(join(folder, 'no', 'such.ilv'), metadata)
  expect(created).toMatchObject({ ok: false, failure: { reason: 'io' } })
  if (!created.ok) expect(created.failure.message).toMatch(/such\.ilv: ENOENT/)
})

test.skipIf(!existsSync('/dev/full'))(
  'a full disk ends the recording with path and code, and the run goes on',
  async () => {
    const sink = await writer('/dev/full')
    const failures: string[] = []
    sink.onFailure.on((error) => failures.push(error.message))
    const run = testRun(sink)
    busy(run)
    await sink.close(footerOf(run.session))
    expect(failures).toEqual(['/dev/full: ENOSPC'])
    expect(sink.failure?.reason).toBe('io')
    expect(sink.congested).toBe(false)
    expect(run.session.status().events).toBeGreaterThan(9000)
  },
)

test('an event of many records is never cut by the end of a chunk', async () => {
  const path = join(folder, 'long.ilv')
  const sink = await writer(path)
  const run = testRun(sink)
  run.feed(1, start(0, 1, 'A'))
  const line = 'x'.repeat(16_000)
  for (let event = 1; event <= 200; event++)
    run.feed(1, { time: event, kind: EventKind.output, words: [1], text: line })
  run.until(1000)
  run.session.finish()
  await sink.close(footerOf(run.session))
  const read = await readRecording(path)
  if (!read.ok) throw read.failure
  expect(read.value.chunks).toBeGreaterThan(4)
  const { lines } = read.value.session.answer('output', { after: 0 })
  expect(lines.length).toBe(200)
  expect(lines.every(({ text }) => text === line)).toBe(true)
  expect(CHUNK_HEADER_BYTES).toBe(64)
})
