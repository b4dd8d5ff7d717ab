import { describe, expect, it } from 'vitest'
import { cssPixels, nanoseconds } from '../../../main/core/units.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { StatePatterns } from '../../../renderer/theme/state-pattern.ts'
import { lineOfValue, writeArea } from '../../../renderer/timeline/paint/area.ts'
import { mergedAt } from '../../../renderer/timeline/paint/merged.ts'
import { edgeOf, fillOf, PixelTable } from '../../../renderer/timeline/paint/pixels.ts'
import { windowOf } from '../../../renderer/timeline/paint/sheet-rows.ts'
import type { PlacedSlice } from '../../../renderer/timeline/view-loader.ts'
import { readTokens } from '../theme/tokens.ts'

const placed = (from: number, to: number, width: number, slice = {}): PlacedSlice => ({
  from: nanoseconds(from),
  to: nanoseconds(to),
  width,
  newest: nanoseconds(to),
  slice: { track: 1, ...slice },
})
const view = (from: number, to: number, width = 1000) => ({
  from: nanoseconds(from),
  to: nanoseconds(to),
  width: cssPixels(width),
})

describe('the part of exact spans that is written', () => {
  it('is all of a slice about as wide as the view, so that panning writes nothing', () => {
    const slice = placed(0, 1500, 1500)
    for (const from of [0, 120, 499]) {
      expect(windowOf(slice, view(from, from + 1000), 1)).toEqual({ shift: 0, width: 1500 })
    }
  })

  it('covers the view wherever it is, and keeps still for half a view, however far it is zoomed in', () => {
    const slice = placed(0, 1e9, 1000)
    const windows = new Set<number>()
    for (let from = 5e8; from < 5e8 + 1000; from += 50) {
      const { shift, width } = windowOf(slice, view(from, from + 1000), 1)
      expect(shift).toBeLessThanOrEqual(from)
      expect(shift + width).toBeGreaterThanOrEqual(from + 1000)
      expect(width).toBeLessThanOrEqual(2600)
      windows.add(shift)
    }
    expect(windows.size).toBeLessThanOrEqual(3)
  })

  it('ends with the slice', () => {
    const { shift, width } = windowOf(placed(0, 1e6, 1000), view(999_500, 1_000_500), 1)
    expect(shift + width).toBe(1e6)
  })
})

describe('step functions as pixels', () => {
  const table = new PixelTable(new StatePatterns(readTokens('dark'), 1))

  it('stand between the foot and the top of their row', () => {
    expect([0, 5, 10, 99].map((value) => lineOfValue(value, 10, 21, 1))).toEqual([20, 10, 0, 0])
  })

  it('join their steps, and leave what is not known free', () => {
    const [width, height] = [12, 16]
    const pixels = new Uint32Array(width * height)
    const values = Float32Array.of(1, 1, 1, 4, 4, 4, NaN, NaN, 2, 2, 2, 2)
    const row = {
      values,
      known: 11,
      highest: 4,
      fill: fillOf(LaneState.queue),
      edge: edgeOf(LaneState.queue),
    }
    writeArea({ pixels, stride: width, top: 0, width, height }, row, table)
    const column = (x: number) => Array.from({ length: height }, (_, y) => pixels[y * width + x])
    const edge = table.line(0)[edgeOf(LaneState.queue) * table.period]
    const isEdge = (x: number) => column(x).map((pixel) => pixel === edge)
    expect(isEdge(1).indexOf(true)).toBe(lineOfValue(1, 4, height, 1))
    // The rise stands at the side of the higher column, from its top to the lower one's.
    const rise = isEdge(3).slice(0, lineOfValue(1, 4, height, 1) + 1)
    expect(rise.every(Boolean)).toBe(true)
    for (const x of [6, 7, 11]) expect(column(x).every((pixel) => pixel === 0)).toBe(true)
    expect(column(5).every((pixel) => pixel !== 0)).toBe(true)
  })
})

describe('merged spans', () => {
  it('are counted by the blocks that are drawn, none twice and none left out', () => {
    const counts = Uint16Array.from({ length: 300 }, (_, index) => index % 7)
    const bins = { states: new Uint8Array(), shares: new Uint8Array(), counts }
    // Begins within a block: blocks keep to moments.
    const slice = placed(100, 400, 300, { bins })
    const seen = new Map<number, number>()
    for (let x = 0.5; x < 300; x++) {
      const merged = mergedAt(slice, view(100, 400, 300), x, 1)
      if (!merged) continue
      expect(x).toBeGreaterThanOrEqual(merged.left)
      expect(x).toBeLessThan(merged.right)
      seen.set(merged.left, merged.spans)
    }
    expect([...seen.values()].reduce((sum, spans) => sum + spans, 0)).toBe(
      counts.reduce((sum, spans) => sum + spans, 0),
    )
    expect(mergedAt(placed(100, 400, 300), view(100, 400, 300), 5, 1)).toBeUndefined()
  })
})
