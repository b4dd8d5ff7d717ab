/** Numbers the kinds of entry that a segment has in the order of their first occurrence. */
import { SEGMENT } from './levels.ts'

const EMPTY = 0
/** A power of two, at least twice as many as spans. */
const SLOTS = SEGMENT * 2

/** A kind is two words of 32 bits. */
export class Kinds {
  readonly infos = new Uint32Array(SEGMENT)
  readonly people = new Uint32Array(SEGMENT)
  count = 0
  readonly #slots = new Uint16Array(SLOTS)

  clear(): void {
    this.count = 0
    this.#slots.fill(EMPTY)
  }

  numberOf(info: number, people: number): number {
    let slot = (Math.imul(info ^ Math.imul(people, 0x85eb_ca6b), 0x9e37_79b1) >>> 8) & (SLOTS - 1)
    for (;;) {
      const number = (this.#slots[slot] ?? EMPTY) - 1
      if (number < 0) break
      if (this.infos[number] === info && this.people[number] === people) return number
      slot = (slot + 1) & (SLOTS - 1)
    }
    this.infos[this.count] = info
    this.people[this.count] = people
    this.#slots[slot] = ++this.count
    return this.count - 1
  }
}
