import type { DistributionAnswer } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
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
  // One wait among thousands is the interesting one: it keeps two pixels, and nothing has none.
  const bars = (what: 'waits' | 'holds') =>
    buckets.map((bucket) => (bucket[what] === 0 ? null : bucket[what]))
  return {
    id: `wait-and-hold-${lock}`,
    title: 'Waits and holds by duration',
    legend: [
      { label: 'wait', look: 'wait' },
      { label: 'hold', look: 'hold' },
    ],
    header: ['above nanoseconds', 'up to nanoseconds', 'waits', 'holds'],
    get records() {
      return buckets.map(({ above, upTo, waits, holds }) => [above, upTo, waits, holds])
    },
    spoken: `${count(total('waits'))} waits and ${count(total('holds'))} holds of ${lock}.`,
    ...(buckets.length === 0 && {
      empty: `Nobody has waited for ${lock} or held it to an end in this time.`,
    }),
    build: (colours) => {
      const base = baseOptions(colours)
      const [wait, hold] = [colours.state(LaneState.waiting), colours.state(LaneState.holding)]
      const looks = { borderWidth: 1, borderRadius: 1.5, borderSkipped: 'bottom' as const }
      const widths = { categoryPercentage: 0.9, barPercentage: 0.95, maxBarThickness: 32 }
      return {
        type: 'bar',
        data: {
          labels: buckets.map(({ upTo }) => `≤\u00a0${duration(upTo)}`),
          datasets: [
            {
              ...{ label: 'waits', data: bars('waits'), minBarLength: 2, ...looks, ...widths },
              backgroundColor: wait.pattern,
              borderColor: wait.edge,
            },
            {
              ...{ label: 'holds', data: bars('holds'), minBarLength: 2, ...looks, ...widths },
              backgroundColor: hold.fill,
              borderColor: hold.edge,
            },
          ],
        },
        options: {
          ...base,
          scales: {
            x: { ...axis(colours), grid: { display: false } },
            y: countAxis(colours, 4),
          },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              filter: (item) => (item.parsed.y ?? 0) > 0,
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
      }
    },
  }
}
