/** A comparison as files: its tables for a spreadsheet, all of it for a script. */
import { toCsv } from '../../main/export/csv.ts'
import type { Member } from '../../main/export/compare/members.ts'
import { comparisonDocument, comparisonRecords } from '../../main/export/compare/records.ts'
import type { ComparedTable } from '../../main/export/compare/tables.ts'
import type { ExportedFile } from '../hosts/host.ts'

const encode = (text: string) => new TextEncoder().encode(text)

export function comparisonCsv(
  members: readonly Member[],
  tables: readonly ComparedTable[],
): ExportedFile {
  const { header, records } = comparisonRecords(members, tables)
  return { name: 'comparison.csv', type: 'text/csv', bytes: encode(toCsv(header, records)) }
}

export const comparisonJson = (
  members: readonly Member[],
  caveats: readonly string[],
  tables: readonly ComparedTable[],
): ExportedFile => ({
  name: 'comparison.json',
  type: 'application/json',
  bytes: encode(`${JSON.stringify(comparisonDocument(members, caveats, tables), undefined, 2)}\n`),
})
