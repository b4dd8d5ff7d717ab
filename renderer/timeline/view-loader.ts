/** Keeps the rows' slices: asks for what is in view, keeps the last ones until new ones arrive. */
import type { Disposable } from '../../main/core/disposables.ts'
import type { TimeRange, TrackSlice, ViewAnswer, ViewQuery } from '../../main/run/contract.ts'
import type { Nanoseconds } from '../../main/core/units.ts'
import { NewestWins, type AskTimer } from './newest-wins.ts'

/** A slice with the range and the columns it was asked for: it is drawn where that range is now. */
export interface PlacedSlice extends TimeRange {
  readonly width: number
  /** Nothing after it was known when this was answered. */
  readonly newest: Nanoseconds
  readonly slice: TrackSlice
}

/** At most this many views a second. */
export const VIEWS_PER_SECOND = 30

/** Milliseconds before a view that is not whole is asked for again: at once, then less often. */
const REPEAT_AFTER = [0, 33, 66, 133, 250, 500] as const

export interface ViewLoaderOptions {
  readonly ask: (query: ViewQuery) => Promise<ViewAnswer>
  readonly onAnswer: (answer: ViewAnswer) => void
  readonly timer?: AskTimer
}

interface WantedView {
  readonly query: ViewQuery
  /** How far the view can be filled: a view is asked for again when there is more to see in it. */
  readonly filled: number
}

const sameView = (left: WantedView, right: WantedView): boolean =>
  left.filled === right.filled &&
  left.query.from === right.query.from &&
  left.query.to === right.query.to &&
  left.query.width === right.query.width &&
  left.query.tracks.length === right.query.tracks.length &&
  left.query.tracks.every((track, index) => track === right.query.tracks[index])

export class ViewLoader implements Disposable {
  readonly slices = new Map<number, PlacedSlice>()
  readonly #asker: NewestWins<WantedView, ViewAnswer>
  /** The view whose answers were not whole, and how many they were. */
  #partial: { readonly view: WantedView; readonly times: number } | undefined

  constructor({ ask, onAnswer, timer }: ViewLoaderOptions) {
    this.#asker = new NewestWins<WantedView, ViewAnswer>({
      ask: ({ query }) => ask(query),
      isSame: sameView,
      interval: 1000 / VIEWS_PER_SECOND,
      ...(timer ? { timer } : {}),
      onAnswer: (answer, wanted) => {
        const { from, to, width, newest } = answer
        for (const slice of answer.slices) {
          this.slices.set(slice.track, { from, to, width, newest, slice })
        }
        onAnswer(answer)
        if (answer.partial) this.#again(wanted)
        else this.#partial = undefined
      },
    })
  }

  want(query: ViewQuery, newest: number): void {
    if (query.tracks.length === 0 || query.width < 1) return
    this.#asker.want({ query, filled: Math.min(newest, query.to) })
  }

  #again(wanted: WantedView): void {
    const times = this.#partial && sameView(this.#partial.view, wanted) ? this.#partial.times : 0
    this.#partial = { view: wanted, times: times + 1 }
    this.#asker.again(wanted, REPEAT_AFTER[Math.min(times, REPEAT_AFTER.length - 1)] ?? 0)
  }

  /** Asks again even for the same view: the tracks may have new data or names. */
  refresh(): void {
    this.#asker.forget()
  }

  dispose(): void {
    this.#asker.dispose()
    this.slices.clear()
  }
}
