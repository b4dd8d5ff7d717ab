/**
 * Which lines of the program lanes acquired resources in, waited in and began in, and when:
 * `location` events are samples, so a line stands for what was last seen up to a time. Lines are kept
 * once; a lane that keeps doing the same in the same line adds little.
 */
import type { LineFigures } from '../../run/contract.ts'
import { Category, categoryOf, detailOf, infoOf, stateOf } from '../categories.ts'
import { LANE_STATES } from '../model.ts'

/** Lines, and sightings, beyond these are not kept. */
const MAX_LINES = 16_384
const MAX_SIGHTINGS = 262_144
/** In the same line a lane is seen again at the earliest after so many nanoseconds. */
const SEEN_AGAIN = 10_000_000

/** At this time it was this line. */
interface Seen {
  readonly time: number
  readonly line: number
}

/** A lane was seen at a line. */
export interface Sighting {
  readonly time: number
  readonly track: number
  readonly line: string
}

/** What a lane was seen doing, and at which line. */
export interface SeenAt {
  readonly time: number
  readonly line: string
}

/** As plain data: lines, then lane, what it did (keyOf), and times with lines; sums by line. */
export interface PlacesState {
  readonly lines: readonly string[]
  readonly changes: readonly (readonly [number, number, readonly Seen[]])[]
  readonly sums: readonly {
    readonly line: number
    readonly waits: number
    readonly byState: Float64Array
  }[]
}

/** What a lane does: a wait for a resource, or (category none) its acquisition. */
const keyOf = (category: number, resource: number): number => infoOf(category, resource)
const acquisitionOf = (resource: number): number => keyOf(Category.none, resource)
/** Spans of a lane that acquires a resource in a line. */
const OF_ACQUISITION = [Category.waitingLock, Category.waitingGil, Category.holding] as const
/** Its function begins. */
const BEGINNING = keyOf(Category.running, 0)

export class Places {
  readonly #lines: string[] = []
  readonly #numbers = new Map<string, number>()
  /** By lane's track, then by what it did. */
  readonly #seen = new Map<number, Map<number, Seen[]>>()
  readonly #sums = new Map<number, { waits: number; readonly byState: Float64Array }>()
  #count = 0

  acquired(time: number, lane: number, resource: number, line: string): void {
    const list = this.#of(lane, acquisitionOf(resource))
    const number = this.#numberOf(line)
    if (list.at(-1)?.line !== number) this.#add(list, time, number)
  }

  /** The lane, whose span this is now about, waits (sleeps, joins) in this line. */
  waits(time: number, lane: number, category: number, detail: number, line: string): void {
    const list = this.#of(lane, keyOf(category, detail))
    const number = this.#numberOf(line)
    const last = list.at(-1)
    if (last?.line !== number || time - last.time >= SEEN_AGAIN) this.#add(list, time, number)
  }

  /** What the lane runs is defined in this line. */
  begins(time: number, lane: number, line: string): void {
    this.#add(this.#of(lane, BEGINNING), time, this.#numberOf(line))
  }

  /** A wait (sleep, join) has ended: it counts for the line where the lane was last seen in one. */
  ended(lane: number, category: number, detail: number, duration: number): void {
    const lists = this.#seen.get(lane)
    if (lists === undefined) return
    // Who was not seen waiting for a lock was perhaps seen acquiring it: that is the same line.
    const seen = (lists.get(keyOf(category, detail)) ?? lists.get(acquisitionOf(detail)))?.at(-1)
    if (seen === undefined) return
    let sums = this.#sums.get(seen.line)
    if (!sums) {
      sums = { waits: 0, byState: new Float64Array(LANE_STATES) }
      this.#sums.set(seen.line, sums)
    }
    const state = stateOf(category)
    sums.waits++
    sums.byState[state] = (sums.byState[state] ?? 0) + duration
  }

  /** Line in which the lane acquired the resource, as last seen up to `time`; '': not known. */
  acquiredAt(time: number, lane: number, resource: number): string {
    return this.#last(time, lane, acquisitionOf(resource))?.line ?? ''
  }

  /** The same, with when that was. */
  lastAcquired(time: number, lane: number, resource: number): SeenAt | undefined {
    return this.#last(time, lane, acquisitionOf(resource))
  }

  /** Where the lane was last seen up to `time` when it waited for the resource. */
  lastWait(time: number, lane: number, category: number, resource: number): SeenAt | undefined {
    return (
      this.#last(time, lane, keyOf(category, resource)) ??
      this.#last(time, lane, acquisitionOf(resource))
    )
  }

  /** Where what the lane runs at `time` is defined. */
  beginning(time: number, lane: number): SeenAt | undefined {
    return this.#last(time, lane, BEGINNING)
  }

  /** Every sighting in a line that passes, in no order. */
  find(passes: (line: string) => boolean): Sighting[] {
    const wanted = this.#lines.map(passes)
    const found: Sighting[] = []
    for (const [track, lists] of this.#seen)
      for (const list of lists.values())
        for (const { time, line } of list)
          if (wanted[line]) found.push({ time, track, line: this.#lines[line] ?? '' })
    return found
  }

  /** Info words (without ending) of spans in which the lane was ever seen at the line. */
  infosAt(lane: number, line: string): readonly number[] {
    const number = this.#numbers.get(line)
    const lists = this.#seen.get(lane)
    if (number === undefined || !lists) return []
    return [...lists].flatMap(([key, list]) => {
      if (!list.some((seen) => seen.line === number)) return []
      const about = categoryOf(key) === Category.none ? OF_ACQUISITION : [categoryOf(key)]
      return about.map((category) => keyOf(category, detailOf(key)))
    })
  }

  /** Every line that was seen. */
  figures(): LineFigures[] {
    return this.#lines.map((at, line) => {
      const { waits = 0, byState } = this.#sums.get(line) ?? {}
      return { at, waits, byState: byState?.slice() ?? new Float64Array(LANE_STATES) }
    })
  }

  save(): PlacesState {
    return {
      lines: this.#lines,
      changes: [...this.#seen].flatMap(([lane, lists]) =>
        [...lists].map(([key, list]) => [lane, key, list] as const),
      ),
      sums: [...this.#sums].map(([line, sums]) => ({ line, ...sums })),
    }
  }

  load({ lines, changes, sums }: PlacesState): void {
    for (const line of lines) this.#numberOf(line)
    for (const [lane, key, list] of changes)
      for (const { time, line } of list) this.#add(this.#of(lane, key), time, line)
    for (const { line, waits, byState } of sums) this.#sums.set(line, { waits, byState })
  }

  #of(lane: number, key: number): Seen[] {
    let lists = this.#seen.get(lane)
    if (!lists) this.#seen.set(lane, (lists = new Map<number, Seen[]>()))
    let list = lists.get(key)
    if (!list) lists.set(key, (list = []))
    return list
  }

  #add(list: Seen[], time: number, line: number): void {
    if (line < 0 || this.#count >= MAX_SIGHTINGS) return
    this.#count++
    list.push({ time, line })
  }

  /** -1: there are too many. */
  #numberOf(line: string): number {
    const known = this.#numbers.get(line)
    if (known !== undefined) return known
    if (this.#lines.length >= MAX_LINES) return -1
    this.#numbers.set(line, this.#lines.length)
    return this.#lines.push(line) - 1
  }

  #last(time: number, lane: number, key: number): SeenAt | undefined {
    const seen = lastUpTo(this.#seen.get(lane)?.get(key) ?? [], time)
    return seen && { time: seen.time, line: this.#lines[seen.line] ?? '' }
  }
}

function lastUpTo(list: readonly Seen[], time: number): Seen | undefined {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle]?.time ?? Infinity) <= time) low = middle + 1
    else high = middle
  }
  return list[low - 1]
}
