/** Laws of scaling with bands: from made-up measurements whose law is known. */
import { describe, expect, it } from 'vitest'
import { fitBand, type LawSample } from '../../main/core/scaling-band.ts'
import { seededRandom } from '../../main/core/statistics.ts'

interface Made {
  readonly lanes?: readonly number[]
  readonly noise: number
  readonly seed: number
  readonly repeats?: number
}

/** Work a second by the universal scalability law, times noise that is even around 1. */
function made(alpha: number, beta: number, { lanes, noise, seed, repeats = 5 }: Made) {
  const random = seededRandom(seed)
  return (lanes ?? [1, 2, 3, 4, 6, 8, 12, 16]).map((n): LawSample => {
    const rate = (1_000 * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))
    const values = Array.from({ length: repeats }, () => rate * (1 + noise * (2 * random() - 1)))
    return { lanes: n, values }
  })
}
const within = (value: number, { low, high }: { low: number; high: number }) =>
  low <= value && value <= high

describe('a law of scaling with its band', () => {
  it('finds α and β again within their intervals, in nearly all of many draws', () => {
    const found = Array.from({ length: 20 }, (_, seed) =>
      fitBand(made(0.08, 0.01, { noise: 0.03, seed })),
    )
    expect(found.every((law) => law?.law === 'Gunther')).toBe(true)
    const hits = (of: (law: NonNullable<(typeof found)[number]>) => boolean) =>
      found.filter((law) => law && of(law)).length
    expect(hits((law) => within(0.08, law.contention))).toBeGreaterThanOrEqual(17)
    expect(hits((law) => within(0.01, law.coherence))).toBeGreaterThanOrEqual(17)
    const peak = Math.sqrt(0.92 / 0.01)
    expect(hits((law) => law.peak !== undefined && within(peak, law.peak))).toBeGreaterThanOrEqual(
      17,
    )
  })

  it('claims no peak where there is none: Amdahl’s law is as good', () => {
    for (let seed = 0; seed < 20; seed++) {
      const law = fitBand(made(0.12, 0, { noise: 0.04, seed }))
      // Chance makes β look like something in one draw of forty.
      if (law?.law === 'Gunther') expect(law.coherence.low).toBeLessThan(0.002)
      else expect(law?.peak).toBeUndefined()
    }
    const exact = fitBand(made(0.12, 0, { noise: 0.01, seed: 3 }))
    expect(exact?.law).toBe('Amdahl')
    expect(exact?.coherence).toEqual({ estimate: 0, low: 0, high: 0 })
    expect(within(0.12, exact?.contention ?? { low: 1, high: 0 })).toBe(true)
  })

  it('is the less sure the more noise there is', () => {
    const width = (noise: number) => {
      const { low = 0, high = 0 } = fitBand(made(0.2, 0, { noise, seed: 1 }))?.contention ?? {}
      return high - low
    }
    expect(width(0.2)).toBeGreaterThan(3 * width(0.02))
    const noisy = fitBand(made(0.05, 0.002, { noise: 0.5, seed: 2, repeats: 3 }))
    expect(noisy?.peak).toBeUndefined()
  })

  it('has its curve within its band, from one lane on and past what was measured', () => {
    const law = fitBand(made(0.1, 0.005, { noise: 0.05, seed: 5 }))
    if (!law) throw new Error('no law')
    expect(law.lanes[0]).toBe(1)
    expect(law.lanes.at(-1)).toBeGreaterThanOrEqual(24)
    law.lanes.forEach((_, at) => {
      expect(law.low[at]).toBeLessThanOrEqual(law.predicted[at] ?? NaN)
      expect(law.high[at]).toBeGreaterThanOrEqual(law.predicted[at] ?? NaN)
    })
  })

  it('has wider intervals than its repeats say where the law itself does not fit', () => {
    // A step: no law of these. Repeats agree to the last digit.
    const values = [1_000, 2_000, 2_000, 2_000, 3_900, 3_950]
    const samples = [1, 2, 3, 4, 5, 6].map((lanes, at) => ({
      lanes,
      values: Array.from({ length: 5 }, () => values[at] ?? 0),
    }))
    const { low = 0, high = 0 } = fitBand(samples)?.contention ?? {}
    expect(high - low).toBeGreaterThan(0.05)
  })

  it('takes one repeat of each, and says nothing of three numbers of lanes', () => {
    expect(
      fitBand(made(0.3, 0, { noise: 0, seed: 1, repeats: 1 }))?.contention.estimate,
    ).toBeCloseTo(0.3, 6)
    expect(fitBand(made(0.3, 0, { noise: 0, seed: 1, lanes: [1, 2, 4] }))).toBeUndefined()
  })

  it('gives the same for the same', () => {
    const samples = made(0.1, 0.01, { noise: 0.1, seed: 9 })
    expect(fitBand(samples)).toEqual(fitBand(samples))
  })
})
