/** Writes trace files as the probe does (main/python/FORMAT.md), for tests of their reader. */
import { closeSync, openSync, readSync, renameSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  CHUNK_BYTES,
  CHUNKS,
  CHUNKS_AT,
  HEADER_BYTES,
  SLOT_BYTES,
} from '../../main/python/trace/layout.ts'
import { EventKind, RECORD_BYTES, TEXT_BYTES_PER_RECORD } from '../../main/trace/model.ts'
import { encodeUtf8 } from '../../main/trace/utf8.ts'

export interface WrittenHeader {
  readonly pid: number
  readonly parentPid?: number
  readonly flags?: number
  readonly made?: bigint
  readonly gil?: bigint
  readonly serial?: bigint
  readonly parentSerial?: bigint
  readonly firstResource?: number
  readonly role?: number
  readonly hexVersion?: number
  readonly version?: number
  readonly name?: string
}

export interface WrittenEvent {
  readonly time: bigint
  readonly kind: number
  readonly resource?: number
  readonly words?: readonly number[]
  readonly text?: string
  /** Its last word is never written. */
  readonly incomplete?: boolean
}

interface Open {
  readonly slot: number
  position: number
}

export class TraceWriter {
  readonly path: string
  readonly #descriptor: number
  readonly #open = new Map<number, Open>()
  #sequence = 0
  #used = 0

  constructor(folder: string, header: WrittenHeader) {
    const { pid, serial = BigInt(pid), name = '' } = header
    const hidden = join(folder, `${serial}-${pid}.tmp`)
    this.path = join(folder, `${serial}-${pid}.trace`)
    this.#descriptor = openSync(hidden, 'w+')
    truncateSync(hidden, CHUNKS_AT + CHUNKS * CHUNK_BYTES)
    const bytes = Buffer.alloc(HEADER_BYTES)
    bytes.write('ILVPROBE', 0, 'latin1')
    bytes.writeUInt32LE(header.version ?? 1, 8)
    bytes.writeUInt32LE(pid, 12)
    bytes.writeUInt32LE(header.parentPid ?? 1, 16)
    bytes.writeUInt32LE(header.flags ?? 1, 20)
    bytes.writeUInt32LE(CHUNK_BYTES, 24)
    bytes.writeUInt32LE(CHUNKS, 28)
    bytes.writeBigUInt64LE(header.made ?? 0n, 32)
    bytes.writeBigUInt64LE(header.gil ?? 0n, 40)
    bytes.writeBigUInt64LE(serial, 48)
    bytes.writeBigUInt64LE(header.parentSerial ?? 0n, 56)
    bytes.writeUInt32LE(header.firstResource ?? 1, 72)
    bytes.writeUInt32LE(5_000, 76)
    bytes.writeUInt32LE(header.role ?? 0, 80)
    bytes.writeUInt32LE(header.hexVersion ?? 0x030d00f0, 84)
    bytes.write(name, 128, 64, 'utf8')
    this.#write(bytes, 0)
    renameSync(hidden, this.path)
  }

  /** Events of a thread. @returns how many found no free chunk. */
  write(thread: number, ...events: readonly WrittenEvent[]): number {
    return events.filter((event) => !this.#add(thread, event)).length
  }

  /** Nothing more comes from it. */
  seal(thread: number): void {
    const open = this.#open.get(thread)
    if (open && open.position < FULL) this.#word(1, slotAt(open.slot) + 12)
    this.#open.delete(thread)
  }

  drop(events: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(events))
    this.#write(bytes, 64)
  }

  /** Slots that the reader has not given back. */
  get taken(): number {
    let taken = 0
    for (let slot = 0; slot < this.#used; slot++) if (this.#sequenceOf(slot) !== 0) taken++
    return taken
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #add(thread: number, event: WrittenEvent): boolean {
    const text = encodeUtf8(event.text ?? '')
    const records = 1 + Math.ceil(text.length / TEXT_BYTES_PER_RECORD)
    let open = this.#open.get(thread)
    if (open && open.position + records * RECORD_BYTES > FULL) {
      if (open.position < FULL)
        this.#word((246 << 24) >>> 0, chunkAt(open.slot) + open.position + 20)
      open = undefined
    }
    open ??= this.#chunk(thread)
    if (!open) return false
    this.#open.set(thread, open)
    const at = chunkAt(open.slot) + open.position
    open.position += records * RECORD_BYTES
    for (let from = 0, to = at + RECORD_BYTES; from < text.length; from += TEXT_BYTES_PER_RECORD) {
      const more = Buffer.alloc(RECORD_BYTES)
      more.set(text.subarray(from, from + TEXT_BYTES_PER_RECORD))
      more.writeUInt32LE(((EventKind.text << 24) | (text.length - from)) >>> 0, 20)
      this.#write(more, to)
      to += RECORD_BYTES
    }
    const record = Buffer.alloc(RECORD_BYTES)
    record.writeBigUInt64LE(event.time)
    for (let word = 0; word < 3; word++)
      record.writeUInt32LE((event.words?.[word] ?? 0) >>> 0, 8 + 4 * word)
    if (!event.incomplete)
      record.writeUInt32LE(((event.kind << 24) | (event.resource ?? 0)) >>> 0, 20)
    this.#write(record, at)
    return true
  }

  #chunk(thread: number): Open | undefined {
    for (let slot = 0; slot < CHUNKS; slot++) {
      if (slot < this.#used && this.#sequenceOf(slot) !== 0) continue
      this.#write(Buffer.alloc(CHUNK_BYTES), chunkAt(slot))
      this.#used = Math.max(this.#used, slot + 1)
      const bytes = Buffer.alloc(SLOT_BYTES)
      bytes.writeUInt32LE(++this.#sequence, 0)
      bytes.writeUInt32LE(thread, 4)
      bytes.writeUInt32LE(1_000 + thread, 8)
      this.#write(bytes, slotAt(slot))
      this.#word(this.#used, 88)
      return { slot, position: 0 }
    }
    return undefined
  }

  #sequenceOf(slot: number): number {
    const bytes = Buffer.alloc(4)
    readSync(this.#descriptor, bytes, 0, 4, slotAt(slot))
    return bytes.readUInt32LE()
  }

  #word(value: number, at: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.#write(bytes, at)
  }

  #write(bytes: Uint8Array, at: number): void {
    writeSync(this.#descriptor, bytes, 0, bytes.length, at)
  }
}

const FULL = CHUNK_BYTES - (CHUNK_BYTES % RECORD_BYTES)
const slotAt = (slot: number): number => HEADER_BYTES + slot * SLOT_BYTES
const chunkAt = (slot: number): number => CHUNKS_AT + slot * CHUNK_BYTES
