/** Samples of all processes of a program: asked for, taken, and put among what is merged. */
import type { RunNumbers } from './run-numbers.ts'
import type { Sampler } from '../sampler/samples.ts'
import { Frame } from './frame.ts'
import type { MergedThreads } from './merged-threads.ts'
import type { Process, Thread } from './process.ts'
import { addSamples, periodOf } from './sample-records.ts'
import { Weave, type Emit } from './weave.ts'

/** How long what was recorded waits for what was sampled meanwhile. */
const PATIENCE = 50_000_000

export interface SamplingOptions {
  readonly sampler: Sampler
  readonly numbers: RunNumbers
  readonly epoch: bigint
  readonly threads: MergedThreads
  readonly emit: Emit<Thread>
}

export class Sampling {
  readonly #options: SamplingOptions
  /** Newest process with each pid. */
  readonly #processes = new Map<number, Process>()

  constructor(options: SamplingOptions) {
    this.#options = options
  }

  watch(process: Process): void {
    const { sampler, numbers, epoch, threads, emit } = this.#options
    const { pid, file, gilIsOn } = process
    const gil = numbers.resource()
    process.sampled = {
      queue: threads.addSamples(process),
      frame: new Frame(epoch),
      ...{ gil, until: 0, latest: undefined, declared: undefined },
      weave: new Weave(gil, gilIsOn, emit),
    }
    this.#processes.set(pid, process)
    sampler.watch({ pid, gil: file.header.gil, since: Number(file.header.made) })
  }

  watchThread({ process, native, threadState }: Thread): void {
    this.#options.sampler.watchThread(process.pid, native, BigInt(threadState))
  }

  /** What came in since the last call. */
  take(): void {
    const epoch = Number(this.#options.epoch)
    for (const samples of this.#options.sampler.take()) {
      const sampled = this.#processes.get(samples.pid)?.sampled
      if (!sampled) continue
      sampled.latest = samples
      sampled.weave.period = periodOf(samples)
      addSamples(sampled.frame, samples, sampled.until, epoch)
      sampled.queue.push(sampled.frame.take())
      sampled.until = Math.max(sampled.until, samples.until - epoch)
    }
  }

  /** Up to here nothing more is expected. @param now nanoseconds since the epoch. */
  known(now: number): number {
    let known = now
    for (const { state, sampled } of this.#processes.values())
      if (state === 'alive' && sampled && sampled.latest?.reading !== 'not available')
        known = Math.min(known, sampled.until)
    return Math.max(known, now - PATIENCE)
  }

  unwatch(process: Process): void {
    const { pid } = process
    if (this.#processes.get(pid) !== process) return
    this.#processes.delete(pid)
    this.#options.sampler.unwatch(pid)
  }
}
