/** What kinds of resources are called: in tables, in details, in comparisons. */
import { ResourceKind } from './model.ts'

export const KIND_NAMES: Readonly<Record<ResourceKind, string>> = {
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

/** @param name as a row of a table has it; undefined: there is no such kind */
export const kindNamed = (name: string): ResourceKind | undefined =>
  Object.values(ResourceKind).find((kind) => KIND_NAMES[kind] === name)
