/** What lanes do and how they end, in words: the same on cards, in tables and in findings. */
import { LaneEnd, ResourceKind } from './model.ts'
import { isQueueKind, type Resource } from './resource.ts'
import { Category } from './categories.ts'

/** @param resource what the span is about, where it is about one. */
export function doingInWords(category: number, resource: Resource | undefined): string {
  switch (category) {
    case Category.running:
      return 'Running'
    case Category.holding:
      return 'Running while others wait'
    case Category.waitingGil:
      return 'Waiting for the GIL'
    case Category.waitingLock:
      return `Waiting for ${resource?.name ?? 'a lock'}`
    case Category.waitingPut:
      return `Blocked in put of ${resource?.name ?? 'a queue'}`
    case Category.waitingGet:
      return `Blocked in get of ${resource?.name ?? 'a queue'}`
    case Category.waitingEvent:
      return waitInWords(resource)
    case Category.processor:
      return 'Waiting for a processor'
    case Category.sleeping:
      return 'Sleeping'
    default:
      return 'Idle'
  }
}

function waitInWords(resource: Resource | undefined): string {
  if (resource === undefined) return 'Waiting for an event to be set'
  const { kind, name } = resource
  if (isQueueKind(kind)) return `Waiting until all items of ${name} are done`
  switch (kind) {
    case ResourceKind.condition:
      return `Waiting for ${name} to be notified`
    case ResourceKind.barrier:
      return `Waiting at ${name} for the others`
    case ResourceKind.pool:
      return `Waiting for results of ${name}`
    case ResourceKind.shared:
      return `Waiting for ${name}`
    default:
      return `Waiting for ${name} to be set`
  }
}

export function endInWords(how: LaneEnd, code: number): string {
  switch (how) {
    case LaneEnd.returned:
      return 'Returned'
    case LaneEnd.threw:
      return 'Threw'
    case LaneEnd.terminated:
      return code === 0 ? 'Terminated' : `Terminated, exit code ${code}`
    case LaneEnd.killed:
      return code === 0 ? 'Killed' : `Killed, exit code ${code}`
  }
}
