/** One thread of a watched process: what it does now. */
import type { Disposable } from '../../core/disposables.ts'
import { activityInCall, activityInState, type futexCalls } from './activity.ts'
import type { Candidate } from './estimate.ts'
import { ProcFile, type ReadFailure } from './proc-file.ts'
import { parseSchedstat, parseStat, parseSystemCall } from './proc-lines.ts'
import { Activity } from './samples.ts'

export interface ThreadContext {
  /** The folder /proc/PID/task. */
  readonly folder: ProcFile
  readonly calls: ReturnType<typeof futexCalls>
  /** Where lines are read into. */
  readonly buffer: Buffer
}

export class WatchedThread implements Disposable, Candidate {
  readonly id: number
  readonly threadState: bigint
  readonly #context: ThreadContext
  readonly #systemCall: ProcFile | undefined
  #stat: ProcFile | undefined
  #schedstat: ProcFile | undefined
  /** Of the file that could not be opened last. */
  #openFailure: ReadFailure | undefined
  /** Not known before the first look. */
  #activity: Activity | undefined
  #processorTime: number | undefined
  #grown = 0

  constructor(id: number, threadState: bigint, context: ThreadContext) {
    this.id = id
    this.threadState = threadState
    this.#context = context
    this.#systemCall = this.#open('syscall')
  }

  get activity(): Activity | undefined {
    return this.#activity
  }

  get isRunnable(): boolean {
    return this.#activity === Activity.runnable
  }

  get isGone(): boolean {
    return this.#activity === Activity.gone
  }

  /** By how much its processor time grew between the last two estimates. */
  get grown(): number {
    return this.#grown
  }

  /** @param gil address of its words; 0: not known */
  look(gil: number): void {
    if (this.isGone) return
    const line = this.#systemCall?.text(this.#context.buffer) ?? ''
    const call = parseSystemCall(line)
    if (call !== undefined) this.#activity = activityInCall(call, gil, this.#context.calls)
    else this.#lookAtState()
    if (this.isGone) this.dispose()
  }

  /** For an estimate: how much it had of a processor since the last time; 0 at the first. */
  measure(): void {
    if (this.isGone) return
    const time = this.#readProcessorTime()
    this.#grown = Math.max(0, time - (this.#processorTime ?? time))
    this.#processorTime = time
  }

  dispose(): void {
    this.#systemCall?.dispose()
    this.#stat?.dispose()
    this.#schedstat?.dispose()
  }

  #lookAtState(): void {
    this.#stat ??= this.#open('stat')
    const stat = parseStat(this.#stat?.text(this.#context.buffer) ?? '')
    if (stat !== undefined) this.#activity = activityInState(stat.state)
    else if (this.#statFailure === 'gone') this.#activity = Activity.gone
  }

  get #statFailure(): ReadFailure | undefined {
    return this.#stat === undefined ? this.#openFailure : this.#stat.failure
  }

  /** Nanoseconds; in ticks where the kernel does not keep them. */
  #readProcessorTime(): number {
    const { buffer } = this.#context
    this.#schedstat ??= this.#open('schedstat')
    const exact = parseSchedstat(this.#schedstat?.text(buffer) ?? '')
    if (exact !== undefined) return exact
    this.#stat ??= this.#open('stat')
    return parseStat(this.#stat?.text(buffer) ?? '')?.processorTicks ?? this.#processorTime ?? 0
  }

  #open(file: string): ProcFile | undefined {
    const opened = ProcFile.open(this.#context.folder.inside(`${this.id}/${file}`))
    if (opened.ok) return opened.value
    this.#openFailure = opened.failure
    return undefined
  }
}
