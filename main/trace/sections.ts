/** The figures of the sections between section marks: differences of cumulative ones, so exact. */
import { nanoseconds, type Nanoseconds } from '../core/units.ts'
import type { Collector } from './collector.ts'
import type { LaneFigures, SectionFigures } from './figures.ts'
import type { Lane } from './lane.ts'
import { LaneEnd, type OutputStream } from './model.ts'
import type { Resource, ResourceSnapshot } from './resource.ts'
import { changeOf, counterFigures, lockFigures, queueFigures } from './section-resources.ts'
import { Category, SUMS } from './categories.ts'
import { statesOf } from './tables.ts'

/** Lines kept for a section's verdict. */
const MAX_LINES = 10_000

interface OpenSection {
  readonly variant: string
  readonly repeat: number
  readonly from: Nanoseconds
  readonly dropped: number
  readonly lanes: ReadonlyMap<Lane, Float64Array>
  readonly resources: ReadonlyMap<Resource, ResourceSnapshot>
  readonly output: { readonly stream: OutputStream; readonly text: string }[]
}

/** A section that is over, while what belongs to it may still come. */
interface LastSection {
  readonly output: OpenSection['output']
  readonly lanes: ReadonlyMap<Lane, { ended?: LaneEnd }>
}

export class Sections {
  readonly #collector: Collector
  readonly #done: SectionFigures[] = []
  #open: OpenSection | undefined
  /** Under CPython: lines that are still in a pipe, processes that the program has just ended. */
  #last: LastSection | undefined

  constructor(collector: Collector) {
    this.#collector = collector
  }

  /** Sections that ran to their end, in order. */
  get done(): readonly SectionFigures[] {
    return this.#done
  }

  get open(): Pick<SectionFigures, 'variant' | 'repeat' | 'from'> | undefined {
    return this.#open
  }

  /** Sections of a snapshot, into none. The open one never ends: only its name is known. */
  load(done: readonly SectionFigures[], open: Sections['open']): void {
    this.#done.push(...done)
    if (open)
      this.#open = { ...open, dropped: 0, lanes: new Map(), resources: new Map(), output: [] }
  }

  /** A section that never ended is forgotten. */
  begin(time: number, variant: string, repeat: number): void {
    const { lanes, resourceList, dropped } = this.#collector
    this.#last = undefined
    this.#open = {
      variant,
      repeat,
      from: nanoseconds(time),
      dropped,
      lanes: new Map(lanes.map((lane) => [lane, lane.spans.sumsAt(time)])),
      resources: new Map(resourceList.map((resource) => [resource, resource.beginSection(time)])),
      output: [],
    }
  }

  /** What is printed after a section and before the next one is of the one that is over. */
  print(stream: OutputStream, text: string): void {
    const output = (this.#open ?? this.#last)?.output
    if (output && output.length < MAX_LINES) output.push({ stream, text })
  }

  /** Who ends then was ended in it, unless killed: that is what becomes of whoever is left over. */
  laneEnded(lane: Lane, how: LaneEnd): void {
    if (this.#open || how === LaneEnd.killed) return
    const figures = this.#last?.lanes.get(lane)
    if (figures && figures.ended === undefined) figures.ended = how
  }

  end(to: number): void {
    const section = this.#open
    if (!section) return
    this.#open = undefined
    const { from, variant, repeat, output } = section
    const elapsed = nanoseconds(to - from)
    const byLane = new Map(
      this.#collector.lanes.flatMap((lane) => {
        const figures = laneFigures(lane, section.lanes.get(lane), from, to)
        return figures ? [[lane, figures] as const] : []
      }),
    )
    const lanes = [...byLane.values()]
    this.#last = { output, lanes: byLane }
    this.#endWaits(to)
    const changes = this.#collector.resourceList.map((resource) =>
      changeOf(resource, section.resources.get(resource), to),
    )
    const busy = lanes.reduce(
      (sum, lane) =>
        sum + (lane.byState[Category.running] ?? 0) + (lane.byState[Category.holding] ?? 0),
      0,
    )
    this.#done.push({
      variant,
      repeat,
      from: nanoseconds(from),
      to: nanoseconds(to),
      elapsed,
      concurrency: elapsed > 0 ? busy / elapsed : 0,
      lanes,
      locks: changes.flatMap((change) => lockFigures(change) ?? []),
      queues: changes.flatMap((change) => queueFigures(change, from, to) ?? []),
      counters: changes.flatMap((change) => counterFigures(change, from, to) ?? []),
      output,
      dropped: this.#collector.dropped - section.dropped,
    })
  }

  /** Whoever still waits has waited up to the section's end. */
  #endWaits(to: number): void {
    for (const lane of this.#collector.lanes) lane.waitingFor?.stillWaits(lane, to)
  }
}

function laneFigures(
  lane: Lane,
  before: Float64Array | undefined,
  from: number,
  to: number,
): LaneFigures | undefined {
  const sums = lane.spans.sumsAt(to)
  for (let sum = 0; sum < SUMS; sum++) sums[sum] = (sums[sum] ?? 0) - (before?.[sum] ?? 0)
  const byState = statesOf(sums)
  if (byState.every((time, state) => state === Category.none || time === 0)) return undefined
  const figures = {
    track: lane.track,
    name: lane.name,
    pid: lane.pid,
    byState,
    waitedGil: sums[Category.waitingGil] ?? 0,
    waitedLock: sums[Category.waitingLock] ?? 0,
  }
  const ended = lane.end && lane.end.time >= from && lane.end.time <= to
  return lane.end && ended ? { ...figures, ended: lane.end.how } : figures
}
