import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { Measurement, SeriesAnswer } from '../../../main/run/contract.ts'
import type { VariantDefinition } from '../../../main/demos/manifest.ts'
import { toCsv } from '../../../main/export/csv.ts'
import { distributionChart, usedBuckets } from '../../../renderer/charts/distribution-chart.ts'
import { bootstrapMedian } from '../../../main/core/statistics.ts'
import { elapsedBars } from '../../../renderer/charts/elapsed.ts'
import { elapsedChart } from '../../../renderer/charts/elapsed-chart.ts'
import { fileName } from '../../../renderer/charts/picture.ts'
import { depthChart, readable, throughputChart } from '../../../renderer/charts/queue-charts.ts'

const variant = (id: string): VariantDefinition => ({
  id,
  label: id.toUpperCase(),
  help: '',
  program: 'run',
  gil: false,
  needs: [],
})
const measured = (id: string, seconds: readonly number[]): Measurement[] =>
  seconds.map((each, index) => ({
    variant: id,
    repeat: index + 1,
    from: nanoseconds(0),
    elapsed: nanoseconds(each * 1e9),
  }))

describe('elapsed per variant', () => {
  const variants = [variant('one'), variant('two'), variant('never-run')]

  it('shows medians and every repeat, and no bar for what was not measured', () => {
    const bars = elapsedBars([...measured('two', [2, 9, 3]), ...measured('one', [1])], variants)
    expect(bars.map((bar) => bar.variant)).toEqual(['one', 'two'])
    expect(bars.map((bar) => bar.median)).toEqual([1, 3])
    expect(bars[1]?.times).toEqual([2, 9, 3])
  })

  it('gives no interval for fewer than three repeats', () => {
    const [one] = elapsedBars(measured('one', [1, 2]), variants)
    expect(one?.interval).toBeUndefined()
    expect(elapsedChart(one ? [one] : []).legend.map(({ look }) => look)).not.toContain('interval')
  })

  it('gives an interval that holds the median, within what was measured, the same each time', () => {
    const times = [1.02, 0.98, 1.1, 1.0, 0.97]
    const intervalOf = () => elapsedBars(measured('one', times), variants)[0]?.interval
    const interval = intervalOf()
    expect(interval?.low).toBeGreaterThanOrEqual(0.97)
    expect(interval?.low).toBeLessThanOrEqual(1)
    expect(interval?.high).toBeGreaterThanOrEqual(1)
    expect(interval?.high).toBeLessThanOrEqual(1.1)
    expect(intervalOf()).toEqual(interval)
    // As in the verdict's tables.
    expect(interval).toEqual(bootstrapMedian(times))
  })

  it('exports every repeat', () => {
    const model = elapsedChart(elapsedBars(measured('one', [1, 2]), variants))
    expect(toCsv(model.header, model.records)).toBe(
      'variant,repeat,seconds\r\none,1,1\r\none,2,2\r\n',
    )
  })
})

describe('wait and hold times', () => {
  const bounds = Float64Array.from([1, 10, 100, 1_000, 10_000, 100_000])
  const answer = {
    bounds,
    waits: Uint32Array.from([0, 0, 3, 0, 0, 0]),
    holds: Uint32Array.from([0, 0, 0, 5, 0, 0]),
  }

  it('leaves out the empty ends and keeps one empty bucket at each side', () => {
    expect(usedBuckets(answer).map(({ above, upTo }) => [above, upTo])).toEqual([
      [1, 10],
      [10, 100],
      [100, 1_000],
      [1_000, 10_000],
    ])
  })

  it('of a lock that nobody has taken is empty, not broken', () => {
    const none = new Uint32Array(6)
    expect(usedBuckets({ bounds, waits: none, holds: none })).toEqual([])
    expect(distributionChart('tally', { bounds, waits: none, holds: none }).records).toEqual([])
  })

  it('says its counts in words', () =>
    expect(distributionChart('tally', answer).spoken).toBe('3 waits and 5 holds of tally.'))
})

describe('throughput and depth', () => {
  const columns = (length: number, value: (index: number) => number) =>
    Float64Array.from({ length }, (_, index) => value(index))
  const series = (length: number, rate: number): SeriesAnswer => ({
    seconds: columns(length, (index) => (index + 0.5) * 0.01),
    putsPerSecond: columns(length, (index) => (index % 2) * 2 * rate),
    getsPerSecond: columns(length, () => rate),
    depth: columns(length, (index) => index),
  })

  const second = { from: nanoseconds(0), to: nanoseconds(1e9) }

  it('merges columns with too few items until a rate means something, and keeps the mean', () => {
    const merged = readable(series(160, 30))
    expect(merged.seconds.length).toBeLessThan(160)
    expect(merged.seconds.length).toBeGreaterThanOrEqual(6)
    const mean = merged.putsPerSecond.reduce((sum, each) => sum + each, 0) / merged.seconds.length
    expect(mean).toBeCloseTo(30, 6)
  })

  it('reaches as far as what was answered, also when columns do not merge evenly', () => {
    const whole = series(160, 28)
    const merged = readable(whole)
    const width = (merged.seconds[1] ?? 0) - (merged.seconds[0] ?? 0)
    expect(160 % merged.seconds.length).not.toBe(0)
    const end = (whole.seconds.at(-1) ?? 0) + 0.005
    expect(end - (merged.seconds.at(-1) ?? 0)).toBeLessThanOrEqual(width / 2 + 1e-9)
  })

  it('leaves a busy queue and an empty one as they are', () => {
    const busy = series(160, 10_000)
    expect(readable(busy)).toBe(busy)
    const empty = series(160, 0)
    expect(readable(empty)).toBe(empty)
  })

  it('exports one record a column', () => {
    expect(throughputChart('q', second, series(3, 10)).records).toHaveLength(3)
    expect(depthChart('q', second, series(3, 10)).records[2]).toEqual([0.025, 2])
  })
})

it('a queue’s name never escapes from the folder that exports go to', () =>
  expect(fileName(['demo', '../../etc/passwd “q”'], 'csv')).toBe('demo-etc-passwd-q.csv'))
