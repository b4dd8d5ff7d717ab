/**
 * What a section of a run measured: the input of the verdicts. Computed from the store (and so
 * from the recording) alone, never from what a demo claims about itself. Times in nanoseconds.
 */
import type { Nanoseconds } from '../core/units.ts'
import type { LaneEnd, OutputStream, ResourceKind } from './model.ts'

export interface LaneFigures {
  readonly name: string
  readonly pid: number
  /** Within the section, by LaneState. */
  readonly byState: Float64Array
  readonly waitedGil: number
  readonly waitedLock: number
  /** How it ended in the section or right after it; undefined: it was still alive when the next one began. */
  readonly ended?: LaneEnd
}

export interface LockFigures {
  readonly name: string
  readonly kind: ResourceKind
  readonly acquired: number
  readonly contended: number
  /** Acquisitions by another lane than the last holder's. */
  readonly switches: number
  readonly heldFor: number
  /** Sum over lanes of the time spent waiting for it. */
  readonly waitedFor: number
  readonly longestWait: number
  /** Of the holds and of the waits that ended in the section; absent when none did. */
  readonly holdMedian?: number
  readonly waitMedian?: number
  readonly waitP99?: number
}

export interface QueueFigures {
  readonly name: string
  readonly kind: ResourceKind
  readonly puts: number
  readonly gets: number
  readonly maximumDepth: number
  /** Items put in the section and still there at its end. */
  readonly left: number
  readonly residenceMedian: number
  /** Sum over lanes of the time blocked in put (full) and in get (empty). */
  readonly blockedInPut: number
  readonly blockedInGet: number
}

/** One variant, run once. */
export interface SectionFigures {
  readonly variant: string
  readonly repeat: number
  readonly from: Nanoseconds
  readonly to: Nanoseconds
  readonly elapsed: Nanoseconds
  /** Mean number of lanes running (or holding) at once. */
  readonly concurrency: number
  readonly lanes: readonly LaneFigures[]
  readonly locks: readonly LockFigures[]
  readonly queues: readonly QueueFigures[]
  readonly output: readonly { readonly stream: OutputStream; readonly text: string }[]
  /** Events of the section that were dropped: with any, counts are lower bounds. */
  readonly dropped: number
}
