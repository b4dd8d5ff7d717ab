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
/**
 * Fewer than this have no 95 % interval of their median: it lies between the least and the greatest
 * of three in 75 % of all cases, of four in 87.5 %, of five in 93.75 % (H. A. David and H. N.
 * Nagaraja, Order Statistics, 2003, section 7.1).
 */
export const INTERVAL_REPEATS = 5

const RESAMPLES = 2_000
/** Of intervals. */
export const CONFIDENCE = 0.95
const SEED = 0x1f2e3d4c
/** Makes another seed of one. */
const OTHER = 0x4ec31d47

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

/** Medians of resampled values: always the same for the same ones, in whatever order. */
function resampledMedians(values: readonly number[], seed: number): Float64Array {
  const sorted = Float64Array.from(values).sort()
  const places = medianPlaces(sorted.length, seed)
  return Float64Array.from(
    { length: RESAMPLES },
    (_, index) =>
      ((sorted[places[2 * index] ?? 0] ?? NaN) + (sorted[places[2 * index + 1] ?? 0] ?? NaN)) / 2,
  )
}

/** The same of two samples, drawn independently. */
export const resampledPair = (
  one: readonly number[],
  other: readonly number[],
  seed: number = SEED,
): readonly [Float64Array, Float64Array] => [
  resampledMedians(one, seed),
  resampledMedians(other, seed ^ OTHER),
]

/**
 * Of the resamples of 5, 6, … 20 and more values, how many lie below the interval and how many above:
 * Φ(−√(n / (n − 1)) t), with the 97.5 % quantile t of n − 1 degrees of freedom. Without it intervals
 * of few values are too narrow (T. C. Hesterberg, What Teachers Should Know About the Bootstrap, The
 * American Statistician 69, 2015, section 3.3: the expanded percentile interval).
 */
const EXPANDED_TAILS = [
  0.00095, 0.00243, 0.00411, 0.00574, 0.00722, 0.00855, 0.00972, 0.01076, 0.01167, 0.01248, 0.01321,
  0.01386, 0.01444, 0.01497, 0.01544, 0.01588,
] as const

/**
 * A median with its expanded percentile bootstrap interval at 95 %: in verdicts, charts and
 * comparisons, so that they say the same.
 * @returns undefined with fewer than INTERVAL_REPEATS values
 */
export function bootstrapMedian(
  values: readonly number[],
  seed: number = SEED,
): Estimate | undefined {
  const estimate = median(values)
  if (estimate === undefined || values.length < INTERVAL_REPEATS) return undefined
  const last = EXPANDED_TAILS.length - 1
  const tail = EXPANDED_TAILS[Math.min(values.length - INTERVAL_REPEATS, last)] ?? 0
  return intervalOf(resampledMedians(values, seed), estimate, 1 - 2 * tail)
}

export interface BootstrapOptions {
  /** Of the interval, 0 to 1. */
  readonly confidence?: number
  readonly seed?: number
}

/** The middle `confidence` of resampled estimates, which are sorted for it. */
export function intervalOf(
  resampled: Float64Array,
  estimate: number,
  confidence = CONFIDENCE,
): Estimate {
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

/** Whoever picks the best of so many has compared all pairs, whichever of them are looked at then. */
export const pairsOf = (cases: number): number => (cases * (cases - 1)) / 2

/** Whether so many repeats of each can show a difference at all without exceeding `eachOf`. */
export const canHold = (repeats: number, comparisons: number): boolean =>
  chanceApart(repeats, repeats) <= 1 - eachOf(comparisons)

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
 * How much of the resampled differences of two samples is within their interval: all where one of
 * them is so small that it would be too narrow, and show differences of the same in one run of 15.
 */
export const pairConfidence = (
  one: readonly number[],
  other: readonly number[],
  confidence = CONFIDENCE,
): number => (Math.min(one.length, other.length) < INTERVAL_REPEATS ? 1 : confidence)

/**
 * The ratio of the medians of two independent samples of positive numbers, with its percentile
 * bootstrap interval at 95 % (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13).
 * With three or four repeats the interval spans the extreme ratios (`pairConfidence`), so that it
 * excludes 1 only when the samples do not overlap at all: `chanceApart` tells how often that is
 * chance alone, once in ten with three repeats each.
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

  const [above, below] = resampledPair(numerators, denominators, seed)
  const ratios = above.map((value, index) => value / (below[index] ?? NaN))
  return intervalOf(ratios, estimate, pairConfidence(numerators, denominators, confidence))
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
