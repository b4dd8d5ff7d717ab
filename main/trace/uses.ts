/**
 * What each lane did at a resource since the section began: how often it used it, how long it held
 * it and waited for it. One look-up an event at most, and none when the same lane comes again.
 * Nothing of it is kept in a snapshot: sections that are over have their figures.
 */
import { nanoseconds } from '../core/units.ts'
import type { LanePlace } from './figures.ts'
import type { Lane } from './lane.ts'

export interface Use {
  readonly lane: Lane
  /** Acquisitions, permits, tasks, items; else waits begun. */
  used: number
  /** Nanoseconds within the section. */
  held: number
  waited: number
  /** When its last hold or task ended; 0: none has. */
  last: number
}

/** So many are told of a resource, those who used it most. */
const TOLD = 64

export class Uses {
  #began = 0
  /** Most resources are never used: nothing is made for them. */
  #byLane: Map<Lane, Use> | undefined
  #latest: Use | undefined

  begin(time: number): void {
    this.#began = time
    this.#byLane = undefined
    this.#latest = undefined
  }

  used(lane: Lane): void {
    this.#of(lane).used++
  }

  held(lane: Lane, since: number, time: number): void {
    const use = this.#of(lane)
    use.held += time - Math.max(since, this.#began)
    use.last = time
  }

  waited(lane: Lane, since: number, time: number): void {
    this.#of(lane).waited += time - Math.max(since, this.#began)
  }

  /** Most uses first; of as many, who waited longest. */
  get list(): readonly Readonly<Use>[] {
    return [...(this.#byLane?.values() ?? [])]
      .toSorted(
        (one, other) =>
          other.used - one.used || other.waited - one.waited || one.lane.track - other.lane.track,
      )
      .slice(0, TOLD)
  }

  /** Sum over all lanes. */
  get waitedInAll(): number {
    let sum = 0
    for (const { waited } of this.#byLane?.values() ?? []) sum += waited
    return sum
  }

  #of(lane: Lane): Use {
    if (this.#latest?.lane === lane) return this.#latest
    this.#byLane ??= new Map()
    let use = this.#byLane.get(lane)
    if (!use) this.#byLane.set(lane, (use = { lane, used: 0, held: 0, waited: 0, last: 0 }))
    return (this.#latest = use)
  }
}

/** The longest of the waits that ended since the section began. */
export class LongestWait {
  #waited = 0
  #to = 0
  #track = 0

  begin(): void {
    this.#waited = 0
  }

  add(lane: Lane, waited: number, to: number): void {
    if (waited <= this.#waited) return
    this.#waited = waited
    this.#to = to
    this.#track = lane.track
  }

  get figures(): { readonly longestWait: number; readonly longestAt?: LanePlace } {
    const longestWait = this.#waited
    if (longestWait === 0) return { longestWait }
    const to = this.#to
    const from = nanoseconds(to - longestWait)
    return { longestWait, longestAt: { track: this.#track, from, to: nanoseconds(to) } }
  }
}
