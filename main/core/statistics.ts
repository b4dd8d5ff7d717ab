/**
 * The little statistics that verdicts need. Everything is deterministic: the random numbers are
 * seeded, so that the same measurements always give the same words.
 */

/** A ratio (or any estimate) with the bounds of its interval. */
export interface Estimate {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Fewer repeats than this cannot tell a difference from noise. */
export const MIN_REPEATS = 3

const RESAMPLES = 2_000
const CONFIDENCE = 0.95
const SEED = 0x1f2e3d4c

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0)

/**
 * The `share` quantile (0 to 1) with linear interpolation between order statistics.
 * @param sorted ascending and not empty
 */
export function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const low = sorted[below] ?? NaN
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN
  return low + (high - low) * (position - below)
}

/** @returns undefined for an empty list */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return sortedQuantile(Float64Array.from(values).sort(), 0.5)
}

/** Uniform numbers from 0 (inclusive) to 1 (exclusive), by Tommy Ettinger's mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

function resampledMedian(values: readonly number[], scratch: Float64Array, random: () => number) {
  for (let index = 0; index < scratch.length; index += 1)
    scratch[index] = values[Math.floor(random() * values.length)] ?? NaN
  return sortedQuantile(scratch.sort(), 0.5)
}

/**
 * A median with its percentile bootstrap interval (Efron and Tibshirani, An Introduction to the
 * Bootstrap, chapter 13).
 * @returns undefined with fewer than MIN_REPEATS values
 */
export function bootstrapMedian(
  values: readonly number[],
  { confidence = CONFIDENCE, seed = SEED }: BootstrapOptions = {},
): Estimate | undefined {
  const estimate = median(values)
  if (estimate === undefined || values.length < MIN_REPEATS) return undefined
  const random = seededRandom(seed)
  const scratch = new Float64Array(values.length)
  const medians = Float64Array.from({ length: RESAMPLES }, () =>
    resampledMedian(values, scratch, random),
  )
  return intervalOf(medians, estimate, confidence)
}

export interface BootstrapOptions {
  /** Of the interval, 0 to 1. */
  readonly confidence?: number
  readonly seed?: number
}

function intervalOf(resampled: Float64Array, estimate: number, confidence: number): Estimate {
  resampled.sort()
  const low = sortedQuantile(resampled, (1 - confidence) / 2)
  const high = sortedQuantile(resampled, (1 + confidence) / 2)
  // An interval that leaves out its own estimate would confuse: it can, by resampling noise.
  return { estimate, low: Math.min(low, estimate), high: Math.max(high, estimate) }
}

/**
 * How confident each of several intervals has to be for all of them to be right at once with the
 * usual 95 %: Z. Šidák, Rectangular Confidence Regions for the Means of Multivariate Normal
 * Distributions (1967).
 */
export const eachOf = (comparisons: number): number => CONFIDENCE ** (1 / Math.max(1, comparisons))

/**
 * How often two samples of the same do not overlap at all, by chance alone: of all orders of their
 * values, those two in which all of one come before all of the other.
 */
export function chanceApart(one: number, other: number): number {
  let orders = 1
  for (let at = 1; at <= Math.min(one, other); at++)
    orders = (orders * (Math.max(one, other) + at)) / at
  return Math.min(1, 2 / orders)
}

/**
 * The ratio of the medians of two independent samples of positive numbers, with its percentile
 * bootstrap interval at 95 % (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13).
 * With three repeats each the interval spans the extreme ratios, so that it excludes 1 only when
 * the samples do not overlap at all: by chance alone that happens once in ten (2 of 20 orders).
 * @returns undefined when either sample has fewer than MIN_REPEATS values
 */
export function bootstrapRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  { confidence = CONFIDENCE, seed = SEED }: BootstrapOptions = {},
): Estimate | undefined {
  if (numerators.length < MIN_REPEATS || denominators.length < MIN_REPEATS) return undefined
  const estimate = ratioOfMedians(numerators, denominators)
  if (estimate === undefined) return undefined

  const random = seededRandom(seed)
  const above = new Float64Array(numerators.length)
  const below = new Float64Array(denominators.length)
  const ratios = new Float64Array(RESAMPLES)
  for (let index = 0; index < RESAMPLES; index += 1)
    ratios[index] =
      resampledMedian(numerators, above, random) / resampledMedian(denominators, below, random)
  return intervalOf(ratios, estimate, confidence)
}

/** @returns undefined when a sample is empty or the denominators' median is not positive */
export function ratioOfMedians(
  numerators: readonly number[],
  denominators: readonly number[],
): number | undefined {
  const above = median(numerators)
  const below = median(denominators)
  if (above === undefined || below === undefined || !(below > 0)) return undefined
  return above / below
}

export type Comparison = 'slower' | 'faster' | 'no difference shown'

/** What a ratio of times says: only an interval that leaves out 1 shows a difference. */
export function compare(ratio: Estimate): Comparison {
  if (ratio.low > 1) return 'slower'
  if (ratio.high < 1) return 'faster'
  return 'no difference shown'
}
