/** A recording open for reading: its header, its trailer, and its chunks wherever they lie. */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import {
  checkBody,
  CHUNK_HEADER_BYTES,
  type ChunkKind,
  decodeChunkHeader,
  Encoding,
  type ChunkHeader,
} from '../ilv/chunk.ts'
import { MAX_PARTS, PART_BYTES } from '../ilv/content.ts'
import { damaged, RecordingError } from '../ilv/errors.ts'
import { cutInHeader, decodeFileHeader, decodeMetadata, FILE_HEADER_BYTES } from '../ilv/header.ts'
import { decodeTrailer, findTrailer, TRAILER_BYTES, type Trailer } from '../ilv/trailer.ts'
import { bytesAt, inflated } from './read.ts'
import { withSystemErrors } from './system-error.ts'

/** Before version 3 there was no trailer. */
const FIRST_WITH_TRAILER = 3
/** Before version 4 the state lacks figures of sections, which only the events have. */
const FIRST_WITH_STATE = 4
/** More than an addition that was interrupted can leave after the last trailer. */
const TAIL_BYTES = 2 ** 16

export interface Chunk {
  readonly header: ChunkHeader
  readonly offset: number
  /** Of the chunk after it. */
  readonly end: number
  /** As stored, the head of a segment included; its checksum is right. */
  readonly stored: Uint8Array
}

export class RecordingFile {
  readonly path: string
  readonly fd: number
  /** When it was opened: one that grows meanwhile is read as it was then. */
  readonly size: number
  readonly version: number
  readonly epoch: bigint
  readonly metadata: unknown
  /** Of the first chunk. */
  readonly start: number
  #isOpen = true

  /** @throws RecordingError. */
  static open(path: string): RecordingFile {
    return withSystemErrors(path, () => {
      // Opening a pipe would wait for somebody to write to it.
      const stats = statSync(path)
      if (!stats.isFile() && !stats.isDirectory())
        throw new RecordingError(path, 'foreign', 0, 'not a file')
      const fd = openSync(path, 'r')
      try {
        return new RecordingFile(path, fd)
      } catch (error) {
        closeSync(fd)
        throw error
      }
    })
  }

  private constructor(path: string, fd: number) {
    this.path = path
    this.fd = fd
    this.size = fstatSync(fd).size
    const header = bytesAt(fd, 0, FILE_HEADER_BYTES)
    const { version, epoch, metadataBytes } = decodeFileHeader(path, header)
    this.start = FILE_HEADER_BYTES + metadataBytes
    if (this.size < this.start) throw cutInHeader(path, this.size)
    this.metadata = decodeMetadata(path, header, bytesAt(fd, FILE_HEADER_BYTES, metadataBytes))
    this.version = version
    this.epoch = epoch
  }

  get hasTrailers(): boolean {
    return this.version >= FIRST_WITH_TRAILER
  }

  /** What was stored beside the events is what this program would store. */
  get isCurrent(): boolean {
    return this.version >= FIRST_WITH_STATE
  }

  /** The last one. Undefined: the recording was cut short, or is of an earlier version. */
  trailer(): Trailer | undefined {
    if (!this.hasTrailers) return undefined
    const from = Math.max(this.start, this.size - TAIL_BYTES)
    return withSystemErrors(this.path, () =>
      findTrailer(bytesAt(this.fd, from, this.size - from), from),
    )
  }

  /** Undefined: there is none here. @throws RecordingError. */
  trailerAt(offset: number): Trailer | undefined {
    return withSystemErrors(this.path, () =>
      decodeTrailer(bytesAt(this.fd, offset, TRAILER_BYTES), offset),
    )
  }

  /** Undefined: the chunk that begins here does not end within the file. @throws RecordingError. */
  chunkAt(offset: number): Chunk | undefined {
    return withSystemErrors(this.path, () => {
      if (this.size - offset < CHUNK_HEADER_BYTES) return undefined
      const bytes = bytesAt(this.fd, offset, CHUNK_HEADER_BYTES)
      // It has become shorter since its size was asked for.
      if (bytes.length < CHUNK_HEADER_BYTES) return undefined
      const header = decodeChunkHeader(this.path, offset, bytes)
      const end = offset + CHUNK_HEADER_BYTES + header.bodyBytes
      if (end > this.size) return undefined
      const stored = bytesAt(this.fd, offset + CHUNK_HEADER_BYTES, header.bodyBytes)
      if (stored.length < header.bodyBytes) return undefined
      checkBody(this.path, offset, header, stored)
      return { header, offset, end, stored }
    })
  }

  /** What a chunk holds, without the head of a segment. @throws RecordingError. */
  bodyOf({ header, offset, stored }: Chunk): Uint8Array {
    const body = stored.subarray(header.headBytes)
    if (header.encoding === Encoding.asIs) return body
    const content = inflated(body, header.inflatedBytes)
    if (!content) throw damaged(this.path, offset, 'what a chunk holds cannot be inflated')
    return content
  }

  /** Parts of one content, the first of them at `offset`. @throws RecordingError. */
  contentAt(offset: number, kind: ChunkKind, most = MAX_PARTS): Uint8Array {
    const found = (at: number, part: number, parts: number | undefined): Chunk => {
      const chunk = this.chunkAt(at)
      if (!chunk) throw damaged(this.path, at, 'a part of the end of the file is missing')
      const { header } = chunk
      const isNext = header.kind === kind && header.source === part
      const isOneOf = header.count === parts || (parts === undefined && header.count <= most)
      if (!isNext || !isOneOf || header.count === 0)
        throw damaged(this.path, at, 'this is not the part of the file that should be here')
      return chunk
    }
    let chunk = found(offset, 0, undefined)
    const parts = chunk.header.count
    const content = new Uint8Array(parts * PART_BYTES)
    let length = 0
    for (let part = 0; ;) {
      const body = this.bodyOf(chunk)
      const isLast = part === parts - 1
      if (body.length > PART_BYTES || (body.length < PART_BYTES && !isLast))
        throw damaged(this.path, chunk.offset, 'a part of the file has an impossible length')
      content.set(body, length)
      length += body.length
      if (isLast) break
      chunk = found(chunk.end, ++part, parts)
    }
    return content.subarray(0, length)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Once is enough: the system may have given the descriptor's number to another file. */
  close(): void {
    if (this.#isOpen) closeSync(this.fd)
    this.#isOpen = false
  }
}
