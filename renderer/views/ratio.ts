/** The numbers behind RatioPlot.svelte. */
import type { Measurement } from '../../main/run/contract.ts'
import { partsOfLabel, sectionLabel } from '../../main/run/section-label.ts'

/** The variant's time divided by that of what it is compared with, for each repeat that has both. */
export function ratiosOfPairs(
  measurements: readonly Measurement[],
  asked: string,
  /** Of a twin run: the engine whose time it is. */
  engine = '',
): readonly number[] {
  const isTwin = measurements.some((each) => partsOfLabel(each.variant).engine !== '')
  const variant = isTwin ? sectionLabel(asked, engine) : asked
  return measurements
    .filter((each) => each.variant === variant)
    .flatMap(({ repeat, elapsed }) => {
      const other = measurements.find((each) => each.variant !== variant && each.repeat === repeat)
      return other && other.elapsed > 0 ? [elapsed / other.elapsed] : []
    })
}

export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  readonly decimals: number
}

/** A scale that shows all values and 1, with four to eight round ticks. */
export function ratioScale(values: readonly number[]): Scale {
  const least = Math.min(1, ...values)
  const most = Math.max(1, ...values)
  const span = Math.max(most - least, 0.02)
  const rough = span / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough
  const low = Math.max(0, Math.floor((least - span * 0.06) / step) * step)
  const high = Math.ceil((most + span * 0.06) / step) * step
  const ticks = Array.from(
    { length: Math.round((high - low) / step) + 1 },
    (_, n) => low + n * step,
  )
  return { low, high, ticks, decimals: Math.max(0, Math.min(4, -Math.floor(Math.log10(step)))) }
}
