import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cssPixels, nanoseconds } from '../../../main/core/units.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { blockAt } from '../../../renderer/timeline/in-view.ts'
import { mergedAt } from '../../../renderer/timeline/paint/merged.ts'
import { range, timeAt } from '../../../renderer/timeline/time-scale.ts'
import type { PlacedSlice } from '../../../renderer/timeline/view-loader.ts'

describe('merged spans under the pointer', () => {
  it('are asked about by the block of columns that is drawn and counted as one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.constantFrom(1, 1.5, 2),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (firstColumn, column, ratio, share) => {
          const width = 600
          const view = range(firstColumn * column, (firstColumn + width) * column)
          const placed: PlacedSlice = {
            ...view,
            width,
            newest: nanoseconds(1e15),
            slice: {
              track: 1,
              bins: {
                states: Uint8Array.of(LaneState.running),
                shares: new Uint8Array(width).fill(255),
                counts: new Uint16Array(width).fill(2),
              },
            },
          }
          const scale = { ...view, width: cssPixels(width / ratio) }
          const x = share * scale.width
          const drawn = mergedAt(placed, scale, x, ratio)
          const asked = blockAt(placed, timeAt(scale, x), ratio)
          if (!drawn) throw new Error('nothing is drawn there')
          const from = Math.max(0, timeAt(scale, drawn.left))
          expect(asked.time).toBeCloseTo(from, 3)
          expect(asked.time + asked.width).toBeCloseTo(timeAt(scale, drawn.right), 3)
        },
      ),
      { seed: 4, numRuns: 300 },
    )
  })
})
