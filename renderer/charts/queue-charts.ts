import type { SeriesAnswer } from '../../main/run/contract.ts'
import { count, rate } from '../theme/figures.ts'
import { axis, baseOptions, countAxis } from './base.ts'
import type { ChartModel } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'

const points = (seconds: Float64Array, values: Float64Array) =>
  Array.from(seconds, (x, index) => ({ x, y: values[index] ?? NaN }))

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => (value > most ? value : most), 0)

/** Time in seconds, up to the last column. */
const secondsAxis = (colours: ChartColours, seconds: Float64Array) => {
  const plain = axis(colours)
  return {
    ...plain,
    type: 'linear' as const,
    min: 0,
    max: seconds.at(-1) ?? 1,
    ticks: {
      ...plain.ticks,
      includeBounds: false,
      callback: (value: number | string) => `${Number(Number(value).toFixed(6))} s`,
    },
  }
}
const atSecond = (x: number | null | undefined): string => `at ${(x ?? 0).toFixed(3)} s`

/** Fewer items than this a column, and a rate is more noise than figure. */
const ITEMS_PER_COLUMN = 4
const FEWEST_COLUMNS = 6

/** Merges neighbouring columns until each holds a few items, so that rates can be read. */
export function readable(series: SeriesAnswer): SeriesAnswer {
  const { seconds, putsPerSecond, getsPerSecond, depth } = series
  const columns = seconds.length
  const width = (seconds[1] ?? 0) - (seconds[0] ?? 0)
  const items = putsPerSecond.reduce((sum, rate) => sum + rate * width, 0)
  const wanted = items > 0 ? Math.ceil((ITEMS_PER_COLUMN * columns) / items) : 1
  const merge = Math.max(1, Math.min(wanted, Math.floor(columns / FEWEST_COLUMNS)))
  if (merge === 1) return series
  const merged = (values: Float64Array, of: (part: Float64Array) => number) =>
    Float64Array.from({ length: Math.floor(columns / merge) }, (_, index) =>
      of(values.subarray(index * merge, (index + 1) * merge)),
    )
  const mean = (part: Float64Array) => part.reduce((sum, value) => sum + value, 0) / part.length
  return {
    seconds: merged(seconds, mean),
    putsPerSecond: merged(putsPerSecond, mean),
    getsPerSecond: merged(getsPerSecond, mean),
    depth: merged(depth, (part) => Math.max(...part)),
  }
}

/** Puts and gets per second of one queue over time. */
export function throughputChart(queue: string, series: SeriesAnswer): ChartModel {
  const { seconds, putsPerSecond, getsPerSecond } = series
  return {
    id: `throughput-${queue}`,
    title: 'Throughput, items/s',
    legend: [
      { label: 'put', look: 'queue-line' },
      { label: 'get', look: 'dashed-line' },
    ],
    header: ['seconds', 'puts per second', 'gets per second'],
    records: Array.from(seconds, (x, index) => [x, putsPerSecond[index], getsPerSecond[index]]),
    spoken: `Puts reach ${rate(largest(putsPerSecond))}, gets ${rate(largest(getsPerSecond))}.`,
    build: (colours) => ({
      type: 'line',
      data: {
        datasets: [
          {
            label: 'put',
            data: points(seconds, putsPerSecond),
            borderColor: colours.queue.edge,
            backgroundColor: faded(colours.queue.fill, 0.18),
            borderWidth: 1.5,
            pointRadius: 0,
            fill: 'origin',
          },
          {
            label: 'get',
            data: points(seconds, getsPerSecond),
            borderColor: colours.palette.text,
            borderDash: [4, 3],
            borderWidth: 1.5,
            pointRadius: 0,
          },
        ],
      },
      options: {
        ...baseOptions(colours),
        scales: {
          x: secondsAxis(colours, seconds),
          y: countAxis(colours, 1),
        },
        plugins: {
          ...baseOptions(colours).plugins,
          tooltip: {
            ...baseOptions(colours).plugins?.tooltip,
            callbacks: {
              title: ([item]) => atSecond(item?.parsed.x),
              label: (item) => ` ${item.dataset.label} ${rate(item.parsed.y ?? NaN)}`,
            },
          },
        },
      },
    }),
  }
}

/** Depth of one queue over time. */
export function depthChart(queue: string, { seconds, depth }: SeriesAnswer): ChartModel {
  return {
    id: `depth-${queue}`,
    title: 'Depth, items',
    legend: [{ label: 'depth', look: 'queue-line' }],
    header: ['seconds', 'depth'],
    records: Array.from(seconds, (x, index) => [x, depth[index]]),
    spoken: `The depth reaches ${count(largest(depth))}.`,
    build: (colours) => ({
      type: 'line',
      data: {
        datasets: [
          {
            label: 'depth',
            data: points(seconds, depth),
            borderColor: colours.queue.edge,
            backgroundColor: faded(colours.queue.fill, 0.3),
            borderWidth: 1.5,
            pointRadius: 0,
            stepped: 'middle',
            fill: 'origin',
          },
        ],
      },
      options: {
        ...baseOptions(colours),
        scales: {
          x: secondsAxis(colours, seconds),
          y: countAxis(colours, 2),
        },
        plugins: {
          ...baseOptions(colours).plugins,
          tooltip: {
            ...baseOptions(colours).plugins?.tooltip,
            callbacks: {
              title: ([item]) => atSecond(item?.parsed.x),
              label: (item) => ` depth ${count(item.parsed.y ?? NaN)}`,
            },
          },
        },
      },
    }),
  }
}
