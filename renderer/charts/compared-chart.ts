/** How long each member of a comparison took: a bar a member, a dot a repeat. */
import { bootstrapMedian, median } from '../../main/core/statistics.ts'
import { letterOf, type Member } from '../../main/export/compare/members.ts'
import { duration } from '../theme/figures.ts'
import { barsChart } from './bars-chart.ts'
import type { ChartModel } from './chart.ts'

export const comparedChart = (members: readonly Member[]): ChartModel =>
  barsChart({
    id: 'elapsed',
    title: 'Elapsed, s',
    what: 'seconds',
    figure: (seconds) => duration(seconds * 1e9),
    bars: members.map(({ name, sections }, index) => {
      const values = sections.map(({ elapsed }) => elapsed / 1e9)
      const interval = bootstrapMedian(values)
      return {
        id: `${letterOf(index)} ${name}`,
        // Names are long: the panes and the picture's caption say them.
        label: letterOf(index),
        values,
        median: median(values) ?? 0,
        ...(interval && { interval }),
      }
    }),
  })
