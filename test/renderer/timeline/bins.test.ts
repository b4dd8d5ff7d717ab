import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import type { BinSlice } from '../../../main/run/contract.ts'
import { StatePatterns } from '../../../renderer/theme/state-pattern.ts'
import { blockColumns, stackHeights, writeBins } from '../../../renderer/timeline/paint/stack.ts'
import { readTokens } from '../theme/tokens.ts'

const patterns = new StatePatterns(readTokens('dark'), 1)

describe('stacks of shares', () => {
  it('add up to the height of the whole, whatever the rounding', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 1, max: 200 }),
        (weights, height) => {
          const total = weights.reduce((sum, weight) => sum + weight, 0)
          const shares = weights.map((weight) => (total > 255 ? (weight * 255) / total : weight))
          const sum = shares.reduce((left, right) => left + right, 0)
          const heights = stackHeights(shares, height)
          const filled = heights.reduce((left, right) => left + right, 0)
          expect(filled).toBe(Math.round((Math.min(255, sum) / 255) * height))
          expect(Math.min(...heights)).toBeGreaterThanOrEqual(0)
          heights.forEach((part, index) => {
            expect(Math.abs(part - ((shares[index] ?? 0) / 255) * height)).toBeLessThanOrEqual(1)
          })
        },
      ),
      { seed: 4 },
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
    writeBins(
      pixels,
      width,
      2,
      { key: 1, bins, width, height, known, phase: 0, rail: false },
      patterns,
    )
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
})
