import { formatCount, formatDuration, formatRate, formatShare } from '../core/figures-format.ts'
import { sum } from '../core/statistics.ts'
import type { LaneRow, LockRow, QueueRow, TablesAnswer } from '../run/contract.ts'
import { LaneState } from '../trace/model.ts'
import { formatTable } from './table.ts'

/** The tables of a run as the window shows them, in columns of text; empty ones are left out. */
export function describeTables({ lanes, locks, queues }: TablesAnswer): string {
  return [
    table(
      ['Lane', 'process', 'running', 'waiting GIL', 'waiting locks', 'on queues', 'waits', 'ended'],
      lanes.map(laneCells),
    ),
    table(
      [
        'Lock',
        'made at',
        'acquired',
        'contended',
        'switches',
        'held',
        'wait, median',
        'wait, 99 %',
      ],
      locks.map(lockCells),
    ),
    table(
      ['Queue', 'made at', 'put', 'got', 'left', 'deepest', 'put rate', 'stay, median'],
      queues.map(queueCells),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n')
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : formatTable(header, rows)

function laneCells(lane: LaneRow): string[] {
  const alive = sum([...lane.byState.subarray(1)])
  const state = (which: LaneState): number => lane.byState[which] ?? 0
  const share = (time: number): string => (alive > 0 ? formatShare(time / alive) : '–')
  return [
    lane.name,
    String(lane.pid),
    share(state(LaneState.running) + state(LaneState.holding)),
    share(lane.waitedGil),
    share(lane.waitedLock),
    share(state(LaneState.queue)),
    formatCount(lane.waits),
    lane.now,
  ]
}

const lockCells = (lock: LockRow): string[] => [
  lock.name,
  lock.madeAt === '' ? '–' : lock.madeAt,
  formatCount(lock.acquired),
  formatCount(lock.contended),
  formatCount(lock.switches),
  formatDuration(lock.heldFor),
  lock.wait.count > 0 ? formatDuration(lock.wait.median) : '–',
  lock.wait.count > 0 ? formatDuration(lock.wait.p99) : '–',
]

const queueCells = (queue: QueueRow): string[] => [
  queue.name,
  queue.madeAt === '' ? '–' : queue.madeAt,
  formatCount(queue.puts),
  formatCount(queue.gets),
  formatCount(queue.depth),
  formatCount(queue.maximumDepth),
  formatRate(queue.putRate),
  queue.residence.count > 0 ? formatDuration(queue.residence.median) : '–',
]
