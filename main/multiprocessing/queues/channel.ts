/**
 * Items from process to process, in both forms: what Queue, SimpleQueue and Connection have in
 * common. What a put copies into shared memory of its process goes from there through the
 * event-loop threads; a get waits until the broker has handed an item to its process.
 */
import type { Seconds } from '../../core/units.ts'
import { checkStop } from '../../threading/futex.ts'
import { declareResource } from '../../threading/resource.ts'
import { runAsync, runBlocking } from '../../threading/steps.ts'
import { runtime } from '../../threading/runtime.ts'
import type { ResourceKind } from '../../trace/model.ts'
import type { ProcessQueueReference } from '../job.ts'
import type { Managed, ProcessEnds } from '../portable.ts'
import { post, request } from '../requests.ts'
import { Getter, NOTHING } from './queue-get.ts'
import { QUEUE_MEMORY_BYTES, QueueMemory, Word } from './queue-memory.ts'
import { outgoing, Putter } from './queue-put.ts'

const OPEN_TIMEOUT: Seconds = 20

/** A channel as the threads of one process know it. */
export interface ChannelEnd extends Managed {
  /** This process's end. */
  readonly memory: SharedArrayBuffer
  /** Identifies the channel in all processes of the run. */
  readonly resource: number
  readonly name: string
  /** 0: unbounded. */
  readonly maxsize: number
}

export interface ChannelOptions extends Managed {
  readonly name?: string | undefined
  readonly maxsize?: number
  /** Of a Pipe: this process gets an end that reads and one that writes. */
  readonly isPipe?: boolean
}

/** A new channel. @throws RuntimeError outside of a thread. */
export function openChannel(
  kind: ResourceKind,
  { name, managed, maxsize = 0, isPipe = false }: ChannelOptions,
): ChannelEnd {
  const memory = new SharedArrayBuffer(QUEUE_MEMORY_BYTES)
  const declared = declareResource(kind, name, maxsize)
  const end = { memory, maxsize, ...declared, ...(managed && { managed }) }
  const words = new Int32Array(memory)
  Atomics.store(words, Word.bounded, maxsize > 0 ? 1 : 0)
  if (isPipe) {
    Atomics.store(words, Word.readEnds, 1)
    Atomics.store(words, Word.writeEnds, 1)
  }
  const opening = { memory, queue: { id: end.resource, maxsize, name: end.name } }
  // The event-loop thread need not answer: what is put before it has read this waits in memory. But
  // other processes may hear of a manager's queue in items of another one, on which it could pass this.
  if (managed && runtime.mayBlock) runBlocking(request('openQueue', opening, OPEN_TIMEOUT), 'put')
  else post('openQueue', opening)
  return end
}

/** What another process must know of it. */
export type PackedChannel = Omit<ChannelEnd, 'memory'>

export const packChannel = ({ resource, name, maxsize, managed }: ChannelEnd): PackedChannel => ({
  ...{ resource, name, maxsize },
  ...(managed && { managed }),
})

/** The channel for the threads of the process of `ends`. @param gets ends of a Pipe it gets. */
export function unpackChannel(
  { resource, name, maxsize, managed }: PackedChannel,
  ends: ProcessEnds,
  gets: Pick<ProcessQueueReference, 'reads' | 'writes'> = {},
): ChannelEnd {
  return {
    memory: ends.queue({ id: resource, maxsize, name, ...gets }),
    ...{ resource, name, maxsize },
    ...(managed && { managed }),
  }
}

export class Channel {
  readonly resource: number
  readonly name: string
  readonly maxsize: number
  readonly memory: QueueMemory
  readonly getter: Getter
  readonly #putter: Putter

  /** @param guard throws when nobody may get any more; asked again after every wait. */
  constructor({ memory, resource, name, maxsize }: ChannelEnd, guard?: () => void) {
    this.memory = new QueueMemory(memory)
    this.resource = resource
    this.name = name
    this.maxsize = maxsize
    this.#putter = new Putter(this)
    this.getter = new Getter(this, guard)
  }

  put(item: unknown, limit: Seconds | undefined, asyncForm = 'putAsync'): void {
    // A thread that never has to wait must notice a stop, too.
    checkStop()
    const value = outgoing(item)
    if (this.#putter.tryPut(value)) return
    runBlocking(this.#putter.putSteps(value, limit), asyncForm)
  }

  async putAsync(item: unknown, limit: Seconds | undefined): Promise<void> {
    checkStop()
    const value = outgoing(item)
    if (this.#putter.tryPut(value)) return
    // Other puts may use the encoder's memory while this one waits.
    const own = { ...value, bytes: value.bytes.slice(0, value.length) }
    await runAsync(this.#putter.putSteps(own, limit))
  }

  /** @param raw the bytes of the item instead of the item. */
  get(limit: Seconds | undefined, asyncForm = 'getAsync', raw = false): unknown {
    checkStop()
    const item = this.getter.tryGet(raw)
    return item === NOTHING ? runBlocking(this.getter.getSteps(limit, raw), asyncForm) : item
  }

  async getAsync(limit: Seconds | undefined, raw = false): Promise<unknown> {
    checkStop()
    const item = this.getter.tryGet(raw)
    return item === NOTHING ? await runAsync(this.getter.getSteps(limit, raw)) : item
  }
}
