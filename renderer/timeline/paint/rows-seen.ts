/** Rows that what is laid over them refers to: by track, and only where they can be seen. */
import type { TrackRow } from '../layout.ts'
import { barOf, topOf, type Bar, type Scene } from './scene.ts'

export interface SeenRow {
  readonly row: TrackRow
  readonly top: number
  /** Its bar; the whole plot of a queue. */
  readonly bar: Bar
}

export type RowsSeen = ReadonlyMap<number, SeenRow>

/** All rows of the layout by track, with their places: also those scrolled out of sight. */
export function rowsOf(scene: Scene): RowsSeen {
  const rows = new Map<number, SeenRow>()
  for (const row of scene.layout.rows) {
    if (row.type !== 'track') continue
    const top = topOf(scene, row)
    rows.set(row.track.id, { row, top, bar: outlineOf(row, top) })
  }
  return rows
}

function outlineOf(row: TrackRow, top: number): Bar {
  const { kind } = row.track
  if (kind !== 'queue' && kind !== 'counter') return barOf(row, top)
  return { top: top + 4, height: row.height - 9 }
}

export const middleOf = ({ top, height }: Bar): number => top + height / 2
