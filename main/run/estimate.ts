import { nanoseconds, type Nanoseconds } from '../core/units.ts'

/** Below this share of the work there is nothing to estimate from. */
const LEAST_SHARE = 0.02

/**
 * Time left, by the pace so far.
 * @param elapsed since the first section began.
 * @returns undefined while too little is done, or when the total is not known.
 */
export function estimateRemaining(
  done: number,
  total: number,
  elapsed: Nanoseconds,
): Nanoseconds | undefined {
  if (total <= 0 || done < total * LEAST_SHARE) return undefined
  return nanoseconds((elapsed * Math.max(0, total - done)) / done)
}
