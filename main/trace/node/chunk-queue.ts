/**
 * Chunks on their way into the file: deflated in zlib's threads, two at a time so that the program
 * that is watched keeps its processors, and written in the order in which they came.
 */
import { deflateRaw } from 'node:zlib'
import {
  CHUNK_HEADER_BYTES,
  encodeChunkHeader,
  Encoding,
  MAX_BODY_BYTES,
  type ChunkLabel,
} from '../ilv/chunk.ts'
import { joined } from '../ilv/bytes.ts'
import { RecordingError } from '../ilv/errors.ts'
import { systemError } from './system-error.ts'

const DEFLATING_AT_ONCE = 2
/** What one write takes at most, but for a single chunk that is longer. */
const WRITE_BYTES = 2 ** 22
/** Shorter ones gain nothing. */
const MIN_DEFLATED_BYTES = 256
/** Beyond this the producers are held back, and beyond the next the recording is given up. */
const CONGESTED_BYTES = 2 ** 25
const HOPELESS_BYTES = 2 ** 28
/** The fastest: what is written must not cost more than what is watched. */
const LEVEL = 1

/** What is needed of a file; a FileHandle has it. */
export interface WritableFile {
  readonly fd: number
  write(
    bytes: Uint8Array,
    from: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>
  truncate(length: number): Promise<void>
  datasync(): Promise<void>
  close(): Promise<void>
}

export interface OutgoingChunk {
  readonly label: ChunkLabel
  /** Taken over. */
  readonly body: Uint8Array
  /** Of the body; `asIs` when deflating is not worth it, or not wanted. */
  readonly encoding: Encoding
  readonly head?: Uint8Array
  /** Once it is in the file. @param bodyBytes as stored, without the head. */
  readonly onWritten?: (offset: number, bodyBytes: number) => void
}

interface Waiting {
  readonly chunk: OutgoingChunk | undefined
  /** As they go into the file; undefined: not deflated yet. */
  parts: readonly Uint8Array[] | undefined
  bytes: number
}

export class ChunkQueue {
  readonly #path: string
  readonly #file: WritableFile
  readonly #onFailure: (error: RecordingError) => void
  #queue: Waiting[] = []
  readonly #toDeflate: Waiting[] = []
  #deflating = 0
  #waitingBytes = 0
  #written = 0
  #writing: Promise<void> | undefined
  #failure: RecordingError | undefined
  /** Whoever waits for the queue to be empty. */
  #onIdle: (() => void)[] = []

  constructor(path: string, file: WritableFile, onFailure: (error: RecordingError) => void) {
    this.#path = path
    this.#file = file
    this.#onFailure = onFailure
  }

  /** Bytes in the file. */
  get written(): number {
    return this.#written
  }

  /** Bytes that wait for compression or for the disk. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get congested(): boolean {
    return this.#waitingBytes > CONGESTED_BYTES
  }

  get failure(): RecordingError | undefined {
    return this.#failure
  }

  /** What is no chunk: the file's header, a trailer. */
  pushBytes(bytes: Uint8Array): void {
    this.#add({ chunk: undefined, parts: [bytes], bytes: bytes.length })
  }

  push(chunk: OutgoingChunk): void {
    if (this.#failure) return
    const { body, encoding, head } = chunk
    const bytes = CHUNK_HEADER_BYTES + (head?.length ?? 0) + body.length
    if (bytes > MAX_BODY_BYTES)
      return this.fail(
        new RecordingError(
          this.#path,
          'io',
          this.#written,
          `a chunk of ${bytes} bytes is too long`,
        ),
      )
    const deflates =
      encoding === Encoding.columns ||
      (encoding === Encoding.deflated && body.length >= MIN_DEFLATED_BYTES)
    const waiting: Waiting = { chunk, parts: undefined, bytes }
    if (deflates) this.#toDeflate.push(waiting)
    else waiting.parts = partsOf(chunk, body, Encoding.asIs)
    this.#add(waiting)
    this.#deflate()
  }

  /** Resolves once everything is written, or nothing more will be. */
  async idle(): Promise<void> {
    while (this.#writing ?? (this.#queue.length > 0 && !this.#failure))
      await (this.#writing ?? new Promise<void>((resolve) => this.#onIdle.push(resolve)))
  }

  fail(error: RecordingError): void {
    if (this.#failure) return
    this.#failure = error
    this.#queue = []
    this.#toDeflate.length = 0
    this.#waitingBytes = 0
    // Back to the last whole chunk, so that the file opens without complaint about its end.
    this.#writing ??= this.#write()
    this.#wake()
    this.#onFailure(error)
  }

  #add(waiting: Waiting): void {
    if (this.#failure) return
    this.#queue.push(waiting)
    this.#waitingBytes += waiting.bytes
    if (this.#waitingBytes > HOPELESS_BYTES)
      this.fail(
        new RecordingError(this.#path, 'slow', this.#written, 'the disk is too slow to record on'),
      )
    else this.#writing ??= this.#write()
  }

  #deflate(): void {
    while (this.#deflating < DEFLATING_AT_ONCE) {
      const waiting = this.#toDeflate.shift()
      if (!waiting?.chunk) return
      const { chunk } = waiting
      this.#deflating++
      deflateRaw(chunk.body, { level: LEVEL }, (error, deflated) => {
        this.#deflating--
        if (error) this.fail(systemError(this.#path, this.#written, error))
        else this.#deflated(waiting, chunk, deflated)
        this.#deflate()
      })
    }
  }

  #deflated(waiting: Waiting, chunk: OutgoingChunk, deflated: Uint8Array): void {
    if (this.#failure) return
    waiting.parts =
      deflated.length < chunk.body.length || chunk.encoding === Encoding.columns
        ? partsOf(chunk, deflated, chunk.encoding, chunk.body.length)
        : partsOf(chunk, chunk.body, Encoding.asIs)
    const bytes = lengthOf(waiting.parts)
    this.#waitingBytes += bytes - waiting.bytes
    waiting.bytes = bytes
    if (this.#queue[0] === waiting) this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    // What is enqueued in the same turn goes into one write.
    await Promise.resolve()
    for (let batch = this.#take(); batch.length > 0 && !this.#failure; batch = this.#take()) {
      const bytes = joined(batch.flatMap(({ parts }) => parts ?? []))
      try {
        await this.#writeAll(bytes)
        if (!this.#failure) this.#settle(batch)
      } catch (error) {
        this.fail(systemError(this.#path, this.#written, error))
      }
    }
    if (this.#failure) await this.#file.truncate(this.#written).catch(() => undefined)
    this.#writing = undefined
    this.#wake()
  }

  /** What is ready at the front of the queue. */
  #take(): Waiting[] {
    let count = 0
    let bytes = 0
    for (const { parts, bytes: more } of this.#queue) {
      if (!parts || (count > 0 && bytes + more > WRITE_BYTES)) break
      bytes += more
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let at = 0
    while (at < bytes.length) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        at,
        bytes.length - at,
        this.#written + at,
      )
      if (bytesWritten === 0) throw new Error('the system wrote nothing')
      at += bytesWritten
    }
  }

  #settle(batch: readonly Waiting[]): void {
    for (const { chunk, parts, bytes } of batch) {
      const offset = this.#written
      this.#written += bytes
      this.#waitingBytes -= bytes
      chunk?.onWritten?.(offset, parts?.at(-1)?.length ?? 0)
    }
  }

  #wake(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }
}

/** The body is the last. */
function partsOf(
  { label, head }: OutgoingChunk,
  body: Uint8Array,
  encoding: Encoding,
  inflatedBytes = 0,
): readonly Uint8Array[] {
  const header = encodeChunkHeader(label, body, encoding, inflatedBytes, head)
  return head ? [header, head, body] : [header, body]
}

const lengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => sum + part.length, 0)
