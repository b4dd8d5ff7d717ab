/**
 * Which lines of the program lanes acquired resources in and waited in, and when: `location` events
 * are samples, so a line stands for what was last seen up to a time. Lines are kept once; a lane
 * that keeps acquiring in the same line adds nothing.
 */

/** Lines, and changes of lines, beyond these are not kept. */
const MAX_LINES = 16_384
const MAX_CHANGES = 262_144

/** From this time on it was this line. */
interface Change {
  readonly time: number
  readonly line: number
}

/** A lane was seen at a line. */
export interface Sighting {
  readonly time: number
  readonly track: number
  readonly line: string
}

/** As plain data: lines, then lane, resource (or -1: where it waited), and times with lines. */
export interface PlacesState {
  readonly lines: readonly string[]
  readonly changes: readonly (readonly [number, number, readonly Change[]])[]
}

/** In place of a resource: where the lane waits. */
const WAITING = -1

export class Places {
  readonly #lines: string[] = []
  readonly #numbers = new Map<string, number>()
  /** By lane's track, then by resource. */
  readonly #changes = new Map<number, Map<number, Change[]>>()
  #count = 0

  acquired(time: number, lane: number, resource: number, line: string): void {
    const changes = this.#of(lane, resource)
    const number = this.#numberOf(line)
    if (changes.at(-1)?.line !== number) this.#add(changes, time, number)
  }

  /** Long waits are seen again and again, in the same line, too: each tells of its own wait. */
  waits(time: number, lane: number, line: string): void {
    this.#add(this.#of(lane, WAITING), time, this.#numberOf(line))
  }

  /** Line in which the lane acquired the resource, as last seen up to `time`; '': not known. */
  acquiredAt(time: number, lane: number, resource: number): string {
    return this.#line(lastUpTo(this.#changes.get(lane)?.get(resource) ?? [], time))
  }

  /** Line in which the lane was seen waiting between two times; '': not seen. */
  waitedAt(from: number, to: number, lane: number): string {
    const last = lastUpTo(this.#changes.get(lane)?.get(WAITING) ?? [], to)
    return last && last.time >= from ? this.#line(last) : ''
  }

  /** Every change of a line that passes, in no order. */
  find(passes: (line: string) => boolean): Sighting[] {
    const wanted = this.#lines.map(passes)
    const found: Sighting[] = []
    for (const [track, resources] of this.#changes)
      for (const changes of resources.values())
        for (const { time, line } of changes)
          if (wanted[line]) found.push({ time, track, line: this.#lines[line] ?? '' })
    return found
  }

  save(): PlacesState {
    return {
      lines: this.#lines,
      changes: [...this.#changes].flatMap(([lane, resources]) =>
        [...resources].map(([resource, changes]) => [lane, resource, changes] as const),
      ),
    }
  }

  load({ lines, changes }: PlacesState): void {
    for (const line of lines) this.#numberOf(line)
    for (const [lane, resource, list] of changes)
      for (const { time, line } of list) this.#add(this.#of(lane, resource), time, line)
  }

  #of(lane: number, resource: number): Change[] {
    let resources = this.#changes.get(lane)
    if (!resources) this.#changes.set(lane, (resources = new Map<number, Change[]>()))
    let changes = resources.get(resource)
    if (!changes) resources.set(resource, (changes = []))
    return changes
  }

  #add(changes: Change[], time: number, line: number): void {
    if (line < 0 || this.#count >= MAX_CHANGES) return
    this.#count++
    changes.push({ time, line })
  }

  /** -1: there are too many. */
  #numberOf(line: string): number {
    const known = this.#numbers.get(line)
    if (known !== undefined) return known
    if (this.#lines.length >= MAX_LINES) return -1
    this.#numbers.set(line, this.#lines.length)
    return this.#lines.push(line) - 1
  }

  #line(change: Change | undefined): string {
    return change === undefined ? '' : (this.#lines[change.line] ?? '')
  }
}

function lastUpTo(changes: readonly Change[], time: number): Change | undefined {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((changes[middle]?.time ?? Infinity) <= time) low = middle + 1
    else high = middle
  }
  return changes[low - 1]
}
