import { Category } from './categories.ts'
import { Histogram, savedHistogram, type HistogramSnapshot } from './histogram.ts'
import { KIND_NAMES } from './kind-names.ts'
import type { Lane } from './lane.ts'
import { ResourceKind, Wait } from './model.ts'
import { LongestWaits } from './questions/longest-waits.ts'
import { Residence } from './residence.ts'
import { savedSpans, SpanTrack } from './spans.ts'
import { savedSteps, StepTrack } from './steps.ts'
import type { Archive } from './store/archive.ts'
import { longWait, resourceKind } from './store/figures-shape.ts'
import { count, fields, list, maybe, number, text, tuple, type Of } from './store/shape.ts'
import { LongestWait, Uses } from './uses.ts'

/** Rows that count: permits taken, tasks running, lanes waiting. */
export const isCounterKind = (kind: ResourceKind): boolean =>
  kind === ResourceKind.semaphore ||
  kind === ResourceKind.condition ||
  kind === ResourceKind.barrier ||
  kind === ResourceKind.pool ||
  kind === ResourceKind.shared

export const isQueueKind = (kind: ResourceKind): boolean =>
  kind === ResourceKind.queue || kind === ResourceKind.processQueue || kind === ResourceKind.pipe
export const isLockKind = (kind: ResourceKind): boolean =>
  kind === ResourceKind.lock || kind === ResourceKind.rlock || kind === ResourceKind.gil

/** What a snapshot keeps of a resource: all but what only further events need. */
export const savedResource = fields({
  id: count,
  kind: resourceKind,
  name: text,
  madeAt: text,
  capacity: number,
  track: count,
  pid: number,
  spans: savedSpans,
  counters: list(savedSteps),
  hold: savedHistogram,
  wait: savedHistogram,
  residence: savedHistogram,
  longest: list(longWait),
  /** Lanes are their tracks. */
  holder: maybe(count),
  lastHolder: maybe(count),
  heldSince: number,
  acquiredAt: list(tuple<readonly [number, string]>(count, text)),
  acquired: number,
  contended: number,
  switches: number,
  puts: number,
  gets: number,
  firstPut: number,
  lastPut: number,
  firstGet: number,
  lastGet: number,
  maximumDepth: number,
})
export type SavedResource = Of<typeof savedResource>

/** A lock, the GIL, an event or a queue, and all that is kept about it. */
export class Resource {
  readonly id: number
  kind: ResourceKind
  name: string
  madeAt = ''
  capacity = 0
  /** Row of the timeline; 0 until it is used for the first time. */
  track = 0
  pid = 0
  /** Locks: holder and whether others wait. Events: running while set. Queues: nothing. */
  readonly spans: SpanTrack
  /** Lanes that wait to acquire it or for it to be set; for queues, in get. */
  readonly waiters: StepTrack
  /** Queues only: lanes blocked in put. */
  readonly putWaiters: StepTrack
  /** Queues: items. Semaphores: permits taken. Pools: tasks running. Others of these: waiting. */
  readonly depth: StepTrack
  /** Locks, semaphores: up for an acquisition that had to wait, down for one that had not. */
  readonly acquisitions: StepTrack
  /** Up for an acquisition by another lane than the last holder's. */
  readonly switchings: StepTrack
  readonly hold = new Histogram()
  readonly wait = new Histogram()
  readonly residence = new Histogram()
  readonly longest = new LongestWaits()
  readonly #items = new Residence()
  holder: Lane | undefined
  /** Where in the program each lane acquired it, when last seen. */
  readonly acquiredAt = new Map<Lane, string>()
  /** Pools: when each task of a lane began. */
  readonly #tasks = new Map<Lane, number>()
  acquired = 0
  contended = 0
  switches = 0
  puts = 0
  gets = 0
  firstPut = 0
  lastPut = 0
  firstGet = 0
  lastGet = 0
  maximumDepth = 0
  /** Since the section began. Of queues: those who get; of others all. */
  readonly uses = new Uses()
  readonly putUses = new Uses()
  readonly longestWait = new LongestWait()
  #lastHolder: Lane | undefined
  #heldSince = 0
  /** Its release is still to come, although another lane has acquired since. */
  #owesRelease: Lane | undefined
  #abandoned = false

  constructor(archive: Archive, id: number) {
    this.spans = new SpanTrack(archive, false)
    this.waiters = new StepTrack(archive)
    this.putWaiters = new StepTrack(archive)
    this.depth = new StepTrack(archive)
    this.acquisitions = new StepTrack(archive)
    this.switchings = new StepTrack(archive)
    this.id = id
    this.kind = ResourceKind.lock
    this.name = `Resource ${id}`
  }

  /** All of them, in a fixed order. */
  get counters(): readonly StepTrack[] {
    return [this.waiters, this.putWaiters, this.depth, this.acquisitions, this.switchings]
  }

  get kindName(): string {
    return KIND_NAMES[this.kind]
  }

  /** Nobody holds it, nobody waits, nothing is in it. */
  get isIdle(): boolean {
    const waiting = this.waiters.value + this.putWaiters.value
    return this.holder === undefined && waiting === 0 && this.depth.value === 0
  }

  declare(kind: ResourceKind, capacity: number, text: string): void {
    const newline = text.indexOf('\n')
    const name = newline < 0 ? text : text.slice(0, newline)
    // Made again for another section: its first holder takes it over from nobody.
    this.#lastHolder = undefined
    this.kind = kind
    this.capacity = capacity
    this.name = name || `${this.kindName} ${this.id}`
    this.madeAt = newline < 0 ? '' : text.slice(newline + 1)
  }

  /** Locks: who holds it or, if nobody does, who did last. */
  get latestHolder(): Lane | undefined {
    return this.holder ?? this.#lastHolder
  }

  /** Since when `holder` holds it. */
  get heldSince(): number {
    return this.#heldSince
  }

  acquire(time: number, lane: Lane, contended: boolean): void {
    if (this.kind === ResourceKind.semaphore) return this.#acquirePermit(time, lane, contended)
    if (this.holder) {
      // The release is merged a little after it, or was dropped.
      if (this.holder !== lane) this.#owesRelease = this.holder
      this.#endHold(time)
    }
    this.#countAcquisition(time, contended)
    if (this.#lastHolder && this.#lastHolder !== lane) {
      this.switches++
      this.switchings.step(time, 1)
    }
    this.#lastHolder = lane
    this.#heldSince = time
    this.holder = lane
    this.#abandoned = false
    this.uses.used(lane)
    this.show(time)
  }

  #acquirePermit(time: number, lane: Lane, contended: boolean): void {
    this.uses.used(lane)
    this.#countAcquisition(time, contended)
    this.depth.step(time, 1)
  }

  #countAcquisition(time: number, contended: boolean): void {
    this.acquired++
    if (contended) this.contended++
    this.acquisitions.step(time, contended ? 1 : -1)
  }

  release(time: number, lane: Lane): void {
    if (this.kind === ResourceKind.semaphore) {
      if (this.depth.value > 0) this.depth.step(time, -1)
      return
    }
    if (this.holder !== lane && this.#owesRelease === lane) {
      this.#owesRelease = undefined
      return
    }
    // Any thread may release a lock, as in Python.
    if (!this.holder) return
    this.#endHold(time)
    this.show(time)
  }

  beginWait(time: number, lane: Lane, put: boolean): void {
    ;(put ? this.putWaiters : this.waiters).step(time, 1)
    if (this.#countsWaiters) this.depth.step(time, 1)
    if (this.#countsWaits) this.uses.used(lane)
    this.show(time)
  }

  endWait(time: number, lane: Lane, put: boolean, waited: number): void {
    ;(put ? this.putWaiters : this.waiters).step(time, -1)
    if (this.#countsWaiters) this.depth.step(time, -1)
    this.wait.add(waited)
    this.longestWait.add(lane, waited, time)
    this.#usesIn(lane.waitingWhy)?.waited(lane, time - waited, time)
    this.show(time)
  }

  put(time: number, item: number, lane: Lane): void {
    if (this.puts++ === 0) this.firstPut = time
    this.lastPut = time
    this.depth.step(time, 1, item, lane.track)
    if (this.depth.value > this.maximumDepth) this.maximumDepth = this.depth.value
    this.putUses.used(lane)
    const residence = this.#items.put(item, time)
    if (residence !== undefined) this.residence.add(residence)
  }

  get(time: number, item: number, lane: Lane): void {
    if (this.gets++ === 0) this.firstGet = time
    this.lastGet = time
    this.depth.step(time, -1, item, lane.track)
    this.uses.used(lane)
    const residence = this.#items.get(item, time)
    if (residence !== undefined) this.residence.add(residence)
  }

  /** A pool's task. */
  beginTask(time: number, lane: Lane): void {
    this.#tasks.set(lane, time)
    this.acquired++
    this.uses.used(lane)
    this.depth.step(time, 1)
  }

  endTask(time: number, lane: Lane): void {
    const began = this.#tasks.get(lane)
    if (began === undefined) return
    this.#tasks.delete(lane)
    this.hold.add(time - began)
    this.uses.held(lane, began, time)
    this.depth.step(time, -1)
  }

  /** Where a use is a wait: of conditions, barriers, events. */
  get #countsWaits(): boolean {
    return this.#countsWaiters || this.kind === ResourceKind.event
  }

  get #countsWaiters(): boolean {
    return isCounterKind(this.kind) && !this.#hasMembers
  }

  /** Permits or tasks, which its row shows instead of who waits. */
  get #hasMembers(): boolean {
    return this.kind === ResourceKind.semaphore || this.kind === ResourceKind.pool
  }

  /** The lane has ended: its task with it. */
  leave(time: number, lane: Lane): void {
    this.endTask(time, lane)
    this.acquiredAt.delete(lane)
  }

  /** The holder's thread has ended without releasing. */
  abandon(time: number): void {
    this.holder?.setContended(time, this, false)
    this.#abandoned = true
  }

  /** A section begins: what it measures is counted from here. */
  beginSection(time: number): ResourceSnapshot {
    this.uses.begin(time)
    this.putUses.begin(time)
    this.longestWait.begin()
    return this.snapshot(time)
  }

  /** Who waits until all items are done neither puts nor gets. */
  #usesIn(why: number): Uses | undefined {
    if (why === Wait.put) return this.putUses
    return why === Wait.tasksDone ? undefined : this.uses
  }

  /** The lane's wait goes on when the section ends. */
  stillWaits(lane: Lane, time: number): void {
    this.#usesIn(lane.waitingWhy)?.waited(lane, lane.waitBegan, time)
  }

  /** A section ends: what is still held or being done belongs to it up to here. */
  endSection(time: number): ResourceSnapshot {
    if (this.holder) this.uses.held(this.holder, this.#heldSince, time)
    for (const [lane, began] of this.#tasks) this.uses.held(lane, began, time)
    return this.snapshot(time)
  }

  snapshot(time: number): ResourceSnapshot {
    return {
      acquired: this.acquired,
      contended: this.contended,
      switches: this.switches,
      puts: this.puts,
      gets: this.gets,
      held: this.spans.sumsAt(time),
      waited: integral(this.waiters, time),
      depth: integral(this.depth, time),
      waitsBegun: this.waiters.risesAt(this.waiters.count - 1),
      hold: this.hold.snapshot(),
      wait: this.wait.snapshot(),
      residence: this.residence.snapshot(),
    }
  }

  /** Brings the row, and the holder's, up to date with who holds and who waits. */
  show(time: number): void {
    if (!isLockKind(this.kind)) return
    const { holder } = this
    const contended = this.waiters.value > 0
    if (!holder) this.spans.append(time, Category.none, 0)
    else {
      this.spans.append(time, contended ? Category.holding : Category.running, holder.track)
      if (!this.#abandoned) holder.setContended(time, this, contended)
    }
  }

  save(): SavedResource {
    const { id, kind, name, madeAt, capacity, track, pid, acquired, contended, switches } = this
    const { puts, gets, firstPut, lastPut, firstGet, lastGet, maximumDepth } = this
    return {
      ...{ id, kind, name, madeAt, capacity, track, pid, acquired, contended, switches },
      ...{ puts, gets, firstPut, lastPut, firstGet, lastGet, maximumDepth },
      spans: this.spans.save(),
      counters: this.counters.map((counter) => counter.save()),
      hold: this.hold.save(),
      wait: this.wait.save(),
      residence: this.residence.save(),
      longest: [...this.longest.list],
      holder: this.holder?.track,
      lastHolder: this.#lastHolder?.track,
      heldSince: this.#heldSince,
      acquiredAt: [...this.acquiredAt].map(([lane, line]) => [lane.track, line] as const),
    }
  }

  /** What was saved, into a new resource of that id. @throws ShapeError */
  load(saved: SavedResource, laneOf: (track: number) => Lane | undefined): void {
    const { kind, name, madeAt, capacity, track, pid, acquired, contended, switches } = saved
    const { puts, gets, firstPut, lastPut, firstGet, lastGet, maximumDepth } = saved
    Object.assign(this, { kind, name, madeAt, capacity, track, pid, acquired, contended, switches })
    Object.assign(this, { puts, gets, firstPut, lastPut, firstGet, lastGet, maximumDepth })
    this.spans.load(saved.spans)
    this.counters.forEach((counter, at) => counter.load(saved.counters[at]))
    this.hold.load(saved.hold)
    this.wait.load(saved.wait)
    this.residence.load(saved.residence)
    this.longest.load(saved.longest)
    this.holder = saved.holder === undefined ? undefined : laneOf(saved.holder)
    this.#lastHolder = saved.lastHolder === undefined ? undefined : laneOf(saved.lastHolder)
    this.#heldSince = saved.heldSince
    for (const [lane, line] of saved.acquiredAt) {
      const acquirer = laneOf(lane)
      if (acquirer) this.acquiredAt.set(acquirer, line)
    }
  }

  #endHold(time: number): void {
    this.hold.add(time - this.#heldSince)
    if (this.holder) {
      this.uses.held(this.holder, this.#heldSince, time)
      this.holder.setContended(time, this, false)
    }
    this.holder = undefined
  }
}

/** Cumulative figures at one time: a section's are the difference of two. */
export interface ResourceSnapshot {
  readonly acquired: number
  readonly contended: number
  readonly switches: number
  readonly puts: number
  readonly gets: number
  readonly held: Float64Array
  readonly waited: number
  /** Items (permits, tasks) × nanoseconds so far. */
  readonly depth: number
  /** But those in put. */
  readonly waitsBegun: number
  readonly hold: HistogramSnapshot
  readonly wait: HistogramSnapshot
  readonly residence: HistogramSnapshot
}

const integral = (steps: StepTrack, time: number): number =>
  steps.integralAt(time, steps.find(time))
