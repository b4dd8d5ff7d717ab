import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { LockRow, Percentiles, TablesAnswer } from '../../../main/run/contract.ts'
import { tableModel } from '../../../renderer/views/tables/models.ts'
import { nextSort, sortedRows, type Cell } from '../../../renderer/views/tables/table.ts'

const times = (count: number, median: number): Percentiles => ({
  ...{ count, median, p90: median, p99: median, maximum: median },
})
const lock = (track: number, name: string, acquired: number, wait: Percentiles): LockRow => ({
  ...{ track, name, kind: 'Lock', madeAt: 'program.ts:4', acquired, contended: 0, switches: 0 },
  ...{ heldFor: 5e8, waitedFor: track * 1e6, hold: times(0, 0), wait },
  longest:
    wait.count === 0
      ? []
      : [
          {
            ...{ track: 1, from: nanoseconds(0), duration: nanoseconds(wait.maximum) },
            ...{ holder: 0, ender: 0 },
          },
        ],
})
const tables: TablesAnswer = {
  lanes: [],
  locks: [
    lock(1, 'lock 10', 5, times(0, 0)),
    lock(2, 'lock 9', 50, times(3, 2e6)),
    lock(3, 'lock 1', 5, { ...times(9, 7e6), sampled: true }),
  ],
  queues: [],
  counters: [],
  concurrency: { mean: 0, byCount: new Float64Array(0) },
}
const locks = tableModel(tables, 'locks', 1e9)
const namesBy = (column: string, direction: 'ascending' | 'descending') =>
  sortedRows(locks, { column, direction }).map((index) => locks.rows[index]?.name)

describe('a table that sorts', () => {
  it('sorts figures as figures, and names by the numbers in them', () => {
    expect(namesBy('acquired', 'descending')).toEqual(['lock 9', 'lock 10', 'lock 1'])
    expect(namesBy('', 'ascending')).toEqual(['lock 1', 'lock 9', 'lock 10'])
  })

  it('keeps rows with the same figure in their order, whichever way it sorts', () => {
    expect(namesBy('acquired', 'ascending')).toEqual(['lock 10', 'lock 1', 'lock 9'])
    expect(namesBy('acquired', 'descending').slice(1)).toEqual(['lock 10', 'lock 1'])
  })

  it('puts what was never counted last, in both directions', () => {
    expect(namesBy('wait', 'ascending').at(-1)).toBe('lock 10')
    expect(namesBy('wait', 'descending').at(-1)).toBe('lock 10')
  })

  it('goes from the largest to the smallest, and then back to the order they were made in', () => {
    const once = nextSort(undefined, 'wait')
    const twice = nextSort(once, 'wait')
    expect([once?.direction, twice?.direction]).toEqual(['descending', 'ascending'])
    expect(nextSort(twice, 'wait')).toBeUndefined()
    expect(nextSort(once, '')).toEqual({ column: '', direction: 'ascending' })
    expect(sortedRows(locks, undefined)).toEqual([0, 1, 2])
  })
})

describe('what the table of locks says', () => {
  const cells = (column: string) => locks.columns.find(({ id }) => id === column)?.cells ?? []
  const words = (cell: Cell | undefined) =>
    cell?.kind === 'figure' ? `${cell.isSampled ? '≈' : ''}${cell.figure.value}` : undefined

  it('marks percentiles of a sample, and no others', () =>
    expect(cells('wait').map(words)).toEqual(['–', '2.00', '≈7.00']))

  it('takes shares of the range that it is about', () => {
    expect(words(cells('held')[0])).toBe('50.0')
    const short = tableModel(tables, 'locks', 5e8).columns.find(({ id }) => id === 'held')
    expect(words(short?.cells[0])).toBe('100.0')
  })

  it('links the longest waits', () => {
    const cell = cells('longest')[1]
    expect(cell?.kind === 'waits' && cell.waits[0]?.duration).toBe(2e6)
  })
})
