/**
 * Queues and locks of a manager that arrive in an item: the handle says which they are, and this
 * process's end of them is its event-loop thread's to give.
 */
import type { Seconds } from '../core/units.ts'
import type { Handle } from '../threading/handles.ts'
import { runtime } from '../threading/runtime.ts'
import { runBlocking } from '../threading/steps.ts'
import { isManaged, openHandle, type ProcessEnds } from './portable.ts'
import { answerOn, requestOnChannel, type Body, type EndReference } from './requests.ts'

const ANSWER_TIMEOUT: Seconds = 20

/** Of the processes whose event loop this thread runs, by their control words. */
const endsHere = new WeakMap<Int32Array, ProcessEnds>()

/** By an event-loop thread, for itself and for the threads that ask it. */
export function provideEnds(control: Int32Array, ends: ProcessEnds): void {
  endsHere.set(control, ends)
}

const memoryOf = (ends: ProcessEnds, reference: EndReference): SharedArrayBuffer =>
  'queue' in reference ? ends.queue(reference.queue) : ends.lease(reference.lease)

/** How an event-loop thread answers `openEnd`. */
export const answerEnd = (ends: ProcessEnds, { channel, end }: Body<'openEnd'>): null =>
  answerOn(channel, memoryOf(ends, end))

function endOf(reference: EndReference): SharedArrayBuffer {
  const ends = endsHere.get(runtime.control)
  if (ends !== undefined) return memoryOf(ends, reference)
  const bodyOf = (channel: string): Body<'openEnd'> => ({ channel, end: reference })
  // What `answerEnd` posts.
  return runBlocking(
    requestOnChannel('openEnd', bodyOf, ANSWER_TIMEOUT),
    'getAsync',
  ) as SharedArrayBuffer
}

const asked: ProcessEnds = {
  queue: (queue) => endOf({ queue }),
  lease: (lease) => endOf({ lease }),
}

/** What this thread was given before: to ask each time would cost every item a round trip. */
const known = new Map<string, Handle>()
let knownTo = 0

/** A handle that `packHandle` gave, made fit to be revived in this thread. */
export function openReceived(packed: Handle): Handle {
  if (!isManaged(packed)) return packed
  if (endsHere.has(runtime.control)) return openHandle(packed, asked)
  // A worker runs one thread after another, perhaps of another program.
  if (knownTo !== runtime.ident) known.clear()
  knownTo = runtime.ident
  const key = JSON.stringify(packed)
  const opened = known.get(key) ?? openHandle(packed, asked)
  known.set(key, opened)
  return opened
}
