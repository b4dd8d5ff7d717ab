/**
 * What the current thread is, and what its host offers it. One module-level instance per thread:
 * the worker entry (main/run/worker.ts) calls `enterThread` before the thread's target runs.
 */
import type { Seconds } from '../core/units.ts'
import type { Tracer } from '../trace/tracer.ts'

/**
 * Control words shared by all threads of one process (Int32, only through Atomics). Allocated by
 * the thread host; zero-filled is a valid initial state except for the counters, which the host
 * sets to the start of the process's range (trace/model.ts, IDENT_RANGE).
 */
export const Control = {
  /** 1 once the run is being stopped: every blocking call raises KeyboardInterrupt soon after. */
  stop: 0,
  nextIdent: 1,
  nextResource: 2,
  /** Units of work done: low + high × 2^31; the one who carries into high subtracts 2^31 from low. */
  doneLow: 3,
  doneHigh: 4,
  /** Counts changes of the parked-worker table; waited on by startThread. */
  parkedGeneration: 5,
} as const
export const CONTROL_WORDS = 64

/** A function in terms that another thread or process can resolve, as under Python's spawn. */
export interface TargetReference {
  /** URL of the module. */
  readonly module: string
  /** Name under which the module exports it. */
  readonly name: string
}

/** What is handed to a parked worker when a Thread starts. Structured-cloneable. */
export interface ThreadJob {
  readonly target: TargetReference
  /** Arguments with primitives replaced by handles (handles.ts). */
  readonly args: readonly unknown[]
  readonly ident: number
  readonly name: string
  readonly parent: number
  readonly daemon: boolean
  /** The thread's life in shared memory: thread.ts says which words. */
  readonly life: SharedArrayBuffer
  /** The emulated GIL the thread must hold while it runs, as a handle; undefined: none. */
  readonly gil: unknown
}

/** What the host of a thread offers it. */
export interface ThreadServices {
  readonly control: Int32Array
  readonly tracer: Tracer | undefined
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  /**
   * Hands the job to a parked worker, asking the host for one more if none is parked.
   * Blocks for at most `timeout`.
   * @throws RuntimeError "can't start new thread", CPython's words, when none became free.
   */
  startThread(job: ThreadJob, timeout: Seconds): void
}
