/** Reads a recording chunk by chunk from its beginning, and checks every byte of it. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Note } from '../../run/contract.ts'
import { decodeJson } from '../ilv/bytes.ts'
import { ChunkKind, Encoding, MAX_BODY_BYTES } from '../ilv/chunk.ts'
import { decodeColumns } from '../ilv/columns.ts'
import { Directory } from '../ilv/directory.ts'
import { damaged, RecordingError } from '../ilv/errors.ts'
import { Notes } from '../ilv/notes.ts'
import { EventKind, RECORD_BYTES } from '../model.ts'
import type { Chunk, RecordingFile } from './recording-file.ts'

const TWO_32 = 2 ** 32
const MAX_SOURCE_BYTES = 4_096
/** Between two looks at the rest of the world. */
const TURN_MILLISECONDS = 30
/**
 * What a group of chunks may come to beyond what it takes in the file: a writer makes groups of
 * MAX_GROUP_BYTES at most, but a file may have been made up to fill the memory.
 */
const MAX_UNPACKED_BYTES = 4 * MAX_BODY_BYTES

export interface ReadOptions {
  /** The result is then a RecordingError with the reason `cancelled`. */
  readonly signal?: AbortSignal
  /** @param share of the file that has been read, 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/** Where the events of a recording go. */
export interface Replay {
  begin(epoch: bigint): void
  source(id: number, pid: number): void
  records(source: number, bytes: Uint8Array): void
  advance(watermark: number): void
  finish(): void
}

export interface ReadThrough {
  readonly chunks: number
  /** 24-byte records; a text takes several. */
  readonly records: number
  readonly segments: number
  readonly notes: readonly Note[]
  /** What the run said at its end; undefined when the recording was cut short. */
  readonly footer: unknown
  /** What a recording that was cut short lacks, in one sentence; undefined: nothing. */
  readonly missing: string | undefined
}

/** @throws RecordingError. */
export async function readThrough(
  file: RecordingFile,
  replay: Replay,
  { signal, onProgress }: ReadOptions = {},
): Promise<ReadThrough> {
  const reader = new ChunkReader(file, replay)
  let turned = -Infinity
  replay.begin(file.epoch)
  while (reader.next()) {
    if (performance.now() - turned < TURN_MILLISECONDS) continue
    onProgress?.(reader.offset / file.size)
    await turn()
    if (signal?.aborted)
      throw new RecordingError(file.path, 'cancelled', reader.offset, 'cancelled')
    turned = performance.now()
  }
  return reader.finish()
}

/** In one sentence. @param offset in the file. */
export const missingNote = (offset: number): string =>
  `The last note was not written whole: what begins at byte ${offset} is missing.`

class ChunkReader {
  offset: number
  readonly #file: RecordingFile
  readonly #replay: Replay
  readonly #epochLow: number
  readonly #epochHigh: number
  readonly #notes = new Notes()
  readonly #directory = new Directory()
  #chunks = 0
  #records = 0
  #sources = 0
  /** Offsets of the first chunk of each kind that there is once. */
  readonly #found = { state: 0, directory: 0, footer: 0 }
  #footer: unknown
  /** Of the last one; 0: there is none. */
  #endOfTrailer = 0
  /** Last event of each source: times within a source never go backwards. */
  readonly #last: number[] = []
  /** Of the group of chunks that is being read; -1: none yet. */
  #watermark = -1
  /** Of the group before it. */
  #settled = -1
  /** Memory of the group beyond its bytes in the file. */
  #unpacked = 0

  constructor(file: RecordingFile, replay: Replay) {
    this.#file = file
    this.offset = file.start
    this.#epochLow = Number(file.epoch & 0xffff_ffffn)
    this.#epochHigh = Number(file.epoch >> 32n)
    this.#replay = replay
  }

  /** Takes the next chunk. @returns whether there was a whole one. @throws RecordingError. */
  next(): boolean {
    const chunk = this.#file.chunkAt(this.offset)
    if (!chunk) return false
    this.#take(chunk)
    this.#chunks++
    this.offset = chunk.end
    return true
  }

  finish(): ReadThrough {
    if (this.#watermark >= 0) this.#replay.advance(this.#watermark)
    this.#replay.finish()
    return {
      chunks: this.#chunks,
      records: this.#records,
      segments: this.#directory.length,
      notes: this.#notes.standing,
      footer: this.#footer,
      missing: this.#missing(),
    }
  }

  #missing(): string | undefined {
    const { offset } = this
    const { hasTrailers, size } = this.#file
    const isWhole = hasTrailers ? this.#endOfTrailer === size : this.#footer !== undefined
    if (offset === size && isWhole) return undefined
    if (this.#endOfTrailer > 0) return missingNote(this.#endOfTrailer)
    return offset < size
      ? `The recording was cut short: the chunk that begins at byte ${offset} is not whole, and everything after it is missing.`
      : `The recording was cut short: everything after byte ${offset} is missing.`
  }

  #take(chunk: Chunk): void {
    const { kind } = chunk.header
    const isAtEnd = this.#footer !== undefined
    if (isAtEnd && kind !== ChunkKind.note && kind !== ChunkKind.trailer)
      throw this.#damaged(chunk, 'the footer is not the end')
    switch (kind) {
      case ChunkKind.source:
        return this.#takeSource(chunk)
      case ChunkKind.records:
        return this.#takeRecords(chunk)
      case ChunkKind.segment:
        return this.#takeSegment(chunk)
      case ChunkKind.state:
        this.#found.state ||= chunk.offset
        // Its parts are inflated for nothing but to see that they can be.
        return void this.#file.bodyOf(chunk)
      case ChunkKind.directory:
        this.#found.directory ||= chunk.offset
        return void this.#file.bodyOf(chunk)
      case ChunkKind.footer:
        this.#found.footer = chunk.offset
        this.#footer = decodeJson(this.#file.path, chunk.offset, this.#file.bodyOf(chunk))
        return
      case ChunkKind.note:
        return this.#notes.take(this.#file.path, chunk.offset, this.#file.bodyOf(chunk))
      case ChunkKind.trailer:
        return this.#takeTrailer(chunk)
    }
  }

  #takeSource(chunk: Chunk): void {
    const body = this.#file.bodyOf(chunk)
    if (body.length > MAX_SOURCE_BYTES) throw this.#damaged(chunk, 'a source says too much')
    const value = decodeJson(this.#file.path, chunk.offset, body)
    const described = typeof value === 'object' && value !== null ? value : {}
    const { id, pid } = described as { id?: unknown; pid?: unknown }
    if (chunk.header.source !== this.#sources || typeof id !== 'number' || typeof pid !== 'number')
      throw this.#damaged(chunk, 'a source is not described')
    this.#sources++
    this.#replay.source(id, pid)
  }

  #takeRecords(chunk: Chunk): void {
    const { header } = chunk
    if (header.source >= this.#sources)
      throw this.#damaged(chunk, 'a chunk of records is of a source that was not described')
    if (header.watermark < this.#watermark)
      throw this.#damaged(chunk, 'a chunk is older than the one before it')
    const records = this.#recordsOf(chunk)
    if (header.watermark > this.#watermark) {
      if (this.#watermark >= 0) this.#replay.advance(this.#watermark)
      this.#settled = this.#watermark
      this.#watermark = header.watermark
      this.#unpacked = 0
    }
    this.#unpacked += records.length - chunk.stored.length
    if (this.#unpacked > MAX_UNPACKED_BYTES)
      throw this.#damaged(chunk, 'more records of one moment than can have been written')
    this.#checkTimes(chunk, records)
    this.#records += header.count
    this.#replay.records(header.source, records)
  }

  #recordsOf(chunk: Chunk): Uint8Array {
    const { count, encoding, first } = chunk.header
    const body = this.#file.bodyOf(chunk)
    const records =
      encoding === Encoding.columns ? decodeColumns(body, count, first, this.#file.epoch) : body
    if (records?.length !== count * RECORD_BYTES)
      throw this.#damaged(chunk, 'a chunk of records does not fit its header')
    return records
  }

  /** A checksum says that the bytes are what was written, not that they make sense. */
  #checkTimes(chunk: Chunk, records: Uint8Array): void {
    const { source, first, last: latest } = chunk.header
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
    let last = Math.max(first, this.#last[source] ?? 0)
    for (let at = 0; at < records.length; at += RECORD_BYTES) {
      if (records[at + 11] === EventKind.text) continue
      const time =
        (view.getUint32(at + 4, true) - this.#epochHigh) * TWO_32 +
        (view.getUint32(at, true) - this.#epochLow)
      if (time < last || time <= this.#settled || time > latest)
        throw this.#damaged(chunk, 'the times of a chunk are out of order')
      last = time
    }
    this.#last[source] = last
  }

  #takeSegment(chunk: Chunk): void {
    const { source: stream, count, first, last, headBytes, bodyBytes } = chunk.header
    this.#file.bodyOf(chunk)
    this.#directory.add({
      ...{ offset: chunk.offset, headBytes, bodyBytes: bodyBytes - headBytes },
      ...{ stream, count, first, last },
    })
  }

  /** It must say what was found: a reader that begins at the end knows nothing else. */
  #takeTrailer(chunk: Chunk): void {
    const { offset } = chunk
    const trailer = this.#file.trailerAt(offset)
    const { state, directory, footer } = this.#found
    const isRight =
      trailer?.state === state &&
      trailer.directory === directory &&
      trailer.footer === footer &&
      trailer.segments === this.#directory.length
    if (!isRight) throw this.#damaged(chunk, 'the trailer does not fit what is before it')
    if (this.#endOfTrailer === 0) {
      const stored = this.#file.contentAt(directory, ChunkKind.directory)
      if (Buffer.compare(stored, this.#directory.bytes) !== 0)
        throw damaged(this.#file.path, directory, 'the directory does not fit the segments')
    }
    this.#endOfTrailer = chunk.end
  }

  #damaged(chunk: Chunk, what: string): RecordingError {
    return damaged(this.#file.path, chunk.offset, what)
  }
}
