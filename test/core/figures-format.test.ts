import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
  formatShare,
  groupDigits,
  inWords,
  plural,
} from '../../main/core/figures-format.ts'

/** Compared with ordinary spaces, for the sake of the reader. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

describe('figures in words', () => {
  it.each([
    [0, '0 ns'],
    [0.2, '0 ns'],
    [318, '318 ns'],
    [999.7, '1.00 µs'],
    [318_000, '318 µs'],
    [999_600, '1.00 ms'],
    [5_014_000, '5.01 ms'],
    [73_040_000, '73.0 ms'],
    [1_236_000_000, '1.24 s'],
    [119.9e9, '120 s'],
    [125e9, '2 min 5 s'],
    [-1.5e9, '-1.50 s'],
  ])('writes %d ns as %s', (value, text) => expect(plain(formatDuration(value))).toBe(text))

  it('groups thousands, but not within small numbers', () => {
    expect(plain(formatCount(50_000_000))).toBe('50 000 000')
    expect(formatCount(50_000_000)).toBe('50\u202f000\u202f000')
    expect(formatCount(999)).toBe('999')
    expect(plain(formatCount(-1204))).toBe('-1 204')
    expect(plain(groupDigits('1234567.1234567'))).toBe('1 234 567.1234567')
  })

  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.004, '0.4 %'],
    [0.494, '49 %'],
    [0.05, '5 %'],
    [1, '100 %'],
  ])('writes the share %d as %s', (value, text) => expect(plain(formatShare(value))).toBe(text))

  it('gives ratios three digits and rates a scale', () => {
    expect(formatRatio(1.0432)).toBe('1.04')
    expect(formatRatio(12.34)).toBe('12.3')
    expect(plain(formatRate(1_234_000))).toBe('1.23 M/s')
    expect(plain(formatRate(2_100))).toBe('2 100/s')
    expect(formatRate(1.98)).toBe('1.98/s')
  })

  it('counts things in words', () => {
    expect(inWords(2)).toBe('two')
    expect(inWords(16)).toBe('16')
    expect(plural(1, 'item')).toBe('1 item')
    expect(plural(0, 'process', 'processes')).toBe('0 processes')
  })

  it('never says NaN or Infinity', () => {
    const formats = [formatCount, formatDuration, formatShare, formatRatio, formatRate]
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const format of formats) expect(format(value)).not.toMatch(/NaN|Infinity|undefined/)
      }),
      { seed: 2 },
    )
  })
})
