import { Category, categoryOf } from './categories.ts'
import { LaneKind, type LaneEnd } from './model.ts'
import { Checkpoints } from './questions/checkpoints.ts'
import type { Concurrency } from './questions/concurrency.ts'
import { isAcquiring, isRunning } from './questions/doing.ts'
import type { Resource } from './resource.ts'
import { savedSpans, SpanTrack } from './spans.ts'
import type { Archive } from './store/archive.ts'
import { checkpoints, laneEnd, laneKind } from './store/figures-shape.ts'
import { count, fields, flag, maybe, number, text, type Of } from './store/shape.ts'

const WAITS_PER_CHECKPOINT = 4_096

/** What a snapshot keeps of a lane: all but what only further events need. */
export const savedLane = fields({
  track: count,
  pid: number,
  name: text,
  spans: savedSpans,
  kind: laneKind,
  ident: count,
  alive: flag,
  end: maybe(fields({ time: number, how: laneEnd, code: number })),
  /** Place among the resources. */
  waitingFor: maybe(count),
  waitingWhy: number,
  waitBegan: number,
  joining: number,
  timed: flag,
  waitsAt: text,
  dropRequested: flag,
  waits: number,
  waitCounts: checkpoints,
  longestWait: number,
  lastWait: number,
})
export type SavedLane = Of<typeof savedLane>

/**
 * A row of the timeline for a thread: one process and one name. Threads of that name that follow
 * one after the other share it.
 */
export class Lane {
  readonly track: number
  readonly pid: number
  readonly name: string
  readonly spans: SpanTrack
  kind: LaneKind = LaneKind.thread
  /** Of the thread that is or was last here. */
  ident = 0
  alive = false
  end: { readonly time: number; readonly how: LaneEnd; readonly code: number } | undefined
  /** What it is waiting for, from waitBegin to waitEnd. */
  waitingFor: Resource | undefined
  /** Why (Wait), while `waitingFor` is set. */
  waitingWhy = 0
  waitBegan = 0
  /** Ident of the thread it joins, which may not have begun; 0: none. */
  joining = 0
  /** Its wait, or its join, ends by itself after a timeout. */
  timed = false
  /** Line of the program where it waits, when it has waited for long enough to be asked. */
  waitsAt = ''
  dropRequested = false
  /** For locks and the GIL, and how many there were at some moments. */
  waits = 0
  readonly waitCounts = new Checkpoints(WAITS_PER_CHECKPOINT)
  longestWait = 0
  #lastWait = 0
  readonly #concurrency: Concurrency
  #base: Category = Category.none
  #detail = 0
  /** Held resources that others wait for. */
  #contended: Resource[] = []

  constructor(
    archive: Archive,
    concurrency: Concurrency,
    track: number,
    pid: number,
    name: string,
  ) {
    this.spans = new SpanTrack(archive, true)
    this.track = track
    this.pid = pid
    this.name = name
    this.#concurrency = concurrency
  }

  /** @param by track of the lane that started it; 0: not known. */
  start(time: number, ident: number, kind: LaneKind, by: number): void {
    this.ident = ident
    this.kind = kind
    this.alive = true
    this.end = undefined
    this.joining = 0
    this.set(time, Category.running, 0, by)
  }

  finish(time: number, how: LaneEnd, code: number): void {
    this.alive = false
    this.joining = 0
    this.end = { time, how, code }
    this.#contended = []
    this.set(time, Category.none, 0)
  }

  /**
   * What the thread itself says it does. `holder`: track of who holds what it waits for, of whom it
   * joins, or of who started it.
   */
  set(time: number, category: Category, detail: number, holder = 0): void {
    this.#base = category
    this.#detail = detail
    this.#show(time, holder)
  }

  /** A wait for a lock or the GIL begins. */
  countWait(time: number): void {
    // Only once time has gone on: a checkpoint counts all waits of its time.
    if (time > this.#lastWait && this.waitCounts.isDue)
      this.waitCounts.add(this.#lastWait, [this.waits])
    this.waitCounts.count()
    this.#lastWait = time
    this.waits++
  }

  /** Waits for locks and the GIL that began up to `time`. */
  waitsUpTo(time: number): number {
    const { spans, waitCounts } = this
    if (time >= this.#lastWait) return this.waits
    const { time: from = -1, figures: [before = 0] = [] } =
      waitCounts.at(waitCounts.find(time)) ?? {}
    let waits = before
    spans.visit(spans.find(from) + 1, spans.count, ({ starts, infos }, at) => {
      if ((starts[at] ?? 0) > time) return false
      if (isAcquiring(categoryOf(infos[at] ?? 0))) waits++
      return true
    })
    return waits
  }

  /** Others began (ceased) to wait for a resource that this lane holds. */
  setContended(time: number, resource: Resource, contended: boolean): void {
    const at = this.#contended.indexOf(resource)
    if (contended === at >= 0) return
    if (contended) this.#contended.push(resource)
    else this.#contended.splice(at, 1)
    if (this.#base === Category.running) this.#show(time, 0)
  }

  /** @param placeOf place of a resource among all of them. */
  save(placeOf: (resource: Resource) => number): SavedLane {
    const { track, pid, name, kind, ident, alive, end, waitingWhy, waitBegan, joining } = this
    const { timed, waitsAt, dropRequested, waits, longestWait } = this
    return {
      ...{ track, pid, name, kind, ident, alive, end, waitingWhy, waitBegan, joining },
      ...{ timed, waitsAt, dropRequested, waits, longestWait },
      spans: this.spans.save(),
      waitingFor: this.waitingFor && placeOf(this.waitingFor),
      waitCounts: this.waitCounts.save(),
      lastWait: this.#lastWait,
    }
  }

  /** What was saved, into a new lane of that track, process and name. @throws ShapeError */
  load(saved: SavedLane, resources: readonly Resource[]): void {
    const { kind, ident, alive, end, waitingWhy, waitBegan, joining } = saved
    const { timed, waitsAt, dropRequested, waits, longestWait } = saved
    Object.assign(this, { kind, ident, alive, end, waitingWhy, waitBegan, joining })
    Object.assign(this, { timed, waitsAt, dropRequested, waits, longestWait })
    this.spans.load(saved.spans)
    this.waitingFor = saved.waitingFor === undefined ? undefined : resources[saved.waitingFor]
    this.waitCounts.load(saved.waitCounts)
    this.#lastWait = saved.lastWait
  }

  #show(time: number, holder: number): void {
    const held = this.#base === Category.running ? this.#contended.at(-1) : undefined
    const runs = isRunning(this.#base)
    if (runs !== isRunning(this.spans.lastCategory)) this.#concurrency.change(time, runs ? 1 : -1)
    if (held) this.spans.append(time, Category.holding, held.id)
    else this.spans.append(time, this.#base, this.#detail, holder)
  }
}
