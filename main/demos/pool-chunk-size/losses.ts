/** What the workers of a pool did with their time, from what the program measured and printed. */
import { sum } from '../../core/statistics.ts'
import type { SectionFigures } from '../../trace/figures.ts'

/** Times in nanoseconds. */
export interface MapFigures {
  readonly calls: number
  /** From map to its last result. */
  readonly took: number
  /** In the order in which the list names them first. */
  readonly workers: readonly WorkerFigures[]
}

export interface WorkerFigures {
  readonly name: string
  readonly calls: number
  /** Sum of its calls. */
  readonly busy: number
  /** End of its last one, after map began. */
  readonly done: number
}

/** Undefined: it did not come to its end. */
export function mapOf({ output }: SectionFigures): MapFigures | undefined {
  const workers = output.flatMap(({ text }): WorkerFigures[] => {
    const found = /^(\S+): (\d+) calls, busy (\d+\.\d+) ms, done after (\d+\.\d+) ms$/.exec(text)
    if (found === null) return []
    const [, name = '', calls, busy, done] = found
    return [{ name, calls: Number(calls), busy: Number(busy) * 1e6, done: Number(done) * 1e6 }]
  })
  const mapped = output
    .map(({ text }) => /^mapped (\d+) calls in (\d+\.\d+) ms$/.exec(text))
    .find((found) => found !== null)
  return mapped && { calls: Number(mapped[1]), took: Number(mapped[2]) * 1e6, workers }
}

/** Shares of the time of all workers, from the beginning of map to its end. */
export interface Losses {
  /** After the last call of each: nothing was left for it. */
  readonly tail: number
  /** Between its calls: waiting for the next chunk, taking it in, sending results. */
  readonly dispatch: number
  /** Who was the last, and by how many nanoseconds after the first one that had nothing left. */
  readonly last: string
  readonly lead: number
}

/** @param workers of the pool: one that got no chunk at all had nothing to do from the beginning. */
export function lossesOf(map: MapFigures, workers: number): Losses | undefined {
  const last = map.workers.toSorted((one, other) => other.done - one.done)[0]
  if (last === undefined || !(map.took > 0) || workers < 1) return undefined
  const all = map.took * workers
  const idle = Math.max(0, workers - map.workers.length)
  // The results of the last chunk still have to come back: that is handing out as well.
  const tail = sum(map.workers.map(({ done }) => last.done - done)) + idle * last.done
  const busy = sum(map.workers.map((worker) => worker.busy))
  const first = idle > 0 ? 0 : Math.min(...map.workers.map(({ done }) => done))
  return {
    tail: Math.min(1, tail / all),
    dispatch: Math.max(0, Math.min(1, (all - tail - busy) / all)),
    last: last.name,
    lead: last.done - first,
  }
}
