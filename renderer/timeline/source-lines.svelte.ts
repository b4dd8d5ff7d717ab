/**
 * The line of the program that is marked in the listings. What is selected on the timeline decides;
 * without a selection, the line that was chosen in a listing or by a note. Nothing here follows from
 * the mark, so that timeline, listing and notes cannot chase each other.
 */
import type { Direction } from './span-view.svelte.ts'
import type { TimelineState } from './timeline-state.svelte.ts'

export class SourceLines {
  #chosen = $state<string>()
  /** Brings the listings on screen, where the window has them. */
  show = $state.raw<(() => void) | undefined>()
  readonly #timeline: TimelineState

  constructor(timeline: TimelineState) {
    this.#timeline = timeline
  }

  /** `program.ts:12`; undefined: none is marked, or that of the selected span is not known. */
  get marked(): string | undefined {
    const { selection } = this.#timeline
    return selection === undefined ? this.#chosen : selection.detail.at
  }

  /** A line in a listing, or that of a note; the same again lets go of it. */
  choose(at: string | undefined): void {
    const { marked } = this
    this.#timeline.clearSelection()
    this.#chosen = marked === at ? undefined : at
  }

  /** Selects the previous or next span that was spent at the marked line, in any lane. */
  async step(direction: Direction): Promise<void> {
    const { marked } = this
    if (marked === undefined) return
    const { selection, moment, asking } = this.#timeline
    const time = selection?.detail.from ?? moment
    const detail = await asking.ask('neighbour', { time, direction, what: 'place', at: marked })
    if (!detail || this.marked !== marked) return
    this.#chosen = marked
    this.#timeline.select(detail)
    this.#timeline.reveal(detail.from, detail.to)
  }

  forget(): void {
    this.#chosen = undefined
  }
}
