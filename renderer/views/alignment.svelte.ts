/** Where the members of a comparison lie above each other. */
import type { Comparison } from '../session/comparison.svelte.ts'
import { findMark, type Mark } from '../timeline/compare/marks.ts'

export class Alignment {
  readonly #comparison: Comparison
  mark = $state.raw<Mark>({ kind: 'start' })
  /** Nanoseconds from each member's beginning to what is aligned, in their order. */
  anchors = $state.raw<readonly number[]>([])
  /** Positions of those that have no such moment: they stand at their beginnings. */
  lacking = $state.raw<readonly number[]>([])
  /** By member: where it was put last. */
  readonly #last = new Map<number, number>()
  #asked = 0

  constructor(comparison: Comparison) {
    this.#comparison = comparison
  }

  /** Looks for the mark in everything that is compared now. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked
    const { members } = this.#comparison
    const { mark } = this
    const found = await Promise.all(
      members.map(async (member) => {
        if (mark.kind === 'hand') return this.#last.get(member.key) ?? 0
        const section = this.#comparison.shownOf(member)
        const { client, tracks } = member.run
        if (!section || !client) return undefined
        // The run is gone: its pane says so.
        return findMark(client, tracks, section, mark).catch(() => undefined)
      }),
    )
    if (asked !== this.#asked) return
    this.lacking = found.flatMap((moment, index) => (moment === undefined ? [index] : []))
    this.#put(found.map((moment) => moment ?? 0))
  }

  /** This moment of one member is laid where those of the others are. */
  alignHere(index: number, moment: number): void {
    this.#asked++
    this.mark = { kind: 'hand' }
    this.lacking = []
    this.#put(this.#comparison.members.map((_, at) => (at === index ? moment : this.#at(at))))
  }

  #at(index: number): number {
    return this.anchors[index] ?? 0
  }

  #put(anchors: readonly number[]): void {
    this.anchors = anchors
    this.#comparison.members.forEach(({ key }, index) => this.#last.set(key, anchors[index] ?? 0))
  }
}
