/**
 * In which order the items of a queue are got: a list of slots, those in use first. Its cells lie in
 * the slots, each relative to its own number, so that zero-filled memory is a list of free slots.
 *
 * A priority queue's list is a heap, and the steps are those of CPython's heapq, so that items of the
 * same priority come in the same order as there. All comparisons are made before anything is moved:
 * one that throws leaves the queue as it was.
 */
import type { Slots } from './slots.ts'

const CELL = 4
const KEY_KIND = 5

/** What the number in a slot's key is. */
const Key = { none: 0, item: 1, firstOfArray: 2 } as const

export class Order {
  readonly #slots: Slots
  readonly #isItemLess: (one: number, other: number) => boolean

  /** @param isItemLess compares the items of two slots, given by their first words. */
  constructor(slots: Slots, isItemLess: (one: number, other: number) => boolean) {
    this.#slots = slots
    this.#isItemLess = isItemLess
  }

  /** The slot at a place of the list. */
  slotAt(place: number): number {
    const slots = this.#slots
    return place + slots.wordAt(slots.at(place), CELL)
  }

  setSlotAt(place: number, slot: number): void {
    const slots = this.#slots
    slots.setWord(slots.at(place), CELL, slot - place)
  }

  /** A number by which most comparisons are decided. */
  setKey(at: number, item: unknown): void {
    const slots = this.#slots
    const first: unknown = Array.isArray(item) ? item[0] : item
    if (typeof first !== 'number') return slots.setWord(at, KEY_KIND, Key.none)
    slots.setWord(at, KEY_KIND, first === item ? Key.item : Key.firstOfArray)
    slots.setKey(at, first)
  }

  #isLess(slot: number, than: number): boolean {
    const slots = this.#slots
    const [one, other] = [slots.at(slot), slots.at(than)]
    const kind = slots.wordAt(one, KEY_KIND)
    if (kind !== Key.none && kind === slots.wordAt(other, KEY_KIND)) {
      const [left, right] = [slots.keyAt(one), slots.keyAt(other)]
      if (kind === Key.item || left !== right) return left < right
    }
    return this.#isItemLess(one, other)
  }

  /** heappush: `slot` is at place `size`, after the list's end. @throws what comparing throws. */
  push(slot: number, size: number): void {
    let place = size
    while (place > 0 && this.#isLess(slot, this.slotAt((place - 1) >> 1))) place = (place - 1) >> 1
    for (let at = size; at > place; at = (at - 1) >> 1)
      this.setSlotAt(at, this.slotAt((at - 1) >> 1))
    this.setSlotAt(place, slot)
  }

  /** heappop: the first slot goes to place `size - 1`. @throws what comparing throws. */
  pop(size: number): void {
    const end = size - 1
    const [first, last] = [this.slotAt(0), this.slotAt(end)]
    const path = this.#pathOfLesser(end)
    let length = path.length - 1
    while (length > 0 && this.#isLess(last, this.slotAt(path[length] ?? 0))) length--
    for (let step = 0; step < length; step++)
      this.setSlotAt(path[step] ?? 0, this.slotAt(path[step + 1] ?? 0))
    this.setSlotAt(path[length] ?? 0, last)
    this.setSlotAt(end, first)
  }

  /** From the top always to the lesser child, down to a leaf before `end`. */
  #pathOfLesser(end: number): number[] {
    const path = [0]
    for (let child = 1; child < end; child = 2 * child + 1) {
      const right = child + 1
      if (right < end && !this.#isLess(this.slotAt(child), this.slotAt(right))) child = right
      path.push(child)
    }
    return path
  }
}
