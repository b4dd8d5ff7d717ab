/**
 * Reads one trace file while its process writes it: of every open chunk what is new, by positional
 * reads, and gives a chunk back once it has read all of it. The slots are read before the chunks,
 * so that what a sealed chunk holds is complete.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { failure, success, type Result } from '../../core/result.ts'
import { EventKind, RECORD_BYTES } from '../../trace/model.ts'
import {
  DROPPED_AT,
  NAME_AT,
  NAME_BYTES,
  nameIn,
  readHeader,
  USED_AT,
  type FileHeader,
  type Skipped,
} from './header.ts'
import { CHUNK_BYTES, CHUNKS, CHUNKS_AT, HEADER_BYTES, ProbeKind, SLOT_BYTES } from './layout.ts'

const WORDS = RECORD_BYTES / 4
const FULL = CHUNK_BYTES - (CHUNK_BYTES % RECORD_BYTES)
/** A record that is not complete although a later one of its thread is: an exception came between. */
const HOLE_PATIENCE = 20_000_000
/** Times later than now by more than this are not times. */
const AHEAD = 1_000_000_000

/** Where the records go. */
export interface RecordTarget {
  /** @param records in the layout of main/trace/model.ts, valid during the call. */
  records(thread: number, records: Uint8Array): void
  /** Nothing more comes from it. */
  sealed(thread: number): void
  skip(why: Skipped): void
  /** Nanoseconds since the target's epoch, of a record's low and high word. */
  timeOf(low: number, high: number): number
}

interface Pass {
  readonly now: number
  readonly isLast: boolean
}

interface Chunk {
  readonly slot: number
  readonly sequence: number
  sealed: boolean
  /** Bytes read. */
  position: number
  /** Since when the record at `position` stands in the way of later ones; 0: it does not. */
  heldUpSince: number
}

const slots = Buffer.alloc(HEADER_BYTES + CHUNKS * SLOT_BYTES)
const readWords = new Uint32Array(CHUNK_BYTES / 4)
const read = Buffer.from(readWords.buffer)
const out = new Uint8Array(CHUNK_BYTES)
const outWords = new Uint32Array(out.buffer)
const nothing = Buffer.alloc(SLOT_BYTES)

export class TraceFile {
  readonly header: FileHeader
  readonly #path: string
  #descriptor: number | undefined
  /** By slot: what has been seen in it and not been given back. */
  readonly #open = new Map<number, Chunk>()
  /** Open chunks of each thread, in order. */
  readonly #threads = new Map<number, Chunk[]>()
  readonly #nameBytes = Buffer.alloc(NAME_BYTES)
  #name: string
  #used = 0
  #dropped = 0

  private constructor(path: string, descriptor: number, header: FileHeader) {
    this.#path = path
    this.#descriptor = descriptor
    this.header = header
    this.#name = header.name
  }

  static open(path: string): Result<TraceFile, Skipped> {
    let descriptor: number | undefined
    try {
      descriptor = openSync(path, 'r+')
      const bytes = Buffer.alloc(HEADER_BYTES)
      const header = readHeader(bytes.subarray(0, readSync(descriptor, bytes, 0, HEADER_BYTES, 0)))
      if (header.ok) return success(new TraceFile(path, descriptor, header.value))
      closeSync(descriptor)
      return header
    } catch {
      if (descriptor !== undefined) closeSync(descriptor)
      return failure('file cannot be read')
    }
  }

  /** Of the process, as it is called now. */
  get name(): string {
    return this.#name
  }

  /** Events that the process had to drop so far. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * Hands on what is new.
   *
   * @param now nanoseconds since the target's epoch.
   * @param isLast the process is gone: what stands behind an incomplete record is taken as well.
   */
  drain(target: RecordTarget, now: number, isLast = false): void {
    if (this.#descriptor === undefined) return
    this.#readSlots(this.#descriptor)
    for (const [thread, chunks] of this.#threads) {
      for (let chunk = chunks[0]; chunk; chunk = chunks[0]) {
        const pass = { now, isLast, isFollowed: chunks.length > 1 }
        if (!this.#readChunk(this.#descriptor, thread, chunk, target, pass)) break
        chunks.shift()
        if (chunk.sealed && chunks.length === 0) target.sealed(thread)
      }
      if (chunks.length === 0) this.#threads.delete(thread)
    }
  }

  /** Closes and removes it. */
  dispose(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
    try {
      unlinkSync(this.#path)
    } catch {
      // Somebody else has removed it.
    }
  }

  #readSlots(descriptor: number): void {
    let used = this.#used
    for (;;) {
      const length = fill(descriptor, slots, HEADER_BYTES + used * SLOT_BYTES, 0)
      if (length < HEADER_BYTES) return
      this.#dropped = Math.max(this.#dropped, Number(slots.readBigUInt64LE(DROPPED_AT)))
      const now = Math.min(CHUNKS, slots.readUInt32LE(USED_AT))
      if (now <= used) break
      used = now
    }
    this.#used = used
    if (slots.compare(this.#nameBytes, 0, NAME_BYTES, NAME_AT, NAME_AT + NAME_BYTES) !== 0) {
      slots.copy(this.#nameBytes, 0, NAME_AT, NAME_AT + NAME_BYTES)
      this.#name = nameIn(slots)
    }
    for (let slot = 0; slot < used; slot++) this.#look(slot, HEADER_BYTES + slot * SLOT_BYTES)
  }

  #look(slot: number, at: number): void {
    const sequence = slots.readUInt32LE(at)
    const thread = slots.readUInt32LE(at + 4)
    // A thread that is 0 is still on its way: whoever frees a slot clears it first.
    if (sequence === 0 || thread === 0) return
    const sealed = slots.readUInt32LE(at + 12) !== 0
    const known = this.#open.get(slot)
    if (known?.sequence === sequence) {
      known.sealed = sealed
      return
    }
    const chunk = { slot, sequence, sealed, position: 0, heldUpSince: 0 }
    this.#open.set(slot, chunk)
    const chunks = this.#threads.get(thread)
    if (!chunks) this.#threads.set(thread, [chunk])
    else {
      chunks.push(chunk)
      if ((chunks.at(-2)?.sequence ?? 0) > sequence)
        chunks.sort((one, other) => one.sequence - other.sequence)
    }
  }

  /** @returns whether all of it has been read: it has been given back. */
  #readChunk(
    descriptor: number,
    thread: number,
    chunk: Chunk,
    target: RecordTarget,
    pass: Pass & { readonly isFollowed: boolean },
  ): boolean {
    const { slot, position } = chunk
    const records = (FULL - position) / RECORD_BYTES
    const start = CHUNKS_AT + slot * CHUNK_BYTES + position
    const length = fill(descriptor, read, FULL - position, start)
    // A file that was cut short holds nothing there.
    if (length < FULL - position) read.fill(0, length)
    let kept = 0
    let at = 0
    while (at < records) {
      const word = at * WORDS
      const kind = (readWords[word + 5] ?? 0) >>> 24
      if (kind === ProbeKind.skip) at = records
      else if (kind === 0) {
        const next = completeFrom(at, records)
        if (!passesOver(chunk, next < records, pass)) break
        if (next < records) target.skip('record never completed')
        at = next
      } else if (kind !== EventKind.text && isAbsurd(word, target, pass.now)) {
        target.skip('record from another time')
        at = completeFrom(at + 1, records)
      } else {
        keep(word, kept++ * WORDS)
        at++
      }
    }
    if (kept > 0) target.records(thread, out.subarray(0, kept * RECORD_BYTES))
    if (at > 0) chunk.heldUpSince = 0
    chunk.position = position + at * RECORD_BYTES
    if (at < records) return false
    this.#free(descriptor, chunk)
    return true
  }

  #free(descriptor: number, { slot }: Chunk): void {
    this.#open.delete(slot)
    const at = HEADER_BYTES + slot * SLOT_BYTES
    try {
      // The sequence last: until then the slot is not free, and nobody else writes into it.
      writeSync(descriptor, nothing, 0, SLOT_BYTES - 4, at + 4)
      writeSync(descriptor, nothing, 0, 4, at)
    } catch {
      // The disk is full or gone: the process will drop events, and count them.
    }
  }
}

/** @returns the bytes read, fewer where the file ends or cannot be read. */
function fill(descriptor: number, into: Buffer, length: number, position: number): number {
  try {
    let done = 0
    while (done < length) {
      const count = readSync(descriptor, into, done, length - done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  } catch {
    return 0
  }
}

/** The first record from `at` on that is complete and does not continue one that is not. */
function completeFrom(at: number, records: number): number {
  let next = at
  for (; next < records; next++) {
    const kind = (readWords[next * WORDS + 5] ?? 0) >>> 24
    if (kind !== 0 && kind !== EventKind.text) break
  }
  return next
}

/** Whether what is not complete at the chunk's position is passed over, rather than waited for. */
function passesOver(
  chunk: Chunk,
  isBeforeOthers: boolean,
  { now, isLast, isFollowed }: Pass & { readonly isFollowed: boolean },
): boolean {
  if (isLast || (chunk.sealed && !isBeforeOthers)) return true
  if (!isBeforeOthers && !isFollowed) return false
  if (chunk.heldUpSince === 0) chunk.heldUpSince = now
  return now - chunk.heldUpSince >= HOLE_PATIENCE
}

const isAbsurd = (word: number, target: RecordTarget, now: number): boolean =>
  target.timeOf(readWords[word] ?? 0, readWords[word + 1] ?? 0) > now + AHEAD

/** From the order of a trace file to that of main/trace/model.ts; texts are the same in both. */
function keep(from: number, to: number): void {
  outWords[to] = readWords[from] ?? 0
  outWords[to + 1] = readWords[from + 1] ?? 0
  outWords[to + 2] = readWords[from + 5] ?? 0
  outWords[to + 3] = readWords[from + 2] ?? 0
  outWords[to + 4] = readWords[from + 3] ?? 0
  outWords[to + 5] = readWords[from + 4] ?? 0
}
