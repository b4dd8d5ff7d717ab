/** Places that words elsewhere link to, and the way back to what was shown before. */
import { nanoseconds } from '../../main/core/units.ts'
import type { SpanDetail, TimelinePlace, TimeRange } from '../../main/run/contract.ts'
import type { ActiveRow } from './rows.svelte.ts'
import type { Selection } from './span-view.svelte.ts'
import { range, spanOf } from './time-scale.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

/** Ways back that are kept. */
const MOST = 50
/** Share of a place that is shown on both sides of it, so that it is seen where it begins and ends. */
const MARGIN = 0.15
/** A span is meant when place and span differ by no more than this share of it. */
const SAME = 0.01

interface Shown {
  readonly range: TimeRange
  readonly following: boolean
  readonly active: ActiveRow | undefined
  readonly selection: Selection | undefined
  readonly selectedRange: TimeRange | undefined
}

export class Places {
  #before = $state.raw<readonly Shown[]>([])
  /** What the last jump has chosen: as long as it is, clearing it goes back. */
  #arrived: Pick<Shown, 'selection' | 'selectedRange'> | undefined
  /** Counts up: of two jumps the answer to the first may come last. */
  #jumps = 0
  readonly #timeline: TimelineState

  constructor(timeline: TimelineState) {
    this.#timeline = timeline
  }

  get canGoBack(): boolean {
    return this.#before.length > 0
  }
  /** Nothing was chosen since the last jump. */
  get isThere(): boolean {
    const { selection, selectedRange } = this.#timeline
    return (
      this.canGoBack &&
      this.#arrived?.selection === selection &&
      this.#arrived?.selectedRange === selectedRange
    )
  }

  /** Shows it with a margin, and selects its range or, where it is one, its span. */
  async show(place: TimelinePlace): Promise<void> {
    const timeline = this.#timeline
    const { from, to, track } = place
    const jump = (this.#jumps += 1)
    const detail = track === undefined ? undefined : await this.#spanOf(track, place)
    if (jump !== this.#jumps) return
    this.#keep()
    timeline.clearSelection()
    timeline.selected.clear()
    if (track !== undefined) {
      timeline.highlighted = track
      timeline.rows.unfold(track)
    }
    if (detail) timeline.select(detail)
    else timeline.selected.select(from, to)
    const around = detail ?? place
    const margin = Math.max(spanOf(around) * MARGIN, 1_000)
    timeline.show(range(around.from - margin, around.to + margin))
    this.#arrived = { selection: timeline.selection, selectedRange: timeline.selectedRange }
  }

  /** What was shown before the last jump. */
  back(): void {
    const timeline = this.#timeline
    const before = this.#before.at(-1)
    if (!before) return
    this.#jumps += 1
    this.#before = this.#before.slice(0, -1)
    const { selectedRange, selection, active, following } = before
    if (selectedRange) timeline.selected.select(selectedRange.from, selectedRange.to)
    else timeline.selected.clear()
    timeline.selection = selection
    timeline.rows.active = active
    if (following && timeline.running) timeline.followLive()
    else timeline.show(before.range)
    this.#arrived = { selection: timeline.selection, selectedRange: timeline.selectedRange }
  }

  forget(): void {
    this.#jumps += 1
    this.#before = []
    this.#arrived = undefined
  }

  #keep(): void {
    const { range, following, selection, selectedRange, rows } = this.#timeline
    const shown = { range, following, selection, selectedRange, active: rows.active }
    this.#before = [...this.#before.slice(1 - MOST), shown]
  }

  /** The span of a row that the place is, if it is one. */
  async #spanOf(track: number, { from, to }: TimeRange): Promise<SpanDetail | undefined> {
    const time = nanoseconds((from + to) / 2)
    const detail = await this.#timeline.asking.ask('inspect', { track, time })
    if (!detail) return undefined
    const most = Math.max(1, SAME * spanOf(detail))
    const isIt = Math.abs(detail.from - from) <= most && Math.abs(detail.to - to) <= most
    return isIt || from === to ? detail : undefined
  }
}
