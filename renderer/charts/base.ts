import type { ChartOptions } from 'chart.js'
import { count, duration } from '../theme/figures.ts'
import { faded, type ChartColours } from './colours.ts'

/** A value axis: figures in mono, hairlines, no border. */
export const axis = (colours: ChartColours) => ({
  border: { display: false },
  grid: { color: colours.palette.line, tickLength: 4 },
  ticks: {
    color: colours.palette.text3,
    font: { family: colours.palette.fontMono, size: 11 },
    maxRotation: 0,
    autoSkipPadding: 16,
  },
})

/** An axis of names: no grid, words in the window's own type. `all`: none of them is left out. */
export const nameAxis = (colours: ChartColours, { all = false } = {}) => {
  const plain = axis(colours)
  return {
    ...plain,
    grid: { display: false },
    ticks: {
      ...plain.ticks,
      autoSkip: !all,
      color: colours.palette.text,
      font: { family: colours.palette.fontUi, size: 11 },
    },
  }
}

/** A value axis from 0 whose ticks are whole numbers: 1 000 with a thin space. */
export const countAxis = (colours: ChartColours, suggestedMax: number) => {
  const plain = axis(colours)
  return {
    ...plain,
    beginAtZero: true,
    suggestedMax,
    ticks: {
      ...plain.ticks,
      precision: 0,
      maxTicksLimit: 6,
      callback: (value: number | string) => count(Number(value)),
    },
  }
}

/** A duration in nanoseconds as an axis says it: 2 s, not 2.00 s. */
export const tickDuration = (nanoseconds: number): string =>
  duration(nanoseconds).replace(/(\.\d*?)0+(?=\u00a0)/, (_, decimals: string) =>
    decimals === '.' ? '' : decimals,
  )

/** What all charts share: no animation, hover on the nearest column, a card like the timeline's. */
export const baseOptions = (colours: ChartColours): ChartOptions => ({
  animation: false,
  responsive: true,
  maintainAspectRatio: false,
  normalized: true,
  interaction: { mode: 'index', intersect: false },
  plugins: {
    legend: { display: false },
    tooltip: {
      backgroundColor: faded(colours.palette.panel, 0.96),
      borderColor: colours.palette.line2,
      borderWidth: 1,
      titleColor: colours.palette.text,
      bodyColor: colours.palette.text,
      titleFont: { family: colours.palette.fontUi, size: 11, weight: 500 },
      bodyFont: { family: colours.palette.fontMono, size: 11 },
      padding: 8,
      boxWidth: 8,
      boxHeight: 8,
      caretSize: 0,
      cornerRadius: 5,
    },
  },
})
