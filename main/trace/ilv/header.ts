/** The first bytes of an .ilv file (FORMAT.md, "File header"). */
import { crc32, decodeJson, encodeJson, viewOf } from './bytes.ts'
import { damaged, NewerVersionError, RecordingError } from './errors.ts'
import { ILV_VERSION } from './version.ts'

export const FILE_HEADER_BYTES = 32
const MAX_METADATA_BYTES = 2 ** 20
const MAGIC = [0x89, 0x49, 0x4c, 0x56, 0x0d, 0x0a, 0x1a, 0x0a] // "\x89ILV\r\n\x1a\n"

export interface FileHeader {
  readonly version: number
  /** CLOCK_MONOTONIC nanoseconds at the first event. */
  readonly epoch: bigint
  readonly metadataBytes: number
  readonly checksum: number
}

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

/** @param size bytes of the file: fewer than header and metadata take. */
export const cutInHeader = (path: string, size: number): RecordingError =>
  new RecordingError(path, 'foreign', size, 'cut off before the end of its header')

/** @throws RecordingError, NewerVersionError. */
export function decodeFileHeader(path: string, bytes: Uint8Array): FileHeader {
  const differs = MAGIC.findIndex((byte, at) => bytes[at] !== byte)
  if (differs >= 0)
    throw new RecordingError(path, 'foreign', differs, 'not an Interleave recording')
  if (bytes.length < FILE_HEADER_BYTES) throw cutInHeader(path, bytes.length)
  const view = viewOf(bytes)
  const version = view.getUint16(8, true)
  if (version > ILV_VERSION) throw new NewerVersionError(path, version)
  const metadataBytes = view.getUint32(12, true)
  if (version === 0 || metadataBytes > MAX_METADATA_BYTES || metadataBytes % 8 !== 0)
    throw damaged(path, 8, 'the file header is damaged')
  const epoch = view.getBigUint64(16, true)
  return { version, epoch, metadataBytes, checksum: view.getUint32(24, true) }
}

/** @throws RecordingError when header and metadata do not have the checksum that was written. */
export function decodeMetadata(path: string, header: Uint8Array, metadata: Uint8Array): unknown {
  const { checksum } = decodeFileHeader(path, header)
  if (headerChecksum(header, metadata) !== checksum)
    throw damaged(path, 8, 'the file header is damaged')
  return decodeJson(path, FILE_HEADER_BYTES, metadata)
}
