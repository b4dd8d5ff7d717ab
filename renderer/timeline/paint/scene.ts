/** Everything one drawing of the rows needs. Plain data: nothing here is reactive. */
import type { SpanDetail, TimeRange, TrackInfo } from '../../../main/run/contract.ts'
import type { Blame } from '../blame.ts'
import type { Layout, TrackRow } from '../layout.ts'
import type { Marks } from '../marks.ts'
import type { Ticks } from '../ticks.ts'
import type { TimeScale } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import type { RowSheet } from './row-sheet.ts'

export interface Scene {
  readonly scale: TimeScale
  readonly ticks: Ticks
  readonly layout: Layout
  readonly scrollTop: number
  readonly slices: ReadonlyMap<number, PlacedSlice>
  readonly tracks: ReadonlyMap<number, TrackInfo>
  /** By resource id: what a lane's span is about. */
  readonly resources: ReadonlyMap<number, TrackInfo>
  readonly sheet: RowSheet
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

/** Where a row begins on the canvas. */
export const topOf = (
  { pinnedHeight, scrollTop }: Pick<Scene, 'pinnedHeight' | 'scrollTop'>,
  { top }: { readonly top: number },
): number => (top < pinnedHeight ? top : top - scrollTop)

const isLock = ({ kind }: TrackInfo): boolean => kind === 'lock' || kind === 'gil'

export function barOf(row: TrackRow, top: number): Bar {
  if (isLock(row.track)) {
    return { top: top + 8, height: Math.max(18, Math.round(row.height * 0.36)) }
  }
  const pad = Math.max(4, Math.round(row.height * 0.14))
  return { top: top + pad, height: row.height - 2 * pad - 1 }
}

/** Least height of the part that shows how many wait. */
const WAITERS_LEAST = 8

/** Where a lock's waiters or a queue's depth are drawn; undefined where the row is too low. */
export function areaOf(row: TrackRow, top: number): Bar | undefined {
  if (isLock(row.track)) {
    const bar = barOf(row, top)
    const from = bar.top + bar.height + 6
    const height = top + row.height - 6 - from
    return height < WAITERS_LEAST ? undefined : { top: from, height }
  }
  if (row.track.kind === 'event') return barOf(row, top)
  const rates = hasRates(row) ? RATE_HEIGHT + 4 : 0
  return { top: top + 8, height: row.height - 14 - rates }
}

export const RATE_HEIGHT = 26
/** Rows of queues that are high enough have the curves of puts and gets at their foot. */
export const hasRates = ({ track, height }: TrackRow): boolean =>
  track.kind === 'queue' && height >= 64

/** How much is left of what steps back. */
export const DIMMED = 0.42
