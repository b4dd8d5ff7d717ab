/**
 * The shared memory of a queue: control words, then one slot for each item; larger items have their
 * bytes in a memory of their own. Both grow in place up to their limits, which cost address space
 * only: a queue without a maxsize takes what a program puts, as CPython's does.
 *
 * Items are counted, modulo 2^32: TAIL put so far, HEAD got so far, DONE reported as done. They are
 * the ids in the trace, and size and unfinished tasks are their differences, so that there is no
 * second count which a thread that dies could leave behind.
 *
 * Who puts and who gets write to cache lines apart (32 words: processors fetch two lines at once).
 */
import { ResourceKind } from '../../trace/model.ts'
import { ValueError } from '../errors.ts'
import type { Handle } from '../handles.ts'
import { declareResource } from '../resource.ts'

/** Control words. What one mutex protects is loaded and stored plainly under it. */
export const Word = {
  /** Excludes putters from each other; in a queue with an order of its own getters as well. */
  tailMutex: 0,
  /** HEAD as the putters last saw it: at most what it is. */
  seenHead: 1,
  /** Bytes given to items so far, modulo 2^32. */
  payloadTail: 2,
  /** Of a queue with an order of its own: bytes given out from the start of the payload. */
  payloadTop: 3,
  tail: 32,
  headMutex: 64,
  /** TAIL as the getters last saw it. */
  seenTail: 65,
  /** Ident of the thread that got last. */
  lastGetter: 66,
  head: 96,
  /** Bytes up to here are free again. */
  payloadHead: 97,
  /** 1: shut down. */
  shutDown: 128,
  /** Ident of the thread that shut it down. */
  shutDownBy: 129,
  /** Slots in use of the memory, and bytes of the payload: powers of two, or 0. */
  slots: 130,
  payloadBytes: 131,
  done: 160,
  /** Ident of the thread whose taskDone was the last one. */
  lastDone: 161,
  getters: 192,
  putters: 224,
  joiners: 256,
  /** Of a queue with an order of its own: free blocks of 2^n bytes, as their offset + 1; 32 words. */
  freeBlocks: 288,
} as const

/** In a group (getters, putters, joiners): counts what concerns its sleepers; how many these are. */
export const CHANGES = 0
export const SLEEPING = 1
/** 1: the sleepers have to be woken; 0: the only one is on its way. */
export const ARMED = 3
/** Of the putters: 1 when some wait for bytes rather than for the room of one item. */
export const BYTES_WANTED = 2

export const HEADER_BYTES = 2_048
const INITIAL_MEMORY_BYTES = 4_096

export const SLOT_BYTES = 16
/** With a cell of the order and a key to compare by. */
export const ORDERED_SLOT_BYTES = 32

const DEFAULT_CAPACITY_BYTES = 2 ** 28
const MINIMUM_CAPACITY_BYTES = 64
const MAXIMUM_CAPACITY_BYTES = 2 ** 30
/** Where address space is scarce. */
const SMALL_CAPACITY_BYTES = 2 ** 24

export type QueueType = 'Queue' | 'LifoQueue' | 'PriorityQueue' | 'SimpleQueue'

export interface QueueHandle extends Handle {
  readonly type: QueueType
  /** Growable: HEADER_BYTES, then slots. Zero-filled: empty. */
  readonly memory: SharedArrayBuffer
  /** Growable: bytes of the items that a slot cannot hold. */
  readonly payload: SharedArrayBuffer
  readonly resource: number
  readonly name: string
  /** In items; 0 or less: unbounded. */
  readonly maxsize: number
}

export interface QueueOptions {
  readonly name?: string
  /**
   * Limit to which the memory grows, for the bytes of items and for their slots (16 bytes each, 32
   * in a LifoQueue or PriorityQueue), each; rounded up to a power of two. Beyond it put waits for
   * room as in a full queue. Default 256 MiB, at most 1 GiB.
   */
  readonly capacityBytes?: number
}

/**
 * A new queue, empty.
 * @throws ValueError for a maxsize or a capacity that makes no sense, RuntimeError outside of a
 * thread.
 */
export function allocateQueue(
  type: QueueType,
  maxsize: number,
  { name, capacityBytes }: QueueOptions,
): QueueHandle {
  if (!Number.isSafeInteger(maxsize) || maxsize >= 2 ** 31)
    throw new ValueError(`maxsize must be an integer below 2^31, not ${maxsize}`)
  const wanted = capacityBytes ?? DEFAULT_CAPACITY_BYTES
  if (!(wanted >= 1 && wanted <= MAXIMUM_CAPACITY_BYTES))
    throw new ValueError(`capacityBytes must be from 1 to ${MAXIMUM_CAPACITY_BYTES}, not ${wanted}`)
  const declared = declareResource(ResourceKind.queue, name, Math.max(0, maxsize))
  const allocated = (capacity: number): QueueHandle => ({
    type,
    ...allocate(type, maxsize, capacity),
    maxsize,
    ...declared,
  })
  try {
    return allocated(wanted)
  } catch (error) {
    if (capacityBytes !== undefined || !(error instanceof RangeError)) throw error
    return allocated(SMALL_CAPACITY_BYTES)
  }
}

function allocate(type: QueueType, maxsize: number, capacityBytes: number) {
  const capacity = powerOfTwo(Math.max(MINIMUM_CAPACITY_BYTES, capacityBytes))
  const size = slotBytesOf(type)
  const slots = Math.min(capacity / size, maxsize > 0 ? powerOfTwo(maxsize) : Infinity)
  const largest = HEADER_BYTES + slots * size
  return {
    memory: new SharedArrayBuffer(Math.min(INITIAL_MEMORY_BYTES, largest), {
      maxByteLength: largest,
    }),
    payload: new SharedArrayBuffer(0, { maxByteLength: capacity }),
  }
}

const isOrdered = (type: QueueType): boolean => type === 'LifoQueue' || type === 'PriorityQueue'

export const slotBytesOf = (type: QueueType): number =>
  isOrdered(type) ? ORDERED_SLOT_BYTES : SLOT_BYTES

/** The least one that is not less. */
export const powerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(value))

/** The views on a queue's control words. */
export const controlWords = ({ memory }: QueueHandle): Int32Array<SharedArrayBuffer> =>
  new Int32Array(memory, 0, HEADER_BYTES / 4)
