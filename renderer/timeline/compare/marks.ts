/** Moments that sections can be aligned at, and where each has them. */
import { nanoseconds } from '../../../main/core/units.ts'
import type { TimeRange, TrackInfo } from '../../../main/run/contract.ts'
import type { TraceSource } from '../trace-source.ts'

export type Mark =
  | { readonly kind: 'start' | 'end' | 'put' | 'get' | 'contention' | 'note' }
  | { readonly kind: 'lane'; readonly name: string }
  /** Wherever each was put by hand. */
  | { readonly kind: 'hand' }

/** Columns of a look at a queue: three of them tell a put in ten seconds to the nanosecond. */
const COLUMNS = 2_048
const MOST_LOOKS = 8
/** A view that lacks details is asked for again so often. */
const MOST_PARTIAL = 20

/**
 * Nanoseconds from the section's beginning to the mark.
 * @param source the run, in its own time
 * @returns undefined where the section has no such moment. Rejects when the run is gone.
 */
export async function findMark(
  source: TraceSource,
  tracks: readonly TrackInfo[],
  section: TimeRange,
  mark: Mark,
): Promise<number | undefined> {
  const time = await momentOf(source, tracks, section, mark)
  if (time === undefined || time < section.from || time > section.to) return undefined
  return time - section.from
}

async function momentOf(
  source: TraceSource,
  tracks: readonly TrackInfo[],
  section: TimeRange,
  mark: Mark,
): Promise<number | undefined> {
  const before = nanoseconds(section.from - 1)
  switch (mark.kind) {
    case 'start':
    case 'hand':
      return section.from
    case 'end':
      return section.to
    case 'put':
    case 'get':
      return firstItem(source, tracks, section, mark.kind === 'put' ? 'puts' : 'gets')
    case 'contention': {
      const query = { time: before, direction: 'next', what: 'contention' } as const
      return (await source.ask('neighbour', query))?.from
    }
    case 'note': {
      const notes = await source.ask('notes', {})
      const inside = notes.filter(({ from }) => from >= section.from && from <= section.to)
      return inside.length === 0 ? undefined : Math.min(...inside.map(({ from }) => from))
    }
    case 'lane': {
      // A lane of that name may be another one in every section.
      const named = tracks.filter(({ kind, name }) => kind === 'lane' && name === mark.name)
      const begun = await Promise.all(
        named.map(({ id: track }) =>
          source.ask('neighbour', { track, time: before, direction: 'next', what: 'event' }),
        ),
      )
      const times = begun.flatMap((span) => (span ? [Math.max(span.from, section.from)] : []))
      return times.length === 0 ? undefined : Math.min(...times)
    }
  }
}

/** Looks closer and closer at the first column with one in it. */
async function firstItem(
  source: TraceSource,
  tracks: readonly TrackInfo[],
  section: TimeRange,
  which: 'puts' | 'gets',
): Promise<number | undefined> {
  const queues = tracks.filter(({ kind }) => kind === 'queue').map(({ id }) => id)
  if (queues.length === 0) return undefined
  let { from, to }: TimeRange = section
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const query = { from, to, width: COLUMNS, tracks: queues }
    let answer = await source.ask('view', query)
    for (let again = 0; answer.partial && again < MOST_PARTIAL; again += 1)
      answer = await source.ask('view', query)
    const firsts = answer.slices
      .map(({ rates }) => rates?.[which].findIndex((count) => count > 0) ?? -1)
      .filter((column) => column >= 0)
    if (firsts.length === 0) return look === 0 ? undefined : from
    const column = Math.min(...firsts)
    const size = (to - from) / COLUMNS
    if (size <= 1) return from + column * size
    // What is summed up from afar may lie in the column beside.
    const start: number = Math.max(section.from, from + (column - 1) * size)
    to = nanoseconds(Math.min(section.to, from + (column + 2) * size))
    from = nanoseconds(start)
  }
  return from
}

/** Lanes that a mark can be made of: those that begin within, by name. */
export const lanesToAlignAt = (
  members: readonly { readonly lanes: readonly { readonly name: string }[] }[],
): readonly string[] => [...new Set(members.flatMap(({ lanes }) => lanes.map(({ name }) => name)))]

/** How far each is moved right, so that all marks lie at one time: none of them begins before 0. */
export function offsetsFor(anchors: readonly number[]): {
  /** Nanoseconds from 0 of the common axis to each one's beginning. */
  readonly before: readonly number[]
  /** Where the marks lie on it. */
  readonly zero: number
} {
  const zero = Math.max(0, ...anchors)
  return { before: anchors.map((anchor) => zero - anchor), zero }
}
