/**
 * Units as types. A branded number cannot be passed where another unit is meant; the brand
 * costs nothing at run time.
 */
declare const unit: unique symbol
type Branded<Name extends string> = number & { readonly [unit]: Name }

/** Nanoseconds since the epoch of a run (its first event). Exact up to 2^53, which is 104 days. */
export type Nanoseconds = Branded<'nanoseconds'>
/** Seconds, as in Python's `timeout` and `time.sleep`. */
export type Seconds = number
/** A length in CSS pixels. */
export type CssPixels = Branded<'css pixels'>

export interface TimeRange {
  readonly from: Nanoseconds
  readonly to: Nanoseconds
}

export const nanoseconds = (value: number): Nanoseconds => value as Nanoseconds
export const cssPixels = (value: number): CssPixels => value as CssPixels

export const NANOSECONDS_PER_SECOND = 1e9
export const NANOSECONDS_PER_MILLISECOND = 1e6
