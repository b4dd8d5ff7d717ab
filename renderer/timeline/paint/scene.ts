/** Everything one drawing of the rows needs. Plain data: nothing here is reactive. */
import type { SpanDetail, TimeRange, TrackInfo } from '../../../main/run/contract.ts'
import type { Blame } from '../blame.ts'
import type { Layout, TrackRow } from '../layout.ts'
import type { Marks } from '../marks.ts'
import type { Ticks } from '../ticks.ts'
import type { TimeScale } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import type { BinSheet } from './bin-sheet.ts'

export interface Scene {
  readonly scale: TimeScale
  readonly ticks: Ticks
  readonly layout: Layout
  readonly scrollTop: number
  readonly slices: ReadonlyMap<number, PlacedSlice>
  readonly tracks: ReadonlyMap<number, TrackInfo>
  /** By resource id: what a lane's span is about. */
  readonly resources: ReadonlyMap<number, TrackInfo>
  readonly sheet: BinSheet
  readonly newest: number
  readonly phase: 'running' | 'over' | 'failed'
  readonly selection: SpanDetail | undefined
  readonly blame: Blame | undefined
  readonly marks: Marks
  readonly hover: SpanDetail | undefined
  /** Where the time cursor stands, if the pointer is over the rows. */
  readonly cursor: number | undefined
  readonly focus: FocusedCell | undefined
  readonly hoverTrack: number | undefined
  /** CSS pixels at the top whose rows do not scroll. */
  readonly pinnedHeight: number
}

/** Without a range: the whole row. */
export interface FocusedCell {
  readonly track: number
  readonly range?: TimeRange | undefined
}

/** Where the bars of a row are drawn. */
export interface Bar {
  readonly top: number
  readonly height: number
}

export function barOf(row: TrackRow, scrollTop: number): Bar {
  const top = row.top - scrollTop
  if (row.track.kind === 'lock' || row.track.kind === 'gil') {
    return { top: top + 8, height: Math.max(18, Math.round(row.height * 0.36)) }
  }
  const pad = Math.max(4, Math.round(row.height * 0.14))
  return { top: top + pad, height: row.height - 2 * pad - 1 }
}

export const DIMMED = 0.42

export const isLit = (blame: Blame | undefined, track: number, from: number, to: number): boolean =>
  blame === undefined ||
  blame.lit.some(
    (span) => span.track === track && Math.min(span.to, to) - Math.max(span.from, from) > 0.5,
  )
