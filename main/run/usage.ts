/** The processor time that a process uses, told to its trace. */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { EventKind } from '../trace/model.ts'
import type { Tracer } from '../trace/tracer.ts'

/** Milliseconds between two events that say it. */
export const USAGE_INTERVAL = 100

const LINUX = '/proc/thread-self/schedstat'
const MICROSECONDS_PER_MILLISECOND = 1_000
const NANOSECONDS_PER_MICROSECOND = 1_000

/** Node 24 has it; the types are those of Node 20. */
interface NewerProcess {
  readonly threadCpuUsage?: () => { readonly user: number; readonly system: number }
}

/**
 * A clock of the processor time of the calling thread, in microseconds: from Node where it knows
 * it (24 and later), on Linux from /proc. Elsewhere the time that its event loop was busy, which
 * has in it what the thread waited for a processor meanwhile.
 */
export function threadClock(): () => number {
  const { threadCpuUsage } = process as NewerProcess
  if (threadCpuUsage !== undefined)
    return () => {
      const { user, system } = threadCpuUsage()
      return user + system
    }
  // Its first field: nanoseconds on a processor.
  const read = () => Number.parseInt(readFileSync(LINUX, 'latin1'), 10)
  try {
    if (read() > 0) return () => read() / NANOSECONDS_PER_MICROSECOND
  } catch {
    // Another system, or one without this account.
  }
  return () => performance.eventLoopUtilization().active * MICROSECONDS_PER_MILLISECOND
}

/** Of the thread that made it, which is to be its process's event-loop thread. */
export class Usage {
  readonly #clock: () => number
  readonly #began: number
  #process = process.cpuUsage()
  #thread: number

  constructor(clock: () => number = threadClock()) {
    this.#clock = clock
    this.#began = clock()
    this.#thread = Math.round(this.#began)
  }

  /** Processor time of this thread since then, in nanoseconds. */
  get collecting(): number {
    return (this.#clock() - this.#began) * NANOSECONDS_PER_MICROSECOND
  }

  /** Records what was used since the last time. */
  record(tracer: Tracer): void {
    const { all, own } = this.#sinceLast()
    tracer.record(EventKind.usage, 0, all, own, 0)
  }

  /** What was used since the last time was not used for a program of this process. */
  skip(): void {
    this.#sinceLast()
  }

  #sinceLast(): { readonly all: number; readonly own: number } {
    const now = process.cpuUsage()
    const all = now.user - this.#process.user + now.system - this.#process.system
    const thread = Math.round(this.#clock())
    // Two clocks, read one after the other: a part is not more than the whole.
    const own = Math.min(all, Math.max(0, thread - this.#thread))
    this.#process = now
    this.#thread = thread
    return { all, own }
  }
}
