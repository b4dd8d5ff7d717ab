/**
 * What time it is in the run. A view that follows the run is asked for a little beyond where the
 * run is expected to be when it answers, so that the answer reaches up to the newest event.
 */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type { ViewQuery } from '../../main/run/contract.ts'
import { range, spanOf, type TimeScale } from './time-scale.ts'

/** Nanoseconds that an answer may take longer than the last one. */
const MARGIN = 40e6
/** A view asks for at most this many times its width. */
const MOST = 3

export class RunClock {
  #newest = 0
  #heardAt = 0
  readonly #time: () => number

  /** @param time milliseconds, monotonic */
  constructor(time: () => number = () => performance.now()) {
    this.#time = time
  }

  heard(newest: number): void {
    if (newest <= this.#newest) return
    this.#newest = newest
    this.#heardAt = this.#time()
  }

  /** The run's time, as far as can be told: it has gone on since it was last heard. */
  now(): Nanoseconds {
    return nanoseconds(this.#newest + (this.#time() - this.#heardAt) * 1e6)
  }

  reset(): void {
    this.#newest = 0
    this.#heardAt = this.#time()
  }
}

/** The part of the run to ask for, with columns as wide as in the view of `width` columns. */
export function aheadOf(
  view: Pick<TimeScale, 'from' | 'to'>,
  width: number,
  now: number,
): Omit<ViewQuery, 'tracks'> {
  const column = spanOf(view) / width
  const columns = Math.ceil((Math.max(view.to, now + MARGIN) - view.from) / column)
  const asked = Math.min(columns, MOST * width)
  const from = view.from + (columns - asked) * column
  return { ...range(from, from + asked * column), width: asked }
}
