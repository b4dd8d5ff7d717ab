import { failure, success, type Result } from '../../core/result.ts'
import { decodeUtf8 } from '../../trace/utf8.ts'
import { CHUNK_BYTES, CHUNKS, HEADER_BYTES, MAGIC, ROLES, VERSION, type Role } from './layout.ts'

/** Why something of a program's trace was left out. */
export type Skipped =
  | 'not a trace file'
  | 'another version of the format'
  | 'file cannot be read'
  | 'more processes than are traced'
  | 'record never completed'
  | 'record of an unknown kind'
  | 'record from another time'
  | 'record of a thread that has ended'

export interface FileHeader {
  readonly pid: number
  readonly parentPid: number
  readonly gilIsOn: boolean
  readonly isFreeThreaded: boolean
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly made: bigint
  /** Address of the GIL; 0n: not found. */
  readonly gil: bigint
  readonly serial: bigint
  /** Of the file of the process that forked this one; 0n: it was not forked. */
  readonly parentSerial: bigint
  /** Lower ids were inherited at the fork. */
  readonly firstResource: number
  /** Nanoseconds. */
  readonly switchInterval: number
  readonly role: Role
  /** `3.13.0`, `3.15.0b2`. */
  readonly version: string
  readonly name: string
}

/** Where the reader finds what changes. */
export const DROPPED_AT = 64
export const USED_AT = 88
/** Where the name begins, and how long it is at most. */
export const NAME_AT = 128
export const NAME_BYTES = 64

/** @param bytes of the file from its beginning, at least HEADER_BYTES unless it was cut short. */
export function readHeader(bytes: Uint8Array): Result<FileHeader, Skipped> {
  if (bytes.length < HEADER_BYTES) return failure('not a trace file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (at: number): number => view.getUint32(at, true)
  if (decodeUtf8(bytes.subarray(0, MAGIC.length)) !== MAGIC) return failure('not a trace file')
  if (word(8) !== VERSION) return failure('another version of the format')
  const pid = word(12)
  const role = ROLES[word(80)]
  if (pid === 0 || role === undefined || word(24) !== CHUNK_BYTES || word(28) !== CHUNKS)
    return failure('not a trace file')
  return success({
    pid,
    parentPid: word(16),
    gilIsOn: (word(20) & 1) !== 0,
    isFreeThreaded: (word(20) & 2) !== 0,
    made: view.getBigUint64(32, true),
    gil: view.getBigUint64(40, true),
    serial: view.getBigUint64(48, true),
    parentSerial: view.getBigUint64(56, true),
    firstResource: word(72),
    switchInterval: word(76) * 1_000,
    role,
    version: versionOf(word(84)),
    name: nameIn(bytes),
  })
}

/** A process may be renamed. */
export function nameIn(bytes: Uint8Array): string {
  const name = bytes.subarray(NAME_AT, NAME_AT + NAME_BYTES)
  const end = name.indexOf(0)
  return decodeUtf8(name.subarray(0, end < 0 ? name.length : end))
}

/** @param hex sys.hexversion: a byte each for major, minor and micro, then level and serial. */
function versionOf(hex: number): string {
  const level = { 0xa: 'a', 0xb: 'b', 0xc: 'rc' }[(hex >>> 4) & 0xf]
  const suffix = level === undefined ? '' : `${level}${hex & 0xf}`
  return `${hex >>> 24}.${(hex >>> 16) & 0xff}.${(hex >>> 8) & 0xff}${suffix}`
}
