import { describe, expect, it } from 'vitest'
import { describeMeasuring, describeTables } from '../../main/cli/tables-text.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type { CounterRow, LockRow, Percentiles, TablesAnswer } from '../../main/run/contract.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const none: Percentiles = { count: 0, median: 0, p90: 0, p99: 0, maximum: 0 }
const some: Percentiles = { count: 9, median: 2e6, p90: 3e6, p99: 4e6, maximum: 5e6 }
const lock = (name: string, wait: Percentiles): LockRow => ({
  ...{ track: 1, name, kind: 'Lock', madeAt: '', acquired: 4, contended: 1, switches: 2 },
  ...{ heldFor: 1e9, waitedFor: 25e6, hold: none, wait, longest: [] },
})
const counter: CounterRow = {
  ...{ track: 2, name: 'slots', kind: 'Semaphore', madeAt: 'program.ts:9', capacity: 3, used: 12 },
  ...{ contended: 4, value: 0, maximum: 3, wait: some },
}
const tables: TablesAnswer = {
  ...{ lanes: [], locks: [], queues: [], counters: [] },
  concurrency: { mean: 0, byCount: new Float64Array(0) },
}
/** Cells of the row that begins with this name, by their heads: both are set flush to the right. */
function cell(text: string, name: string, head: string): string | undefined {
  const lines = text.split('\n')
  const row = lines.find((line) => line.trim().startsWith(name)) ?? ''
  const heads = lines.find((line) => line.includes(head)) ?? ''
  const end = heads.indexOf(head) + head.length
  return row
    .slice(0, end)
    .split(/\s{2,}/)
    .at(-1)
}

describe('tables of text', () => {
  it('say what was waited for, and nothing where nobody waited', () => {
    const text = plain(describeTables({ ...tables, locks: [lock('a', some), lock('b', none)] }))
    expect(cell(text, 'a', 'waited for')).toBe('25.0 ms')
    expect(cell(text, 'a', 'wait, 99 %')).toBe('4.00 ms')
    expect(cell(text, 'b', 'wait, median')).toBe('–')
  })

  it('mark figures of a sample', () => {
    const locks = [lock('a', { ...some, sampled: true })]
    expect(cell(plain(describeTables({ ...tables, locks })), 'a', 'wait, median')).toBe('≈2.00 ms')
  })

  it('have counters, and leave out tables without rows', () => {
    const text = plain(describeTables({ ...tables, counters: [counter] }))
    expect(cell(text, 'slots', 'at most')).toBe('3')
    expect(text).not.toMatch(/Lock|Queue|Lane/)
    expect(describeTables(tables)).toBe('')
  })

  it('end with how much ran at once', () => {
    const concurrency = { mean: 1.5, byCount: Float64Array.from([0, 1e9, 1e9]), processors: 1.25 }
    expect(plain(describeTables({ ...tables, concurrency }))).toBe(
      'On average 1.5 lanes ran at once or were ready to, two or more for 50 % of the time; they used 1.25 processors.\n',
    )
  })
})

it('what measuring cost and lost has a line each, and none where nothing is known', () => {
  const status = { state: 'finished', elapsed: nanoseconds(1e9), dropped: 0 } as const
  expect(describeMeasuring(status, tables)).toBe('')
  const tracerCost = {
    ...{ perEvent: nanoseconds(40), recording: nanoseconds(1e7), collecting: nanoseconds(1e8) },
  }
  const lines = describeMeasuring({ ...status, tracerCost, dropped: 3 }, tables).split('\n')
  expect(lines[0]).toMatch(/^Tracing cost/)
  expect(lines[1]).toMatch(/^3 events were dropped/)
  expect(lines).toHaveLength(3)
})
