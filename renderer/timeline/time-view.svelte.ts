/** Which part of the run is in view, and how it moves: zoom, pan, fit, follow the newest event. */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type { TimeRange } from '../../main/run/contract.ts'
import { adaptLiveSpan, INITIAL_LIVE_SPAN } from './live-span.ts'
import {
  clampRange,
  liveRange,
  panRange,
  range,
  spanOf,
  wholeRange,
  zoomRange,
} from './time-scale.ts'

export class TimeView {
  range = $state.raw<TimeRange>(range(0, INITIAL_LIVE_SPAN))
  /** Time of the newest event known. */
  newest = $state<Nanoseconds>(nanoseconds(0))
  running = $state(false)
  /** The view keeps up with the newest event. */
  following = $state(false)
  /** Nanoseconds left as estimated, while it runs. */
  remaining = $state<Nanoseconds | undefined>()
  /** Nanoseconds that can be shown at least, though there is nothing: a longer run lies beside it. */
  reach = $state(0)
  /** The moment that the axis calls 0. */
  zero = $state(0)
  #liveSpan = INITIAL_LIVE_SPAN
  #adapts = true
  readonly paused: boolean = $derived(this.running && !this.following)

  /** Time that the minimap spans: up to the estimated end while the run goes on. */
  get extent(): number {
    const end = this.running ? this.newest + (this.remaining ?? this.newest * 0.05) : this.#end
    return Math.max(this.range.to - this.range.from, wholeRange(end).to)
  }
  get #end(): number {
    return Math.max(this.newest, this.reach)
  }
  get #bounds(): TimeRange {
    const live = this.running ? liveRange(this.newest, spanOf(this.range)).to : 0
    return range(0, Math.max(wholeRange(this.#end).to, live))
  }

  /** All that there is is in view. */
  get isWhole(): boolean {
    const { from, to } = wholeRange(this.#end)
    return this.range.from === from && this.range.to === to
  }

  protected resetView(): void {
    this.#liveSpan = INITIAL_LIVE_SPAN
    this.#adapts = true
    this.range = range(0, INITIAL_LIVE_SPAN)
    this.newest = nanoseconds(0)
    this.running = false
    this.following = false
    this.remaining = undefined
    this.reach = 0
    this.zero = 0
  }

  /** What zooming goes around when nothing else is said. */
  protected get centre(): number {
    return (this.range.from + this.range.to) / 2
  }

  /** Newer events are there; a view that follows moves on. */
  protected advance(newest: Nanoseconds): void {
    if (newest > this.newest) this.newest = newest
    if (this.following) this.range = liveRange(this.newest, this.#liveSpan)
  }

  /** Shows less time of a crowded live view and more of an empty one, until the user decides. */
  protected adaptSpan(busiest: number): void {
    if (!this.following || !this.#adapts) return
    this.#liveSpan = adaptLiveSpan(this.#liveSpan, busiest, this.newest)
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
    this.range = zoomRange(this.range, factor, around ?? this.centre, this.#bounds)
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
    this.range = wholeRange(this.#end)
  }

  followLive(): void {
    if (!this.running) return
    this.following = true
    this.range = liveRange(this.newest, this.#liveSpan)
  }

  /** Nanoseconds between the newest event and the end of a view that stands still. */
  get behind(): number {
    return this.paused ? Math.max(0, this.newest - this.range.to) : 0
  }

  /** The beginning or the end of the run, in a view as long as it is; the end of a live one follows. */
  showEnd(end: 'first' | 'last'): void {
    if (end === 'last' && this.running) return this.followLive()
    const span = spanOf(this.range)
    const to = Math.max(span, wholeRange(this.#end).to)
    this.show(end === 'first' ? range(0, span) : range(to - span, to))
  }

  /** Shows this moment in the middle. */
  showTime(time: number): void {
    const half = spanOf(this.range) / 2
    this.show(range(time - half, time + half))
  }

  /** Stops the view where it is, or returns to the live edge. The run itself goes on. */
  togglePause(): void {
    if (!this.running) return
    if (this.following) this.following = false
    else this.followLive()
  }
}
