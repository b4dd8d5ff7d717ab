/** How many spans a column of shares stands for. */
import { count } from '../../theme/figures.ts'
import { spanOf, timeAt, xOf, type TimeScale } from '../time-scale.ts'
import type { PlacedSlice } from '../view-loader.ts'
import { text, textWidth, type Paint } from './paint.ts'
import type { RowsSeen } from './rows-seen.ts'
import type { Scene } from './scene.ts'
import { blockColumns } from './stack-heights.ts'

export interface MergedColumn {
  /** CSS pixels. */
  readonly left: number
  readonly right: number
  /** Spans that begin in it. */
  readonly spans: number
}

/** The block of columns at x, in CSS pixels; undefined where there are exact spans or no data. */
export function mergedAt(
  placed: PlacedSlice,
  scale: TimeScale,
  x: number,
  ratio: number,
): MergedColumn | undefined {
  const { bins } = placed.slice
  if (!bins) return undefined
  const column = spanOf(placed) / placed.width
  const block = blockColumns(ratio)
  const origin = Math.round(placed.from / column)
  const at = Math.floor((timeAt(scale, x) - placed.from) / column)
  if (at < 0 || at >= placed.width) return undefined
  // Blocks keep to moments, as they are drawn.
  const first = at - ((origin + at) % block)
  let spans = 0
  for (let i = Math.max(0, first); i < Math.min(placed.width, first + block); i++) {
    spans += bins.counts[i] ?? 0
  }
  return {
    left: xOf(scale, placed.from + first * column),
    right: xOf(scale, placed.from + (first + block) * column),
    spans,
  }
}

export function paintMerged(paint: Paint, scene: Scene, rows: RowsSeen): void {
  const { cursor, hoverTrack, hover, scale, slices } = scene
  const track = hoverTrack ?? hover?.track
  const seen = track === undefined ? undefined : rows.get(track)
  const placed = track === undefined ? undefined : slices.get(track)
  if (cursor === undefined || !seen || !placed) return
  const { g, ratio, palette, width } = paint
  const merged = mergedAt(placed, scale, xOf(scale, cursor), ratio)
  if (!merged) return
  const { top, height } = seen.bar
  const wide = Math.max(1, merged.right - merged.left)
  g.strokeStyle = palette.text
  g.lineWidth = 1
  g.strokeRect(merged.left - 0.5, top - 1.5, wide + 1, height + 3)
  if (merged.spans < 2) return
  const words = `${count(merged.spans)} spans`
  const style = { colour: palette.text2, plate: palette.ground, ring: palette.line } as const
  const half = textWidth(paint, words, style) / 2 + 5
  const middle = Math.min(width - half, Math.max(half, (merged.left + merged.right) / 2))
  text(paint, words, middle, top - 9 < 8 ? top + height + 10 : top - 9, {
    ...style,
    align: 'center',
  })
}
