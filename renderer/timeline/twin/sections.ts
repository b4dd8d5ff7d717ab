/** Which parts of a run are laid side by side: the sections of two engines, repeat by repeat. Pure. */
import { nanoseconds } from '../../../main/core/units.ts'
import type { Measurement, SearchMatch, TimeRange, TrackInfo } from '../../../main/run/contract.ts'
import type { TablesAnswer } from '../../../main/run/contract.ts'
import { partsOfLabel } from '../../../main/run/section-label.ts'
import { LaneState } from '../../../main/trace/model.ts'

export interface TwinSection extends TimeRange {
  /** As its label says it: `CPython 3.13.0`. */
  readonly engine: string
  /** From 1. */
  readonly repeat: number
  /** It goes on: `to` is how far it has come. */
  readonly isOpen: boolean
}

/** What a run that is over has measured. */
export const sectionsMeasured = (measurements: readonly Measurement[]): readonly TwinSection[] =>
  measurements.flatMap(({ variant, repeat, from, elapsed }) => {
    const { engine } = partsOfLabel(variant)
    if (engine === '') return []
    return [{ engine, repeat, from, to: nanoseconds(from + elapsed), isOpen: false }]
  })

/** Of a run that goes on: each section lasts until the next one begins, the last one until now. */
export function sectionsMarked(
  marks: readonly Pick<SearchMatch, 'kind' | 'time' | 'text'>[],
  newest: number,
): readonly TwinSection[] {
  const begun = marks
    .filter(({ kind, text }) => kind === 'section' && partsOfLabel(text).engine !== '')
    .toSorted((one, other) => one.time - other.time)
  const counts = new Map<string, number>()
  return begun.map(({ time, text }, index) => {
    const repeat = (counts.get(text) ?? 0) + 1
    counts.set(text, repeat)
    const next = begun[index + 1]?.time
    return {
      engine: partsOfLabel(text).engine,
      repeat,
      from: time,
      to: nanoseconds(next ?? Math.max(time, newest)),
      isOpen: next === undefined,
    }
  })
}

/** The two engines, the one that was asked for first where it is known. */
export function enginesOf(
  sections: readonly TwinSection[],
  first: string | undefined,
): readonly string[] {
  const engines = [...new Set(sections.map(({ engine }) => engine))]
  return engines.toSorted((one, other) => Number(other === first) - Number(one === first))
}

/** One repeat: a section of each engine, as far as it was run. */
export interface TwinPair {
  readonly repeat: number
  readonly sections: readonly TwinSection[]
}

/** Ordered by repeat; in each the sections in the order of the engines. */
export function pairsOf(
  sections: readonly TwinSection[],
  engines: readonly string[],
): readonly TwinPair[] {
  const repeats = [...new Set(sections.map(({ repeat }) => repeat))].toSorted((a, b) => a - b)
  return repeats.map((repeat) => ({
    repeat,
    sections: engines.flatMap(
      (engine) => sections.find((each) => each.engine === engine && each.repeat === repeat) ?? [],
    ),
  }))
}

/** Nanoseconds that the longest of them takes. */
export const longestOf = ({ sections }: TwinPair): number =>
  Math.max(0, ...sections.map(({ from, to }) => to - from))

/** Share of the section below which a lane was no part of it: it ended with the one before. */
const NOTABLE = 1e-3

/** The rows that something happened in, by the figures of the section's time alone. */
export function rowsOf(
  tracks: readonly TrackInfo[],
  { lanes, locks, queues, counters }: Pick<TablesAnswer, 'lanes' | 'locks' | 'queues' | 'counters'>,
  { from, to }: TimeRange,
): readonly TrackInfo[] {
  const seen = new Set<number>()
  const pids = new Set<number>()
  for (const { track, pid, byState } of lanes) {
    // One that only exists, as a thread that is kept for later, was no part of it either.
    const active = byState.reduce(
      (sum, time, state) =>
        state === LaneState.none || state === LaneState.idle ? sum : sum + time,
      0,
    )
    if (active <= NOTABLE * (to - from)) continue
    seen.add(track)
    pids.add(pid)
  }
  // The main thread of a process may have done nothing but join the others.
  for (const { track, pid, byState } of lanes)
    if (pids.has(pid) && (byState[LaneState.idle] ?? 0) > (to - from) / 2) seen.add(track)
  for (const { track, acquired, waitedFor } of locks) if (acquired + waitedFor > 0) seen.add(track)
  for (const { track, puts, gets } of queues) if (puts + gets > 0) seen.add(track)
  for (const { track, used, maximum } of counters) if (used + maximum > 0) seen.add(track)
  return tracks.filter(({ id }) => seen.has(id))
}
