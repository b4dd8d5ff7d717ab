/**
 * What the machine's processors did beside the program: told about ten times a second, and taken as
 * even in between.
 */
import { Checkpoints, type CheckpointsState } from './checkpoints.ts'

const NANOSECONDS_PER_MICROSECOND = 1_000
/** The system counts in hundredths of a second: of a shorter stretch it says nothing. */
const SHORTEST = 300e6
/** What has to be covered of a stretch before anything is said of it. */
const LEAST_COVERED = 0.8

/** As plain data. */
export interface MachineLoadState {
  readonly others: number
  readonly covered: number
  readonly sampled: number
  readonly samples: CheckpointsState
}

export class MachineLoad {
  readonly #samples = new Checkpoints(1)
  /** Nanoseconds of processor time that were not the program's, up to now. */
  #others = 0
  /** Nanoseconds of the run that this is known of. */
  #covered = 0
  #sampled = 0

  /** @param microseconds that a process of the program used, its tracer's with them. */
  used(microseconds: number): void {
    this.#others -= microseconds * NANOSECONDS_PER_MICROSECOND
  }

  /** @param busy microseconds of all processors since the last sample. @param covered of the clock. */
  sample(time: number, busy: number, covered: number): void {
    this.#others += busy * NANOSECONDS_PER_MICROSECOND
    this.#covered += covered * NANOSECONDS_PER_MICROSECOND
    this.#sampled = time
    if (this.#samples.count()) this.#samples.add(time, [this.#others, this.#covered])
  }

  /** Mean processors that others used; undefined: not measured there, or too short to tell. */
  othersIn(from: number, to: number): number | undefined {
    if (to - from < SHORTEST || this.#samples.length === 0) return undefined
    const [before, after] = [this.#at(from), this.#at(to)]
    const covered = after.covered - before.covered
    if (covered < LEAST_COVERED * (to - from)) return undefined
    // Two accounts of time, the system's and the program's, do not agree to the last bit.
    return Math.max(0, after.others - before.others) / covered
  }

  save(): MachineLoadState {
    return {
      others: this.#others,
      covered: this.#covered,
      sampled: this.#sampled,
      samples: this.#samples.save(),
    }
  }

  load({ others, covered, sampled, samples }: MachineLoadState): void {
    this.#others = others
    this.#covered = covered
    this.#sampled = sampled
    this.#samples.load(samples)
  }

  #at(time: number): { readonly others: number; readonly covered: number } {
    const index = this.#samples.find(time)
    const { time: from = 0, figures: low = [] } = this.#samples.at(index) ?? {}
    const last = { time: this.#sampled, figures: [this.#others, this.#covered] }
    const { time: to, figures: high } = this.#samples.at(index + 1) ?? last
    const share = to > from ? Math.min(1, Math.max(0, (time - from) / (to - from))) : 0
    const between = (which: number): number =>
      (low[which] ?? 0) + ((high[which] ?? 0) - (low[which] ?? 0)) * share
    return { others: between(0), covered: between(1) }
  }
}
