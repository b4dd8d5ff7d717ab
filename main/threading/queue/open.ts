import { FifoState } from './fifo-state.ts'
import { slotBytesOf, SLOT_BYTES, type QueueHandle } from './layout.ts'
import { OrderedState } from './ordered-state.ts'
import type { QueueState } from './queue-state.ts'

/** This thread's end of a queue. */
export const openQueue = (handle: QueueHandle): QueueState =>
  slotBytesOf(handle.type) === SLOT_BYTES ? new FifoState(handle) : new OrderedState(handle)
