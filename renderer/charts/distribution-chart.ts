import type { DistributionAnswer } from '../../main/run/contract.ts'
import { count, duration } from '../theme/figures.ts'
import { axis, baseOptions, countAxis } from './base.ts'
import type { ChartModel } from './chart.ts'

export interface Bucket {
  /** Nanoseconds; 0 for the lowest bucket. */
  readonly above: number
  readonly upTo: number
  readonly waits: number
  readonly holds: number
}

/** The buckets from the first to the last that has anything in it, with one empty at each side. */
export function usedBuckets({ bounds, waits, holds }: DistributionAnswer): readonly Bucket[] {
  const all = Array.from(bounds, (upTo, index) => ({
    above: bounds[index - 1] ?? 0,
    upTo,
    waits: waits[index] ?? 0,
    holds: holds[index] ?? 0,
  }))
  const isUsed = (bucket: Bucket) => bucket.waits + bucket.holds > 0
  const first = all.findIndex(isUsed)
  if (first < 0) return []
  return all.slice(Math.max(0, first - 1), all.findLastIndex(isUsed) + 2)
}

/** How long one lock was waited for, and how long it was held: logarithmic buckets. */
export function distributionChart(lock: string, answer: DistributionAnswer): ChartModel {
  const buckets = usedBuckets(answer)
  const total = (what: 'waits' | 'holds') => buckets.reduce((sum, bucket) => sum + bucket[what], 0)
  return {
    id: `wait-and-hold-${lock}`,
    title: 'Waits and holds by duration',
    legend: [
      { label: 'wait', look: 'wait' },
      { label: 'hold', look: 'hold' },
    ],
    header: ['above nanoseconds', 'up to nanoseconds', 'waits', 'holds'],
    records: buckets.map(({ above, upTo, waits, holds }) => [above, upTo, waits, holds]),
    spoken: `${count(total('waits'))} waits and ${count(total('holds'))} holds of ${lock}.`,
    build: (colours) => ({
      type: 'bar',
      data: {
        labels: buckets.map(({ upTo }) => `≤ ${duration(upTo)}`),
        datasets: [
          {
            label: 'waits',
            data: buckets.map(({ waits }) => waits),
            backgroundColor: colours.wait.pattern,
            borderColor: colours.wait.edge,
            borderWidth: 1,
          },
          {
            label: 'holds',
            data: buckets.map(({ holds }) => holds),
            backgroundColor: colours.hold.fill,
            borderColor: colours.hold.edge,
            borderWidth: 1,
          },
        ].map((dataset) => ({
          ...dataset,
          borderRadius: 1.5,
          borderSkipped: 'bottom' as const,
          categoryPercentage: 0.9,
          barPercentage: 0.95,
          maxBarThickness: 32,
        })),
      },
      options: {
        ...baseOptions(colours),
        scales: {
          x: { ...axis(colours), grid: { display: false } },
          y: countAxis(colours, 4),
        },
        plugins: {
          ...baseOptions(colours).plugins,
          tooltip: {
            ...baseOptions(colours).plugins?.tooltip,
            callbacks: {
              title: ([item]) => {
                const bucket = item && buckets[item.dataIndex]
                return bucket ? `${duration(bucket.above)} to ${duration(bucket.upTo)}` : ''
              },
              label: (item) => ` ${count(item.parsed.y ?? NaN)} ${item.dataset.label}`,
            },
          },
        },
      },
    }),
  }
}
