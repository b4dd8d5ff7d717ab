/** What keys, the palette and buttons do to a timeline, beyond moving the view. */
import { nanoseconds } from '../../main/core/units.ts'
import type { Note, SearchMatch, TimeRange } from '../../main/run/contract.ts'
import type { Flow } from './flows.svelte.ts'
import type { Direction } from './span-view.svelte.ts'
import { range, spanOf } from './time-scale.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

export class TimelineActions {
  readonly #timeline: TimelineState

  constructor(timeline: TimelineState) {
    this.#timeline = timeline
  }

  /** Moves the end of the range; without one a range begins at the selected span or the pointer. */
  extendRange(share: number): void {
    const { selected, selection, moment } = this.#timeline
    const end = selected.extend(share, selection?.detail.from ?? moment)
    this.#timeline.reveal(end, end)
  }
  rangeIn(): void {
    const { selected, pointed, selection, moment } = this.#timeline
    selected.setIn(pointed?.time ?? selection?.detail.from ?? moment)
  }
  rangeOut(): void {
    const { selected, pointed, selection, moment } = this.#timeline
    selected.setOut(pointed?.time ?? selection?.detail.to ?? moment)
  }

  /** Shows the selected span, else the selected range, else the whole run. */
  fit(): void {
    if (this.#timeline.selection) this.#timeline.fitSelection()
    else this.fitRange()
  }
  /** Shows the selected range, or the whole run. */
  fitRange(): void {
    const { selectedRange } = this.#timeline
    if (!selectedRange) return this.#timeline.fit()
    const margin = spanOf(selectedRange) * 0.04
    this.#timeline.show(range(selectedRange.from - margin, selectedRange.to + margin))
  }

  /** Something can be cleared. */
  get isAnythingChosen(): boolean {
    const { selection, selectedRange, flows, path, find, notes, places } = this.#timeline
    if (places.isThere) return true
    return [selection, selectedRange, flows.selected, path.index, notes.selected].some(
      (each) => each !== undefined,
    )
      ? true
      : find.isOpen
  }

  /** Clears what was chosen last of all things: one at a time, the range after what is in it. */
  clear(): void {
    // What a link has chosen goes with the view that it has changed.
    if (this.#timeline.places.isThere) return this.#timeline.places.back()
    const { selection, selectedRange, flows, path, find, notes, selected } = this.#timeline
    if (selection !== undefined || flows.selected !== undefined || path.index !== undefined) {
      this.#timeline.clearSelection()
      flows.select(undefined)
      path.choose(undefined)
    } else if (notes.selected !== undefined) notes.selected = undefined
    else if (selectedRange) selected.clear()
    else if (find.isOpen) find.close()
  }

  /** Begins a note about the range, the pointer's moment or the selected span. */
  addNote(): void {
    const { selectedRange, pointed, selection, moment, notes } = this.#timeline
    const at = (time: number) => range(Math.round(time), Math.round(time))
    const place: TimeRange =
      selectedRange ??
      (pointed && !pointed.byKeyboard ? at(pointed.time) : selection?.detail) ??
      at(moment)
    this.#timeline.reveal(place.from, place.from)
    this.#timeline.following = false
    notes.begin(place)
  }

  showNote(note: Note): void {
    this.#timeline.notes.selected = note.id
    this.#timeline.reveal(note.from, note.to)
    void this.#markLineOf(note)
  }
  /** Selects the span that the note is about; where it is about none, marks the line of what began last. */
  async #markLineOf({ id, from, to }: Note): Promise<void> {
    const { asking, notes, selection } = this.#timeline
    const query = { time: nanoseconds(from + 1), direction: 'previous', what: 'event' } as const
    const detail = await asking.ask('neighbour', query)
    const isStill = notes.selected === id && this.#timeline.selection === selection
    if (!detail || !isStill) return
    if (detail.from === from && detail.to === to) this.#timeline.select(detail)
    else if (detail.at !== this.#timeline.lines.marked) this.#timeline.lines.choose(detail.at)
  }
  stepNote(direction: Direction): void {
    const note = this.#timeline.notes.neighbour(direction, this.#timeline.moment)
    if (note) this.showNote(note)
  }

  openFind(): void {
    this.#timeline.find.open()
  }
  stepMatch(direction: Direction): void {
    const match = this.#timeline.find.step(direction, this.#timeline.moment)
    if (match) this.#showMatch(match)
  }
  chooseMatch(index: number): void {
    const match = this.#timeline.find.choose(index)
    if (match) this.#showMatch(match)
  }
  #showMatch({ time, track }: SearchMatch): void {
    this.#timeline.reveal(time, time)
    if (track > 0) this.#timeline.highlighted = track
  }

  togglePath(): void {
    this.#timeline.path.toggle()
    this.#timeline.revision += 1
  }
  async stepPath(direction: Direction): Promise<void> {
    const { path } = this.#timeline
    if (!path.isOn) return this.togglePath()
    await this.showSegment(path.step(direction)?.index)
  }
  async showSegment(index: number | undefined): Promise<void> {
    const segment = this.#timeline.path.choose(index)
    if (!segment) return
    const { track, from, to } = segment
    this.#timeline.reveal(from, to)
    await this.#timeline.selectAt(track, nanoseconds((from + to) / 2))
  }

  toggleFlows(): void {
    this.#timeline.flows.toggle()
    this.#timeline.revision += 1
  }
  stepFlow(direction: Direction): void {
    const flow = this.#timeline.flows.step(direction)
    if (flow) this.showFlow(flow)
  }
  showFlow({ putTime, getTime }: Flow): void {
    this.#timeline.clearSelection()
    const ends = [putTime, getTime].filter((time) => !Number.isNaN(time))
    if (ends.length > 0) this.#timeline.reveal(Math.min(...ends), Math.max(...ends))
  }
  /** Where the selected item was put or taken. */
  async showFlowEnd(end: 'put' | 'get'): Promise<void> {
    const flow = this.#timeline.flows.selected
    const [track = 0, time = NaN] =
      end === 'put' ? [flow?.putLane, flow?.putTime] : [flow?.getLane, flow?.getTime]
    if (track > 0 && !Number.isNaN(time)) await this.#timeline.goTo(track, nanoseconds(time))
  }

  /** Pins the row that is pointed at, or lets it go. */
  togglePin(): void {
    const { highlighted, rows } = this.#timeline
    if (highlighted !== undefined) rows.togglePin(highlighted)
  }
  moveRow(direction: 'up' | 'down'): void {
    const { active } = this.#timeline.rows
    if (active) this.#timeline.rows.move(active, direction)
  }

  /** The span before or after the one that the keyboard stands on, in its row. */
  async walkSpans(direction: Direction): Promise<void> {
    const { highlighted, pointed, asking, range: view } = this.#timeline
    if (highlighted === undefined) return
    const here = pointed?.track === highlighted ? pointed.detail : undefined
    const query = { track: highlighted, time: here?.from ?? view.from, direction } as const
    const detail =
      here === undefined
        ? await asking.ask('inspect', { track: highlighted, time: this.#timeline.moment })
        : await asking.ask('neighbour', { ...query, what: 'event' })
    if (!detail || this.#timeline.highlighted !== highlighted) return
    this.#timeline.reveal(detail.from, Math.min(detail.to, detail.from + spanOf(view)))
    this.#timeline.pointAt(detail)
  }

  /** The row above or below; the keyboard's moment stays. */
  async walkRows(direction: 'up' | 'down'): Promise<void> {
    const { rows, pointed, asking } = this.#timeline
    rows.walk(direction)
    const track = rows.highlighted
    if (!pointed?.byKeyboard || track === undefined) return this.#timeline.unpoint()
    const detail = await asking.ask('inspect', { track, time: pointed.time })
    if (rows.highlighted !== track) return
    if (detail) this.#timeline.hover = { ...pointed, track, detail }
    else this.#timeline.unpoint()
  }

  /** Selects what the keyboard stands on: a span, or the fold of a group. */
  async choose(): Promise<void> {
    const { rows, pointed } = this.#timeline
    if (rows.active?.type === 'group') return rows.toggleGroup(rows.active.group)
    const track = rows.highlighted
    if (track === undefined) return
    if (pointed?.track === track && pointed.detail) this.#timeline.select(pointed.detail)
    else await this.#timeline.selectAt(track, this.#timeline.moment)
  }
}
