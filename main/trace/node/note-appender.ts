/**
 * Notes on a recording that is over: each goes to the end of the file, with a trailer after it, in
 * one write. What was there before is not touched, so an interrupted one leaves the file as it was.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { Note } from '../../run/contract.ts'
import { joined } from '../ilv/bytes.ts'
import { ChunkKind, encodeChunkHeader } from '../ilv/chunk.ts'
import { RecordingError } from '../ilv/errors.ts'
import { encodeNote, encodeRemoval } from '../ilv/notes.ts'
import { encodeTrailer, TRAILER_BYTES } from '../ilv/trailer.ts'
import type { NoteSink } from '../recording.ts'
import { RecordingFile } from './recording-file.ts'
import { withSystemErrors } from './system-error.ts'

export class NoteAppender implements NoteSink {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  note(note: Note): RecordingError | undefined {
    return this.#append(encodeNote(note))
  }

  removeNote(id: number): RecordingError | undefined {
    return this.#append(encodeRemoval(id))
  }

  #append(body: Uint8Array): RecordingError | undefined {
    try {
      withSystemErrors(this.#path, () => this.#write(body))
      return undefined
    } catch (error) {
      if (error instanceof RecordingError) return error
      throw error
    }
  }

  /** The file is looked at each time: another window may have it open as well. */
  #write(body: Uint8Array): void {
    const file = RecordingFile.open(this.#path)
    const trailer = file.trailer()
    file.close()
    if (!trailer)
      throw new RecordingError(
        this.#path,
        'fixed',
        file.size,
        'a recording that was cut short, or is of an earlier version, takes no notes',
      )
    const label = { source: 0, count: 1, first: 0, last: 0, watermark: 0 }
    const note = joined([encodeChunkHeader({ kind: ChunkKind.note, ...label }, body), body])
    const from = trailer.self + TRAILER_BYTES
    const bytes = joined([note, encodeTrailer({ ...trailer, self: from + note.length })])
    const fd = openSync(this.#path, 'r+')
    try {
      // Whatever an interrupted one has left.
      if (file.size > from) ftruncateSync(fd, from)
      writeFully(fd, bytes, from)
    } finally {
      closeSync(fd)
    }
  }
}

function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  try {
    for (let at = 0; at < bytes.length;)
      at += writeSync(fd, bytes, at, bytes.length - at, position + at)
    fdatasyncSync(fd)
  } catch (error) {
    ftruncateSync(fd, position)
    throw error
  }
}
