/**
 * The critical path of a range: the chain of what its end had to wait for.
 *
 * It is followed backwards from the lane that ran last. While a lane does something by itself (it
 * runs, sleeps, or waits for what nobody in the trace ended), the path stays with it. Where a wait
 * of it was ended by another lane (a release, a put or get, a set, the end of a thread that was
 * joined), the path goes over to that lane at that moment; where a lane begins, to the one that
 * started it. So segments follow each other without a gap, and the wait itself is on nobody's
 * account but the one's who ended it; a segment begins when it was ended, which includes the time
 * that the waiter took to wake up.
 *
 * This is the path through the program activity graph that Yang and Miller follow back over the last
 * arriving edge ("Critical path analysis for the execution of parallel and distributed programs",
 * ICDCS 1988). The share of it during which a lock was held, and how often it changed lanes through
 * it, are the measures of Chen and Stenström ("Critical lock analysis: diagnosing critical section
 * bottlenecks in multithreaded applications", SC 2012).
 *
 * What is on the path delayed the end; what is not, however contended, did not. It does not say how
 * much earlier the end would come if a part of it were shorter: another path may be nearly as long,
 * and locks might be handed over in another order. Waits that ended by a timeout, or whose events
 * were dropped, are their lane's own time; so is waiting for a processor.
 */
import { nanoseconds } from '../../core/units.ts'
import type { CriticalPathAnswer, TimeRange } from '../../run/contract.ts'
import { Category, DROP_REQUESTED, isWait } from '../categories.ts'
import type { Collector } from '../collector.ts'
import { Lane } from '../lane.ts'
import { WaitOutcome } from '../model.ts'
import { isLockKind, type Resource } from '../resource.ts'
import type { Span } from '../spans.ts'
import { endedAt, holdOf } from './blame.ts'
import { isRunning } from './doing.ts'
import { rangeOf } from './range.ts'
import { factsOf } from './path-words.ts'

/** Spans that one question looks at, and what a change of lanes counts as. */
const MAX_SPANS = 262_144
const SPANS_PER_CHANGE = 8
const MAX_SEGMENTS = 16_384
/** A lane that has not run for so many spans did not run last. */
const LOOK_BACK = 64

export interface PathSegment {
  readonly lane: Lane
  readonly start: number
  readonly end: number
  /** What led from the segment before to this one; undefined: a start, a join, or nothing. */
  readonly resource: Resource | undefined
}

export interface Path {
  /** Ascending. */
  readonly segments: readonly PathSegment[]
  readonly isCut: boolean
  /** Nanoseconds on the path during which its lane ran. */
  readonly running: number
  /** Nanoseconds on the path during which its lane held the lock that it went on through. */
  readonly held: ReadonlyMap<Resource, number>
}

export function criticalPathOf(collector: Collector, query: TimeRange): CriticalPathAnswer {
  const { after, to } = rangeOf(query, collector.newest)
  const path = new Walk(collector, Math.max(0, after), to).path()
  const { segments } = path
  return {
    from: nanoseconds(query.from),
    to: nanoseconds(query.to),
    tracks: Uint32Array.from(segments, ({ lane }) => lane.track),
    starts: Float64Array.from(segments, ({ start }) => start),
    ends: Float64Array.from(segments, ({ end }) => end),
    resources: Uint32Array.from(segments, ({ resource }) => resource?.track ?? 0),
    cut: path.isCut,
    facts: factsOf(path),
  }
}

/** Where the path goes over to another lane. */
interface Change {
  readonly lane: Lane
  readonly time: number
  readonly resource: Resource | undefined
}

class Walk {
  readonly #collector: Collector
  readonly #from: number
  readonly #to: number
  readonly #segments: PathSegment[] = []
  readonly #held = new Map<Resource, number>()
  #left = MAX_SPANS
  #running = 0
  #isCut = false

  constructor(collector: Collector, from: number, to: number) {
    this.#collector = collector
    this.#from = from
    this.#to = to
  }

  path(): Path {
    const last = this.#ranLast()
    let lane: Lane | undefined = last?.lane
    let end = last?.time ?? 0
    /** The lock that the path leaves this lane through, and since when it held it. */
    let hold: { readonly lock: Resource; readonly since: number } | undefined
    while (lane) {
      const { start, change } = this.#back(lane, end)
      if (hold) this.#addHeld(hold.lock, end - Math.max(start, hold.since))
      if (end > start) this.#segments.push({ lane, start, end, resource: change?.resource })
      hold = change && holdThrough(change)
      lane = change?.lane
      end = start
      this.#left -= SPANS_PER_CHANGE
      if (lane && (this.#left <= 0 || this.#segments.length >= MAX_SEGMENTS)) {
        this.#isCut = true
        break
      }
    }
    return {
      segments: this.#segments.reverse(),
      isCut: this.#isCut,
      running: this.#running,
      held: this.#held,
    }
  }

  /** Back on one lane to where the path came to it from another, or ends. */
  #back(lane: Lane, end: number): { readonly start: number; readonly change?: Change } {
    const from = this.#from
    let start = end
    for (let index = lane.spans.find(end); index >= 0; index--) {
      const span = lane.spans.at(index)
      if (!span || --this.#left < 0) {
        this.#isCut = true
        return { start }
      }
      if (span.start >= end) continue
      if (span.category === Category.none) return { start }
      const change = changeAt(this.#collector, lane, span, end)
      if (change && change.time > from) {
        this.#ran(span, change.time, start)
        return { start: change.time, change }
      }
      this.#ran(span, Math.max(from, span.start), start)
      start = Math.max(from, span.start)
      if (span.start <= from) {
        this.#isCut = span.start < from || index > 0
        return { start }
      }
    }
    return { start }
  }

  #ran({ category }: Span, from: number, to: number): void {
    if (isRunning(category) && to > from) this.#running += to - from
  }

  #addHeld(lock: Resource, time: number): void {
    if (time > 0) this.#held.set(lock, (this.#held.get(lock) ?? 0) + time)
  }

  /** Of several that run at the end, the one that began last: what it waited for ended last. */
  #ranLast(): { readonly lane: Lane; readonly time: number } | undefined {
    let found: { lane: Lane; time: number; start: number } | undefined
    for (const lane of this.#collector.lanes) {
      const ran = this.#lastRun(lane)
      if (!ran) continue
      const { time, start } = ran
      if (!found || time > found.time || (time === found.time && start > found.start))
        found = { lane, time, start }
    }
    return found
  }

  #lastRun({ spans }: Lane): { readonly time: number; readonly start: number } | undefined {
    const last = spans.find(this.#to)
    for (let index = last; index >= 0 && index > last - LOOK_BACK; index--) {
      const span = spans.at(index)
      if (!span || span.start >= this.#to || !isRunning(span.category)) continue
      const time = Math.min(span.end ?? Infinity, this.#to)
      return time > this.#from ? { time, start: span.start } : undefined
    }
    return undefined
  }
}

/** Whether, and when, the path comes to this lane in this span. */
function changeAt(collector: Collector, lane: Lane, span: Span, end: number): Change | undefined {
  if (span.category === Category.running && span.holder !== 0) {
    const starter = collector.trackOf(span.holder)
    return starter instanceof Lane && starter !== lane
      ? { lane: starter, time: span.start, resource: undefined }
      : undefined
  }
  const granted = (span.ending & ~DROP_REQUESTED) === WaitOutcome.granted + 1
  if (!granted || span.end === undefined || span.end > end) return undefined
  const ender = collector.trackOf(span.ender)
  if (!(ender instanceof Lane) || ender === lane) return undefined
  const within = (time: number) => Math.min(span.end ?? time, Math.max(span.start, time))
  if (span.category === Category.idle)
    return { lane: ender, time: within(endOf(ender, span.end)), resource: undefined }
  if (!isWait(span.category) && span.category !== Category.waitingEvent) return undefined
  const resource = collector.resources.get(span.detail)
  return resource && { lane: ender, time: within(endedAt(resource, span)), resource }
}

/** When a lane that was joined ended, at or before `time`. */
function endOf({ spans }: Lane, time: number): number {
  const span = spans.at(spans.find(time))
  return span?.category === Category.none ? span.start : time
}

function holdThrough({ lane, time, resource }: Change) {
  if (!resource || !isLockKind(resource.kind)) return undefined
  const hold = holdOf(resource, lane.track, time)
  return hold && { lock: resource, since: hold.since }
}
