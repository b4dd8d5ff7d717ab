import type { ChartConfiguration } from 'chart.js'
import type { CsvValue } from '../../main/export/csv.ts'
import type { TimeRange } from '../../main/run/contract.ts'
import type { StateToken } from '../theme/state-style.ts'
import type { ChartColours } from './colours.ts'

/** A line or a mark of a chart. */
export const MARKS = [
  'queue-line',
  'dashed-line',
  'dotted-line',
  'accent-line',
  'quiet-line',
  'dot',
  'interval',
  'series',
  'band',
] as const
type Mark = (typeof MARKS)[number]

export interface LegendEntry {
  readonly label: string
  /** A state's pattern, or a line or mark of the chart. */
  readonly look: StateToken | Mark
  /** Of a series: which one it is, from 0 (series-look.ts). */
  readonly index?: number
}

/** One chart: what it shows, how it is drawn, and its data as a table for the CSV. */
export interface ChartModel {
  /** Start of the exported files' names. */
  readonly id: string
  readonly title: string
  readonly legend: readonly LegendEntry[]
  readonly header: readonly string[]
  /** Made when asked for. */
  readonly records: readonly (readonly CsvValue[])[]
  /** What it says, for those who cannot see it. */
  readonly spoken: string
  /** Under the chart: what a fitted line says, and whose law it is. */
  readonly note?: string
  /** Stands in its place where there is nothing to draw. */
  readonly empty?: string
  /** The horizontal axis is time over this range, in seconds. */
  readonly range?: TimeRange
  /** Bars below each other, where there are many: the card gets higher. */
  readonly rows?: number
  build(colours: ChartColours): ChartConfiguration
}
