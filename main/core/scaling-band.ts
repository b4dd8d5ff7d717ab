/**
 * How well a law of scaling is known: 95 % intervals of its parameters and a band around its curve,
 * by the bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993), seeded. Two
 * things may be wrong, and two bootstraps ask for them:
 *
 * - what chance does: repeats are drawn again within each number of lanes (chapter 8), where there
 *   are at least MIN_REPEATS of each;
 * - how far the law is off: residuals of the medians, relative to the curve and widened by
 *   √(points / (points − parameters)) for what the fit has used up, are drawn again (chapter 9).
 *
 * What is told is as wide as the wider one of the two.
 */
import { fitLaw, levelsOff, type LawPoint, type ScalingLaw } from './scaling.ts'
import { median, MIN_REPEATS, seededRandom, sortedQuantile, type Estimate } from './statistics.ts'

/** Work a second as measured with so many lanes, a value a repeat. */
export interface LawSample {
  readonly lanes: number
  /** Positive; at least one. */
  readonly values: readonly number[]
}

export interface BandedLaw {
  /**
   * Gunther's where agreeing is shown to cost something: the interval of β leaves out 0. Else
   * Amdahl's, whose curve is as good with one parameter less.
   */
  readonly law: ScalingLaw['law']
  readonly contention: Estimate
  readonly coherence: Estimate
  /** Only where (nearly) every draw has one (MOST of them), of repeats, that do not just level off. */
  readonly peak?: Estimate
  /** Of how many the curve and its band tell. */
  readonly lanes: readonly number[]
  readonly predicted: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

const RESAMPLES = 800
const SEED = 0x5ca1ab1e
/** A peak that one draw in forty does not have is not claimed. */
const MOST = 0.975
/** As many numbers of lanes on the curve, at most. */
const CURVE = 64

/**
 * @param samples in ascending order of lanes, each number once.
 * @returns undefined while there are too few, or neither of the laws describes them
 */
export function fitBand(samples: readonly LawSample[], seed: number = SEED): BandedLaw | undefined {
  const points = samples.flatMap(({ lanes, values }) => {
    const value = median(values)
    return value !== undefined && value > 0 ? [{ lanes, value }] : []
  })
  const general = fitLaw(points)
  if (general === undefined) return undefined
  const draws = drawsOf(samples, points, general, seededRandom(seed))
  const coherence = widest(draws, general.coherence, (law) => law.coherence)
  if (general.law === 'Gunther' && !(coherence.low > 0))
    return bandOf(samples, points, 'Amdahl', seed)
  return described(points, general, draws)
}

/** Amdahl's law, although there were points enough for the other. */
function bandOf(
  samples: readonly LawSample[],
  points: readonly LawPoint[],
  law: 'Amdahl',
  seed: number,
): BandedLaw | undefined {
  const fitted = fitLaw(points, law)
  if (fitted === undefined) return undefined
  return described(points, fitted, drawsOf(samples, points, fitted, seededRandom(seed)))
}

function described(
  points: readonly LawPoint[],
  fitted: ScalingLaw,
  draws: readonly Draws[],
): BandedLaw {
  // Of single repeats nobody knows how far they scatter.
  const peak = draws.length < 2 || levelsOff(points, fitted) ? undefined : peakOf(fitted, draws)
  const lanes = curveOver(points, peak?.estimate)
  const band = lanes.map((each) => widest(draws, fitted.at(each), (law) => law.at(each)))
  return {
    law: fitted.law,
    contention: widest(draws, fitted.contention, ({ contention }) => contention),
    coherence: widest(draws, fitted.coherence, ({ coherence }) => coherence),
    ...(peak && { peak }),
    lanes,
    predicted: band.map(({ estimate }) => estimate),
    low: band.map(({ low }) => low),
    high: band.map(({ high }) => high),
  }
}

/** Laws fitted to what one of the two bootstraps has drawn. */
type Draws = readonly ScalingLaw[]

function drawsOf(
  samples: readonly LawSample[],
  points: readonly LawPoint[],
  fitted: ScalingLaw,
  random: () => number,
): readonly Draws[] {
  const pick = <Value>(values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)]
  const again = (draw: () => readonly LawPoint[]): Draws =>
    Array.from({ length: RESAMPLES }, () => fitLaw(draw(), fitted.law)).filter(
      (law) => law !== undefined,
    )

  const repeated = samples.every(({ values }) => values.length >= MIN_REPEATS)
  const repeats = (): readonly LawPoint[] =>
    samples.map(({ lanes, values }) => ({
      lanes,
      value: median(values.map(() => pick(values) ?? NaN)) ?? NaN,
    }))
  const used = fitted.law === 'Amdahl' ? 2 : 3
  const widened = Math.sqrt(points.length / Math.max(1, points.length - used))
  const off = points.map(({ lanes, value }) => (value / fitted.at(lanes) - 1) * widened)
  const residuals = (): readonly LawPoint[] =>
    points.map(({ lanes }) => ({
      lanes,
      value: fitted.at(lanes) * Math.max(LEAST, 1 + (pick(off) ?? 0)),
    }))
  return [...(repeated ? [again(repeats)] : []), again(residuals)]
}

/** Work a second is never nothing, however far off a law is. */
const LEAST = 0.01

/** From the lowest of the lower ends to the highest of the upper ones, the estimate within. */
function widest(
  draws: readonly Draws[],
  estimate: number,
  figure: (law: ScalingLaw) => number,
): Estimate {
  const ends = draws
    .filter((laws) => laws.length > 0)
    .map((laws) => {
      const values = Float64Array.from(laws, figure).sort()
      return [sortedQuantile(values, 0.025), sortedQuantile(values, 0.975)] as const
    })
  return {
    estimate,
    low: Math.min(estimate, ...ends.map(([low]) => low)),
    high: Math.max(estimate, ...ends.map(([, high]) => high)),
  }
}

function peakOf({ best }: ScalingLaw, draws: readonly Draws[]): Estimate | undefined {
  if (best === undefined) return undefined
  const isShown = draws.every(
    (laws) => laws.filter((law) => law.best !== undefined).length >= MOST * RESAMPLES,
  )
  return isShown ? widest(draws, best, (law) => law.best ?? Infinity) : undefined
}

/** Past what was measured by half, and past the peak where that is not far. */
function curveOver(points: readonly LawPoint[], peak: number | undefined): readonly number[] {
  const numbers = points.map(({ lanes }) => lanes)
  const most = Math.max(...numbers)
  const last = Math.ceil(
    peak !== undefined && peak < 2 * most ? Math.max(1.5 * most, 1.25 * peak) : 1.5 * most,
  )
  const step = Math.max(1, Math.ceil((last - 1) / CURVE))
  const even = Array.from({ length: Math.floor((last - 1) / step) + 1 }, (_, at) => 1 + at * step)
  return [...new Set([...even, ...numbers, last])].toSorted((one, other) => one - other)
}
