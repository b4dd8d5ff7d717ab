/** Parameter values as people type them: parsing, checking against the definition, and showing. */
import type { ParameterDefinition } from '../../main/demos/manifest.ts'
import { failure, success, type Result } from '../../main/core/result.ts'

/** Between groups of thousands: the thin space that does not break. */
const THIN = '\u202f'
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const GROUPED_BY_COMMAS = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/
const MULTIPLES: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9 }

/**
 * Reads `50000000`, `50 000 000` (any kind of space), `50_000_000`, `50,000,000`, `5e7` and `50M`.
 * @returns undefined for anything else
 */
export function parseNumber(text: string): number | undefined {
  let digits = text.replace(/[\s_']/g, '')
  if (GROUPED_BY_COMMAS.test(digits)) digits = digits.replaceAll(',', '')
  const multiple = MULTIPLES[digits.slice(-1)]
  if (multiple !== undefined) digits = digits.slice(0, -1)
  if (!PLAIN.test(digits)) return undefined
  const value = Number(digits) * (multiple ?? 1)
  return Number.isFinite(value) ? value : undefined
}

/** `50 000 000` with thin spaces; a decimal part stays as it is. */
export function showNumber(value: number): string {
  const [whole = '', decimals] = String(value).split('.')
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

const withUnit = (value: number, definition: ParameterDefinition): string =>
  definition.unit === undefined ? showNumber(value) : `${showNumber(value)} ${definition.unit}`

/** `1 to 16`, `0 to 1 000 ms`. */
export const showBounds = (definition: ParameterDefinition): string =>
  `${showNumber(definition.minimum)} to ${withUnit(definition.maximum, definition)}`

/** The value a text stands for, or one sentence that names the parameter and says what is wrong. */
export function checkText(definition: ParameterDefinition, text: string): Result<number, string> {
  const { label, unit } = definition
  const typed = text.trim()
  if (typed === '')
    return failure(
      `${label} is empty: enter a value, for instance ${withUnit(definition.default, definition)}.`,
    )
  const value = parseNumber(unit === undefined ? typed : withoutUnit(typed, unit))
  if (value === undefined)
    return failure(`${label}: “${typed}” is not a number. Enter ${showBounds(definition)}.`)
  if (definition.kind === 'integer' && !Number.isInteger(value))
    return failure(`${label} must be a whole number, from ${showBounds(definition)}.`)
  if (value < definition.minimum)
    return failure(`${label} must be at least ${withUnit(definition.minimum, definition)}.`)
  if (value > definition.maximum)
    return failure(`${label} must be at most ${withUnit(definition.maximum, definition)}.`)
  return success(value)
}

const withoutUnit = (text: string, unit: string): string =>
  text.endsWith(unit) && !/[a-zA-Zµ]$/.test(text.slice(0, -unit.length))
    ? text.slice(0, -unit.length)
    : text
