/**
 * Makes sense of the merged events: which lane does what, who holds which lock and who waits for
 * it, how deep the queues are. Everything it knows comes from the events alone, so a recording
 * that is read again gives the same. An event that does not fit (its partner was dropped) never
 * throws: the state is put right by the next one that does.
 */
import { nanoseconds } from '../core/units.ts'
import type { OutputLine, TrackInfo } from '../run/contract.ts'
import { Category, categoryOfState, categoryOfWait, DROP_REQUESTED } from './categories.ts'
import { Lane } from './lane.ts'
import {
  EventKind,
  HOLDER_UNKNOWN,
  LAST_RESOURCE_KIND,
  LaneEnd,
  LaneKind,
  MarkKind,
  OutputStream,
  Place,
  ResourceKind,
  Wait,
  WaitOutcome,
} from './model.ts'
import { Concurrency } from './questions/concurrency.ts'
import { isAcquiring, isRunning } from './questions/doing.ts'
import { Places } from './questions/places.ts'
import { MachineLoad } from './questions/machine-load.ts'
import { ProcessorTime } from './questions/processor-time.ts'
import { Resource } from './resource.ts'
import { Sections } from './sections.ts'
import type { EventSink } from './source-queue.ts'
import { Archive } from './store/archive.ts'
import type { SegmentStore } from './store/segment.ts'
import { tracksOf } from './tracks.ts'

/** Rows beyond this many are folded into one per process, so that no file can ask for more memory. */
const MAX_TRACKS = 16_384
const MAX_RESOURCES = 65_536
/** Lines beyond these are in the recording only. */
const MAX_OUTPUT_LINES = 100_000
const MAX_OUTPUT_CHARACTERS = 2 ** 25

/** What a track id stands for. */
export type Subject = Lane | Resource

export interface SourceOrigin {
  readonly pid: number
}

const oneOf = <Value extends number>(value: number, least: Value, most: Value): Value =>
  // The event's words come from outside; a value beyond the enumeration becomes its nearest.
  Math.min(most, Math.max(least, value)) as Value

export class Collector implements EventSink {
  readonly archive: Archive
  readonly subjects: (Subject | undefined)[] = [undefined]
  readonly lanes: Lane[] = []
  /** Of the thread that has, or last had, an ident. */
  readonly idents = new Map<number, Lane>()
  /** By id; several ids may stand for one. */
  readonly resources = new Map<number, Resource>()
  readonly resourceList: Resource[] = []
  readonly output: OutputLine[] = []
  #outputCharacters = 0
  #outputIsFull = false
  /** Track of the lane that printed each line; 0: none. */
  readonly outputTracks: number[] = []
  readonly notes: { readonly time: number; readonly text: string }[] = []
  readonly sections: Sections
  readonly concurrency = new Concurrency()
  readonly processorTime = new ProcessorTime()
  readonly machineLoad = new MachineLoad()
  readonly places = new Places()
  /** Time of the newest event. */
  lastEvent = 0
  /** While the run goes on, nothing earlier than this is to come; 0 once it is over. */
  known = 0
  events = 0
  dropped = 0
  /** Events that say so: of the trace itself, not of the program. */
  dropReports = 0
  /** Counts changes of the rows. */
  tracksVersion = 0
  readonly #origins: SourceOrigin[] = []
  /** The lane whose events follow, by source. */
  readonly #current: (Lane | undefined)[] = []
  readonly #byName = new Map<string, Lane[]>()
  /** The last resource of each kind, name and place, and how many sections were over then. */
  readonly #declared = new Map<string, { readonly resource: Resource; readonly section: number }>()

  constructor(segments: SegmentStore) {
    this.archive = new Archive(segments)
    this.sections = new Sections(this)
  }

  /** Up to here it is known what every row shows. */
  get newest(): number {
    return Math.max(this.lastEvent, this.known)
  }

  addSource(source: number, origin: SourceOrigin): void {
    this.#origins[source] = origin
  }

  event(
    source: number,
    time: number,
    kind: number,
    resource: number,
    a: number,
    b: number,
    c: number,
    text: string,
  ): void {
    this.events++
    this.lastEvent = time
    switch (kind) {
      case EventKind.acquire:
        return this.#acquire(time, this.#lane(source, time), this.#used(resource, source), a)
      case EventKind.release:
        return this.#used(resource, source).release(time, this.#lane(source, time))
      case EventKind.put:
        return this.#used(resource, source, ResourceKind.queue).put(
          time,
          a,
          this.#lane(source, time),
        )
      case EventKind.get:
        return this.#used(resource, source, ResourceKind.queue).get(
          time,
          a,
          this.#lane(source, time),
        )
      case EventKind.waitBegin:
        return this.#waitBegin(time, this.#lane(source, time), source, resource, a, b, c !== 0)
      case EventKind.waitEnd:
        return this.#endWait(time, this.#lane(source, time), a, b)
      case EventKind.state:
        return this.#state(time, this.#lane(source, time), a, b, c !== 0)
      case EventKind.laneStart:
        return this.#laneStart(time, source, a, b, c, text)
      case EventKind.laneEnd:
        return this.#laneEnd(time, source, b, c)
      case EventKind.set:
      case EventKind.clear:
        return this.#setEvent(time, source, resource, kind === EventKind.set)
      case EventKind.resource:
        return this.#declare(
          source,
          resource,
          oneOf<ResourceKind>(a, 1, LAST_RESOURCE_KIND),
          b,
          text,
        )
      case EventKind.output:
        return this.#print(time, source, a, { isOpen: b !== 0, isAnyones: c !== 0 }, text)
      case EventKind.mark:
        return this.#mark(time, a, b, text)
      case EventKind.dropped:
        this.dropped += a
        this.dropReports++
        return
      case EventKind.taskStart:
        return this.#used(resource, source, ResourceKind.pool).beginTask(
          time,
          this.#lane(source, time),
        )
      case EventKind.taskEnd:
        return this.#used(resource, source, ResourceKind.pool).endTask(
          time,
          this.#lane(source, time),
        )
      case EventKind.location:
        return this.#locate(time, this.#lane(source, time), resource, a, text)
      case EventKind.usage:
        this.machineLoad.used(a)
        return this.processorTime.sample(source, time, a, b)
      case EventKind.load:
        return this.machineLoad.sample(time, a - b, c)
      case EventKind.dropRequest:
        this.#lane(source, time).dropRequested = true
        return
    }
  }

  /** The run is over: puts all that is in memory into the store. Nothing may come afterwards. */
  close(): void {
    this.known = 0
    for (const { spans } of this.lanes) spans.close()
    for (const { spans, counters } of this.resourceList) {
      spans.close()
      for (const counter of counters) counter.close()
    }
  }

  trackOf(track: number): Subject | undefined {
    return this.subjects[track]
  }

  /** Of the thread that has, or last had, this ident. */
  laneOf(ident: number): Lane | undefined {
    return this.idents.get(ident)
  }

  /** In reading order. */
  tracks(): TrackInfo[] {
    return tracksOf(this.lanes, this.resourceList)
  }

  #acquire(time: number, lane: Lane, resource: Resource, waited: number): void {
    if (lane.waitingFor === resource) this.#endWait(time, lane, WaitOutcome.granted, 0)
    resource.acquire(time, lane, waited !== 0)
  }

  #waitBegin(
    time: number,
    lane: Lane,
    source: number,
    id: number,
    holder: number,
    why: number,
    timed: boolean,
  ): void {
    this.#endWait(time, lane, WaitOutcome.interrupted, 0)
    const queue = why === Wait.put || why === Wait.get
    const resource = this.#used(id, source, queue ? ResourceKind.queue : undefined)
    lane.waitingFor = resource
    lane.waitingWhy = why
    lane.waitBegan = time
    lane.joining = 0
    lane.timed = timed
    lane.waitsAt = ''
    lane.dropRequested = false
    const category = categoryOfWait(why, resource.kind)
    // The row's id, not that of what was made again for this section.
    const held = holder === HOLDER_UNKNOWN ? resource.holder : this.idents.get(holder)
    lane.set(time, category, resource.id, held?.track)
    if (isAcquiring(category)) lane.countWait(time)
    resource.beginWait(time, lane, why === Wait.put)
  }

  #endWait(time: number, lane: Lane, outcome: number, by: number): void {
    const resource = lane.waitingFor
    if (!resource) return
    const waited = time - lane.waitBegan
    const category = lane.spans.lastCategory
    const request = lane.dropRequested ? DROP_REQUESTED : 0
    const acquiring = isAcquiring(category)
    // The waiter knows whom it last saw holding; another may have come and gone while it slept.
    const releaser = acquiring && outcome === WaitOutcome.granted && resource.latestHolder
    const ender = releaser && releaser !== lane ? releaser : this.idents.get(by)
    lane.spans.endWait(ender?.track ?? 0, (oneOf(outcome, 0, 2) + 1) | request)
    if (resource.longest.takes(waited)) {
      const { track, spans, waitBegan: from } = lane
      const holder = spans.at(spans.count - 1)?.holder ?? 0
      resource.longest.add({ track, from, duration: waited, holder, ender: ender?.track ?? 0 })
    }
    lane.waitingFor = undefined
    this.places.ended(lane.track, category, resource.id, waited)
    lane.set(time, Category.running, 0)
    if (acquiring && waited > lane.longestWait) lane.longestWait = waited
    resource.endWait(time, lane, category === Category.waitingPut, waited)
  }

  /** A join ends when the thread that was joined has ended, or because of its timeout. */
  #endJoin(lane: Lane): void {
    const joined = lane.joining > 0 ? this.idents.get(lane.joining) : undefined
    if (!joined || lane.spans.lastCategory !== Category.idle) return
    const hasEnded = !joined.alive || joined.ident !== lane.joining
    if (hasEnded) lane.spans.endWait(joined.track, WaitOutcome.granted + 1)
  }

  #state(time: number, lane: Lane, state: number, joined: number, timed: boolean): void {
    this.#endWait(time, lane, WaitOutcome.interrupted, 0)
    this.#endJoin(lane)
    const { lastCategory, lastStart } = lane.spans
    if (!isRunning(lastCategory)) this.places.ended(lane.track, lastCategory, 0, time - lastStart)
    lane.joining = joined
    lane.timed = timed
    lane.waitBegan = time
    lane.waitsAt = ''
    lane.set(time, categoryOfState(state), 0, this.idents.get(joined)?.track)
  }

  #laneStart(
    time: number,
    source: number,
    ident: number,
    starter: number,
    kind: number,
    name: string,
  ): void {
    const before = this.#current[source]
    if (before?.alive) this.#finish(time, before, LaneEnd.terminated, 0)
    const lane = this.#laneNamed(source, name || `Thread ${ident}`)
    this.#current[source] = lane
    this.idents.set(ident, lane)
    lane.start(time, ident, oneOf<LaneKind>(kind, 0, 3), this.idents.get(starter)?.track ?? 0)
  }

  #laneEnd(time: number, source: number, how: number, code: number): void {
    const lane = this.#current[source]
    if (lane?.alive) this.#finish(time, lane, oneOf<LaneEnd>(how, 0, 3), code | 0)
  }

  #finish(time: number, lane: Lane, how: LaneEnd, code: number): void {
    this.#endWait(time, lane, WaitOutcome.interrupted, 0)
    lane.finish(time, how, code)
    this.sections.laneEnded(lane, how)
    for (const resource of this.resourceList) {
      resource.leave(time, lane)
      if (resource.holder === lane) resource.abandon(time)
    }
  }

  #locate(time: number, lane: Lane, id: number, place: number, text: string): void {
    if (place === Place.waits) {
      lane.waitsAt = text
      const { lastCategory } = lane.spans
      if (!isRunning(lastCategory))
        this.places.waits(time, lane.track, lastCategory, lane.waitingFor?.id ?? 0, text)
    } else if (place === Place.begins) this.places.begins(time, lane.track, text)
    else {
      const resource = this.#resource(id)
      resource.acquiredAt.set(lane, text)
      this.places.acquired(time, lane.track, resource.id, text)
    }
  }

  #setEvent(time: number, source: number, id: number, set: boolean): void {
    const resource = this.#used(id, source, ResourceKind.event)
    resource.spans.append(time, set ? Category.running : Category.none, 0)
  }

  #print(
    time: number,
    source: number,
    stream: number,
    { isOpen, isAnyones }: { readonly isOpen: boolean; readonly isAnyones: boolean },
    text: string,
  ): void {
    const isError = stream === OutputStream.error
    this.sections.print(isError ? OutputStream.error : OutputStream.out, text)
    if (this.#outputIsFull) return
    this.#outputCharacters += text.length
    this.#outputIsFull =
      this.output.length >= MAX_OUTPUT_LINES - 1 || this.#outputCharacters > MAX_OUTPUT_CHARACTERS
    const current = isAnyones ? undefined : this.#current[source]
    const writer = isAnyones ? 'Program' : (current?.name ?? 'Interleave')
    this.outputTracks.push(current?.track ?? 0)
    this.output.push({
      time: nanoseconds(time),
      lane: this.#outputIsFull ? 'Interleave' : writer,
      stream: isError || this.#outputIsFull ? 'error' : 'out',
      text: this.#outputIsFull ? 'Further lines are in the recording only.' : text,
      ...(isOpen && !this.#outputIsFull && { isOpen: true as const }),
    })
  }

  #mark(time: number, kind: number, repeat: number, text: string): void {
    if (kind === MarkKind.sectionBegin) this.sections.begin(time, text, repeat)
    else if (kind === MarkKind.sectionEnd) this.sections.end(time)
    else if (this.notes.length < MAX_OUTPUT_LINES) this.notes.push({ time, text })
  }

  /** The lane whose events come from this source; one is made up when its start was dropped. */
  #lane(source: number, time: number): Lane {
    const current = this.#current[source]
    if (current) return current
    const lane = this.#laneNamed(source, `Source ${source}`)
    this.#current[source] = lane
    lane.start(time, 0, LaneKind.thread, 0)
    return lane
  }

  #laneNamed(source: number, wanted: string): Lane {
    const pid = this.#origins[source]?.pid ?? 0
    const name = this.subjects.length < MAX_TRACKS ? wanted : 'Other threads'
    const key = `${pid} ${name}`
    const lanes = this.#byName.get(key) ?? []
    const free = lanes.find((lane) => !lane.alive) ?? (name === wanted ? undefined : lanes[0])
    if (free) return free
    const lane = new Lane(this.archive, this.concurrency, this.subjects.length, pid, name)
    this.subjects.push(lane)
    this.lanes.push(lane)
    this.#byName.set(key, [...lanes, lane])
    this.tracksVersion++
    return lane
  }

  #resource(id: number): Resource {
    let resource = this.resources.get(id)
    if (!resource) {
      const known = this.resources.size < MAX_RESOURCES ? id : 0
      resource = this.resources.get(known)
      if (!resource) this.resourceList.push((resource = new Resource(this.archive, known)))
      this.resources.set(known, resource)
    }
    return resource
  }

  /** What a program makes again in its next section takes the row of its forerunner. */
  #declare(source: number, id: number, kind: ResourceKind, capacity: number, text: string): void {
    const key = `${this.#origins[source]?.pid} ${kind} ${capacity} ${text}`
    const section = this.sections.done.length
    const earlier = this.#declared.get(key)
    const succeeds = earlier && earlier.section < section && earlier.resource.isIdle
    if (succeeds && !this.resources.has(id) && this.resources.size < MAX_RESOURCES)
      this.resources.set(id, earlier.resource)
    const resource = this.#resource(id)
    resource.declare(kind, capacity, text)
    this.#declared.set(key, { resource, section })
  }

  /** A resource gets its row when it is used for the first time. */
  #used(id: number, source: number, kind?: ResourceKind): Resource {
    const resource = this.#resource(id)
    if (resource.track === 0 && this.subjects.length < MAX_TRACKS) {
      // Its declaration was dropped, or is still on its way.
      if (kind !== undefined && resource.kind === ResourceKind.lock) resource.kind = kind
      resource.track = this.subjects.length
      resource.pid = this.#origins[source]?.pid ?? 0
      this.subjects.push(resource)
      this.tracksVersion++
    }
    return resource
  }
}
