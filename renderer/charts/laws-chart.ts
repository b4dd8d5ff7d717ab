import type { Plugin } from 'chart.js'
import { formatNumber } from '../../main/export/measuring-words.ts'
import { aloneOf, asShare } from '../../main/core/scaling.ts'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { CaseTable, FittedLaw, Interval } from '../../main/run/contract.ts'
import { percent, rate, short } from '../theme/figures.ts'
import { axis, baseOptions } from './base.ts'
import { caseShape, variantLabel, type CaseLine } from './cases.ts'
import type { ChartModel, LegendEntry } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'
import { seriesLook } from './series-look.ts'

export interface LawsChart {
  readonly table: CaseTable
  readonly demo: DemoManifest
  /** What is counted: `counts`, `rounds`. */
  readonly unit: string
  readonly processors: number | undefined
}

interface RatePoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

/** Work a second by the number of lanes, the law that fits it, its 95 % band and where it peaks. */
export function lawsChart(given: LawsChart): ChartModel | undefined {
  const { table, demo, unit, processors } = given
  const { laws = [] } = table
  const { axes, lines } = caseShape(table, demo)
  const [lanes] = axes
  if (laws.length === 0 || lanes === undefined || axes.length !== 1) return undefined
  const counted = lanes.label.toLowerCase()
  const fitted = laws.map((law, index) => ({
    law,
    index,
    label: variantLabel(demo, law.variant),
    points: ratesOf(lines, law, given),
  }))
  const isAlone = fitted.length === 1
  return {
    id: 'scaling',
    title: `Scaling, ${unit}/s by ${counted}`,
    legend: [
      ...fitted.map(({ label, index }): LegendEntry => ({ label, look: 'series', index })),
      ...(isAlone ? [{ label: 'fitted, 95 % band', look: 'band' as const }] : []),
      ...(fitted.some(({ points }) => points.some(({ low }) => low !== undefined))
        ? [{ label: '95 % interval', look: 'interval' as const }]
        : []),
    ],
    header: ['variant', counted, `${unit} per second`, 'fitted', 'low', 'high'],
    get records() {
      return fitted.flatMap(({ law, points }) =>
        law.lanes.map((x, at) => [
          law.variant,
          x,
          points.find((point) => point.x === x)?.y,
          law.predicted[at],
          law.low[at],
          law.high[at],
        ]),
      )
    },
    spoken: fitted
      .map(({ law, label, points }) =>
        [
          `${label}:`,
          `${points.map(({ x, y }) => `${rate(y)} with ${x}`).join(', ')}.`,
          lawWords(law, counted),
        ].join(' '),
      )
      .join(' '),
    note: [
      ...fitted.map(({ law, label }) =>
        isAlone ? lawWords(law, counted) : `${label}: ${lawWords(law, counted)}`,
      ),
      ...(processors === undefined ? [] : [`This machine has ${processors} processors.`]),
    ].join(' '),
    build: (colours) => {
      const base = baseOptions(colours)
      const plain = axis(colours)
      const all = fitted.flatMap(({ law, points }) => [...law.lanes, ...points.map(({ x }) => x)])
      const highest = Math.max(
        ...fitted.flatMap(({ law, points }) => [
          ...law.predicted,
          ...points.map(({ y, high = y }) => high),
        ]),
      )
      const data = {
        datasets: fitted.flatMap(({ law, index, label, points }) => [
          measured(colours, index, label, points),
          curve(colours, index, law),
          ...band(colours, index, law),
        ]),
      }
      peaks.set(data, {
        peaks: fitted.map(({ law, index }) => ({ peak: law.peak, index })),
        colours,
      })
      return {
        type: 'line',
        data,
        options: {
          ...base,
          parsing: false,
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          scales: {
            x: {
              ...plain,
              type: 'linear',
              min: 0,
              max: Math.max(...all) + 0.5,
              ticks: { ...plain.ticks, precision: 0, includeBounds: false },
            },
            y: {
              ...plain,
              beginAtZero: true,
              suggestedMax: highest,
              ticks: {
                ...plain.ticks,
                maxTicksLimit: 6,
                callback: (value) => short(Number(value)),
              },
            },
          },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              // Measured and fitted; the band is drawn.
              filter: (item) => item.datasetIndex % 4 < 2,
              callbacks: {
                title: ([item]) => (item ? `${item.parsed.x} ${counted}` : ''),
                label: (item) => ` ${item.dataset.label} ${rate(item.parsed.y ?? NaN)}`,
              },
            },
          },
        },
      }
    },
  }
}

/** Measured work a second; none where the run compares something else. */
function ratesOf(
  lines: readonly CaseLine[],
  law: FittedLaw,
  { table: { measure } }: LawsChart,
): readonly RatePoint[] {
  if (measure.unit !== '/s') return []
  const line = lines.find(({ variant }) => variant === law.variant)
  return (line?.points ?? []).map(({ at, figure: { median: y, interval } }) => {
    const point = { x: at[0] ?? NaN, y }
    return interval ? { ...point, low: interval.low, high: interval.high } : point
  })
}

const interval = ({ low, high }: Interval, words: (value: number) => string): string =>
  `${words(low)} to ${words(high)}`

/** What the law says, with its intervals. */
export function lawWords(fitted: FittedLaw, counted: string): string {
  const { law, coherence, peak } = fitted
  const alone = aloneOf(fitted.contention)
  const contention = asShare(fitted.contention)
  if (alone === 'falls')
    return `${law === 'Amdahl' ? 'Amdahl’s law' : 'The universal scalability law'} does not describe this: the work done a second falls with more ${counted}.`
  if (law === 'Amdahl' || coherence.estimate === 0)
    return alone === 'all'
      ? `Amdahl’s law fits with practically all (${interval(contention, percent)}) run by one alone.`
      : `Amdahl’s law fits with ${percent(contention.estimate)} (${interval(contention, percent)}) run by one alone.`
  const small = (value: number) => String(Number(value.toPrecision(2)))
  const best = peak
    ? `; the most is predicted at ${formatNumber(peak.estimate)} ${counted} (${interval(peak, formatNumber)})`
    : ''
  return `Gunther’s universal scalability law fits with contention ${small(contention.estimate)} (${interval(contention, small)}) and coherence ${small(coherence.estimate)} (${interval(coherence, small)})${best}.`
}

const POINTLESS = { pointStyle: 'line' as const, pointRadius: 0, pointHoverRadius: 0 }

function measured(
  { palette }: ChartColours,
  index: number,
  label: string,
  points: readonly RatePoint[],
) {
  const { colour, mark } = seriesLook(palette, index)
  return {
    label,
    data: [...points],
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 1.5,
    showLine: false,
    pointStyle: mark,
    pointRadius: 3.5,
    pointHoverRadius: 5,
    order: 1,
  }
}

function curve({ palette }: ChartColours, index: number, law: FittedLaw) {
  const { colour, dash } = seriesLook(palette, index)
  return {
    ...POINTLESS,
    label: law.law === 'Amdahl' ? 'Amdahl’s law' : 'universal scalability law',
    data: law.lanes.map((x, at): RatePoint => ({ x, y: law.predicted[at] ?? NaN })),
    borderColor: colour,
    borderWidth: 1.5,
    borderDash: dash,
    cubicInterpolationMode: 'monotone' as const,
    order: 2,
  }
}

/** Its upper end is filled down to the lower one. */
function band({ palette }: ChartColours, index: number, { lanes, low, high }: FittedLaw) {
  const { colour } = seriesLook(palette, index)
  const line = (ends: readonly number[]) => ({
    ...POINTLESS,
    label: '95 % band',
    data: lanes.map((x, at): RatePoint => ({ x, y: ends[at] ?? NaN })),
    borderColor: faded(colour, 0.4),
    borderWidth: 1,
    cubicInterpolationMode: 'monotone' as const,
    order: 3,
  })
  return [line(high), { ...line(low), fill: '-1', backgroundColor: faded(colour, 0.12) }]
}

interface Peaks {
  readonly peaks: readonly { readonly peak: Interval | undefined; readonly index: number }[]
  readonly colours: ChartColours
}

/** What the plugin draws, by the data of the chart it belongs to. */
const peaks = new WeakMap<object, Peaks>()

/** Marks predicted peaks, with their intervals, behind everything; setup.ts registers it. */
export const predictedPeaks: Plugin = {
  id: 'predicted-peaks',
  beforeDatasetsDraw({ ctx, data, chartArea: { left, right, top, bottom }, scales: { x } }) {
    const drawn = peaks.get(data)
    if (!drawn || !x) return
    const { palette } = drawn.colours
    const within = (value: number) => Math.max(left, Math.min(right, x.getPixelForValue(value)))
    ctx.save()
    for (const { peak, index } of drawn.peaks) {
      if (!peak || peak.low > x.max) continue
      const { colour } = seriesLook(palette, index)
      const [from, to] = [within(peak.low), within(peak.high)]
      ctx.fillStyle = faded(colour, 0.1)
      ctx.fillRect(from, top, to - from, bottom - top)
      const at = x.getPixelForValue(peak.estimate)
      if (at > right) continue
      ctx.strokeStyle = colour
      ctx.lineWidth = 1
      ctx.setLineDash([3, 3])
      ctx.beginPath()
      ctx.moveTo(at, top)
      ctx.lineTo(at, bottom)
      ctx.stroke()
      ctx.setLineDash([])
      ctx.fillStyle = palette.text2
      ctx.font = `11px ${palette.fontUi}`
      ctx.textBaseline = 'bottom'
      const words = `peak ${formatNumber(Number(peak.estimate.toPrecision(3)))}`
      const isLeft = at + ctx.measureText(words).width + 6 > right
      ctx.textAlign = isLeft ? 'right' : 'left'
      ctx.fillText(words, at + (isLeft ? -5 : 5), bottom - 4)
    }
    ctx.restore()
  },
}
