/** The header of a chunk (FORMAT.md, "Chunk"): everything in the file but its own header is chunks. */
import { crc32, exactAt, MAX_EXACT, setExact, viewOf } from './bytes.ts'
import { RECORD_BYTES } from '../model.ts'
import { damaged } from './errors.ts'

export const CHUNK_HEADER_BYTES = 64
/** Limits that are checked before anything is allocated; a body is also limited once inflated. */
export const MAX_BODY_BYTES = 2 ** 24
const MAX_SOURCES = 65_536
const CHUNK_MAGIC = 0x4b_4e_48_43 // "CHNK"

export const ChunkKind = {
  records: 1,
  source: 2,
  footer: 3,
  segment: 4,
  state: 5,
  directory: 6,
  note: 7,
  trailer: 8,
} as const
export type ChunkKind = (typeof ChunkKind)[keyof typeof ChunkKind]
const KINDS: readonly ChunkKind[] = Object.values(ChunkKind)

export const Encoding = {
  asIs: 0,
  /** Deflated without a header (RFC 1951). */
  deflated: 1,
  /** Records as columns (columns.ts), deflated. */
  columns: 2,
} as const
export type Encoding = (typeof Encoding)[keyof typeof Encoding]
const ENCODINGS: readonly Encoding[] = Object.values(Encoding)

/** What a chunk says of its content. */
export interface ChunkLabel {
  readonly kind: ChunkKind
  /** Records and sources: the source. Segments: the stream. Chunks of one content: which part. */
  readonly source: number
  /** Records: of 24 bytes. Segments: entries. Chunks of one content: how many parts. Else 1. */
  readonly count: number
  /** Nanoseconds since the epoch. */
  readonly first: number
  readonly last: number
  /** Everything up to here is in this and earlier chunks, or in chunks of the same watermark. */
  readonly watermark: number
}

/** How the content is stored. */
export interface ChunkHeader extends ChunkLabel {
  readonly encoding: Encoding
  /** Of what follows the header: the head of a segment and its body, or the body alone. */
  readonly bodyBytes: number
  /** Of the body, for a segment without its head. */
  readonly bodyChecksum: number
  /** Of the body once inflated; as it is: 0. */
  readonly inflatedBytes: number
  /** Of a segment: bytes before its body that are stored as they are. Else 0. */
  readonly headBytes: number
  readonly headChecksum: number
}

const NO_HEAD = new Uint8Array(0)

/**
 * @param body as stored.
 * @param inflatedBytes of the body before it was deflated; 0: it was not.
 * @param head of a segment: stored between the header and the body.
 */
export function encodeChunkHeader(
  label: ChunkLabel,
  body: Uint8Array,
  encoding: Encoding = Encoding.asIs,
  inflatedBytes = 0,
  head: Uint8Array = NO_HEAD,
): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER_BYTES)
  const view = viewOf(bytes)
  view.setUint32(0, CHUNK_MAGIC, true)
  view.setUint32(8, crc32(body), true)
  view.setUint32(12, head.length + body.length, true)
  view.setUint8(16, label.kind)
  view.setUint8(17, encoding)
  view.setUint32(20, label.source, true)
  view.setUint32(24, label.count, true)
  view.setUint32(28, inflatedBytes, true)
  setExact(view, 32, label.first)
  setExact(view, 40, label.last)
  setExact(view, 48, label.watermark)
  view.setUint32(56, head.length, true)
  view.setUint32(60, crc32(head), true)
  view.setUint32(4, crc32(bytes.subarray(8)), true)
  return bytes
}

/** @param offset of the chunk in the file. @throws RecordingError. */
export function decodeChunkHeader(path: string, offset: number, bytes: Uint8Array): ChunkHeader {
  const view = viewOf(bytes)
  const checksum = crc32(bytes.subarray(8, CHUNK_HEADER_BYTES))
  if (view.getUint32(0, true) !== CHUNK_MAGIC || view.getUint32(4, true) !== checksum)
    throw damaged(path, offset, 'the header of a chunk is damaged')
  const kind = KINDS.find((value) => value === view.getUint8(16))
  const encoding = ENCODINGS.find((value) => value === view.getUint8(17))
  const chunk = {
    bodyChecksum: view.getUint32(8, true),
    bodyBytes: view.getUint32(12, true),
    source: view.getUint32(20, true),
    count: view.getUint32(24, true),
    inflatedBytes: view.getUint32(28, true),
    first: exactAt(view, 32),
    last: exactAt(view, 40),
    watermark: exactAt(view, 48),
    headBytes: view.getUint32(56, true),
    headChecksum: view.getUint32(60, true),
  }
  if (kind === undefined || encoding === undefined || !isPossible(kind, encoding, chunk))
    throw damaged(path, offset, 'a chunk has an impossible header')
  return { ...chunk, kind, encoding }
}

const isPossible = (
  kind: ChunkKind,
  encoding: Encoding,
  chunk: Omit<ChunkHeader, 'kind' | 'encoding'>,
): boolean =>
  chunk.bodyBytes <= MAX_BODY_BYTES &&
  chunk.inflatedBytes <= MAX_BODY_BYTES &&
  (encoding === Encoding.asIs) === (chunk.inflatedBytes === 0) &&
  (encoding !== Encoding.columns || kind === ChunkKind.records) &&
  (kind !== ChunkKind.records || chunk.count <= MAX_BODY_BYTES / RECORD_BYTES) &&
  chunk.headBytes <= (kind === ChunkKind.segment ? chunk.bodyBytes : 0) &&
  (kind === ChunkKind.segment || chunk.source < MAX_SOURCES) &&
  chunk.first <= chunk.last &&
  (kind === ChunkKind.segment || chunk.last <= chunk.watermark) &&
  chunk.last <= MAX_EXACT &&
  chunk.watermark <= MAX_EXACT

/** @throws RecordingError when a body does not have the checksum that was written. */
export function checkBody(
  path: string,
  offset: number,
  chunk: ChunkHeader,
  stored: Uint8Array,
): void {
  const head = stored.subarray(0, chunk.headBytes)
  const body = stored.subarray(chunk.headBytes)
  if (crc32(body) !== chunk.bodyChecksum || crc32(head) !== chunk.headChecksum)
    throw damaged(path, offset, `the chunk of ${stored.length} bytes that begins here is damaged`)
}
