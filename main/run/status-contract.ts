/** The part of the contract that is about a run: what it was asked to do, and how it stands. */
import type { Nanoseconds } from '../core/units.ts'
import type { Parameters } from '../demos/manifest.ts'
import type { Engine, PythonStatus, ScriptTarget } from './python-contract.ts'

export const MAX_REPEATS = 50
/** Values on one axis of a sweep. */
export const MAX_SWEEP_VALUES = 24
/** In one run: cases by repeats. */
export const MAX_SECTIONS = 500

export interface RunRequest {
  readonly demo: string
  readonly variant: string
  readonly parameters: Parameters
  /** 1 to MAX_REPEATS. */
  readonly repeats: number
  /** Alternate with the variant's baseline, where it has one. Not with a twin. */
  readonly baseline: boolean
  /**
   * Other variants to run as well, in turns; the first one of all is `variant`, with which they are
   * compared. Not with a baseline or a twin.
   */
  readonly others?: readonly string[]
  /** Run with each of these values instead of the parameter's own. One axis or two; not with a twin. */
  readonly sweep?: readonly SweepAxis[]
  /** What runs it; absent: Node. */
  readonly engine?: Engine
  /** The same variant on another engine, alternating: what it is compared with. */
  readonly twin?: Engine
  /** Of the demo SCRIPT_DEMO, and of it alone. */
  readonly script?: ScriptTarget
}

export interface SweepAxis {
  readonly parameter: string
  /** Different, in the order they are shown. */
  readonly values: readonly number[]
}

/**
 * - `starting`: processes and threads are being made ready
 * - `running`, `stopping`
 * - `finished`: the program ended by itself; `stopped`: the user ended it
 * - `failed`: the program threw, or the run's process died
 */
export type RunState = 'starting' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed'

export const isOver = (state: RunState): boolean =>
  state === 'finished' || state === 'stopped' || state === 'failed'

/** What went wrong in a run that failed: what happened, what was kept, what to do. */
export interface RunFailure {
  readonly headline: string
  readonly kept: string
  readonly remedy: string
  /** Stack or last words, if any. */
  readonly detail: string
}

export interface RunStatus {
  readonly state: RunState
  readonly request: RunRequest
  /** Units of work, as the demo counts them. `total` 0: not known. */
  readonly done: number
  readonly total: number
  readonly unit: string
  /** The section that runs now, and how many there are (repeats, and baselines between them). */
  readonly section: number
  readonly sections: number
  /** Since the first event. */
  readonly elapsed: Nanoseconds
  /** Estimated; undefined while there is nothing to estimate it from. */
  readonly remaining?: Nanoseconds
  /** Time of the newest event that the store has taken in. */
  readonly newest: Nanoseconds
  readonly events: number
  /** Events per second over the last second or so. */
  readonly eventRate: number
  readonly dropped: number
  /** Share of one processor the tracer costs: events × calibrated cost, 0 to 1. */
  readonly tracerShare: number
  /** What tracing costs, so that nobody takes it for the program's own; absent before it is known. */
  readonly tracerCost?: TracerCost
  readonly recording?: RecordingStatus
  readonly failure?: RunFailure
  /** Absent: nothing of it runs under CPython. */
  readonly python?: readonly PythonStatus[]
  /** While it lasts; once the run is over: the one it was stopped in. */
  readonly deadlock?: Deadlock
}

export interface TracerCost {
  /** Of one event in the thread that records it, calibrated when the run began. */
  readonly perEvent: Nanoseconds
  /** All events so far × perEvent: processor time within the program's threads. */
  readonly recording: Nanoseconds
  /**
   * Processor time of the runner's event-loop thread: merging, statistics, the recording, answers.
   * Where the system does not tell it of a thread: how long its event loop was busy.
   */
  readonly collecting: Nanoseconds
}

/** Threads that wait for each other and for nobody else: none of them can go on. */
export interface Deadlock {
  /** When the last of them began to wait. */
  readonly since: Nanoseconds
  /**
   * `cycle`: each waits for what the next one holds, or joins it; members stand in that order.
   * `everybody`: every thread of the run waits, and nobody is left who could end one of the waits.
   */
  readonly kind: 'cycle' | 'everybody'
  readonly members: readonly DeadlockMember[]
  /** Names of the others, who wait for one of them. */
  readonly behind: readonly string[]
  /**
   * Where everybody waits: who can end no wait any more, because an exception has ended it in this
   * section. Absent: nobody.
   */
  readonly thrown?: readonly ThrownLane[]
}

/** A thread that an exception has ended. */
export interface ThrownLane {
  readonly track: number
  readonly name: string
  readonly at: Nanoseconds
  /** `RangeError`; `an exception` where it was not printed. */
  readonly error: string
  /** Line of the program that threw it: `program.ts:28`; '' where it is not known. */
  readonly place: string
}

export interface DeadlockMember {
  readonly track: number
  readonly name: string
  readonly pid: number
  /** `Waiting for fork 2`, `Joining Thread-1`. */
  readonly doing: string
  readonly since: Nanoseconds
  /** Line of the program where it waits: `program.ts:12`; '' where it is not known. */
  readonly at: string
  /** The barrier where it waits for others to come; absent: it waits for something else. */
  readonly barrier?: string
  /** Who holds what it waits for; absent where nobody does. */
  readonly holder?: {
    readonly track: number
    readonly name: string
    readonly since: Nanoseconds
    /** Line of the program that acquired it, as last seen; '' where it is not known. */
    readonly at: string
  }
}

export interface RecordingStatus {
  readonly path: string
  readonly bytes: number
  /** Why nothing more is written, in one sentence; the run goes on without its recording. */
  readonly failure?: string
  /** It was opened, not made by this run: nothing runs. */
  readonly opened?: true
  /** What a recording that was cut short lacks, in one sentence. */
  readonly missing?: string
  /** A part of it that was needed is damaged: in one sentence. Answers go on without what it holds. */
  readonly damaged?: string
  /** Opened from a copy that goes when it is closed, and with it the notes made in it. */
  readonly copy?: true
}
