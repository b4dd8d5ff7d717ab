/**
 * Length-prefixed frames over a byte stream (Unix socket or named pipe): the one transport between
 * a child process and its runner.
 *
 * | bytes | field                                          |
 * |-------|------------------------------------------------|
 * | 0-3   | length of the payload, unsigned, little-endian |
 * | 4     | type (message-codec.ts)                        |
 * | 5-    | payload                                        |
 */
import type { Writable } from 'node:stream'
import { Disposables, disposable, type Disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'

const HEADER_BYTES = 5
/** A frame that announces more is refused before anything is allocated for it. */
export const MAX_FRAME_BYTES = 16 * 2 ** 20
/** The limit for a peer that has not said hello yet. */
export const MAX_HELLO_BYTES = 1024
/** Small frames are gathered into one write of about this size. */
const COALESCE_BYTES = 64 * 1024
/** Sources of frames pause while more than this waits to be written. */
const CONGESTED_BYTES = 1024 * 1024
/** A payload part of at least this size is written as it is instead of being copied. */
const COPY_BELOW_BYTES = 16 * 1024

/** A peer that breaks the framing; the connection is of no further use. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** A frame that the stream ended in the middle of. */
export interface PartialFrame {
  readonly received: number
  readonly announced: number
}

/**
 * Gathers frames and writes them once per turn of the event loop, or as soon as 64 KiB are
 * together. Never refuses a frame: memory stays bounded because sources stop when `isCongested`
 * and go on at `onDrain`.
 */
export class FrameWriter implements Disposable {
  readonly #stream: Writable
  readonly #disposables = new Disposables()
  readonly #drain = new Emitter<undefined>()
  #chunk = Buffer.allocUnsafe(COALESCE_BYTES)
  #filled = 0
  #flushed = 0
  #scheduled: NodeJS.Immediate | undefined
  #wasCongested = false

  constructor(stream: Writable) {
    this.#stream = stream
    const onDrain = () => this.#afterWrite()
    stream.on('drain', onDrain)
    this.#disposables.add(disposable(() => stream.off('drain', onDrain)))
    this.#disposables.add(this.#drain)
  }

  get isCongested(): boolean {
    const congested = this.#stream.writableLength + this.#filled - this.#flushed > CONGESTED_BYTES
    // Remembered, so that whoever paused is told when it is over.
    if (congested) this.#wasCongested = true
    return congested
  }

  /** Fires when writing has caught up after `isCongested` was seen. */
  onDrain(listener: () => void): Disposable {
    return this.#drain.on(listener)
  }

  /** `parts` make up the payload; parts of 16 KiB and more must not be changed afterwards. */
  write(type: number, ...parts: readonly Uint8Array[]): void {
    if (this.#disposables.isDisposed || this.#stream.destroyed) return
    let length = 0
    for (const part of parts) length += part.length
    if (length > MAX_FRAME_BYTES) throw new FrameError(tooLong(length, MAX_FRAME_BYTES))
    this.#reserve(HEADER_BYTES)
    this.#chunk.writeUInt32LE(length, this.#filled)
    this.#chunk[this.#filled + 4] = type
    this.#filled += HEADER_BYTES
    for (const part of parts) this.#append(part)
    this.#scheduled ??= setImmediate(() => this.flush())
  }

  /** Hands everything gathered to the stream now. */
  flush(): void {
    clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    if (this.#filled > this.#flushed && !this.#stream.destroyed) {
      this.#stream.write(this.#chunk.subarray(this.#flushed, this.#filled))
    }
    this.#flushed = this.#filled
  }

  /** Resolves when the system has taken everything written so far, or the stream is gone. */
  async drained(): Promise<void> {
    this.flush()
    if (this.#stream.destroyed) return
    await new Promise<void>((resolve) => this.#stream.write(Buffer.alloc(0), () => resolve()))
  }

  dispose(): void {
    clearImmediate(this.#scheduled)
    this.#disposables.dispose()
  }

  #append(part: Uint8Array): void {
    if (part.length >= COPY_BELOW_BYTES) {
      // With the header: one call of the system, and the peer is woken once.
      this.#stream.cork()
      this.flush()
      this.#stream.write(part)
      this.#stream.uncork()
      return
    }
    this.#reserve(part.length)
    this.#chunk.set(part, this.#filled)
    this.#filled += part.length
  }

  /** Makes room for `bytes`, which is less than a chunk, in one piece. */
  #reserve(bytes: number): void {
    if (this.#filled + bytes <= COALESCE_BYTES) return
    this.flush()
    // The stream may still hold the old chunk.
    this.#chunk = Buffer.allocUnsafe(COALESCE_BYTES)
    this.#filled = 0
    this.#flushed = 0
  }

  #afterWrite(): void {
    if (!this.#wasCongested) return
    this.#wasCongested = false
    this.#drain.emit(undefined)
  }
}

const tooLong = (length: number, maximum: number): string =>
  `a frame of ${length} bytes exceeds the maximum of ${maximum} bytes`

/**
 * Cuts a byte stream into frames, however it was split. The payload handed to `onFrame` may share
 * memory with the chunk it came in; nobody writes to that memory again.
 */
export class FrameReader {
  readonly #onFrame: (type: number, payload: Buffer) => void
  #maximum: number
  #header = Buffer.alloc(HEADER_BYTES)
  #headerFilled = 0
  #payload: Buffer | undefined
  #payloadFilled = 0

  constructor(onFrame: (type: number, payload: Buffer) => void, maximum = MAX_FRAME_BYTES) {
    this.#onFrame = onFrame
    this.#maximum = maximum
  }

  /** From the next frame on. */
  set maximum(bytes: number) {
    this.#maximum = bytes
  }

  /** What was begun and not completed: what a peer that died left behind. */
  get partial(): PartialFrame | undefined {
    if (this.#headerFilled === 0) return undefined
    const known = this.#headerFilled === HEADER_BYTES
    return {
      received: this.#headerFilled + this.#payloadFilled,
      announced: HEADER_BYTES + (known ? this.#header.readUInt32LE(0) : 0),
    }
  }

  /** @throws FrameError when a frame announces more than the maximum. */
  push(chunk: Buffer): void {
    let position = 0
    while (position < chunk.length) {
      if (this.#payload !== undefined) {
        position += this.#fill(this.#payload, chunk, position)
        continue
      }
      const wanted = HEADER_BYTES - this.#headerFilled
      const taken = chunk.copy(this.#header, this.#headerFilled, position, position + wanted)
      this.#headerFilled += taken
      position += taken
      if (this.#headerFilled < HEADER_BYTES) return
      const length = this.#header.readUInt32LE(0)
      if (length > this.#maximum) throw new FrameError(tooLong(length, this.#maximum))
      if (chunk.length - position >= length) {
        this.#emit(chunk.subarray(position, position + length))
        position += length
      } else {
        this.#payload = Buffer.allocUnsafe(length)
        this.#payloadFilled = 0
      }
    }
  }

  #fill(payload: Buffer, chunk: Buffer, position: number): number {
    const taken = chunk.copy(payload, this.#payloadFilled, position)
    this.#payloadFilled += taken
    if (this.#payloadFilled === payload.length) this.#emit(payload)
    return taken
  }

  #emit(payload: Buffer): void {
    const type = this.#header[4] ?? 0
    // Before the call: it may throw, or ask for `partial`.
    this.#headerFilled = 0
    this.#payloadFilled = 0
    this.#payload = undefined
    this.#onFrame(type, payload)
  }
}
