import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cssPixels } from '../../../main/core/units.ts'
import {
  clampRange,
  liveRange,
  LIVE_EDGE,
  MINIMUM_SPAN,
  panRange,
  range,
  snap,
  spanOf,
  timeAt,
  wholeRange,
  xOf,
  zoomRange,
} from '../../../renderer/timeline/time-scale.ts'

const bounds = range(0, 10e9)
const ranges = fc
  .tuple(
    fc.double({ min: 0, max: 9e9, noNaN: true }),
    fc.double({ min: 300, max: 1e9, noNaN: true }),
  )
  .map(([from, span]) => range(from, from + span))

describe('time scale', () => {
  it('gives back the moment whose pixel it gave', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 1, noNaN: true }), (shown, share) => {
        const scale = { ...shown, width: cssPixels(1_200) }
        const time = shown.from + share * spanOf(shown)
        expect(timeAt(scale, xOf(scale, time))).toBeCloseTo(time, 3)
      }),
      { seed: 1 },
    )
  })

  it('keeps the moment under the pointer where it is while zooming inside the run', () => {
    const shown = range(4e9, 5e9)
    const scale = { ...shown, width: cssPixels(1_000) }
    for (const factor of [0.5, 0.9, 1.1, 3, 100]) {
      const around = 4.3e9
      const zoomed = zoomRange(shown, factor, around, bounds)
      const after = { ...zoomed, width: cssPixels(1_000) }
      expect(xOf(after, around)).toBeCloseTo(xOf(scale, around), 6)
      expect(spanOf(zoomed)).toBeCloseTo(spanOf(shown) / factor, 3)
    }
  })

  it('never leaves the bounds nor gets thinner than the minimum, whatever is asked', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        fc.double({ min: -2e10, max: 2e10, noNaN: true }),
        (shown, factor, by) => {
          for (const result of [
            zoomRange(shown, factor, shown.from + by / 10, bounds),
            panRange(shown, by, bounds),
            clampRange(range(by, by + factor), bounds),
          ]) {
            expect(result.from).toBeGreaterThanOrEqual(-1e-3)
            expect(result.to).toBeLessThanOrEqual(10e9 + 1e-3)
            expect(spanOf(result)).toBeGreaterThanOrEqual(MINIMUM_SPAN - 1e-3)
          }
        },
      ),
      { seed: 2 },
    )
  })

  it('pans without changing the zoom, even against the end', () => {
    expect(spanOf(panRange(range(9e9, 9.5e9), 3e9, bounds))).toBeCloseTo(0.5e9)
  })

  it('shows the newest event at the live edge once there is enough to show', () => {
    const live = liveRange(5e9, 1e9)
    expect((5e9 - live.from) / spanOf(live)).toBeCloseTo(LIVE_EDGE)
    expect(liveRange(10, 1e9)).toEqual(range(0, 1e9))
  })

  it('makes a range even of a run without length', () => {
    expect(spanOf(wholeRange(0))).toBeGreaterThan(0)
  })

  it('snaps to device pixels', () => {
    expect(snap(10.3, 2)).toBe(10.5)
    expect(snap(10.3, 1)).toBe(10)
  })
})
