/**
 * Figures in words: sensible precision, a unit behind every number, and never NaN or Infinity.
 * What cannot be said is "unknown". Spaces inside a figure do not break. The window sets figures in
 * columns as well, from the same parts (renderer/theme/figures.ts).
 */

/** Between a number and its unit. */
export const NO_BREAK = '\u00a0'
/** Between groups of thousands: the thin space that does not break. */
const THIN = '\u202f'
const UNKNOWN = 'unknown'

const DURATION_UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]

/** Whole numbers with groups of thousands: 50 000 000. Four digits stay together with them: 1 204. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN
  return groupDigits(String(Math.round(value)))
}

/** 50000000 as 50 000 000; decimals stay together. */
export function groupDigits(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN)
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** Three significant digits without an exponent: 1.24, 12.4, 124, 1 250. */
export function threeDigits(value: number): string {
  const magnitude = Math.abs(value)
  const decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2
  return groupDigits(value.toFixed(decimals))
}

/** A finite duration in the unit that fits it. */
export function scaleDuration(nanoseconds: number): {
  readonly value: string
  readonly unit: string
} {
  // 999.7 µs would read "1 000 µs": the unit changes where rounding does.
  const magnitude = Math.abs(nanoseconds)
  const [size, unit] = DURATION_UNITS.find(([one]) => magnitude >= one * 0.9995) ?? [1, 'ns']
  const value = nanoseconds / size
  return { value: unit === 'ns' ? formatCount(value) : threeDigits(value), unit }
}

/** A duration given in nanoseconds: 1.24 s, 318 µs, 0 ns. Minutes from 120 s on: 2 min 5 s. */
export function formatDuration(nanoseconds: number): string {
  if (!Number.isFinite(nanoseconds)) return UNKNOWN
  const magnitude = Math.abs(nanoseconds)
  if (magnitude >= 120e9) {
    const seconds = Math.round(nanoseconds / 1e9)
    const minutes = Math.trunc(seconds / 60)
    return `${formatCount(minutes)}${NO_BREAK}min ${Math.abs(seconds % 60)}${NO_BREAK}s`
  }
  const { value, unit } = scaleDuration(nanoseconds)
  return `${value}${NO_BREAK}${unit}`
}

/** A share from 0 to 1 in per cent: 49 %, 0.4 %, 100 %; small but not nothing: < 0.1 %. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (!Number.isFinite(percent)) return UNKNOWN
  if (percent > 0 && percent < 0.1) return `<${NO_BREAK}0.1${NO_BREAK}%`
  const digits = percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)
  return `${digits.replace(/\.0$/, '')}${NO_BREAK}%`
}

/** A ratio of times: 1.04, 0.51, 12.3. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? threeDigits(ratio) : UNKNOWN
}

/** A rate per second: 3.2/s, 1.2 M/s. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return UNKNOWN
  if (perSecond >= 999_500) return `${threeDigits(perSecond / 1e6)}${NO_BREAK}M/s`
  return perSecond >= 99.5 ? `${formatCount(perSecond)}/s` : `${threeDigits(perSecond)}/s`
}

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** Memory: 512 bytes, 1.50 MiB, 24.0 GiB. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return UNKNOWN
  // 1023.7 KiB would read "1 024 KiB": the unit changes where rounding does.
  const step = BYTE_UNITS.findIndex((_, power) => Math.abs(bytes) < 1023.5 * 1024 ** power)
  const power = step < 0 ? BYTE_UNITS.length - 1 : step
  const value = bytes / 1024 ** power
  return `${power === 0 ? formatCount(value) : threeDigits(value)}${NO_BREAK}${BYTE_UNITS[power] ?? ''}`
}

const NUMBER_WORDS = [
  ...['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  ...['eleven', 'twelve'],
]

/** Up to twelve in words, as in running text: two threads, 16 threads. */
export const inWords = (count: number): string => NUMBER_WORDS[count] ?? formatCount(count)

/** `1 item`, `3 items`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
