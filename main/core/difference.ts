/** How far two samples lie apart: of their medians, with intervals. Seeded, so always the same. */
import { median, MIN_REPEATS, seededRandom, type Estimate } from './statistics.ts'

const RESAMPLES = 2_000
/** Seeds: the two samples of a comparison are drawn independently. */
const OWN = 0x2c1b3c6d
const OTHER = 0x51ed270b

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

  const [above, below] = [resampledMedians(sample, OWN), resampledMedians(reference, OTHER)]
  const differences = above.map((value, index) => value - (below[index] ?? NaN))
  const ratios = above.map((value, index) => divided(value, below[index] ?? NaN))
  const interval = intervalOf(differences, absolute)
  const ratioInterval =
    hasRatio && !ratios.some(Number.isNaN) ? intervalOf(ratios, own / other) : undefined
  const shown = interval.low > 0 ? 'more' : interval.high < 0 ? 'less' : 'not shown'
  return { shown, ...told, interval, ...(ratioInterval && { ratioInterval }) }
}

/** The 95 % interval of a sample's median. @returns undefined with fewer than MIN_REPEATS values */
export function intervalOfMedian(sample: readonly number[]): Estimate | undefined {
  const estimate = median(sample)
  if (estimate === undefined || sample.length < MIN_REPEATS) return undefined
  return { estimate, ...intervalOf(resampledMedians(sample, OWN), estimate) }
}

const divided = (above: number, below: number): number => (below > 0 ? above / below : NaN)

/** Of every resample of so many values: between which two of them, in order, its median lies. */
const placesByCount = new Map<string, Uint32Array>()

/**
 * Which values are drawn does not depend on what they are: the places of the medians are drawn
 * once for each number of repeats, so that hundreds of figures take no time.
 */
function medianPlaces(count: number, seed: number): Uint32Array {
  const key = `${count} ${seed}`
  const known = placesByCount.get(key)
  if (known) return known
  const random = seededRandom(seed)
  const drawn = new Float64Array(count)
  const places = new Uint32Array(2 * RESAMPLES)
  for (let index = 0; index < RESAMPLES; index += 1) {
    for (let draw = 0; draw < count; draw += 1) drawn[draw] = Math.floor(random() * count)
    drawn.sort()
    places[2 * index] = drawn[(count - 1) >> 1] ?? 0
    places[2 * index + 1] = drawn[count >> 1] ?? 0
  }
  placesByCount.set(key, places)
  return places
}

function resampledMedians(sample: readonly number[], seed: number): Float64Array {
  const sorted = Float64Array.from(sample).sort()
  const places = medianPlaces(sorted.length, seed)
  return Float64Array.from(
    { length: RESAMPLES },
    (_, index) =>
      ((sorted[places[2 * index] ?? 0] ?? NaN) + (sorted[places[2 * index + 1] ?? 0] ?? NaN)) / 2,
  )
}

/** It never leaves out the estimate that it belongs to, which resampling noise could make it do. */
function intervalOf(
  values: Float64Array,
  estimate: number,
): { readonly low: number; readonly high: number } {
  values.sort()
  const at = (share: number) => values[Math.round((values.length - 1) * share)] ?? NaN
  return { low: Math.min(at(0.025), estimate), high: Math.max(at(0.975), estimate) }
}
