/**
 * How a program scales: work done a second against the number of lanes. What is fitted to it, and
 * from how many numbers on:
 *
 * - Amdahl's law, X(n) = γ n / (1 + α (n − 1)), from 4 on. α: the share that runs alone. G. M.
 *   Amdahl, Validity of the single processor approach (AFIPS 1967).
 * - The universal scalability law, X(n) = γ n / (1 + α (n − 1) + β n (n − 1)), from 6 on. β: what
 *   the lanes pay to agree with each other. N. J. Gunther, Guerrilla Capacity Planning (2007),
 *   chapters 4 to 6, which also asks for half a dozen numbers at least.
 *
 * Both are linear in 1/γ, α/γ and β/γ: n / X = 1/γ + α/γ (n − 1) + β/γ n (n − 1). They are fitted
 * by least squares of the relative error, with α and β not below 0.
 */

import type { Estimate } from './statistics.ts'

/** Work a second that was measured with so many lanes. */
export interface LawPoint {
  readonly lanes: number
  readonly value: number
}

export interface ScalingLaw {
  readonly law: 'Amdahl' | 'Gunther'
  /** α: share of the work that only one lane at a time can do, 0 to 1. */
  readonly contention: number
  /** β; 0 under Amdahl's law. */
  readonly coherence: number
  /** Lanes with the most work a second; undefined where it grows on. */
  readonly best?: number
  at(lanes: number): number
}

/**
 * What an interval of α tells. α above 1 is no share any more: with two lanes less is done a second
 * than with one. Flat throughput has an α of 1, so that noise takes its interval to both sides.
 * - `falls`: the interval is above 1
 * - `all`: it has 1 in it, and little below: next to nothing is done side by side
 * - `part`: else
 */
export type Alone = 'falls' | 'all' | 'part'
const NEARLY_ALL = 0.9

export function aloneOf({ low, high }: { readonly low: number; readonly high: number }): Alone {
  if (low > 1) return 'falls'
  return high > 1 && low >= NEARLY_ALL ? 'all' : 'part'
}

/** α as a share of the work: none is more than all of it. */
export const asShare = ({ estimate, low, high }: Estimate): Estimate => ({
  estimate: Math.min(1, estimate),
  low: Math.min(1, low),
  high: Math.min(1, high),
})

export const AMDAHL_FROM = 4
export const GUNTHER_FROM = 6

/**
 * @param law by default the one that there are points enough for.
 * @returns undefined while there are too few points, or none of the laws describes them.
 */
export function fitLaw(
  points: readonly LawPoint[],
  law: ScalingLaw['law'] = points.length < GUNTHER_FROM ? 'Amdahl' : 'Gunther',
): ScalingLaw | undefined {
  if (points.length < (law === 'Amdahl' ? AMDAHL_FROM : GUNTHER_FROM)) return undefined
  const choices = law === 'Amdahl' ? [[0, 1], [0]] : [[0, 1, 2], [0, 1], [0, 2], [0]]
  let best: { readonly terms: readonly number[]; readonly error: number } | undefined
  for (const choice of choices) {
    const terms = leastSquares(points, choice)
    if (!terms || !((terms[0] ?? 0) > 0) || terms.some((term) => term < 0)) continue
    const error = points.reduce((sum, point) => sum + residual(point, terms) ** 2, 0)
    if (best === undefined || error < best.error) best = { terms, error }
  }
  if (best === undefined) return undefined
  const [one = NaN, alone = 0, agree = 0] = best.terms
  const contention = alone / one
  const coherence = agree / one
  const peak = coherence > 0 && contention < 1 ? Math.sqrt((1 - contention) / coherence) : undefined
  return {
    law,
    contention,
    coherence,
    ...(peak !== undefined && { best: peak }),
    at: (lanes) => lanes / one / (1 + contention * (lanes - 1) + coherence * lanes * (lanes - 1)),
  }
}

/**
 * Whether it is described as well by Amdahl's law up to some number of lanes, past which more of
 * them do nothing: as where processors are used up. The universal law has as many parameters and
 * would tell a peak of it; which of the two has the lesser error is the better one (K. P. Burnham
 * and D. R. Anderson, Model Selection and Multimodel Inference, 2002, chapter 2).
 */
export function levelsOff(points: readonly LawPoint[], { at }: ScalingLaw): boolean {
  const numbers = points.map(({ lanes }) => lanes)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const error = errorOf(points, at)
  for (let last = Math.ceil(least + 1); last < most; last++) {
    const upTo = (lanes: number): number => Math.min(lanes, last)
    const capped = points.map(({ lanes, value }) => ({ lanes: upTo(lanes), value }))
    const law = fitLaw(capped, 'Amdahl')
    if (law && errorOf(points, (lanes) => law.at(upTo(lanes))) <= error) return true
  }
  return false
}

/** Squares of what is left, relative to the curve: as they are fitted. */
const errorOf = (points: readonly LawPoint[], at: ScalingLaw['at']): number =>
  points.reduce((sum, { lanes, value }) => sum + (1 - value / at(lanes)) ** 2, 0)

const termsOf = (lanes: number): readonly number[] => [1, lanes - 1, lanes * (lanes - 1)]

/** Relative: how far n / X is from the sum of the terms, by n / X. */
const residual = ({ lanes, value }: LawPoint, terms: readonly number[]): number =>
  1 - (value / lanes) * termsOf(lanes).reduce((sum, each, at) => sum + each * (terms[at] ?? 0), 0)

/** The chosen terms that make the squares of the residuals least, 0 for the others. */
function leastSquares(
  points: readonly LawPoint[],
  choice: readonly number[],
): readonly number[] | undefined {
  const rows = points.map(({ lanes, value }) => {
    const terms = termsOf(lanes)
    return choice.map((term) => ((terms[term] ?? 0) * value) / lanes)
  })
  // Normal equations: at most three, of numbers of similar size.
  const equations = choice.map((_, one) => [
    ...choice.map((__, other) =>
      rows.reduce((sum, row) => sum + (row[one] ?? 0) * (row[other] ?? 0), 0),
    ),
    rows.reduce((sum, row) => sum + (row[one] ?? 0), 0),
  ])
  const solved = solve(equations)
  if (!solved) return undefined
  const terms = [0, 0, 0]
  choice.forEach((term, index) => (terms[term] = solved[index] ?? 0))
  return terms
}

/** Gauss and Jordan, with the largest pivot. @returns undefined where the equations depend. */
function solve(equations: number[][]): readonly number[] | undefined {
  const size = equations.length
  for (let column = 0; column < size; column++) {
    const below = equations.slice(column)
    const pivot = below.reduce((most, row) =>
      Math.abs(row[column] ?? 0) > Math.abs(most[column] ?? 0) ? row : most,
    )
    const lead = pivot[column] ?? 0
    if (Math.abs(lead) < 1e-12 * Math.abs(equations[0]?.[0] ?? 1)) return undefined
    const rest = equations.filter((row) => row !== pivot)
    const scaled = pivot.map((each) => each / lead)
    const reduced = rest.map((row) => {
      const factor = row[column] ?? 0
      return row.map((each, at) => each - factor * (scaled[at] ?? 0))
    })
    equations = [...reduced.slice(0, column), scaled, ...reduced.slice(column)]
  }
  return equations.map((row) => row[size] ?? NaN)
}
