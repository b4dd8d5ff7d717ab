/**
 * Cumulative figures at some moments of a run, for those that no track sums up: what they were at
 * any other time is counted from the last checkpoint before it. Bounded: when there are too many,
 * every second one goes, and from then on half as many are taken.
 */
const MAX_CHECKPOINTS = 2_048

export interface Checkpoint {
  readonly time: number
  readonly figures: readonly number[]
}

/** As plain data. */
export interface CheckpointsState {
  readonly list: readonly Checkpoint[]
  readonly every: number
  readonly since: number
}

export class Checkpoints {
  #list: Checkpoint[] = []
  /** One is taken after so many changes of the figures. */
  #every: number
  #since = 0

  constructor(every: number) {
    this.#every = every
  }

  get length(): number {
    return this.#list.length
  }

  get isDue(): boolean {
    return this.#since >= this.#every
  }

  /** Counts a change of the figures: true when it is time for a checkpoint. */
  count(): boolean {
    this.#since++
    return this.isDue
  }

  /** Ascending in time. */
  add(time: number, figures: readonly number[]): void {
    this.#since = 0
    this.#list.push({ time, figures })
    if (this.#list.length < MAX_CHECKPOINTS) return
    this.#list = this.#list.filter((_, at) => at % 2 === 1)
    this.#every *= 2
  }

  /** Index of the last one at or before `time`; -1: none. */
  find(time: number): number {
    let low = 0
    let high = this.#list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#list[middle]?.time ?? Infinity) <= time) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  at(index: number): Checkpoint | undefined {
    return this.#list[index]
  }

  save(): CheckpointsState {
    return { list: this.#list, every: this.#every, since: this.#since }
  }

  load({ list, every, since }: CheckpointsState): void {
    this.#list = [...list]
    this.#every = every
    this.#since = since
  }
}
