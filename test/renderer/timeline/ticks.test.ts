import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cssPixels } from '../../../main/core/units.ts'
import { formatTick, niceStep, ticksFor, unitFor } from '../../../renderer/timeline/ticks.ts'
import { range, xOf } from '../../../renderer/timeline/time-scale.ts'

const MS = 1e6
const thin = '\u202f'

describe('ticks', () => {
  it('labels a live view in milliseconds, thousands set apart', () => {
    const ticks = ticksFor({ ...range(3_025 * MS, 3_098 * MS), width: cssPixels(880) })
    expect(ticks.unit).toBe('ms')
    expect(ticks.major.map((tick) => tick.label)).toEqual(
      [30, 40, 50, 60, 70, 80, 90].map((end) => `3${thin}0${end}`),
    )
  })

  it('gives as many decimals as the step needs, and no more', () => {
    expect(formatTick(1.2e6, 'ms', 0.2e6)).toBe('1.2')
    expect(formatTick(2e6, 'ms', 1e6)).toBe('2')
    expect(formatTick(61_500, 'µs', 500)).toBe('61.5')
  })

  it('chooses units by the step', () => {
    expect([20e9, 1e9, 1e6, 1e5, 2e4, 100, 20].map(unitFor)).toEqual([
      's',
      'ms',
      'ms',
      'ms',
      'µs',
      'µs',
      'ns',
    ])
  })

  it('steps by 1, 2 or 5', () => {
    expect([0.7, 1, 1.1, 2.5, 6, 80].map(niceStep)).toEqual([1, 1, 2, 5, 10, 100])
  })

  it('never lets labels touch, at any zoom and any distance from the start', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        fc.double({ min: 2.4, max: 12, noNaN: true }),
        fc.integer({ min: 200, max: 4_000 }),
        (from, exponent, width) => {
          const scale = { ...range(from, from + 10 ** exponent), width: cssPixels(width) }
          const { major } = ticksFor(scale)
          expect(major.length).toBeLessThan(width / 80 + 2)
          for (const [index, tick] of major.entries()) {
            const next = major[index + 1]
            if (!next) continue
            expect(xOf(scale, next.time) - xOf(scale, tick.time)).toBeGreaterThan(
              Math.max(tick.label.length, next.label.length) * 6.6,
            )
          }
        },
      ),
      { seed: 3 },
    )
  })
})
