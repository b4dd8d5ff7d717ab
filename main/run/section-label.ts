/**
 * What sections are called in marks, measurements and verdicts: the variant; in a sweep also the
 * values it was run with, in a twin run also the engine: `variant?threads=2&held=0.1@engine`.
 */
import type { Parameters } from '../demos/manifest.ts'

const SWEPT = '?'
const ENGINE = '@'

export interface SectionLabel {
  readonly variant: string
  /** Values in place of the request's; empty: it was no sweep. */
  readonly swept: Parameters
  /** '': it was no twin run. */
  readonly engine: string
}

export function sectionLabel(variant: string, engine = '', swept: Parameters = {}): string {
  const values = Object.entries(swept).map(([id, value]) => `${id}=${value}`)
  return [
    variant,
    ...(values.length > 0 ? [SWEPT, values.join('&')] : []),
    ...(engine === '' ? [] : [ENGINE, engine]),
  ].join('')
}

export function partsOfLabel(label: string): SectionLabel {
  const [before, engine] = cut(label, ENGINE)
  const [variant, values] = cut(before, SWEPT)
  const swept = values
    .split('&')
    .filter((each) => each !== '')
    .map((each) => cut(each, '='))
  return {
    variant,
    engine,
    swept: Object.fromEntries(swept.map(([id, value]) => [id, Number(value)])),
  }
}

function cut(text: string, at: string): readonly [string, string] {
  const place = text.indexOf(at)
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + at.length)]
}
