/** A table as data: what its cells say, and what they are sorted by. */
import type { LongWait, Percentiles } from '../../../main/run/contract.ts'
import type { LaneState } from '../../../main/trace/model.ts'
import type { Figure } from '../../theme/figures.ts'

export type TableName = 'lanes' | 'locks' | 'queues' | 'counters'

export type Cell =
  | { readonly kind: 'figure'; readonly figure: Figure; readonly isSampled?: boolean }
  /** What it is, and where in the program it was made. */
  | { readonly kind: 'words'; readonly text: string; readonly place: string }
  | { readonly kind: 'now'; readonly state: LaneState; readonly text: string }
  /** Nanoseconds by LaneState. */
  | { readonly kind: 'shares'; readonly byState: ArrayLike<number> }
  | { readonly kind: 'waits'; readonly waits: readonly LongWait[] }

export interface Column {
  readonly id: string
  readonly head: string
  /** What the head has no room for. */
  readonly help?: string
  /** Goes first where there is little room. */
  readonly isSecondary?: boolean
  /** One a row. */
  readonly cells: readonly Cell[]
  /** What a row is sorted by; absent: the column does not sort. Undefined: there is no figure. */
  readonly order?: readonly (number | string | undefined)[]
}

export interface TableRow {
  readonly track: number
  readonly name: string
  /** Beside the name: its process. */
  readonly aside: string
}

export interface TableModel {
  /** Head of the first column: `Lane`. */
  readonly what: string
  readonly rows: readonly TableRow[]
  readonly columns: readonly Column[]
}

export interface Sort {
  /** Id of a column; '' for the names. */
  readonly column: string
  readonly direction: 'ascending' | 'descending'
}

const collator = new Intl.Collator('en', { numeric: true })

/** Indices of the rows in the order wanted: what has no figure comes last either way. */
export function sortedRows(model: TableModel, sort: Sort | undefined): readonly number[] {
  const indices = model.rows.map((_, index) => index)
  if (sort === undefined) return indices
  const order =
    sort.column === ''
      ? model.rows.map(({ name }) => name)
      : model.columns.find(({ id }) => id === sort.column)?.order
  if (!order) return indices
  const sign = sort.direction === 'ascending' ? 1 : -1
  const has = (index: number) => order[index] !== undefined && !Number.isNaN(order[index])
  return indices.sort((left, right) => {
    if (has(left) !== has(right)) return has(left) ? -1 : 1
    const [one, other] = [order[left] ?? 0, order[right] ?? 0]
    const difference =
      typeof one === 'number' && typeof other === 'number'
        ? one - other
        : collator.compare(String(one), String(other))
    return difference === 0 ? left - right : sign * difference
  })
}

/** A click on a head: the largest figures first, or the names from A; then the other way; then as made. */
export function nextSort(sort: Sort | undefined, column: string): Sort | undefined {
  const first = column === '' ? 'ascending' : 'descending'
  if (sort?.column !== column) return { column, direction: first }
  if (sort.direction !== first) return undefined
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' }
}

interface Options {
  readonly help?: string
  readonly isSecondary?: boolean
}

export const figureColumn = (
  id: string,
  head: string,
  figures: readonly Figure[],
  order: readonly (number | undefined)[],
  options: Options = {},
): Column => ({
  ...{ id, head, order, ...options },
  cells: figures.map((figure) => ({ kind: 'figure', figure })),
})

/** One of the percentiles of all rows; those that come from a sample are marked. */
export const percentileColumn = (
  id: string,
  head: string,
  percentiles: readonly Percentiles[],
  value: (of: Percentiles) => number,
  format: (values: readonly (number | undefined)[]) => readonly Figure[],
  options: Options = {},
): Column => {
  const order = percentiles.map((of) => (of.count > 0 ? value(of) : undefined))
  const figures = format(order)
  return {
    ...{ id, head, order, ...options },
    cells: percentiles.map(({ sampled = false }, index) => ({
      kind: 'figure',
      figure: figures[index] ?? { value: '', unit: '' },
      ...(sampled && order[index] !== undefined && { isSampled: true }),
    })),
  }
}

export const kindColumn = (
  rows: readonly { readonly kind: string; readonly madeAt: string }[],
): Column => ({
  id: 'kind',
  head: 'Kind, made at',
  cells: rows.map(({ kind, madeAt }) => ({ kind: 'words', text: kind, place: madeAt })),
  order: rows.map(({ kind, madeAt }) => `${kind} ${madeAt}`),
})
