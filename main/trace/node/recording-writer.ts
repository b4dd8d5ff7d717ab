/**
 * Writes a recording while the run goes on. Nothing here waits: records are gathered, cut into
 * chunks a few times a second, and written one batch at a time. When the disk refuses, the file is
 * cut back to its last whole chunk, the failure is reported, and the run goes on without it.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { Emitter } from '../../core/emitter.ts'
import { failure, success, type Result } from '../../core/result.ts'
import type { Note } from '../../run/contract.ts'
import {
  ChunkKind,
  encodeChunkHeader,
  encodeFileHeader,
  encodeJson,
  RecordingError,
} from '../ilv.ts'
import { EventKind, RECORD_BYTES } from '../model.ts'
import type { RecordedSource, RecordingSink } from '../recording.ts'

/** Small enough to lose little in a crash, large enough that the headers do not count. */
const GROUP_BYTES = 2 ** 19
const GROUP_MILLISECONDS = 250
const CHUNK_BYTES = 2 ** 20 - (2 ** 20 % RECORD_BYTES)
/** Beyond this the producers are held back, and beyond the next the recording is given up. */
const CONGESTED_BYTES = 2 ** 25
const HOPELESS_BYTES = 2 ** 28
const TWO_32 = 2 ** 32

/** What the last chunk says; `summary` is whatever the run has to say at its end. */
export interface RecordingFooter {
  readonly events: number
  readonly dropped: number
  readonly late: number
  readonly newest: number
  readonly summary: unknown
}

export class RecordingWriter implements RecordingSink {
  readonly path: string
  /** At most once. */
  readonly onFailure = new Emitter<RecordingError>()
  readonly #file: FileHandle
  readonly #metadata: unknown
  #epoch: bigint | undefined
  /** Records of the group that is being gathered, by source. */
  readonly #group = new Map<number, Uint8Array[]>()
  #groupBytes = 0
  #groupBegun = performance.now()
  #watermark = 0
  /** Chunks that wait for the disk. */
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #written = 0
  #writing: Promise<void> | undefined
  #failure: RecordingError | undefined

  /**
   * Makes the file, or empties it. A failure names the path and the system's code.
   * @param metadata JSON: the request and the environment.
   */
  static async create(
    path: string,
    metadata: unknown,
  ): Promise<Result<RecordingWriter, RecordingError>> {
    try {
      return success(new RecordingWriter(path, await open(path, 'w', 0o600), metadata))
    } catch (error) {
      return failure(systemError(path, 0, error))
    }
  }

  private constructor(path: string, file: FileHandle, metadata: unknown) {
    this.path = path
    this.#file = file
    this.#metadata = metadata
  }

  get bytes(): number {
    return this.#written + this.#queuedBytes + this.#groupBytes
  }

  get congested(): boolean {
    return this.#queuedBytes > CONGESTED_BYTES
  }

  get failure(): RecordingError | undefined {
    return this.#failure
  }

  begin(epoch: bigint): void {
    this.#epoch = epoch
    this.#enqueue(encodeFileHeader(epoch, this.#metadata))
  }

  source({ source, id, pid }: RecordedSource): void {
    this.#flush()
    this.#chunk(ChunkKind.source, source, 1, encodeJson({ id, pid }))
  }

  records(source: number, bytes: Uint8Array): void {
    if (this.#failure) return
    const parts = this.#group.get(source)
    if (parts) parts.push(bytes.slice())
    else this.#group.set(source, [bytes.slice()])
    this.#groupBytes += bytes.length
  }

  advance(watermark: number): void {
    this.#watermark = watermark
    const due = performance.now() - this.#groupBegun >= GROUP_MILLISECONDS
    if (this.#groupBytes >= GROUP_BYTES || due) this.#flush()
  }

  note(note: Note): RecordingError | undefined {
    this.#flush()
    this.#chunk(ChunkKind.note, 0, 1, encodeJson(note))
    return this.#failure
  }

  removeNote(id: number): RecordingError | undefined {
    this.#flush()
    this.#chunk(ChunkKind.note, 0, 1, encodeJson({ id, removed: true }))
    return this.#failure
  }

  /** Writes what is left and the footer. Resolves when the file is closed, also after a failure. */
  async close(footer: RecordingFooter): Promise<void> {
    if (this.#epoch === undefined) this.begin(0n)
    this.#flush()
    this.#chunk(ChunkKind.footer, 0, 1, encodeJson(footer))
    while (this.#writing) await this.#writing
    await this.#closeFile()
    this.onFailure.dispose()
  }

  async #closeFile(): Promise<void> {
    try {
      if (!this.#failure) await this.#file.datasync()
    } catch (error) {
      this.#fail(systemError(this.path, this.#written, error))
    }
    await this.#file.close().catch(() => undefined)
  }

  #flush(): void {
    this.#groupBegun = performance.now()
    if (this.#groupBytes === 0) return
    for (const [source, parts] of this.#group)
      for (const body of bodiesOf(parts))
        this.#chunk(ChunkKind.records, source, body.length / RECORD_BYTES, body)
    this.#group.clear()
    this.#groupBytes = 0
  }

  #chunk(kind: ChunkKind, source: number, count: number, body: Uint8Array): void {
    const records = kind === ChunkKind.records
    const watermark = this.#watermark
    const first = records ? this.#timeOf(body, 0) : watermark
    const last = records ? this.#timeOf(body, lastEventOf(body)) : watermark
    const header = encodeChunkHeader({ kind, source, count, first, last, watermark }, body)
    this.#enqueue(header)
    this.#enqueue(body)
  }

  #timeOf(body: Uint8Array, at: number): number {
    const view = new DataView(body.buffer, body.byteOffset + at, 8)
    const epoch = this.#epoch ?? 0n
    return (
      view.getUint32(0, true) -
      Number(epoch % 4_294_967_296n) +
      (view.getUint32(4, true) - Number(epoch >> 32n)) * TWO_32
    )
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#failure) return
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.length
    if (this.#queuedBytes > HOPELESS_BYTES)
      this.#fail(
        new RecordingError(this.path, 'slow', this.#written, 'the disk is too slow to record on'),
      )
    else this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    // What is enqueued in the same turn goes into one write.
    await Promise.resolve()
    while (this.#queue.length > 0 && !this.#failure) {
      const batch = this.#queue
      this.#queue = []
      const bytes = batch.reduce((sum, part) => sum + part.length, 0)
      try {
        await this.#writeAll(Buffer.concat(batch))
        this.#written += bytes
        this.#queuedBytes -= bytes
      } catch (error) {
        this.#fail(systemError(this.path, this.#written, error))
      }
    }
    // Back to the last whole chunk, so that the file opens without complaint about its end.
    if (this.#failure) await this.#file.truncate(this.#written).catch(() => undefined)
    this.#writing = undefined
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let at = 0
    while (at < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, at)
      at += bytesWritten
    }
  }

  #fail(error: RecordingError): void {
    if (this.#failure) return
    this.#failure = error
    this.#queue = []
    this.#queuedBytes = 0
    this.#group.clear()
    this.#groupBytes = 0
    this.onFailure.emit(error)
  }
}

/** Joins parts into bodies of at most CHUNK_BYTES; an event stays together with its text. */
function* bodiesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
  let at = 0
  while (at < whole.length) {
    let end = Math.min(whole.length, at + CHUNK_BYTES)
    while (end < whole.length && whole[end + 11] === EventKind.text) end -= RECORD_BYTES
    yield whole.subarray(at, end)
    at = end
  }
}

function lastEventOf(body: Uint8Array): number {
  let at = body.length - RECORD_BYTES
  while (at > 0 && body[at + 11] === EventKind.text) at -= RECORD_BYTES
  return at
}

export function systemError(path: string, offset: number, error: unknown): RecordingError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new RecordingError(path, 'io', offset, code)
}
