/** The rows as a person arranged them: pinned, moved, folded, filtered; which of them is pointed at. */
import type { TablesAnswer, TimeRange, TrackInfo } from '../../main/run/contract.ts'
import type { Asking } from './asking.ts'
import { NewestWins } from './newest-wins.ts'
import { activityOf } from './row-activity.ts'
import {
  arrangeRows,
  movedTo,
  NO_CHOICES,
  readChoices,
  RowKeys,
  toggled,
  withOrder,
  type Arrangement,
  type RowActivity,
  type RowChoices,
  type RowGroup,
} from './row-order.ts'

/** Where choices are kept between windows. */
export interface RowMemory {
  read(): unknown
  keep(choices: RowChoices | undefined): void
}

/** What the keyboard points at: a row or the head of a group. */
export type ActiveRow =
  | { readonly type: 'track'; readonly track: number }
  | { readonly type: 'group'; readonly group: string }

/** Milliseconds between two looks at which rows did something. */
const ACTIVITY_INTERVAL = 1000

export class Rows {
  tracks = $state.raw<readonly TrackInfo[]>([])
  choices = $state.raw<RowChoices>(NO_CHOICES)
  /** What was typed into the search: rows of other names are left out. */
  text = $state('')
  active = $state.raw<ActiveRow | undefined>()
  #activity = $state.raw<RowActivity | undefined>()
  #memory: RowMemory | undefined
  /** What rows are judged by; undefined: the whole run. */
  #range: TimeRange | undefined
  readonly #asker: NewestWins<{ range: TimeRange | undefined }, TablesAnswer | undefined>
  readonly #keys = $derived(new RowKeys(this.tracks))
  readonly arrangement: Arrangement = $derived(
    arrangeRows(this.tracks, this.choices, { text: this.text, activity: this.#activity }),
  )

  constructor(asking: Asking) {
    this.#asker = new NewestWins<{ range: TimeRange | undefined }, TablesAnswer | undefined>({
      ask: ({ range }) => asking.ask('tables', range === undefined ? {} : { range }),
      onAnswer: (tables) => {
        if (tables && this.#needsActivity) this.#activity = activityOf(tables)
      },
      interval: ACTIVITY_INTERVAL,
    })
  }

  get groups(): readonly RowGroup[] {
    return this.arrangement.groups
  }
  get #needsActivity(): boolean {
    return this.choices.onlyContended || this.choices.hideIdle
  }
  /** Anything differs from the order in which the rows appeared. */
  get isArranged(): boolean {
    return Object.values(this.choices).some((value) =>
      Array.isArray(value) ? value.length > 0 : value === true,
    )
  }
  /** Tracks of the rows that show, from top to bottom. */
  get shown(): readonly TrackInfo[] {
    return this.groups.flatMap((group) => (group.folded ? [] : group.tracks))
  }
  get highlighted(): number | undefined {
    return this.active?.type === 'track' ? this.active.track : undefined
  }

  /** Takes over what was kept for these rows, and keeps what is chosen from now on. */
  remember(memory: RowMemory | undefined): void {
    this.#memory = memory
    this.choices = readChoices(memory?.read())
    this.#activity = undefined
    this.judgeBy(this.#range)
  }

  forgetRun(): void {
    this.tracks = []
    this.active = undefined
    this.#activity = undefined
    this.#range = undefined
    this.#asker.drop()
  }

  /** Looks again at which rows did something in the range, or in the whole run. */
  judgeBy(range: TimeRange | undefined): void {
    this.#range = range
    if (this.#needsActivity) this.#asker.want({ range })
  }

  /** The next row or head of a group in this direction; the rows of folded groups are passed over. */
  walk(direction: 'up' | 'down'): void {
    const stops = this.groups.flatMap(({ name, folded, tracks }): ActiveRow[] => [
      { type: 'group', group: name },
      ...(folded ? [] : tracks.map(({ id }): ActiveRow => ({ type: 'track', track: id }))),
    ])
    if (stops.length === 0) return
    const at = stops.findIndex((stop) => isSameRow(stop, this.active))
    const step = direction === 'down' ? 1 : -1
    // The first press goes to a lane rather than to the head above it.
    const first = direction === 'down' ? Math.min(1, stops.length - 1) : stops.length - 1
    this.active = stops[at < 0 ? first : Math.max(0, Math.min(stops.length - 1, at + step))]
  }

  toggleGroup(name: string): void {
    const key = this.groups.find((group) => group.name === name)?.key ?? this.#keys.ofGroup(name)
    this.#choose({ collapsed: toggled(this.choices.collapsed, key) })
  }

  /** Unfolds the group of this row, if it is folded. */
  unfold(track: number): void {
    const group = this.groups.find(({ tracks }) => tracks.some(({ id }) => id === track))
    if (group?.folded) this.toggleGroup(group.name)
  }

  togglePin(track: number): void {
    this.#choose({ pinned: toggled(this.choices.pinned, this.#keys.ofTrack(track)) })
  }
  isPinned(track: number): boolean {
    return this.choices.pinned.includes(this.#keys.ofTrack(track))
  }

  toggleKind(kind: TrackInfo['kind']): void {
    const { hiddenKinds } = this.choices
    this.#choose({
      hiddenKinds: hiddenKinds.includes(kind)
        ? hiddenKinds.filter((each) => each !== kind)
        : [...hiddenKinds, kind],
    })
  }
  toggleOnlyContended(): void {
    this.#choose({ onlyContended: !this.choices.onlyContended })
  }
  toggleHideIdle(): void {
    this.#choose({ hideIdle: !this.choices.hideIdle })
  }

  /** All rows again, in the order in which they appeared. */
  reset(): void {
    this.choices = NO_CHOICES
    this.#activity = undefined
    this.#memory?.keep(undefined)
  }

  /** One place up or down: the row within its group, the group among the groups. */
  move(row: ActiveRow, direction: 'up' | 'down'): void {
    const step = direction === 'down' ? 1 : -1
    const at = this.#siblingsOf(row)?.index
    if (at !== undefined) this.moveTo(row, at + step)
  }

  /** To stand at `index` among its siblings. */
  moveTo(row: ActiveRow, index: number): void {
    const siblings = this.#siblingsOf(row)
    const key = siblings?.keys[siblings.index]
    if (!siblings || key === undefined) return
    const order = movedTo(siblings.keys, key, index)
    if (siblings.arePinned) {
      this.#choose({ pinned: withOrder(this.choices.pinned, order) })
    } else this.#choose({ order: withOrder(this.choices.order, order) })
  }

  /** To where another row of the same group (or another group) stands now. */
  moveOver(row: ActiveRow, other: ActiveRow): void {
    const own = this.#siblingsOf(row)
    const place = this.#siblingsOf(other)
    if (!own || !place || own.index === place.index) return
    if (own.keys.join() === place.keys.join()) this.moveTo(row, place.index)
  }

  #siblingsOf(
    row: ActiveRow,
  ): { keys: readonly string[]; index: number; arePinned: boolean } | undefined {
    if (row.type === 'group') {
      const groups = this.groups.filter((group) => !group.isPinned)
      const index = groups.findIndex(({ name }) => name === row.group)
      return index < 0 ? undefined : { keys: groups.map(({ key }) => key), index, arePinned: false }
    }
    const keys = this.#keys
    for (const { tracks, isPinned } of this.groups) {
      const index = tracks.findIndex(({ id }) => id === row.track)
      if (index < 0) continue
      return { keys: tracks.map(({ id }) => keys.ofTrack(id)), index, arePinned: isPinned }
    }
    return undefined
  }

  #choose(change: Partial<RowChoices>): void {
    this.choices = { ...this.choices, ...change }
    if (!this.#needsActivity) this.#activity = undefined
    else if (!this.#activity) this.judgeBy(this.#range)
    this.#memory?.keep(this.choices)
  }
}

export const isSameRow = (left: ActiveRow, right: ActiveRow | undefined): boolean =>
  left.type === 'track'
    ? right?.type === 'track' && left.track === right.track
    : right?.type === 'group' && left.group === right.group
