/** Who waited for whom for longer than anybody should: read from the longest waits of each fork. */
import { nanoseconds, type Nanoseconds } from '../../core/units.ts'
import type { TablesAnswer } from '../../run/contract.ts'
import type { SectionFigures } from '../../trace/figures.ts'

export interface Wait {
  /** The lane that waited. */
  readonly track: number
  readonly name: string
  /** Name of what it waited for. */
  readonly lock: string
  readonly holderTrack: number
  readonly holder: string
  readonly from: Nanoseconds
  readonly to: Nanoseconds
}

/** A wait that began with the last meal, or soon after it: not all forks are taken at once. */
const NEARLY = 0.8

/**
 * @param patience nanoseconds that nobody ate.
 * @returns waits of the section at one time, each for what the next one's lane held and the last one
 * for what the first one's held; empty: there were none such.
 */
export function cycleIn(
  { locks, lanes }: Pick<TablesAnswer, 'locks' | 'lanes'>,
  { from, to }: Pick<SectionFigures, 'from' | 'to'>,
  patience: number,
): readonly Wait[] {
  const nameOf = (lane: number) => lanes.find(({ track }) => track === lane)?.name ?? ''
  const waits = locks.flatMap((lock) =>
    lock.longest
      .filter((wait) => wait.holder !== 0 && wait.duration >= patience * NEARLY)
      .filter((wait) => wait.from >= from && wait.from <= to)
      .map((wait): Wait => ({
        track: wait.track,
        name: nameOf(wait.track),
        lock: lock.name,
        holderTrack: wait.holder,
        holder: nameOf(wait.holder),
        from: wait.from,
        to: nanoseconds(wait.from + wait.duration),
      })),
  )
  const byLane = new Map(waits.map((wait) => [wait.track, wait]))
  for (const start of waits) {
    const path: Wait[] = []
    for (
      let wait: Wait | undefined = start;
      wait && !path.includes(wait);
      wait = byLane.get(wait.holderTrack)
    )
      path.push(wait)
    const back = path.at(-1)?.holderTrack
    const entry = path.findIndex(({ track }) => track === back)
    if (entry >= 0) return fromFirst(path.slice(entry))
  }
  return []
}

/** The same circle, told from the lane that is highest on the timeline. */
function fromFirst(cycle: readonly Wait[]): readonly Wait[] {
  const first = cycle.findIndex(({ track }) => cycle.every((other) => track <= other.track))
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}
