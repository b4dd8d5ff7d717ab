/** What a timeline asks of the run it shows; nothing is asked twice at once. */
import type { Disposable } from '../../main/core/disposables.ts'
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type {
  InspectQuery,
  MinimapAnswer,
  Query,
  SpanDetail,
  ViewAnswer,
  ViewQuery,
} from '../../main/run/contract.ts'
import { NewestWins } from './newest-wins.ts'
import type { TraceSource } from './trace-source.ts'
import { ViewLoader, type PlacedSlice } from './view-loader.ts'

/** Milliseconds between two pictures of the whole run. */
const MINIMAP_INTERVAL = 200

export type Question = (source: TraceSource) => Promise<SpanDetail | null>

export interface FeedListeners {
  /** New slices are there, up to the newest event that the run knew of then. */
  readonly onView: (answer: ViewAnswer) => void
  readonly onMinimap: () => void
  readonly onInspect: (answer: SpanDetail | null, asked: InspectQuery) => void
}

export class TimelineFeed implements Disposable {
  readonly #source: TraceSource
  readonly #view: ViewLoader
  readonly #minimap: NewestWins<Query<'minimap'>, MinimapAnswer>
  readonly #inspect: NewestWins<InspectQuery, SpanDetail | null>
  minimap: MinimapAnswer | undefined

  constructor(source: TraceSource, { onView, onMinimap, onInspect }: FeedListeners) {
    this.#source = source
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
    this.#inspect = new NewestWins<InspectQuery, SpanDetail | null>({
      ask: (query) => source.ask('inspect', query),
      onAnswer: onInspect,
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

  wantInspect(query: InspectQuery): void {
    this.#inspect.want(query)
  }

  /** Asks again for what was answered: tracks may have appeared, the run may have ended. */
  refresh(): void {
    this.#view.refresh()
    this.#minimap.forget()
  }

  /** Undefined when there is nothing, and when the run is gone. */
  async ask(question: Question): Promise<SpanDetail | undefined> {
    const answer = await question(this.#source).catch(() => null)
    return answer ?? undefined
  }

  dispose(): void {
    this.#view.dispose()
    this.#minimap.dispose()
    this.#inspect.dispose()
  }
}
