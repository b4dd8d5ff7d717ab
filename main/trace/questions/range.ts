/**
 * A range within what is known of a run. What happened at a time belongs to the range that ends
 * there, so figures of ranges side by side add up; one that begins with the run has its first
 * moment, too.
 */
import type { TimeRange } from '../../run/contract.ts'

export interface Range {
  /** Nanoseconds since the epoch: what happened after it counts; -1: the run's beginning. */
  readonly after: number
  readonly to: number
  readonly length: number
}

/** @param newest up to where everything is known. */
export function rangeOf({ from, to }: TimeRange, newest: number): Range {
  const end = Math.min(newest, Number.isFinite(to) ? to : newest)
  const begin = Math.min(newest, Math.max(0, Number.isFinite(from) ? from : 0))
  if (end < begin) return { after: begin, to: begin, length: 0 }
  return { after: from <= 0 ? -1 : begin, to: end, length: end - begin }
}
