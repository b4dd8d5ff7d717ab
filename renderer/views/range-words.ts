/** A range of time in words. */
import { groupDigits } from '../../main/core/figures-format.ts'
import type { TimeRange } from '../../main/run/contract.ts'

const UNITS = [
  { size: 1e9, unit: 's' },
  { size: 1e6, unit: 'ms' },
  { size: 1e3, unit: 'µs' },
  { size: 1, unit: 'ns' },
] as const

/** Both ends in one unit, with as many decimals as tell them apart: `1.20 s to 1.45 s`. */
export function rangeWords({ from, to }: TimeRange): string {
  const { size, unit } = UNITS.find((each) => to >= each.size) ?? UNITS[3]
  // Three digits of the range's length: its ends are exact to a hundredth of it, at least.
  const span = Math.max((to - from) / size, 1e-9)
  const decimals = size === 1 ? 0 : Math.min(6, Math.max(2, 2 - Math.floor(Math.log10(span))))
  const end = (time: number) => `${groupDigits((time / size).toFixed(decimals))}\u00a0${unit}`
  return `${end(from)} to ${end(to)}`
}
