import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import type { BinSlice } from '../../../main/run/contract.ts'
import { StatePatterns } from '../../../renderer/theme/state-pattern.ts'
import { edgeOf, fillOf, PixelTable } from '../../../renderer/timeline/paint/pixels.ts'
import {
  blockColumns,
  leastHeight,
  stackHeights,
  STACKED,
} from '../../../renderer/timeline/paint/stack-heights.ts'
import { writeBins } from '../../../renderer/timeline/paint/stack.ts'
import { readTokens } from '../theme/tokens.ts'

const patterns = new StatePatterns(readTokens('dark'), 1)
const table = new PixelTable(patterns)
const sum = (values: Iterable<number>) => [...values].reduce((left, right) => left + right, 0)
const sharesOf = (weights: readonly number[]) => {
  const total = sum(weights)
  return weights.map((weight) => (total > 255 ? (weight * 255) / total : weight))
}
const weights = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 7 })

describe('stacks of shares', () => {
  it('add up to the height of the whole, whatever the rounding', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 200 }), (each, height) => {
        const shares = sharesOf(each)
        const none = new Array<number>(shares.length).fill(0)
        const heights = stackHeights(
          shares,
          shares.length,
          height,
          none,
          new Int16Array(shares.length),
        )
        expect(sum(heights)).toBe(Math.round((Math.min(255, sum(shares)) / 255) * height))
        expect(Math.min(...heights)).toBeGreaterThanOrEqual(0)
        heights.forEach((part, index) => {
          expect(Math.abs(part - ((shares[index] ?? 0) / 255) * height)).toBeLessThanOrEqual(1)
        })
      }),
      { seed: 4 },
    )
  })

  it('show a share of contention however small it is, and never grow out of their row', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 12, max: 80 }), (each, height) => {
        const shares = sharesOf(each)
        const least = shares.map((_share, index) => (index % 3 === 1 ? 2 : 0))
        const heights = stackHeights(
          shares,
          shares.length,
          height,
          least,
          new Int16Array(shares.length),
        )
        expect(sum(heights)).toBeLessThanOrEqual(height)
        shares.forEach((share, index) => {
          if (share > 0) expect(heights[index]).toBeGreaterThanOrEqual(least[index] ?? 0)
        })
      }),
      { seed: 5 },
    )
  })

  it('fill each column of the image from its foot, running lowest, and nothing beyond what is known', () => {
    const width = 12
    const height = 20
    const bins: BinSlice = {
      states: Uint8Array.of(LaneState.waiting, LaneState.running),
      shares: new Uint8Array(2 * width).fill(102, 0, width).fill(153, width),
      counts: new Uint16Array(width),
    }
    const pixels = new Uint32Array(width * (height + 4))
    const known = 2 * blockColumns(1)
    const target = { pixels, stride: width, top: 2, width, height }
    writeBins(target, { bins, width, known, phase: 0, rail: false }, table)
    const running = patterns.tile(LaneState.running).pixels[0]
    for (let x = 0; x < width; x++) {
      const column = Array.from({ length: height }, (_, y) => pixels[(y + 2) * width + x] ?? 0)
      const filled = column.filter((pixel) => pixel !== 0).length
      expect(filled).toBe(x < known ? height : 0)
      if (x < known) expect(column.slice(8).every((pixel) => pixel === running)).toBe(true)
    }
    expect(pixels.subarray(0, 2 * width).every((pixel) => pixel === 0)).toBe(true)
    expect(pixels.subarray((height + 2) * width).every((pixel) => pixel === 0)).toBe(true)
  })

  it('mark 0.4 % of waiting in a single column, in a lane that runs and in one that sleeps', () => {
    const width = 6
    const height = 24
    const line = table.line(0)
    const edge = line[edgeOf(LaneState.waiting) * table.period]
    const others = STACKED.map((state) => line[fillOf(state) * table.period])
    for (const rest of [LaneState.running, LaneState.sleeping]) {
      const bins: BinSlice = {
        states: Uint8Array.of(LaneState.waiting, rest),
        shares: Uint8Array.of(0, 0, 0, 0, 1, 0, 255, 255, 255, 255, 254, 255),
        counts: new Uint16Array(width),
      }
      const pixels = new Uint32Array(width * height)
      const target = { pixels, stride: width, top: 0, width, height }
      writeBins(target, { bins, width, known: width, phase: 0, rail: false }, table)
      const columnOf = (x: number) => Array.from(pixels).filter((_, at) => at % width === x)
      expect(columnOf(1)).not.toContain(edge)
      // The whole block of three columns shows it, the edge's colour on top.
      for (const x of [3, 4, 5]) {
        expect(columnOf(x).filter((pixel) => pixel === edge).length).toBeGreaterThanOrEqual(1)
        expect(columnOf(x).some((pixel) => others.includes(pixel))).toBe(true)
      }
    }
    expect(leastHeight(LaneState.waiting)).toBeGreaterThanOrEqual(2)
  })
})
