/** Values that come from a file: whatever is not as it should be counts as not said. */
const MOST_CHARACTERS = 10_000
const MOST_ENTRIES = 1_000

export type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields =>
  // Its fields are what the file says, whatever they are.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MOST_CHARACTERS) : ''

export const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((each) => (typeof each === 'string' ? [textOf(each)] : []))

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : []
