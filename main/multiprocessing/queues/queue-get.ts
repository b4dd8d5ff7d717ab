/** Getting from a process queue: out of the in ring, where the event-loop thread puts items. */
import type { Seconds } from '../../core/units.ts'
import { allocateBytes, Encoding } from '../../threading/codec.ts'
import { decodeItem } from '../pickling.ts'
import { Empty } from '../../threading/errors.ts'
import { deadlineAfter, NEVER } from '../../threading/futex.ts'
import { declareIrreparable } from '../../threading/mutex.ts'
import { runtime } from '../../threading/runtime.ts'
import { EventKind, Wait, WaitOutcome } from '../../trace/model.ts'
import type { Expectation, Readiness } from '../connections/wait.ts'
import { EOFError } from '../errors.ts'
import { RING_BYTES } from './byte-ring.ts'
import { Word } from './queue-memory.ts'
import { awaitProbe, Interest, lockSteps, type QueueEnd } from './queue-steps.ts'
import { largeFile, takeLarge } from './large-items.ts'
import {
  LARGE_FLAG,
  RECORD_HEADER_BYTES,
  recordBytes,
  unpackEncoding,
  unpackLength,
} from './records.ts'
import type { Steps } from '../../threading/steps.ts'
import { WaitRecord } from '../wait-record.ts'

/** Of `tryGet`: no item is there. */
export const NOTHING: unique symbol = Symbol('nothing')

/** For the bytes of an item while it is decoded; valid until the next call. */
let scratch = new Uint8Array(4096)
function scratchOf(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(length * 2)
  return scratch
}

/** Decoded once the mutex is free: what cannot be decoded fails one get, not the queue. */
class Undecoded {
  readonly #encoding: number
  readonly #bytes: Uint8Array

  constructor(encoding: number, bytes: Uint8Array) {
    this.#encoding = encoding
    this.#bytes = bytes
  }

  decode(): unknown {
    return decodeItem(this.#encoding, this.#bytes)
  }
}

const decoded = (item: unknown): unknown => (item instanceof Undecoded ? item.decode() : item)

export class Getter implements Readiness {
  readonly #end: QueueEnd
  readonly #guard: () => void

  /** @param guard throws when nobody may get any more; asked again after every wait. */
  constructor(end: QueueEnd, guard: () => void = () => undefined) {
    this.#end = end
    this.#guard = guard
  }

  /** Whether `tryGet` has something to give, or a get would throw EOFError. */
  get isReady(): boolean {
    return this.#end.memory.is(Word.ended) || this.#end.memory.in.hasRecord()
  }

  /** For `wait`: has an item brought into this process without taking it. */
  expect(now: boolean): Expectation {
    const interest = new Interest(this.#end, now)
    const { memory } = this.#end
    return {
      *settled() {
        if (interest.probed !== undefined) yield* awaitProbe(memory, interest.probed)
      },
      end: () => interest.end(false),
    }
  }

  /**
   * @param timeout 0: only while the event-loop thread answers.
   * @param raw the bytes of the item instead of the item.
   * @throws Empty; EOFError when nobody can put any more.
   */
  *getSteps(timeout: Seconds | undefined, raw = false): Steps<unknown> {
    const block = timeout !== 0
    const { memory } = this.#end
    const inward = memory.in
    const { words } = inward
    const deadline = deadlineAfter(timeout)
    const waiting = new WaitRecord(this.#end.resource, Wait.get, deadline !== NEVER)
    let interest: Interest | undefined
    let taken = false
    try {
      for (;;) {
        this.#guard()
        if (!(yield* lockSteps(words, inward.mutex, NEVER))) continue
        const tail = Atomics.load(words, inward.tail)
        // Before looking for a record: it is set after the last one has come.
        const ended = memory.is(Word.ended)
        if (inward.hasRecord()) {
          if (interest === undefined) Atomics.add(words, Word.asked, 1)
          // Also if that throws.
          taken = true
          const item = inward.hasWholeRecord()
            ? this.#takeWhole(raw, waiting)
            : yield* this.#takeLong(raw, waiting)
          if (item === NOTHING) {
            // Already taken by a process that died before it said so: this thread still waits.
            taken = false
            if (interest !== undefined) Atomics.add(words, Word.asked, 1)
            continue
          }
          this.#askForMore()
          return decoded(item)
        }
        inward.unlock()
        if (ended) throw new EOFError('the other end is closed, and everything was received')
        if (interest === undefined) {
          waiting.begin()
          interest = new Interest(this.#end, !block)
          // Once more: something may have come before this thread was counted.
          continue
        }
        const probed = interest.probed
        const inTime =
          probed === undefined
            ? yield { words, index: inward.tail, expected: tail, deadline }
            : yield* awaitProbe(memory, probed)
        if (!inTime || (probed !== undefined && !this.isReady)) {
          if (this.isReady) continue
          waiting.end(WaitOutcome.timedOut)
          throw new Empty(`${this.#end.name} is empty`)
        }
      }
    } finally {
      interest?.end(taken)
      waiting.end(WaitOutcome.interrupted)
    }
  }

  /** The quick way, without a wait; NOTHING: try the long way. */
  tryGet(raw = false): unknown {
    const inward = this.#end.memory.in
    if (!inward.tryLock()) return NOTHING
    if (!inward.hasWholeRecord()) {
      inward.unlock()
      return NOTHING
    }
    Atomics.add(inward.words, Word.asked, 1)
    const item = this.#takeWhole(raw, undefined)
    this.#askForMore()
    return decoded(item)
  }

  /** The item at the head of the in ring, all of which is there. Unlocks the mutex. */
  #takeWhole(raw: boolean, waiting: WaitRecord | undefined): unknown {
    try {
      return this.#readWhole(raw, waiting)
    } finally {
      this.#end.memory.in.unlock()
    }
  }

  #readWhole(raw: boolean, waiting: WaitRecord | undefined): unknown {
    const inward = this.#end.memory.in
    const { headerWord, itemId } = inward
    const length = unpackLength(headerWord)
    const encoding = unpackEncoding(headerWord)
    let item: unknown
    if ((encoding & LARGE_FLAG) !== 0) return this.#readFile(raw, waiting)
    if (encoding === Encoding.number && !raw) item = inward.number(RECORD_HEADER_BYTES)
    else {
      const asBytes = raw || encoding === Encoding.bytes
      const bytes = asBytes ? allocateBytes(length) : scratchOf(length)
      inward.read(RECORD_HEADER_BYTES, bytes, 0, length)
      item = asBytes ? bytes : new Undecoded(encoding, bytes.subarray(0, length))
    }
    inward.consume(recordBytes(length))
    this.#countTaken(itemId, length, waiting)
    return item
  }

  /** The same for a record that says where the item is. NOTHING: it was taken before. */
  #readFile(raw: boolean, waiting: WaitRecord | undefined): unknown {
    const { memory, resource } = this.#end
    const inward = memory.in
    const { headerWord, itemId } = inward
    const [process, chunk] = inward.pair(RECORD_HEADER_BYTES)
    const length = inward.number(2 * RECORD_HEADER_BYTES)
    inward.consume(recordBytes(unpackLength(headerWord)))
    const file = largeFile(memory.folder ?? '', resource, process)
    let bytes: Uint8Array | undefined
    try {
      bytes = takeLarge(file, itemId, { process, chunk, length })
    } finally {
      // Nobody else will get it, either way.
      if (bytes === undefined) Atomics.add(inward.words, Word.taken, 1)
    }
    if (bytes === undefined) return NOTHING
    this.#countTaken(itemId, length, waiting)
    const encoding = unpackEncoding(headerWord) & ~LARGE_FLAG
    return raw || encoding === Encoding.bytes ? bytes : new Undecoded(encoding, bytes)
  }

  /** The item at the head, which exceeds the ring: read while it comes. Unlocks the mutex at its end. */
  *#takeLong(raw: boolean, waiting: WaitRecord | undefined): Steps<unknown> {
    const inward = this.#end.memory.in
    const { words } = inward
    const { headerWord, itemId } = inward
    const bytes = new Uint8Array(unpackLength(headerWord))
    declareIrreparable(words, inward.mutex)
    inward.consume(RECORD_HEADER_BYTES)
    const end = recordBytes(bytes.length) - RECORD_HEADER_BYTES
    Atomics.add(words, inward.readers, 1)
    try {
      for (let done = 0; done < end;) {
        const tail = Atomics.load(words, inward.tail)
        const part = Math.min(inward.used, end - done)
        if (part === 0) {
          yield { words, index: inward.tail, expected: tail, deadline: NEVER }
          continue
        }
        // The last bytes are padding.
        inward.read(0, bytes, done, Math.max(0, Math.min(part, bytes.length - done)))
        inward.consume(part)
        done += part
        this.#end.memory.ring()
      }
    } finally {
      Atomics.sub(words, inward.readers, 1)
    }
    // Not in a `finally`: after half an item (the run is being stopped) nobody may read on.
    inward.unlock()
    this.#countTaken(itemId, bytes.length, waiting)
    const encoding = unpackEncoding(headerWord)
    return raw || encoding === Encoding.bytes ? bytes : new Undecoded(encoding, bytes)
  }

  #countTaken(itemId: number, length: number, waiting: WaitRecord | undefined): void {
    Atomics.add(this.#end.memory.words, Word.taken, 1)
    waiting?.end(WaitOutcome.granted)
    runtime.tracer?.record(EventKind.get, this.#end.resource, itemId, this.#end.memory.size, length)
  }

  /** Rings now and then, so that a busy taker does not wake the event loop at every item. */
  #askForMore(): void {
    const { words } = this.#end.memory
    const taken = Atomics.load(words, Word.taken)
    if (
      this.#end.maxsize > 0 ||
      ((taken - Atomics.load(words, Word.refillAt)) | 0) >= 0 ||
      (Atomics.load(words, Word.backlog) !== 0 && this.#end.memory.in.used <= RING_BYTES / 2)
    )
      this.#end.memory.ring()
  }
}
