import { describe, expect, it } from 'vitest'
import { bytes, count, duration, moment, percent, rate } from '../../../renderer/theme/figures.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', '_')

describe('figures', () => {
  it.each([
    [0, '0 s'],
    [40, '40 ns'],
    [999.6, '1.00 µs'],
    [318e3, '318 µs'],
    [999_600, '1.00 ms'],
    [5.01e6, '5.01 ms'],
    [73e6, '73.0 ms'],
    [999.6e6, '1.00 s'],
    [1.24e9, '1.24 s'],
    [9.999e9, '10.0 s'],
    [3_600e9, '3_600 s'],
    [Number.NaN, '–'],
  ])('duration %d ns', (value, words) => expect(plain(duration(value))).toBe(words))

  it.each([
    [0, '0/s'],
    [27.8, '27.8/s'],
    [812, '812/s'],
    [6_100, '6.1 k/s'],
    [999_700, '1.0 M/s'],
    [1.2e6, '1.2 M/s'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('rate %d', (value, words) => expect(plain(rate(value))).toBe(words))

  it.each([
    [23, '23 B'],
    [1_024, '1.0 KiB'],
    [1.2 * 2 ** 20, '1.2 MiB'],
    [1_048_575, '1.0 MiB'],
  ])('bytes %d', (value, words) => expect(plain(bytes(value))).toBe(words))

  it('sets thousands apart and leaves decimals alone', () => {
    expect(plain(count(50_000_000))).toBe('50_000_000')
    expect(plain(moment(3_065_312_000))).toBe('3_065.312 ms')
    expect(plain(percent(0.4987))).toBe('49.9 %')
    expect(plain(percent(1))).toBe('100 %')
  })
})
