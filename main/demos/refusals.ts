/** How requests from outside are refused: what is wrong, and what to do. */
import { failure, refusal, type Refusal, type Result } from '../core/result.ts'
import { suggest } from '../core/suggest.ts'

const LONGEST_QUOTED = 48

export const usage = (message: string, remedy: string): Result<never, Refusal> =>
  failure(refusal('usage', message, remedy))

/** A value from outside as it may stand in a sentence: quoted, on one line, not too long. */
export function quoted(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(
      value.length > LONGEST_QUOTED ? `${value.slice(0, LONGEST_QUOTED - 1)}…` : value,
    )
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' || typeof value === 'symbol'
    ? `a ${typeof value}`
    : String(value).slice(0, LONGEST_QUOTED)
}

/** The same, shown at the field of a parameter. */
export const about = (parameter: string, refused: Refusal): Refusal => ({ ...refused, parameter })

const didYouMean = (typed: string, allowed: readonly string[]): string => {
  const nearest = suggest(typed, allowed)
  return nearest === undefined ? '' : `Did you mean "${nearest}"? `
}

export const unknownName = (
  what: string,
  typed: string,
  where: string,
  allowed: readonly string[],
): Result<never, Refusal> =>
  usage(
    `Unknown ${what} ${quoted(typed)}${where}.`,
    `${didYouMean(typed, allowed)}Choose one of: ${allowed.join(', ')}.`,
  )

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
