/** Elapsed times by variant: medians, all repeats, and an interval where there are enough. */
import type { ParameterDefinition, VariantDefinition } from '../../main/demos/manifest.ts'
import type { Measurement } from '../../main/run/contract.ts'
import { partsOfLabel } from '../../main/run/section-label.ts'
import { caseLabel } from './cases.ts'
import { median, MIN_REPEATS, seededRandom } from '../../main/core/statistics.ts'

export interface ElapsedBar {
  readonly variant: string
  readonly label: string
  /** Seconds, in the order they were measured. */
  readonly times: readonly number[]
  readonly median: number
  /** 95 % of the medians of resampled repeats; absent with fewer than MIN_REPEATS. */
  readonly interval?: { readonly low: number; readonly high: number }
}

const RESAMPLES = 2_000

/** One bar for each variant that was measured, in the demo's order, and each value and engine that it ran with. */
export function elapsedBars(
  measurements: readonly Measurement[],
  variants: readonly VariantDefinition[],
  parameters: readonly ParameterDefinition[] = [],
): readonly ElapsedBar[] {
  const labels = [...new Set(measurements.map(({ variant }) => variant))]
  return variants.flatMap((definition) =>
    labels
      .filter((each) => partsOfLabel(each).variant === definition.id)
      .flatMap((variant) => {
        const times = measurements
          .filter((each) => each.variant === variant)
          .map(({ elapsed }) => elapsed / 1e9)
        const middle = median(times)
        if (middle === undefined) return []
        const label = caseLabel(variant, { variants, parameters })
        const interval = medianInterval(times)
        return [{ variant, label, times, median: middle, ...(interval && { interval }) }]
      }),
  )
}

/** Percentile bootstrap of the median (Efron and Tibshirani, chapter 13); seeded. */
export function medianInterval(
  times: readonly number[],
): { readonly low: number; readonly high: number } | undefined {
  if (times.length < MIN_REPEATS) return undefined
  const random = seededRandom(0x5eed)
  const medians = Float64Array.from({ length: RESAMPLES }, () => {
    const sample = times.map(() => times[Math.floor(random() * times.length)] ?? NaN)
    return median(sample) ?? NaN
  }).sort()
  const at = (share: number) => medians[Math.round((RESAMPLES - 1) * share)] ?? NaN
  return { low: at(0.025), high: at(0.975) }
}
