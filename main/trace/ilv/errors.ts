import { ILV_VERSION } from './version.ts'

/**
 * - `io`: the system refused (code in the message)
 * - `slow`: the disk does not keep up
 * - `foreign`: not a recording, or cut before its header ends
 * - `newer`: NewerVersionError
 * - `damaged`: bytes are not what was written
 * - `fixed`: nothing can be added to the file
 * - `cancelled`: whoever asked for it does not want it any more
 */
export type RecordingTrouble =
  'io' | 'slow' | 'foreign' | 'newer' | 'damaged' | 'fixed' | 'cancelled'

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

export const damaged = (path: string, offset: number, what: string): RecordingError =>
  new RecordingError(path, 'damaged', offset, `${what} (at byte ${offset})`)
