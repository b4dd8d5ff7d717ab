/** The values of a sweep as they are typed, and as they are shown. Pure. */
import type { ParameterDefinition } from '../../main/demos/manifest.ts'
import { failure, success, type Result } from '../../main/core/result.ts'
import { MAX_SWEEP_VALUES } from '../../main/run/contract.ts'
import { checkText, showNumber } from './parameters.ts'

/** Whole numbers from one to another: `1..8`, `1 to 8`, `1–8`. */
const SPAN = /^([^.–]+?)\s*(?:\.\.|…|–|\bto\b|(?<=\d)-(?=\d))\s*([^.–]+)$/
/** Without commas, spaces part values: unless they group the digits of one. */
const GROUPED = /^\d{1,3}(\s\d{3})+$/

/** @returns the values in the order they were typed, or one sentence about what does not hold */
export function parseValues(
  definition: ParameterDefinition,
  text: string,
): Result<readonly number[], string> {
  const { label } = definition
  const parts = partsOf(text)
  if (parts.length === 0)
    return failure(`${label}: no value yet. Enter some, for instance ${exampleOf(definition)}.`)
  const values: number[] = []
  for (const part of parts) {
    const read = valuesOf(definition, part)
    if (!read.ok) return read
    values.push(...read.value)
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index)
  if (twice !== undefined) return failure(`${label}: ${showNumber(twice)} stands there twice.`)
  if (values.length < 2)
    return failure(`${label}: one value is no sweep. Enter more, parted by commas.`)
  if (values.length > MAX_SWEEP_VALUES)
    return failure(
      `${label}: ${values.length} values are more than a sweep takes, ${MAX_SWEEP_VALUES}. Leave some out.`,
    )
  return success(values)
}

function partsOf(text: string): readonly string[] {
  const typed = text.trim()
  const separator = /[,;]/.test(typed)
    ? /[,;]/
    : GROUPED.test(typed) || SPAN.test(typed)
      ? /$^/
      : /\s+/
  return typed
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function valuesOf(
  definition: ParameterDefinition,
  part: string,
): Result<readonly number[], string> {
  const span = definition.kind === 'integer' ? SPAN.exec(part) : null
  if (span === null) {
    const value = checkText(definition, part)
    return value.ok ? success([value.value]) : value
  }
  const [from, to] = [checkText(definition, span[1] ?? ''), checkText(definition, span[2] ?? '')]
  if (!from.ok) return from
  if (!to.ok) return to
  const count = Math.abs(to.value - from.value) + 1
  // Longer ones are refused by their number: a million of them need not be made for that.
  const step = to.value < from.value ? -1 : 1
  return success(
    Array.from(
      { length: Math.min(count, MAX_SWEEP_VALUES + 1) },
      (_, nth) => from.value + nth * step,
    ),
  )
}

const exampleOf = ({ presets, default: usual }: ParameterDefinition): string =>
  (presets.length > 1 ? presets : [usual, usual * 2]).map(showNumber).join(', ')

/** What is offered first when a parameter is swept: the values worth trying. */
export const suggestValues = (definition: ParameterDefinition): string => exampleOf(definition)

/** `1, 2, 4`; of a parameter of whole numbers more than three in a row: `1 to 8`. */
export function showValues(
  values: readonly number[],
  kind: ParameterDefinition['kind'],
  unit?: string,
): string {
  const [first = 0] = values
  const last = values.at(-1) ?? first
  const isRow =
    kind === 'integer' && values.length > 3 && values.every((value, nth) => value === first + nth)
  const words = isRow
    ? `${showNumber(first)} to ${showNumber(last)}`
    : values.map(showNumber).join(', ')
  return unit === undefined ? words : `${words} ${unit}`
}
