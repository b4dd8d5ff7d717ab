/**
 * What the timeline shows and what can be done with it. Small facts are reactive; slices are not:
 * `revision` counts up whenever there is something new to draw.
 */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type {
  MinimapAnswer,
  NeighbourQuery,
  RunStatus,
  SpanDetail,
  TrackInfo,
} from '../../main/run/contract.ts'
import { isOver } from '../../main/run/contract.ts'
import type { LaneState } from '../../main/trace/model.ts'
import { busiestCount, statesInView } from './in-view.ts'
import { range, spanOf } from './time-scale.ts'
import { TimeView } from './time-view.svelte.ts'
import { aheadOf, RunClock } from './run-clock.ts'
import type { TraceSource } from './trace-source.ts'
import { TimelineFeed, type Question } from './timeline-feed.ts'
import type { PlacedSlice } from './view-loader.ts'

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

export class TimelineState extends TimeView {
  tracks = $state.raw<readonly TrackInfo[]>([])
  dropped = $state(0)
  /** The user ended the run. */
  stopped = $state(false)
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

  #feed: TimelineFeed | undefined
  readonly #clock = new RunClock()
  #summarisedAt = -Infinity
  #summaryTimer: ReturnType<typeof setTimeout> | undefined
  #fresh = true

  /** The latest slices by track. Not reactive: see `revision`. */
  get slices(): ReadonlyMap<number, PlacedSlice> {
    return this.#feed?.slices ?? NO_SLICES
  }
  get minimap(): MinimapAnswer | undefined {
    return this.#feed?.minimap
  }
  /** Shows another run from its beginning; what was shown before is forgotten. */
  attach(source: TraceSource): void {
    this.detach()
    this.#feed = new TimelineFeed(source, {
      onView: ({ newest, to }) => {
        this.#clock.heard(newest)
        // The live edge stands where what is drawn ends, not ahead of it.
        this.advance(this.following ? nanoseconds(Math.min(newest, to)) : newest)
        this.adaptSpan(busiestCount(this.slices.values()))
        this.revision += 1
        this.#summarise()
      },
      onMinimap: () => (this.revision += 1),
      onInspect: (answer, asked) => {
        const hover = this.hover
        if (hover?.track !== asked.track || !answer) return
        // The pointer may have moved on meanwhile, but still be over the same span.
        const over = hover.time >= answer.from && hover.time <= answer.to
        if (over) this.hover = { ...hover, detail: answer }
      },
    })
  }

  /** Lets go of the run; the view is empty until the next `attach`. */
  detach(): void {
    this.#feed?.dispose()
    this.#feed = undefined
    clearTimeout(this.#summaryTimer)
    this.#summaryTimer = undefined
    this.#fresh = true
    this.resetView()
    this.#clock.reset()
    this.tracks = []
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
    this.#feed?.refresh()
    this.revision += 1
  }

  /** Call with every status of the run. The first one decides: follow a live run, fit one that is over. */
  setStatus(status: RunStatus): void {
    const { state, newest, remaining, dropped } = status
    this.stopped = state === 'stopped'
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
    this.#clock.heard(newest)
    // While the picture follows the run, the answers move it on: never further than they reach.
    const answersMoveIt = running && this.following && this.slices.size > 0
    if (!answersMoveIt) this.advance(newest)
    if (this.#fresh) {
      this.#fresh = false
      if (running) this.followLive()
      else this.fit()
    } else if (ended) {
      this.following = false
      this.#feed?.refresh()
      if (wasFollowing) this.fit()
      this.revision += 1
    }
    if (this.selection?.detail.isOpen) void this.#extendSelection()
  }

  /** What is selected still lasted when it was: shows how far it has come. */
  async #extendSelection(): Promise<void> {
    const open = this.selection
    if (open === undefined) return
    const { track, detail } = open
    const now = await this.#ask((source) => source.ask('inspect', { track, time: detail.from }))
    if (now && this.selection === open) this.selection = { track, detail: now }
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
    const ahead = this.running && this.following && tracks.length > 0
    const wanted = ahead
      ? aheadOf(this.range, width, this.#clock.now())
      : { from: this.range.from, to: this.range.to, width }
    this.#feed?.wantView({ ...wanted, tracks }, ahead ? wanted.to : this.newest)
  }

  /** Asks for the minimap. `width` in device pixels. */
  wantMinimap(width: number): void {
    this.#feed?.wantMinimap(this.newest, width)
  }

  /** Shows the selected span with as much time on both sides, or the whole run. */
  fitSelection(): void {
    const detail = this.selection?.detail
    if (!detail) return this.fit()
    const margin = Math.max(detail.to - detail.from, 1_000)
    this.show(range(detail.from - margin, detail.to + margin))
  }

  protected override get centre(): number {
    const detail = this.selection?.detail
    return this.hover?.time ?? (detail ? (detail.from + detail.to) / 2 : super.centre)
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

  /** Selects what was recorded last, in any row: where a run that failed came to its end. */
  async showLastEvent(): Promise<void> {
    const query = { time: this.newest, direction: 'previous', what: 'event' } as const
    const detail = await this.#ask((source) => source.ask('neighbour', query))
    if (!detail) return
    this.select(detail)
    this.fitSelection()
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
    if (!inside) this.#feed?.wantInspect({ track, time })
  }

  unpoint(): void {
    this.hover = undefined
  }

  /** Undefined also when the run is gone or another one is shown: then there is nothing to select. */
  async #ask(question: Question): Promise<SpanDetail | undefined> {
    const feed = this.#feed
    const answer = await feed?.ask(question)
    return this.#feed === feed ? answer : undefined
  }
}

const NO_SLICES: ReadonlyMap<number, PlacedSlice> = new Map()
