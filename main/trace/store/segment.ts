/**
 * What the store puts aside. A track (the spans of a row, the steps of a counter) grows in one open
 * segment in memory; a full one never changes again and is handed to a SegmentStore, which may keep
 * it in memory or write it to the recording. In memory stays, for each, only where it begins and
 * the sums up to there.
 */

/** A full segment as bytes. */
export interface SegmentDraft {
  /** Which track of the trace: numbered from 0 in the order in which they first filled a segment. */
  readonly stream: number
  /** Entries (spans, steps). */
  readonly count: number
  /** Nanoseconds since the epoch: of the first and the last entry. */
  readonly first: number
  readonly last: number
  /** Sums within the segment, small: read to draw what is not magnified much. */
  readonly head: Uint8Array
  /** The entries themselves, read to draw or to tell them one by one. */
  readonly body: Uint8Array
}

/** Numbers segments 0, 1, 2, … in the order of `put`: the same events give the same numbers and bytes. */
export interface SegmentStore {
  /** Takes the bytes over: they must not change any more. Never waits and never throws. */
  put(segment: SegmentDraft): number
  /** As they were put. Undefined: they could not be written, or cannot be read any more. */
  head(segment: number): Uint8Array | undefined
  body(segment: number): Uint8Array | undefined
}

/** Keeps everything in memory: for tests, for the gallery, and while there is no recording. */
export class MemorySegments implements SegmentStore {
  readonly drafts: SegmentDraft[] = []

  put(segment: SegmentDraft): number {
    return this.drafts.push(segment) - 1
  }

  head(segment: number): Uint8Array | undefined {
    return this.drafts[segment]?.head
  }

  body(segment: number): Uint8Array | undefined {
    return this.drafts[segment]?.body
  }
}
