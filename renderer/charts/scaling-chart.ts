import type { Plugin } from 'chart.js'
import { AMDAHL_FROM, fitLaw, type ScalingLaw } from '../../main/core/scaling.ts'
import { formatNumber } from '../../main/export/measuring-words.ts'
import { duration, percent, rate, short } from '../theme/figures.ts'
import { axis, baseOptions, tickDuration } from './base.ts'
import type { ChartModel } from './chart.ts'
import type { ChartColours } from './colours.ts'
import { idealFrom, type Scaling, type ScalingPoint, type ScalingSeries } from './scaling.ts'

export interface ScalingChart {
  readonly scaling: Scaling
  /** The variant that is measured against the ideal, and fitted. */
  readonly variant: string
  /** What is counted: `Threads`, `Processes`. */
  readonly lanes: string
  /** `counts`, `rounds`. */
  readonly unit: string
  readonly processors: number | undefined
}

/** A point with the ends of its interval: the plugin below draws them. */
interface IntervalPoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

const MARKS = ['circle', 'rect', 'triangle', 'rectRot'] as const
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const

/** Work a second (or seconds) against the number of lanes, one line a variant. */
export function scalingChart({
  scaling: { measure, series },
  variant,
  lanes,
  unit,
  processors,
}: ScalingChart): ChartModel {
  const chosen = series.find((each) => each.variant === variant) ?? series[0]
  const isRate = measure === 'rate'
  const ideal = chosen && isRate ? idealFrom(chosen.points) : undefined
  const law = chosen && isRate ? fitLaw(chosen.points) : undefined
  const figure = (value: number) => (isRate ? rate(value) : duration(value * 1e9))
  const counted = lanes.toLowerCase()
  return {
    id: 'scaling',
    title: isRate ? `Scaling, ${unit}/s by ${counted}` : `Scaling, seconds by ${counted}`,
    legend: [
      ...(chosen ? [{ label: chosen.label, look: 'accent-line' as const }] : []),
      ...series
        .filter((each) => each !== chosen)
        .map(({ label }) => ({ label, look: 'quiet-line' as const })),
      ...(ideal ? [{ label: 'ideal', look: 'dashed-line' as const }] : []),
      ...(law ? [{ label: 'fitted', look: 'dotted-line' as const }] : []),
      ...(series.some(({ points }) => points.some(({ low }) => low !== undefined))
        ? [{ label: '95 % interval', look: 'interval' as const }]
        : []),
    ],
    header: [
      ...['variant', counted, 'repeats', isRate ? `${unit} per second` : 'seconds', 'low', 'high'],
      ...(law ? ['fitted'] : []),
    ],
    get records() {
      return series.flatMap(({ label, points, variant: id }) =>
        points.map((point) => [
          ...[label, point.lanes, point.times.length, point.value, point.low, point.high],
          ...(law ? [id === chosen?.variant ? law.at(point.lanes) : undefined] : []),
        ]),
      )
    },
    spoken: [
      ...series.map(
        ({ label, points }) =>
          `${label}: ${points.map((point) => `${figure(point.value)} with ${point.lanes}`).join(', ')}.`,
      ),
      ...(law ? [lawWords(law, counted)] : []),
    ].join(' '),
    ...(chosen
      ? { note: noteOf(chosen, law, isRate, counted, processors) }
      : {
          empty: `Run it with another number of ${counted}, all else the same, and this shows how it scales.`,
        }),
    build: (colours) => {
      const base = baseOptions(colours)
      const plain = axis(colours)
      // The chosen one is the plain line.
      const looks = [...series].sort(
        (one, other) => Number(other === chosen) - Number(one === chosen),
      )
      const look = (each: ScalingSeries) => looks.indexOf(each)
      const points = series.flatMap((each) => each.points)
      const highest = Math.min(
        topOf(points),
        Math.max(...points.map(({ value, high = value }) => high)),
      )
      const most = Math.max(1, ...series.flatMap(({ points }) => points.map((each) => each.lanes)))
      return {
        type: 'line',
        data: {
          datasets: [
            ...series.map((each) => measured(colours, each, look(each), each === chosen)),
            ...(ideal && chosen ? [idealLine(colours, ideal, chosen, most)] : []),
            ...(law && chosen ? [fitted(colours, law, chosen)] : []),
          ],
        },
        options: {
          ...base,
          parsing: false,
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          scales: {
            x: {
              ...plain,
              type: 'linear',
              min: 0,
              max: most + 0.5,
              ticks: { ...plain.ticks, precision: 0, includeBounds: false },
            },
            y: {
              ...plain,
              beginAtZero: true,
              suggestedMax: highest,
              ticks: {
                ...plain.ticks,
                maxTicksLimit: 6,
                callback: (value) =>
                  isRate ? short(Number(value)) : tickDuration(Number(value) * 1e9),
              },
            },
          },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              filter: (item) => item.datasetIndex < series.length,
              callbacks: {
                title: ([item]) => (item ? `${item.parsed.x} ${counted}` : ''),
                label: (item) => {
                  const point = series[item.datasetIndex]?.points[item.dataIndex]
                  if (!point) return ''
                  const { low, high } = point
                  const interval =
                    low === undefined || high === undefined
                      ? ''
                      : `, ${figure(low)} to ${figure(high)}`
                  return ` ${item.dataset.label} ${figure(point.value)}${interval}`
                },
              },
            },
          },
        },
      }
    },
  }
}

function noteOf(
  { points }: ScalingSeries,
  law: ScalingLaw | undefined,
  isRate: boolean,
  counted: string,
  processors: number | undefined,
): string {
  const machine = processors === undefined ? [] : [`This machine has ${processors} processors.`]
  if (!isRate)
    return ['How much work a section does is not known, so no line is ideal.', ...machine].join(' ')
  if (law) return [lawWords(law, counted), ...machine].join(' ')
  const first = points[0]
  const from = first && first.lanes > 1 ? [`The ideal starts at ${first.lanes} ${counted}.`] : []
  return [
    ...from,
    `A law is fitted from ${AMDAHL_FROM} numbers of ${counted} on.`,
    ...machine,
  ].join(' ')
}

function lawWords({ law, contention, coherence, best }: ScalingLaw, counted: string): string {
  // Without coherence Gunther's law is Amdahl's.
  if (law === 'Amdahl' || coherence === 0)
    return `Amdahl’s law fits with ${percent(contention)} run by one alone.`
  const peak = best === undefined ? '' : `, the most at ${formatNumber(best)} ${counted}`
  return `Gunther’s universal scalability law fits with contention ${contention.toPrecision(2)} and coherence ${coherence.toPrecision(2)}${peak}.`
}

const pointsOf = ({ points }: ScalingSeries): IntervalPoint[] =>
  points.map(({ lanes: x, value: y, low, high }) =>
    low === undefined || high === undefined ? { x, y } : { x, y, low, high },
  )

function measured(
  { palette }: ChartColours,
  series: ScalingSeries,
  index: number,
  isChosen: boolean,
) {
  const colour = isChosen ? palette.accent : palette.text2
  return {
    label: series.label,
    data: pointsOf(series),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: isChosen ? 2 : 1.5,
    borderDash: [...(DASHES[index % DASHES.length] ?? [])],
    pointStyle: MARKS[index % MARKS.length] ?? 'circle',
    pointRadius: 3.5,
    pointHoverRadius: 5,
  }
}

/** What reaches higher above all measurements than this would press them to the ground. */
const HEADROOM = 1.6
const topOf = (points: readonly ScalingPoint[]): number =>
  HEADROOM * Math.max(...points.map(({ value }) => value))

function idealLine(
  { palette }: ChartColours,
  ideal: (lanes: number) => number,
  { points }: ScalingSeries,
  most: number,
) {
  const first = points[0]?.lanes ?? 1
  const top = topOf(points)
  const last = Math.max(first, Math.min(most, top / ideal(1)))
  return {
    label: 'ideal',
    data: [first, last].map((x) => ({ x, y: ideal(x) })),
    borderColor: palette.text,
    borderDash: [4, 3],
    borderWidth: 1,
    pointStyle: 'line',
    pointRadius: 0,
    pointHoverRadius: 0,
  }
}

/** Steps of a curve. */
const STEPS = 48

/** Only between the numbers that were measured: beyond them nothing is known. */
function fitted({ palette }: ChartColours, law: ScalingLaw, { points }: ScalingSeries) {
  const first = points[0]?.lanes ?? 1
  const last = points.at(-1)?.lanes ?? first
  const xs = Array.from({ length: STEPS + 1 }, (_, step) => first + ((last - first) * step) / STEPS)
  return {
    label: law.law === 'Amdahl' ? 'Amdahl’s law' : 'universal scalability law',
    data: xs.map((x) => ({ x, y: law.at(x) })),
    borderColor: palette.accent,
    borderDash: [1, 3],
    borderWidth: 1.5,
    pointStyle: 'line',
    pointRadius: 0,
    pointHoverRadius: 0,
  }
}

const hasInterval = (point: unknown): point is Required<IntervalPoint> =>
  typeof point === 'object' && point !== null && 'low' in point && 'high' in point

/** Draws the intervals of points that have one; setup.ts registers it. */
export const pointIntervals: Plugin = {
  id: 'point-intervals',
  afterDatasetsDraw({ ctx, data, chartArea: { left, top, width, height }, scales: { x, y } }) {
    if (!x || !y) return
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, top, width, height)
    ctx.clip()
    ctx.lineWidth = 1.5
    for (const dataset of data.datasets)
      for (const point of dataset.data) {
        if (!hasInterval(point) || typeof dataset.borderColor !== 'string') continue
        const middle = x.getPixelForValue(point.x)
        ctx.strokeStyle = dataset.borderColor
        ctx.beginPath()
        ctx.moveTo(middle, y.getPixelForValue(point.low))
        ctx.lineTo(middle, y.getPixelForValue(point.high))
        for (const end of [point.low, point.high]) {
          ctx.moveTo(middle - 4, y.getPixelForValue(end))
          ctx.lineTo(middle + 4, y.getPixelForValue(end))
        }
        ctx.stroke()
      }
    ctx.restore()
  },
}
