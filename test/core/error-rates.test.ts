/**
 * How often intervals miss the truth, and differences and peaks are claimed that are not there: by
 * simulation, seeded, with generous bounds around what is promised.
 */
import { describe, expect, test } from 'vitest'
import { differenceOf } from '../../main/core/difference.ts'
import { fitBand } from '../../main/core/scaling-band.ts'
import {
  bootstrapMedian,
  bootstrapRatio,
  canHold,
  compare,
  eachOf,
  median,
  pairsOf,
  seededRandom,
} from '../../main/core/statistics.ts'

type Draw = (random: () => number) => number

const normal: Draw = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Times with a median of 100, near enough. */
const TIMES: Readonly<Record<string, Draw>> = {
  normal: (random) => 100 + 5 * normal(random),
  skewed: (random) => 100 * Math.exp(0.3 * normal(random)),
  'ridden with outliers': (random) =>
    random() < 0.1 ? 200 + 50 * random() : 99.7 + 2 * normal(random),
}
const REPEATS = [3, 4, 5, 7, 10]

const several = (draw: Draw, count: number, random: () => number): number[] =>
  Array.from({ length: count }, () => draw(random))

function rate(trials: number, seed: number, happens: (random: () => number) => boolean): number {
  const random = seededRandom(seed)
  return Array.from({ length: trials }, () => happens(random)).filter(Boolean).length / trials
}

describe.each(Object.entries(TIMES))('of times that are %s', (_, draw) => {
  test('medians are within their intervals, and three or four have none', () => {
    for (const repeats of REPEATS) {
      const missed = rate(150, repeats, (random) => {
        const interval = bootstrapMedian(several(draw, repeats, random))
        return interval !== undefined && (interval.low > 100 || interval.high < 100)
      })
      expect(missed).toBeLessThan(0.11)
      expect(bootstrapMedian(several(draw, repeats, seededRandom(1))) === undefined).toBe(
        repeats < 5,
      )
    }
  })

  test('two alike are rarely told apart: with three repeats once in ten', () => {
    for (const repeats of REPEATS) {
      const apart = rate(80, repeats, (random) => {
        const [one, other] = [several(draw, repeats, random), several(draw, repeats, random)]
        const ratio = bootstrapRatio(one, other)
        const isShown = ratio !== undefined && compare(ratio) !== 'no difference shown'
        const difference = differenceOf(one, other)?.shown
        expect(isShown).toBe(difference === 'more' || difference === 'less')
        return isShown
      })
      expect(apart).toBeLessThan(repeats === 3 ? 0.18 : 0.09)
    }
  })

  test('of several alike the best is rarely told from the others, where repeats can hold that', () => {
    for (const [cases, repeats] of [
      [3, 5],
      [5, 7],
      [8, 10],
    ] as const) {
      expect(canHold(repeats, pairsOf(cases))).toBe(true)
      const confidence = eachOf(pairsOf(cases))
      const apart = rate(50, cases, (random) => {
        const all = Array.from({ length: cases }, () => several(draw, repeats, random))
        const sorted = all.toSorted((one, other) => (median(one) ?? 0) - (median(other) ?? 0))
        const [best = [], ...others] = sorted
        return others.some((one) => (bootstrapRatio(one, best, { confidence })?.low ?? 0) > 1)
      })
      expect(apart).toBeLessThan(0.17)
    }
  })
})

test('three repeats hold not even one comparison, five only few', () => {
  expect(canHold(3, 1)).toBe(false)
  expect(canHold(5, 6)).toBe(true)
  expect(canHold(5, 12)).toBe(false)
  expect(canHold(10, 100)).toBe(true)
})

describe('a peak', () => {
  const peaks = (rateOf: (lanes: number) => number, most: number, repeats: number): number =>
    rate(5, most, (random) => {
      const samples = Array.from({ length: most }, (_, at) => ({
        lanes: at + 1,
        values: several((draw) => rateOf(at + 1) * (1 + 0.02 * normal(draw)), repeats, random),
      }))
      return fitBand(samples)?.peak !== undefined
    })

  test('is not claimed where work levels off because processors are used up', () => {
    expect(peaks((lanes) => Math.min(lanes, 2), 6, 5)).toBeLessThan(0.3)
    expect(peaks((lanes) => Math.min(lanes, 4), 8, 5)).toBeLessThan(0.3)
    const contended = (lanes: number) => Math.min(lanes, 4) / (1 + 0.05 * (Math.min(lanes, 4) - 1))
    expect(peaks(contended, 8, 5)).toBeLessThan(0.3)
  })

  test('nor of contention alone, nor of what stays the same, nor of single repeats', () => {
    expect(peaks((lanes) => lanes / (1 + 0.2 * (lanes - 1)), 8, 5)).toBeLessThan(0.3)
    expect(peaks(() => 1, 8, 5)).toBeLessThan(0.3)
    expect(peaks((lanes) => lanes / (1 + 0.05 * lanes * (lanes - 1)), 8, 1)).toBe(0)
  })

  test('is claimed where there is one', () => {
    const agreeing = (lanes: number) =>
      lanes / (1 + 0.05 * (lanes - 1) + 0.03 * lanes * (lanes - 1))
    expect(peaks(agreeing, 8, 5)).toBeGreaterThan(0.8)
  })
})
