/** How much time a live view shows until the user decides: neither a crowd nor an empty row. Pure. */
const CROWDED = 60
const SPARSE = 8
/** Shorter views are over before they can be looked at. */
const SHORTEST = 100e6
const LONGEST = 10e9

export const INITIAL_LIVE_SPAN = 200e6

/** Next span of time for a view of `span` nanoseconds whose busiest row shows `busiest` spans. */
export function adaptLiveSpan(span: number, busiest: number, newest: number): number {
  if (busiest > CROWDED) return Math.max(SHORTEST, span * 0.75)
  if (busiest < SPARSE && newest > span) return Math.min(LONGEST, span * 1.5)
  return span
}
