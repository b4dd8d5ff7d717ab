/** Counts of a program that no compiler has checked. */
import type { Handle } from './handles.ts'
import { typeName } from './queue/compare.ts'

/**
 * A count as Python takes it: true is 1.
 * @throws TypeError for what is no number.
 */
export function countOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  throw new TypeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
}

/** Whether a constructor was given the handle of an existing object rather than a count. */
export const isHandle = <Given extends Handle>(source: Given | number): source is Given =>
  typeof source === 'object' && 'type' in source
