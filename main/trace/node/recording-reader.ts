/** Reads recordings: what is whole from its end, what was cut short from its events. */
import { failure, success, type Result } from '../../core/result.ts'
import type { Note } from '../../run/contract.ts'
import { RecordingError } from '../ilv/errors.ts'
import { TraceSession } from '../session.ts'
import { NoteAppender } from './note-appender.ts'
import { readThrough, type ReadOptions, type ReadThrough, type Replay } from './read-through.ts'
import { RecordingFile } from './recording-file.ts'
import { ScratchSegments } from './scratch-segments.ts'

/** What a file says about itself, all of its checksums having been checked. */
export interface Verification extends ReadThrough {
  readonly path: string
  readonly bytes: number
  readonly metadata: unknown
}

/** Open until it is disposed of: queries read from the file. */
export interface Recording {
  readonly path: string
  readonly bytes: number
  readonly metadata: unknown
  /** What the run said at its end; undefined when the recording was cut short. */
  readonly footer: unknown
  /** What a recording that was cut short lacks, in one sentence; undefined: nothing. */
  readonly missing: string | undefined
  readonly notes: readonly Note[]
  /** Answers queries as the live run did. */
  readonly session: TraceSession
  dispose(): void
}

const ignoreAll: Replay = {
  begin: () => undefined,
  source: () => undefined,
  records: () => undefined,
  advance: () => undefined,
  finish: () => undefined,
}

/** Checks every byte of a recording. A failure says why, and at which byte. */
export function verify(
  path: string,
  options?: ReadOptions,
): Promise<Result<Verification, RecordingError>> {
  return reading(path, async (file) => {
    try {
      const { size, metadata } = file
      return { path, bytes: size, metadata, ...(await readThrough(file, ignoreAll, options)) }
    } finally {
      file.close()
    }
  })
}

/**
 * Opens a recording. One that is whole is read at its end alone; one that was cut short, or is of
 * an earlier version, is read as far as it is whole and its figures are worked out again, which
 * takes a second for a million events. A failure says why, and at which byte.
 */
export function openRecording(
  path: string,
  options?: ReadOptions,
): Promise<Result<Recording, RecordingError>> {
  return reading(path, async (file) => {
    try {
      return await replayed(file, options)
    } catch (error) {
      file.close()
      throw error
    }
  })
}

async function reading<Value>(
  path: string,
  read: (file: RecordingFile) => Promise<Value>,
): Promise<Result<Value, RecordingError>> {
  try {
    return success(await read(RecordingFile.open(path)))
  } catch (error) {
    if (error instanceof RecordingError) return failure(error)
    throw error
  }
}

/** The file is closed. */
async function replayed(file: RecordingFile, options: ReadOptions | undefined): Promise<Recording> {
  const { path, size, metadata } = file
  const segments = new ScratchSegments()
  try {
    // Nothing is live: the clock of a replay stands still.
    const session = new TraceSession({ now: () => 0n, segments, notes: new NoteAppender(path) })
    const { footer, missing, notes } = await readThrough(file, session.replay, options)
    session.restoreNotes(notes)
    const dispose = (): void => {
      session.dispose()
      segments.dispose()
    }
    file.close()
    return { path, bytes: size, metadata, footer, missing, notes, session, dispose }
  } catch (error) {
    segments.dispose()
    throw error
  }
}
