import { formatCount, formatDuration, formatRate, formatShare } from '../core/figures-format.ts'
import { sum } from '../core/statistics.ts'
import { concurrencyWords, droppedWords, tracingWords } from '../export/measuring-words.ts'
import type {
  CounterRow,
  LaneRow,
  LockRow,
  Percentiles,
  QueueRow,
  RunStatus,
  TablesAnswer,
} from '../run/contract.ts'
import { LaneState } from '../trace/model.ts'
import { formatTable } from './table.ts'

/** The tables of a run as the window shows them, in columns of text; empty ones are left out. */
export function describeTables(tables: TablesAnswer): string {
  const { lanes, locks, queues, counters, concurrency } = tables
  const words = concurrencyWords(concurrency)
  return [
    table(
      ['Lane', 'process', 'running', 'waiting GIL', 'waiting locks', 'on queues', 'waits', 'ended'],
      lanes.map(laneCells),
    ),
    table(
      [
        ...['Lock', 'made at', 'acquired', 'contended', 'switches', 'held', 'waited for'],
        ...['wait, median', 'wait, 99 %', 'longest'],
      ],
      locks.map(lockCells),
    ),
    table(
      ['Queue', 'made at', 'put', 'got', 'left', 'deepest', 'put rate', 'stay, median', 'longest'],
      queues.map(queueCells),
    ),
    table(
      [
        ...['Counter', 'kind', 'made at', 'of', 'used', 'waited', 'at most'],
        ...['wait, median', 'longest'],
      ],
      counters.map(counterCells),
    ),
    words === undefined ? '' : `${words}\n`,
  ]
    .filter((text) => text !== '')
    .join('\n')
}

/** How much ran at once, what tracing cost and what was lost, a line each. */
export const describeMeasuring = (
  status: Pick<RunStatus, 'tracerCost' | 'elapsed' | 'state' | 'dropped'>,
  { concurrency }: Pick<TablesAnswer, 'concurrency'>,
): string =>
  [concurrencyWords(concurrency), tracingWords(status), droppedWords(status)]
    .filter((words) => words !== undefined)
    .map((words) => `${words}\n`)
    .join('')

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : formatTable(header, rows)

const place = (madeAt: string): string => (madeAt === '' ? '–' : madeAt)

/** One of the percentiles; `≈` where it is of a sample. */
const percentile = (of: Percentiles, value: number): string =>
  of.count === 0 ? '–' : `${of.sampled ? '≈' : ''}${formatDuration(value)}`

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

const lockCells = ({ wait, ...lock }: LockRow): string[] => [
  lock.name,
  place(lock.madeAt),
  formatCount(lock.acquired),
  formatCount(lock.contended),
  formatCount(lock.switches),
  formatDuration(lock.heldFor),
  formatDuration(lock.waitedFor),
  percentile(wait, wait.median),
  percentile(wait, wait.p99),
  percentile(wait, wait.maximum),
]

const queueCells = ({ residence, ...queue }: QueueRow): string[] => [
  queue.name,
  place(queue.madeAt),
  formatCount(queue.puts),
  formatCount(queue.gets),
  formatCount(queue.depth),
  formatCount(queue.maximumDepth),
  formatRate(queue.putRate),
  percentile(residence, residence.median),
  percentile(residence, residence.maximum),
]

const counterCells = ({ wait, ...counter }: CounterRow): string[] => [
  counter.name,
  counter.kind,
  place(counter.madeAt),
  counter.capacity > 0 ? formatCount(counter.capacity) : '–',
  formatCount(counter.used),
  formatCount(counter.contended),
  formatCount(counter.maximum),
  percentile(wait, wait.median),
  percentile(wait, wait.maximum),
]
