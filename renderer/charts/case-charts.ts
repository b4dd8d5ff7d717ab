/** Which charts the cases of a run have. */
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { CaseTable, RunStatus } from '../../main/run/contract.ts'
import { caseBarsChart } from './case-bars.ts'
import { caseCurvesChart } from './case-curves.ts'
import { caseShape } from './cases.ts'
import type { ChartModel } from './chart.ts'
import { lawsChart } from './laws-chart.ts'

export interface CaseCharts {
  readonly table: CaseTable
  readonly demo: DemoManifest
  readonly status: Pick<RunStatus, 'unit'>
  readonly processors: number | undefined
}

export { caseShape as caseShapeOf } from './cases.ts'

/** Bars of variants; of a sweep its law, where one was fitted, and its curves where that does not show them. */
export function chartsOfCases(given: CaseCharts): readonly ChartModel[] {
  const { table, demo, status, processors } = given
  const { axes, variants, measure } = caseShape(table, demo)
  if (axes.length === 0) return [caseBarsChart(table, demo)]
  const laws = lawsChart({ table, demo, unit: status.unit, processors })
  const fitted = (table.laws ?? []).map(({ variant }) => variant)
  const showsAll = measure.unit === '/s' && variants.every((each) => fitted.includes(each))
  return [...(laws ? [laws] : []), ...(laws && showsAll ? [] : [caseCurvesChart(table, demo)])]
}
