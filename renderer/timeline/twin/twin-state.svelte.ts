/** Two sections of one run over a common axis. */
import { nanoseconds } from '../../../main/core/units.ts'
import type { TrackInfo } from '../../../main/run/contract.ts'
import type { LaneState } from '../../../main/trace/model.ts'
import { TimelineState } from '../timeline-state.svelte.ts'
import type { TraceSource } from '../trace-source.ts'
import { SectionSource } from './section-source.ts'
import { longestOf, rowsOf, type TwinPair, type TwinSection } from './sections.ts'

export class TwinState {
  /** Of the first engine, then of the second. */
  readonly panes: readonly [TimelineState, TimelineState] = [
    new TimelineState(),
    new TimelineState(),
  ]
  /** What the panes show. */
  sections = $state.raw<readonly (TwinSection | undefined)[]>([undefined, undefined])
  /** The pane that keys are for. */
  active = $state(0)
  /** Counts up with every pair: rows that come later belong to another one. */
  #shown = 0

  /** What their rows show. */
  get statesInView(): readonly LaneState[] {
    return [...new Set(this.panes.flatMap(({ statesInView }) => [...statesInView]))]
  }

  get activePane(): TimelineState {
    return this.panes[this.active === 1 ? 1 : 0]
  }

  /** Shows a repeat from its beginning. */
  show(source: TraceSource, tracks: readonly TrackInfo[], pair: TwinPair): void {
    const shown = ++this.#shown
    const reach = longestOf(pair)
    this.sections = this.panes.map((_, index) => pair.sections[index])
    this.panes.forEach((timeline, index) => {
      const section = pair.sections[index]
      timeline.detach()
      if (section === undefined) return
      timeline.attach(new SectionSource(source, section))
      timeline.reach = reach
      timeline.setNewest(nanoseconds(section.to - section.from), { running: false })
      void source
        .ask('tables', { range: section })
        .then((tables) => {
          if (shown === this.#shown) timeline.setTracks(rowsOf(tracks, tables, section))
        })
        // The run is gone: its connection says so.
        .catch(() => undefined)
    })
  }

  /** What one of them shows, the other shows as well. */
  follow(leader: 0 | 1): void {
    const [from, to] = leader === 0 ? this.panes : [this.panes[1], this.panes[0]]
    const { range } = from
    if (to.range.from !== range.from || to.range.to !== range.to) to.range = range
  }

  dispose(): void {
    this.#shown++
    for (const timeline of this.panes) timeline.detach()
  }
}
