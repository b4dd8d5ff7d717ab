/** Words, times, checksums and JSON as an .ilv file has them: little-endian throughout. */
import crc from 'crc-32'
import { decodeUtf8, encodeUtf8 } from '../utf8.ts'
import { damaged } from './errors.ts'

const TWO_32 = 2 ** 32
/** Times and offsets are exact as doubles up to here; as nanoseconds these are 104 days. */
export const MAX_EXACT = Number.MAX_SAFE_INTEGER

/** As an unsigned number; `seed` continues an earlier one. */
export const crc32 = (bytes: Uint8Array, seed?: number): number => crc.buf(bytes, seed) >>> 0

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A time or an offset in 64 bits; what exceeds MAX_EXACT is for the reader to refuse. */
export function setExact(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % TWO_32, true)
  view.setUint32(at + 4, Math.floor(value / TWO_32), true)
}

export const exactAt = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32

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

/** Parts one after the other in bytes of their own, which begin where words may. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
