import type { SeriesAnswer, TimeRange } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
import { count, rate } from '../theme/figures.ts'
import type { ChartModel } from './chart.ts'
import { faded } from './colours.ts'
import { largest, overTime, points } from './over-time.ts'

/** Fewer items than this a column, and a rate is more noise than figure. */
const ITEMS_PER_COLUMN = 4
const FEWEST_COLUMNS = 6

/** Merges neighbouring columns until each holds a few items, so that rates can be read. */
export function readable(series: SeriesAnswer): SeriesAnswer {
  const { seconds, putsPerSecond, getsPerSecond, depth } = series
  const columns = seconds.length
  const width = (seconds[1] ?? 0) - (seconds[0] ?? 0)
  const items = putsPerSecond.reduce((sum, each) => sum + (each > 0 ? each * width : 0), 0)
  const wanted = items > 0 ? Math.ceil((ITEMS_PER_COLUMN * columns) / items) : 1
  const merge = Math.max(1, Math.min(wanted, Math.floor(columns / FEWEST_COLUMNS)))
  if (merge === 1) return series
  const merged = (values: Float64Array, of: (part: Float64Array) => number) =>
    Float64Array.from({ length: Math.ceil(columns / merge) }, (_, index) =>
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
export function throughputChart(
  queue: string,
  range: TimeRange,
  { seconds, putsPerSecond, getsPerSecond }: SeriesAnswer,
): ChartModel {
  const most = Math.max(largest(putsPerSecond), largest(getsPerSecond))
  return {
    id: `throughput-${queue}`,
    title: 'Throughput, items/s',
    range,
    legend: [
      { label: 'put', look: 'queue-line' },
      { label: 'get', look: 'dashed-line' },
    ],
    header: ['seconds', 'puts per second', 'gets per second'],
    get records() {
      return Array.from(seconds, (x, index) => [x, putsPerSecond[index], getsPerSecond[index]])
    },
    spoken: `Puts reach ${rate(largest(putsPerSecond))}, gets ${rate(largest(getsPerSecond))}.`,
    ...(most === 0 && { empty: `Nothing was put into ${queue} or taken from it in this time.` }),
    build: (colours) => {
      const { edge, fill } = colours.state(LaneState.queue)
      return {
        type: 'line',
        data: {
          datasets: [
            {
              label: 'put',
              data: points(seconds, putsPerSecond),
              borderColor: edge,
              backgroundColor: faded(fill, 0.18),
              borderWidth: 1.5,
              pointStyle: 'line',
              pointRadius: 0,
              fill: 'origin',
            },
            {
              label: 'get',
              data: points(seconds, getsPerSecond),
              borderColor: colours.palette.text,
              borderDash: [4, 3],
              borderWidth: 1.5,
              pointStyle: 'line',
              pointRadius: 0,
            },
          ],
        },
        options: overTime(colours, {
          range,
          atLeast: 1,
          label: (item) => ` ${item.dataset.label} ${rate(item.parsed.y ?? NaN)}`,
        }),
      }
    },
  }
}

/** Depth of one queue over time. */
export function depthChart(
  queue: string,
  range: TimeRange,
  { seconds, depth }: SeriesAnswer,
): ChartModel {
  return {
    id: `depth-${queue}`,
    title: 'Depth, items',
    range,
    legend: [{ label: 'depth', look: 'queue-line' }],
    header: ['seconds', 'depth'],
    get records() {
      return Array.from(seconds, (x, index) => [x, depth[index]])
    },
    spoken: `The depth reaches ${count(largest(depth))}.`,
    ...(largest(depth) === 0 && { empty: `Nothing lay in ${queue} in this time.` }),
    build: (colours) => {
      const { edge, fill } = colours.state(LaneState.queue)
      return {
        type: 'line',
        data: {
          datasets: [
            {
              label: 'depth',
              data: points(seconds, depth),
              borderColor: edge,
              backgroundColor: faded(fill, 0.3),
              borderWidth: 1.5,
              pointStyle: 'line',
              pointRadius: 0,
              stepped: 'middle',
              fill: 'origin',
            },
          ],
        },
        options: overTime(colours, {
          range,
          atLeast: 2,
          label: (item) => ` depth ${count(item.parsed.y ?? NaN)}`,
        }),
      }
    },
  }
}
