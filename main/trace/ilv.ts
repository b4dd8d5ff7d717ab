/** The .ilv format, byte for byte; FORMAT.md explains it. Little-endian throughout. */
import crc from 'crc-32'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const ILV_VERSION = 2
export const FILE_HEADER_BYTES = 32
export const CHUNK_HEADER_BYTES = 64
/** Limits that are checked before anything is allocated. */
const MAX_METADATA_BYTES = 2 ** 20
const MAX_BODY_BYTES = 2 ** 24
const MAX_SOURCES = 65_536
/** Times are exact as doubles up to here: 104 days. */
const MAX_TIME = Number.MAX_SAFE_INTEGER

const MAGIC = [0x89, 0x49, 0x4c, 0x56, 0x0d, 0x0a, 0x1a, 0x0a] // "\x89ILV\r\n\x1a\n"
const CHUNK_MAGIC = 0x4b_4e_48_43 // "CHNK"
const TWO_32 = 2 ** 32

/** As an unsigned number; `seed` continues an earlier one. */
const crc32 = (bytes: Uint8Array, seed?: number): number => crc.buf(bytes, seed) >>> 0

export const ChunkKind = { records: 1, source: 2, footer: 3, note: 7 } as const
export type ChunkKind = (typeof ChunkKind)[keyof typeof ChunkKind]

/** Why a recording could not be written or read. */
export class RecordingError extends Error {
  override readonly name: string = 'RecordingError'
  readonly path: string
  /** Byte of the file where the trouble begins. */
  readonly offset: number
  readonly reason: RecordingTrouble

  constructor(path: string, reason: RecordingTrouble, offset: number, message: string) {
    super(`${path}: ${message}`)
    this.path = path
    this.reason = reason
    this.offset = offset
  }
}

/**
 * - `io`: the system refused (code in the message)
 * - `slow`: the disk does not keep up
 * - `foreign`: not a recording, or cut before its header ends
 * - `newer`: NewerVersionError
 * - `damaged`: bytes are not what was written
 */
export type RecordingTrouble = 'io' | 'slow' | 'foreign' | 'newer' | 'damaged'

/** The file was written by a later version of Interleave. */
export class NewerVersionError extends RecordingError {
  override readonly name = 'NewerVersionError'
  readonly version: number

  constructor(path: string, version: number) {
    super(
      path,
      'newer',
      8,
      `this recording has format version ${version}; this Interleave reads up to ${ILV_VERSION}`,
    )
    this.version = version
  }
}

export interface FileHeader {
  readonly epoch: bigint
  readonly metadataBytes: number
  readonly checksum: number
}

export interface ChunkHeader {
  readonly kind: ChunkKind
  readonly bodyBytes: number
  readonly bodyChecksum: number
  readonly source: number
  /** Records, or 1. */
  readonly count: number
  /** Nanoseconds since the epoch. */
  readonly first: number
  readonly last: number
  /** Everything up to here is in this and earlier chunks, or in chunks of the same watermark. */
  readonly watermark: number
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Checksum of a file header (without its own four bytes) and the metadata after it. */
const headerChecksum = (header: Uint8Array, metadata: Uint8Array): number =>
  crc32(metadata, crc32(header.subarray(28), crc32(header.subarray(0, 24))))

/** @param metadata anything JSON can hold. @throws RangeError when it exceeds MAX_METADATA_BYTES. */
export function encodeFileHeader(epoch: bigint, metadata: unknown): Uint8Array {
  const json = encodeJson(metadata)
  if (json.length > MAX_METADATA_BYTES)
    throw new RangeError(`metadata of ${json.length} bytes exceed ${MAX_METADATA_BYTES}`)
  const bytes = new Uint8Array(FILE_HEADER_BYTES + json.length)
  bytes.set(MAGIC)
  bytes.set(json, FILE_HEADER_BYTES)
  const view = viewOf(bytes)
  view.setUint16(8, ILV_VERSION, true)
  view.setUint32(12, json.length, true)
  view.setBigUint64(16, epoch, true)
  view.setUint32(24, headerChecksum(bytes.subarray(0, FILE_HEADER_BYTES), json), true)
  return bytes
}

/** @throws RecordingError, NewerVersionError. */
export function decodeFileHeader(path: string, bytes: Uint8Array): FileHeader {
  const differs = MAGIC.findIndex((byte, at) => bytes[at] !== byte)
  if (bytes.length < FILE_HEADER_BYTES || differs >= 0)
    throw new RecordingError(path, 'foreign', Math.max(0, differs), 'not an Interleave recording')
  const view = viewOf(bytes)
  const version = view.getUint16(8, true)
  if (version > ILV_VERSION) throw new NewerVersionError(path, version)
  const metadataBytes = view.getUint32(12, true)
  if (version === 0 || metadataBytes > MAX_METADATA_BYTES || metadataBytes % 8 !== 0)
    throw damaged(path, 8, 'the file header is damaged')
  return { epoch: view.getBigUint64(16, true), metadataBytes, checksum: view.getUint32(24, true) }
}

/** @throws RecordingError when header and metadata do not have the checksum that was written. */
export function decodeMetadata(path: string, header: Uint8Array, metadata: Uint8Array): unknown {
  const { checksum } = decodeFileHeader(path, header)
  if (headerChecksum(header, metadata) !== checksum)
    throw damaged(path, 8, 'the file header is damaged')
  return decodeJson(path, FILE_HEADER_BYTES, metadata)
}

export function encodeChunkHeader(
  chunk: Omit<ChunkHeader, 'bodyBytes' | 'bodyChecksum'>,
  body: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER_BYTES)
  const view = viewOf(bytes)
  view.setUint32(0, CHUNK_MAGIC, true)
  view.setUint32(8, crc32(body), true)
  view.setUint32(12, body.length, true)
  view.setUint8(16, chunk.kind)
  view.setUint32(20, chunk.source, true)
  view.setUint32(24, chunk.count, true)
  setTime(view, 32, chunk.first)
  setTime(view, 40, chunk.last)
  setTime(view, 48, chunk.watermark)
  view.setUint32(4, crc32(bytes.subarray(8)), true)
  return bytes
}

/** @param offset of the chunk in the file. @throws RecordingError. */
export function decodeChunkHeader(path: string, offset: number, bytes: Uint8Array): ChunkHeader {
  const view = viewOf(bytes)
  const checksum = crc32(bytes.subarray(8, CHUNK_HEADER_BYTES))
  if (view.getUint32(0, true) !== CHUNK_MAGIC || view.getUint32(4, true) !== checksum)
    throw damaged(path, offset, 'the header of a chunk is damaged')
  const kind = Object.values(ChunkKind).find((value) => value === view.getUint8(16))
  const chunk = {
    bodyChecksum: view.getUint32(8, true),
    bodyBytes: view.getUint32(12, true),
    source: view.getUint32(20, true),
    count: view.getUint32(24, true),
    first: timeAt(view, 32),
    last: timeAt(view, 40),
    watermark: timeAt(view, 48),
  }
  const possible =
    kind !== undefined &&
    view.getUint8(17) === 0 &&
    chunk.bodyBytes <= MAX_BODY_BYTES &&
    chunk.source < MAX_SOURCES &&
    chunk.first <= chunk.last &&
    chunk.last <= chunk.watermark &&
    chunk.watermark <= MAX_TIME
  if (!possible) throw damaged(path, offset, 'a chunk has an impossible header')
  return { ...chunk, kind }
}

/** @throws RecordingError when the body does not have the checksum that was written. */
export function checkBody(
  path: string,
  offset: number,
  chunk: ChunkHeader,
  body: Uint8Array,
): void {
  if (crc32(body) !== chunk.bodyChecksum)
    throw damaged(path, offset, `the chunk of ${body.length} bytes that begins here is damaged`)
}

/** JSON padded with spaces to a multiple of 8 bytes. */
export function encodeJson(value: unknown): Uint8Array {
  const json = encodeUtf8(JSON.stringify(value))
  const bytes = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20)
  bytes.set(json)
  return bytes
}

/** @throws RecordingError. */
export function decodeJson(path: string, offset: number, bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes))
    return value
  } catch {
    throw damaged(path, offset, 'what should be JSON is not')
  }
}

export const damaged = (path: string, offset: number, what: string): RecordingError =>
  new RecordingError(path, 'damaged', offset, `${what} (at byte ${offset})`)

function setTime(view: DataView, at: number, time: number): void {
  view.setUint32(at, time % TWO_32, true)
  view.setUint32(at + 4, Math.floor(time / TWO_32), true)
}

const timeAt = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32
