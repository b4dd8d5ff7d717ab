/**
 * Which rows stand where: pinned ones first, groups and rows in the order that was chosen, without
 * those that were filtered away. Pure.
 */
import type { TrackInfo } from '../../main/run/contract.ts'

/** What a person chose. Rows and groups are named by keys that hold from run to run. */
export interface RowChoices {
  readonly pinned: readonly string[]
  /** Keys of rows and groups that were moved, among others of their group in this order. */
  readonly order: readonly string[]
  readonly collapsed: readonly string[]
  readonly hiddenKinds: readonly TrackInfo['kind'][]
  /** Only lanes that waited, and what was waited for. */
  readonly onlyContended: boolean
  /** Without lanes that never ran, and locks and queues that nobody used. */
  readonly hideIdle: boolean
}

export const NO_CHOICES: RowChoices = {
  pinned: [],
  order: [],
  collapsed: [],
  hiddenKinds: [],
  onlyContended: false,
  hideIdle: false,
}

/** Tracks that did something, as the run's tables tell; rows that they do not list stay. */
export interface RowActivity {
  readonly contended: ReadonlySet<number>
  readonly active: ReadonlySet<number>
  readonly listed: ReadonlySet<number>
}

export interface RowGroup {
  /** As the run names it; `Pinned` for the first one. */
  readonly name: string
  readonly key: string
  readonly isPinned: boolean
  readonly folded: boolean
  readonly tracks: readonly TrackInfo[]
}

export interface Arrangement {
  readonly groups: readonly RowGroup[]
  /** Rows that filters leave out. */
  readonly hidden: number
}

export const PINNED = 'Pinned'

/**
 * Names that hold from run to run: process ids and track ids change, so the second lane called
 * MainThread is `lane MainThread 2`, and the second process `group Process # 2`.
 */
export class RowKeys {
  readonly #tracks = new Map<number, string>()
  readonly #groups = new Map<string, string>()

  constructor(tracks: readonly TrackInfo[]) {
    const seen = new Map<string, number>()
    const nth = (name: string): string => {
      const index = (seen.get(name) ?? 0) + 1
      seen.set(name, index)
      return index === 1 ? name : `${name} ${index}`
    }
    for (const { id, kind, name, group } of tracks) {
      this.#tracks.set(id, nth(`${kind} ${name}`))
      if (!this.#groups.has(group)) {
        this.#groups.set(group, nth(`group ${group.replace(/\d+/g, '#')}`))
      }
    }
  }

  ofTrack(id: number): string {
    return this.#tracks.get(id) ?? `track ${id}`
  }
  ofGroup(name: string): string {
    return this.#groups.get(name) ?? `group ${name}`
  }
}

/** Those with a known place in that order; the others after them, as they were. */
function ordered<Item>(
  items: readonly Item[],
  order: readonly string[],
  keyOf: (item: Item) => string,
): Item[] {
  const place = (item: Item) => {
    const index = order.indexOf(keyOf(item))
    return index < 0 ? order.length : index
  }
  return [...items].sort((left, right) => place(left) - place(right))
}

/** Every word of the text occurs in the row's name, its second line or its group. */
export function matchesText({ name, subtitle, group }: TrackInfo, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const all = `${name} ${subtitle} ${group}`.toLowerCase()
  return words.every((word) => all.includes(word))
}

function isKept(track: TrackInfo, choices: RowChoices, activity: RowActivity | undefined): boolean {
  if (choices.hiddenKinds.includes(track.kind)) return false
  if (!activity?.listed.has(track.id)) return true
  if (choices.onlyContended && !activity.contended.has(track.id)) return false
  return !choices.hideIdle || activity.active.has(track.id)
}

/**
 * @param text rows whose name does not match are left out, unless no name matches at all
 * @param activity undefined until it is known: then nothing is left out for it
 */
export function arrangeRows(
  tracks: readonly TrackInfo[],
  choices: RowChoices,
  {
    text = '',
    activity,
  }: { readonly text?: string; readonly activity?: RowActivity | undefined } = {},
): Arrangement {
  const keys = new RowKeys(tracks)
  const keyOf = ({ id }: TrackInfo) => keys.ofTrack(id)
  const kept = tracks.filter((track) => isKept(track, choices, activity))
  const named = text.trim() === '' ? kept : kept.filter((track) => matchesText(track, text))
  const shown = named.length > 0 ? named : kept
  const isPinned = (track: TrackInfo) => choices.pinned.includes(keyOf(track))
  const groups = new Map<string, TrackInfo[]>()
  for (const track of shown) {
    if (isPinned(track)) continue
    const group = groups.get(track.group)
    if (group) group.push(track)
    else groups.set(track.group, [track])
  }
  const rowGroups = [...groups].map(([name, members]): RowGroup => ({
    name,
    key: keys.ofGroup(name),
    isPinned: false,
    folded: choices.collapsed.includes(keys.ofGroup(name)),
    tracks: ordered(members, choices.order, keyOf),
  }))
  const pinned = ordered(shown.filter(isPinned), choices.pinned, keyOf)
  const first: RowGroup = {
    name: PINNED,
    key: PINNED,
    isPinned: true,
    folded: choices.collapsed.includes(PINNED),
    tracks: pinned,
  }
  return {
    groups: [
      ...(pinned.length > 0 ? [first] : []),
      ...ordered(rowGroups, choices.order, ({ key }) => key),
    ],
    hidden: tracks.length - shown.length,
  }
}

const without = (list: readonly string[], key: string): string[] =>
  list.filter((each) => each !== key)

export const toggled = (list: readonly string[], key: string): string[] =>
  list.includes(key) ? without(list, key) : [...list, key]

/** The key moved to stand at `index` among the siblings, which are in the order shown. */
export function movedTo(siblings: readonly string[], key: string, index: number): string[] {
  const others = without(siblings, key)
  const place = Math.max(0, Math.min(others.length, index))
  return [...others.slice(0, place), key, ...others.slice(place)]
}

/** The order with these siblings in this order; what it says of others stays. */
export const withOrder = (
  order: readonly string[],
  siblings: readonly string[],
): readonly string[] => [...order.filter((key) => !siblings.includes(key)), ...siblings]

const KINDS: readonly TrackInfo['kind'][] = ['lane', 'lock', 'gil', 'queue', 'event', 'counter']

/** Checks what was kept between windows: anything can lie there. */
export function readChoices(kept: unknown): RowChoices {
  if (typeof kept !== 'object' || kept === null) return NO_CHOICES
  const strings = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  const { pinned, order, collapsed, hiddenKinds, onlyContended, hideIdle } = kept as Partial<
    Record<keyof RowChoices, unknown>
  >
  return {
    pinned: strings(pinned),
    order: strings(order),
    collapsed: strings(collapsed),
    hiddenKinds: KINDS.filter((kind) => strings(hiddenKinds).includes(kind)),
    onlyContended: onlyContended === true,
    hideIdle: hideIdle === true,
  }
}
