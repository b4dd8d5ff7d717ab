/** How far two samples lie apart: of their medians, with intervals. Seeded, so always the same. */
import { intervalOf, median, MIN_REPEATS, pairConfidence, resampledPair } from './statistics.ts'

/**
 * - `same`: every value of both is equal
 * - `more`, `less`: the 95 % interval of the difference leaves out 0
 * - `not shown`: it does not
 * - `untested`: one of the two has fewer than MIN_REPEATS values
 */
export type Shown = 'same' | 'more' | 'less' | 'not shown' | 'untested'

export interface Difference {
  readonly shown: Shown
  /** Of the medians: the sample's less the reference's. */
  readonly absolute: number
  /** Its 95 % interval; absent when `untested`. */
  readonly interval?: { readonly low: number; readonly high: number }
  /** Of the medians; absent where the reference's is not positive, or the sample has a negative value. */
  readonly ratio?: number
  /** Its 95 % interval; absent when `untested`, or where a resampled reference is not positive. */
  readonly ratioInterval?: { readonly low: number; readonly high: number }
}

/**
 * Percentile bootstrap of the difference and of the ratio of the medians of two independent samples
 * (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13). Both come from the same
 * resamples, so that they cannot contradict each other.
 * @returns undefined when either sample is empty
 */
export function differenceOf(
  sample: readonly number[],
  reference: readonly number[],
): Difference | undefined {
  const [own, other] = [median(sample), median(reference)]
  if (own === undefined || other === undefined) return undefined
  const absolute = own - other
  const hasRatio = other > 0 && own >= 0
  const told = { absolute, ...(hasRatio && { ratio: own / other }) }
  const isSame = [...sample, ...reference].every((value) => value === own)
  if (sample.length < MIN_REPEATS || reference.length < MIN_REPEATS)
    return { shown: isSame ? 'same' : 'untested', ...told }
  if (isSame) return { shown: 'same', ...told, interval: { low: 0, high: 0 } }

  const [above, below] = resampledPair(sample, reference)
  const differences = above.map((value, index) => value - (below[index] ?? NaN))
  const ratios = above.map((value, index) => divided(value, below[index] ?? NaN))
  const confidence = pairConfidence(sample, reference)
  const interval = boundsOf(differences, absolute, confidence)
  const ratioInterval =
    hasRatio && !ratios.some(Number.isNaN) ? boundsOf(ratios, own / other, confidence) : undefined
  const shown = interval.low > 0 ? 'more' : interval.high < 0 ? 'less' : 'not shown'
  return { shown, ...told, interval, ...(ratioInterval && { ratioInterval }) }
}

const divided = (above: number, below: number): number => (below > 0 ? above / below : NaN)

function boundsOf(resampled: Float64Array, estimate: number, confidence: number) {
  const { low, high } = intervalOf(resampled, estimate, confidence)
  return { low, high }
}
