/** Where each row stands: groups that fold, rows that stretch to fill the pane, then scroll. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'

export interface GroupRow {
  readonly type: 'group'
  readonly key: string
  readonly name: string
  readonly size: number
  readonly folded: boolean
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
}

export const GROUP_HEIGHT = 24
export const STRETCH_MOST = 1.5
export const STRETCH_LEAST = 0.8

const HEIGHTS: Readonly<Record<TrackInfo['kind'], number>> = {
  lane: 36,
  lock: 64,
  gil: 64,
  queue: 84,
  event: 30,
  counter: 44,
}

/** Groups in the order in which their first track appeared. */
export function layoutRows(
  tracks: readonly TrackInfo[],
  folded: ReadonlySet<string>,
  available: number,
): Layout {
  const groups = new Map<string, TrackInfo[]>()
  for (const track of tracks) {
    const group = groups.get(track.group)
    if (group) group.push(track)
    else groups.set(track.group, [track])
  }
  const natural = tracks.reduce(
    (sum, track) => sum + (folded.has(track.group) ? 0 : HEIGHTS[track.kind]),
    0,
  )
  const room = available - groups.size * GROUP_HEIGHT
  const stretch =
    natural === 0 ? 1 : Math.min(STRETCH_MOST, Math.max(STRETCH_LEAST, room / natural))
  const rows: Row[] = []
  let top = 0
  for (const [name, members] of groups) {
    const isFolded = folded.has(name)
    rows.push({
      type: 'group',
      key: `group ${name}`,
      name,
      size: members.length,
      folded: isFolded,
      top,
      height: GROUP_HEIGHT,
    })
    top += GROUP_HEIGHT
    if (isFolded) continue
    for (const track of members) {
      const height = Math.floor(HEIGHTS[track.kind] * stretch)
      rows.push({ type: 'track', key: `track ${track.id}`, track, top, height })
      top += height
    }
  }
  return { rows, height: top }
}

export const rowAt = ({ rows }: Layout, y: number): Row | undefined =>
  rows.find((row) => y >= row.top && y < row.top + row.height)

/** Tracks of the rows that show between `top` and `top + height`. */
export const visibleTracks = ({ rows }: Layout, top: number, height: number): number[] =>
  rows.flatMap((row) =>
    row.type === 'track' && row.top < top + height && row.top + row.height > top
      ? [row.track.id]
      : [],
  )
