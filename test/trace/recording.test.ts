import { existsSync } from 'node:fs'
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { encodeJson } from '../../main/trace/ilv/bytes.ts'
import { ChunkKind } from '../../main/trace/ilv/chunk.ts'
import { EventKind } from '../../main/trace/model.ts'
import { rebuild } from '../../main/trace/node/rebuild.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { generateRecording } from '../support/generate-recording.ts'
import {
  busy,
  chunk,
  end,
  everything,
  fileOf,
  metadata,
  record,
  setVersion,
  small,
  sourceChunk,
  workshop,
} from './recordings.ts'
import { encode, EPOCH, start, testRun } from './support.ts'

const shop = workshop()

test('a recording gives the tables, sections and views of the live run, late events included', async () => {
  const path = shop.path('run.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  busy(run)
  await end(sink, run.session)
  expect(run.session.status().late).toBeGreaterThan(0)
  const read = await shop.recording(path)
  expect(isDeepStrictEqual(everything(read.session), everything(run.session))).toBe(true)
  expect(read.metadata).toEqual(metadata)
  expect(read.footer).toMatchObject({ events: run.session.status().events })
  expect(read.missing).toBeUndefined()
  expect(sink.bytes).toBe(read.bytes)
  expect(await verify(path)).toMatchObject({ ok: true, value: { missing: undefined } })
})

test('the states of a lane add up to its lifetime, waits of all lanes to those of the lock', () => {
  const run = testRun()
  busy(run)
  run.session.finish()
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

test('recordings of versions 1 and 2 are read as before: records as they are, nothing after the footer', async () => {
  const path = shop.path('older.ilv')
  const events = encode([
    { ...start(0, 1, 'A'), time: EPOCH },
    { time: EPOCH + 50n, kind: EventKind.acquire, resource: 1 },
    { time: EPOCH + 70n, kind: EventKind.release, resource: 1 },
  ])
  const records = chunk({ count: events.length / 24, last: 70, watermark: 100 }, events)
  const footer = chunk({ kind: ChunkKind.footer }, encodeJson({ events: 3 }))
  await small(shop, shop.path('now.ilv'))
  const now = await shop.recording(shop.path('now.ilv'))
  for (const version of [1, 2]) {
    await writeFile(path, setVersion(fileOf(sourceChunk(), records, footer), version))
    const read = await shop.recording(path)
    expect(read.missing).toBeUndefined()
    expect(read.footer).toEqual({ events: 3 })
    expect(read.session.tracks()[0]).toMatchObject({ name: 'A' })
    expect(read.session.answer('tables', {}).locks).toEqual(now.session.answer('tables', {}).locks)
    await truncate(path, (await readFile(path)).length - 1)
    expect((await shop.recording(path)).missing).toMatch(/cut short/)
  }
})

test('of a recording of version 3 the events are believed, not the figures stored with them', async () => {
  const path = shop.path('three.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  busy(run, 20)
  run.session.finish()
  // As from before some figures were kept: no state that is read now.
  await sink.end({ ...run.session.status(), summary: null }, new Uint8Array([0x80]))
  const now = await readFile(path)
  expect(await shop.open(path)).toMatchObject({ ok: false, failure: { reason: 'damaged' } })
  await writeFile(path, setVersion(now, 3))
  const read = await shop.recording(path)
  expect(read.missing).toBeUndefined()
  expect(read.session.sectionFigures()).toEqual(run.session.sectionFigures())
  const rebuilt = await rebuild(path)
  expect(rebuilt.ok && rebuilt.value.differs).toMatch(/format version 3/)
  // It takes notes, as one of this version.
  read.session.answer('addNote', { from: nanoseconds(1), to: nanoseconds(1), text: 'here' })
  expect((await shop.recording(path)).notes).toMatchObject([{ text: 'here' }])
})

test('a run without a single event leaves a recording that opens', async () => {
  const path = shop.path('nothing.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  await end(sink, run.session)
  const read = await shop.recording(path)
  expect(read.missing).toBeUndefined()
  expect(read.session.status().events).toBe(0)
  expect(await verify(path)).toMatchObject({ ok: true, value: { records: 0, missing: undefined } })
})

test('a folder that is not there is a failure that names path and code', async () => {
  const created = await RecordingWriter.create(shop.path('no/such.ilv'), metadata)
  expect(created).toMatchObject({ ok: false, failure: { reason: 'io' } })
  if (!created.ok) expect(created.failure.message).toMatch(/such\.ilv: ENOENT/)
})

test('an event of many records is never cut by the end of a chunk', async () => {
  const path = shop.path('long.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  run.feed(1, start(0, 1, 'A'))
  const line = 'x'.repeat(16_000)
  for (let event = 1; event <= 200; event++)
    run.feed(1, { time: event, kind: EventKind.output, words: [1], text: line })
  run.until(1000)
  await end(sink, run.session)
  const verified = await verify(path)
  if (!verified.ok) throw verified.failure
  expect(verified.value.chunks).toBeGreaterThan(4)
  const read = await shop.recording(path)
  const { lines } = read.session.answer('output', { after: 0 })
  expect(lines.length).toBe(200)
  expect(lines.every(({ text }) => text === line)).toBe(true)
})

test('reading can be given up, and says how far it is', async () => {
  const path = shop.path('given-up.ilv')
  await small(shop, path)
  // Cut short, so that it is read from its events.
  await truncate(path, (await readFile(path)).length - 1)
  const given = new AbortController()
  given.abort()
  const read = await shop.open(path, { signal: given.signal })
  expect(read).toMatchObject({ ok: false, failure: { reason: 'cancelled' } })
})

test.skipIf(!existsSync('/proc/self/fd'))(
  'what cannot be a recording is refused at once',
  async () => {
    await mkdir(shop.path('folder'))
    expect(await shop.open(shop.path('folder'))).toMatchObject({
      ok: false,
      failure: { reason: 'io' },
    })
    // A device, as a pipe, might never answer.
    expect(await shop.open('/dev/zero')).toMatchObject({
      ok: false,
      failure: { reason: 'foreign' },
    })
  },
)

test('a chunk of records of version 3 may still hold them as they are', async () => {
  const path = shop.path('as-is.ilv')
  await writeFile(path, fileOf(sourceChunk(), chunk({}, record(EPOCH))))
  const read = await shop.recording(path)
  expect(read.session.status().events).toBe(1)
  expect(read.missing).toMatch(/cut short/)
})

test('what is stored comes out again, byte for byte, when the events are replayed', async () => {
  const path = shop.path('made.ilv')
  for (const seed of [1, 2]) {
    const { events } = await generateRecording(path, { events: 60_000, lanes: 6, seed })
    const rebuilt = await rebuild(path)
    expect(rebuilt).toMatchObject({ ok: true, value: { events, differs: undefined } })
    expect(rebuilt.ok && rebuilt.value.segments).toBeGreaterThan(20)
    // The same without its end: from the events alone.
    const whole = everything((await shop.recording(path)).session)
    const cut = shop.path('cut.ilv')
    await writeFile(cut, (await readFile(path)).subarray(0, -1))
    const replayed = await shop.recording(cut)
    expect(replayed.missing).toMatch(/cut short/)
    expect(isDeepStrictEqual(everything(replayed.session), whole)).toBe(true)
  }
})

test('the same events of a generated recording are the same bytes', async () => {
  const one = shop.path('one.ilv')
  const other = shop.path('other.ilv')
  for (const path of [one, other]) await generateRecording(path, { events: 20_000 })
  expect(Buffer.compare(await readFile(one), await readFile(other))).toBe(0)
})

test('a stored figure that is not what the events give is told by its place', async () => {
  const path = shop.path('other.ilv')
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  busy(run, 20)
  run.session.finish()
  const state = run.session.snapshot()
  state[state.length - 1] = (state.at(-1) ?? 0) ^ 1
  await sink.end({ ...run.session.status(), summary: null }, state)
  const rebuilt = await rebuild(path)
  expect(rebuilt.ok && rebuilt.value.differs).toMatch(
    /^The state that begins at byte \d+ is another/,
  )
})
