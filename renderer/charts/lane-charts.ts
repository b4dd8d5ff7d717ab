/** Time by state of each lane, and time by how many lanes ran at once. */
import { formatNumber } from '../../main/export/measuring-words.ts'
import type { Concurrency, LaneRow } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
import { duration, percent } from '../theme/figures.ts'
import { STATE_ORDER, stateStyle } from '../theme/state-style.ts'
import { axis, baseOptions, countAxis, nameAxis, tickDuration } from './base.ts'
import type { ChartModel } from './chart.ts'

/** More bars than this cannot be told apart in a card. */
const MOST_LANES = 16

const waited = ({ byState }: LaneRow): number =>
  (byState[LaneState.waiting] ?? 0) + (byState[LaneState.queue] ?? 0)

/** All lanes in their order; of many, those that waited longest. */
export function lanesToShow(lanes: readonly LaneRow[]): readonly LaneRow[] {
  if (lanes.length <= MOST_LANES) return lanes
  const longest = new Set(
    [...lanes].sort((left, right) => waited(right) - waited(left)).slice(0, MOST_LANES),
  )
  return lanes.filter((lane) => longest.has(lane))
}

/** One bar a lane: its time by state. */
export function laneTimesChart(lanes: readonly LaneRow[]): ChartModel {
  const shown = lanesToShow(lanes)
  const severalProcesses = new Set(lanes.map(({ pid }) => pid)).size > 1
  const states = STATE_ORDER.filter((state) =>
    lanes.some(({ byState }) => (byState[state] ?? 0) > 0),
  )
  const word = (state: LaneState) => stateStyle(state).short.toLowerCase()
  const total = (state: LaneState) =>
    lanes.reduce((sum, { byState }) => sum + (byState[state] ?? 0), 0)
  const life = states.reduce<number>((sum, state) => sum + total(state), 0)
  return {
    id: 'time-by-state',
    title:
      shown.length < lanes.length
        ? `Time by state, the ${shown.length} lanes that waited longest`
        : 'Time by state',
    rows: shown.length,
    legend: states.map((state) => ({ label: word(state), look: stateStyle(state).token })),
    header: ['lane', 'process', ...states.map((state) => `seconds ${word(state)}`)],
    get records() {
      return lanes.map(({ name, pid, byState }) => [
        name,
        pid,
        ...states.map((state) => (byState[state] ?? 0) / 1e9),
      ])
    },
    spoken: `All lanes together: ${states
      .map((state) => `${word(state)} ${percent(total(state) / life)}`)
      .join(', ')}.`,
    ...(life === 0 && { empty: 'No lane was alive in this time.' }),
    build: (colours) => {
      const base = baseOptions(colours)
      const plain = axis(colours)
      return {
        type: 'bar',
        data: {
          labels: shown.map(({ name, pid }) => (severalProcesses ? `${name} ${pid}` : name)),
          datasets: states.map((state) => {
            const { pattern, edge } = colours.state(state)
            return {
              label: word(state),
              data: shown.map(({ byState }) => (byState[state] ?? 0) / 1e9),
              backgroundColor: pattern,
              borderColor: edge,
              borderWidth: { right: 1 },
              borderSkipped: false,
              maxBarThickness: 22,
              barPercentage: 0.8,
              categoryPercentage: 0.9,
            }
          }),
        },
        options: {
          ...base,
          indexAxis: 'y',
          scales: {
            x: {
              ...plain,
              stacked: true,
              ticks: { ...plain.ticks, callback: (value) => tickDuration(Number(value) * 1e9) },
            },
            y: { ...nameAxis(colours, { all: true }), stacked: true },
          },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              filter: (item) => (item.parsed.x ?? 0) > 0,
              callbacks: {
                label: (item) => ` ${item.dataset.label} ${duration((item.parsed.x ?? NaN) * 1e9)}`,
              },
            },
          },
        },
      }
    },
  }
}

/** Share of the time in which exactly n lanes ran. */
export function concurrencyChart({ mean, byCount, processors }: Concurrency): ChartModel {
  const end = byCount.findLastIndex((time) => time > 0) + 1
  const times = byCount.subarray(0, end)
  const all = times.reduce((sum, time) => sum + time, 0)
  const atLeastTwo = times.subarray(2).reduce((sum, time) => sum + time, 0)
  return {
    id: 'time-by-lanes-running',
    title: 'Time by lanes running, %',
    legend: [],
    header: ['lanes running', 'seconds', 'share'],
    get records() {
      return Array.from(times, (time, lanes) => [lanes, time / 1e9, time / all])
    },
    spoken: [
      `On average ${formatNumber(mean)} ${formatNumber(mean) === '1' ? 'lane' : 'lanes'} ran at once; two or more for ${percent(atLeastTwo / all)} of the time.`,
      ...(processors === undefined ? [] : [`Processors used: ${formatNumber(processors)}.`]),
    ].join(' '),
    ...(all === 0 && { empty: 'No lane has run in this time.' }),
    build: (colours) => {
      const base = baseOptions(colours)
      const running = colours.state(LaneState.running)
      const none = colours.state(LaneState.idle)
      return {
        type: 'bar',
        data: {
          labels: Array.from(times, (_, lanes) => String(lanes)),
          datasets: [
            {
              label: 'running',
              data: Array.from(times, (time) => (time / all) * 100),
              backgroundColor: Array.from(times, (_, lanes) => (lanes === 0 ? none : running).fill),
              borderColor: Array.from(times, (_, lanes) => (lanes === 0 ? none : running).edge),
              borderWidth: 1,
              borderRadius: 1.5,
              maxBarThickness: 44,
            },
          ],
        },
        options: {
          ...base,
          scales: { x: nameAxis(colours), y: countAxis(colours, 1) },
          plugins: {
            ...base.plugins,
            tooltip: {
              ...base.plugins?.tooltip,
              callbacks: {
                title: ([item]) =>
                  item ? `${item.label} ${item.label === '1' ? 'lane' : 'lanes'} running` : '',
                label: (item) => {
                  const time = times[item.dataIndex] ?? NaN
                  return ` ${percent(time / all)}, ${duration(time)}`
                },
              },
            },
          },
        },
      }
    },
  }
}
