import type { Note } from '../run/contract.ts'
import type { RecordingError } from './ilv/errors.ts'

export interface RecordedSource {
  /** Number within the recording: 0, 1, 2, … in the order in which they were added. */
  readonly source: number
  /** As its producer calls it, unique within the run. */
  readonly id: number
  readonly pid: number
}

/** Where notes are kept: the recording that is being written, or one that was opened. */
export interface NoteSink {
  /** Adds a note, or replaces the one with its id. @returns why it is not kept; undefined: it is. */
  note(note: Note): RecordingError | undefined
  /** As `note`. An id that is not known is passed over. */
  removeNote(id: number): RecordingError | undefined
}

/** Where a session puts what it has merged. Never blocks and never throws. */
export interface RecordingSink extends NoteSink {
  /** Bytes of the file so far, those on their way to the disk included. */
  readonly bytes: number
  /** So much waits for the disk that producers should be held back. */
  readonly congested: boolean
  /** Set once nothing more will be written: the run goes on without the recording. */
  readonly failure: RecordingError | undefined
  /** Before anything else. @param epoch time of the first event, CLOCK_MONOTONIC in nanoseconds. */
  begin(epoch: bigint): void
  source(source: RecordedSource): void
  /** Whole events of one source in ascending order; copied before it returns. */
  records(source: number, bytes: Uint8Array): void
  /** Everything up to this time has been handed over. */
  advance(watermark: number): void
}
