/** The tables of a run as records: figures as they were measured, without rounding. */
import type { LongWait, Percentiles, TablesAnswer } from '../run/contract.ts'
import { LaneState } from '../trace/model.ts'
import type { CsvValue } from './csv.ts'

export interface Records {
  readonly header: readonly string[]
  readonly records: readonly (readonly CsvValue[])[]
}

/** By LaneState; what is not alive has no time. */
const STATES: readonly (readonly [LaneState, string])[] = [
  [LaneState.running, 'running'],
  [LaneState.holding, 'holding while others wait'],
  [LaneState.processor, 'waiting for a processor'],
  [LaneState.waiting, 'waiting for locks'],
  [LaneState.queue, 'blocked on queues'],
  [LaneState.sleeping, 'sleeping'],
  [LaneState.idle, 'idle'],
]

const percentileHeads = (what: string): readonly string[] => [
  `${what} counted`,
  ...['median', '90 %', '99 %', 'longest'].map((each) => `${what} ${each} ns`),
  `${what} sampled`,
]
const percentileCells = ({ count, median, p90, p99, maximum, sampled }: Percentiles): CsvValue[] =>
  count === 0
    ? [0, undefined, undefined, undefined, undefined, undefined]
    : [count, median, p90, p99, maximum, sampled ? 'yes' : 'no']

/** Durations in nanoseconds; 0 counted leaves the percentiles empty. */
export function tableRecords(
  tables: Pick<TablesAnswer, 'lanes' | 'locks' | 'queues' | 'counters'>,
  which: 'lanes' | 'locks' | 'queues' | 'counters',
): Records {
  switch (which) {
    case 'lanes':
      return {
        header: [
          ...['lane', 'process', 'now', ...STATES.map(([, words]) => `${words} ns`)],
          ...['waiting for the GIL ns', 'waiting for other locks ns', 'waits', 'longest wait ns'],
        ],
        records: tables.lanes.map((lane) => [
          ...[lane.name, lane.pid, lane.now],
          ...STATES.map(([state]) => lane.byState[state] ?? 0),
          ...[lane.waitedGil, lane.waitedLock, lane.waits, lane.longestWait],
        ]),
      }
    case 'locks':
      return {
        header: [
          ...['lock', 'kind', 'made at', 'acquired', 'contended', 'switches', 'held ns'],
          ...['waited for ns', ...percentileHeads('hold'), ...percentileHeads('wait')],
          ...['longest wait by', 'longest wait from ns'],
        ],
        records: tables.locks.map((lock) => [
          ...[lock.name, lock.kind, lock.madeAt, lock.acquired, lock.contended, lock.switches],
          ...[lock.heldFor, lock.waitedFor],
          ...[...percentileCells(lock.hold), ...percentileCells(lock.wait)],
          ...longestCells(lock.longest, tables.lanes),
        ]),
      }
    case 'queues':
      return {
        header: [
          ...['queue', 'kind', 'made at', 'capacity', 'puts', 'gets', 'depth', 'deepest'],
          ...['puts per second', 'gets per second', ...percentileHeads('in queue')],
        ],
        records: tables.queues.map((queue) => [
          ...[queue.name, queue.kind, queue.madeAt, queue.capacity, queue.puts, queue.gets],
          ...[queue.depth, queue.maximumDepth, queue.putRate, queue.getRate],
          ...percentileCells(queue.residence),
        ]),
      }
    case 'counters':
      return {
        header: [
          ...['counter', 'kind', 'made at', 'capacity', 'used', 'contended', 'now', 'at most'],
          ...percentileHeads('wait'),
        ],
        records: tables.counters.map((counter) => [
          ...[counter.name, counter.kind, counter.madeAt, counter.capacity, counter.used],
          ...[counter.contended, counter.value, counter.maximum, ...percentileCells(counter.wait)],
        ]),
      }
  }
}

function longestCells(
  [first]: readonly LongWait[],
  lanes: TablesAnswer['lanes'],
): readonly CsvValue[] {
  if (first === undefined) return [undefined, undefined]
  return [lanes.find(({ track }) => track === first.track)?.name, first.from]
}
