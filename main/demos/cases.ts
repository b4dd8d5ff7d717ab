/** The cases of a run with other variants or a sweep: what each measured, and against what. */
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
} from '../core/figures-format.ts'
import { bootstrapMedian, bootstrapRatio, eachOf, MIN_REPEATS } from '../core/statistics.ts'
import type { CaseFigure, CaseMeasure, Interval } from '../run/contract.ts'
import { partsOfLabel } from '../run/section-label.ts'
import type { SectionFigures } from '../trace/figures.ts'
import { commonBottleneck, type Bottleneck } from './bottleneck.ts'
import type { Demo, DemoFigure, VerdictInput } from './demo.ts'
import {
  parametersOf,
  type DemoManifest,
  type ParameterDefinition,
  type Parameters,
} from './manifest.ts'
import { processorsOf, typical, type Typical } from './verdict-parts.ts'

/** A variant at a point of the sweep. */
export interface Case {
  readonly label: string
  readonly variant: string
  /** The swept values alone; empty without a sweep. */
  readonly swept: Parameters
  /** What it ran with: the request's where its variant takes them, with the swept ones. */
  readonly parameters: Parameters
  readonly sections: readonly SectionFigures[]
}

/** One that shows the figure that is compared. */
export interface MeasuredCase extends Case {
  readonly values: readonly number[]
  readonly middle: Typical
  readonly figure: CaseFigure
  readonly bottleneck: Bottleneck | undefined
  /** What it is compared with; undefined of that one itself. */
  readonly reference: Case | undefined
}

/** Numbers of lanes: over these a sweep tells how a program scales. */
const LANE_PARAMETERS: readonly string[] = ['threads', 'processes', 'workers']

/** A run of more than a variant and its baseline, or one with a sweep. */
export function isCasesRun({ manifest }: Demo, { sections, variant }: VerdictInput): boolean {
  const baseline = manifest.variants.find(({ id }) => id === variant)?.baseline
  return sections
    .map((section) => partsOfLabel(section.variant))
    .some(
      (label) =>
        Object.keys(label.swept).length > 0 ||
        (label.variant !== variant && label.variant !== baseline),
    )
}

/** In the order of the request: that of the first repeat. */
export function casesOf(
  manifest: DemoManifest,
  { sections, parameters }: VerdictInput,
): readonly Case[] {
  const labels = [...new Set(sections.map(({ variant }) => variant))]
  return labels.map((label) => {
    const { variant, swept } = partsOfLabel(label)
    return {
      ...{ label, variant, swept },
      parameters: { ...parametersOf(manifest, variant, parameters), ...swept },
      sections: sections.filter((section) => section.variant === label),
    }
  })
}

/** The parameter that says how many lanes share the work, where it is the only one swept. */
export function laneAxis({ parameters }: DemoManifest, cases: readonly Case[]): string | undefined {
  const swept = [...new Set(cases.flatMap((each) => Object.keys(each.swept)))]
  const [axis] = swept
  return swept.length === 1 && axis !== undefined && LANE_PARAMETERS.includes(axis)
    ? parameters.find(({ id }) => id === axis)?.id
    : undefined
}

/**
 * What is compared: the demo's own figure; in a sweep over lanes the work done a second, because
 * more lanes may mean more work; else the time.
 */
export function measureOf(demo: Demo, cases: readonly Case[]): DemoFigure {
  if (demo.figure) return demo.figure
  const workOf = ({ variant, parameters }: Case) => demo.work(parameters, variant)
  const isScaling = laneAxis(demo.manifest, cases) !== undefined
  return isScaling && cases.every((each) => workOf(each) > 0) ? workRate(demo) : TIME
}

const TIME: DemoFigure = { what: 'Time', unit: 'ns', better: 'less', of: ({ elapsed }) => elapsed }

/** Units of work a second, as the demo counts them. */
export const workRate = ({ unit, work }: Demo): DemoFigure => ({
  ...{ what: `Work a second (${unit})`, unit: '/s', better: 'more' },
  of: ({ variant, elapsed }, parameters) =>
    elapsed > 0 ? (work(parameters, partsOfLabel(variant).variant) * 1e9) / elapsed : undefined,
})

const isFigure = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value)

/** Each with its figures; those that do not show the figure are left out. */
export function measured(
  input: VerdictInput,
  cases: readonly Case[],
  measure: DemoFigure,
): readonly MeasuredCase[] {
  const shown = cases.flatMap((each) => {
    const of = (section: SectionFigures) => measure.of(section, each.parameters)
    const middle = typical(each.sections, of)
    const values = each.sections.map(of).filter(isFigure)
    return middle === undefined ? [] : [{ ...each, middle, values }]
  })
  const isAlike = (one: Case, other: Case) =>
    Object.entries(one.swept).every(([id, value]) => other.swept[id] === value)
  const references = shown.filter(({ variant }) => variant === input.variant)
  const compared = shown.map((each) =>
    each.variant === input.variant ? undefined : references.find((other) => isAlike(each, other)),
  )
  const counts = compared.filter(
    (reference, at) =>
      Math.min(reference?.values.length ?? 0, shown[at]?.values.length ?? 0) >= MIN_REPEATS,
  ).length
  return shown.map((each, at) => {
    const reference = compared[at]
    const bottleneck = commonBottleneck(each.sections, (section) => processorsOf(input, section))
    const ratio =
      reference && bootstrapRatio(each.values, reference.values, { confidence: eachOf(counts) })
    const interval = bootstrapMedian(each.values)
    const figure: CaseFigure = {
      label: each.label,
      values: each.values,
      median: each.middle.value,
      ...(interval && { interval }),
      // Times of nothing have no ratio.
      ...(ratio && Number.isFinite(ratio.low) && Number.isFinite(ratio.high) && { ratio }),
      bottleneck: bottleneck?.words ?? '',
      place: each.middle.place,
    }
    return { ...each, figure, bottleneck, reference }
  })
}

/** What an interval of a ratio shows of the first one: it is better, it is worse, or neither. */
export type Shown = 'better' | 'worse' | 'no difference shown'

export function shownBy({ low, high }: Interval, better: CaseMeasure['better']): Shown {
  if (low <= 1 && high >= 1) return 'no difference shown'
  return high < 1 === (better === 'less') ? 'better' : 'worse'
}

export function formatMeasure(unit: CaseMeasure['unit'], value: number): string {
  switch (unit) {
    case 'ns':
      return formatDuration(value)
    case '/s':
      return formatRate(value)
    case 'bytes':
      return formatBytes(value)
    case 'bytes/s':
      return `${formatBytes(value)}/s`
    case '':
      return formatRatio(value)
  }
}

/** `4 threads`, `switch interval 5 ms`; '' without a sweep. */
export const pointWords = ({ parameters }: DemoManifest, swept: Parameters): string =>
  Object.entries(swept)
    .map(([id, value]) => valueWords(parameters.find((each) => each.id === id) ?? { id }, value))
    .join(', ')

function valueWords(
  { id, label = id, unit }: Pick<ParameterDefinition, 'id'> & Partial<ParameterDefinition>,
  value: number,
): string {
  // As it was typed: 0.1 is 0.1.
  const given = Math.abs(value) >= 1e4 ? formatCount(value) : String(value)
  if (LANE_PARAMETERS.includes(id)) return value === 1 ? `1 ${LANES_ONE[id]}` : `${given} ${id}`
  return `${label.charAt(0).toLowerCase()}${label.slice(1)} ${given}${unit === undefined ? '' : `\u00a0${unit}`}`
}

const LANES_ONE: Readonly<Record<string, string>> = {
  threads: 'thread',
  processes: 'process',
  workers: 'worker',
}
