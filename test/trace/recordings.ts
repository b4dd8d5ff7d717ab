/** Recordings for tests: a folder of their own, and everything that was opened closed again. */
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import CRC32 from 'crc-32'
import { afterEach, beforeEach } from 'vitest'
import type { Result } from '../../main/core/result.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { encodeJson } from '../../main/trace/ilv/bytes.ts'
import {
  CHUNK_HEADER_BYTES,
  ChunkKind,
  encodeChunkHeader,
  type ChunkLabel,
} from '../../main/trace/ilv/chunk.ts'
import type { RecordingError } from '../../main/trace/ilv/errors.ts'
import { encodeFileHeader } from '../../main/trace/ilv/header.ts'
import { EventKind, MarkKind, Wait } from '../../main/trace/model.ts'
import { RecordingFile } from '../../main/trace/node/recording-file.ts'
import {
  directoryOf,
  openRecording,
  type OpenOptions,
  type Recording,
} from '../../main/trace/node/recording-reader.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import type { TraceSession } from '../../main/trace/session.ts'
import { encode, EPOCH, seeded, start, testRun, type TestRun } from './support.ts'

export const metadata = { request: { demo: 'lock' }, environment: { node: 'v20' } }

export class Workshop {
  folder = ''
  readonly #open: { dispose(): unknown }[] = []

  path(name: string): string {
    return join(this.folder, name)
  }

  async writer(path: string): Promise<RecordingWriter> {
    const created = await RecordingWriter.create(path, metadata)
    if (!created.ok) throw created.failure
    this.#open.push(created.value)
    return created.value
  }

  async open(path: string, options?: OpenOptions): Promise<Result<Recording, RecordingError>> {
    const read = await openRecording(path, options)
    if (read.ok) this.#open.push(read.value)
    return read
  }

  /** One that must open. */
  async recording(path: string): Promise<Recording> {
    const read = await this.open(path)
    if (!read.ok) throw read.failure
    return read.value
  }

  async clean(): Promise<void> {
    for (const each of this.#open.splice(0)) await each.dispose()
    await rm(this.folder, { recursive: true })
  }
}

/** A new folder for each test of the file. */
export function workshop(): Workshop {
  const made = new Workshop()
  beforeEach(async () => {
    made.folder = await mkdtemp(join(tmpdir(), 'ilv-'))
  })
  afterEach(() => made.clean())
  return made
}

/** Ends the recording of a session that has finished. */
export async function end(sink: RecordingWriter, session: TraceSession): Promise<void> {
  session.finish()
  await sink.end({ ...session.status(), summary: { verdict: 'open' } }, session.snapshot())
}

/** A small recording: three events and a text. */
export async function small(shop: Workshop, path: string): Promise<Uint8Array> {
  const sink = await shop.writer(path)
  const run = testRun(sink, sink)
  run.feed(7, start(0, 1, 'A'), { time: 50, kind: EventKind.acquire, resource: 1 })
  run.feed(7, { time: 70, kind: EventKind.release, resource: 1 })
  run.until(100)
  await end(sink, run.session)
  return readFile(path)
}

/** A random run of several sources that block each other, fed in pieces and often late. */
export function busy(run: TestRun, rounds = 400): void {
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
  for (let round = 0; round < rounds; round++) {
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
}

/** Flips one bit of what each segment of a whole recording holds. @returns where they begin. */
export async function damageSegments(path: string): Promise<readonly number[]> {
  const file = RecordingFile.open(path)
  const trailer = file.trailer()
  if (trailer === undefined) throw new Error('the recording is not whole')
  const directory = directoryOf(file, trailer)
  const segments = Array.from({ length: directory.length }, (_, number) => directory.at(number))
  file.close()
  const written = await open(path, 'r+')
  try {
    for (const segment of segments) {
      if (segment === undefined) throw new Error('a segment is not in the directory')
      const at = segment.offset + CHUNK_HEADER_BYTES + segment.headBytes
      const byte = new Uint8Array(1)
      await written.read(byte, 0, 1, at)
      await written.write(Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, at)
    }
  } finally {
    await written.close()
  }
  return segments.map((segment) => segment?.offset ?? 0)
}

/** What a session answers, as far as these tests compare it. */
export const everything = (session: TraceSession) => {
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

export type ChunkParts = readonly [header: Uint8Array, body: Uint8Array]

/** A chunk whose checksums are right, whatever it says. */
export const chunk = (label: Partial<ChunkLabel>, body: Uint8Array): ChunkParts => [
  encodeChunkHeader(
    { kind: ChunkKind.records, source: 0, count: 1, first: 0, last: 0, watermark: 0, ...label },
    body,
  ),
  body,
]

export const sourceChunk = (): ChunkParts =>
  chunk({ kind: ChunkKind.source }, encodeJson({ id: 1, pid: 1 }))

export const record = (time: bigint): Uint8Array => encode([{ time, kind: EventKind.acquire }])

export const fileOf = (...chunks: readonly ChunkParts[]): Uint8Array =>
  Buffer.concat([encodeFileHeader(EPOCH, {}), ...chunks.flat()])

/** Makes the file one of another version, its checksum being right. */
export function setVersion(bytes: Uint8Array, version: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint16(8, version, true)
  const described = bytes.subarray(32, 32 + view.getUint32(12, true))
  const parts = [bytes.subarray(0, 24), bytes.subarray(28, 32), described]
  view.setUint32(24, parts.reduce((sum, part) => CRC32.buf(part, sum), 0) >>> 0, true)
  return bytes
}
