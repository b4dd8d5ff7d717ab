/**
 * Processor time that the program's processes used, without that of the threads that trace them.
 * Each process says about ten times a second how much it was; in between it is taken as even.
 */
import { Checkpoints, type CheckpointsState } from './checkpoints.ts'

const NANOSECONDS_PER_MICROSECOND = 1_000

interface Process {
  readonly samples: Checkpoints
  /** Nanoseconds up to the last sample. */
  used: number
  sampled: number
}

/**
 * Samples are taken ten times a second, and one may hold what was used just before it: over less
 * than three of them a mean says more about when they were taken. Nanoseconds.
 */
const SHORTEST = 300e6

/** As plain data: by source. */
export type ProcessorTimeState = readonly {
  readonly source: number
  readonly used: number
  readonly sampled: number
  readonly samples: CheckpointsState
}[]

export class ProcessorTime {
  readonly #processes = new Map<number, Process>()

  /** @param all microseconds of the whole process since its last sample; `tracer` of these. */
  sample(source: number, time: number, all: number, tracer: number): void {
    const process = this.#processes.get(source) ?? this.#begin(source)
    process.used += Math.max(0, all - tracer) * NANOSECONDS_PER_MICROSECOND
    process.sampled = time
    if (process.samples.count()) process.samples.add(time, [process.used])
  }

  /** Nanoseconds of all processes from 0 to `time`; undefined: nothing was measured. */
  usedAt(time: number): number | undefined {
    if (this.#processes.size === 0) return undefined
    let used = 0
    for (const process of this.#processes.values()) used += usedBy(process, time)
    return used
  }

  /** Mean number of processors; undefined: nothing was measured, or the range is too short for it. */
  meanIn(from: number, to: number): number | undefined {
    const used = this.usedAt(to)
    return used === undefined || to - from < SHORTEST
      ? undefined
      : (used - (this.usedAt(from) ?? 0)) / (to - from)
  }

  save(): ProcessorTimeState {
    return [...this.#processes].map(([source, { used, sampled, samples }]) => ({
      source,
      used,
      sampled,
      samples: samples.save(),
    }))
  }

  load(state: ProcessorTimeState): void {
    for (const { source, used, sampled, samples } of state) {
      const process = this.#begin(source)
      process.used = used
      process.sampled = sampled
      process.samples.load(samples)
    }
  }

  #begin(source: number): Process {
    const process = { samples: new Checkpoints(1), used: 0, sampled: 0 }
    this.#processes.set(source, process)
    return process
  }
}

function usedBy({ samples, used, sampled }: Process, time: number): number {
  if (time >= sampled) return used
  const index = samples.find(time)
  const { time: from = 0, figures: [before = 0] = [] } = samples.at(index) ?? {}
  const { time: to = sampled, figures: [after = used] = [] } = samples.at(index + 1) ?? {}
  return to > from ? before + ((after - before) * Math.max(0, time - from)) / (to - from) : before
}
