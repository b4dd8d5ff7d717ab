/** The span that is selected and the one that is pointed at, and the ways from one to the next. */
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import type { BlamedLane, InspectQuery, SpanDetail } from '../../main/run/contract.ts'
import { Asking } from './asking.ts'
import { NewestWins } from './newest-wins.ts'
import { Rows } from './rows.svelte.ts'
import { movedRange, range, spanOf } from './time-scale.ts'
import { TimeView } from './time-view.svelte.ts'

export interface Selection {
  readonly track: number
  readonly detail: SpanDetail
}

export interface Hover {
  readonly track: number
  readonly time: Nanoseconds
  /** Unknown until the run has answered, or where there is nothing. */
  readonly detail: SpanDetail | undefined
  /** The keyboard points here, not the pointer. */
  readonly byKeyboard?: boolean
}

export type Direction = 'previous' | 'next'

export class SpanView extends TimeView {
  readonly asking = new Asking()
  readonly rows = new Rows(this.asking)
  selection = $state.raw<Selection | undefined>()
  hover = $state.raw<Hover | undefined>()
  readonly #inspector = new NewestWins<InspectQuery, SpanDetail | null | undefined>({
    ask: (query) => this.asking.ask('inspect', query),
    onAnswer: (answer, asked) => {
      const hover = this.hover
      if (hover?.track !== asked.track || !answer) return
      // The pointer may have moved on meanwhile, but still be over the same span.
      const over = hover.time >= answer.from && hover.time <= answer.to
      if (over) this.hover = { ...hover, detail: answer }
    },
  })

  /** Track that the keyboard (or a table) points at. */
  get highlighted(): number | undefined {
    return this.rows.highlighted
  }
  set highlighted(track: number | undefined) {
    this.rows.active = track === undefined ? undefined : { type: 'track', track }
  }

  /** What is pointed at, as long as it is in view: the view may have moved on beneath it. */
  get pointed(): Hover | undefined {
    const { hover, range: view } = this
    return hover && hover.time >= view.from && hover.time <= view.to ? hover : undefined
  }

  /** The moment that keys are about: the pointer's, the selected span's, the middle of the view. */
  get moment(): Nanoseconds {
    return nanoseconds(this.centre)
  }

  protected override get centre(): number {
    const detail = this.selection?.detail
    return this.pointed?.time ?? (detail ? (detail.from + detail.to) / 2 : super.centre)
  }

  protected forgetSpans(): void {
    this.selection = undefined
    this.hover = undefined
    this.#inspector.drop()
    this.rows.forgetRun()
  }

  /** What is selected and what is in view lies later by so much. */
  protected moveSpans(by: number): void {
    const { selection } = this
    this.hover = undefined
    this.#inspector.drop()
    if (selection) this.selection = { ...selection, detail: movedDetail(selection.detail, by) }
    this.range = movedRange(this.range, by)
  }

  /** Shows the selected span with as much time on both sides, or the whole run. */
  fitSelection(): void {
    const detail = this.selection?.detail
    if (!detail) return this.fit()
    const margin = Math.max(detail.to - detail.from, 1_000)
    this.show(range(detail.from - margin, detail.to + margin))
  }

  /**
   * Selects the previous or next wait for a lock, or event: in the highlighted row, else in any.
   * Without a place to go on from, the first or the last one in view.
   */
  async jump(direction: Direction, what: 'contention' | 'event'): Promise<void> {
    const selected = this.selection?.detail
    const keyboard = this.pointed?.byKeyboard ? this.pointed : undefined
    const edge = direction === 'next' ? this.range.from : this.range.to
    const track = what === 'event' ? (selected?.track ?? this.highlighted) : undefined
    const time = selected?.from ?? keyboard?.detail?.from ?? keyboard?.time ?? edge
    const detail = await this.asking.ask('neighbour', {
      ...{ time, direction, what },
      ...(track === undefined ? {} : { track }),
    })
    if (detail) this.#selectAndShow(detail)
  }

  /** Selects what was recorded last, in any row: where a run that failed came to its end. */
  async showLastEvent(): Promise<void> {
    const query = { time: this.newest, direction: 'previous', what: 'event' } as const
    const detail = await this.asking.ask('neighbour', query)
    if (!detail) return
    this.select(detail)
    this.fitSelection()
  }

  /** Neighbours within the selected row: the inspector's arrows. */
  async step(direction: Direction): Promise<void> {
    const selected = this.selection?.detail
    if (!selected) return
    const query = { track: selected.track, time: selected.from, direction, what: 'event' } as const
    const detail = await this.asking.ask('neighbour', query)
    if (detail) this.#selectAndShow(detail)
  }

  #selectAndShow(detail: SpanDetail): void {
    this.select(detail)
    this.reveal(detail.from, detail.to)
    this.#takeKeyboardAlong(detail)
  }

  /** Where the keyboard stood on a span, it stands on the one that was gone to. */
  #takeKeyboardAlong(detail: SpanDetail): void {
    if (this.hover?.byKeyboard) this.pointAt(detail)
  }

  /** Moves the view only as far as it must for this to be in it. */
  reveal(from: number, to: number): void {
    if (from >= this.range.from && to <= this.range.to) return
    const middle = (from + to) / 2
    const span = Math.max(spanOf(this.range), (to - from) * 1.2)
    this.show(range(middle - span / 2, middle + span / 2))
  }

  select(detail: SpanDetail): void {
    this.following = false
    this.selection = { track: detail.track, detail }
    this.highlighted = detail.track
    this.rows.unfold(detail.track)
  }

  /** Selects what lies there; nothing there clears the selection. */
  async selectAt(track: number, time: Nanoseconds): Promise<void> {
    const detail = await this.asking.ask('inspect', { track, time })
    if (detail) this.select(detail)
    else this.clearSelection()
    this.highlighted = track
  }

  /** Selects what a lane did then, and moves the view there if need be. */
  async goTo(track: number, time: Nanoseconds): Promise<void> {
    const detail = await this.asking.ask('inspect', { track, time })
    if (!detail) return
    this.select(detail)
    this.reveal(Math.max(detail.from, time - spanOf(this.range) / 3), time)
    this.#takeKeyboardAlong(detail)
  }

  /** From a wait to who held what it waited for, or to the release that ended it. */
  async followBlame(to: 'holder' | 'ender'): Promise<void> {
    const lane: BlamedLane | undefined = this.selection?.detail.blame?.[to]
    if (!lane) return
    // A release is the end of a span: what came before it is the hold.
    const time = to === 'ender' ? Math.max(0, lane.time - 1) : lane.time
    await this.goTo(lane.track, nanoseconds(time))
  }

  clearSelection(): void {
    this.selection = undefined
  }

  /** What is selected still lasted when it was: shows how far it has come. */
  protected async extendSelection(): Promise<void> {
    const open = this.selection
    if (!open?.detail.isOpen) return
    const { track, detail } = open
    const now = await this.asking.ask('inspect', { track, time: detail.from })
    if (now && this.selection === open) this.selection = { track, detail: now }
  }

  /** What is asked when the pointer is there. */
  protected pointedAt(track: number, time: Nanoseconds): InspectQuery {
    return { track, time }
  }

  /** The pointer is at this moment of this row. */
  point(track: number, time: Nanoseconds): void {
    const known = this.hover?.track === track ? this.hover.detail : undefined
    const inside = known && time >= known.from && time < known.to
    this.hover = { track, time, detail: inside ? known : undefined }
    if (!inside) this.#inspector.want(this.pointedAt(track, time))
  }

  /** The keyboard is at this span. */
  pointAt(detail: SpanDetail): void {
    const { from, to } = this.range
    const time = nanoseconds(Math.max(detail.from, from, Math.min(to, detail.to - 1)))
    this.hover = { track: detail.track, time, detail, byKeyboard: true }
  }

  unpoint(): void {
    this.hover = undefined
  }
}

function movedDetail(detail: SpanDetail, by: number): SpanDetail {
  const { blame } = detail
  const moved = (lane: BlamedLane): BlamedLane => ({ ...lane, time: nanoseconds(lane.time + by) })
  return {
    ...movedRange(detail, by),
    ...(blame && {
      blame: {
        resource: blame.resource,
        ...(blame.holder && { holder: moved(blame.holder) }),
        ...(blame.ender && { ender: moved(blame.ender) }),
      },
    }),
  }
}
