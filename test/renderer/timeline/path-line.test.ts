import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cssPixels, nanoseconds } from '../../../main/core/units.ts'
import type { CriticalPathAnswer } from '../../../main/run/contract.ts'
import {
  firstSegment,
  pathLines,
  pathStretches,
} from '../../../renderer/timeline/paint/path-line.ts'

const scale = (from: number, to: number, width = 1000) => ({
  from: nanoseconds(from),
  to: nanoseconds(to),
  width: cssPixels(width),
})
const middleOf = (track: number) => (track === 99 ? undefined : track * 40)

function path(segments: readonly (readonly [track: number, end: number])[]): CriticalPathAnswer {
  const ends = Float64Array.from(segments, ([, end]) => end)
  return {
    from: nanoseconds(0),
    to: nanoseconds(ends.at(-1) ?? 0),
    tracks: Uint32Array.from(segments, ([track]) => track),
    starts: Float64Array.from(segments, (_, index) => ends[index - 1] ?? 0),
    ends,
    resources: new Uint32Array(segments.length),
    cut: false,
    facts: [],
  }
}

describe('the critical path as a line', () => {
  it('runs along lanes and hands over upright', () => {
    const lines = pathLines(
      path([
        [1, 300],
        [2, 700],
        [1, 1000],
      ]),
      { scale: scale(0, 1000), middleOf },
    )
    expect(lines).toHaveLength(1)
    const points = lines[0] ?? []
    // Every part is level or upright, and the ends are those of the path.
    for (let i = 2; i < points.length; i += 2) {
      expect(points[i] === points[i - 2] || points[i + 1] === points[i - 1]).toBe(true)
    }
    expect(points.slice(0, 2)).toEqual([0, 40])
    expect(points.slice(-2)).toEqual([1000, 40])
    expect(points).toContain(80)
  })

  it('is broken where it goes through a row that is not shown', () => {
    const lines = pathLines(
      path([
        [1, 300],
        [99, 700],
        [2, 1000],
      ]),
      { scale: scale(0, 1000), middleOf },
    )
    expect(lines.map((line) => line[0])).toEqual([0, 700])
  })

  it('takes a few points a pixel for any number of hand-overs, and reaches every lane', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 500, maxLength: 3000 }),
        (tracks) => {
          const crowded = path(tracks.map((track, index) => [track, (index + 1) * 0.2] as const))
          const width = 50
          const lines = pathLines(crowded, {
            scale: scale(0, tracks.length * 0.2, width),
            middleOf,
          })
          const points = lines.flat()
          expect(points.length).toBeLessThan(width * 12)
          const ys = points.filter((_, index) => index % 2 === 1)
          expect(Math.min(...ys)).toBe(40 * Math.min(...tracks))
          expect(Math.max(...ys)).toBe(40 * Math.max(...tracks))
        },
      ),
      { seed: 3, numRuns: 30 },
    )
  })

  it('begins in view however long it is before', () => {
    const long = path(
      Array.from({ length: 1000 }, (_, index) => [(index % 3) + 1, index + 1] as const),
    )
    expect(firstSegment(long, 500)).toBe(500)
    const [line = []] = pathLines(long, { scale: scale(500, 510), middleOf })
    expect(line[0]).toBeGreaterThanOrEqual(-1)
  })

  it('lights each lane once where its parts adjoin within a pixel', () => {
    const flicker = path(
      Array.from({ length: 400 }, (_, index) => [(index % 2) + 1, (index + 1) * 0.5] as const),
    )
    const stretches = pathStretches(flicker, scale(0, 200, 100))
    expect(stretches).toHaveLength(2)
    for (const { left, right } of stretches) expect(right - left).toBeGreaterThan(98)
  })
})
