/**
 * How handles cross to another process, where shared memory cannot follow. A type registers here
 * how its handle becomes one that carries ids and names only (`pack`, by the thread that sends it),
 * and how the receiving process makes a handle of its own from that (`open`, on its event-loop
 * thread, so that the handle may carry memory shared with that process's threads).
 *
 * Types that did not register are refused with CPython's sentence.
 */
import { RuntimeError } from '../threading/errors.ts'
import type { Handle } from '../threading/handles.ts'
import type { LeaseReference, ProcessQueueReference } from './job.ts'

/** What the event-loop thread of a process keeps for its threads: its ends of shared objects. */
export interface ProcessEnds {
  /** This process's end of a queue; made if it has none yet. */
  queue(reference: ProcessQueueReference): SharedArrayBuffer
  /** The same for a lock that is leased to processes (synchronize/lease-memory.ts). */
  lease(reference: LeaseReference): SharedArrayBuffer
}

export interface Portable<Given extends Handle, Packed extends Handle> {
  /** A handle that structured clone can carry to another process: no shared memory. */
  pack(handle: Given): Packed
  /** The inverse, for the threads of the process of `ends`. */
  open(packed: Packed, ends: ProcessEnds): Given
  /** It may also travel in items of queues, not only in arguments of a Process. Default false. */
  readonly inItems?: boolean
}

const portables = new Map<string, Portable<Handle, Handle>>()

/** @param type as in `registerShareable`. */
export function registerPortable<Given extends Handle, Packed extends Handle>(
  type: Given['type'],
  portable: Portable<Given, Packed>,
): void {
  // The registry is keyed by `type`, so each only ever sees handles of its own.
  portables.set(type, portable)
}

/** multiprocessing.context.assert_spawning's sentence. @param type of a handle, or a class's name. */
export function onlyInherited(type: string): RuntimeError {
  const name = type.replace(/^Process(?=[A-Z])/, '')
  return new RuntimeError(
    `${name} objects should only be shared between processes through inheritance`,
  )
}

const portableOf = (type: string): Portable<Handle, Handle> => {
  const portable = portables.get(type)
  if (portable === undefined) throw onlyInherited(type)
  return portable
}

/** @throws RuntimeError with CPython's sentence for what cannot leave its process. */
export const packHandle = (handle: Handle): Handle => portableOf(handle.type).pack(handle)

export const openHandle = (packed: Handle, ends: ProcessEnds): Handle =>
  portableOf(packed.type).open(packed, ends)

/** What a manager made: it may travel in items, too, whatever its type. */
export interface Managed {
  readonly managed?: true
}

export const isManaged = (handle: Handle & Managed): boolean => handle.managed === true

/** Whether it may travel in items, not only in arguments of a Process. */
export const travelsInItems = (handle: Handle): boolean =>
  portables.get(handle.type)?.inItems === true || isManaged(handle)
