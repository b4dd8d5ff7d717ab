/** Columns of plain text: the first is set flush left, the others flush right, or as `words` says. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  indent = '  ',
  /** Columns of words, flush left as well. */
  words: readonly number[] = [],
): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) =>
        column === 0 || words.includes(column)
          ? (row[column] ?? '').padEnd(width)
          : (row[column] ?? '').padStart(width),
      )
      .join('  ')
      .trimEnd()
  return all.map((row) => `${indent}${line(row)}\n`).join('')
}

/** `label   value`, one a line, values flush left. */
export function formatFacts(
  facts: readonly { readonly label: string; readonly value: string }[],
  indent = '  ',
): string {
  const width = Math.max(0, ...facts.map(({ label }) => label.length))
  return facts.map(({ label, value }) => `${indent}${label.padEnd(width)}  ${value}\n`).join('')
}

/** JSON for scripts: typed arrays as lists, one document, indented. */
export const toJson = (value: unknown): string =>
  `${JSON.stringify(value, (_, item: unknown) => (isTypedArray(item) ? Array.from(item) : item), 2)}\n`

const isTypedArray = (value: unknown): value is ArrayLike<number> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)
