/** The tables of a run, or of a part of it: which columns they have and what these say. */
import type {
  CounterRow,
  LaneRow,
  LockRow,
  QueueRow,
  TablesAnswer,
} from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { rateParts } from '../../theme/figures.ts'
import { alignedDurations, alignedShares, plainCounts } from '../aligned.ts'
import {
  figureColumn,
  kindColumn,
  percentileColumn,
  type Column,
  type TableModel,
  type TableName,
  type TableRow,
} from './table.ts'

/** @param length nanoseconds of the run, or of the range: what shares are shares of */
export function tableModel(tables: TablesAnswer, show: TableName, length: number): TableModel {
  switch (show) {
    case 'lanes':
      return laneTable(tables.lanes, tables.queues.length > 0)
    case 'locks':
      return lockTable(tables.locks, length)
    case 'queues':
      return queueTable(tables.queues)
    case 'counters':
      return counterTable(tables.counters)
  }
}

const named = (rows: readonly { readonly track: number; readonly name: string }[]): TableRow[] =>
  rows.map(({ track, name }) => ({ track, name, aside: '' }))

function laneTable(rows: readonly LaneRow[], hasQueues: boolean): TableModel {
  const severalProcesses = new Set(rows.map(({ pid }) => pid)).size > 1
  const durations = (
    id: string,
    head: string,
    value: (row: LaneRow) => number | undefined,
    help?: string,
  ): Column => {
    const values = rows.map(value)
    return figureColumn(id, head, alignedDurations(values), values, help ? { help } : {})
  }
  const waits = rows.map((row) => row.waits)
  return {
    what: 'Lane',
    rows: rows.map(({ track, name, pid }) => ({
      ...{ track, name, aside: severalProcesses ? String(pid) : '' },
    })),
    columns: [
      {
        id: 'now',
        head: 'Now',
        cells: rows.map(({ now, nowState }) => ({ kind: 'now', state: nowState, text: now })),
        order: rows.map(({ now }) => now),
      },
      durations(
        'running',
        'Running',
        ({ byState }) => (byState[LaneState.running] ?? 0) + (byState[LaneState.holding] ?? 0),
      ),
      ...(rows.some(({ waitedGil }) => waitedGil > 0)
        ? [durations('gil', 'Waiting for the GIL', ({ waitedGil }) => waitedGil)]
        : []),
      ...(rows.some(({ waitedLock }) => waitedLock > 0)
        ? [durations('lock', 'Waiting for a lock', ({ waitedLock }) => waitedLock)]
        : []),
      ...(hasQueues
        ? [durations('queue', 'Blocked on a queue', ({ byState }) => byState[LaneState.queue] ?? 0)]
        : []),
      ...(rows.some(({ byState }) => (byState[LaneState.processor] ?? 0) > 0)
        ? [
            durations(
              'processor',
              'No processor',
              ({ byState }) => byState[LaneState.processor] ?? 0,
              'Ready to run, but waiting for a processor',
            ),
          ]
        : []),
      figureColumn('waits', 'Waits', plainCounts(waits), waits),
      durations('longest', 'Longest wait', (row) => (row.waits > 0 ? row.longestWait : undefined)),
      {
        id: 'shares',
        head: 'Share of its life',
        cells: rows.map(({ byState }) => ({ kind: 'shares', byState })),
      },
    ],
  }
}

function lockTable(rows: readonly LockRow[], length: number): TableModel {
  const count = (
    id: string,
    head: string,
    value: (row: LockRow) => number,
    options: { help?: string; isSecondary?: boolean } = {},
  ): Column => figureColumn(id, head, plainCounts(rows.map(value)), rows.map(value), options)
  const share = (
    id: string,
    head: string,
    help: string,
    value: (row: LockRow) => number | undefined,
  ): Column => figureColumn(id, head, alignedShares(rows.map(value)), rows.map(value), { help })
  const waited = rows.map((row) => row.waitedFor)
  const waits = rows.map(({ wait }) => wait)
  return {
    what: 'Lock',
    rows: named(rows),
    columns: [
      kindColumn(rows),
      count('acquired', 'Acquired', ({ acquired }) => acquired),
      share('contended', 'Contended', 'Share of the acquisitions that had to wait', (row) =>
        row.acquired > 0 ? row.contended / row.acquired : undefined,
      ),
      count('switches', 'Switches', ({ switches }) => switches, {
        help: 'Acquisitions by another lane than the last holder',
        isSecondary: true,
      }),
      share('held', 'Held', 'Share of the time in which it was held', ({ heldFor }) =>
        length > 0 ? heldFor / length : undefined,
      ),
      percentileColumn(
        'hold',
        'Median hold',
        rows.map(({ hold }) => hold),
        ({ median }) => median,
        alignedDurations,
        { isSecondary: true },
      ),
      figureColumn('waited', 'Waited for', alignedDurations(waited), waited, {
        help: 'Time that all lanes together waited for it',
      }),
      percentileColumn('wait', 'Median wait', waits, ({ median }) => median, alignedDurations),
      percentileColumn('p99', '99 % wait', waits, ({ p99 }) => p99, alignedDurations, {
        help: '99 of 100 waits were shorter',
        isSecondary: true,
      }),
      {
        id: 'longest',
        head: 'Longest waits',
        help: 'Waits that have ended; each shows itself on the timeline',
        cells: rows.map(({ longest }) => ({ kind: 'waits', waits: longest })),
        order: rows.map(({ wait, longest }) =>
          wait.count > 0 ? Math.max(wait.maximum, longest[0]?.duration ?? 0) : undefined,
        ),
      },
    ],
  }
}

function queueTable(rows: readonly QueueRow[]): TableModel {
  const count = (
    id: string,
    head: string,
    value: (row: QueueRow) => number,
    isSecondary = false,
  ): Column =>
    figureColumn(id, head, plainCounts(rows.map(value)), rows.map(value), { isSecondary })
  const rate = (id: string, head: string, value: (row: QueueRow) => number): Column =>
    figureColumn(
      id,
      head,
      rows.map((row) => rateParts(value(row))),
      rows.map(value),
    )
  const stays = rows.map(({ residence }) => residence)
  return {
    what: 'Queue',
    rows: named(rows),
    columns: [
      kindColumn(
        rows.map(({ kind, capacity, madeAt }) => ({
          kind: capacity > 0 ? `${kind}, at most ${capacity}` : kind,
          madeAt,
        })),
      ),
      count('puts', 'Put', ({ puts }) => puts),
      count('gets', 'Got', ({ gets }) => gets),
      rate('putRate', 'Put rate', ({ putRate }) => putRate),
      rate('getRate', 'Get rate', ({ getRate }) => getRate),
      count('depth', 'Depth', ({ depth }) => depth),
      count('deepest', 'Deepest', ({ maximumDepth }) => maximumDepth, true),
      percentileColumn('median', 'Median in queue', stays, (of) => of.median, alignedDurations),
      percentileColumn('p99', '99 %', stays, ({ p99 }) => p99, alignedDurations, {
        help: '99 of 100 items were in the queue for less',
        isSecondary: true,
      }),
      percentileColumn('longest', 'Longest', stays, ({ maximum }) => maximum, alignedDurations),
    ],
  }
}

function counterTable(rows: readonly CounterRow[]): TableModel {
  const count = (
    id: string,
    head: string,
    value: (row: CounterRow) => number,
    help: string,
  ): Column => figureColumn(id, head, plainCounts(rows.map(value)), rows.map(value), { help })
  const shares = rows.map(({ used, contended }) => (used > 0 ? contended / used : undefined))
  const waits = rows.map(({ wait }) => wait)
  const capacities = rows.map(({ capacity }) => (capacity > 0 ? capacity : undefined))
  return {
    what: 'Counter',
    rows: named(rows),
    columns: [
      kindColumn(rows),
      figureColumn(
        'capacity',
        'Of',
        capacities.map((each) => ({ value: each === undefined ? '–' : String(each), unit: '' })),
        capacities,
        { help: 'Permits of a semaphore, parties of a barrier, workers of a pool' },
      ),
      count('used', 'Used', (row) => row.used, 'Permits taken, tasks begun, or waits begun'),
      figureColumn('contended', 'Waited', alignedShares(shares), shares, {
        help: 'Share of the uses that had to wait',
      }),
      count(
        'value',
        'Now',
        ({ value }) => value,
        'Permits taken, tasks running or lanes waiting, at the end',
      ),
      count('maximum', 'At most', ({ maximum }) => maximum, 'The most of them at one time'),
      percentileColumn('wait', 'Median wait', waits, ({ median }) => median, alignedDurations),
      percentileColumn('p99', '99 % wait', waits, ({ p99 }) => p99, alignedDurations, {
        help: '99 of 100 waits were shorter',
        isSecondary: true,
      }),
      percentileColumn('longest', 'Longest', waits, ({ maximum }) => maximum, alignedDurations),
    ],
  }
}
