/**
 * First in, first out, with two mutexes: one for those who put and one for those who get (Michael and
 * Scott, "Simple, fast, and practical non-blocking and blocking concurrent queue algorithms", 1996),
 * so that they meet only when the queue is full or empty.
 *
 * A put writes its slot and then stores TAIL, a get reads its slot and then stores HEAD: the one store
 * is the operation. A thread that dies before it has done nothing, and leaves nothing to be repaired.
 *
 * With a tracer, get records and stores HEAD under the putters' mutex as well: the trace has puts and
 * gets in the order they happened, with the depth at that moment. HEAD's mutex is locked first.
 */
import { EventKind } from '../../trace/model.ts'
import type { Tracer } from '../../trace/tracer.ts'
import { encode, Encoding, finish, type Encoded } from '../codec.ts'
import { lockMutex, tryLockMutex, unlockMutex } from '../mutex.ts'
import { runtime } from '../runtime.ts'
import { Word } from './layout.ts'
import { NUMBER_BYTES, QueueState } from './queue-state.ts'
import { announce, announceRoom, NOTHING, wantBytes } from './waiting.ts'

/** Not a place: those are multiples of the alignment. */
const NO_PLACE = -1
/** Copying is fastest between aligned places. */
const aligned = (length: number): number => (length + 7) & ~7

export class FifoState extends QueueState {
  override put(item: unknown, waited: boolean): boolean {
    if (typeof item === 'number' && this.#putNumber(item)) return true
    // Encoded anew at every attempt: between two, another task of this thread may have encoded.
    const encoded = typeof item === 'number' ? item : encode(item)
    const length = typeof encoded === 'number' ? 0 : encoded.length
    if (length > 0) this.checkLength(length)
    const { words } = this
    for (;;) {
      lockMutex(words, Word.tailMutex)
      if (words[Word.shutDown] !== 0) {
        unlockMutex(words, Word.tailMutex)
        throw this.shutDownError()
      }
      const tail = words[Word.tail] ?? 0
      const place = this.#placeFor(tail, length)
      if (place !== NO_PLACE) {
        this.#append(tail, encoded, place, waited)
        unlockMutex(words, Word.tailMutex)
        announce(words, Word.getters, 1)
        return true
      }
      const full = this.maxsize > 0 && this.#seenSize(tail) >= this.maxsize
      unlockMutex(words, Word.tailMutex)
      if (full) return false
      // Before the last look for room: who makes some then wakes all who want bytes.
      if (waited && length > 0) wantBytes(words)
      if (!this.#grow(length)) return false
    }
  }

  /**
   * The way that nearly all numbers take, kept short for the compiler's sake.
   * @returns false when anything else than an item has to be looked after: nothing was done.
   */
  #putNumber(value: number): boolean {
    const { words, slots } = this
    if (runtime.tracer !== undefined || !tryLockMutex(words, Word.tailMutex)) return false
    const tail = words[Word.tail] ?? 0
    if (words[Word.shutDown] !== 0 || this.#seenSize(tail) >= this.#most()) {
      unlockMutex(words, Word.tailMutex)
      return false
    }
    slots.setNumber(slots.at(tail), value)
    // Last: whoever sees TAIL finds the item written.
    Atomics.store(words, Word.tail, (tail + 1) | 0)
    unlockMutex(words, Word.tailMutex)
    announce(words, Word.getters, 1)
    return true
  }

  override get(waited: boolean): unknown {
    const { words, slots } = this
    const { tracer } = runtime
    lockMutex(words, Word.headMutex)
    const head = words[Word.head] ?? 0
    if (words[Word.seenTail] === head) {
      const tail = Atomics.load(words, Word.tail)
      if (tail === head) {
        // Whoever shuts it down has this mutex: no item was put since the look at TAIL.
        const shutDown = words[Word.shutDown] !== 0
        unlockMutex(words, Word.headMutex)
        if (shutDown) throw this.shutDownError()
        return NOTHING
      }
      words[Word.seenTail] = tail
    }
    const at = slots.at(head)
    const encoding = slots.encodingAt(at)
    if (encoding === Encoding.number) {
      const value = slots.numberAt(at)
      this.#take(head, at, waited, tracer)
      unlockMutex(words, Word.headMutex)
      announceRoom(words)
      return value
    }
    const length = slots.lengthAt(at)
    const content = this.#readOrUnlock(at)
    const end = slots.positionAt(at) + aligned(length)
    this.#take(head, at, waited, tracer)
    // After HEAD: a thread that dies between the two leaves less room, and no item overwritten.
    if (length > 0) Atomics.store(words, Word.payloadHead, end | 0)
    unlockMutex(words, Word.headMutex)
    announceRoom(words)
    return finish(encoding, content)
  }

  /** The mutex is given back when there is no memory for the item: it stays in the queue. */
  #readOrUnlock(at: number): string | Uint8Array {
    try {
      return this.readContent(at)
    } catch (error) {
      unlockMutex(this.words, Word.headMutex)
      throw error
    }
  }

  /** Where the item's bytes go (0 when it has none); NO_PLACE: no room as far as has been grown. */
  #placeFor(tail: number, length: number): number {
    const { words, payload } = this
    const most = this.#most()
    if (this.#seenSize(tail) >= most) {
      words[Word.seenHead] = Atomics.load(words, Word.head)
      if (this.#seenSize(tail) >= most) return NO_PLACE
    }
    if (length === 0) return 0
    const { size } = payload
    if (length > size) return NO_PLACE
    const from = words[Word.payloadTail] ?? 0
    const mask = size - 1
    const start = (from & mask) + length <= size ? from : (from + mask) & ~mask
    // Nothing is in it: all bytes are free, also those not yet reported so.
    if (Atomics.load(words, Word.head) === tail) return start
    const used = (start + aligned(length) - Atomics.load(words, Word.payloadHead)) >>> 0
    return used <= size ? start : NO_PLACE
  }

  /** Items that may be in it without growing. */
  #most(): number {
    const { count } = this.slots
    return this.maxsize > 0 && this.maxsize < count ? this.maxsize : count
  }

  /** Not less than the size. */
  #seenSize(tail: number): number {
    return (tail - (this.words[Word.seenHead] ?? 0)) | 0
  }

  #append(tail: number, item: number | Encoded, place: number, waited: boolean): void {
    const { words } = this
    this.write(this.slots.at(tail), item, place)
    const length = typeof item === 'number' ? NUMBER_BYTES : item.length
    if (typeof item !== 'number' && length > 0)
      words[Word.payloadTail] = (place + aligned(length)) | 0
    const { tracer } = runtime
    if (tracer !== undefined) {
      if (waited) this.recordWaitEnd(Atomics.load(words, Word.lastGetter))
      const depth = (tail + 1 - Atomics.load(words, Word.head)) | 0
      tracer.record(EventKind.put, this.resource, tail, depth, length)
    }
    // Last: whoever sees TAIL finds the item written and recorded.
    Atomics.store(words, Word.tail, (tail + 1) | 0)
  }

  /** The item is read; from here on it is got. @throws KeyboardInterrupt; then it is not. */
  #take(head: number, at: number, waited: boolean, tracer: Tracer | undefined): void {
    const { words } = this
    words[Word.lastGetter] = runtime.ident
    if (tracer === undefined) {
      Atomics.store(words, Word.head, (head + 1) | 0)
      return
    }
    this.#lockTailToo()
    if (waited) this.recordWaitEnd(this.slots.putterAt(at))
    const depth = (Atomics.load(words, Word.tail) - (head + 1)) | 0
    tracer.record(EventKind.get, this.resource, head, depth, this.lengthAt(at))
    Atomics.store(words, Word.head, (head + 1) | 0)
    unlockMutex(words, Word.tailMutex)
  }

  /** While nobody puts or gets. @returns false when there is no room and will be none by growing. */
  #grow(length: number): boolean {
    const { words, slots, payload } = this
    lockMutex(words, Word.headMutex)
    this.#lockTailToo()
    const tail = words[Word.tail] ?? 0
    let room = this.#placeFor(tail, length) !== NO_PLACE
    if (!room && this.maxsize > 0 && this.#seenSize(tail) >= this.maxsize) room = false
    else if (!room && this.#seenSize(tail) >= slots.count) room = slots.grow(true)
    else if (!room) {
      const used = (words[Word.payloadTail] ?? 0) - (words[Word.payloadHead] ?? 0)
      room = payload.grow(Math.min(payload.limit, (used >>> 0) + aligned(length)))
    }
    unlockMutex(words, Word.tailMutex)
    unlockMutex(words, Word.headMutex)
    return room
  }

  /** HEAD's mutex is this thread's: it is given back when a stop ends the wait for the other one. */
  #lockTailToo(): void {
    try {
      lockMutex(this.words, Word.tailMutex)
    } catch (error) {
      unlockMutex(this.words, Word.headMutex)
      throw error
    }
  }

  protected override drain(): number {
    const { words, slots } = this
    const tail = words[Word.tail] ?? 0
    const head = words[Word.head] ?? 0
    const items = (tail - head) | 0
    for (let item = 0; item < items; item++) {
      const length = this.lengthAt(slots.at(head + item))
      const id = (head + item) | 0
      runtime.tracer?.record(EventKind.get, this.resource, id, items - item - 1, length)
    }
    words[Word.seenTail] = tail
    Atomics.store(words, Word.head, tail)
    Atomics.store(words, Word.payloadHead, words[Word.payloadTail] ?? 0)
    return items
  }
}
