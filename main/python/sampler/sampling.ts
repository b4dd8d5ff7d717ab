/** All processes that are sampled, each at its own pace: everything of the sampler but its thread. */
import type { Disposable } from '../../core/disposables.ts'
import { futexCalls } from './activity.ts'
import { Governor, PERIOD, SLOWEST } from './pace.ts'
import { SampledProcess, type Surroundings } from './sampled-process.ts'
import type { ProcessSamples, WatchedProcess } from './samples.ts'

export interface SamplingOptions {
  /** Default `/proc`. */
  readonly root?: string
  /** Default process.arch: numbers of system calls differ. */
  readonly architecture?: string
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now?: () => number
}

/** What is due within this is sampled together. Nanoseconds. */
const TOGETHER = PERIOD / 4

export const monotonic = (): number => Number(process.hrtime.bigint())

export class Sampling implements Disposable {
  readonly governor = new Governor()
  readonly #surroundings: Surroundings
  readonly #processes = new Map<number, SampledProcess>()

  constructor({
    root = '/proc',
    architecture = process.arch,
    now = monotonic,
  }: SamplingOptions = {}) {
    this.#surroundings = { root, calls: futexCalls(architecture), now }
  }

  /** Threads of all processes. */
  get threads(): number {
    let threads = 0
    for (const each of this.#processes.values()) threads += each.threads
    return threads
  }

  get processes(): ReadonlyMap<number, SampledProcess> {
    return this.#processes
  }

  watch(process: WatchedProcess): void {
    const known = this.#processes.get(process.pid)
    if (known !== undefined && !known.isGone) known.findGil(process.gil)
    else this.#processes.set(process.pid, new SampledProcess(process, this.#surroundings))
  }

  watchThread(pid: number, thread: number, threadState: bigint): void {
    this.#processes.get(pid)?.watchThread(thread, threadState)
  }

  unwatch(pid: number): void {
    this.#processes.get(pid)?.dispose()
    this.#processes.delete(pid)
  }

  /** Samples what is due. @returns when to call again, nanoseconds; Infinity: nothing is watched. */
  sampleDue(): number {
    const { now } = this.#surroundings
    const { governor } = this
    const begun = now()
    const due = [...this.#processes.values()].filter(
      (each) => !each.isGone && each.due <= begun + TOGETHER,
    )
    const share = Math.max(1, Math.floor(governor.threads / Math.max(1, due.length)))
    for (const each of due) {
      each.sample(share)
      const period = Math.max(governor.period, each.backOff.period)
      // Whoever is late does not hurry afterwards.
      each.due = each.due + period > begun ? each.due + period : begun + period
    }
    // Of those that have gone is told as well.
    let next = this.#processes.size === 0 ? Infinity : begun + SLOWEST
    for (const each of this.#processes.values()) if (!each.isGone) next = Math.min(next, each.due)
    return next
  }

  reports(): readonly ProcessSamples[] {
    return Array.from(this.#processes.values(), (each) => each.report(this.governor.period))
  }

  dispose(): void {
    for (const each of this.#processes.values()) each.dispose()
    this.#processes.clear()
  }
}
