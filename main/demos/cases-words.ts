/** How the cases of a run are called and compared in sentences. */
import { formatCount, formatRatio } from '../core/figures-format.ts'
import type { CaseMeasure, Interval } from '../run/contract.ts'
import { pointWords, type Case } from './cases.ts'
import type { DemoManifest } from './manifest.ts'

/** `“In parallel” with 4 threads`; what all cases have in common is left out. */
export type Naming = (of: Pick<Case, 'variant' | 'swept'>) => string

export function namingOf(manifest: DemoManifest, cases: readonly Case[]): Naming {
  const isOne = new Set(cases.map(({ variant }) => variant)).size < 2
  return ({ variant, swept }) => {
    const point = pointWords(manifest, swept)
    if (isOne && point !== '') return point
    const label = quotedLabel(manifest, variant)
    return point === '' ? label : `${label} with ${point}`
  }
}

export const quotedLabel = ({ variants }: DemoManifest, variant: string): string =>
  `“${variants.find(({ id }) => id === variant)?.label ?? variant}”`

/** So many are named in a sentence. */
const NAMED = 3

/** `a`, `a and b`, `a, b, c and 4 others`. */
export function listed(names: readonly string[]): string {
  const more = names.length - NAMED
  const told = more > 1 ? [...names.slice(0, NAMED), `${formatCount(more)} others`] : names
  return told.length < 2 ? (told[0] ?? '') : `${told.slice(0, -1).join(', ')} and ${told.at(-1)}`
}

/** `Fastest`, `Most work a second`, `Least latency, 99th percentile`. */
export function leadWords({ what, unit, better }: CaseMeasure): string {
  if (what === 'Time' && unit === 'ns') return better === 'less' ? 'Fastest' : 'Slowest'
  return `${better === 'less' ? 'Least' : 'Most'} ${within(what)}`
}

/** Within a sentence: `Work a second` as `work a second`; `GIL switches` stays. */
export const within = (what: string): string =>
  /^\p{Lu}\p{Ll}/u.test(what) ? `${what.charAt(0).toLowerCase()}${what.slice(1)}` : what

/** Which way a ratio goes: `slower`, `faster`; `more`, `less`; `no difference shown`. */
export function directionWords({ what, unit }: CaseMeasure, { low, high }: Interval): string {
  if (low <= 1 && high >= 1) return 'no difference shown'
  const [up, down] =
    unit !== 'ns'
      ? ['more', 'less']
      : what === 'Time'
        ? ['slower', 'faster']
        : ['longer', 'shorter']
  return low > 1 ? up : down
}

export const ratioWords = (measure: CaseMeasure, ratio: Interval): string =>
  `${formatRatio(ratio.estimate)}\u00a0× (95\u00a0% interval ${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}): ${directionWords(measure, ratio)}`
