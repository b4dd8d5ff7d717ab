/** What the probe of one program writes, all processes together, as sources of the run's trace. */
import type { KilledProcess, GilReading } from '../../run/contract.ts'
import type { LaneEnd } from '../../trace/model.ts'
import type { Sampler } from '../sampler/samples.ts'
import type { RunNumbers } from './run-numbers.ts'

/** Where events go: TraceSession is one. */
export interface TraceTarget {
  childFrame(frame: {
    readonly source: number
    readonly pid: number
    readonly watermark: bigint
    readonly records: Uint8Array
  }): void
  endSource(source: number, end: LaneEnd, code?: number): void
}

export interface ProgramTraceOptions {
  /** Folder that the probe writes its files into. */
  readonly folder: string
  readonly target: TraceTarget
  /** Absent: nothing is sampled, who holds the GIL is not available. */
  readonly sampler?: Sampler
  /** Shared by all programs of a run. */
  readonly numbers: RunNumbers
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  /** Of the first process: what its section is called, and its repeat: the marks. */
  readonly section: { readonly label: string; readonly repeat: number }
}

/** A process of the program, as its file says. */
export interface TracedProcess {
  readonly pid: number
  readonly name: string
  readonly role: 'main' | 'fork' | 'spawn' | 'server' | 'forkserver'
  /** `3.13.0`. */
  readonly version: string
  readonly isFreeThreaded: boolean
  readonly reading: GilReading
  readonly readingReason: string
  /** Nanoseconds; 0: not known. */
  readonly switchInterval: number
}

/** What is known at the end of a program. */
export interface ProgramEnd {
  readonly killed: readonly KilledProcess[]
  readonly dropped: number
}
