/** Putting into a process queue: into the out ring, where the event-loop thread finds it. */
import type { Seconds } from '../../core/units.ts'
import { Encoding } from '../../threading/codec.ts'
import { Full } from '../../threading/errors.ts'
import { deadlineAfter, NEVER, type Deadline } from '../../threading/futex.ts'
import { declareIrreparable } from '../../threading/mutex.ts'
import { runtime } from '../../threading/runtime.ts'
import { EventKind, IDENT_RANGE, Wait, WaitOutcome } from '../../trace/model.ts'
import { BrokenPipeError } from '../errors.ts'
import { encodeItem } from '../pickling.ts'
import { RING_BYTES } from './byte-ring.ts'
import { Word } from './queue-memory.ts'
import { awaitProbe, lockSteps, probe, PROBE_TIMEOUT, type QueueEnd } from './queue-steps.ts'
import { isLarge, largeFile, storeLarge } from './large-items.ts'
import {
  LARGE_FLAG,
  MAX_ITEM_BYTES,
  packLength,
  PLACE_BYTES,
  RECORD_HEADER_BYTES,
  recordBytes,
} from './records.ts'
import type { Steps } from '../../threading/steps.ts'
import { WaitRecord } from '../wait-record.ts'

const COUNT_BITS = 24
/** Computed once: V8 calls pow() for it every time, a fifth of what a put costs (measured). */
const COUNT_MASK = 2 ** COUNT_BITS - 1
/** How often, and how long each time, a put waits for room in its file. */
const LARGE_TRIES = 20
/** The last of these may make the file larger: new pages cost more than a short wait. */
const GROWING_TRIES = 18
const LARGE_PAUSE: Seconds = 0.001

/** The value of an item; a number is kept apart from bytes. */
export interface Outgoing {
  readonly number: number
  readonly encoding: number
  readonly length: number
  readonly bytes: Uint8Array
}

const itemId = (process: number, count: number): number =>
  ((process << COUNT_BITS) | (count & COUNT_MASK)) >>> 0

const NO_BYTES = new Uint8Array(0)

/**
 * The bytes are the item's own or the encoder's, which the next call overwrites.
 * @throws RuntimeError, PicklingError, ValueError: see `encodeItem`.
 */
export function outgoing(item: unknown): Outgoing {
  if (typeof item === 'number')
    return { number: item, encoding: Encoding.number, length: 8, bytes: NO_BYTES }
  // Copied into shared memory before the call returns.
  if (item instanceof Uint8Array && item.length <= MAX_ITEM_BYTES)
    return { number: 0, encoding: Encoding.bytes, length: item.length, bytes: item }
  const { encoding, length, bytes } = encodeItem(item)
  return { number: 0, encoding, length, bytes }
}

export class Putter {
  readonly #end: QueueEnd
  #file: string | undefined

  constructor(end: QueueEnd) {
    this.#end = end
  }

  /** The quick way, without a wait; false: try the long way. @throws BrokenPipeError */
  tryPut(value: Outgoing): boolean {
    this.#requireReaders()
    const { out } = this.#end.memory
    const large = this.#goesToFile(value)
    const bytes = recordBytes(large ? PLACE_BYTES : value.length)
    if (!out.tryLock()) return false
    try {
      if (out.free < bytes || !this.#tryPlace()) return false
      if (!large) this.#write(value, bytes)
      else if (!this.#tryWriteLarge(value, false)) {
        this.#giveUpPlace()
        return false
      }
    } finally {
      out.unlock()
    }
    this.#end.memory.ringForPut()
    return true
  }

  #requireReaders(): void {
    if (this.#end.memory.is(Word.broken)) throw new BrokenPipeError()
  }

  #tryPlace(): boolean {
    return this.#end.maxsize === 0 || this.#end.memory.takePlace()
  }

  /** @param timeout 0: only while the event-loop thread answers. @throws Full, BrokenPipeError */
  *putSteps(value: Outgoing, timeout: Seconds | undefined): Steps<void> {
    const block = timeout !== 0
    const { out } = this.#end.memory
    const deadline = deadlineAfter(timeout)
    const waiting = new WaitRecord(this.#end.resource, Wait.put, deadline !== NEVER)
    try {
      if (!this.#tryPlace()) {
        waiting.begin()
        if (!(yield* this.#awaitPlace(block, deadline))) throw this.#full(waiting)
      }
      if (this.#goesToFile(value) && (yield* this.#putLarge(value, block))) {
        waiting.end(WaitOutcome.granted)
        return
      }
      // Room in the ring is the event-loop thread's to make, soon; only `hold` makes it last.
      const roomDeadline = block ? deadline : deadlineAfter(PROBE_TIMEOUT)
      if (!(yield* this.#lockForRoom(recordBytes(value.length), roomDeadline, waiting))) {
        this.#giveUpPlace()
        throw this.#full(waiting)
      }
      yield* this.#stream(value)
      // Not in a `finally`: after half an item (the run is being stopped) nobody may write more.
      out.unlock()
      waiting.end(WaitOutcome.granted)
    } finally {
      waiting.end(WaitOutcome.interrupted)
      this.#end.memory.ring()
    }
  }

  #giveUpPlace(): void {
    if (this.#end.maxsize > 0) this.#end.memory.addPlaces(1)
  }

  #goesToFile({ length }: Outgoing): boolean {
    return isLarge(length) && this.#end.memory.folder !== undefined
  }

  /** Waits a while for room in the file; false: the item must take the way through the rings. */
  *#putLarge(value: Outgoing, block: boolean): Steps<boolean> {
    const { out } = this.#end.memory
    const { words } = out
    for (let tries = block ? LARGE_TRIES : 1; tries > 0; tries--) {
      if (!(yield* lockSteps(words, out.mutex, NEVER))) continue
      try {
        if (
          out.free >= recordBytes(PLACE_BYTES) &&
          this.#tryWriteLarge(value, tries <= GROWING_TRIES)
        )
          return true
      } finally {
        out.unlock()
      }
      // Room is made by other processes, which cannot wake this thread.
      const head = Atomics.load(words, out.head)
      const deadline = deadlineAfter(LARGE_PAUSE)
      if (tries > 1) yield { words, index: out.head, expected: head, deadline }
    }
    return false
  }

  /** Writes the item to the file and a record of where it is. The mutex is held. */
  #tryWriteLarge(value: Outgoing, grows: boolean): boolean {
    const { memory, resource } = this.#end
    const { out, folder = '' } = memory
    const process = Math.floor(runtime.ident / IDENT_RANGE)
    // The mutex is held: nobody of this process counts until this item is.
    const id = itemId(process, Atomics.load(this.#end.memory.words, Word.puts))
    this.#file ??= largeFile(folder, resource, process)
    const chunk = storeLarge(this.#file, id, value.bytes, value.length, grows)
    if (chunk === undefined) return false
    this.#countPut(value.length)
    out.setHeader(0, packLength(PLACE_BYTES, value.encoding | LARGE_FLAG), id)
    out.setHeader(RECORD_HEADER_BYTES, process, chunk)
    out.setNumber(2 * RECORD_HEADER_BYTES, value.length)
    out.publish(recordBytes(PLACE_BYTES))
    return true
  }

  *#awaitPlace(block: boolean, deadline: Deadline): Steps<boolean> {
    const { words } = this.#end.memory
    Atomics.add(words, Word.putters, 1)
    try {
      const asked = block ? undefined : probe(this.#end.memory)
      this.#end.memory.ring()
      for (;;) {
        if (this.#end.memory.takePlace()) return true
        if (asked !== undefined) {
          yield* awaitProbe(this.#end.memory, asked)
          return this.#end.memory.takePlace()
        }
        if (!(yield { words, index: Word.places, expected: 0, deadline })) {
          return this.#end.memory.takePlace()
        }
      }
    } finally {
      Atomics.sub(words, Word.putters, 1)
    }
  }

  /** Returns with the mutex of the out ring locked and room for the record, or false. */
  *#lockForRoom(bytes: number, deadline: Deadline, waiting: WaitRecord): Steps<boolean> {
    const { out } = this.#end.memory
    const { words } = out
    const needed = Math.min(bytes, RING_BYTES)
    for (;;) {
      if (!(yield* lockSteps(words, out.mutex, deadline))) return false
      if (out.free >= needed) return true
      Atomics.add(words, out.writers, 1)
      const head = Atomics.load(words, out.head)
      const room = out.free >= needed
      out.unlock()
      // After the head was read: the word changes before those who wait for room are woken.
      this.#requireReaders()
      waiting.begin()
      this.#end.memory.ring()
      try {
        if (!room && !(yield { words, index: out.head, expected: head, deadline })) return false
      } finally {
        Atomics.sub(words, out.writers, 1)
      }
    }
  }

  /** Writes the record, in parts if it exceeds the ring. The mutex is held. */
  *#stream(value: Outgoing): Steps<void> {
    const { out } = this.#end.memory
    const { words } = out
    const bytes = recordBytes(value.length)
    if (bytes <= out.free) return this.#write(value, bytes)
    declareIrreparable(words, out.mutex)
    out.setHeader(0, packLength(value.length, value.encoding), this.#countPut(value.length))
    out.publish(RECORD_HEADER_BYTES)
    const end = bytes - RECORD_HEADER_BYTES
    for (let written = 0; written < end;) {
      const part = Math.min(out.free, end - written)
      if (part > 0) {
        out.setBytes(0, value.bytes, written, Math.min(written + part, value.length))
        out.publish(part)
        written += part
      }
      this.#end.memory.ring()
      if (written === end) return
      Atomics.add(words, out.writers, 1)
      try {
        const head = Atomics.load(words, out.head)
        // Without a deadline: half an item cannot be taken back.
        if (out.free === 0) yield { words, index: out.head, expected: head, deadline: NEVER }
      } finally {
        Atomics.sub(words, out.writers, 1)
      }
    }
  }

  /** Writes a record that fits. The mutex is held. */
  #write(value: Outgoing, bytes: number): void {
    const { out } = this.#end.memory
    // Counted and recorded before it is published: no get can come before its put.
    out.setHeader(0, packLength(value.length, value.encoding), this.#countPut(value.length))
    if (value.encoding === Encoding.number) out.setNumber(RECORD_HEADER_BYTES, value.number)
    else out.setBytes(RECORD_HEADER_BYTES, value.bytes, 0, value.length)
    out.publish(bytes)
  }

  /** @returns the item's id: unique in the queue, because no two processes have the same number. */
  #countPut(length: number): number {
    const count = Atomics.add(this.#end.memory.words, Word.puts, 1)
    const id = itemId(Math.floor(runtime.ident / IDENT_RANGE), count)
    runtime.tracer?.record(EventKind.put, this.#end.resource, id, this.#end.memory.size, length)
    return id
  }

  #full(waiting: WaitRecord): Full {
    waiting.end(WaitOutcome.timedOut)
    return new Full(`${this.#end.name} is full`)
  }
}
