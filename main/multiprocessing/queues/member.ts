/** What the broker knows of one process that uses a queue. */
import type { BrokerLink } from './broker.ts'
import { RecordAssembler } from './records.ts'
import { SegmentStore } from './store.ts'

/** What a process has put, taken and asked for; all counts are totals since the beginning. */
export interface Member {
  readonly link: BrokerLink
  readonly assembler: RecordAssembler
  puts: number
  /** Handed to it, and said to be taken. `unacknowledged` holds what lies between. */
  delivered: number
  taken: number
  /** Of those taken: given back. */
  returned: number
  readonly unacknowledged: SegmentStore
  /** It has asked for items at least once. */
  reads: boolean
  /** Its threads wait for items until `delivered` reaches this. */
  waiting: number
  /** The same with its look-ahead: it accepts items up to here. */
  limit: number
  /** Places in a bounded queue: asked for and granted. */
  wanted: number
  granted: number
  /** When it was sent `recall`, in milliseconds, if it has not answered yet. */
  recalledAt: number | undefined
  /** The base it was told last. */
  toldBase: number
  /** It was told that others read, too. */
  toldShared: boolean
}

export function newMember(
  link: BrokerLink,
  onRecords: (bytes: Uint8Array, count: number) => void,
): Member {
  return {
    link,
    assembler: new RecordAssembler(onRecords),
    puts: 0,
    delivered: 0,
    taken: 0,
    returned: 0,
    unacknowledged: new SegmentStore(),
    reads: false,
    waiting: 0,
    limit: 0,
    wanted: 0,
    granted: 0,
    recalledAt: undefined,
    toldBase: 0,
    toldShared: false,
  }
}
