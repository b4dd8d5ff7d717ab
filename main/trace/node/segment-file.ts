/** Segments in a file, read one by one where they lie. Reads are synchronous, as queries are. */
import { crc32 } from '../ilv/bytes.ts'
import {
  CHUNK_HEADER_BYTES,
  ChunkKind,
  decodeChunkHeader,
  Encoding,
  type ChunkHeader,
} from '../ilv/chunk.ts'
import type { Directory, SegmentEntry } from '../ilv/directory.ts'
import { RecordingError } from '../ilv/errors.ts'
import type { SegmentStore } from '../store/segment.ts'
import { bytesAt, inflated } from './read.ts'

/** The segments of a recording that is over, as long as it is open. */
export class FileSegments implements SegmentStore {
  readonly #file: { readonly fd: number; readonly isOpen: boolean }
  readonly #directory: Directory
  readonly #onDamage: (offset: number) => void

  /**
   * @param file whoever opened it closes it.
   * @param onDamage told of each read of a segment that cannot be read, or is damaged: where it begins.
   */
  constructor(
    file: { readonly fd: number; readonly isOpen: boolean },
    directory: Directory,
    onDamage: (offset: number) => void = () => undefined,
  ) {
    this.#file = file
    this.#directory = directory
    this.#onDamage = onDamage
  }

  /** Nothing is added to a run that is over. @throws Error always. */
  put(): never {
    throw new Error('the recording is over')
  }

  head(segment: number): Uint8Array | undefined {
    return this.#read(segment, readHead)
  }

  body(segment: number): Uint8Array | undefined {
    return this.#read(segment, readBody)
  }

  #read(segment: number, read: typeof readBody): Uint8Array | undefined {
    const entry = this.#file.isOpen ? this.#directory.at(segment) : undefined
    if (entry === undefined) return undefined
    const bytes = read(this.#file.fd, entry)
    if (bytes === undefined) this.#onDamage(entry.offset)
    return bytes
  }
}

/** As it was put. Undefined: it cannot be read, or is damaged. The body is not touched. */
export function readHead(fd: number, entry: SegmentEntry): Uint8Array | undefined {
  const bytes = attempt(fd, entry.offset, CHUNK_HEADER_BYTES + entry.headBytes)
  const chunk = headerOf(bytes, entry)
  const head = bytes.subarray(CHUNK_HEADER_BYTES)
  return crc32(head) === chunk?.headChecksum ? head : undefined
}

/** As it was put. Undefined: it cannot be read, or is damaged. */
export function readBody(fd: number, entry: SegmentEntry): Uint8Array | undefined {
  const before = CHUNK_HEADER_BYTES + entry.headBytes
  const bytes = attempt(fd, entry.offset, before + entry.bodyBytes)
  const chunk = headerOf(bytes, entry)
  const stored = bytes.subarray(before)
  if (crc32(stored) !== chunk?.bodyChecksum) return undefined
  return chunk.encoding === Encoding.asIs ? stored : inflated(stored, chunk.inflatedBytes)
}

function attempt(fd: number, offset: number, length: number): Uint8Array {
  try {
    return bytesAt(fd, offset, length)
  } catch {
    // Told by what is missing.
    return new Uint8Array(0)
  }
}

function headerOf(bytes: Uint8Array, entry: SegmentEntry): ChunkHeader | undefined {
  if (bytes.length < CHUNK_HEADER_BYTES + entry.headBytes) return undefined
  try {
    const chunk = decodeChunkHeader('', entry.offset, bytes.subarray(0, CHUNK_HEADER_BYTES))
    const fits =
      chunk.kind === ChunkKind.segment &&
      chunk.headBytes === entry.headBytes &&
      chunk.bodyBytes === entry.headBytes + entry.bodyBytes
    return fits ? chunk : undefined
  } catch (error) {
    if (error instanceof RecordingError) return undefined
    throw error
  }
}
