/** What the sampler tells of a process, as changes: nothing is said while nothing changes. */
import type { Disposable } from '../../core/disposables.ts'
import type { GilReading } from '../../run/contract.ts'

/** What the system says of a thread from outside. */
export const Activity = {
  gone: 0,
  /** On a processor, or ready to be. Who of those holds the GIL, the holder says. */
  runnable: 1,
  /** Waits at the GIL's own mutex or condition. */
  waitsForGil: 2,
  /** Waits at another futex: a lock, a condition. */
  waits: 3,
  /** In another system call: sleeping, I/O. */
  blocked: 4,
} as const
export type Activity = (typeof Activity)[keyof typeof Activity]

/** Times are CLOCK_MONOTONIC nanoseconds; arrays of one group have the same length. */
export interface ProcessSamples {
  readonly pid: number
  /** Everything up to here is known. */
  readonly until: number
  readonly reading: Exclude<GilReading, 'no GIL'>
  /** Why it is not measured, in one sentence; ''. */
  readonly reason: string
  /** Nanoseconds; 0: not known. */
  readonly switchInterval: number
  /** Holders of the GIL: from times[i] on it is held by the thread with this state; 0n: nobody. */
  readonly holders: {
    readonly times: Float64Array
    readonly threadStates: BigUint64Array
    /** CPython's own count of hand-overs at that moment; estimated: of those that were seen. */
    readonly switches: BigUint64Array
  }
  readonly activities: {
    readonly times: Float64Array
    /** Native ids. */
    readonly threads: Uint32Array
    readonly activities: Uint8Array
  }
  /** Samples taken since the last report, and the time between two of them now, nanoseconds. */
  readonly samples: number
  readonly period: number
}

export interface WatchedProcess {
  readonly pid: number
  /** From the trace file's header; 0n: not found. */
  readonly gil: bigint
  /**
   * When it was there already, CLOCK_MONOTONIC nanoseconds: the making of its trace file. A process
   * that was started later is another one with the same number. Absent: not checked.
   */
  readonly since?: number
}

export interface Sampler extends Disposable {
  /** Once more for a process whose GIL was found later. */
  watch(process: WatchedProcess): void
  /** A thread of a watched process; `threadState` 0n: not known. */
  watchThread(pid: number, thread: number, threadState: bigint): void
  unwatch(pid: number): void
  /**
   * What came in since the last call: in order, several of a process one after another. Of one that
   * has gone it says so until it is unwatched.
   */
  take(): readonly ProcessSamples[]
}
