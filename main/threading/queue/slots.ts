/**
 * One slot for each item, in a memory that grows; after the control words.
 *
 * | word | content                                                                          |
 * |------|----------------------------------------------------------------------------------|
 * | 0    | the item's encoding (codec.ts) above bit 16, below it the ident of who put it; 0: free |
 * | 1    | the item's id, in a queue with an order of its own                                |
 * | 2, 3 | a number, or where the item's bytes are in the payload, and how many              |
 * | 4    | a cell of the order (order.ts)                                                    |
 * | 5    | what the key is (order.ts)                                                        |
 * | 6, 7 | the key, a number                                                                 |
 *
 * Plain loads and stores: the queue's mutexes order them.
 */
import { IDENT_RANGE } from '../../trace/model.ts'
import { Encoding } from '../codec.ts'
import { runtime } from '../runtime.ts'
import { HEADER_BYTES, Word } from './layout.ts'
import { growTo } from './payload.ts'

const ENCODING_SHIFT = 16
const IDENT_MASK = IDENT_RANGE - 1
const INITIAL_BYTES = 2_048
const FIRST_WORD = HEADER_BYTES / 4
const FIRST_NUMBER = HEADER_BYTES / 8

export class Slots {
  /** To which their number can grow. */
  readonly limit: number
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #memory: SharedArrayBuffer
  readonly #slotBytes: number
  /** log2 of the words of a slot. */
  readonly #shift: number
  /** The whole memory as this thread last knew it. */
  #cells: Int32Array<SharedArrayBuffer>
  #numbers: Float64Array<SharedArrayBuffer>
  #mask = -1

  constructor(words: Int32Array<SharedArrayBuffer>, memory: SharedArrayBuffer, slotBytes: number) {
    this.#words = words
    this.#memory = memory
    this.#slotBytes = slotBytes
    this.#shift = Math.log2(slotBytes / 4)
    this.limit = (memory.maxByteLength - HEADER_BYTES) / slotBytes
    this.#cells = new Int32Array(memory, 0, FIRST_WORD)
    this.#numbers = new Float64Array(memory, 0, FIRST_NUMBER)
  }

  /** In use; a power of two, or 0. */
  get count(): number {
    return this.#words[Word.slots] ?? 0
  }

  /**
   * @param ring an item is looked for at its number modulo the count: after it has doubled, in either
   * half. Otherwise new slots are free.
   * @returns false when the limit or the machine's memory does not allow it.
   */
  grow(ring: boolean): boolean {
    const { count } = this
    const wanted = Math.min(this.limit, count === 0 ? INITIAL_BYTES / this.#slotBytes : 2 * count)
    if (wanted <= count || !growTo(this.#memory, HEADER_BYTES + wanted * this.#slotBytes))
      return false
    const old = count * this.#slotBytes
    if (ring) new Uint8Array(this.#memory, HEADER_BYTES, 2 * old).copyWithin(old, 0, old)
    // Last: a thread that dies before has changed nothing.
    this.#words[Word.slots] = wanted
    return true
  }

  /** The first word of a slot, taken modulo their count, in this thread's view of the memory. */
  at(number: number): number {
    if (this.#words[Word.slots] !== this.#mask + 1) this.#remap()
    return FIRST_WORD + ((number & this.#mask) << this.#shift)
  }

  setNumber(at: number, value: number): void {
    this.#numbers[(at + 2) >> 1] = value
    this.setEncoding(at, Encoding.number)
  }

  setBytes(at: number, encoding: number, position: number, length: number): void {
    this.#cells[at + 2] = position
    this.#cells[at + 3] = length
    this.setEncoding(at, encoding)
  }

  setEncoding(at: number, encoding: number): void {
    this.#cells[at] = (encoding << ENCODING_SHIFT) | (runtime.ident & IDENT_MASK)
  }

  free(at: number): void {
    this.#cells[at] = 0
  }

  /** 0: the slot is free. */
  encodingAt(at: number): number {
    return (this.#cells[at] ?? 0) >> ENCODING_SHIFT
  }

  /** Ident of who put the item. */
  putterAt(at: number): number {
    // All who use a queue are threads of one process, with idents of one range.
    return (runtime.ident & ~IDENT_MASK) | ((this.#cells[at] ?? 0) & IDENT_MASK)
  }

  numberAt(at: number): number {
    return this.#numbers[(at + 2) >> 1] ?? 0
  }

  positionAt(at: number): number {
    return this.#cells[at + 2] ?? 0
  }

  lengthAt(at: number): number {
    return this.#cells[at + 3] ?? 0
  }

  /** Word 1, 4 or 5 of a slot. */
  wordAt(at: number, word: number): number {
    return this.#cells[at + word] ?? 0
  }

  setWord(at: number, word: number, value: number): void {
    this.#cells[at + word] = value
  }

  keyAt(at: number): number {
    return this.#numbers[(at + 6) >> 1] ?? 0
  }

  setKey(at: number, key: number): void {
    this.#numbers[(at + 6) >> 1] = key
  }

  #remap(): void {
    const { count } = this
    const bytes = HEADER_BYTES + count * this.#slotBytes
    this.#cells = new Int32Array(this.#memory, 0, bytes / 4)
    this.#numbers = new Float64Array(this.#memory, 0, bytes / 8)
    this.#mask = count - 1
  }
}
