/**
 * What a section of a run measured: the input of the verdicts. Computed from the store (and so
 * from the recording) alone, never from what a demo claims about itself. Times in nanoseconds.
 */
import type { Nanoseconds } from '../core/units.ts'
import type { LaneEnd, OutputStream, ResourceKind } from './model.ts'

export interface LaneFigures {
  readonly track: number
  readonly name: string
  readonly pid: number
  /** Within the section, by LaneState. */
  readonly byState: Float64Array
  readonly waitedGil: number
  readonly waitedLock: number
  /** How it ended in the section or right after it; undefined: it was still alive when the next one began. */
  readonly ended?: LaneEnd
}

/** What one lane did at a lock or counter. */
export interface LaneUse {
  readonly track: number
  readonly name: string
  /** Acquisitions, permits taken, tasks begun; else waits begun. */
  readonly used: number
  /** Time for which it held the lock or worked on tasks; 0 of others. */
  readonly held: number
  readonly waited: number
  /** When its last hold or task ended, the section's end at the latest; absent: it had none. */
  readonly last?: Nanoseconds
}

export interface LockFigures {
  readonly track: number
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
  /** When that was, and the lane that waited; absent when nobody did. */
  readonly longestAt?: LanePlace
  /** Of the holds and of the waits that ended in the section; absent when none did. */
  readonly holdMedian?: number
  readonly waitMedian?: number
  readonly waitP99?: number
  /** Who used it most first. */
  readonly users: readonly LaneUse[]
}

/** A stretch of a lane. */
export interface LanePlace {
  readonly track: number
  readonly from: Nanoseconds
  readonly to: Nanoseconds
}

/** What one lane did at a queue. */
export interface QueueSide {
  readonly track: number
  readonly name: string
  /** Items put or got. */
  readonly items: number
  /** Time blocked there. */
  readonly blocked: number
}

/** A semaphore, condition, barrier, event or pool. */
export interface CounterFigures {
  readonly track: number
  readonly name: string
  readonly kind: ResourceKind
  /** Permits, parties or workers; 0: without limit or not of this kind. */
  readonly capacity: number
  /** Permits taken, tasks begun; else waits begun. */
  readonly used: number
  /** Of these, those that had to wait. */
  readonly contended: number
  /** Permits taken, tasks running or lanes waiting, at most. */
  readonly maximum: number
  /** Sum over lanes of the time spent waiting for it. */
  readonly waitedFor: number
  readonly longestWait: number
  readonly longestAt?: LanePlace
  readonly waitMedian?: number
  /** Who used it most first. */
  readonly users: readonly LaneUse[]
}

export interface QueueFigures {
  readonly track: number
  readonly name: string
  readonly kind: ResourceKind
  readonly puts: number
  readonly gets: number
  readonly maximumDepth: number
  /** Items put in the section and still there at its end. */
  readonly left: number
  readonly residenceMedian: number
  /** Of the items got, to within 3 %; absent when none was. */
  readonly residenceMean?: number
  /** Over the time of the section. */
  readonly depthMean?: number
  /** Sum over lanes of the time blocked in put (full) and in get (empty). */
  readonly blockedInPut: number
  readonly blockedInGet: number
  /** Lanes that put or waited to, and that got or waited to: most items first. */
  readonly putters: readonly QueueSide[]
  readonly getters: readonly QueueSide[]
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
  readonly counters: readonly CounterFigures[]
  /** Mean processors that other programs of the machine used meanwhile; absent: not measured. */
  readonly others?: number
  readonly output: readonly { readonly stream: OutputStream; readonly text: string }[]
  /** Events of the section that were dropped: with any, counts are lower bounds. */
  readonly dropped: number
}
