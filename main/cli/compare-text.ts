import { plural } from '../core/figures-format.ts'
import { letterOf } from '../export/compare/members.ts'
import type { ComparisonDocument } from '../export/compare/records.ts'
import type { ComparedCell, ComparedRow, ComparedTable } from '../export/compare/tables.ts'
import {
  absoluteText,
  cellText,
  footnote,
  intervalText,
  ratioText,
  shownText,
  TABLE_TITLES,
  unmatchedTexts,
} from '../export/compare/words.ts'
import { formatFacts, formatTable } from './table.ts'

/** Columns of text: what each member has, and how each differs from A. */
export function describeComparison(
  comparison: ComparisonDocument & { readonly case: string },
): string {
  const { members, caveats, tables } = comparison
  const heads = members.map(({ letter, name, repeats }) => ({
    label: letter,
    value: `${name}, ${plural(repeats, 'repeat')}`,
  }))
  return [
    `${comparison.case === '' ? 'Comparison' : comparison.case}\n${formatFacts(heads)}`,
    ...(caveats.length > 0 ? [caveats.map((each) => `${each}\n`).join('')] : []),
    ...tables.map(describeTable),
    `${footnote(tables)}\n`,
  ].join('\n')
}

function describeTable({ name, rows, unmatched }: ComparedTable): string {
  const others = rows[0]?.cells.slice(1).map((_, index) => letterOf(index + 1)) ?? []
  const header = [
    TABLE_TITLES[name],
    'A',
    ...others.flatMap((each) => [each, `${each} − A`, `${each} / A`, '95 % interval', '']),
  ]
  const told = unmatchedTexts(unmatched)
    .map((each) => `  ${each}\n`)
    .join('')
  return formatTable(header, rows.map(cellsOf)) + told
}

function cellsOf(row: ComparedRow): readonly string[] {
  const { subject, figure, unit, cells } = row
  const [first, ...others] = cells
  return [
    subject === '' ? figure : `${subject}: ${figure}`,
    cellText(first, unit),
    ...others.flatMap((cell) => [cellText(cell, unit), ...differenceCells(cell, row)]),
  ]
}

function differenceCells(
  cell: ComparedCell | undefined,
  { unit }: Pick<ComparedRow, 'unit'>,
): readonly string[] {
  const difference = cell?.difference
  if (difference === undefined) return ['–', '', '', '']
  return [
    absoluteText(difference, unit),
    ratioText(difference),
    intervalText(difference, unit),
    shownText(difference),
  ]
}
