/** Items on their way from put to get, while there are few enough in view to tell them apart. */
import type { FlowsAnswer, FlowsQuery } from '../../main/run/contract.ts'
import { NewestWins } from './newest-wins.ts'
import type { Asking } from './asking.ts'
import { movedRange } from './time-scale.ts'

/** More items than these make a carpet of lines, although neighbours are drawn together. */
const MOST_FLOWS = 400
const INTERVAL = 150

/** One item's way. */
export interface Flow {
  readonly index: number
  readonly queue: number
  readonly putLane: number
  /** NaN where the put is not known. */
  readonly putTime: number
  /** 0 while it was not taken yet. */
  readonly getLane: number
  readonly getTime: number
}

const isSame = (left: FlowsQuery, right: FlowsQuery): boolean =>
  left.from === right.from && left.to === right.to && left.tracks.join() === right.tracks.join()

export class Flows {
  isOn = $state(true)
  #answer = $state.raw<FlowsAnswer | undefined>()
  #selected = $state.raw<Flow | undefined>()
  /** Index of the flow that the pointer is at. */
  hovered = $state<number | undefined>()
  readonly #asker: NewestWins<FlowsQuery, FlowsAnswer | undefined>

  constructor(asking: Asking, onAnswer: () => void) {
    this.#asker = new NewestWins<FlowsQuery, FlowsAnswer | undefined>({
      ask: (query) => asking.ask('flows', query),
      onAnswer: (answer) => {
        this.#answer = answer
        this.hovered = undefined
        onAnswer()
      },
      isSame,
      interval: INTERVAL,
    })
  }

  /** Undefined while there are none, or too many to draw. */
  get answer(): FlowsAnswer | undefined {
    return this.isOn && this.#answer && this.#answer.queues.length > 0 ? this.#answer : undefined
  }
  get count(): number {
    return this.answer?.queues.length ?? 0
  }
  /** There are more in view than can be told apart: none is drawn. */
  get areTooMany(): boolean {
    return this.isOn && this.count === 0 && (this.#answer?.total ?? 0) > MOST_FLOWS
  }
  get selected(): Flow | undefined {
    return this.#selected
  }
  /** Index of the flow to bring out: the pointer's, else the one that is selected. */
  get shown(): number | undefined {
    return this.hovered ?? this.#indexOf(this.#selected)
  }

  want(query: Omit<FlowsQuery, 'limit'>): void {
    if (this.isOn && query.tracks.length > 0) this.#asker.want({ ...query, limit: MOST_FLOWS })
  }

  refresh(): void {
    this.#asker.forget()
  }

  toggle(): void {
    this.isOn = !this.isOn
    this.forget()
  }

  forget(): void {
    this.#answer = undefined
    this.#selected = undefined
    this.hovered = undefined
    this.#asker.drop()
  }

  /** All of them lie later by so much. */
  move(by: number): void {
    const [answer, selected] = [this.#answer, this.#selected]
    this.#answer = answer && {
      ...movedRange(answer, by),
      putTimes: answer.putTimes.map((each) => each + by),
      getTimes: answer.getTimes.map((each) => each + by),
    }
    this.#selected = selected && {
      ...selected,
      putTime: selected.putTime + by,
      getTime: selected.getTime + by,
    }
    this.#asker.drop()
  }

  flow(index: number): Flow | undefined {
    const answer = this.#answer
    const queue = answer?.queues[index]
    if (!answer || queue === undefined) return undefined
    return {
      index,
      queue,
      putLane: answer.putLanes[index] ?? 0,
      putTime: answer.putTimes[index] ?? NaN,
      getLane: answer.getLanes[index] ?? 0,
      getTime: answer.getTimes[index] ?? NaN,
    }
  }

  select(index: number | undefined): Flow | undefined {
    this.#selected = index === undefined ? undefined : this.flow(index)
    return this.#selected
  }

  /** The next item by the time of its put; at first the first one in view. */
  step(direction: 'previous' | 'next'): Flow | undefined {
    if (this.count === 0) return undefined
    const at = this.#indexOf(this.#selected)
    const by = direction === 'next' ? 1 : -1
    const next = at === undefined ? 0 : Math.max(0, Math.min(this.count - 1, at + by))
    return this.select(next)
  }

  /** Where the flow stands in the newest answer: the view may have moved since. */
  #indexOf(flow: Flow | undefined): number | undefined {
    if (!flow) return undefined
    for (let index = 0; index < this.count; index++) {
      const other = this.flow(index)
      if (other && isSameFlow(other, flow)) return index
    }
    return undefined
  }
}

const isSameFlow = (left: Flow, right: Flow): boolean =>
  left.queue === right.queue &&
  left.putLane === right.putLane &&
  Object.is(left.putTime, right.putTime) &&
  // An item that was on its way when it was selected may have arrived by now.
  (!Number.isNaN(left.putTime) || left.getTime === right.getTime)
