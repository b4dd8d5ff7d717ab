/**
 * A ring of messages in shared memory, between threads and the event-loop thread of their process:
 * calls one way, answers the other. One writer and one reader at a time: threads that write to the
 * common ring of a process take its mutex.
 *
 * | words | content                                                             |
 * |-------|---------------------------------------------------------------------|
 * | 0     | mutex of the writers (threading/mutex.ts)                            |
 * | 16    | tail: bytes written in all, modulo 2^32                              |
 * | 17    | 1: a writer waits for room                                           |
 * | 32    | head: bytes read in all, modulo 2^32                                 |
 * | 33    | 1: the writer has more than there was room for (of answers)          |
 * | 64-   | the bytes                                                           |
 *
 * A message that exceeds a quarter of the ring is cut into parts; only its last part has its kind.
 *
 * | bytes | field                                  |
 * |-------|----------------------------------------|
 * | 0-3   | length of the content                  |
 * | 4-7   | kind; 0: more parts follow             |
 * | 8-11  | channel: whose call it is              |
 * | 12-15 | number of the call within the channel  |
 * | 16-19 | ident of the thread                    |
 * | 24-   | content, padded to a multiple of 8     |
 */
import { CALL_RING_BYTES } from '../../threading/runtime.ts'

const Word = { mutex: 0, tail: 16, writers: 17, head: 32, backlog: 33, bytes: 64 } as const
const HEADER_BYTES = 24
const MASK = CALL_RING_BYTES - 1
export const CALL_RING_WORDS = Word.bytes + CALL_RING_BYTES / 4
/** Content of one part. */
export const MAX_PART_BYTES = CALL_RING_BYTES / 4
/** Kind of a part that others follow. */
export const MORE = 0

export interface CallHeader {
  readonly kind: number
  readonly channel: number
  readonly call: number
  readonly ident: number
}

export interface CallPart extends CallHeader {
  readonly content: Buffer
}

const padded = (bytes: number): number => (HEADER_BYTES + bytes + 7) & ~7

export class CallRing {
  readonly words: Int32Array
  /** Indices of words that threads sleep on. */
  readonly mutex: number
  readonly tail: number
  readonly head: number
  readonly #writers: number
  readonly #backlog: number
  readonly #bytes: Uint8Array
  readonly #header: Int32Array

  /** @param first index of its first word. */
  constructor(words: Int32Array, first: number) {
    this.words = words
    this.mutex = first + Word.mutex
    this.tail = first + Word.tail
    this.head = first + Word.head
    this.#writers = first + Word.writers
    this.#backlog = first + Word.backlog
    const offset = words.byteOffset + (first + Word.bytes) * 4
    this.#bytes = new Uint8Array(words.buffer, offset, CALL_RING_BYTES)
    this.#header = new Int32Array(words.buffer, offset, CALL_RING_BYTES / 4)
  }

  /** A writer waits for room: the reader notifies `head` when it has read. */
  set writerWaits(waits: boolean) {
    Atomics.store(this.words, this.#writers, waits ? 1 : 0)
  }

  get writerWaits(): boolean {
    return Atomics.load(this.words, this.#writers) === 1
  }

  /** The writer keeps more for the reader, who rings its bell once it has read. */
  set hasBacklog(backlog: boolean) {
    Atomics.store(this.words, this.#backlog, backlog ? 1 : 0)
  }

  get hasBacklog(): boolean {
    return Atomics.load(this.words, this.#backlog) === 1
  }

  /**
   * Writes one part: `content` from `from` to `to`, at most MAX_PART_BYTES.
   * @returns false when there is no room.
   */
  tryWrite(header: CallHeader, content: Uint8Array, from: number, to: number): boolean {
    const { words } = this
    const tail = Atomics.load(words, this.tail)
    const used = (tail - Atomics.load(words, this.head)) >>> 0
    const length = padded(to - from)
    if (length > CALL_RING_BYTES - used) return false
    // A header may be cut by the end of the ring only at a multiple of 8 bytes.
    this.#setWord(tail, to - from)
    this.#setWord(tail + 4, header.kind)
    this.#setWord(tail + 8, header.channel)
    this.#setWord(tail + 12, header.call)
    this.#setWord(tail + 16, header.ident)
    const at = (tail + HEADER_BYTES) & MASK
    const unbroken = Math.min(to - from, CALL_RING_BYTES - at)
    this.#bytes.set(content.subarray(from, from + unbroken), at)
    if (unbroken < to - from) this.#bytes.set(content.subarray(from + unbroken, to), 0)
    // Last: a reader that sees the new tail can read the whole part. A writer that dies before
    // this has written nothing.
    Atomics.store(words, this.tail, (tail + length) | 0)
    return true
  }

  /** Takes the next part; undefined: there is none. */
  tryRead(): CallPart | undefined {
    const { words } = this
    const head = Atomics.load(words, this.head)
    if (Atomics.load(words, this.tail) === head) return undefined
    const length = this.#word(head)
    const content = Buffer.allocUnsafe(length)
    const from = (head + HEADER_BYTES) & MASK
    const unbroken = Math.min(length, CALL_RING_BYTES - from)
    content.set(this.#bytes.subarray(from, from + unbroken), 0)
    if (unbroken < length) content.set(this.#bytes.subarray(0, length - unbroken), unbroken)
    const part = {
      kind: this.#word(head + 4),
      channel: this.#word(head + 8),
      call: this.#word(head + 12),
      ident: this.#word(head + 16),
      content,
    }
    // After everything was copied out: from here on a writer may overwrite it.
    Atomics.store(words, this.head, (head + padded(length)) | 0)
    return part
  }

  #setWord(position: number, value: number): void {
    this.#header[(position & MASK) >>> 2] = value
  }

  #word(position: number): number {
    return this.#header[(position & MASK) >>> 2] ?? 0
  }
}

/** Puts parts together again. */
export class PartAssembler {
  readonly #parts = new Map<string, Buffer[]>()

  /** @returns the whole content with the last part, undefined with every other. */
  add({ kind, channel, call, content }: CallPart): Buffer | undefined {
    const key = `${channel}.${call}`
    const parts = this.#parts.get(key)
    if (kind === MORE) {
      if (parts === undefined) this.#parts.set(key, [content])
      else parts.push(content)
      return undefined
    }
    if (parts === undefined) return content
    this.#parts.delete(key)
    return Buffer.concat([...parts, content])
  }

  drop(channel: number, call: number): void {
    this.#parts.delete(`${channel}.${call}`)
  }
}
