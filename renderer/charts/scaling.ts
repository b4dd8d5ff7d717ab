/**
 * How a program scales, as the chart shows it: work done a second against the number of lanes, from
 * runs that differ in that number only. The laws that are fitted to it are in main/core/scaling.ts.
 */
import type {
  DemoManifest,
  ParameterDefinition,
  VariantDefinition,
} from '../../main/demos/manifest.ts'
import { bootstrapMedian, median } from '../../main/core/statistics.ts'

/** What the runs with one number of lanes measured. */
export interface ScalingRuns {
  readonly variant: string
  readonly lanes: number
  /** Units of work in one section; 0: not known. */
  readonly work: number
  /** Seconds, one a section. */
  readonly times: readonly number[]
}

export interface ScalingPoint {
  readonly lanes: number
  readonly times: readonly number[]
  /** Units of work a second, where the work of all points is known; else seconds. */
  readonly value: number
  /** 95 % interval of the median; absent with too few repeats. */
  readonly low?: number
  readonly high?: number
}

export interface ScalingSeries {
  readonly variant: string
  readonly label: string
  readonly points: readonly ScalingPoint[]
}

export interface Scaling {
  /** `rate`: units of work a second; `time`: seconds, because the work is not known. */
  readonly measure: 'rate' | 'time'
  /** Of the variants that ran with at least two numbers of lanes, in the demo's order. */
  readonly series: readonly ScalingSeries[]
}

const LANE_PARAMETERS = ['threads', 'processes', 'workers']

/** The parameter that says how many lanes share the work, where the demo has one. */
export const laneParameter = ({ parameters }: DemoManifest): ParameterDefinition | undefined =>
  parameters.find(({ id }) => LANE_PARAMETERS.includes(id))

export function scalingOf(
  runs: readonly ScalingRuns[],
  variants: readonly VariantDefinition[],
): Scaling {
  const measure = runs.every(({ work }) => work > 0) ? 'rate' : 'time'
  const series = variants.flatMap(({ id, label }) => {
    const own = runs.filter(({ variant }) => variant === id)
    const numbers = [...new Set(own.map(({ lanes }) => lanes))].sort((left, right) => left - right)
    if (numbers.length < 2) return []
    const points = numbers.flatMap((lanes) =>
      pointOf(
        own.filter((each) => each.lanes === lanes),
        measure,
      ),
    )
    return [{ variant: id, label, points }]
  })
  return { measure, series }
}

function pointOf(runs: readonly ScalingRuns[], measure: Scaling['measure']): ScalingPoint[] {
  const [first] = runs
  const times = runs.flatMap((run) => run.times)
  const middle = median(times)
  if (first === undefined || middle === undefined || !(middle > 0)) return []
  const interval = bootstrapMedian(times)
  const value = (time: number) => (measure === 'rate' ? first.work / time : time)
  const bounds = interval && [value(interval.low), value(interval.high)]
  return [
    {
      lanes: first.lanes,
      times,
      value: value(middle),
      ...(bounds && { low: Math.min(...bounds), high: Math.max(...bounds) }),
    },
  ]
}

/** Twice the lanes, twice the work a second: through the smallest number that was measured. */
export function idealFrom(
  points: readonly ScalingPoint[],
): ((lanes: number) => number) | undefined {
  const [first] = points
  return first && ((lanes) => (first.value / first.lanes) * lanes)
}
