/** Elapsed times by variant: medians, all repeats, and an interval where there are enough. */
import type { ParameterDefinition, VariantDefinition } from '../../main/demos/manifest.ts'
import type { Measurement } from '../../main/run/contract.ts'
import { partsOfLabel } from '../../main/run/section-label.ts'
import { caseLabel } from './cases.ts'
import { bootstrapMedian, median } from '../../main/core/statistics.ts'

export interface ElapsedBar {
  readonly variant: string
  readonly label: string
  /** Seconds, in the order they were measured. */
  readonly times: readonly number[]
  readonly median: number
  /** 95 % of the medians of resampled repeats; absent with fewer than INTERVAL_REPEATS. */
  readonly interval?: { readonly low: number; readonly high: number }
}

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
        const interval = bootstrapMedian(times)
        return [{ variant, label, times, median: middle, ...(interval && { interval }) }]
      }),
  )
}
