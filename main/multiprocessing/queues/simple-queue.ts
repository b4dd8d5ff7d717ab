/** multiprocessing.SimpleQueue: put, get and empty, without a limit to its size or to a wait. */
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { ResourceKind } from '../../trace/model.ts'
import { OSError } from '../errors.ts'
import { registerPortable } from '../portable.ts'
import {
  Channel,
  openChannel,
  packChannel,
  unpackChannel,
  type ChannelEnd,
  type PackedChannel,
} from './channel.ts'
import { Word } from './queue-memory.ts'

interface SimpleQueueHandle extends Handle, ChannelEnd {
  readonly type: 'ProcessSimpleQueue'
}

export interface SimpleQueueOptions {
  readonly name?: string
}

export class SimpleQueue<Item = unknown> implements Shareable {
  readonly #end: ChannelEnd
  readonly #channel: Channel

  /** @param from what a handle says of an existing one, or how a new one is called. */
  constructor(from: ChannelEnd | SimpleQueueOptions = {}) {
    this.#end = 'memory' in from ? from : openChannel(ResourceKind.processQueue, from)
    this.#channel = new Channel(this.#end, () => this.#requireOpen())
  }

  get name(): string {
    return this.#end.name
  }

  [toHandle](): SimpleQueueHandle {
    return { type: 'ProcessSimpleQueue', ...this.#end }
  }

  /** As far as this process knows. @throws OSError after `close`. */
  empty(): boolean {
    this.#requireOpen()
    return this.#channel.memory.size === 0
  }

  /** @throws as Queue's does; OSError after `close`. */
  put(item: Item): void {
    this.#requireOpen()
    this.#channel.put(item, undefined)
  }

  /** The same for a thread that runs an event loop. */
  async putAsync(item: Item): Promise<void> {
    this.#requireOpen()
    await this.#channel.putAsync(item, undefined)
  }

  /** @throws as Queue's does; OSError after `close`. */
  get(): Item {
    this.#requireOpen()
    // What was put as Item comes back as an equal value; the type parameter is the program's word.
    return this.#channel.get(undefined) as Item
  }

  /** The same for a thread that runs an event loop. */
  async getAsync(): Promise<Item> {
    this.#requireOpen()
    // As in `get`.
    return (await this.#channel.getAsync(undefined)) as Item
  }

  /** This process uses it no more. */
  close(): void {
    this.#channel.memory.raise(Word.closed)
  }

  #requireOpen(): void {
    if (this.#channel.memory.is(Word.closed)) throw new OSError('handle is closed')
  }
}

registerShareable<SimpleQueueHandle>('ProcessSimpleQueue', (handle) => new SimpleQueue(handle))
registerPortable<SimpleQueueHandle, Handle & PackedChannel>('ProcessSimpleQueue', {
  pack: (handle) => ({ type: 'ProcessSimpleQueue', ...packChannel(handle) }),
  open: (packed, ends) => ({ type: 'ProcessSimpleQueue', ...unpackChannel(packed, ends) }),
})
