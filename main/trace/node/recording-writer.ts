/**
 * Writes a recording while the run goes on, and reads back from it what the store has put aside.
 * Nothing here waits: records are gathered, cut into chunks a few times a second and handed to the
 * queue. When the disk refuses, the file is cut back to its last whole chunk, the failure is
 * reported, and the run goes on without it.
 */
import { open } from 'node:fs/promises'
import { Emitter } from '../../core/emitter.ts'
import { failure, success, type Result } from '../../core/result.ts'
import type { Note } from '../../run/contract.ts'
import { encodeJson } from '../ilv/bytes.ts'
import { ChunkKind, Encoding, type ChunkLabel } from '../ilv/chunk.ts'
import { ColumnEncoder } from '../ilv/columns.ts'
import { MAX_CONTENT_BYTES, PART_BYTES, partsOfContent } from '../ilv/content.ts'
import { Directory } from '../ilv/directory.ts'
import type { RecordingError } from '../ilv/errors.ts'
import { encodeFileHeader } from '../ilv/header.ts'
import { encodeNote, encodeRemoval, Notes } from '../ilv/notes.ts'
import { RecordGroup } from '../ilv/record-group.ts'
import { encodeTrailer, type Trailer } from '../ilv/trailer.ts'
import type { RecordedSource, RecordingSink } from '../recording.ts'
import type { SegmentDraft, SegmentStore } from '../store/segment.ts'
import { ChunkQueue, type WritableFile } from './chunk-queue.ts'
import { KeptSegments } from './kept-segments.ts'
import { NoteAppender } from './note-appender.ts'
import { readBody, readHead } from './segment-file.ts'
import { systemError } from './system-error.ts'

/** Small enough to lose little in a crash, large enough that headers and tables do not count. */
const GROUP_BYTES = 2 ** 21
const GROUP_MILLISECONDS = 250

/** What the footer says; `summary` is whatever the run has to say at its end. */
export interface RecordingFooter {
  readonly events: number
  readonly dropped: number
  readonly late: number
  readonly newest: number
  readonly summary: unknown
}

export class RecordingWriter implements RecordingSink, SegmentStore {
  readonly path: string
  /** At most once. */
  readonly onFailure = new Emitter<RecordingError>()
  readonly #file: WritableFile
  readonly #queue: ChunkQueue
  readonly #metadata: unknown
  readonly #columns = new ColumnEncoder()
  readonly #directory = new Directory()
  readonly #kept = new KeptSegments()
  readonly #notes = new Notes()
  #epoch: bigint | undefined
  readonly #group = new RecordGroup()
  #groupBegun: number
  readonly #now: () => number
  #watermark = 0
  #segments = 0
  /** Once the run's part of the file is complete; notes may follow. */
  #trailer: Trailer | undefined
  /**
   * Once the file is whole, notes are in it before they are answered: the process of a run that is
   * over is ended without notice when something else is opened.
   */
  #appender: NoteAppender | undefined
  #isDisposed = false

  /**
   * Makes the file, or empties it. A failure names the path and the system's code.
   * @param metadata JSON: the request and the environment.
   * @param now milliseconds: how long records have been gathered. Standing still, it makes the same
   *   events the same bytes.
   */
  static async create(
    path: string,
    metadata: unknown,
    now?: () => number,
  ): Promise<Result<RecordingWriter, RecordingError>> {
    try {
      // Segments are read back: no other descriptor is needed for them.
      return success(new RecordingWriter(path, await open(path, 'w+', 0o600), metadata, now))
    } catch (error) {
      return failure(systemError(path, 0, error))
    }
  }

  /** @param file empty, open for reading and writing; taken over. Use `create`. */
  constructor(
    path: string,
    file: WritableFile,
    metadata: unknown,
    now: () => number = () => performance.now(),
  ) {
    this.path = path
    this.#now = now
    this.#groupBegun = now()
    this.#file = file
    this.#metadata = metadata
    this.#queue = new ChunkQueue(path, file, (error) => {
      this.#group.clear()
      this.#kept.strand()
      this.onFailure.emit(error)
    })
  }

  get bytes(): number {
    return this.#queue.written + this.#queue.waitingBytes + this.#group.bytes
  }

  get congested(): boolean {
    return this.#queue.congested
  }

  get failure(): RecordingError | undefined {
    return this.#queue.failure
  }

  begin(epoch: bigint): void {
    this.#epoch = epoch
    this.#queue.pushBytes(encodeFileHeader(epoch, this.#metadata))
    for (const note of this.#notes.standing) this.#push(ChunkKind.note, encodeNote(note))
  }

  source({ source, id, pid }: RecordedSource): void {
    this.#flush()
    const label = this.#label(ChunkKind.source, source)
    this.#queue.push({ label, body: encodeJson({ id, pid }), encoding: Encoding.asIs })
  }

  records(source: number, bytes: Uint8Array): void {
    if (!this.failure) this.#group.add(source, bytes)
  }

  advance(watermark: number): void {
    this.#watermark = watermark
    const due = this.#now() - this.#groupBegun >= GROUP_MILLISECONDS
    if (this.#group.bytes >= GROUP_BYTES || due) this.#flush()
  }

  put({ stream, count, first, last, head, body }: SegmentDraft): number {
    const segment = this.#segments++
    this.#kept.add(segment, head, body)
    const label = { kind: ChunkKind.segment, source: stream, count, first, last }
    this.#queue.push({
      label: { ...label, watermark: this.#watermark },
      head,
      body,
      encoding: Encoding.deflated,
      onWritten: (offset, bodyBytes) => {
        this.#directory.add({
          ...{ offset, headBytes: head.length, bodyBytes },
          ...{ stream, count, first, last },
        })
        this.#kept.release(segment)
      },
    })
    return segment
  }

  head(segment: number): Uint8Array | undefined {
    const entry = this.#directory.at(segment)
    return this.#kept.head(segment) ?? (entry && this.#read(readHead, entry))
  }

  body(segment: number): Uint8Array | undefined {
    const entry = this.#directory.at(segment)
    return this.#kept.body(segment) ?? (entry && this.#read(readBody, entry))
  }

  note(note: Note): RecordingError | undefined {
    this.#notes.set(note)
    return this.#appender ? this.#appender.note(note) : this.#pushNote(encodeNote(note))
  }

  removeNote(id: number): RecordingError | undefined {
    this.#notes.remove(id)
    return this.#appender ? this.#appender.removeNote(id) : this.#pushNote(encodeRemoval(id))
  }

  /**
   * Writes what is left and how it all ended. Resolves when it is in the file, also after a failure.
   * Segments can be read and notes be written until `dispose`.
   *
   * @param state TraceSession.snapshot of the finished session; undefined, or too long: whoever
   *   opens the file works it out from the events.
   */
  async end(footer: RecordingFooter, state?: Uint8Array): Promise<void> {
    if (this.#epoch === undefined) this.begin(0n)
    this.#flush()
    // Then every segment is in the file, and so in the directory.
    await this.#queue.idle()
    const fits = state !== undefined && state.length <= MAX_CONTENT_BYTES
    const stateAt = fits ? await this.#pushParts(ChunkKind.state, partsOfContent(state)) : 0
    const directoryAt = await this.#pushParts(
      ChunkKind.directory,
      partsOfContent(this.#directory.bytes),
    )
    const footerAt = await this.#pushParts(ChunkKind.footer, [encodeFooter(footer)])
    const notesAt = this.#queue.written
    for (const note of this.#notes.standing) this.#push(ChunkKind.note, encodeNote(note))
    await this.#settle()
    this.#trailer = {
      ...{ state: stateAt, directory: directoryAt, footer: footerAt, notes: notesAt },
      ...{ self: 0, segments: this.#directory.length },
    }
    this.#pushTrailer()
    await this.#settle()
    if (!this.failure) this.#appender = new NoteAppender(this.path)
  }

  /** Closes the file, once it has everything that was handed over. */
  async dispose(): Promise<void> {
    await this.#queue.idle()
    this.#isDisposed = true
    this.onFailure.dispose()
    await this.#file.close().catch(() => undefined)
  }

  #read(
    read: typeof readHead,
    entry: NonNullable<ReturnType<Directory['at']>>,
  ): Uint8Array | undefined {
    // The system may have given the descriptor's number to another file.
    return this.#isDisposed ? undefined : read(this.#file.fd, entry)
  }

  #flush(): void {
    this.#groupBegun = this.#now()
    for (const chunk of this.#group.take(this.#watermark, this.#epoch ?? 0n)) {
      const { source, first, last, watermark } = chunk
      const { bytes: body, count } = this.#columns.encode(chunk.records)
      const label = { kind: ChunkKind.records, source, count, first, last, watermark }
      this.#queue.push({ label, body, encoding: Encoding.columns })
    }
  }

  #pushNote(body: Uint8Array): RecordingError | undefined {
    // Before the header there is nothing to put it after: it follows with those that stand.
    if (this.#epoch !== undefined) this.#push(ChunkKind.note, body)
    if (this.#trailer) this.#pushTrailer()
    return this.failure
  }

  /** Nothing that waits is deflated any more, so the place of what comes next is known. */
  #pushTrailer(): void {
    const self = this.#queue.written + this.#queue.waitingBytes
    if (this.#trailer) this.#queue.pushBytes(encodeTrailer({ ...this.#trailer, self }))
  }

  /** @returns the offset of its first chunk. */
  async #pushParts(kind: ChunkKind, parts: readonly Uint8Array[]): Promise<number> {
    await this.#queue.idle()
    let first = 0
    parts.forEach((body, part) => {
      const label = { ...this.#label(kind, part), count: parts.length }
      const onWritten = (offset: number) => {
        if (part === 0) first = offset
      }
      this.#queue.push({ label, body, encoding: Encoding.deflated, onWritten })
    })
    await this.#queue.idle()
    return first
  }

  #push(kind: ChunkKind, body: Uint8Array): void {
    this.#queue.push({ label: this.#label(kind, 0), body, encoding: Encoding.asIs })
  }

  #label(kind: ChunkKind, source: number): ChunkLabel {
    const watermark = this.#watermark
    return { kind, source, count: 1, first: watermark, last: watermark, watermark }
  }

  /** Everything so far is on the disk itself. */
  async #settle(): Promise<void> {
    await this.#queue.idle()
    try {
      if (!this.failure) await this.#file.datasync()
    } catch (error) {
      this.#queue.fail(systemError(this.path, this.#queue.written, error))
    }
  }
}

/** One that is too long for a chunk says nothing of the run's own. */
function encodeFooter(footer: RecordingFooter): Uint8Array {
  const bytes = encodeJson(footer)
  return bytes.length <= PART_BYTES ? bytes : encodeJson({ ...footer, summary: null })
}
