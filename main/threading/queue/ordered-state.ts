/**
 * Queues whose items are not got in the order in which they were put: last in, first out, or least
 * first. One mutex (tailMutex) for all of it.
 *
 * An item is in the queue when its slot says so; what else there is (the counts, the list, the free
 * blocks) can be found out from the slots, and is, when a thread died with the mutex.
 */
import { EventKind } from '../../trace/model.ts'
import { encode, Encoding, finish, type Encoded } from '../codec.ts'
import { lockMutex, unlockMutex } from '../mutex.ts'
import { runtime } from '../runtime.ts'
import { Blocks, NO_BLOCK, sizeFor } from './blocks.ts'
import { isLess } from './compare.ts'
import { Word, type QueueHandle } from './layout.ts'
import { Order } from './order.ts'
import { NUMBER_BYTES, QueueState } from './queue-state.ts'
import { announce, announceRoom, NOTHING, wantBytes } from './waiting.ts'

const ID = 1

export class OrderedState extends QueueState {
  readonly #byPriority: boolean
  readonly #blocks = new Blocks(this.words, this.payload)
  readonly #order = new Order(this.slots, (one, other) =>
    isLess(this.#itemAt(one), this.#itemAt(other)),
  )

  constructor(handle: QueueHandle) {
    super(handle)
    this.#byPriority = handle.type === 'PriorityQueue'
  }

  override put(item: unknown, waited: boolean): boolean {
    // Encoded anew at every attempt: between two, another task of this thread may have encoded.
    const encoded = typeof item === 'number' ? item : encode(item)
    const length = typeof encoded === 'number' ? 0 : encoded.length
    this.checkLength(length)
    const { words } = this
    // Before the look for room: who makes some then wakes all who want bytes.
    if (waited && length > 0) wantBytes(words)
    this.#lock()
    try {
      if (words[Word.shutDown] !== 0) throw this.shutDownError()
      if (!this.#insert(item, encoded, length, waited)) return false
    } finally {
      unlockMutex(words, Word.tailMutex)
    }
    announce(words, Word.getters, 1)
    return true
  }

  override get(waited: boolean): unknown {
    const { words, slots } = this
    this.#lock()
    let content: string | Uint8Array
    let number: number
    let encoding: number
    try {
      const size = this.#size()
      if (size === 0) {
        if (words[Word.shutDown] !== 0) throw this.shutDownError()
        return NOTHING
      }
      const at = slots.at(this.#order.slotAt(this.#byPriority ? 0 : size - 1))
      encoding = slots.encodingAt(at)
      number = slots.numberAt(at)
      content = encoding === Encoding.number ? '' : this.readContent(at)
      // After reading, which may fail for want of memory; it may itself find what cannot be compared.
      if (this.#byPriority) this.#order.pop(size)
      if (waited) this.recordWaitEnd(slots.putterAt(at))
      this.#remove(at, size - 1)
    } finally {
      unlockMutex(words, Word.tailMutex)
    }
    announceRoom(words)
    return encoding === Encoding.number ? number : finish(encoding, content)
  }

  #insert(item: unknown, encoded: number | Encoded, length: number, waited: boolean): boolean {
    const { words, slots } = this
    const order = this.#order
    const size = this.#size()
    if (this.maxsize > 0 && size >= this.maxsize) return false
    if (size >= slots.count && !slots.grow(false)) return false
    const position = length === 0 ? 0 : this.#blocks.allocate(length)
    if (position === NO_BLOCK) return false
    const slot = order.slotAt(size)
    const at = slots.at(slot)
    const tail = words[Word.tail] ?? 0
    slots.setWord(at, ID, tail)
    if (this.#byPriority) order.setKey(at, item)
    this.write(at, encoded, position)
    try {
      if (this.#byPriority) order.push(slot, size)
    } catch (error) {
      slots.free(at)
      if (length > 0) this.#blocks.free(position, length)
      throw error
    }
    if (waited) this.recordWaitEnd(Atomics.load(words, Word.lastGetter))
    const bytes = typeof encoded === 'number' ? NUMBER_BYTES : length
    runtime.tracer?.record(EventKind.put, this.resource, tail, size + 1, bytes)
    Atomics.store(words, Word.tail, (tail + 1) | 0)
    return true
  }

  /** @param left items after it. */
  #remove(at: number, left: number): void {
    const { words, slots } = this
    const id = slots.wordAt(at, ID)
    const bytes = this.lengthAt(at)
    runtime.tracer?.record(EventKind.get, this.resource, id, left, bytes)
    const isNumber = slots.encodingAt(at) === Encoding.number
    slots.free(at)
    words[Word.lastGetter] = runtime.ident
    Atomics.store(words, Word.head, ((words[Word.head] ?? 0) + 1) | 0)
    if (left === 0) this.#blocks.reset(0)
    else if (!isNumber && bytes > 0) this.#blocks.free(slots.positionAt(at), bytes)
  }

  #size(): number {
    return ((this.words[Word.tail] ?? 0) - (this.words[Word.head] ?? 0)) | 0
  }

  #itemAt(at: number): unknown {
    const encoding = this.slots.encodingAt(at)
    return encoding === Encoding.number
      ? this.slots.numberAt(at)
      : finish(encoding, this.readContent(at))
  }

  protected override drain(): number {
    const size = this.#size()
    for (let left = size - 1; left >= 0; left--)
      this.#remove(this.slots.at(this.#order.slotAt(left)), left)
    return size
  }

  #lock(): void {
    if (lockMutex(this.words, Word.tailMutex)) this.#repair()
  }

  /** The thread that had the mutex died: what is not in the slots is made anew. */
  #repair(): void {
    const { words, slots } = this
    const order = this.#order
    const numbers = Array.from({ length: slots.count }, (_, slot) => slot)
    const isUsed = (slot: number) => slots.encodingAt(slots.at(slot)) !== 0
    const head = words[Word.head] ?? 0
    /** Puts since the last get: ids are compared modulo 2^32. */
    const ageOf = (slot: number) => (slots.wordAt(slots.at(slot), ID) - head) | 0
    const used = numbers.filter(isUsed).sort((one, other) => ageOf(one) - ageOf(other))
    const last = used.at(-1)
    const counted = ((words[Word.tail] ?? 0) - head) | 0
    const tail = head + Math.max(counted, last === undefined ? 0 : ageOf(last) + 1)
    Atomics.store(words, Word.tail, tail | 0)
    Atomics.store(words, Word.head, (tail - used.length) | 0)
    this.#blocks.reset(used.reduce((end, slot) => Math.max(end, this.#endOf(slots.at(slot))), 0))
    const list = [...used, ...numbers.filter((slot) => !isUsed(slot))]
    list.forEach((slot, place) => order.setSlotAt(place, slot))
    if (this.#byPriority) used.forEach((slot, place) => this.#pushAgain(slot, place))
  }

  #pushAgain(slot: number, place: number): void {
    try {
      this.#order.push(slot, place)
    } catch {
      // It cannot be compared and stays where it is: who gets it hears of it.
    }
  }

  /** Where the block of the slot's item ends. */
  #endOf(at: number): number {
    const length = this.slots.encodingAt(at) === Encoding.number ? 0 : this.slots.lengthAt(at)
    return length === 0 ? 0 : this.slots.positionAt(at) + sizeFor(length)
  }
}
