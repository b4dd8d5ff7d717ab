/** What all lanes together do over time: by state, how many run at once, how many wait. */
import type { ActivityAnswer, Concurrency, TimeRange } from '../../main/run/contract.ts'
import { formatNumber } from '../../main/export/measuring-words.ts'
import { LaneState } from '../../main/trace/model.ts'
import { STATE_ORDER, stateStyle } from '../theme/state-style.ts'
import type { ChartModel } from './chart.ts'
import { faded, type ChartColours } from './colours.ts'
import { largest, overTime, points } from './over-time.ts'

/** Lanes in one state (or several together) by column. */
export interface StateSeries {
  readonly state: LaneState
  readonly label: string
  readonly lanes: Float64Array
}

/** The states that occur, from the bottom of the stack to its top. */
export function stateSeries({ states, seconds, lanes }: ActivityAnswer): readonly StateSeries[] {
  const points = seconds.length
  return STATE_ORDER.flatMap((state) => {
    const row = states.indexOf(state)
    if (row < 0) return []
    const values = lanes.subarray(row * points, (row + 1) * points)
    return [{ state, label: stateStyle(state).short.toLowerCase(), lanes: values }]
  })
}

/** Sum of the states by column; NaN where it is not known. */
export function together(
  { states, seconds, lanes }: ActivityAnswer,
  wanted: readonly LaneState[],
): Float64Array {
  const points = seconds.length
  const sum = new Float64Array(points)
  if (states.length === 0) sum.fill(NaN)
  states.forEach((state, row) => {
    for (let index = 0; index < points; index++) {
      const value = lanes[row * points + index] ?? NaN
      const counts = wanted.some((each) => each === state)
      // A column that is not known yet is so for all states.
      if (counts || Number.isNaN(value)) sum[index] = (sum[index] ?? 0) + value
    }
  })
  return sum
}

/** The states in which a lane runs, or would if it had a processor (as Concurrency counts). */
const RUNNING = [LaneState.running, LaneState.holding, LaneState.processor] as const
const WAITING = [LaneState.waiting, LaneState.queue] as const

const meanOf = (values: Float64Array): number => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length
}

const NO_LANE = 'No lane was alive in this time.'

/** A band of a stack: the state's pattern, with its edge on top. */
const band = (
  colours: ChartColours,
  seconds: Float64Array,
  { state, label, lanes }: StateSeries,
  index: number,
) => {
  const { pattern, edge } = colours.state(state)
  return {
    label,
    data: points(seconds, lanes),
    backgroundColor: pattern,
    borderColor: edge,
    borderWidth: 1,
    pointStyle: 'rect',
    pointRadius: 0,
    fill: index === 0 ? 'origin' : '-1',
  }
}

function stack(
  range: TimeRange,
  seconds: Float64Array,
  series: readonly StateSeries[],
): Pick<ChartModel, 'range' | 'legend' | 'header' | 'records' | 'build'> {
  return {
    range,
    legend: series.map(({ state, label }) => ({ label, look: stateStyle(state).token })),
    header: ['seconds', ...series.map(({ label }) => `lanes ${label}`)],
    get records() {
      return Array.from(seconds, (x, index) => [x, ...series.map(({ lanes }) => lanes[index])])
    },
    build: (colours) => ({
      type: 'line',
      data: { datasets: series.map((each, index) => band(colours, seconds, each, index)) },
      options: overTime(colours, {
        range,
        atLeast: 1,
        stacked: true,
        label: (item) => ` ${formatNumber(item.parsed.y ?? NaN)} ${item.dataset.label}`,
      }),
    }),
  }
}

/** All lanes by state, stacked. */
export function statesChart(range: TimeRange, answer: ActivityAnswer): ChartModel {
  const series = stateSeries(answer)
  return {
    ...stack(range, answer.seconds, series),
    id: 'lanes-by-state',
    title: 'Lanes by state',
    spoken: `On average ${series
      .map(({ label, lanes }) => `${formatNumber(meanOf(lanes))} ${label}`)
      .join(', ')}.`,
    ...(series.length === 0 && { empty: NO_LANE }),
  }
}

/** Lanes that wait for a lock or the GIL, and lanes that are blocked on a queue, stacked. */
export function waitingChart(range: TimeRange, answer: ActivityAnswer): ChartModel {
  const series = stateSeries(answer).filter(({ state }) => WAITING.some((each) => each === state))
  const all = together(answer, WAITING)
  return {
    ...stack(range, answer.seconds, series),
    id: 'lanes-waiting',
    title: 'Lanes waiting',
    spoken: `On average ${formatNumber(meanOf(all))} wait for a lock or a queue, at most ${formatNumber(largest(all))}.`,
    ...(largest(all) === 0 && {
      empty:
        answer.states.length === 0 ? NO_LANE : 'No lane waited for a lock or a queue in this time.',
    }),
  }
}

/** Lanes that run at once, beside the processors that this truly took. */
export function runningChart(
  range: TimeRange,
  answer: ActivityAnswer,
  { processors }: Pick<Concurrency, 'processors'>,
): ChartModel {
  const running = together(answer, RUNNING)
  const used = processors === undefined ? undefined : formatNumber(processors)
  const usedWords = `${used ?? ''} processors used`
  return {
    id: 'lanes-running',
    title: 'Lanes running at once',
    range,
    legend: [
      { label: 'running or ready', look: 'run' },
      ...(used === undefined ? [] : [{ label: usedWords, look: 'dashed-line' as const }]),
    ],
    header: ['seconds', 'lanes running', ...(used === undefined ? [] : ['processors used, mean'])],
    get records() {
      return Array.from(answer.seconds, (x, index) => [
        x,
        running[index],
        ...(processors === undefined ? [] : [processors]),
      ])
    },
    spoken: [
      `On average ${formatNumber(meanOf(running))} of the lanes ran at once, at most ${formatNumber(largest(running))}.`,
      ...(processors === undefined ? [] : [`Processors truly used: ${used ?? ''}.`]),
    ].join(' '),
    ...(answer.states.length === 0 && { empty: NO_LANE }),
    build: (colours) => {
      const paint = colours.state(LaneState.running)
      return {
        type: 'line',
        data: {
          datasets: [
            {
              label: 'running',
              data: points(answer.seconds, running),
              backgroundColor: faded(paint.fill, 0.3),
              borderColor: paint.edge,
              borderWidth: 1.5,
              pointStyle: 'line',
              pointRadius: 0,
              fill: 'origin',
            },
            ...(processors === undefined
              ? []
              : [
                  {
                    label: usedWords,
                    data: Array.from(answer.seconds, (x) => ({ x, y: processors })),
                    borderColor: colours.palette.text,
                    borderDash: [4, 3],
                    borderWidth: 1.5,
                    pointStyle: 'line',
                    pointRadius: 0,
                  },
                ]),
          ],
        },
        options: overTime(colours, {
          range,
          atLeast: 1,
          label: (item) =>
            item.datasetIndex === 0
              ? ` ${formatNumber(item.parsed.y ?? NaN)} running`
              : ` ${usedWords}`,
        }),
      }
    },
  }
}
