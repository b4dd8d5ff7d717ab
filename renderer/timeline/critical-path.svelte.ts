/** The chain of what the end of a range had to wait for, while it is shown. */
import type { CriticalPathAnswer, TimeRange } from '../../main/run/contract.ts'
import type { Asking } from './asking.ts'
import { NewestWins } from './newest-wins.ts'
import { movedRange, range } from './time-scale.ts'

/** Milliseconds between two looks: the path of a live view changes with every event. */
const INTERVAL = 400

export interface PathSegment extends TimeRange {
  readonly index: number
  readonly track: number
  /** Track of the resource whose wait led here; 0: none. */
  readonly resource: number
}

export class CriticalPath {
  isOn = $state(false)
  #answer = $state.raw<CriticalPathAnswer | undefined>()
  #index = $state<number | undefined>()
  readonly #asker: NewestWins<TimeRange, CriticalPathAnswer | undefined>

  constructor(asking: Asking, onAnswer: () => void) {
    this.#asker = new NewestWins<TimeRange, CriticalPathAnswer | undefined>({
      ask: ({ from, to }) => asking.ask('criticalPath', { from, to }),
      onAnswer: (answer) => {
        if (!this.isOn) return
        const before = this.current
        this.#answer = answer
        this.#index = before && this.#find(before)
        onAnswer()
      },
      isSame: (left, right) => left.from === right.from && left.to === right.to,
      interval: INTERVAL,
    })
  }

  get answer(): CriticalPathAnswer | undefined {
    return this.#answer
  }
  /** Number of the segment that is selected. */
  get index(): number | undefined {
    return this.#index
  }
  get length(): number {
    return this.#answer?.tracks.length ?? 0
  }
  get current(): PathSegment | undefined {
    return this.#index === undefined ? undefined : this.segment(this.#index)
  }

  toggle(): void {
    this.isOn = !this.isOn
    this.forget()
  }

  /** The path of this range is wanted, if any is. */
  want(range: TimeRange): void {
    if (this.isOn && range.to > range.from) this.#asker.want(range)
  }

  /** Asks again for the same range: there are newer events. */
  refresh(): void {
    this.#asker.forget()
  }

  forget(): void {
    this.#answer = undefined
    this.#index = undefined
    this.#asker.drop()
  }

  /** All of it lies later by so much. */
  move(by: number): void {
    const answer = this.#answer
    this.#answer = answer && {
      ...movedRange(answer, by),
      starts: answer.starts.map((each) => each + by),
      ends: answer.ends.map((each) => each + by),
    }
    this.#asker.drop()
  }

  segment(index: number): PathSegment | undefined {
    const answer = this.#answer
    const track = answer?.tracks[index]
    if (!answer || track === undefined) return undefined
    const resource = answer.resources[index] ?? 0
    return { index, track, resource, ...range(answer.starts[index] ?? 0, answer.ends[index] ?? 0) }
  }

  /** Where a segment of an earlier answer stands in this one: the path may have grown since. */
  #find({ track, from }: PathSegment): number | undefined {
    const { tracks, starts } = this.#answer ?? {}
    const index = starts?.findIndex((start, at) => start === from && tracks?.[at] === track) ?? -1
    return index < 0 ? undefined : index
  }

  /** One segment on; at first the last one, where the path begins to be followed. */
  step(direction: 'previous' | 'next'): PathSegment | undefined {
    if (this.length === 0) return undefined
    const by = direction === 'next' ? 1 : -1
    const next = this.#index === undefined ? this.length - 1 : this.#index + by
    this.#index = Math.max(0, Math.min(this.length - 1, next))
    return this.segment(this.#index)
  }

  choose(index: number | undefined): PathSegment | undefined {
    this.#index = index
    return index === undefined ? undefined : this.segment(index)
  }
}
