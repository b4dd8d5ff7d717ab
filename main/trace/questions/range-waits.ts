/**
 * The waits and holds that ended in a range: their histograms by resource, the longest of each, and
 * each lane's longest wait. Histograms as for the whole run, so that the same waits give the same
 * figures.
 */
import { Category, categoryOf, detailOf, isWait } from '../categories.ts'
import { Histogram } from '../histogram.ts'
import type { Lane } from '../lane.ts'
import type { Resource } from '../resource.ts'
import type { SpanTrack } from '../spans.ts'
import type { SpanSegment } from '../store/span-codec.ts'
import { isAcquiring } from './doing.ts'
import { LongestWaits } from './longest-waits.ts'
import type { Range } from './range.ts'
import { MAX_SCANNED, sampleOf, type Scanned } from './scan.ts'

/** What one resource's waits were. */
export interface ResourceWaits {
  readonly wait: Histogram
  readonly longest: LongestWaits
}

export interface RangeWaits {
  /** By id. */
  readonly resources: ReadonlyMap<number, ResourceWaits>
  /** Nanoseconds by lane: its longest wait for a lock or the GIL that ended, or lasts. */
  readonly longest: ReadonlyMap<Lane, number>
  readonly isSampled: boolean
}

/** A span in the columns of its segment. */
type VisitSpan = (start: number, end: number, segment: SpanSegment, at: number) => void

/** Spans with their ends; the last of a row ends at Infinity. */
function visitSpans(spans: SpanTrack, { first, end }: Scanned, visit: VisitSpan): void {
  spans.visit(first, end - 1, (segment, at, index) => {
    const next =
      at + 1 < segment.count
        ? segment.starts[at + 1]
        : index + 1 < spans.count
          ? spans.startOf(index + 1)
          : Infinity
    visit(segment.starts[at] ?? 0, next ?? Infinity, segment, at)
  })
}

export function waitsIn(
  lanes: readonly Lane[],
  range: Range,
  limit: number = MAX_SCANNED,
): RangeWaits {
  const { after, to } = range
  const sample = sampleOf(
    lanes.map(({ spans }) => ({ first: Math.max(0, spans.find(after)), end: spans.find(to) + 1 })),
    limit,
  )
  const resources = new Map<number, ResourceWaits>()
  const longest = new Map<Lane, number>()
  lanes.forEach((lane, number) => {
    for (const part of sample.parts[number] ?? [])
      visitSpans(lane.spans, part, (start, end, segment, at) => {
        const category = categoryOf(segment.infos[at] ?? 0)
        if (!isWait(category) && category !== Category.waitingEvent) return
        if (end <= after) return
        if (isAcquiring(category)) {
          const lasted = Math.min(end, to) - start
          if (lasted > (longest.get(lane) ?? 0)) longest.set(lane, lasted)
        }
        if (end <= to) add(resources, lane, start, end, segment, at)
      })
  })
  return { resources, longest, isSampled: sample.isPartial }
}

function add(
  resources: Map<number, ResourceWaits>,
  { track }: Lane,
  from: number,
  end: number,
  { infos, holders, enders }: SpanSegment,
  at: number,
): void {
  const id = detailOf(infos[at] ?? 0)
  let waits = resources.get(id)
  if (!waits) resources.set(id, (waits = { wait: new Histogram(), longest: new LongestWaits() }))
  const duration = end - from
  waits.wait.add(duration)
  if (!waits.longest.takes(duration)) return
  waits.longest.add({ track, from, duration, holder: holders[at] ?? 0, ender: enders[at] ?? 0 })
}

/** Holds that ended in a range. */
export interface RangeHolds {
  readonly hold: Histogram
  readonly isSampled: boolean
}

/** A hold lasts from its acquisition to when the lock is free, or acquired again. */
export function holdsIn(
  { acquisitions, spans }: Resource,
  { after, to }: Range,
  limit: number = MAX_SCANNED,
): RangeHolds {
  const hold = new Histogram()
  const sample = sampleOf(
    [{ first: Math.max(0, acquisitions.find(after)), end: acquisitions.find(to) + 1 }],
    limit,
  )
  for (const { first, end } of sample.parts[0] ?? []) {
    const frees = freeTimes(spans, acquisitions.timeOf(first))
    acquisitions.visit(first, end - 1, ({ times, count }, at, index) => {
      const since = times[at] ?? 0
      const next =
        at + 1 < count
          ? times[at + 1]
          : index + 1 < acquisitions.count
            ? acquisitions.timeOf(index + 1)
            : Infinity
      const until = frees(since, next ?? Infinity)
      if (until > after && until <= to) hold.add(until - since)
    })
  }
  return { hold, isSampled: sample.isPartial }
}

/**
 * @returns the first time from `since` on at which a lock is free, `next` if it is none before.
 * Asked in ascending order.
 */
function freeTimes(spans: SpanTrack, from: number): (since: number, next: number) => number {
  let index = Math.max(0, spans.find(from - 1))
  return (since, next) => {
    let free = next
    spans.visit(index, spans.count - 1, ({ starts, infos }, at, number) => {
      index = number
      const start = starts[at] ?? 0
      if (start >= next) return false
      if (start < since || categoryOf(infos[at] ?? 0) !== Category.none) return true
      free = start
      return false
    })
    return free
  }
}
