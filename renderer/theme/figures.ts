/**
 * Figures as people read them: three significant digits, a unit, thousands set apart by a thin
 * space. `*Parts` gives value and unit apart, for the unit to be set smaller.
 */
export const THIN_SPACE = '\u202f'

export interface Figure {
  readonly value: string
  readonly unit: string
}

export const NO_FIGURE: Figure = { value: '–', unit: '' }

const join = ({ value, unit }: Figure): string =>
  unit === '' ? value : unit.startsWith('/') ? value + unit : `${value}\u00a0${unit}`

/** 50000000 as 50 000 000. */
export function groupDigits(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE)
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

export const count = (value: number): string =>
  Number.isFinite(value) ? groupDigits(String(Math.round(value))) : NO_FIGURE.value

/** Three significant digits without an exponent: 1.24, 73.0, 318, 1 250. */
function three(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  return groupDigits(value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0))
}

/** A duration in nanoseconds: 1.24 s, 5.01 ms, 318 µs, 40 ns. */
export function durationParts(nanoseconds: number): Figure {
  if (!Number.isFinite(nanoseconds)) return NO_FIGURE
  const size = Math.abs(nanoseconds)
  if (size === 0) return { value: '0', unit: 's' }
  if (size < 999.5)
    return { value: three(Math.round(nanoseconds)).replace(/\.0+$/, ''), unit: 'ns' }
  if (size < 999.5e3) return { value: three(nanoseconds / 1e3), unit: 'µs' }
  if (size < 999.5e6) return { value: three(nanoseconds / 1e6), unit: 'ms' }
  return { value: three(nanoseconds / 1e9), unit: 's' }
}
export const duration = (nanoseconds: number): string => join(durationParts(nanoseconds))

/** A moment since the start of the run: 3 065.312 ms. `decimals` 3 is exact to the microsecond. */
export const moment = (nanoseconds: number, decimals = 3): string =>
  `${groupDigits((nanoseconds / 1e6).toFixed(decimals))}\u00a0ms`

/** Events per second: 1.2 M/s, 6.1 k/s, 27.8/s. */
export function rateParts(perSecond: number): Figure {
  if (!Number.isFinite(perSecond)) return NO_FIGURE
  const size = Math.abs(perSecond)
  if (size >= 999_500) return { value: brief(perSecond / 1e6), unit: 'M/s' }
  if (size >= 999.5) return { value: brief(perSecond / 1e3), unit: 'k/s' }
  return { value: size === 0 ? '0' : three(perSecond).replace(/\.00$/, ''), unit: '/s' }
}
export const rate = (perSecond: number): string => join(rateParts(perSecond))

const brief = (value: number): string => groupDigits(value.toFixed(value < 99.95 ? 1 : 0))

/** A count where there is little room: 9 999, 50 k, 1.2 M. */
export function short(value: number): string {
  if (Math.abs(value) < 9_999.5) return count(value)
  const [size, sign] = Math.abs(value) >= 999_500 ? [1e6, 'M'] : [1e3, 'k']
  return `${brief(value / size).replace(/\.0$/, '')}\u00a0${sign}`
}

/** 23 B, 1.2 MiB. */
export function bytesParts(bytes: number): Figure {
  if (!Number.isFinite(bytes)) return NO_FIGURE
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  if (bytes < 1024) return { value: String(Math.round(bytes)), unit: 'B' }
  let value = bytes / 1024
  let unit = 0
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return { value: brief(value), unit: units[unit] ?? '' }
}
export const bytes = (value: number): string => join(bytesParts(value))

/** A share of one as 49.9 %. */
export function percentParts(share: number): Figure {
  if (!Number.isFinite(share)) return NO_FIGURE
  const percent = share * 100
  return { value: percent.toFixed(percent >= 99.95 && percent < 100.05 ? 0 : 1), unit: '%' }
}
export const percent = (share: number): string => join(percentParts(share))
