/** Nice ticks for a time axis: steps of 1, 2 or 5, labels in one unit, thousands set apart. Pure. */
import { groupDigits } from '../theme/figures.ts'
import { spanOf, type TimeScale } from './time-scale.ts'

export type TimeUnit = 's' | 'ms' | 'µs' | 'ns'
const NANOSECONDS: Readonly<Record<TimeUnit, number>> = { s: 1e9, ms: 1e6, µs: 1e3, ns: 1 }

export interface Tick {
  /** Nanoseconds. */
  readonly time: number
  readonly label: string
}

export interface Ticks {
  readonly unit: TimeUnit
  /** Nanoseconds between labels. */
  readonly step: number
  /** The moment that is called 0. */
  readonly zero: number
  readonly major: readonly Tick[]
  /** Times between the labels: a fifth (or a half, of steps of 2) of the step apart. */
  readonly minor: readonly number[]
}

/** Smallest of 1, 2, 5 × 10ⁿ that is not below `raw`. */
export function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw))
  for (const factor of [1, 2, 5]) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power
  }
  return 10 * power
}

/** Runs are told in milliseconds; seconds from ten seconds a step, finer units below 0.1 ms. */
export function unitFor(step: number): TimeUnit {
  if (step >= 5e9) return 's'
  if (step >= 1e5) return 'ms'
  if (step >= 1e2) return 'µs'
  return 'ns'
}

export function formatTick(time: number, unit: TimeUnit, step: number): string {
  const size = NANOSECONDS[unit]
  const decimals = Math.max(0, Math.min(3, Math.ceil(-Math.log10(step / size) - 1e-9)))
  return groupDigits((time / size).toFixed(decimals)).replace('-', '\u2212')
}

const CHARACTER = 6.7

/** @param zero moment that is called 0 */
export function ticksFor(scale: TimeScale, zero = 0): Ticks {
  const perPixel = spanOf(scale) / Math.max(1, scale.width)
  let step = niceStep(perPixel * 84)
  // Far from zero and deep down labels get long: they decide the distance then.
  for (;;) {
    const longest = formatTick(scale.to - zero, unitFor(step), step).length * CHARACTER + 28
    if (step / perPixel >= longest) break
    step = niceStep(step * 1.01)
  }
  const unit = unitFor(step)
  const major: Tick[] = []
  const minor: number[] = []
  const parts = String(step).startsWith('2') ? 4 : 5
  const first = Math.floor((scale.from - zero) / step)
  const last = Math.ceil((scale.to - zero) / step)
  for (let index = first; index <= last; index++) {
    const time = zero + index * step
    if (time >= scale.from && time <= scale.to) {
      major.push({ time, label: formatTick(time - zero, unit, step) })
    }
    for (let part = 1; part < parts; part++) {
      const between = time + (part * step) / parts
      if (between >= scale.from && between <= scale.to) minor.push(between)
    }
  }
  return { unit, step, zero, major, minor }
}
