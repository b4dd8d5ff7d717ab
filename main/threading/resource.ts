import { EventKind, ResourceKind } from '../trace/model.ts'
import { callerLocation } from './location.ts'
import { allocateResource, Control, requireThread, runtime } from './runtime.ts'

const DEFAULT_NAMES: Readonly<Record<ResourceKind, string>> = {
  [ResourceKind.lock]: 'Lock',
  [ResourceKind.event]: 'Event',
  [ResourceKind.queue]: 'Queue',
  [ResourceKind.gil]: 'GIL',
  [ResourceKind.processQueue]: 'Process queue',
  [ResourceKind.rlock]: 'RLock',
  [ResourceKind.condition]: 'Condition',
  [ResourceKind.semaphore]: 'Semaphore',
  [ResourceKind.barrier]: 'Barrier',
  [ResourceKind.pool]: 'Pool',
  [ResourceKind.pipe]: 'Pipe',
  [ResourceKind.shared]: 'Shared object',
}

export interface Declaration {
  readonly resource: number
  readonly name: string
}

/**
 * A new resource enters the trace: id, name and the line of the program that makes it.
 * @param name undefined: `Lock-1`, `Lock-2`, … counted per kind and section.
 * @param capacity maxsize; 0: unbounded.
 * @throws RuntimeError outside of a thread.
 */
export function declareResource(
  kind: ResourceKind,
  name: string | undefined,
  capacity = 0,
): Declaration {
  requireThread(DEFAULT_NAMES[kind])
  const resource = allocateResource()
  const declared = name ?? defaultName(kind)
  runtime.tracer?.recordText(
    EventKind.resource,
    resource,
    kind,
    capacity,
    0,
    `${declared}\n${callerLocation()}`,
  )
  return { resource, name: declared }
}

function defaultName(kind: ResourceKind): string {
  const count = Atomics.add(runtime.control, Control.resourceNames + kind, 1) + 1
  return kind === ResourceKind.gil ? DEFAULT_NAMES[kind] : `${DEFAULT_NAMES[kind]}-${count}`
}
