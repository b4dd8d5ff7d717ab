/** What members differ in: a table a subject, a column a member, differences to the first one. Pure. */
import { differenceOf, type Difference } from '../../core/difference.ts'
import { bootstrapMedian, median, sum, type Estimate } from '../../core/statistics.ts'
import type { MeasuredSection } from '../../run/contract.ts'
import { counterRows, elapsedRows, laneRows, lockRows, queueRows } from './figures.ts'
import type { Member } from './members.ts'

/** - `ns`; `count`: whole things; `number`: a mean */
export type FigureUnit = 'ns' | 'count' | 'number'

/** A figure that sections have: what a row is made of. */
export interface FigureRow {
  /** What it is about: a lane, a lock; '' for the whole section. */
  readonly subject: string
  readonly figure: string
  readonly unit: FigureUnit
  /** Absent: neither is better as such. */
  readonly better?: 'less' | 'more'
  /** One a section of the member; undefined or NaN: not known. */
  readonly values: readonly (number | undefined)[]
  /** The same as shares of a whole, 0 to 1. */
  readonly shares?: readonly (number | undefined)[]
}

export interface ComparedCell {
  /** One a repeat. */
  readonly values: readonly number[]
  readonly median: number
  /** 95 % of the medians of resampled repeats; absent with too few of them. */
  readonly interval?: Estimate
  /** Median share, where it is a part of something. */
  readonly share?: number
  /** To the first member; absent of that one, and where it has none. */
  readonly difference?: Difference
}

export interface ComparedRow {
  readonly subject: string
  readonly figure: string
  readonly unit: FigureUnit
  readonly better?: 'less' | 'more'
  /** One a member; undefined: it has none of this name. */
  readonly cells: readonly (ComparedCell | undefined)[]
}

export const TABLE_NAMES = ['elapsed', 'lanes', 'locks', 'queues', 'counters'] as const
export type TableName = (typeof TABLE_NAMES)[number]

export interface ComparedTable {
  readonly name: TableName
  readonly rows: readonly ComparedRow[]
  /** Subjects that not every member has, and the positions of those that have it. */
  readonly unmatched: readonly { readonly subject: string; readonly members: readonly number[] }[]
}

const ROWS: Readonly<
  Record<TableName, (sections: readonly MeasuredSection[]) => readonly FigureRow[]>
> = {
  elapsed: elapsedRows,
  lanes: laneRows,
  locks: lockRows,
  queues: queueRows,
  counters: counterRows,
}

/** Tables that have a row. Rows are matched by what they are about, its kind, and the figure. */
export const compareMembers = (members: readonly Member[]): readonly ComparedTable[] =>
  TABLE_NAMES.map((name) =>
    compareTable(
      name,
      members.map(({ sections }) => ROWS[name](sections)),
    ),
  ).filter(({ rows }) => rows.length > 0)

function compareTable(name: TableName, byMember: readonly (readonly FigureRow[])[]): ComparedTable {
  const subjects = orderOf(byMember.map((rows) => rows.map(({ subject }) => subject)))
  const rows = subjects.flatMap((subject) => {
    const own = byMember.map((rows) => rows.filter((row) => row.subject === subject))
    const figures = orderOf(own.map((each) => each.map(({ figure }) => figure)))
    return figures.flatMap((figure) => {
      const found = own.map((each) => each.find((row) => row.figure === figure))
      // A state that nobody was ever in says nothing.
      return found.some((row) => row && sum(known(row.values)) > 0) ? [compareRow(found)] : []
    })
  })
  const unmatched = subjects.flatMap((subject) => {
    const members = byMember.flatMap((each, index) =>
      each.some((row) => row.subject === subject) ? [index] : [],
    )
    return members.length < byMember.length ? [{ subject, members }] : []
  })
  return { name, rows, unmatched }
}

/** All that occur: those of the first member as it has them, then what the others have besides. */
const orderOf = (lists: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(lists.flat()),
]

const known = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value): value is number => value !== undefined && Number.isFinite(value))

function compareRow(found: readonly (FigureRow | undefined)[]): ComparedRow {
  const row = found.find((each) => each !== undefined)
  if (row === undefined) throw new Error('a row that no member has')
  const { subject, figure, unit, better } = row
  const first = known(found[0]?.values ?? [])
  return {
    ...{ subject, figure, unit },
    ...(better && { better }),
    cells: found.map((each, index) => each && cellOf(each, index === 0 ? [] : first)),
  }
}

function cellOf({ values: given, shares }: FigureRow, first: readonly number[]) {
  const values = known(given)
  const middle = median(values)
  if (middle === undefined) return undefined
  const interval = bootstrapMedian(values)
  const share = median(known(shares ?? []))
  const difference = differenceOf(values, first)
  return {
    ...{ values, median: middle },
    ...(interval && { interval }),
    ...(share !== undefined && { share }),
    ...(difference && { difference }),
  }
}
