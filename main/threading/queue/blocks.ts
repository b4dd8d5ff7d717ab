/**
 * Places for the bytes of items that are taken out in another order than they were put in. Blocks are
 * powers of two; a free one is kept in the list of its size until the queue is empty, then all begins
 * anew. The lists are linked through the blocks themselves. Under the queue's mutex.
 */
import { powerOfTwo, Word } from './layout.ts'
import type { Payload } from './payload.ts'

const SMALLEST_BLOCK = 16

export const NO_BLOCK = -1

export class Blocks {
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #payload: Payload

  constructor(words: Int32Array<SharedArrayBuffer>, payload: Payload) {
    this.#words = words
    this.#payload = payload
  }

  /** @returns NO_BLOCK when there is none and the memory cannot grow. */
  allocate(length: number): number {
    const size = sizeFor(length)
    const list = listOf(size)
    const block = this.#pop(list)
    if (block !== NO_BLOCK) return block
    const top = this.#words[Word.payloadTop] ?? 0
    const least = top + size
    if (least <= this.#payload.size || this.#payload.grow(least)) {
      this.#words[Word.payloadTop] = least
      return top
    }
    // What is left of a larger one is lost until the queue is empty: better than to wait for that.
    for (let larger = list + 1; larger < LISTS; larger++) {
      const found = this.#pop(larger)
      if (found !== NO_BLOCK) return found
    }
    return NO_BLOCK
  }

  #pop(list: number): number {
    const at = Word.freeBlocks + list
    const first = this.#words[at] ?? 0
    if (first === 0) return NO_BLOCK
    this.#words[at] = this.#payload.linkAt(first - 1)
    return first - 1
  }

  free(position: number, length: number): void {
    const at = Word.freeBlocks + listOf(sizeFor(length))
    this.#payload.setLinkAt(position, this.#words[at] ?? 0)
    this.#words[at] = position + 1
  }

  /** All from `top` on is free; whatever is free below it will be when the queue is empty. */
  reset(top: number): void {
    this.#words[Word.payloadTop] = top
    this.#words.fill(0, Word.freeBlocks, Word.freeBlocks + LISTS)
  }
}

const LISTS = 32

/** Bytes of the block for an item. */
export const sizeFor = (length: number): number => Math.max(SMALLEST_BLOCK, powerOfTwo(length))
const listOf = (size: number): number => 31 - Math.clz32(size)
