/**
 * Comma-separated values as RFC 4180 describes them: CRLF between records, fields quoted where
 * needed. Text that a spreadsheet would take for a formula is defused with a leading apostrophe
 * (OWASP, CSV Injection); numbers never are.
 */
export type CsvValue = string | number | undefined

const FORMULA = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

/** Numbers that are not finite, and undefined, become empty fields. The last record ends in CRLF too. */
export function toCsv(
  header: readonly string[],
  records: readonly (readonly CsvValue[])[],
): string {
  return [header, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('')
}

function field(value: CsvValue): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = FORMULA.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
