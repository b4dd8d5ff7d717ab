import type { ScaleOptionsByType } from 'chart.js'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { CaseTable } from '../../main/run/contract.ts'
import { showAxisValue } from './axis-values.ts'
import { axis, baseOptions } from './base.ts'
import {
  axisWords,
  caseShape,
  measured,
  measuredTick,
  needsLogarithm,
  type CaseLine,
  type CaseShape,
} from './cases.ts'
import type { ChartModel, LegendEntry } from './chart.ts'
import type { ChartColours } from './colours.ts'
import { seriesLook } from './series-look.ts'

/** A point with the ends of its interval: drawn by the plugin of scaling-chart.ts. */
interface IntervalPoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

/** What was measured over the values of a sweep: a curve for each variant and value of the second parameter. */
export function caseCurvesChart(table: CaseTable, demo: DemoManifest): ChartModel {
  const shape = caseShape(table, demo)
  const { measure, axes, lines } = shape
  const [first, second] = axes
  const name = first ? `${first.label}${first.unit ? ` (${first.unit})` : ''}` : ''
  const scales = scalesOf(shape)
  const even = [scales.x ? name.toLowerCase() : '', scales.y ? measure.what.toLowerCase() : '']
  const logarithmic = even.filter((each) => each !== '').join(' and ')
  return {
    id: 'sweep',
    title: `${measure.what} by ${name.toLowerCase()}`,
    legend: [
      ...lines.map(({ label }, index): LegendEntry => ({ label, look: 'series', index })),
      ...(table.cases.some(({ interval }) => interval)
        ? [{ label: '95 % interval', look: 'interval' as const }]
        : []),
    ],
    header: [
      'variant',
      ...axes.map(({ id }) => id),
      ...['repeats', measure.unit === '' ? 'median' : `median (${measure.unit})`, 'low', 'high'],
    ],
    get records() {
      return shape.points.map(({ variant, at, figure: { values, median, interval } }) => [
        variant,
        ...at,
        values.length,
        median,
        interval?.low,
        interval?.high,
      ])
    },
    spoken: lines
      .map(
        ({ label, points }) =>
          `${label}: ${points
            .map(({ at, figure }) => `${measured(measure, figure.median)} at ${at[0]}`)
            .join(', ')}.`,
      )
      .join(' '),
    ...(logarithmic !== '' && { note: `Logarithmic: ${logarithmic}.` }),
    ...(lines.length === 0 && { empty: 'Nothing was swept in this run.' }),
    build: (colours) => {
      const base = baseOptions(colours)
      return {
        type: 'line',
        data: {
          datasets: lines.flatMap((line, index) => [
            curve(colours, line, index),
            repeats(colours, line, index),
          ]),
        },
        options: {
          ...base,
          parsing: false,
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          scales: {
            x: {
              ...scale(colours, scales.x),
              title: {
                display: true,
                text: name,
                color: colours.palette.text3,
                font: { family: colours.palette.fontUi, size: 11 },
                padding: 2,
              },
              ...spread(shape, scales.x),
              ticks: {
                ...axis(colours).ticks,
                maxTicksLimit: 12,
                autoSkip: true,
                callback: (value) => showAxisValue(Number(value)),
              },
              // A tick where there is a value.
              afterBuildTicks: (built) => {
                built.ticks = valuesOf(shape).map((value) => ({ value }))
              },
            },
            y: {
              ...scale(colours, scales.y),
              beginAtZero: !scales.y,
              ticks: {
                ...axis(colours).ticks,
                maxTicksLimit: 6,
                callback: (value) => measuredTick(measure, Number(value)),
              },
            },
          },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              filter: (item) => item.datasetIndex % 2 === 0,
              callbacks: {
                title: ([item]) => (item && first ? axisWords(first, item.parsed.x ?? NaN) : ''),
                label: (item) => {
                  const point = lines[item.datasetIndex / 2]?.points[item.dataIndex]
                  if (!point) return ''
                  const { median, interval } = point.figure
                  const words = interval
                    ? `, ${measured(measure, interval.low)} to ${measured(measure, interval.high)}`
                    : ''
                  const of = lines.length > 1 || second ? `${item.dataset.label} ` : ''
                  return ` ${of}${measured(measure, median)}${words}`
                },
              },
            },
          },
        },
      }
    },
  }
}

const valuesOf = ({ points }: CaseShape): readonly number[] =>
  [...new Set(points.map(({ at }) => at[0] ?? NaN))].sort((left, right) => left - right)

/** Which axes are logarithmic. */
const scalesOf = (shape: CaseShape) => ({
  x: needsLogarithm(valuesOf(shape)),
  y: needsLogarithm(shape.points.map(({ figure }) => figure.median)),
})

const scale = (colours: ChartColours, isLogarithmic: boolean) => ({
  ...axis(colours),
  type: isLogarithmic ? ('logarithmic' as const) : ('linear' as const),
})

/** A little room left and right of the first and last value. */
function spread(
  shape: CaseShape,
  isLogarithmic: boolean,
): Pick<ScaleOptionsByType<'linear'>, 'min' | 'max'> {
  const values = valuesOf(shape)
  const [least = 0, most = 1] = [values[0], values.at(-1)]
  if (isLogarithmic) return { min: least * 0.85, max: most * 1.18 }
  const margin = (most - least) * 0.04 || 1
  return { min: least - margin, max: most + margin }
}

function curve({ palette }: ChartColours, { label, points }: CaseLine, index: number) {
  const { colour, dash, mark } = seriesLook(palette, index)
  return {
    label,
    data: points.map(({ at, figure: { median, interval } }): IntervalPoint => {
      const point = { x: at[0] ?? NaN, y: median }
      return interval ? { ...point, low: interval.low, high: interval.high } : point
    }),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: index === 0 ? 2 : 1.5,
    borderDash: dash,
    pointStyle: mark,
    pointRadius: 3.5,
    pointHoverRadius: 5,
    order: 1,
  }
}

/** Every repeat, faint behind the medians. */
function repeats({ palette }: ChartColours, { points }: CaseLine, index: number) {
  const { colour } = seriesLook(palette, index)
  return {
    label: '',
    data: points.flatMap(({ at, figure: { values } }) =>
      values.map((y): IntervalPoint => ({ x: at[0] ?? NaN, y })),
    ),
    showLine: false,
    borderColor: colour,
    backgroundColor: `${colour}59`,
    borderWidth: 0,
    pointStyle: 'circle' as const,
    pointRadius: 2,
    pointHoverRadius: 2,
    order: 2,
  }
}
