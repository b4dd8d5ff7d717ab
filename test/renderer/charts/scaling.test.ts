import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { fitLaw } from '../../../main/core/scaling.ts'
import type { RunSummary } from '../../../main/run/contract.ts'
import type { VariantDefinition } from '../../../main/demos/manifest.ts'
import { scalingChart } from '../../../renderer/charts/scaling-chart.ts'
import {
  idealFrom,
  scalingOf,
  type ScalingPoint,
  type ScalingRuns,
} from '../../../renderer/charts/scaling.ts'
import { Results } from '../../../renderer/session/results.svelte.ts'

const variant = (id: string): VariantDefinition => ({
  ...{ id, label: id, help: '', program: 'run', gil: false, needs: [] },
})
const law = (n: number, alpha: number, beta: number): number =>
  (1_000 * n) / (1 + alpha * (n - 1) + beta * n * (n - 1))
const pointsOf = (lanes: readonly number[], alpha: number, beta = 0): ScalingPoint[] =>
  lanes.map((each) => ({ lanes: each, times: [1], value: law(each, alpha, beta) }))

describe('a law of scaling', () => {
  it('finds Amdahl’s serial share again from four points', () => {
    const fit = fitLaw(pointsOf([1, 2, 4, 8], 0.23))
    expect(fit?.law).toBe('Amdahl')
    expect(fit?.contention).toBeCloseTo(0.23, 9)
    expect(fit?.at(4)).toBeCloseTo(law(4, 0.23, 0), 6)
    expect(fit?.best).toBeUndefined()
  })

  it('finds contention, coherence and the peak again from six', () => {
    const fit = fitLaw(pointsOf([1, 2, 4, 6, 8, 16], 0.1, 0.01))
    expect(fit?.law).toBe('Gunther')
    expect(fit?.contention).toBeCloseTo(0.1, 9)
    expect(fit?.coherence).toBeCloseTo(0.01, 9)
    expect(fit?.best).toBeCloseTo(Math.sqrt(0.9 / 0.01), 6)
  })

  it('does not need the measurement with one lane', () =>
    expect(fitLaw(pointsOf([2, 4, 8, 16], 0.4))?.contention).toBeCloseTo(0.4, 9))

  it('gives no share below nothing: what scales better than by itself has no contention', () => {
    const fit = fitLaw(
      pointsOf([1, 2, 4, 8], 0).map((each) => ({ ...each, value: each.value * each.lanes ** 0.2 })),
    )
    expect(fit?.contention).toBe(0)
    expect(fit?.coherence).toBe(0)
  })

  it('is not fitted to three points', () =>
    expect(fitLaw(pointsOf([1, 2, 4], 0.2))).toBeUndefined())
})

describe('a scaling curve', () => {
  const runs = (id: string, lanes: number, times: readonly number[], work = 100): ScalingRuns => ({
    ...{ variant: id, lanes, work, times },
  })

  it('has a point for each number of lanes, and none for a variant that ran with one number', () => {
    const { series } = scalingOf(
      [runs('a', 4, [1]), runs('a', 2, [2]), runs('a', 4, [3]), runs('b', 2, [1])],
      [variant('b'), variant('a')],
    )
    expect(series.map((each) => each.variant)).toEqual(['a'])
    expect(series[0]?.points.map(({ lanes, value }) => [lanes, value])).toEqual([
      [2, 50],
      [4, 50],
    ])
  })

  it('has intervals from five repeats on, low below high though rates turn times round', () => {
    const [point] =
      scalingOf([runs('a', 2, [1, 2, 2, 3, 4]), runs('a', 3, [1])], [variant('a')]).series[0]
        ?.points ?? []
    expect(point?.low).toBe(25)
    expect(point?.high).toBe(100)
    const [, alone] =
      scalingOf([runs('a', 2, [1, 2, 2, 4]), runs('a', 3, [1])], [variant('a')]).series[0]
        ?.points ?? []
    expect(alone?.low).toBeUndefined()
  })

  it('measures against an ideal only where work is known', () => {
    const chart = (work: number) =>
      scalingChart({
        scaling: scalingOf([runs('a', 2, [2], work), runs('a', 4, [1], work)], [variant('a')]),
        ...{ variant: 'a', lanes: 'Threads', unit: 'rounds', processors: 2 },
      })
    expect(chart(100).legend.map(({ label }) => label)).toContain('ideal')
    expect(chart(0).legend.map(({ label }) => label)).not.toContain('ideal')
    expect(chart(0).note).toMatch(/not known/)
    expect(idealFrom(pointsOf([2, 4], 0))?.(8)).toBeCloseTo(8_000, 6)
  })

  it('says what to do while there is one number only', () => {
    const scaling = scalingOf([runs('a', 2, [1])], [variant('a')])
    const model = scalingChart({
      scaling,
      variant: 'a',
      lanes: 'Threads',
      unit: 'rounds',
      processors: 2,
    })
    expect(model.empty).toMatch(/another number of threads/)
    expect(model.records).toEqual([])
  })
})

describe('results of runs that differ in one parameter', () => {
  const summary = (parameters: Record<string, number>, total: number): RunSummary =>
    ({
      status: {
        request: { demo: 'd', variant: 'v', parameters, repeats: 2, baseline: true },
        total,
        sections: 4,
      },
      measurements: ['v', 'base', 'v', 'base'].map((each, index) => ({
        ...{ variant: each, repeat: index + 1, from: nanoseconds(0) },
        elapsed: nanoseconds((index + 1) * 1e9),
      })),
      // Results look at nothing else.
    }) as unknown as RunSummary

  it('leaves out those that differ in another as well, and shares work among sections', () => {
    const results = new Results()
    results.add(summary({ threads: 2, rounds: 10 }, 400))
    results.add(summary({ threads: 4, rounds: 10 }, 800))
    results.add(summary({ threads: 8, rounds: 99 }, 800))
    const request = { ...{ demo: 'd', variant: 'v', repeats: 2, baseline: true } }
    const varied = results.varying(
      { ...request, parameters: { threads: 2, rounds: 10 } },
      'threads',
    )
    expect(
      varied.map(({ variant: id, value, work, elapsed }) => [id, value, work, elapsed]),
    ).toEqual([
      ['v', 2, 100, [1e9, 3e9]],
      ['base', 2, 100, [2e9, 4e9]],
      ['v', 4, 200, [1e9, 3e9]],
      ['base', 4, 200, [2e9, 4e9]],
    ])
    expect(results.comparable({ ...request, parameters: { threads: 2, rounds: 10 } })).toHaveLength(
      4,
    )
  })
})
