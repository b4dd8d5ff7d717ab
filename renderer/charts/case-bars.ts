import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { CaseTable } from '../../main/run/contract.ts'
import { formatRatio } from '../../main/core/figures-format.ts'
import { barsChart } from './bars-chart.ts'
import { caseLabel, measured, measuredTick } from './cases.ts'
import type { ChartModel } from './chart.ts'

/** The cases of a run as bars: medians, every repeat as a dot, 95 % intervals. */
export function caseBarsChart({ measure, cases }: CaseTable, demo: DemoManifest): ChartModel {
  return barsChart({
    id: 'cases',
    title: `${measure.what}, ${measure.better === 'less' ? 'less' : 'more'} is better`,
    what: measure.unit === '' ? measure.what : `${measure.what} (${measure.unit})`,
    figure: (value) => measured(measure, value),
    tick: (value) => measuredTick(measure, value),
    bars: cases.map(({ label, values, median, interval, ratio }) => ({
      id: label,
      label: caseLabel(label, demo),
      values,
      median,
      ...(interval && { interval }),
      ...(ratio && { beside: `${formatRatio(ratio.estimate)}\u00a0×` }),
    })),
    ...(cases.length === 0 && { empty: 'No section ran to its end: there is nothing to compare.' }),
  })
}
