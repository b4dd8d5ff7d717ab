import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { toCsv } from '../../main/export/csv.ts'
import { tableRecords } from '../../main/export/tables-csv.ts'
import type { LaneRow, LockRow, Percentiles, TablesAnswer } from '../../main/run/contract.ts'
import { LANE_STATES, LaneState } from '../../main/trace/model.ts'

const none: Percentiles = { count: 0, median: 0, p90: 0, p99: 0, maximum: 0 }
const byState = Float64Array.from({ length: LANE_STATES }, (_, state) => state * 10)
const lane: LaneRow = {
  ...{ track: 3, name: '=Thread', pid: 7, now: 'returned', nowState: LaneState.none, byState },
  ...{ waitedGil: 5, waitedLock: 15, waits: 2, longestWait: 12 },
}
const lock: LockRow = {
  ...{ track: 9, name: 'tally', kind: 'Lock', madeAt: 'program.ts:4', acquired: 4, contended: 1 },
  ...{ switches: 2, heldFor: 1_234_567, waitedFor: 890, hold: none },
  wait: { count: 2, median: 1.5, p90: 2, p99: 3, maximum: 4, sampled: true },
  longest: [{ track: 3, from: nanoseconds(77), duration: nanoseconds(4), holder: 0, ender: 0 }],
}
const tables: TablesAnswer = {
  ...{ lanes: [lane], locks: [lock], queues: [], counters: [] },
  concurrency: { mean: 0, byCount: new Float64Array(0) },
}

describe('tables for other programs', () => {
  it('have as many cells a record as heads, in every table', () => {
    const queue = {
      ...{ track: 1, name: 'q', kind: 'Queue', madeAt: '', capacity: 0, puts: 1, gets: 1 },
      ...{ depth: 0, maximumDepth: 1, putRate: 1, getRate: 1, residence: none },
    }
    const counter = {
      ...{ track: 2, name: 's', kind: 'Semaphore', madeAt: '', capacity: 2, used: 1 },
      ...{ contended: 0, value: 0, maximum: 1, wait: none },
    }
    const all = { ...tables, queues: [queue], counters: [counter] }
    for (const which of ['lanes', 'locks', 'queues', 'counters'] as const) {
      const { header, records } = tableRecords(all, which)
      expect(records).toHaveLength(1)
      expect(records[0]).toHaveLength(header.length)
      expect(new Set(header).size).toBe(header.length)
    }
  })

  it('keep every nanosecond, under the head that it belongs to', () => {
    const { header, records } = tableRecords(tables, 'locks')
    const cell = (head: string) => records[0]?.[header.indexOf(head)]
    expect(cell('held ns')).toBe(1_234_567)
    expect(cell('waited for ns')).toBe(890)
    expect(cell('wait 99 % ns')).toBe(3)
    expect(cell('wait sampled')).toBe('yes')
    expect(cell('longest wait from ns')).toBe(77)
    const lanes = tableRecords(tables, 'lanes')
    const at = lanes.header.indexOf('blocked on queues ns')
    expect(lanes.records[0]?.[at]).toBe(LaneState.queue * 10)
  })

  it('leave out percentiles of nothing, which are not 0', () => {
    const { header, records } = tableRecords(tables, 'locks')
    expect(records[0]?.[header.indexOf('hold counted')]).toBe(0)
    expect(records[0]?.[header.indexOf('hold median ns')]).toBeUndefined()
  })

  it('do not let a lane’s name become a formula', () => {
    const { header, records } = tableRecords(tables, 'lanes')
    expect(toCsv(header, records)).toMatch(/\r\n'=Thread,7/)
  })
})
