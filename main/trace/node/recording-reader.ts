/** Reads recordings: chunk by chunk, through the same collector that a live run feeds. */
import { open, type FileHandle } from 'node:fs/promises'
import { failure, success, type Result } from '../../core/result.ts'
import {
  checkBody,
  CHUNK_HEADER_BYTES,
  ChunkKind,
  damaged,
  decodeChunkHeader,
  decodeFileHeader,
  decodeJson,
  decodeMetadata,
  FILE_HEADER_BYTES,
  RecordingError,
  type ChunkHeader,
} from '../ilv.ts'
import { EventKind, RECORD_BYTES } from '../model.ts'
import { TraceSession } from '../session.ts'
import { systemError } from './recording-writer.ts'

const TWO_32 = 2 ** 32

/** What a file says about itself, all of its checksums having been checked. */
export interface Verification {
  readonly path: string
  readonly bytes: number
  readonly chunks: number
  /** 24-byte records; a text takes several. */
  readonly records: number
  readonly metadata: unknown
  /** What the run said at its end; undefined when the recording was cut short. */
  readonly footer: unknown
  /** What a recording that was cut short lacks, in one sentence; undefined: nothing. */
  readonly missing: string | undefined
}

export interface Recording extends Verification {
  /** All of its events; answers queries as the live run did. */
  readonly session: TraceSession
}

/** Checks every byte of a recording. A failure says why, and at which byte. */
export function verify(path: string): Promise<Result<Verification, RecordingError>> {
  return reading(path, (file) => readThrough(path, file, ignoreAll))
}

/** Reads a recording as far as it is whole. A failure says why, and at which byte. */
export function readRecording(path: string): Promise<Result<Recording, RecordingError>> {
  return reading(path, async (file) => {
    // Nothing is live: the clock of a replay stands still.
    const session = new TraceSession({ now: () => 0n })
    const verification = await readThrough(path, file, session.replay)
    return { ...verification, session }
  })
}

/** Where the content of a recording goes. */
interface Replay {
  begin(epoch: bigint): void
  source(id: number, pid: number): void
  records(source: number, bytes: Uint8Array): void
  advance(watermark: number): void
  finish(): void
}

const ignoreAll: Replay = {
  begin: () => undefined,
  source: () => undefined,
  records: () => undefined,
  advance: () => undefined,
  finish: () => undefined,
}

async function reading<Value>(
  path: string,
  read: (file: FileHandle) => Promise<Value>,
): Promise<Result<Value, RecordingError>> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    return success(await read(file))
  } catch (error) {
    if (error instanceof RecordingError) return failure(error)
    if (error instanceof Error && 'code' in error) return failure(systemError(path, 0, error))
    throw error
  } finally {
    await file?.close()
  }
}

async function readThrough(path: string, file: FileHandle, replay: Replay): Promise<Verification> {
  // A file that grows meanwhile is read as it is now.
  const { size } = await file.stat()
  const header = await bytesAt(file, 0, Math.min(size, FILE_HEADER_BYTES))
  const { epoch, metadataBytes } = decodeFileHeader(path, header)
  const start = FILE_HEADER_BYTES + metadataBytes
  if (size < start)
    throw new RecordingError(path, 'foreign', size, 'cut off before the end of its header')
  const metadataJson = await bytesAt(file, FILE_HEADER_BYTES, metadataBytes)
  const metadata = decodeMetadata(path, header, metadataJson)
  replay.begin(epoch)
  const reader = new ChunkReader(path, file, size, epoch, replay)
  await reader.read(start)
  return {
    path,
    bytes: size,
    chunks: reader.chunks,
    records: reader.records,
    metadata,
    footer: reader.footer,
    missing: reader.missing,
  }
}

class ChunkReader {
  chunks = 0
  records = 0
  footer: unknown
  missing: string | undefined
  readonly #path: string
  readonly #file: FileHandle
  readonly #size: number
  readonly #epochLow: number
  readonly #epochHigh: number
  readonly #replay: Replay
  #sources = 0
  /** Last event of each source: times within a source never go backwards. */
  readonly #last: number[] = []
  /** Of the group of chunks that is being read; -1: none yet. */
  #watermark = -1
  /** Of the group before it. */
  #settled = -1

  constructor(path: string, file: FileHandle, size: number, epoch: bigint, replay: Replay) {
    this.#path = path
    this.#file = file
    this.#size = size
    this.#epochLow = Number(epoch & 0xffff_ffffn)
    this.#epochHigh = Number(epoch >> 32n)
    this.#replay = replay
  }

  async read(start: number): Promise<void> {
    let offset = start
    while (offset < this.#size) {
      if (this.footer !== undefined) throw damaged(this.#path, offset, 'the footer is not the end')
      if (this.#size - offset < CHUNK_HEADER_BYTES) break
      const header = await bytesAt(this.#file, offset, CHUNK_HEADER_BYTES)
      const chunk = decodeChunkHeader(this.#path, offset, header)
      const end = offset + CHUNK_HEADER_BYTES + chunk.bodyBytes
      if (end > this.#size) break
      const body = await bytesAt(this.#file, offset + CHUNK_HEADER_BYTES, chunk.bodyBytes)
      checkBody(this.#path, offset, chunk, body)
      this.#take(offset, chunk, body)
      this.chunks++
      offset = end
    }
    if (this.#watermark >= 0) this.#replay.advance(this.#watermark)
    this.#replay.finish()
    if (this.footer === undefined)
      this.missing =
        offset < this.#size
          ? `The recording was cut short: the chunk that begins at byte ${offset} is not whole, and everything after it is missing.`
          : `The recording was cut short: everything after byte ${offset} is missing.`
  }

  #take(offset: number, chunk: ChunkHeader, body: Uint8Array): void {
    switch (chunk.kind) {
      case ChunkKind.source:
        return this.#takeSource(offset, chunk, body)
      case ChunkKind.records:
        return this.#takeRecords(offset, chunk, body)
      case ChunkKind.footer:
        this.footer = decodeJson(this.#path, offset, body)
        return
      case ChunkKind.note:
        return
    }
  }

  #takeSource(offset: number, chunk: ChunkHeader, body: Uint8Array): void {
    const value = decodeJson(this.#path, offset, body)
    const described = typeof value === 'object' && value !== null ? value : {}
    const { id, pid } = described as { id?: unknown; pid?: unknown }
    if (chunk.source !== this.#sources || typeof id !== 'number' || typeof pid !== 'number')
      throw damaged(this.#path, offset, 'a source is not described')
    this.#sources++
    this.#replay.source(id, pid)
  }

  #takeRecords(offset: number, chunk: ChunkHeader, body: Uint8Array): void {
    if (chunk.source >= this.#sources || body.length !== chunk.count * RECORD_BYTES)
      throw damaged(this.#path, offset, 'a chunk of records does not fit its header')
    if (chunk.watermark < this.#watermark)
      throw damaged(this.#path, offset, 'a chunk is older than the one before it')
    if (chunk.watermark > this.#watermark) {
      if (this.#watermark >= 0) this.#replay.advance(this.#watermark)
      this.#settled = this.#watermark
      this.#watermark = chunk.watermark
    }
    this.#checkTimes(offset, chunk, body)
    this.records += chunk.count
    this.#replay.records(chunk.source, body)
  }

  /** A checksum says that the bytes are what was written, not that they make sense. */
  #checkTimes(offset: number, chunk: ChunkHeader, body: Uint8Array): void {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    let last = Math.max(chunk.first, this.#last[chunk.source] ?? 0)
    for (let at = 0; at < body.length; at += RECORD_BYTES) {
      if (body[at + 11] === EventKind.text) continue
      const time =
        (view.getUint32(at + 4, true) - this.#epochHigh) * TWO_32 +
        (view.getUint32(at, true) - this.#epochLow)
      if (time < last || time <= this.#settled || time > chunk.last)
        throw damaged(this.#path, offset, 'the times of a chunk are out of order')
      last = time
    }
    this.#last[chunk.source] = last
  }
}

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, offset + read)
    // The file has become shorter since its size was asked for: what is missing reads as damage.
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes
}
