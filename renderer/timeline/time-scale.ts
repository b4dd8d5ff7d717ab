/** Trace time to pixels and back, and the arithmetic of zooming and panning. Pure. */
import { cssPixels, nanoseconds, type CssPixels, type Nanoseconds } from '../../main/core/units.ts'
import type { TimeRange } from '../../main/run/contract.ts'

/** A range laid over a width in CSS pixels. */
export interface TimeScale extends TimeRange {
  readonly width: CssPixels
}

/** Closer than this, a nanosecond is wider than a pixel and there is nothing more to see. */
export const MINIMUM_SPAN = 200
/** Where the live edge stands: what is right of it is plainly empty. */
export const LIVE_EDGE = 0.95
/** How much of the view is kept free after the end of a run. */
const END_MARGIN = 0.025

export const range = (from: number, to: number): TimeRange => ({
  from: nanoseconds(from),
  to: nanoseconds(to),
})
/** The same, later by so much. */
export const movedRange = <Moved extends TimeRange>(moved: Moved, by: number): Moved => ({
  ...moved,
  ...range(moved.from + by, moved.to + by),
})
export const spanOf = ({ from, to }: TimeRange): number => to - from

export const xOf = (scale: TimeScale, time: number): CssPixels =>
  cssPixels(((time - scale.from) / (scale.to - scale.from)) * scale.width)

export const timeAt = (scale: TimeScale, x: number): Nanoseconds =>
  nanoseconds(scale.from + (x / scale.width) * (scale.to - scale.from))

/** Nearest place where a device pixel begins: edges drawn there are crisp. */
export const snap = (x: number, ratio: number): number => Math.round(x * ratio) / ratio

/** The nearest range within the bounds, neither shorter than MINIMUM_SPAN nor longer than them. */
export function clampRange(wanted: TimeRange, bounds: TimeRange): TimeRange {
  const whole = Math.max(spanOf(bounds), MINIMUM_SPAN)
  const span = Math.min(Math.max(spanOf(wanted), MINIMUM_SPAN), whole)
  const centre = (wanted.from + wanted.to) / 2
  const from = spanOf(wanted) === span ? wanted.from : centre - span / 2
  const clamped = Math.min(Math.max(from, bounds.from), bounds.from + whole - span)
  return range(clamped, clamped + span)
}

/** `factor` > 1 shows less; the moment `around` keeps its place on the screen where it can. */
export function zoomRange(
  current: TimeRange,
  factor: number,
  around: number,
  bounds: TimeRange,
): TimeRange {
  const whole = Math.max(spanOf(bounds), MINIMUM_SPAN)
  const span = Math.min(Math.max(spanOf(current) / factor, MINIMUM_SPAN), whole)
  const place = (around - current.from) / spanOf(current)
  const from = around - place * span
  return clampRange(range(from, from + span), bounds)
}

export const panRange = (current: TimeRange, by: number, bounds: TimeRange): TimeRange =>
  clampRange(range(current.from + by, current.to + by), bounds)

/** The view while following: the newest event at LIVE_EDGE, or all from 0 on at the beginning. */
export function liveRange(newest: number, span: number): TimeRange {
  const from = Math.max(0, newest - span * LIVE_EDGE)
  return range(from, from + span)
}

/** The whole run with a margin after its end. */
export const wholeRange = (end: number): TimeRange =>
  range(0, Math.max(end, MINIMUM_SPAN) * (1 + END_MARGIN))
