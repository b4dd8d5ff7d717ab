/**
 * The trace of one run, live or replayed: takes in records, merges them, feeds the recording and
 * the figures, and answers the queries of the contract. The runner drives it with `tick`.
 */
import { nanoseconds, NANOSECONDS_PER_SECOND, type Nanoseconds } from '../core/units.ts'
import type { Answer, Deadlock, Note, Query, QueryName, TrackInfo } from '../run/contract.ts'
import { Emitter } from '../core/emitter.ts'
import { Collector } from './collector.ts'
import { DeadlockWatch } from './deadlock.ts'
import type { SectionFigures } from './figures.ts'
import { inspect, neighbour } from './inspect.ts'
import { Merge } from './merge.ts'
import { EventKind, type LaneEnd } from './model.ts'
import type { NoteSink, RecordingSink } from './recording.ts'
import { RingSource } from './ring-source.ts'
import { decodeSnapshot, encodeSnapshot } from './saved.ts'
import { MemorySegments, type SegmentStore } from './store/segment.ts'
import { SourceQueue } from './source-queue.ts'
import { activityOf } from './questions/activity.ts'
import { distributionOf } from './questions/distribution.ts'
import { flowsOf } from './questions/flows.ts'
import { Notes } from './questions/notes.ts'
import { searchIn } from './questions/search.ts'
import { criticalPathOf } from './questions/critical-path.ts'
import { tablesOf } from './tables.ts'
import { isLock, isQueue, minimapOf, seriesOf, viewOf } from './view.ts'

/** Every query but the one that only the runner can answer. */
export type TraceQueryName = Exclude<QueryName, 'summary'>

type Answers = {
  readonly [Name in TraceQueryName]: (query: Query<Name>) => Answer<Name>
}

export interface TraceSessionOptions {
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  readonly sink?: RecordingSink | undefined
  /** Where notes are kept, where that is not the sink: a recording that was opened. */
  readonly notes?: NoteSink | undefined
  /** Where full segments of the rows go; default: memory. */
  readonly segments?: SegmentStore | undefined
  /** What recording one event costs its thread, from `calibrate`; 0: not known. */
  readonly costPerEvent?: Nanoseconds
  /**
   * How long a thread may lose its processor between reading the clock and publishing the record
   * before its event counts as late. Everything is shown this much later. Default 10 ms.
   */
  readonly slack?: Nanoseconds
}

/** What the status shows of the trace. */
export interface TraceStatus {
  readonly newest: Nanoseconds
  readonly events: number
  readonly eventRate: number
  readonly dropped: number
  /** Events taken in after later ones, at the first time after them. */
  readonly late: number
  readonly tracerShare: number
  /** Of the recording; 0: none. */
  readonly bytes: number
}

interface Source {
  readonly id: number
  readonly pid: number
  readonly queue: SourceQueue
  /** A worker of this process; absent for those of children. */
  readonly ring: RingSource | undefined
  /** Absolute: nothing earlier will come. */
  watermark: bigint
  ended: boolean
}

const DEFAULT_SLACK = 10_000_000
/** A child that says nothing holds the others up for at most this long. */
const CHILD_PATIENCE = 250_000_000n
const RATE_OVER = NANOSECONDS_PER_SECOND
const MAX_ANSWERED_LINES = 5_000

export class TraceSession {
  /** The rows, whenever one has been added; at most once a tick. */
  readonly onTracks = new Emitter<readonly TrackInfo[]>()
  #collector: Collector
  readonly #merge = new Merge()
  readonly #deadlocks = new DeadlockWatch()
  readonly #sources = new Map<number, Source>()
  readonly #now: () => bigint
  readonly #sink: RecordingSink | undefined
  readonly #notes: Notes
  readonly #slack: bigint
  readonly #costPerEvent: number
  /** Of a session that was restored. */
  #lateBefore = 0
  readonly #answers: Answers = {
    view: (query) => viewOf(this.#collector, query),
    minimap: (query) => minimapOf(this.#collector, query),
    inspect: (query) => inspect(this.#collector, query),
    neighbour: (query) => neighbour(this.#collector, query),
    tables: (query) => tablesOf(this.#collector, query),
    series: (query) => this.#series(query),
    distribution: (query) => this.#distribution(query),
    activity: (query) => activityOf(this.#collector, query),
    flows: (query) => flowsOf(this.#collector, query),
    criticalPath: (query) => criticalPathOf(this.#collector, query),
    lines: () => ({ lines: this.#collector.places.figures() }),
    search: ({ text }) => searchIn(this.#collector, this.#notes.list, text),
    notes: () => this.#notes.list,
    addNote: (note) => this.#notes.add(note),
    removeNote: ({ id }) => this.#notes.remove(id),
    output: ({ after }) => this.#output(after),
    sections: () => this.sectionFigures().map(({ output: _, ...section }) => section),
  }
  #epoch: bigint | undefined
  #isOver = false
  #tracksVersion = 0
  /** Events by the time they were merged, for the rate. */
  readonly #rates: { readonly at: bigint; readonly events: number }[] = []

  constructor(options: TraceSessionOptions) {
    this.#collector = new Collector(options.segments ?? new MemorySegments())
    this.#now = options.now
    this.#sink = options.sink
    this.#notes = new Notes(options.notes ?? options.sink)
    this.#slack = BigInt(options.slack ?? DEFAULT_SLACK)
    this.#costPerEvent = options.costPerEvent ?? 0
  }

  /**
   * A session that answers every query as the one did that made the snapshot; nothing can be added.
   *
   * @param segments those of that session.
   * @param told what the recording says beside its events.
   * @throws SnapshotError
   */
  static restore(
    snapshot: Uint8Array,
    segments: SegmentStore,
    told: {
      readonly epoch?: bigint
      readonly late?: number
      readonly costPerEvent?: Nanoseconds
      readonly notes?: NoteSink
    } = {},
  ): TraceSession {
    const { epoch, late = 0, costPerEvent = nanoseconds(0), notes } = told
    // Nothing is live: its clock stands still.
    const session = new TraceSession({ now: () => 0n, costPerEvent, notes })
    session.#collector = decodeSnapshot(snapshot, segments)
    session.#epoch = epoch
    session.#lateBefore = late
    session.#isOver = true
    return session
  }

  /** Absolute time of the first event; undefined: there is none yet. */
  get epoch(): bigint | undefined {
    return this.#epoch
  }

  get collector(): Collector {
    return this.#collector
  }

  /** A ring of this process. @param source.id unique within the run, as for `childFrame`. */
  addRing(source: { readonly id: number; readonly pid: number; readonly ring: SharedArrayBuffer }) {
    this.#add(source.id, source.pid, new RingSource(source.ring))
  }

  /**
   * Records of one source of a child process (RingSource.take in the child), a source being added
   * when it is first heard of.
   *
   * @param frame.watermark absolute time up to which the child has sent everything of this source.
   */
  childFrame(frame: {
    readonly source: number
    readonly pid: number
    readonly watermark: bigint
    readonly records: Uint8Array
  }): void {
    const source = this.#sources.get(frame.source) ?? this.#add(frame.source, frame.pid, undefined)
    source.queue.push(frame.records)
    if (frame.watermark > source.watermark) source.watermark = frame.watermark
  }

  /**
   * The source sends nothing more, and is no longer waited for: call it for every source of a child
   * that has exited. A thread of it that has not said how it ended has ended so.
   */
  endSource(id: number, end: LaneEnd, code = 0): void {
    const source = this.#sources.get(id)
    if (!source || source.ended) return
    this.#drain(source)
    source.ended = true
    source.queue.pushRecord(this.#now(), EventKind.laneEnd, 0, [0, end, code >>> 0])
  }

  /** Drains, merges and records. Every 8 ms or so. @returns the number of events merged. */
  tick(): number {
    if (this.#isOver) return 0
    const now = this.#now()
    // A disk that does not keep up holds the drain up: the rings fill, and count what they drop.
    if (!this.#sink?.congested) for (const source of this.#sources.values()) this.#drain(source)
    return this.#advance(this.#watermark(now), now)
  }

  /**
   * Takes in everything there is, up to the last event, and puts what is in memory into the store.
   * What comes afterwards is left alone.
   */
  finish(): void {
    if (this.#isOver) return
    for (const source of this.#sources.values()) this.#drain(source)
    let last = 0n
    for (const { queue } of this.#sources.values()) {
      const time = queue.lastTime() ?? 0n
      if (time > last) last = time
    }
    this.#advance(last, this.#now())
    // Late events at the very end were given times after the last one.
    while (this.#merge.queues.some((queue) => queue.length > 0))
      this.#advanceTo(this.#merge.frontier + 1)
    this.#close()
    this.#announce()
  }

  /** @internal For replaying: records of a source as recorded. */
  replay = {
    begin: (epoch: bigint): void => this.#begin(epoch),
    source: (id: number, pid: number): void => void this.#add(id, pid, undefined),
    records: (source: number, bytes: Uint8Array): void => this.#merge.queues[source]?.push(bytes),
    advance: (watermark: number): void => void this.#advanceTo(watermark),
    finish: (): void => this.#close(),
  }

  /** Those of a recording that was opened. */
  restoreNotes(notes: readonly Note[]): void {
    this.#notes.restore(notes)
  }

  /**
   * Everything that is known beside the segments, as bytes for `restore`. After `finish` only. The
   * same events give the same bytes.
   */
  snapshot(): Uint8Array {
    if (!this.#isOver) throw new Error('the run is not over')
    return encodeSnapshot(this.#collector)
  }

  tracks(): readonly TrackInfo[] {
    return this.#collector.tracks()
  }

  /** Threads that wait for each other for good, as far as is known now. */
  deadlock(): Deadlock | undefined {
    const { lanes, newest, sections, output } = this.#collector
    const from = sections.open?.from ?? 0
    return this.#deadlocks.check(lanes, newest, { from, output })
  }

  sectionFigures(): readonly SectionFigures[] {
    const { sections, machineLoad } = this.#collector
    return sections.done.map((section) => {
      const others = machineLoad.othersIn(section.from, section.to)
      return { ...section, ...(others !== undefined && { others }) }
    })
  }

  /** Processors that the program truly used; undefined: not measured. */
  processorsIn(from: Nanoseconds, to: Nanoseconds): number | undefined {
    return this.#collector.processorTime.meanIn(from, to)
  }

  status(): TraceStatus {
    const { events, newest, dropped } = this.#collector
    const [oldest] = this.#rates
    const latest = this.#rates.at(-1)
    const span = oldest && latest ? Number(latest.at - oldest.at) : 0
    return {
      newest: nanoseconds(newest),
      events,
      eventRate:
        oldest && latest && span > 0
          ? ((latest.events - oldest.events) * NANOSECONDS_PER_SECOND) / span
          : 0,
      dropped,
      late: this.#lateBefore + this.#merge.late,
      tracerShare: newest > 0 ? Math.min(1, (events * this.#costPerEvent) / newest) : 0,
      bytes: this.#sink?.bytes ?? 0,
    }
  }

  answer<Name extends TraceQueryName>(name: Name, query: Query<Name>): Answer<Name> {
    return this.#answers[name](query)
  }

  dispose(): void {
    this.onTracks.dispose()
  }

  #series(query: Query<'series'>): Answer<'series'> {
    const queue = this.#collector.trackOf(query.track)
    if (isQueue(queue)) return seriesOf(queue, query, this.#collector.newest)
    const none = new Float64Array(0)
    return { seconds: none, putsPerSecond: none, getsPerSecond: none, depth: none }
  }

  #distribution({ track, range }: Query<'distribution'>): Answer<'distribution'> {
    const lock = this.#collector.trackOf(track)
    if (isLock(lock)) return distributionOf(this.#collector, lock, range)
    return { bounds: new Float64Array(0), waits: new Uint32Array(0), holds: new Uint32Array(0) }
  }

  #output(after: number): Answer<'output'> {
    const { output } = this.#collector
    const first = Math.max(0, Math.trunc(after) || 0)
    return { lines: output.slice(first, first + MAX_ANSWERED_LINES), total: output.length }
  }

  #add(id: number, pid: number, ring: RingSource | undefined): Source {
    const number = this.#merge.queues.length
    const queue = new SourceQueue(number)
    if (this.#epoch !== undefined) queue.setEpoch(this.#epoch)
    const source = { id, pid, queue, ring, watermark: 0n, ended: false }
    this.#sources.set(id, source)
    this.#merge.add(queue)
    this.#collector.addSource(number, { pid })
    if (this.#epoch !== undefined) this.#sink?.source({ source: number, id, pid })
    return source
  }

  #drain(source: Source): void {
    const { ring, queue, ended } = source
    if (!ring || ended) return
    const needed = ring.needed
    queue.commit(ring.drain(queue.reserve(needed)))
  }

  /** Up to here nothing more is expected. */
  #watermark(now: bigint): bigint {
    let watermark = now - this.#slack
    for (const { queue, ring, watermark: said, ended } of this.#sources.values()) {
      if (ring || ended) continue
      const known = queue.lastTime() ?? 0n
      // A child drains as this process does: its threads may be between clock and ring as well.
      let expected = said - this.#slack > known ? said - this.#slack : known
      if (expected < now - CHILD_PATIENCE) expected = now - CHILD_PATIENCE
      if (expected < watermark) watermark = expected
    }
    return watermark
  }

  #advance(watermark: bigint, now: bigint): number {
    if (this.#epoch === undefined && !this.#findEpoch(watermark)) return 0
    const events = this.#advanceTo(Number(watermark - (this.#epoch ?? 0n)))
    this.#rates.push({ at: now, events: this.#collector.events })
    while (this.#rates.length > 2 && Number(now - (this.#rates[1]?.at ?? now)) > RATE_OVER)
      this.#rates.shift()
    this.#announce()
    return events
  }

  #advanceTo(watermark: number): number {
    const { queues } = this.#merge
    const marks = this.#sink ? queues.map((queue) => queue.mark()) : []
    const events = this.#merge.advance(watermark, this.#collector)
    if (this.#sink && events > 0) {
      queues.forEach((queue, source) => {
        const bytes = queue.taken(marks[source] ?? 0)
        if (bytes.length > 0) this.#sink?.records(source, bytes)
      })
      this.#sink.advance(this.#merge.frontier)
    }
    this.#collector.known = this.#merge.frontier
    return events
  }

  /** The epoch is the time of the first event, once nothing earlier is expected. */
  #findEpoch(watermark: bigint): boolean {
    let first: bigint | undefined
    for (const queue of this.#merge.queues) {
      const time = queue.firstTime()
      if (time !== undefined && (first === undefined || time < first)) first = time
    }
    if (first === undefined || first > watermark) return false
    this.#begin(first)
    this.#sink?.begin(first)
    for (const { id, pid, queue } of this.#sources.values())
      this.#sink?.source({ source: queue.source, id, pid })
    return true
  }

  #begin(epoch: bigint): void {
    this.#epoch = epoch
    for (const queue of this.#merge.queues) queue.setEpoch(epoch)
  }

  #close(): void {
    this.#isOver = true
    this.#collector.close()
  }

  #announce(): void {
    if (this.#tracksVersion === this.#collector.tracksVersion) return
    this.#tracksVersion = this.#collector.tracksVersion
    this.onTracks.emit(this.tracks())
  }
}
