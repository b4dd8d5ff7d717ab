/**
 * How long items stay in a queue: pairs puts with gets by item id. Ids count up from 0 in each
 * putting process, whose number is in the top 8 bits, so a ring of slots per process holds the
 * items on their way without a hash table or an allocation per item.
 */
const COUNT_BITS = 24
const FIRST_SLOTS = 256
/** Of one process, at most this many items on their way are followed. */
const MAX_SLOTS = 2 ** 20

interface Slots {
  ids: Uint32Array
  /** Time of the put; negative, less 1: of a get merged before its put; NaN: free. */
  times: Float64Array
}

const slotsOf = (count: number): Slots => ({
  ids: new Uint32Array(count),
  times: new Float64Array(count).fill(NaN),
})

const NO_SLOTS = slotsOf(0)

export class Residence {
  readonly #processes = new Map<number, Slots>()
  /** Those of the last item: most often of the next one as well. */
  #process = -1
  #slots = NO_SLOTS

  /** @returns the time the item stayed when its get is known already. */
  put(item: number, time: number): number | undefined {
    return this.#pair(item, time, time)
  }

  get(item: number, time: number): number | undefined {
    return this.#pair(item, time, -time - 1)
  }

  #pair(item: number, time: number, mine: number): number | undefined {
    const slots = this.#slotsFor(item)
    const at = item & (slots.times.length - 1)
    const other = slots.ids[at] === item ? (slots.times[at] ?? NaN) : NaN
    if (Number.isNaN(other) || other < 0 === mine < 0) {
      slots.ids[at] = item
      slots.times[at] = mine
      return undefined
    }
    slots.times[at] = NaN
    return Math.max(0, mine < 0 ? time - other : -other - 1 - time)
  }

  #slotsFor(item: number): Slots {
    const process = item >>> COUNT_BITS
    if (process !== this.#process) {
      this.#process = process
      this.#slots = this.#processes.get(process) ?? this.#keep(slotsOf(FIRST_SLOTS))
    }
    for (;;) {
      const slots = this.#slots
      const at = item & (slots.times.length - 1)
      const free = Number.isNaN(slots.times[at] ?? NaN) || slots.ids[at] === item
      if (free || slots.times.length === MAX_SLOTS) return slots
      const larger = slotsOf(slots.times.length * 2)
      for (let slot = 0; slot < slots.times.length; slot++) {
        if (Number.isNaN(slots.times[slot] ?? NaN)) continue
        const id = slots.ids[slot] ?? 0
        larger.ids[id & (larger.times.length - 1)] = id
        larger.times[id & (larger.times.length - 1)] = slots.times[slot] ?? NaN
      }
      this.#slots = this.#keep(larger)
    }
  }

  #keep(slots: Slots): Slots {
    this.#processes.set(this.#process, slots)
    return slots
  }
}
