import { UNKNOWN } from './layout.ts'

interface Counts {
  puts: number
  gets: number
}

/** Numbers of items, and depths of queues, that no process knows. */
export class Items {
  /** By resource of the run. */
  readonly #queues = new Map<number, Counts>()

  /** @returns the item's number: puts (gets) are counted in the order of their times. */
  put(resource: number, item: number): number {
    const counts = this.#of(resource)
    const number = counts.puts++
    return item === UNKNOWN ? number : item
  }

  get(resource: number, item: number): number {
    const counts = this.#of(resource)
    const number = counts.gets++
    return item === UNKNOWN ? number : item
  }

  /** @returns how many items the queue holds, as far as was seen. */
  depth(resource: number, said: number): number {
    if (said !== UNKNOWN) return said
    const { puts, gets } = this.#of(resource)
    return Math.max(0, puts - gets)
  }

  #of(resource: number): Counts {
    let counts = this.#queues.get(resource)
    if (!counts) this.#queues.set(resource, (counts = { puts: 0, gets: 0 }))
    return counts
  }
}
