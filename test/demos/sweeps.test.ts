import { describe, expect, test } from 'vitest'
import type { ParameterDefinition } from '../../main/demos/manifest.ts'
import { pointsOf, resolveSweep } from '../../main/demos/sweeps.ts'

const threads = (maximum: number): ParameterDefinition => ({
  ...{ id: 'threads', label: 'Threads', help: '', kind: 'integer', default: 2, presets: [] },
  ...{ minimum: 1, maximum },
})

const toTwice = (processors: number, maximum = 1_000): readonly number[] => {
  const axes = [{ parameter: 'threads', values: 'to twice the processors' }] as const
  return resolveSweep({ axes }, [threads(maximum)], processors)[0]?.values ?? []
}

describe('to twice the processors', () => {
  test.each([
    [1, [1, 2]],
    [2, [1, 2, 3, 4]],
    [6, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [8, [1, 2, 4, 5, 6, 8, 9, 11, 12, 13, 15, 16]],
    [64, [1, 13, 24, 36, 47, 64, 70, 82, 93, 105, 116, 128]],
  ])('with %i: %j', (processors, values) => {
    expect(toTwice(processors)).toEqual(values)
  })

  test('has one, the processors and twice as many, rising, at most twelve, whatever the machine', () => {
    for (let processors = 1; processors <= 256; processors++) {
      const values = toTwice(processors)
      expect(values).toEqual([...new Set(values)].toSorted((one, other) => one - other))
      expect(values).toEqual(expect.arrayContaining([1, processors, 2 * processors]))
      expect(values.length).toBe(Math.min(12, 2 * processors))
    }
  })

  test('goes no further than the parameter does', () => {
    expect(toTwice(12, 16)).toEqual(expect.arrayContaining([1, 12, 16]))
    expect(toTwice(64, 16).at(-1)).toBe(16)
    expect(toTwice(2, 1)).toEqual([1])
  })
})

test('values that are given stay as they are, but for those the parameter does not allow', () => {
  const axes = [{ parameter: 'threads', values: [4, 1, 99] }]
  expect(resolveSweep({ axes }, [threads(16)], 2)).toEqual([
    { parameter: 'threads', values: [4, 1] },
  ])
})

test('without a sweep there is one point', () => {
  expect(pointsOf()).toEqual([{}])
  expect(pointsOf([])).toEqual([{}])
})
