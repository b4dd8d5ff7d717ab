import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bootstrapMedian,
  bootstrapRatio,
  compare,
  median,
  ratioOfMedians,
  seededRandom,
} from '../../main/core/statistics.ts'

describe('median', () => {
  it('is the middle, or between the two in the middle, in any order', () => {
    expect(median([])).toBeUndefined()
    expect(median([7])).toBe(7)
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })
})

describe('seededRandom', () => {
  it('repeats itself for one seed, differs for another, and stays in [0, 1)', () => {
    const draw = (seed: number) => Array.from({ length: 1_000 }, seededRandom(seed))
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true)
    expect(median(draw(4))).toBeCloseTo(0.5, 1)
  })
})

describe('bootstrapMedian', () => {
  it('holds the median, within the values, and needs five of them', () => {
    expect(bootstrapMedian([1, 2, 30, 2, 2.5])).toEqual({ estimate: 2, low: 1, high: 30 })
    expect(bootstrapMedian([1, 2, 30, 2])).toBeUndefined()
  })

  it('is the same for the same times, in whatever order and unit', () => {
    const times = [1.02, 0.98, 1.1, 1, 0.97, 1.25]
    expect(bootstrapMedian(times.toReversed())).toEqual(bootstrapMedian(times))
    expect(bootstrapMedian(times.map((time) => time * 1024))?.low).toBe(
      (bootstrapMedian(times)?.low ?? NaN) * 1024,
    )
  })
})

describe('bootstrapRatio', () => {
  const around = (middle: number, spread: number, count: number, seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: count }, () => middle * (1 + spread * (random() - 0.5)))
  }

  it('shows a difference that is there', () => {
    const ratio = bootstrapRatio(around(2, 0.02, 7, 1), around(1, 0.02, 7, 2))
    expect(ratio?.estimate).toBeCloseTo(2, 1)
    expect(ratio && compare(ratio)).toBe('slower')
    const inverse = bootstrapRatio(around(1, 0.02, 7, 1), around(2, 0.02, 7, 2))
    expect(inverse && compare(inverse)).toBe('faster')
  })

  it('shows none where the samples overlap', () => {
    const ratio = bootstrapRatio([1, 1.2, 0.9], [1.05, 0.95, 1.1])
    expect(ratio && compare(ratio)).toBe('no difference shown')
  })

  it('rarely shows a difference between samples of one distribution', () => {
    const trials = Array.from({ length: 200 }, (_, trial) =>
      bootstrapRatio(around(1, 0.2, 9, 2 * trial), around(1, 0.2, 9, 2 * trial + 1)),
    )
    const shown = trials.filter((ratio) => ratio && compare(ratio) !== 'no difference shown')
    expect(shown.length).toBeLessThan(25)
  })

  it('gives no interval for fewer than three repeats on either side', () => {
    expect(bootstrapRatio([1, 2], [1, 2, 3])).toBeUndefined()
    expect(bootstrapRatio([1, 2, 3], [1])).toBeUndefined()
    expect(bootstrapRatio([], [])).toBeUndefined()
    expect(ratioOfMedians([1], [0])).toBeUndefined()
  })

  it('keeps the estimate within its interval and is deterministic', () => {
    const times = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), {
      minLength: 3,
      maxLength: 12,
    })
    fc.assert(
      fc.property(times, times, (above, below) => {
        const ratio = bootstrapRatio(above, below)
        expect(ratio).toEqual(bootstrapRatio(above, below))
        expect(ratio && ratio.low <= ratio.estimate && ratio.estimate <= ratio.high).toBe(true)
      }),
      { numRuns: 25, seed: 1 },
    )
  })
})
