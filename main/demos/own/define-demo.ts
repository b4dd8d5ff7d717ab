/**
 * What a file of the user's own exports as its default to be a demo: see main/demos/own/README.md.
 * Published as `interleave/demo`.
 *
 * @example
 * import { defineDemo } from 'interleave/demo'
 * import { Lock, Thread } from 'interleave/threading'
 *
 * export default defineDemo({
 *   title: 'Two tills',
 *   summary: 'Is one queue before two tills quicker than two queues?',
 *   parameters: { customers: { label: 'Customers', minimum: 1, maximum: 1_000, default: 50 } },
 *   variants: { oneQueue: { label: 'One queue', run: oneQueue } },
 * })
 *
 * export function oneQueue({ customers }: { customers: number }) { … }
 */

export interface OwnParameter {
  readonly label: string
  /** What it does, in one sentence. */
  readonly help?: string
  /** Default: `integer`. */
  readonly kind?: 'integer' | 'number'
  readonly unit?: 's' | 'ms' | 'µs'
  readonly minimum: number
  readonly maximum: number
  readonly default: number
  /** Values worth trying. */
  readonly presets?: readonly number[]
}

export interface OwnVariant<Values> {
  readonly label: string
  /** What differs from the other variants, in one sentence. */
  readonly help?: string
  /** An exported function of the same file: the threads that run it find it by its name. */
  readonly run: (parameters: Values) => unknown
  /** Its threads share one emulated GIL; a parameter `switchInterval` (ms) sets its interval. */
  readonly gil?: boolean
  /** It starts processes. */
  readonly processes?: boolean
  /** Key of the variant that it is measured against. */
  readonly baseline?: string
  /** What to look for in it: short paragraphs. */
  readonly lookFor?: readonly string[]
}

/** A figure that the program prints, compared instead of the time that it takes. */
export interface OwnFigure {
  /** Capitalised: `Latency`, `Items a second`. */
  readonly what: string
  readonly unit?: 'ns' | '/s' | 'bytes' | 'bytes/s' | ''
  readonly better: 'less' | 'more'
  /** Finds it in a printed line: its first group is a number. The median of the lines it is in counts. */
  readonly printed: RegExp
}

export interface OwnSweep {
  readonly label: string
  readonly help?: string
  /** One parameter or two, with the values to run. */
  readonly values: Readonly<Record<string, readonly number[] | 'to twice the processors'>>
}

export interface OwnDemoDefinition<Names extends string = string> {
  readonly title: string
  /** One sentence. */
  readonly summary: string
  /** What to look for while it runs: short paragraphs. */
  readonly lookFor?: readonly string[]
  readonly parameters?: Readonly<Record<Names, OwnParameter>>
  /** By their keys: letters and digits. The first one is chosen when the demo is opened. */
  readonly variants: Readonly<Record<string, OwnVariant<Readonly<Record<Names, number>>>>>
  /** How often each variant is run. Default 5. */
  readonly repeats?: number
  /** Values for a run of about a second, instead of the defaults. */
  readonly quick?: Readonly<Partial<Record<Names, number>>>
  /**
   * Parameters whose product is the number of calls `checkpoint(1)`: what progress is measured by,
   * and work done a second. Absent: progress counts sections.
   */
  readonly work?: readonly Names[]
  /** What `work` counts: `items`. */
  readonly unit?: string
  readonly figure?: OwnFigure
  readonly sweeps?: Readonly<Record<string, OwnSweep>>
}

const MARK = Symbol.for('interleave.demo')

/** Declares a demo; it is looked at when the file is loaded, and refused with a reason if it is none. */
export function defineDemo<Names extends string = never>(
  definition: OwnDemoDefinition<Names>,
): OwnDemoDefinition<Names> {
  return Object.assign({ ...definition }, { [MARK]: true })
}

/** It came from `defineDemo`. */
export const isDefinition = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && MARK in value
