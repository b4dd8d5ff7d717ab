import { groupDigits } from '../../main/core/figures-format.ts'
import { short } from '../theme/figures.ts'

/** A value of a parameter under an axis: 0.1, 5, 1 204, 50 M. */
export const showAxisValue = (value: number): string =>
  Math.abs(value) >= 10_000 ? short(value) : groupDigits(String(Number(value.toPrecision(6))))
