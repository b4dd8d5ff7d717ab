/** The cases of a run as charts need them: by variant and by what was swept. Pure. */
import { formatNumber } from '../../main/export/measuring-words.ts'
import type { DemoManifest, ParameterDefinition } from '../../main/demos/manifest.ts'
import type { CaseFigure, CaseMeasure, CaseTable } from '../../main/run/contract.ts'
import { partsOfLabel } from '../../main/run/section-label.ts'
import { bytes, count, duration, rate, short } from '../theme/figures.ts'
import { tickDuration } from './base.ts'

/** What names variants and values. */
type Names = Pick<DemoManifest, 'variants' | 'parameters'>

export interface CasePoint {
  readonly figure: CaseFigure
  readonly variant: string
  /** Values of the axes, in their order. */
  readonly at: readonly number[]
}

export interface CaseLine {
  /** `Two threads`, `Two threads, held 1 ms`; of one variant `held 1 ms`. */
  readonly label: string
  readonly variant: string
  /** Value of the second axis; absent: there is none. */
  readonly second?: number
  /** By value of the first axis, ascending. */
  readonly points: readonly CasePoint[]
}

export interface CaseShape {
  readonly measure: CaseMeasure
  /** What was swept: none, one or two. */
  readonly axes: readonly ParameterDefinition[]
  /** Ids, in the order of the request. */
  readonly variants: readonly string[]
  readonly points: readonly CasePoint[]
  /** One for each variant and value of the second axis; none without a sweep. */
  readonly lines: readonly CaseLine[]
}

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)]

export function caseShape({ measure, cases }: CaseTable, demo: Names): CaseShape {
  const parts = cases.map((figure) => ({ figure, ...partsOfLabel(figure.label) }))
  const ids = unique(parts.flatMap(({ swept }) => Object.keys(swept)))
  const points = parts.map(({ figure, variant, swept }): CasePoint => {
    return { figure, variant, at: ids.map((id) => swept[id] ?? NaN) }
  })
  const variants = unique(points.map(({ variant }) => variant))
  const axes = ids.map((id) => demo.parameters.find((each) => each.id === id) ?? unknown(id))
  return { measure, axes, variants, points, lines: linesOf(points, variants, axes, demo) }
}

/** Of a recording whose demo has no such parameter here. */
const unknown = (id: string): ParameterDefinition => ({
  ...{ id, label: id, help: '', kind: 'number' as const, presets: [] },
  ...{ minimum: -Infinity, maximum: Infinity, default: 0 },
})

function linesOf(
  points: readonly CasePoint[],
  variants: readonly string[],
  axes: readonly ParameterDefinition[],
  demo: Names,
): readonly CaseLine[] {
  const [first, other] = axes
  if (first === undefined) return []
  const seconds = other ? unique(points.map(({ at }) => at[1] ?? NaN)) : [undefined]
  return variants.flatMap((variant) =>
    seconds.map((second): CaseLine => {
      const value = other && second !== undefined ? [axisWords(other, second)] : []
      const names = variants.length > 1 || !other ? [variantLabel(demo, variant)] : []
      const own = points.filter((each) => each.variant === variant && each.at[1] === second)
      return {
        label: [...names, ...value].join(', '),
        variant,
        ...(second !== undefined && { second }),
        points: own.toSorted((left, right) => (left.at[0] ?? 0) - (right.at[0] ?? 0)),
      }
    }),
  )
}

export const variantLabel = ({ variants }: Pick<Names, 'variants'>, id: string): string =>
  variants.find((each) => each.id === id)?.label ?? id

/** `held 1.5 ms`, `threads 4`. */
export const axisWords = ({ label, unit }: ParameterDefinition, value: number): string =>
  `${uncapitalised(label)} ${count3(value)}${unit === undefined ? '' : `\u00a0${unit}`}`

const uncapitalised = (label: string): string =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

const count3 = (value: number): string =>
  Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(6)))

/** `Two threads`; with a sweep `Two threads, held 1 ms`; with an engine of its own that as well. */
export function caseLabel(label: string, demo: Names): string {
  const { variant, swept, engine } = partsOfLabel(label)
  const values = Object.entries(swept).map(([id, value]) =>
    axisWords(demo.parameters.find((each) => each.id === id) ?? unknown(id), value),
  )
  return [variantLabel(demo, variant), ...values, ...(engine === '' ? [] : [engine])].join(', ')
}

/** A figure with its unit. */
export function measured({ unit }: CaseMeasure, value: number): string {
  if (unit === 'ns') return duration(value)
  if (unit === '/s') return rate(value)
  if (unit === 'bytes') return bytes(value)
  if (unit === 'bytes/s') return `${bytes(value)}/s`
  return formatNumber(value)
}

/** The same on an axis. */
export function measuredTick({ unit }: CaseMeasure, value: number): string {
  if (unit === 'ns') return tickDuration(value)
  if (unit === '/s') return value === 0 ? '0' : `${short(value)}/s`
  return unit === '' ? short(value) : measured({ what: '', unit, better: 'less' }, value)
}

const SPANS_DECADES = 30

/** Values of which the largest hides the others on an even scale. */
export function needsLogarithm(values: readonly number[]): boolean {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return values.length > 2 && least > 0 && most / least >= SPANS_DECADES
}

export interface CaseCell {
  readonly figure: CaseFigure
  /** 1 to HEATS: how its median stands to all others. */
  readonly heat: number
  /** Its interval and what it waited for. */
  readonly words: string
}

export interface CaseGrid {
  readonly variant: string
  /** Values of the first axis. */
  readonly columns: readonly number[]
  /** One for each value of the second axis, its cells in the order of the columns. */
  readonly rows: readonly {
    readonly value: number
    readonly cells: readonly (CaseCell | undefined)[]
  }[]
}

export const HEATS = 5

/** One variant over two swept parameters; heat is by the logarithm where figures span decades. */
export function gridOf({ measure, points }: CaseShape, variant: string): CaseGrid {
  const all = points.map(({ figure }) => figure.median)
  const level = needsLogarithm(all) ? Math.log : (value: number) => value
  const [least, most] = [level(Math.min(...all)), level(Math.max(...all))]
  const heatOf = (value: number) =>
    most > least ? 1 + Math.round(((level(value) - least) / (most - least)) * (HEATS - 1)) : 1
  const own = points.filter((each) => each.variant === variant)
  const ascending = (index: number) =>
    unique(own.map(({ at }) => at[index] ?? NaN)).toSorted((left, right) => left - right)
  const columns = ascending(0)
  const cellOf = (column: number, row: number): CaseCell | undefined => {
    const figure = own.find(({ at }) => at[0] === column && at[1] === row)?.figure
    if (!figure) return undefined
    const { median, interval, bottleneck, values } = figure
    const words = [
      interval
        ? `${measured(measure, interval.low)} to ${measured(measure, interval.high)} (95 %)`
        : `median of ${values.length}`,
      bottleneck,
    ]
    return { figure, heat: heatOf(median), words: words.filter((each) => each !== '').join('; ') }
  }
  return {
    variant,
    columns,
    rows: ascending(1).map((value) => ({
      value,
      cells: columns.map((column) => cellOf(column, value)),
    })),
  }
}
