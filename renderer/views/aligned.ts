/** Columns of figures that line up on the decimal point: one unit for the whole column. */
import { count, groupDigits, NO_FIGURE, type Figure } from '../theme/figures.ts'

const UNITS = [
  { size: 1e9, unit: 's', decimals: 3 },
  { size: 1e6, unit: 'ms', decimals: 2 },
  { size: 1e3, unit: 'µs', decimals: 1 },
  { size: 1, unit: 'ns', decimals: 0 },
] as const

/**
 * Durations in nanoseconds, in the unit of the longest. Undefined: nothing was counted. What is
 * not 0 but too short for that unit reads `<0.001`.
 */
export function alignedDurations(values: readonly (number | undefined)[]): readonly Figure[] {
  const longest = Math.max(0, ...values.map((value) => value ?? 0))
  const scale = UNITS.find(({ size }) => longest >= size) ?? UNITS[3]
  const { size, unit, decimals } = longest === 0 ? UNITS[0] : scale
  return values.map((value) => {
    if (value === undefined || !Number.isFinite(value)) return NO_FIGURE
    const least = 10 ** -decimals
    const shown = value / size
    if (shown > 0 && shown < least / 2) return { value: `<${least}`, unit }
    return { value: groupDigits(shown.toFixed(decimals)), unit }
  })
}

/** Shares from 0 to 1 in per cent, one decimal. Undefined: a share of nothing. */
export const alignedShares = (values: readonly (number | undefined)[]): readonly Figure[] =>
  values.map((value) =>
    value === undefined || !Number.isFinite(value)
      ? NO_FIGURE
      : { value: (value * 100).toFixed(1), unit: '%' },
  )

export const plainCounts = (values: readonly number[]): readonly Figure[] =>
  values.map((value) => ({ value: count(value), unit: '' }))
