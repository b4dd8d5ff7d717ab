/** The figures of the sections between section marks: differences of cumulative ones, so exact. */
import { nanoseconds, type Nanoseconds } from '../core/units.ts'
import type { Collector } from './collector.ts'
import type { LaneFigures, LockFigures, QueueFigures, SectionFigures } from './figures.ts'
import type { Lane } from './lane.ts'
import { LaneEnd, type OutputStream } from './model.ts'
import { isLockKind, isQueueKind, type Resource, type ResourceSnapshot } from './resource.ts'
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
    for (const resource of resourceList) resource.longestWait = 0
    this.#last = undefined
    this.#open = {
      variant,
      repeat,
      from: nanoseconds(time),
      dropped,
      lanes: new Map(lanes.map((lane) => [lane, lane.spans.sumsAt(time)])),
      resources: new Map(resourceList.map((resource) => [resource, resource.snapshot(time)])),
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
      counters: [],
      output,
      dropped: this.#collector.dropped - section.dropped,
    })
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

interface Change {
  readonly resource: Resource
  readonly before: ResourceSnapshot | undefined
  readonly now: ResourceSnapshot
}

const changeOf = (
  resource: Resource,
  before: ResourceSnapshot | undefined,
  to: number,
): Change => ({ resource, before, now: resource.snapshot(to) })

function lockFigures({ resource, before, now }: Change): LockFigures | undefined {
  if (!isLockKind(resource.kind)) return undefined
  const acquired = now.acquired - (before?.acquired ?? 0)
  const waitedFor = now.waited - (before?.waited ?? 0)
  const held = (category: Category) => (now.held[category] ?? 0) - (before?.held[category] ?? 0)
  const heldFor = held(Category.running) + held(Category.holding)
  // One that an earlier section left held is not this section's.
  if (acquired === 0 && waitedFor === 0) return undefined
  const figures = {
    track: resource.track,
    name: resource.name,
    kind: resource.kind,
    acquired,
    contended: now.contended - (before?.contended ?? 0),
    switches: now.switches - (before?.switches ?? 0),
    heldFor,
    waitedFor,
    longestWait: resource.longestWait,
  }
  const { hold, wait } = resource
  return {
    ...figures,
    ...(hold.countSince(before?.hold) > 0 && { holdMedian: hold.quantile(0.5, before?.hold) }),
    ...(wait.countSince(before?.wait) > 0 && {
      waitMedian: wait.quantile(0.5, before?.wait),
      waitP99: wait.quantile(0.99, before?.wait),
    }),
  }
}

function queueFigures(
  { resource, before, now }: Change,
  from: number,
  to: number,
): QueueFigures | undefined {
  if (!isQueueKind(resource.kind)) return undefined
  const puts = now.puts - (before?.puts ?? 0)
  const gets = now.gets - (before?.gets ?? 0)
  const blockedInPut = now.blockedInPut - (before?.blockedInPut ?? 0)
  const blockedInGet = now.waited - (before?.waited ?? 0)
  if (puts === 0 && gets === 0 && blockedInPut === 0 && blockedInGet === 0) return undefined
  const { depth } = resource
  const range = { minimum: Infinity, maximum: 0 }
  if (depth.count > 0) depth.widen(range, depth.find(from), depth.find(to))
  return {
    track: resource.track,
    name: resource.name,
    kind: resource.kind,
    puts,
    gets,
    maximumDepth: range.maximum,
    left: Math.max(0, puts - gets),
    residenceMedian: resource.residence.quantile(0.5, before?.residence),
    blockedInPut,
    blockedInGet,
    putters: [],
    getters: [],
  }
}
