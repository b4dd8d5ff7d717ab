/** Sections of one or more runs over one axis, moved together. */
import { MOST_MEMBERS } from '../../../main/export/compare/members.ts'
import { nanoseconds } from '../../../main/core/units.ts'
import type { TimeRange, TrackInfo } from '../../../main/run/contract.ts'
import type { LaneState } from '../../../main/trace/model.ts'
import { TimelineState } from '../timeline-state.svelte.ts'
import type { TraceSource } from '../trace-source.ts'
import { rowsOf } from '../twin/sections.ts'
import { offsetsFor } from './marks.ts'
import { SectionSource } from './section-source.ts'

/** What a pane shows; undefined: nothing, but it keeps its place. */
export interface PaneContent {
  readonly source: TraceSource
  /** Of the whole run. */
  readonly tracks: readonly TrackInfo[]
  readonly section: TimeRange
}

export interface Pane {
  readonly timeline: TimelineState
  readonly section: TimeRange | undefined
  /** Nanoseconds from its section's beginning to what is aligned. */
  readonly anchor: number
}

export class ComparePanes {
  /** Made once: what is shown changes, the states stay. */
  readonly #timelines = Array.from({ length: MOST_MEMBERS }, () => new TimelineState())
  #contents: readonly (PaneContent | undefined)[] = []
  /** Nanoseconds from 0 of the common axis to where each begins. */
  #before: readonly number[] = []
  panes = $state.raw<readonly Pane[]>([])
  /** Where what is aligned lies on the axis. */
  zero = $state(0)
  /** The pane that keys are for. */
  active = $state(0)
  /** Counts up with everything new: rows that come later belong to something else. */
  #shown = 0

  /** What their rows show. */
  get statesInView(): readonly LaneState[] {
    return [...new Set(this.panes.flatMap(({ timeline }) => [...timeline.statesInView]))]
  }

  get activePane(): TimelineState | undefined {
    return this.panes[this.active]?.timeline ?? this.panes[0]?.timeline
  }

  /** @param anchors as many as contents; absent: each from its beginning */
  show(contents: readonly (PaneContent | undefined)[], anchors?: readonly number[]): void {
    const shown = ++this.#shown
    this.#contents = contents
    for (const timeline of this.#timelines) timeline.detach()
    this.#lay(anchors ?? contents.map(() => 0), (timeline, { source, section }, before) => {
      timeline.attach(new SectionSource(source, section, before))
      return before + section.to - section.from
    })
    this.panes.forEach(({ timeline, section }, index) => {
      if (!section) return
      const end = (this.#before[index] ?? 0) + section.to - section.from
      timeline.setNewest(nanoseconds(end), { running: false })
    })
    contents.forEach((content, index) => {
      if (!content) return
      const { source, tracks, section } = content
      void source
        .ask('tables', { range: section })
        .then((tables) => {
          if (shown !== this.#shown) return
          this.panes[index]?.timeline.setTracks(rowsOf(tracks, tables, section))
        })
        // The run is gone: its connection says so.
        .catch(() => undefined)
    })
  }

  /**
   * Moves them so that these moments, counted from each one's beginning, lie above each other. What
   * is in view of the active one stays in view.
   */
  align(anchors: readonly number[]): void {
    const at = this.panes[this.active]?.section ? this.active : this.#first
    const leader = this.panes[at]?.timeline
    const wasWhole = leader?.isWhole !== false
    const earlier = this.#before
    this.#lay(anchors, (timeline, { source, section }, before, index) => {
      timeline.move(new SectionSource(source, section, before), before - (earlier[index] ?? 0))
      return timeline.newest
    })
    if (wasWhole) this.fit()
    else if (leader) leader.show(leader.range)
    this.follow(at)
  }

  /** @param place makes it show what is there; returns where that ends */
  #lay(
    anchors: readonly number[],
    place: (timeline: TimelineState, content: PaneContent, before: number, index: number) => number,
  ): void {
    const { before, zero } = offsetsFor(anchors)
    this.#before = before
    this.zero = zero
    const ends: number[] = []
    this.panes = this.#contents.flatMap((content, index): Pane[] => {
      const timeline = this.#timelines[index]
      if (!timeline) return []
      if (content) ends.push(place(timeline, content, before[index] ?? 0, index))
      return [{ timeline, section: content?.section, anchor: anchors[index] ?? 0 }]
    })
    const reach = Math.max(0, ...ends)
    for (const { timeline, section } of this.panes) {
      if (!section) continue
      timeline.reach = reach
      timeline.zero = zero
    }
    this.active = Math.min(this.active, Math.max(0, this.panes.length - 1))
  }

  get #first(): number {
    return this.panes.findIndex(({ section }) => section !== undefined)
  }

  /** What one of them shows, the others show as well. */
  follow(leader: number): void {
    const range = this.panes[leader]?.timeline.range
    if (!range) return
    for (const { timeline, section } of this.panes)
      if (section && (timeline.range.from !== range.from || timeline.range.to !== range.to))
        timeline.range = range
  }

  /** All of them, from the first beginning to the last end. */
  fit(): void {
    this.panes[this.#first]?.timeline.fit()
  }

  dispose(): void {
    this.#shown++
    this.#contents = []
    for (const timeline of this.#timelines) timeline.detach()
    this.panes = []
  }
}
