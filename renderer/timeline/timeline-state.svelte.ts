/**
 * What the timeline shows of a run. Small facts are reactive; slices are not: `revision` counts up
 * whenever there is something new to draw.
 */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import {
  isOver,
  type InspectQuery,
  type MinimapAnswer,
  type RunStatus,
  type TimeRange,
  type TrackInfo,
} from '../../main/run/contract.ts'
import type { LaneState } from '../../main/trace/model.ts'
import { TimelineActions } from './actions.ts'
import { CriticalPath } from './critical-path.svelte.ts'
import { Find } from './find.svelte.ts'
import { Flows } from './flows.svelte.ts'
import { blockAt, busiestCount, statesInView } from './in-view.ts'
import type { Marks } from './marks.ts'
import { Notes } from './notes.svelte.ts'
import { Places } from './places.svelte.ts'
import { RangeSelection } from './range-selection.svelte.ts'
import { aheadOf, RunClock } from './run-clock.ts'
import { SourceLines } from './source-lines.svelte.ts'
import { SpanView } from './span-view.svelte.ts'
import { TimelineFeed } from './timeline-feed.ts'
import type { TraceSource } from './trace-source.ts'
import type { PlacedSlice } from './view-loader.ts'

/** Milliseconds between two looks at the figures beside the names and the legend. */
const SUMMARY_INTERVAL = 200

export class TimelineState extends SpanView {
  dropped = $state(0)
  /** The user ended the run. */
  stopped = $state(false)
  /** States that the rows in view show, in the legend's order. */
  statesInView = $state.raw<readonly LaneState[]>([])
  /** Counts up with every new picture of the data. */
  revision = $state(0)
  /** Counts up a few times a second: the figures beside the names follow it. */
  summaryRevision = $state(0)
  /** The table of what is in view is shown. */
  isTableOpen = $state(false)
  readonly selected = new RangeSelection(this, this.asking, (range) => this.rows.judgeBy(range))
  readonly notes = new Notes(this.asking)
  readonly find = new Find(this.asking, (text) => (this.rows.text = text))
  readonly path = new CriticalPath(this.asking, () => (this.revision += 1))
  readonly flows = new Flows(this.asking, () => (this.revision += 1))
  readonly places = new Places(this)
  readonly lines = new SourceLines(this)
  readonly actions = new TimelineActions(this)

  #feed: TimelineFeed | undefined
  readonly #clock = new RunClock()
  #summarisedAt = -Infinity
  #summaryTimer: ReturnType<typeof setTimeout> | undefined
  #fresh = true

  get tracks(): readonly TrackInfo[] {
    return this.rows.tracks
  }
  /** The range that charts and tables are about; undefined: the whole run. */
  get selectedRange(): TimeRange | undefined {
    return this.selected.range
  }
  /** The latest slices by track. Not reactive: see `revision`. */
  get slices(): ReadonlyMap<number, PlacedSlice> {
    return this.#feed?.slices ?? NO_SLICES
  }
  get minimap(): MinimapAnswer | undefined {
    return this.#feed?.minimap
  }
  /** What lies over the rows. */
  get marks(): Marks {
    const { notes, find, path, flows } = this
    return {
      range: this.selectedRange,
      notes: notes.all,
      note: notes.selected,
      draft: notes.draft,
      matches: find.matches,
      match: find.index,
      path: path.isOn && path.length > 0 ? path.answer : undefined,
      segment: path.index,
      flows: flows.answer,
      flow: flows.shown,
    }
  }

  /** Shows another run from its beginning; what was shown before is forgotten. */
  attach(source: TraceSource): void {
    this.detach()
    this.#connect(source)
    void this.notes.load()
  }

  /**
   * The same is there again at other times. What is in view and what is selected goes along; ways
   * back are forgotten.
   * @param by nanoseconds later; below 0: earlier
   */
  move(source: TraceSource, by: number): void {
    this.#feed?.dispose()
    this.#clock.reset()
    this.newest = nanoseconds(this.newest + by)
    this.#connect(source)
    this.moveSpans(by)
    this.selected.move(by)
    this.notes.move(by)
    this.path.move(by)
    this.flows.move(by)
    this.places.forget()
    void this.notes.load()
    this.revision += 1
    this.summaryRevision += 1
  }

  #connect(source: TraceSource): void {
    this.asking.attach(source)
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
    })
  }

  /** Lets go of the run; the view is empty until the next `attach`. */
  detach(): void {
    this.#feed?.dispose()
    this.#feed = undefined
    this.asking.attach(undefined)
    clearTimeout(this.#summaryTimer)
    this.#summaryTimer = undefined
    this.#fresh = true
    this.resetView()
    this.#clock.reset()
    this.forgetSpans()
    this.selected.clear()
    this.notes.forget()
    this.find.close()
    this.path.forget()
    this.flows.forget()
    this.places.forget()
    this.lines.forget()
    this.dropped = 0
    this.statesInView = []
    this.revision += 1
    this.summaryRevision += 1
  }

  setTracks(tracks: readonly TrackInfo[]): void {
    this.rows.tracks = tracks
    this.#feed?.refresh()
    if (tracks.length > 0) void this.notes.loadAtLast()
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
    void this.extendSelection()
    if (running || ended) this.#refreshParts()
  }

  /** What was asked beside the picture has gone on as well. */
  #refreshParts(): void {
    this.rows.judgeBy(this.selectedRange)
    this.selected.refresh()
    this.find.refresh()
    this.flows.refresh()
    this.path.refresh()
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
    const { from, to } = this.range
    const queues = this.tracks.filter(({ kind }) => kind === 'queue').map(({ id }) => id)
    this.flows.want({ from, to: nanoseconds(Math.min(to, this.newest)), tracks: queues })
    this.path.want(this.selectedRange ?? { from, to: nanoseconds(Math.min(to, this.newest)) })
  }

  /** Where spans are merged, the whole block of columns is asked about that is drawn as one. */
  protected override pointedAt(track: number, time: Nanoseconds): InspectQuery {
    const placed = this.slices.get(track)
    return !placed || placed.slice.spans ? { track, time } : { track, ...blockAt(placed, time) }
  }

  /** Asks for the minimap. `width` in device pixels. */
  wantMinimap(width: number): void {
    this.#feed?.wantMinimap(this.newest, width)
  }
}

const NO_SLICES: ReadonlyMap<number, PlacedSlice> = new Map()
