import type { ChartData, Plugin, Scale } from 'chart.js'
import { duration } from '../theme/figures.ts'
import { axis, baseOptions, nameAxis } from './base.ts'
import type { ChartModel } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'
import type { ElapsedBar } from './elapsed.ts'

/** Medians as bars, every repeat as a dot, the interval as a line with ends. */
export function elapsedChart(bars: readonly ElapsedBar[], isOver = true): ChartModel {
  return {
    id: 'elapsed-per-variant',
    title: 'Elapsed per variant, s',
    legend: [
      { label: 'repeat', look: 'dot' },
      ...(bars.some(({ interval }) => interval)
        ? [{ label: '95 % interval', look: 'interval' as const }]
        : []),
    ],
    header: ['variant', 'repeat', 'seconds'],
    get records() {
      return bars.flatMap(({ variant, times }) =>
        times.map((time, index) => [variant, index + 1, time]),
      )
    },
    rows: bars.length,
    ...(bars.length === 0 && {
      empty: isOver
        ? 'No section ran to its end, so there is no elapsed time to show. Run it again.'
        : 'Elapsed times per variant come when the run is over.',
    }),
    spoken: bars
      .map(
        ({ label, median, times }) =>
          `${label}: median ${duration(median * 1e9)} of ${times.length}.`,
      )
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
      shown.set(data, { bars, colours })
      return {
        type: 'bar',
        data,
        options: {
          ...baseOptions(colours),
          indexAxis: 'y',
          layout: { padding: { right: 56 } },
          scales: {
            x: {
              ...axis(colours),
              beginAtZero: true,
              suggestedMax: Math.max(...bars.flatMap(({ times }) => times)),
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
                  return bar ? ` median ${duration(bar.median * 1e9)} of ${bar.times.length}` : ''
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
  readonly bars: readonly ElapsedBar[]
  readonly colours: ChartColours
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
    drawn.bars.forEach((bar, index) =>
      drawBar(ctx, bar, x, y.getPixelForValue(index), drawn.colours),
    )
    ctx.restore()
  },
}

function drawBar(
  context: CanvasRenderingContext2D,
  { median, times, interval }: ElapsedBar,
  x: Scale,
  middle: number,
  colours: ChartColours,
): void {
  const { text, fontMono } = colours.palette
  context.fillStyle = text
  context.globalAlpha = 0.75
  times.forEach((time, nth) => {
    // Spread over three rows, so that equal times do not hide each other.
    context.beginPath()
    const y = middle + ((nth % 3) - 1) * 5
    context.arc(x.getPixelForValue(time), y, times.length > 20 ? 1.5 : 2.5, 0, 2 * Math.PI)
    context.fill()
  })
  context.globalAlpha = 1
  if (interval) whisker(context, interval, (value) => x.getPixelForValue(value), middle, text)
  const end = x.getPixelForValue(Math.max(median, interval?.high ?? 0, ...times))
  context.fillStyle = text
  context.font = `11px ${fontMono}`
  context.textBaseline = 'middle'
  context.fillText(duration(median * 1e9), end + 8, middle)
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
