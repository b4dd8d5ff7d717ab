/** What all charts over time share: the axis in seconds, points in the form chart.js draws at once. */
import type { ChartOptions, ChartTypeRegistry, Point, TooltipItem } from 'chart.js'
import type { TimeRange } from '../../main/run/contract.ts'
import { groupDigits } from '../../main/core/figures-format.ts'
import { moment } from '../theme/figures.ts'
import { axis, baseOptions, countAxis } from './base.ts'
import type { ChartColours } from './colours.ts'

/** Shorter ranges than this many seconds are told in milliseconds. */
const SECONDS_FROM = 0.5

/** Points in chart.js' own form, which it takes over without parsing. */
export const points = (seconds: Float64Array, values: ArrayLike<number>): Point[] =>
  Array.from(seconds, (x, index) => ({ x, y: values[index] ?? NaN }))

/** The largest finite value, 0 if there is none. */
export function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

const secondsOf = ({ from, to }: TimeRange) => (to - from) / 1e9

/** A moment on the axis of this range: `1.2 s`, `1 200.05 ms`. */
export function axisMoment(range: TimeRange, seconds: number): string {
  const [value, unit] = secondsOf(range) >= SECONDS_FROM ? [seconds, 's'] : [seconds * 1e3, 'ms']
  return `${groupDigits(String(Number(value.toFixed(6))))}\u00a0${unit}`
}

/** A moment in words, exact to a thousandth of what the axis shows: `at 1.204 s`. */
export const atMoment = (range: TimeRange, seconds: number | null | undefined): string =>
  secondsOf(range) >= SECONDS_FROM
    ? `at ${(seconds ?? 0).toFixed(3)}\u00a0s`
    : `at ${moment((seconds ?? 0) * 1e9)}`

export interface OverTime {
  readonly range: TimeRange
  /** The vertical axis reaches at least so far. */
  readonly atLeast: number
  readonly stacked?: boolean
  /** A line of the card: ` put 27.8/s`. */
  readonly label: (item: TooltipItem<keyof ChartTypeRegistry>) => string
}

export function overTime(
  colours: ChartColours,
  { range, atLeast, stacked = false, label }: OverTime,
): ChartOptions {
  const base = baseOptions(colours)
  const plain = axis(colours)
  return {
    ...base,
    parsing: false,
    scales: {
      x: {
        ...plain,
        type: 'linear',
        min: range.from / 1e9,
        max: range.to / 1e9,
        ticks: {
          ...plain.ticks,
          includeBounds: false,
          callback: (value) => axisMoment(range, Number(value)),
        },
      },
      y: { ...countAxis(colours, atLeast), stacked },
    },
    plugins: {
      ...base.plugins,
      tooltip: {
        ...base.plugins?.tooltip,
        // A stack is read from its top, as it is drawn.
        itemSort: (left, right) => (stacked ? -1 : 1) * (left.datasetIndex - right.datasetIndex),
        callbacks: { title: ([item]) => atMoment(range, item?.parsed.x), label },
      },
    },
  }
}
