import type { ChartConfiguration } from 'chart.js'
import type { CsvValue } from '../../main/export/csv.ts'
import type { ChartColours } from './colours.ts'

export interface LegendEntry {
  readonly label: string
  readonly look: 'queue-line' | 'dashed-line' | 'wait' | 'hold' | 'dot' | 'interval'
}

/** One chart: what it shows, how it is drawn, and its data as a table for the CSV. */
export interface ChartModel {
  /** Start of the exported files' names. */
  readonly id: string
  readonly title: string
  readonly legend: readonly LegendEntry[]
  readonly header: readonly string[]
  readonly records: readonly (readonly CsvValue[])[]
  /** What it says, for those who cannot see it. */
  readonly spoken: string
  build(colours: ChartColours): ChartConfiguration
}
