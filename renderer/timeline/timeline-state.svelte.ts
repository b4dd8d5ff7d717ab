/**
 * What the timeline shows and what can be done with it. Small facts are reactive; slices are not:
 * `revision` counts up whenever there is something new to draw.
 */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type {
  InspectQuery,
  MinimapAnswer,
  NeighbourQuery,
  RunStatus,
  SpanDetail,
  TimeRange,
  TrackInfo,
} from '../../main/run/contract.ts'
import { isOver } from '../../main/run/contract.ts'
import type { LaneState } from '../../main/trace/model.ts'
import { busiestCount, statesInView } from './in-view.ts'
import { adaptLiveSpan, INITIAL_LIVE_SPAN } from './live-span.ts'
import { NewestWins } from './newest-wins.ts'
import {
  clampRange,
  liveRange,
  panRange,
  range,
  spanOf,
  wholeRange,
  zoomRange,
} from './time-scale.ts'
import type { TraceSource } from './trace-source.ts'
import { ViewLoader, type PlacedSlice } from './view-loader.ts'

export interface Selection {
  readonly track: number
  readonly detail: SpanDetail
}

export interface Hover {
  readonly track: number
  readonly time: Nanoseconds
  /** Unknown until the run has answered, or where there is nothing. */
  readonly detail: SpanDetail | undefined
}

/** Milliseconds between two looks at the figures beside the names and the legend. */
const SUMMARY_INTERVAL = 200
const MINIMAP_INTERVAL = 200

interface Loaders {
  readonly source: TraceSource
  readonly view: ViewLoader
  readonly minimap: NewestWins<TimeRange & { readonly width: number }, MinimapAnswer>
  readonly inspect: NewestWins<InspectQuery, SpanDetail | null>
}

export class TimelineState {
  range = $state.raw<TimeRange>(range(0, INITIAL_LIVE_SPAN))
  tracks = $state.raw<readonly TrackInfo[]>([])
  /** Time of the newest event known. */
  newest = $state<Nanoseconds>(nanoseconds(0))
  running = $state(false)
  /** The view keeps up with the newest event. */
  following = $state(false)
  /** Nanoseconds left as estimated, while it runs. */
  remaining = $state<Nanoseconds | undefined>()
  dropped = $state(0)
  selection = $state.raw<Selection | undefined>()
  hover = $state.raw<Hover | undefined>()
  /** Names of the groups that are folded. */
  collapsed = $state.raw<ReadonlySet<string>>(new Set())
  /** Track that the keyboard (or a table) points at. */
  highlighted = $state<number | undefined>()
  /** States that the rows in view show, in the legend's order. */
  statesInView = $state.raw<readonly LaneState[]>([])
  /** Counts up with every new picture of the data. */
  revision = $state(0)
  /** Counts up a few times a second: the figures beside the names follow it. */
  summaryRevision = $state(0)

  #loaders: Loaders | undefined
  #minimap: MinimapAnswer | undefined
  #liveSpan = INITIAL_LIVE_SPAN
  #adapts = true
  #summarisedAt = -Infinity
  #summaryTimer: ReturnType<typeof setTimeout> | undefined
  #fresh = true

  readonly paused: boolean = $derived(this.running && !this.following)

  /** The latest slices by track. Not reactive: see `revision`. */
  get slices(): ReadonlyMap<number, PlacedSlice> {
    return this.#loaders?.view.slices ?? NO_SLICES
  }
  get minimap(): MinimapAnswer | undefined {
    return this.#minimap
  }
  /** Time that the minimap spans: up to the estimated end while the run goes on. */
  get extent(): number {
    const end = this.running ? this.newest + (this.remaining ?? this.newest * 0.05) : this.newest
    return Math.max(this.range.to - this.range.from, wholeRange(end).to)
  }
  get #bounds(): TimeRange {
    const live = this.running ? liveRange(this.newest, spanOf(this.range)).to : 0
    return range(0, Math.max(wholeRange(this.newest).to, live))
  }

  /** Shows another run from its beginning; what was shown before is forgotten. */
  attach(source: TraceSource): void {
    this.detach()
    this.#loaders = {
      source,
      view: new ViewLoader({
        ask: (query) => source.ask('view', query),
        onAnswer: (answer) => {
          this.#advance(answer.newest)
          this.#adaptSpan()
          this.revision += 1
          this.#summarise()
        },
      }),
      minimap: new NewestWins({
        ask: (query) => source.ask('minimap', query),
        onAnswer: (answer) => {
          this.#minimap = answer
          this.revision += 1
        },
        isSame: (left, right) => left.to === right.to && left.width === right.width,
        interval: MINIMAP_INTERVAL,
      }),
      inspect: new NewestWins({
        ask: (query) => source.ask('inspect', query),
        onAnswer: (answer, asked) => {
          const hover = this.hover
          if (hover?.track !== asked.track || !answer) return
          // The pointer may have moved on meanwhile, but still be over the same span.
          const over = hover.time >= answer.from && hover.time <= answer.to
          if (over) this.hover = { ...hover, detail: answer }
        },
      }),
    }
  }

  /** Lets go of the run; the view is empty until the next `attach`. */
  detach(): void {
    const loaders = this.#loaders
    this.#loaders = undefined
    loaders?.view.dispose()
    loaders?.minimap.dispose()
    loaders?.inspect.dispose()
    clearTimeout(this.#summaryTimer)
    this.#summaryTimer = undefined
    this.#minimap = undefined
    this.#liveSpan = INITIAL_LIVE_SPAN
    this.#adapts = true
    this.#fresh = true
    this.range = range(0, INITIAL_LIVE_SPAN)
    this.tracks = []
    this.newest = nanoseconds(0)
    this.running = false
    this.following = false
    this.remaining = undefined
    this.dropped = 0
    this.selection = undefined
    this.hover = undefined
    this.highlighted = undefined
    this.statesInView = []
    this.revision += 1
    this.summaryRevision += 1
  }

  setTracks(tracks: readonly TrackInfo[]): void {
    this.tracks = tracks
    this.#loaders?.view.refresh()
    this.revision += 1
  }

  /** Call with every status of the run. The first one decides: follow a live run, fit one that is over. */
  setStatus(status: RunStatus): void {
    const { state, newest, remaining, dropped } = status
    this.setNewest(newest, { running: !isOver(state), remaining, dropped })
  }

  setNewest(
    newest: Nanoseconds,
    {
      running,
      remaining,
      dropped = 0,
    }: { running: boolean; remaining?: Nanoseconds | undefined; dropped?: number },
  ): void {
    const ended = this.running && !running
    const wasFollowing = this.following
    this.running = running
    this.remaining = remaining
    this.dropped = dropped
    this.#advance(newest)
    if (this.#fresh) {
      this.#fresh = false
      if (running) this.followLive()
      else this.fit()
    } else if (ended) {
      this.following = false
      this.#loaders?.view.refresh()
      if (wasFollowing) this.fit()
      this.revision += 1
    }
  }

  #advance(newest: Nanoseconds): void {
    if (newest > this.newest) this.newest = newest
    if (this.following) this.range = liveRange(this.newest, this.#liveSpan)
  }

  #adaptSpan(): void {
    if (!this.following || !this.#adapts) return
    const busiest = busiestCount(this.slices.values())
    this.#liveSpan = adaptLiveSpan(this.#liveSpan, busiest, this.newest)
  }

  #summarise(): void {
    if (this.#summaryTimer !== undefined) return
    const wait = this.#summarisedAt + SUMMARY_INTERVAL - performance.now()
    const summarise = () => {
      this.#summaryTimer = undefined
      this.#summarisedAt = performance.now()
      const states = statesInView(this.slices.values())
      if (states.join() !== this.statesInView.join()) this.statesInView = states
      this.summaryRevision += 1
    }
    if (wait <= 0) summarise()
    else this.#summaryTimer = setTimeout(summarise, wait)
  }

  /** Asks for what is in view, if that is not known yet. `width` in device pixels. */
  want(width: number, tracks: readonly number[]): void {
    const { from, to } = this.range
    this.#loaders?.view.want({ from, to, width, tracks }, this.newest)
  }

  /** Asks for the minimap. `width` in device pixels. */
  wantMinimap(width: number): void {
    if (this.newest > 0 && width > 0) {
      this.#loaders?.minimap.want({ ...range(0, this.newest), width })
    }
  }

  /** `factor` > 1 zooms in. Around the given moment, else the pointer, the live edge or the middle. */
  zoom(factor: number, around?: number): void {
    if (this.following) {
      this.#adapts = false
      const whole = wholeRange(Math.max(this.newest, this.#liveSpan)).to
      this.#liveSpan = Math.max(1_000, Math.min(this.#liveSpan / factor, whole))
      this.range = liveRange(this.newest, this.#liveSpan)
      return
    }
    const middle = (this.range.from + this.range.to) / 2
    const centre = around ?? this.hover?.time ?? this.#selectedMiddle() ?? middle
    this.range = zoomRange(this.range, factor, centre, this.#bounds)
  }

  /** By a share of the view: 0.2 shows what comes after. Panning back from the live edge pauses. */
  pan(fraction: number): void {
    this.following = false
    this.range = panRange(this.range, fraction * spanOf(this.range), this.#bounds)
  }

  /** Shows this range, as far as there is such a time. */
  show(wanted: TimeRange): void {
    this.following = false
    this.range = clampRange(wanted, this.#bounds)
  }

  /** Shows the whole run. */
  fit(): void {
    this.following = false
    this.range = wholeRange(this.newest)
  }

  /** Shows the selected span with as much time on both sides, or the whole run. */
  fitSelection(): void {
    const detail = this.selection?.detail
    if (!detail) return this.fit()
    const margin = Math.max(detail.to - detail.from, 1_000)
    this.show(range(detail.from - margin, detail.to + margin))
  }

  followLive(): void {
    if (!this.running) return
    this.following = true
    this.range = liveRange(this.newest, this.#liveSpan)
  }

  /** Stops the view where it is, or returns to the live edge. The run itself goes on. */
  togglePause(): void {
    if (!this.running) return
    if (this.following) this.following = false
    else this.followLive()
  }

  toggleGroup(name: string): void {
    const collapsed = new Set(this.collapsed)
    if (!collapsed.delete(name)) collapsed.add(name)
    this.collapsed = collapsed
  }

  /** Highlights the next row in this direction; folded rows are passed over. */
  selectTrack(direction: 'up' | 'down'): void {
    const shown = this.#tracksInOrder()
    if (shown.length === 0) return
    const index = shown.findIndex((track) => track.id === this.highlighted)
    const step = direction === 'down' ? 1 : -1
    const first = direction === 'down' ? 0 : shown.length - 1
    const next = index < 0 ? first : Math.min(shown.length - 1, Math.max(0, index + step))
    this.highlighted = shown[next]?.id
  }

  #tracksInOrder(): TrackInfo[] {
    const groups = [...new Set(this.tracks.map((track) => track.group))]
    return groups
      .filter((group) => !this.collapsed.has(group))
      .flatMap((group) => this.tracks.filter((track) => track.group === group))
  }

  /** Selects the previous or next wait for a lock, or event: in the highlighted row, else in any. */
  async jump(direction: 'previous' | 'next', what: 'contention' | 'event'): Promise<void> {
    const selected = this.selection?.detail
    const middle = nanoseconds((this.range.from + this.range.to) / 2)
    const track = what === 'event' ? (selected?.track ?? this.highlighted) : undefined
    const query: NeighbourQuery = {
      time: selected?.from ?? middle,
      direction,
      what,
      ...(track === undefined ? {} : { track }),
    }
    const detail = await this.#ask((source) => source.ask('neighbour', query))
    if (detail) this.#selectAndShow(detail)
  }

  /** Neighbours within the selected row: the inspector's arrows. */
  async step(direction: 'previous' | 'next'): Promise<void> {
    const selected = this.selection?.detail
    if (!selected) return
    const query = { track: selected.track, time: selected.from, direction, what: 'event' } as const
    const detail = await this.#ask((source) => source.ask('neighbour', query))
    if (detail) this.#selectAndShow(detail)
  }

  #selectAndShow(detail: SpanDetail): void {
    this.select(detail)
    const { from, to } = this.range
    if (detail.from >= from && detail.to <= to) return
    const middle = (detail.from + detail.to) / 2
    const span = Math.max(spanOf(this.range), (detail.to - detail.from) * 1.2)
    this.show(range(middle - span / 2, middle + span / 2))
  }

  select(detail: SpanDetail): void {
    this.following = false
    this.selection = { track: detail.track, detail }
    this.highlighted = detail.track
  }

  /** Selects what lies there; nothing there clears the selection. */
  async selectAt(track: number, time: Nanoseconds): Promise<void> {
    const detail = await this.#ask((source) => source.ask('inspect', { track, time }))
    if (detail) this.select(detail)
    else this.clearSelection()
    this.highlighted = track
  }

  clearSelection(): void {
    this.selection = undefined
  }

  /** The pointer is at this moment of this row. */
  point(track: number, time: Nanoseconds): void {
    const known = this.hover?.track === track ? this.hover.detail : undefined
    const inside = known && time >= known.from && time < known.to
    this.hover = { track, time, detail: inside ? known : undefined }
    if (!inside) this.#loaders?.inspect.want({ track, time })
  }

  unpoint(): void {
    this.hover = undefined
  }

  #selectedMiddle(): number | undefined {
    const detail = this.selection?.detail
    return detail && (detail.from + detail.to) / 2
  }

  /** Undefined also when the run is gone or another one is shown: then there is nothing to select. */
  async #ask(
    question: (source: TraceSource) => Promise<SpanDetail | null>,
  ): Promise<SpanDetail | undefined> {
    const source = this.#loaders?.source
    if (!source) return undefined
    const answer = await question(source).catch(() => null)
    return this.#loaders?.source === source ? (answer ?? undefined) : undefined
  }
}

const NO_SLICES: ReadonlyMap<number, PlacedSlice> = new Map()
