/** The last chunk of a recording that is whole: 64 bytes that say where everything else begins. */
import { exactAt, joined, MAX_EXACT, setExact, viewOf } from './bytes.ts'
import {
  CHUNK_HEADER_BYTES,
  checkBody,
  ChunkKind,
  decodeChunkHeader,
  encodeChunkHeader,
} from './chunk.ts'
import { RecordingError } from './errors.ts'

const BODY_BYTES = 64
export const TRAILER_BYTES = CHUNK_HEADER_BYTES + BODY_BYTES

export interface Trailer {
  /** Offsets of chunks in the file; 0: there is none. */
  readonly state: number
  readonly directory: number
  readonly footer: number
  /** From here to the end of the file are chunks of notes and trailers alone. */
  readonly notes: number
  /** Its own offset. */
  readonly self: number
  readonly segments: number
}

export function encodeTrailer(trailer: Trailer): Uint8Array {
  const body = new Uint8Array(BODY_BYTES)
  const view = viewOf(body)
  setExact(view, 0, trailer.state)
  setExact(view, 8, trailer.directory)
  setExact(view, 16, trailer.footer)
  setExact(view, 24, trailer.notes)
  setExact(view, 32, trailer.self)
  setExact(view, 40, trailer.segments)
  const label = { source: 0, count: 1, first: 0, last: 0, watermark: 0 }
  return joined([encodeChunkHeader({ kind: ChunkKind.trailer, ...label }, body), body])
}

/**
 * @param bytes TRAILER_BYTES from the file.
 * @param offset where they lie in it.
 * @returns undefined: this is no trailer, or one that was not written here.
 */
export function decodeTrailer(bytes: Uint8Array, offset: number): Trailer | undefined {
  if (bytes.length !== TRAILER_BYTES) return undefined
  try {
    const chunk = decodeChunkHeader('', offset, bytes)
    if (chunk.kind !== ChunkKind.trailer || chunk.bodyBytes !== BODY_BYTES) return undefined
    checkBody('', offset, chunk, bytes.subarray(CHUNK_HEADER_BYTES))
    const view = viewOf(bytes.subarray(CHUNK_HEADER_BYTES))
    const [state = 0, directory = 0, footer = 0, notes = 0, self = 0, segments = 0] = Array.from(
      { length: 6 },
      (_, field) => exactAt(view, field * 8),
    )
    const inOrder = state <= directory && directory <= footer && footer < notes && notes <= self
    if (!inOrder || self !== offset || segments > MAX_EXACT) return undefined
    return { state, directory, footer, notes, self, segments }
  } catch (error) {
    if (error instanceof RecordingError) return undefined
    throw error
  }
}

/**
 * The last trailer within bytes from the end of a file: an addition that was interrupted leaves
 * something after it.
 * @param start offset of the first byte.
 */
export function findTrailer(bytes: Uint8Array, start: number): Trailer | undefined {
  for (let at = bytes.length - TRAILER_BYTES; at >= 0; at--) {
    // "C": nearly all bytes are passed over without a checksum.
    if (bytes[at] !== 0x43 || bytes[at + 1] !== 0x48) continue
    const trailer = decodeTrailer(bytes.subarray(at, at + TRAILER_BYTES), start + at)
    if (trailer) return trailer
  }
  return undefined
}
