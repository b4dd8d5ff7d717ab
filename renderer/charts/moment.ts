/** Where a moment lies in a chart over time, and the other way round. */
import type { TimeRange } from '../../main/run/contract.ts'

/** The area between the axes, in CSS pixels of the canvas. */
export interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** CSS pixels from the canvas's left edge; undefined for a moment out of range. */
export function placeOf(
  { left, right }: Plot,
  { from, to }: TimeRange,
  moment: number,
): number | undefined {
  if (moment < from || moment > to || to <= from) return undefined
  return left + ((moment - from) / (to - from)) * (right - left)
}

/** Nanoseconds; undefined beside the axes. */
export function momentAt(
  { left, right }: Plot,
  { from, to }: TimeRange,
  x: number,
): number | undefined {
  if (x < left || x > right || right <= left) return undefined
  return from + ((x - left) / (right - left)) * (to - from)
}
