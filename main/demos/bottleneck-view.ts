/** What the rules of bottlenecks look at: the lanes that take part in a section, and their time. */
import { sum } from '../core/statistics.ts'
import type { Sentence, TimelinePlace } from '../run/contract.ts'
import type { LaneFigures, SectionFigures } from '../trace/figures.ts'
import { LaneState, ResourceKind } from '../trace/model.ts'
import { aliveFor, MAIN_LANE } from './verdict-parts.ts'

export type BottleneckKind =
  | 'sender'
  | 'receiver'
  | 'lock'
  | 'hand-over'
  | 'GIL'
  | 'permits'
  | 'party'
  | 'tail'
  | 'handing out'
  | 'processors'
  | 'sleeping'

export interface Bottleneck {
  readonly kind: BottleneckKind
  /** In a table: `the sender`, `lock counter`. */
  readonly words: string
  readonly sentence: Sentence
  /** Of the time of all lanes that take part, what was lost to it: 0 to 1. */
  readonly lost: number
  readonly place: TimelinePlace
}

export type Rule = (view: SectionView) => readonly Bottleneck[]

export interface SectionView {
  readonly section: SectionFigures
  /** Those that do something: who only joins the others, or collects what they say, is no part of it. */
  readonly lanes: readonly LaneFigures[]
  /** Of these lanes, nanoseconds in which they were not idle, waits for each other included. */
  readonly time: number
  /** Processors that it truly used; undefined: not measured. */
  readonly processors: number | undefined
}

/** A lane that is idle for more than the rest of its time only joins others. */
const TAKES_PART = 0.1

/** Waits that are shown as idle, but are for other lanes of the section to come as far. */
const MEETINGS: readonly ResourceKind[] = [ResourceKind.barrier, ResourceKind.condition]

export function viewOf(section: SectionFigures, processors: number | undefined): SectionView {
  const meetings = section.counters.filter(({ kind }) => MEETINGS.includes(kind))
  const busy = (lane: LaneFigures): number => {
    const met = meetings
      .flatMap(({ users }) => users.filter(({ track }) => track === lane.track))
      .map(({ waited }) => waited)
    return aliveFor(lane) - (lane.byState[LaneState.idle] ?? 0) + sum(met)
  }
  const lanes = section.lanes.filter((lane) => {
    // The main thread that only waits at a queue for the others to be done might as well join them.
    const part = lane.name === MAIN_LANE ? ranFor(lane) + sleptFor(lane) : busy(lane)
    return aliveFor(lane) > 0 && part >= TAKES_PART * aliveFor(lane)
  })
  return { section, lanes, time: sum(lanes.map(busy)), processors }
}

export const ranFor = ({ byState }: LaneFigures): number =>
  (byState[LaneState.running] ?? 0) + (byState[LaneState.holding] ?? 0)

export const sleptFor = ({ byState }: LaneFigures): number => byState[LaneState.sleeping] ?? 0

/** What several do alike: `the receiver`, `the 3 receivers`. */
export const theOnes = (one: string, count: number): string =>
  count === 1 ? `the ${one}` : `the ${count} ${one}s`
