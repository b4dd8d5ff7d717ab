/** What a sweep measured, point by point: for answers to questions that only a sweep can tell. */
import { partsOfLabel } from '../run/section-label.ts'
import type { SectionFigures } from '../trace/figures.ts'
import type { VerdictInput } from './demo.ts'
import type { Parameters } from './manifest.ts'
import { typical, type Typical } from './verdict-parts.ts'

/** The sections that ran with one value of the swept parameter. */
export interface SweepPoint {
  readonly value: number
  readonly sections: readonly SectionFigures[]
  /** The request's, with the swept value. */
  readonly parameters: Parameters
}

/**
 * Of one variant, in ascending order of the values.
 * @returns nothing where this parameter was not swept, or another one as well
 */
export function pointsOf(
  { sections, parameters, variant }: Pick<VerdictInput, 'sections' | 'parameters' | 'variant'>,
  axis: string,
): readonly SweepPoint[] {
  const points = new Map<number, SectionFigures[]>()
  for (const section of sections) {
    const label = partsOfLabel(section.variant)
    const { [axis]: value, ...others } = label.swept
    if (label.variant !== variant || value === undefined || Object.keys(others).length > 0) continue
    points.set(value, [...(points.get(value) ?? []), section])
  }
  return [...points]
    .map(([value, own]) => ({ value, sections: own, parameters: { ...parameters, [axis]: value } }))
    .toSorted((one, other) => one.value - other.value)
}

/** A point and its median. */
export interface MeasuredPoint extends Typical {
  readonly at: number
}

export const measuredAt = (
  points: readonly SweepPoint[],
  figure: (section: SectionFigures, parameters: Parameters) => number | undefined,
): readonly MeasuredPoint[] =>
  points.flatMap(({ value, sections, parameters }) => {
    const middle = typical(sections, (section) => figure(section, parameters))
    return middle === undefined ? [] : [{ ...middle, at: value }]
  })

/** Points within this share of the best one are as good. */
export const ALIKE = 0.03

/** The first point whose figure is as good as the best one's; undefined of no points. */
export function firstBest(
  points: readonly MeasuredPoint[],
  better: 'less' | 'more',
  alike: number = ALIKE,
): MeasuredPoint | undefined {
  const values = points.map(({ value }) => value)
  return points.find(({ value }) =>
    better === 'more'
      ? value >= Math.max(...values) * (1 - alike)
      : value <= Math.min(...values) * (1 + alike),
  )
}
