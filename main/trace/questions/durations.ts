/**
 * Where the tables take quantiles and longest waits from: of the whole run they are kept while it
 * goes on, of a range they are looked up in its spans.
 */
import { Histogram } from '../histogram.ts'
import type { LongWait, Percentiles } from '../../run/contract.ts'
import type { Collector } from '../collector.ts'
import type { Lane } from '../lane.ts'
import type { Resource } from '../resource.ts'
import { isAcquiring } from './doing.ts'
import { residenceIn } from './items.ts'
import type { Range } from './range.ts'
import { holdsIn, waitsIn } from './range-waits.ts'

/** `count` is what the tracks have counted, and exact. */
export interface Durations {
  wait(resource: Resource, count: number): Percentiles
  hold(lock: Resource, count: number): Percentiles
  residence(queue: Resource): Percentiles
  longest(resource: Resource): readonly LongWait[]
  /** Nanoseconds: for a lock or the GIL; one that lasts counts as far as it has come. */
  longestWait(lane: Lane): number
}

export const ofRun = ({ newest }: Collector): Durations => ({
  wait: ({ wait }) => wait.percentiles(),
  hold: ({ hold }) => hold.percentiles(),
  residence: ({ residence }) => residence.percentiles(),
  longest: ({ longest }) => longest.list,
  longestWait: (lane) => {
    const lasts = lane.alive && lane.waitingFor && isAcquiring(lane.spans.lastCategory)
    return Math.max(lane.longestWait, lasts ? newest - lane.waitBegan : 0)
  },
})

export function ofRange({ lanes }: Collector, range: Range): Durations {
  const waits = waitsIn(lanes, range)
  return {
    wait: ({ id }, count) => percentilesOf(waits.resources.get(id)?.wait, count, waits.isSampled),
    hold: (lock, count) => {
      const { hold, isSampled } = holdsIn(lock, range)
      return percentilesOf(hold, count, isSampled)
    },
    residence: (queue) => {
      const { residence, gets, isSampled } = residenceIn(queue, range)
      return percentilesOf(residence, isSampled ? gets : residence.count, isSampled)
    },
    longest: ({ id }) => waits.resources.get(id)?.longest.list ?? [],
    longestWait: (lane) => waits.longest.get(lane) ?? 0,
  }
}

const percentilesOf = (
  histogram: Histogram | undefined,
  count: number,
  isSampled: boolean,
): Percentiles => ({
  ...(histogram ?? new Histogram()).percentiles(),
  count,
  ...(isSampled && { sampled: true }),
})
