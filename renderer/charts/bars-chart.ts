import type { ChartData, Plugin, Scale } from 'chart.js'
import { axis, baseOptions, nameAxis } from './base.ts'
import type { ChartModel } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'

export interface Bar {
  readonly id: string
  readonly label: string
  /** In the order they were measured. */
  readonly values: readonly number[]
  readonly median: number
  /** 95 % of the median. */
  readonly interval?: { readonly low: number; readonly high: number }
  /** Behind the figure: `1.04 ×`. */
  readonly beside?: string
}

export interface BarsChart {
  /** Start of the exported files' names. */
  readonly id: string
  readonly title: string
  /** Head of the column of figures. */
  readonly what: string
  readonly bars: readonly Bar[]
  /** Stands in its place. */
  readonly empty?: string
  figure(value: number): string
  /** The figure on the axis; absent: the plain number. */
  readonly tick?: (value: number) => string
}

/** Medians as bars, every repeat as a dot, the interval as a line with ends. */
export function barsChart({ id, title, what, bars, empty, figure, tick }: BarsChart): ChartModel {
  return {
    id,
    title,
    legend: [
      { label: 'repeat', look: 'dot' },
      ...(bars.some(({ interval }) => interval)
        ? [{ label: '95 % interval', look: 'interval' as const }]
        : []),
    ],
    header: ['variant', 'repeat', what],
    get records() {
      return bars.flatMap(({ id, values }) => values.map((value, index) => [id, index + 1, value]))
    },
    rows: bars.length,
    ...(empty !== undefined && { empty }),
    spoken: bars
      .map(({ label, median, values }) => `${label}: median ${figure(median)} of ${values.length}.`)
      .join(' '),
    build: (colours) => {
      const data: ChartData<'bar'> = {
        labels: bars.map(({ label }) => label),
        datasets: [
          {
            label: 'median',
            data: bars.map(({ median }) => median),
            backgroundColor: faded(colours.palette.accent, 0.22),
            borderColor: colours.palette.accent,
            borderWidth: 1,
            borderRadius: 2,
            maxBarThickness: 26,
            order: 2,
          },
        ],
      }
      shown.set(data, { bars, colours, figure })
      return {
        type: 'bar',
        data,
        options: {
          ...baseOptions(colours),
          indexAxis: 'y',
          layout: { padding: { right: bars.some(({ beside }) => beside) ? 112 : 56 } },
          scales: {
            x: {
              ...axis(colours),
              beginAtZero: true,
              suggestedMax: Math.max(...bars.flatMap(({ values }) => values)),
              ...(tick && {
                ticks: {
                  ...axis(colours).ticks,
                  maxTicksLimit: 7,
                  callback: (value: number | string) => tick(Number(value)),
                },
              }),
            },
            y: nameAxis(colours, { all: true }),
          },
          plugins: {
            ...baseOptions(colours).plugins,
            tooltip: {
              ...baseOptions(colours).plugins?.tooltip,
              callbacks: {
                label: (item) => {
                  const bar = bars[item.dataIndex]
                  return bar ? ` median ${figure(bar.median)} of ${bar.values.length}` : ''
                },
              },
            },
          },
        },
      }
    },
  }
}

interface Shown {
  readonly bars: readonly Bar[]
  readonly colours: ChartColours
  readonly figure: BarsChart['figure']
}

/** What the plugin draws, by the data of the chart it belongs to. */
const shown = new WeakMap<object, Shown>()

/** Draws over the bars what chart.js has no element for; setup.ts registers it. */
export const repeatsAndIntervals: Plugin = {
  id: 'repeats-and-intervals',
  afterDatasetsDraw({ ctx, data, scales: { x, y } }) {
    const drawn = shown.get(data)
    if (!drawn || !x || !y) return
    ctx.save()
    drawn.bars.forEach((bar, index) => drawBar(ctx, bar, x, y.getPixelForValue(index), drawn))
    ctx.restore()
  },
}

function drawBar(
  context: CanvasRenderingContext2D,
  { median, values, interval, beside }: Bar,
  x: Scale,
  middle: number,
  { colours, figure }: Shown,
): void {
  const { text, text3, fontMono } = colours.palette
  context.fillStyle = text
  context.globalAlpha = 0.75
  values.forEach((value, nth) => {
    // Spread over three rows, so that equal values do not hide each other.
    context.beginPath()
    const y = middle + ((nth % 3) - 1) * 5
    context.arc(x.getPixelForValue(value), y, values.length > 20 ? 1.5 : 2.5, 0, 2 * Math.PI)
    context.fill()
  })
  context.globalAlpha = 1
  if (interval) whisker(context, interval, (value) => x.getPixelForValue(value), middle, text)
  const end = x.getPixelForValue(Math.max(median, interval?.high ?? 0, ...values))
  context.fillStyle = text
  context.font = `11px ${fontMono}`
  context.textBaseline = 'middle'
  context.fillText(figure(median), end + 8, middle)
  if (beside === undefined) return
  const width = context.measureText(figure(median)).width
  context.fillStyle = text3
  context.fillText(beside, end + 16 + width, middle)
}

function whisker(
  context: CanvasRenderingContext2D,
  { low, high }: { readonly low: number; readonly high: number },
  pixel: (value: number) => number,
  middle: number,
  colour: string,
): void {
  context.strokeStyle = colour
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(pixel(low), middle)
  context.lineTo(pixel(high), middle)
  for (const end of [low, high]) {
    context.moveTo(pixel(end), middle - 5)
    context.lineTo(pixel(end), middle + 5)
  }
  context.stroke()
}
