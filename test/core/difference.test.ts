import { describe, expect, test } from 'vitest'
import { differenceOf } from '../../main/core/difference.ts'
import { bootstrapRatio, seededRandom } from '../../main/core/statistics.ts'

const random = seededRandom(7)
const around = (middle: number, spread: number, count: number) =>
  Array.from({ length: count }, () => middle + spread * (random() - 0.5))

describe('a difference', () => {
  test('is shown both ways where the samples lie apart', () => {
    const [low, high] = [around(100, 10, 5), around(150, 10, 5)]
    expect(differenceOf(high, low)?.shown).toBe('more')
    expect(differenceOf(low, high)?.shown).toBe('less')
  })

  test('is not shown where they overlap, however far their medians are from each other', () => {
    expect(differenceOf([90, 100, 140], [95, 110, 130])).toMatchObject({
      shown: 'not shown',
      absolute: -10,
    })
  })

  test('is not tested with two repeats of either', () => {
    const told = differenceOf([10, 11], [100, 101, 102])
    expect(told).toEqual({ shown: 'untested', absolute: 10.5 - 101, ratio: 10.5 / 101 })
    expect(differenceOf([10, 11, 12], [100])?.shown).toBe('untested')
  })

  test('has no ratio to nothing, and is shown all the same', () => {
    const told = differenceOf([5, 6, 7], [0, 0, 0])
    expect(told).toMatchObject({ shown: 'more', absolute: 6 })
    expect(told).not.toHaveProperty('ratio')
    expect(differenceOf([0, 0, 0], [5, 6, 7])).toMatchObject({ shown: 'less', ratio: 0 })
  })

  test('is none between counts that are always the same, and one between others', () => {
    expect(differenceOf([4, 4, 4], [4, 4, 4])?.shown).toBe('same')
    expect(differenceOf([4], [4])?.shown).toBe('same')
    expect(differenceOf([4, 4, 4], [5, 5, 5])?.shown).toBe('less')
  })

  test('says the same by its ratio as by itself, and the same again', () => {
    for (let round = 0; round < 200; round += 1) {
      const [own, other] = [around(100, 40, 4), around(110, 40, 5)]
      const told = differenceOf(own, other)
      if (!told?.interval || !told.ratioInterval) throw new Error('not tested')
      expect(told.interval.high < 0).toBe(told.ratioInterval.high < 1)
      expect(told.interval.low > 0).toBe(told.ratioInterval.low > 1)
      expect(differenceOf(own, other)).toEqual(told)
    }
  })

  test('of two samples of the same kind is seldom shown: about one in twenty', () => {
    const rounds = 400
    let shown = 0
    for (let round = 0; round < rounds; round += 1)
      if (differenceOf(around(100, 50, 10), around(100, 50, 10))?.shown !== 'not shown') shown += 1
    expect(shown / rounds).toBeLessThan(0.08)
  })

  test('of nothing is nothing', () => {
    expect(differenceOf([], [1, 2, 3])).toBeUndefined()
    expect(differenceOf([1], [])).toBeUndefined()
  })
})

test('a ratio has the interval that a verdict gives it', () => {
  const [one, other] = [around(100, 30, 7), around(80, 30, 5)]
  const { low, high } = bootstrapRatio(one, other) ?? {}
  expect(differenceOf(one, other)?.ratioInterval).toEqual({ low, high })
})
