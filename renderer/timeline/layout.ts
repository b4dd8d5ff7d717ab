/** Where each row stands: groups that fold, rows that stretch to fill the pane, then scroll. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'
import type { RowGroup } from './row-order.ts'

export interface GroupRow {
  readonly type: 'group'
  readonly key: string
  readonly name: string
  readonly size: number
  readonly folded: boolean
  readonly isPinned: boolean
  readonly top: number
  readonly height: number
}
export interface TrackRow {
  readonly type: 'track'
  readonly key: string
  readonly track: TrackInfo
  readonly top: number
  readonly height: number
}
export type Row = GroupRow | TrackRow

export interface Layout {
  readonly rows: readonly Row[]
  /** CSS pixels; more than the pane's height when it has to scroll. */
  readonly height: number
  /** CSS pixels at the top, of pinned rows, that stand still while the others scroll. */
  readonly pinnedHeight: number
}

export const GROUP_HEIGHT = 24
export const STRETCH_MOST = 1.5
export const STRETCH_LEAST = 0.8
/** Pinned rows that would fill more of the pane than this scroll with the others. */
const PINNED_MOST = 0.6

const HEIGHTS: Readonly<Record<TrackInfo['kind'], number>> = {
  lane: 36,
  lock: 64,
  gil: 64,
  queue: 84,
  event: 30,
  counter: 44,
}

export function layoutRows(groups: readonly RowGroup[], available: number): Layout {
  let natural = 0
  for (const { folded, tracks } of groups) {
    if (!folded) for (const { kind } of tracks) natural += HEIGHTS[kind]
  }
  const room = available - groups.length * GROUP_HEIGHT
  const stretch =
    natural === 0 ? 1 : Math.min(STRETCH_MOST, Math.max(STRETCH_LEAST, room / natural))
  const rows: Row[] = []
  let top = 0
  let pinned = 0
  for (const { name, folded, tracks, isPinned } of groups) {
    rows.push({
      type: 'group',
      key: `group ${name}`,
      name,
      size: tracks.length,
      folded,
      isPinned,
      top,
      height: GROUP_HEIGHT,
    })
    top += GROUP_HEIGHT
    for (const track of folded ? [] : tracks) {
      const height = Math.floor(HEIGHTS[track.kind] * stretch)
      rows.push({ type: 'track', key: `track ${track.id}`, track, top, height })
      top += height
    }
    if (isPinned) pinned = top
  }
  return { rows, height: top, pinnedHeight: pinned <= available * PINNED_MOST ? pinned : 0 }
}

/** Where the row stands on the screen. */
export const screenTop = ({ pinnedHeight }: Layout, row: Row, scrollTop: number): number =>
  row.top < pinnedHeight ? row.top : row.top - scrollTop

/** The row at this height of the pane. */
export const rowOnScreen = (layout: Layout, y: number, scrollTop: number): Row | undefined =>
  rowAt(layout, y < layout.pinnedHeight ? y : y + scrollTop)

export const rowAt = ({ rows }: Layout, y: number): Row | undefined =>
  rows.find((row) => y >= row.top && y < row.top + row.height)

/** Tracks of the rows that show between `top` and `top + height`. */
export const visibleTracks = (
  { rows, pinnedHeight }: Layout,
  top: number,
  height: number,
): number[] =>
  rows.flatMap((row) => {
    const isSeen = row.top < top + height && row.top + row.height > top
    return row.type === 'track' && (isSeen || row.top < pinnedHeight) ? [row.track.id] : []
  })

export const rowOfTrack = ({ rows }: Layout, track: number | undefined): TrackRow | undefined =>
  rows.find((row): row is TrackRow => row.type === 'track' && row.track.id === track)
