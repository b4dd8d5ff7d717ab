/** How a child process ended, from what the system and the child itself said. */
import { constants } from 'node:os'
import { LaneEnd } from '../trace/model.ts'
import type { Child } from './child-link.ts'
import type { ProcessExit } from './process.ts'

/** How a child ended. */
export interface ChildExit {
  /** Which process of the run, from 1. */
  readonly process: number
  readonly pid: number
  readonly name: string
  /** As CPython's: negative, the signal. */
  readonly exitcode: number
  /**
   * As the child said itself, also in its own records (`terminated`: by KeyboardInterrupt). Where
   * it could not, whoever keeps the trace ends the lanes still open: `terminated` when somebody
   * asked for it, else `killed`.
   */
  readonly end: LaneEnd
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly time: bigint
  /** All sources it sent frames of. */
  readonly sources: readonly number[]
}

/** Electron's utility processes report a signal as exit code 0: then what was asked for counts. */
export function exitCodeOf(child: Child, exit: ProcessExit): number {
  if (exit.signal !== undefined) return -signalNumber(exit.signal)
  if (child.saidEnd === undefined && exit.code === 0 && child.signalled !== undefined)
    return -signalNumber(child.signalled)
  return exit.code ?? 1
}

function signalNumber(name: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals
  return numbers[name] ?? 1
}

export function endOf(child: Child, exitcode: number): LaneEnd {
  if (child.saidEnd !== undefined) return child.saidEnd
  if (exitcode === 0) return LaneEnd.returned
  return exitcode < 0 && child.signalled !== undefined ? LaneEnd.terminated : LaneEnd.killed
}

export const describeExit = (child: Child, exit: ProcessExit): string =>
  `${child.name} ended before it ran (${
    exit.signal ?? (exit.code === undefined ? 'not spawned' : `exit code ${exit.code}`)
  })`
