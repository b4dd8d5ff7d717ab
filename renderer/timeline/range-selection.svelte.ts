/** A range of time that a person selected: charts and tables show it alone, figures sum it up. */
import type { TablesAnswer, TimeRange } from '../../main/run/contract.ts'
import type { Asking } from './asking.ts'
import { NewestWins } from './newest-wins.ts'
import { range, spanOf } from './time-scale.ts'
import type { TimeView } from './time-view.svelte.ts'

/** Milliseconds between two looks at the figures of a range that is being drawn. */
const INTERVAL = 150
/** Nanoseconds after which nothing of a range changes any more. */
const SETTLED = 1e9

export class RangeSelection {
  #range = $state.raw<TimeRange | undefined>()
  #tables = $state.raw<TablesAnswer | undefined>()
  /** Where the range was begun, and the end that moves. */
  #anchor: number | undefined
  #moving = 0
  /** How far the run had come when the figures were asked for again. */
  #askedAt = 0
  readonly #view: TimeView
  readonly #figures: NewestWins<TimeRange, TablesAnswer | undefined>

  readonly #onChange: (range: TimeRange | undefined) => void

  constructor(view: TimeView, asking: Asking, onChange: (range: TimeRange | undefined) => void) {
    this.#view = view
    this.#onChange = onChange
    this.#figures = new NewestWins<TimeRange, TablesAnswer | undefined>({
      ask: (asked) => asking.ask('tables', { range: asked }),
      onAnswer: (tables, asked) => {
        // Figures of a range that is no longer selected would stand beside another one.
        if (this.#range?.from === asked.from && this.#range.to === asked.to) this.#tables = tables
      },
      isSame: (left, right) => left.from === right.from && left.to === right.to,
      interval: INTERVAL,
    })
  }

  get range(): TimeRange | undefined {
    return this.#range
  }
  /** Figures of the range, once the run has answered. */
  get tables(): TablesAnswer | undefined {
    return this.#tables
  }

  /** From one moment to another, in whatever order, as far as the run goes. */
  select(anchor: number, moving: number): void {
    const within = (time: number) => Math.max(0, Math.min(this.#view.newest, time))
    this.#anchor = within(anchor)
    this.#moving = within(moving)
    if (this.#anchor === this.#moving) {
      this.#set(undefined)
      return
    }
    this.#set(range(Math.min(this.#anchor, this.#moving), Math.max(this.#anchor, this.#moving)))
  }

  /** The range begins here; without one it lasts to the end of the view. */
  setIn(time: number): void {
    const end = this.#range?.to ?? -1
    this.select(time, end > time ? end : this.#viewEnd)
  }

  /** The range ends here; without one it begins where the view does. */
  setOut(time: number): void {
    const start = this.#range?.from ?? -1
    this.select(start >= 0 && start < time ? start : this.#view.range.from, time)
  }

  /**
   * Moves the end that moves by a share of the view; without a range one begins at `anchor`.
   * @returns where that end is now.
   */
  extend(share: number, anchor: number): number {
    const by = share * spanOf(this.#view.range)
    if (this.#anchor === undefined) this.select(anchor, anchor + by)
    else this.select(this.#anchor, this.#moving + by)
    return this.#moving
  }

  /** The same lies later by so much; its figures are asked for again. */
  move(by: number): void {
    if (this.#anchor !== undefined) this.select(this.#anchor + by, this.#moving + by)
  }

  clear(): void {
    this.#anchor = undefined
    this.#set(undefined)
  }

  #set(selected: TimeRange | undefined): void {
    this.#range = selected
    this.#askedAt = 0
    if (selected) this.#figures.want(selected)
    else {
      this.#tables = undefined
      this.#figures.drop()
    }
    this.#onChange(selected)
  }

  /** Asks again when the run has gone on: events of the range's last moments may still arrive. */
  refresh(): void {
    const selected = this.#range
    if (!selected || (this.#tables && this.#askedAt > selected.to + SETTLED)) return
    this.#askedAt = this.#view.newest
    this.#figures.forget()
    this.#figures.want(selected)
  }

  get #viewEnd(): number {
    return Math.min(this.#view.range.to, this.#view.newest)
  }
}
