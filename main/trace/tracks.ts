/** The rows of the timeline, in reading order, as the contract describes them. */
import type { TrackInfo } from '../run/contract.ts'
import { Lane } from './lane.ts'
import { GilSource, LaneKind, ResourceKind } from './model.ts'
import { isLockKind, isQueueKind, type Resource } from './resource.ts'

const LANE_KINDS: readonly string[] = ['Main thread', 'Thread', 'Process', 'Pool worker']

/** The lane of a child process is that of its main thread. */
const RANKS: Readonly<Record<LaneKind, number>> = {
  [LaneKind.main]: 0,
  [LaneKind.process]: 1,
  [LaneKind.thread]: 2,
  [LaneKind.worker]: 3,
}

/** Thread-2 comes before Thread-10. */
const byNumber = new Intl.Collator('en', { numeric: true })

/** The main thread of a process before the others, these by their numbers. */
export function lanesInOrder(lanes: readonly Lane[]): Lane[] {
  const processes = [...new Set(lanes.map(({ pid }) => pid))]
  return [...lanes].sort(
    (one, other) =>
      processes.indexOf(one.pid) - processes.indexOf(other.pid) ||
      RANKS[one.kind] - RANKS[other.kind] ||
      byNumber.compare(one.name, other.name),
  )
}

/** Lanes, then the resources that have been used, as they were made. */
export function tracksOf(lanes: readonly Lane[], resources: readonly Resource[]): TrackInfo[] {
  const used = resources.filter(({ track }) => track > 0).sort((one, other) => one.id - other.id)
  return [...lanesInOrder(lanes), ...used].map(infoOf)
}

function infoOf(subject: Lane | Resource): TrackInfo {
  if (subject instanceof Lane)
    return {
      id: subject.track,
      kind: 'lane',
      group: `Process ${subject.pid}`,
      name: subject.name,
      subtitle: LANE_KINDS[subject.kind] ?? '',
      subject: subject.ident,
      pid: subject.pid,
      measured: true,
    }
  const reading = readingOf(subject)
  const { kindName, madeAt } = subject
  return {
    id: subject.track,
    kind: trackKind(subject.kind),
    group: groupOf(subject.kind),
    name: subject.name,
    subtitle: [kindName, reading, madeAt].filter(Boolean).join(', '),
    subject: subject.id,
    pid: subject.pid,
    resource: subject.kind,
    measured: reading !== 'estimated',
    ...(reading && { reading }),
  }
}

/** Of a GIL that was looked at from outside. */
function readingOf({ kind, capacity }: Resource): TrackInfo['reading'] {
  if (kind !== ResourceKind.gil) return undefined
  if (capacity === GilSource.sampled) return 'measured'
  return capacity === GilSource.estimated ? 'estimated' : undefined
}

function groupOf(kind: ResourceKind): string {
  if (isQueueKind(kind)) return 'Queues'
  if (isLockKind(kind)) return 'Locks'
  switch (kind) {
    case ResourceKind.event:
      return 'Events'
    case ResourceKind.pool:
      return 'Pools'
    case ResourceKind.shared:
      return 'Shared objects'
    default:
      return 'Synchronization'
  }
}

function trackKind(kind: ResourceKind): TrackInfo['kind'] {
  switch (kind) {
    case ResourceKind.lock:
    case ResourceKind.rlock:
      return 'lock'
    case ResourceKind.gil:
      return 'gil'
    case ResourceKind.event:
      return 'event'
    default:
      return isQueueKind(kind) ? 'queue' : 'counter'
  }
}
