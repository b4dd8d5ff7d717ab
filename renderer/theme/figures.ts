/**
 * Figures as columns and cards show them: those of sentences (main/core/figures-format.ts), but a
 * dash for what is not known, and zero without decimals. `*Parts` gives value and unit apart, for
 * the unit to be set smaller.
 */
import {
  formatCount,
  groupDigits,
  NO_BREAK,
  scaleDuration,
  threeDigits,
} from '../../main/core/figures-format.ts'

export { groupDigits }

export interface Figure {
  readonly value: string
  readonly unit: string
}

export const NO_FIGURE: Figure = { value: '–', unit: '' }

const join = ({ value, unit }: Figure): string =>
  unit === '' ? value : unit.startsWith('/') ? value + unit : `${value}${NO_BREAK}${unit}`

export const count = (value: number): string =>
  Number.isFinite(value) ? formatCount(value) : NO_FIGURE.value

/** A duration in nanoseconds: 1.24 s, 5.01 ms, 318 µs, 40 ns. */
export function durationParts(nanoseconds: number): Figure {
  if (!Number.isFinite(nanoseconds)) return NO_FIGURE
  return nanoseconds === 0 ? { value: '0', unit: 's' } : scaleDuration(nanoseconds)
}
export const duration = (nanoseconds: number): string => join(durationParts(nanoseconds))

/** A time that is estimated, rounded so that it does not flicker: 1.9 s, 13 s, 2 min. */
export function roughly(nanoseconds: number): string {
  const seconds = Math.max(0, nanoseconds) / 1e9
  if (seconds >= 90) return `${Math.round(seconds / 60)}\u00a0min`
  return `${seconds >= 10 ? Math.round(seconds) : seconds.toFixed(1)}\u00a0s`
}

/** A moment since the start of the run: 3 065.312 ms. `decimals` 3 is exact to the microsecond. */
export const moment = (nanoseconds: number, decimals = 3): string =>
  `${groupDigits((nanoseconds / 1e6).toFixed(decimals))}\u00a0ms`

/** Events per second: 1.2 M/s, 6.1 k/s, 27.8/s. */
export function rateParts(perSecond: number): Figure {
  if (!Number.isFinite(perSecond)) return NO_FIGURE
  const size = Math.abs(perSecond)
  if (size >= 999_500) return { value: brief(perSecond / 1e6), unit: 'M/s' }
  if (size >= 999.5) return { value: brief(perSecond / 1e3), unit: 'k/s' }
  return { value: size === 0 ? '0' : threeDigits(perSecond).replace(/\.00$/, ''), unit: '/s' }
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
