/** A comparison as records for a spreadsheet and as a document for a script: nothing is rounded. */
import type { CsvValue } from '../csv.ts'
import type { Records } from '../tables-csv.ts'
import { letterOf, type Member } from './members.ts'
import type { ComparedCell, ComparedTable } from './tables.ts'
import { shownText } from './words.ts'

const HEADER = [
  ...['table', 'subject', 'figure', 'unit', 'member', 'name', 'repeats', 'median'],
  ...['median low', 'median high', 'share', 'difference', 'difference low', 'difference high'],
  ...['ratio', 'ratio low', 'ratio high', 'says', 'values'],
] as const

/** A line a row and member: tables of any number of members have the same columns. */
export function comparisonRecords(
  members: readonly Pick<Member, 'name'>[],
  tables: readonly ComparedTable[],
): Records {
  const records = tables.flatMap(({ name, rows }) =>
    rows.flatMap(({ subject, figure, unit, cells }) =>
      cells.map((cell, index): readonly CsvValue[] => [
        ...[name, subject, figure, unit === 'ns' ? 'ns' : '', letterOf(index)],
        ...[members[index]?.name, ...cellRecord(cell)],
      ]),
    ),
  )
  return { header: HEADER, records }
}

function cellRecord(cell: ComparedCell | undefined): readonly CsvValue[] {
  if (cell === undefined) return [0, ...Array<undefined>(12)]
  const { values, median, interval, share, difference } = cell
  return [
    ...[values.length, median, interval?.low, interval?.high, share],
    ...[difference?.absolute, difference?.interval?.low, difference?.interval?.high],
    ...[difference?.ratio, difference?.ratioInterval?.low, difference?.ratioInterval?.high],
    ...[difference && shownText(difference), values.join(' ')],
  ]
}

export interface ComparisonDocument {
  readonly members: readonly {
    readonly letter: string
    readonly name: string
    readonly repeats: number
  }[]
  readonly caveats: readonly string[]
  readonly tables: readonly ComparedTable[]
}

export const comparisonDocument = (
  members: readonly Member[],
  caveats: readonly string[],
  tables: readonly ComparedTable[],
): ComparisonDocument => ({
  members: members.map(({ name, sections }, index) => ({
    ...{ letter: letterOf(index), name, repeats: sections.length },
  })),
  caveats,
  tables,
})
