/** Programs whose threads wait at a barrier until the last one was started: what came after it. */
import type { LaneFigures, SectionFigures } from '../trace/figures.ts'
import { ResourceKind } from '../trace/model.ts'
import { sum } from '../core/statistics.ts'
import { aliveFor } from './verdict-parts.ts'

/** How long the lane was at it, nanoseconds; of a program that has no other barrier. */
export function sinceReady({ counters }: SectionFigures, lane: LaneFigures): number {
  const waits = counters
    .filter(({ kind }) => kind === ResourceKind.barrier)
    .flatMap(({ users }) => users)
    .filter(({ track }) => track === lane.track)
  return Math.max(0, aliveFor(lane) - sum(waits.map(({ waited }) => waited)))
}

/** From when all began to when the last of these lanes ended. */
export const longestSinceReady = (section: SectionFigures, lanes: readonly LaneFigures[]): number =>
  Math.max(0, ...lanes.map((lane) => sinceReady(section, lane)))
