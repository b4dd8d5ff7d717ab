/** Sizes in words, and the law that the time of a message follows. */
import { NO_BREAK, threeDigits } from '../../core/figures-format.ts'

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const

/** 64 bytes, 32 KiB, 1.5 MiB. */
export function formatSize(bytes: number): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)),
  )
  const value = bytes / 1_024 ** power
  const digits = Number.isInteger(value) ? String(value) : threeDigits(value)
  return `${digits}${NO_BREAK}${power === 0 && value === 1 ? 'byte' : (UNITS[power] ?? '')}`
}

/** 1.2 GiB/s. */
export const formatSpeed = (bytesPerSecond: number): string =>
  `${formatSize(Math.round(bytesPerSecond))}/s`

export interface MessagePoint {
  /** Bytes of a message. */
  readonly size: number
  /** Nanoseconds for each. */
  readonly time: number
}

export interface MessageLaw {
  /** Nanoseconds that a message takes whatever its size. */
  readonly fixed: number
  /** Nanoseconds for each byte; 0: the size is no matter. */
  readonly perByte: number
  /** Bytes from which on copying takes more than all the rest; Infinity: no size does. */
  readonly copies: number
}

/**
 * time = fixed + size × perByte, by least squares of the relative errors: each point counts the same,
 * though sizes and times span five powers of ten.
 * @returns undefined for fewer than three different sizes
 */
export function fitMessages(points: readonly MessagePoint[]): MessageLaw | undefined {
  if (new Set(points.map(({ size }) => size)).size < 3) return undefined
  let [ones, sizes, squares, times, products] = [0, 0, 0, 0, 0]
  for (const { size, time } of points) {
    const weight = 1 / time ** 2
    ones += weight
    sizes += weight * size
    squares += weight * size * size
    times += weight * time
    products += weight * size * time
  }
  const determinant = ones * squares - sizes * sizes
  if (!(determinant > 0)) return undefined
  const perByte = (ones * products - sizes * times) / determinant
  const fixed = (times - perByte * sizes) / ones
  // Neither is ever negative: then the other one alone fits best.
  if (perByte <= 0) return { fixed: times / ones, perByte: 0, copies: Infinity }
  if (fixed <= 0) return { fixed: 0, perByte: products / squares, copies: 0 }
  return { fixed, perByte, copies: fixed / perByte }
}
