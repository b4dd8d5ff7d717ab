/** What a timeline asks of the run it shows; nothing is asked twice at once. */
import type { Disposable } from '../../main/core/disposables.ts'
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type { MinimapAnswer, Query, ViewAnswer, ViewQuery } from '../../main/run/contract.ts'
import { NewestWins } from './newest-wins.ts'
import type { TraceSource } from './trace-source.ts'
import { ViewLoader, type PlacedSlice } from './view-loader.ts'

/** Milliseconds between two pictures of the whole run. */
const MINIMAP_INTERVAL = 200

export interface FeedListeners {
  /** New slices are there, up to the newest event that the run knew of then. */
  readonly onView: (answer: ViewAnswer) => void
  readonly onMinimap: () => void
}

export class TimelineFeed implements Disposable {
  readonly #view: ViewLoader
  readonly #minimap: NewestWins<Query<'minimap'>, MinimapAnswer>
  minimap: MinimapAnswer | undefined

  constructor(source: TraceSource, { onView, onMinimap }: FeedListeners) {
    this.#view = new ViewLoader({
      ask: (query) => source.ask('view', query),
      onAnswer: onView,
    })
    this.#minimap = new NewestWins<Query<'minimap'>, MinimapAnswer>({
      ask: (query) => source.ask('minimap', query),
      onAnswer: (answer) => {
        this.minimap = answer
        onMinimap()
      },
      isSame: (left, right) => left.to === right.to && left.width === right.width,
      interval: MINIMAP_INTERVAL,
    })
  }

  get slices(): ReadonlyMap<number, PlacedSlice> {
    return this.#view.slices
  }

  wantView(query: ViewQuery, newest: number): void {
    this.#view.want(query, newest)
  }

  /** The whole run up to `newest`; `width` in device pixels. */
  wantMinimap(newest: Nanoseconds, width: number): void {
    if (newest > 0 && width > 0) this.#minimap.want({ from: nanoseconds(0), to: newest, width })
  }

  /** Asks again for what was answered: tracks may have appeared, the run may have ended. */
  refresh(): void {
    this.#view.refresh()
    this.#minimap.forget()
  }

  dispose(): void {
    this.#view.dispose()
    this.#minimap.dispose()
  }
}
