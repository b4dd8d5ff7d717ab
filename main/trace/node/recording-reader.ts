/** Reads recordings: what is whole from its end, what was cut short from its events. */
import { failure, success, type Result } from '../../core/result.ts'
import type { Note } from '../../run/contract.ts'
import { decodeJson } from '../ilv/bytes.ts'
import { ChunkKind } from '../ilv/chunk.ts'
import { Directory } from '../ilv/directory.ts'
import { damaged, RecordingError } from '../ilv/errors.ts'
import { Notes } from '../ilv/notes.ts'
import { TRAILER_BYTES, type Trailer } from '../ilv/trailer.ts'
import { SnapshotError } from '../saved.ts'
import { TraceSession } from '../session.ts'
import { NoteAppender } from './note-appender.ts'
import {
  missingNote,
  readThrough,
  type ReadOptions,
  type ReadThrough,
  type Replay,
} from './read-through.ts'
import { RecordingFile } from './recording-file.ts'
import { FileSegments } from './segment-file.ts'
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

export interface OpenOptions extends ReadOptions {
  /**
   * A part of the recording that was needed cannot be read, or is damaged: told once, with the byte
   * at which it begins. Answers go on without what it holds.
   */
  readonly onDamage?: (offset: number) => void
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
  options: OpenOptions = {},
): Promise<Result<Recording, RecordingError>> {
  return reading(path, async (file) => {
    try {
      const trailer = file.trailer()
      const isStored = trailer !== undefined && trailer.state > 0 && file.isCurrent
      return isStored ? restored(file, trailer, options.onDamage) : await replayed(file, options)
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

/** The file stays open. */
function restored(
  file: RecordingFile,
  trailer: Trailer,
  onDamage: OpenOptions['onDamage'],
): Recording {
  const { path, size, metadata } = file
  const end = file.contentAt(trailer.footer, ChunkKind.footer, 1)
  const footer = decodeJson(path, trailer.footer, end)
  const { notes, missing } = notesOf(file, trailer)
  let isTold = false
  const session = sessionOf(file, trailer, footer, (offset) => {
    if (!isTold) onDamage?.(offset)
    isTold = true
  })
  session.restoreNotes(notes)
  const dispose = (): void => {
    session.dispose()
    file.close()
  }
  return { path, bytes: size, metadata, footer, missing, notes, session, dispose }
}

function sessionOf(
  file: RecordingFile,
  trailer: Trailer,
  footer: unknown,
  onDamage: (offset: number) => void,
): TraceSession {
  const { path, epoch } = file
  const segments = new FileSegments(file, directoryOf(file, trailer), onDamage)
  const state = file.contentAt(trailer.state, ChunkKind.state)
  const late = typeof footer === 'object' && footer !== null && 'late' in footer ? footer.late : 0
  try {
    return TraceSession.restore(state, segments, {
      epoch,
      late: typeof late === 'number' ? late : 0,
      notes: new NoteAppender(path),
    })
  } catch (error) {
    if (error instanceof SnapshotError)
      throw damaged(path, trailer.state, `the stored figures are impossible: ${error.message}`)
    throw error
  }
}

/** @throws RecordingError. */
export function directoryOf(file: RecordingFile, trailer: Trailer): Directory {
  const directory = new Directory(file.contentAt(trailer.directory, ChunkKind.directory))
  if (directory.length !== trailer.segments || !directory.isPossible(trailer.directory))
    throw damaged(file.path, trailer.directory, 'the directory of segments is impossible')
  return directory
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

/** What follows the last trailer was not written whole, and the next note takes its place. */
function notesOf(
  file: RecordingFile,
  trailer: Trailer,
): { readonly notes: readonly Note[]; readonly missing: string | undefined } {
  const notes = new Notes()
  const end = trailer.self + TRAILER_BYTES
  for (let offset = trailer.notes; offset < end;) {
    const chunk = file.chunkAt(offset)
    if (!chunk) throw damaged(file.path, offset, 'a note is not whole')
    const { kind } = chunk.header
    if (kind === ChunkKind.note) notes.take(file.path, offset, file.bodyOf(chunk))
    else if (kind !== ChunkKind.trailer)
      throw damaged(file.path, offset, 'what follows the run is neither a note nor a trailer')
    offset = chunk.end
  }
  return { notes: notes.standing, missing: end < file.size ? missingNote(end) : undefined }
}
