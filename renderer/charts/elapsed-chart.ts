import type { Chart, Plugin } from 'chart.js'
import { duration } from '../theme/figures.ts'
import { axis, baseOptions } from './base.ts'
import type { ChartModel } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'
import type { ElapsedBar } from './elapsed.ts'

/** Medians as bars, every repeat as a dot, the interval as a line with ends. */
export function elapsedChart(bars: readonly ElapsedBar[]): ChartModel {
  const repeats = Math.max(0, ...bars.map(({ times }) => times.length))
  return {
    id: 'elapsed-per-variant',
    title: 'Elapsed per variant, s',
    legend: [
      { label: 'one repeat', look: 'dot' },
      ...(bars.some(({ interval }) => interval)
        ? [{ label: '95 % interval of the median', look: 'interval' as const }]
        : []),
    ],
    header: ['variant', 'repeat', 'seconds'],
    records: bars.flatMap(({ variant, times }) =>
      times.map((time, index) => [variant, index + 1, time]),
    ),
    spoken: bars
      .map(
        ({ label, median, times }) =>
          `${label}: median ${duration(median * 1e9)} of ${times.length}.`,
      )
      .join(' '),
    build: (colours) => ({
      type: 'bar',
      data: {
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
      },
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
          y: {
            ...axis(colours),
            grid: { display: false },
            ticks: {
              color: colours.palette.text,
              font: { family: colours.palette.fontUi, size: 11 },
            },
          },
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
      plugins: [repeatsAndIntervals(bars, colours, repeats)],
    }),
  }
}

/** Draws over the bars what chart.js has no element for. */
function repeatsAndIntervals(
  bars: readonly ElapsedBar[],
  colours: ChartColours,
  repeats: number,
): Plugin {
  return {
    id: 'repeats-and-intervals',
    afterDatasetsDraw(chart: Chart) {
      const { ctx, scales } = chart
      const { x, y } = scales
      if (!x || !y) return
      ctx.save()
      bars.forEach((bar, index) => {
        const middle = y.getPixelForValue(index)
        const radius = repeats > 20 ? 1.5 : 2.5
        ctx.fillStyle = colours.palette.text
        ctx.globalAlpha = 0.75
        bar.times.forEach((time, nth) => {
          // Spread over three rows, so that equal times do not hide each other.
          ctx.beginPath()
          ctx.arc(x.getPixelForValue(time), middle + ((nth % 3) - 1) * 5, radius, 0, 2 * Math.PI)
          ctx.fill()
        })
        ctx.globalAlpha = 1
        if (bar.interval) whisker(ctx, bar.interval, x.getPixelForValue.bind(x), middle, colours)
        const end = Math.max(bar.median, bar.interval?.high ?? 0, ...bar.times)
        ctx.fillStyle = colours.palette.text
        ctx.font = `11px ${colours.palette.fontMono}`
        ctx.textBaseline = 'middle'
        ctx.fillText(duration(bar.median * 1e9), x.getPixelForValue(end) + 8, middle)
      })
      ctx.restore()
    },
  }
}

function whisker(
  context: CanvasRenderingContext2D,
  { low, high }: { readonly low: number; readonly high: number },
  pixel: (value: number) => number,
  middle: number,
  colours: ChartColours,
): void {
  context.strokeStyle = colours.palette.text
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
