/**
 * Looks at the entries of a range one by one, as far as that costs a bounded time: of more, at
 * whole segments that are evenly spread over it.
 */

/** Entries that one question looks at. */
export const MAX_SCANNED = 2 ** 21
/** Entries that lie together, and are decoded together. */
const SEGMENT = 4_096

/** What is entered in a track, by index. */
export interface Scanned {
  readonly first: number
  /** After the last. */
  readonly end: number
}

export interface Sample {
  /** Index ranges to look at, by track, ascending. */
  readonly parts: readonly (readonly Scanned[])[]
  /** There is more. */
  readonly isPartial: boolean
}

/** Of the entries of several tracks those to be looked at. */
export function sampleOf(tracks: readonly Scanned[], limit = MAX_SCANNED): Sample {
  const total = tracks.reduce((sum, { first, end }) => sum + Math.max(0, end - first), 0)
  if (total <= limit) return { parts: tracks.map((track) => [track]), isPartial: false }
  return { parts: tracks.map((track) => spread(track, limit / total)), isPartial: true }
}

function spread({ first, end }: Scanned, share: number): Scanned[] {
  const from = Math.floor(first / SEGMENT)
  const segments = Math.ceil(end / SEGMENT) - from
  const taken = Math.max(1, Math.floor(segments * share))
  return Array.from({ length: taken }, (_, part) => {
    const begin = (from + Math.floor(((part + 0.5) * segments) / taken)) * SEGMENT
    return { first: Math.max(first, begin), end: Math.min(end, begin + SEGMENT) }
  }).filter((part) => part.first < part.end)
}
