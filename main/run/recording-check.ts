/** What can be said of a recording before all of it is read: from its beginning alone. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { RecordingError, type RecordingTrouble } from '../trace/ilv/errors.ts'
import {
  cutInHeader,
  decodeFileHeader,
  decodeMetadata,
  FILE_HEADER_BYTES,
} from '../trace/ilv/header.ts'
import { knownAs } from './recording-copy.ts'

export interface RecordingHead {
  readonly bytes: number
  /** JSON as it was written; nothing is known of it yet. */
  readonly metadata: unknown
}

/** @throws RecordingError, NodeJS.ErrnoException */
export async function readHead(path: string): Promise<RecordingHead> {
  // A pipe would not open until somebody writes to it. Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK || 0))
  try {
    const entry = await file.stat()
    if (entry.isDirectory()) throw new RecordingError(path, 'io', 0, 'EISDIR')
    if (!entry.isFile()) throw new RecordingError(path, 'foreign', 0, 'not a file')
    const { size } = entry
    const header = await bytesAt(FILE_HEADER_BYTES, 0)
    const { metadataBytes } = decodeFileHeader(path, header)
    const metadata = await bytesAt(metadataBytes, FILE_HEADER_BYTES)
    if (metadata.length < metadataBytes) throw cutInHeader(path, size)
    return { bytes: size, metadata: decodeMetadata(path, header, metadata) }
  } finally {
    await file.close()
  }

  async function bytesAt(length: number, position: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  }
}

/** A failure says what is wrong, at which byte, and what to do. */
export async function checkRecording(path: string): Promise<Result<RecordingHead, Refusal>> {
  try {
    return success(await readHead(path))
  } catch (error) {
    if (error instanceof RecordingError) return failure(refuseRecording(error))
    if (error instanceof Error && 'code' in error)
      return failure(refuseRecording(new RecordingError(path, 'io', 0, String(error.code))))
    throw error
  }
}

const REMEDIES: Readonly<Record<RecordingTrouble, string>> = {
  io: 'Check the path and your permissions.',
  slow: 'Try again.',
  foreign: 'Give it an .ilv file that Interleave has recorded.',
  newer: 'Open it with a newer Interleave.',
  damaged: 'Take a copy that is whole; record the run again if there is none.',
  fixed: 'Record the run again to write notes on it.',
  cancelled: 'Open it again.',
}

/** Why a recording cannot be read, in a sentence with the byte, and what to do. */
export function refuseRecording({ path, message, reason, offset }: RecordingError): Refusal {
  if (reason === 'io' && message.endsWith('ENOENT'))
    return refusal('environment', `There is no file ${path}.`, 'Check the path.')
  if (reason === 'io' && message.endsWith('EISDIR'))
    return refusal('environment', `${path} is a folder.`, REMEDIES.foreign)
  const hasByte = reason === 'io' || reason === 'slow' || /\bbyte \d|not a file$/.test(message)
  const where = hasByte ? '' : ` (at byte ${offset})`
  const words = message.replace(path, () => knownAs(path))
  return refusal('environment', `${words}${where}.`, REMEDIES[reason])
}
