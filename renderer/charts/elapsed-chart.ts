import { duration } from '../theme/figures.ts'
import { barsChart } from './bars-chart.ts'
import type { ChartModel } from './chart.ts'
import type { ElapsedBar } from './elapsed.ts'

/** Seconds that each variant took: its own chart, in seconds, whatever a demo compares. */
export const elapsedChart = (bars: readonly ElapsedBar[], isOver = true): ChartModel =>
  barsChart({
    id: 'elapsed-per-variant',
    title: 'Elapsed per variant, s',
    what: 'seconds',
    figure: (seconds) => duration(seconds * 1e9),
    bars: bars.map(({ variant, label, times, median, interval }) => ({
      id: variant,
      label,
      values: times,
      median,
      ...(interval && { interval }),
    })),
    ...(bars.length === 0 && {
      empty: isOver
        ? 'No section ran to its end, so there is no elapsed time to show. Run it again.'
        : 'Elapsed times per variant come when the run is over.',
    }),
  })
