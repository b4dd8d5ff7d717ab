/**
 * What of the items in queues no process knows: their numbers, in the order of their times, and how
 * many there are. Puts are recorded after the fact, so that a get may have been recorded before its
 * put: it is moved behind it.
 */
import type { Frame } from './frame.ts'
import { UNKNOWN } from './layout.ts'

interface Counts {
  puts: number
  gets: number
  /** Gets that came before their puts. */
  readonly early: Early[]
}

interface Early {
  readonly frame: Frame
  readonly record: number
  /** The frame's when the record was added: it can be moved no more once it has been taken. */
  readonly taken: number
}

/** Of each queue; those beyond stay where they are. */
const MAX_EARLY = 64

export class Items {
  /** By resource of the run. */
  readonly #queues = new Map<number, Counts>()

  /** @returns the item's number. */
  put(resource: number, item: number, time: number): number {
    const counts = this.#of(resource)
    const early = counts.early.shift()
    if (early?.frame.taken === early?.taken) early?.frame.moveTo(early.record, time + 1)
    const number = counts.puts++
    return item === UNKNOWN ? number : item
  }

  /** @returns the item's number. */
  get(resource: number, item: number): number {
    const number = this.#of(resource).gets++
    return item === UNKNOWN ? number : item
  }

  /** Where the get stands that was counted last. */
  got(resource: number, frame: Frame, record: number): void {
    const { puts, gets, early } = this.#of(resource)
    if (gets > puts && early.length < MAX_EARLY) early.push({ frame, record, taken: frame.taken })
  }

  /** @returns how many items the queue holds, as far as was seen. */
  depth(resource: number, said: number): number {
    if (said !== UNKNOWN) return said
    const { puts, gets } = this.#of(resource)
    return Math.max(0, puts - gets)
  }

  #of(resource: number): Counts {
    let counts = this.#queues.get(resource)
    if (!counts) this.#queues.set(resource, (counts = { puts: 0, gets: 0, early: [] }))
    return counts
  }
}
