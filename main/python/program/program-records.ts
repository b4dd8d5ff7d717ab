/** What this process itself records about a program: the lines it printed, the time it used. */
import { EventKind, LaneEnd, type OutputStream } from '../../trace/model.ts'
import type { TraceTarget } from '../trace/program-trace.ts'
import { Records } from './records.ts'

/** Of an output event: which thread of the program wrote it is not known. */
const ANYONES = 1

export interface ProgramRecordsOptions {
  readonly source: number
  readonly target: TraceTarget
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
}

export class ProgramRecords {
  readonly #options: ProgramRecordsOptions
  readonly #records = new Records()
  #used = 0
  #added = 0

  constructor(options: ProgramRecordsOptions) {
    this.#options = options
  }

  /** Events so far. */
  get events(): number {
    return this.#added
  }

  line(stream: OutputStream, text: string, time: bigint, hasNewline: boolean): void {
    this.#records.add(time, EventKind.output, [stream, hasNewline ? 0 : 1, ANYONES], text)
    this.#added++
  }

  /** @param used microseconds of processor time of all its processes, from its start. */
  usage(used: number): void {
    const since = Math.max(0, used - this.#used)
    this.#records.add(this.#options.now(), EventKind.usage, [since, 0, 0])
    this.#used += since
    this.#added++
  }

  /** @param fields a, b and c of a load event. */
  load(fields: readonly [number, number, number]): void {
    this.#records.add(this.#options.now(), EventKind.load, [...fields])
    this.#added++
  }

  /**
   * Hands it on to the trace, which goes no further than `watermark` then.
   * @param pid of the program's main process.
   */
  flush(pid: number, watermark: bigint): void {
    const { source, target } = this.#options
    target.childFrame({ source, pid, watermark, records: this.#records.take() })
  }

  /** Nothing more comes. */
  end(pid: number): void {
    this.flush(pid, this.#options.now())
    this.#options.target.endSource(this.#options.source, LaneEnd.returned)
  }
}
