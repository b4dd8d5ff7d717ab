/**
 * multiprocessing.Pipe and its connections. Each direction is a channel through the broker, which
 * knows which processes have open ends of it: so the end of a process that dies counts as closed.
 *
 * As in CPython a connection that is given to another process is a second one: what it stands for
 * is closed when all of them are. Unlike there, a message is copied and the sender goes on: `send`
 * waits only while the runner stores more than 64 MiB of a direction.
 */
import type { Seconds } from '../../core/units.ts'
import { isKeyboardInterrupt, ValueError } from '../../threading/errors.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { runtime } from '../../threading/runtime.ts'
import { runBlocking } from '../../threading/steps.ts'
import { ResourceKind } from '../../trace/model.ts'
import { BufferTooShort, OSError } from '../errors.ts'
import { registerPortable } from '../portable.ts'
import {
  Channel,
  openChannel,
  packChannel,
  unpackChannel,
  type ChannelEnd,
  type PackedChannel,
} from '../queues/channel.ts'
import { Word } from '../queues/queue-memory.ts'
import { awaitProbe, probe } from '../queues/queue-steps.ts'
import { wait, waitAsync, waitable, type HasReadiness, type Readiness } from './wait.ts'

interface Directions<End> {
  /** What comes in; undefined: the connection is write-only. */
  readonly inward: End | undefined
  readonly outward: End | undefined
}

interface ConnectionHandle extends Handle, Directions<ChannelEnd> {
  readonly type: 'Connection'
  /** The words below, shared by all threads of the process that have this connection. */
  readonly state: SharedArrayBuffer
}

const State = { closed: 0, unreadable: 1 } as const
const newState = () => new SharedArrayBuffer(2 * 4)

export interface PipeOptions {
  readonly name?: string
}

/**
 * Two connections: what is sent into one is received from the other; unless `duplex`, the first
 * one only receives and the second one only sends.
 */
export function Pipe(duplex = true, { name }: PipeOptions = {}): [Connection, Connection] {
  const there = openChannel(ResourceKind.pipe, { name, isPipe: true })
  const back = duplex
    ? openChannel(ResourceKind.pipe, { name: `${there.name} back`, isPipe: true })
    : undefined
  return [connect(there, back), connect(back, there)]
}

const connect = (inward: ChannelEnd | undefined, outward: ChannelEnd | undefined): Connection =>
  new Connection({ type: 'Connection', state: newState(), inward, outward })

export class Connection implements Shareable, HasReadiness {
  readonly #handle: ConnectionHandle
  readonly #state: Int32Array
  readonly #inward: Channel | undefined
  readonly #outward: Channel | undefined

  /** Connections are made by Pipe. */
  constructor(handle: ConnectionHandle) {
    this.#handle = handle
    this.#state = new Int32Array(handle.state)
    const { inward, outward } = handle
    this.#inward = inward && new Channel(inward, () => this.#requireOpen())
    this.#outward = outward && new Channel(outward)
  }

  [toHandle](): ConnectionHandle {
    this.#requireOpen()
    return this.#handle
  }

  /** For `wait`. */
  [waitable](): Readiness {
    const { getter } = this.#readable()
    return getter
  }

  get closed(): boolean {
    return Atomics.load(this.#state, State.closed) === 1
  }

  get readable(): boolean {
    return this.#inward !== undefined && Atomics.load(this.#state, State.unreadable) === 0
  }

  get writable(): boolean {
    return this.#outward !== undefined
  }

  /**
   * @throws OSError after `close` or when it cannot send, BrokenPipeError when nobody can receive
   * any more, RuntimeError, PicklingError and ValueError for what cannot travel (as Queue.put).
   */
  send(item: unknown): void {
    this.#writable().put(item, undefined, 'sendAsync')
  }

  /** The same for a thread that runs an event loop. */
  async sendAsync(item: unknown): Promise<void> {
    await this.#writable().putAsync(item, undefined)
  }

  /**
   * What `send` was given, as an equal value. Bytes come as a Uint8Array.
   * @throws EOFError when nobody can send any more and everything was received; OSError after
   * `close` or when it cannot receive.
   */
  recv(): unknown {
    return this.#readable().get(undefined, 'recvAsync')
  }

  /** The same for a thread that runs an event loop. */
  async recvAsync(): Promise<unknown> {
    return await this.#readable().getAsync(undefined)
  }

  /**
   * Sends bytes as one message.
   * @param size undefined: up to the end.
   * @throws ValueError when offset and size are not within the buffer; as `send`.
   */
  sendBytes(buffer: ArrayBuffer | ArrayBufferView, offset = 0, size?: number): void {
    const channel = this.#writable()
    channel.put(slice(buffer, offset, size), undefined, 'sendBytesAsync')
  }

  /** The same for a thread that runs an event loop. */
  async sendBytesAsync(
    buffer: ArrayBuffer | ArrayBufferView,
    offset = 0,
    size?: number,
  ): Promise<void> {
    await this.#writable().putAsync(slice(buffer, offset, size), undefined)
  }

  /**
   * One message as bytes.
   * @throws OSError when it is longer than `maxlength`: as in CPython nothing can be received any
   * more then. Otherwise as `recv`.
   */
  recvBytes(maxlength?: number): Uint8Array {
    const channel = this.#readableUpTo(maxlength)
    return this.#checked(channel.get(undefined, 'recvBytesAsync', true), maxlength)
  }

  /** The same for a thread that runs an event loop. */
  async recvBytesAsync(maxlength?: number): Promise<Uint8Array> {
    const channel = this.#readableUpTo(maxlength)
    return this.#checked(await channel.getAsync(undefined, true), maxlength)
  }

  /**
   * One message into a buffer. @returns its length.
   * @throws BufferTooShort with the message when it does not fit, ValueError for an offset outside
   * of the buffer; as `recv`.
   */
  recvBytesInto(buffer: ArrayBuffer | ArrayBufferView, offset = 0): number {
    const channel = this.#readable()
    const into = bytesOf(buffer)
    if (offset < 0) throw new ValueError('negative offset')
    if (offset > into.length) throw new ValueError('offset too large')
    const message = this.#checked(channel.get(undefined, 'recvBytesAsync', true), undefined)
    if (into.length < offset + message.length)
      throw new BufferTooShort(
        `a message of ${message.length} bytes where there is room for ${into.length - offset}`,
        message,
      )
    into.set(message, offset)
    return message.length
  }

  /**
   * Whether there is something to receive; also when `recv` would throw EOFError.
   * @param timeout seconds to wait for it; undefined: without limit, where Python has None.
   * @throws OSError after `close` or when it cannot receive.
   */
  poll(timeout: Seconds | undefined = 0): boolean {
    this.#readable()
    return wait([this], timeout).length > 0
  }

  /** The same for a thread that runs an event loop. */
  async pollAsync(timeout: Seconds | undefined = 0): Promise<boolean> {
    this.#readable()
    return (await waitAsync([this], timeout)).length > 0
  }

  /** What was sent is still delivered. A second time it has no effect. */
  close(): void {
    if (Atomics.exchange(this.#state, State.closed, 1) === 1) return
    if (this.#outward !== undefined) drop(this.#outward, Word.writeEnds)
    if (this.#inward === undefined || !drop(this.#inward, Word.readEnds)) return
    const { memory } = this.#inward
    // Until the broker knows, so that this process's next `send` at the other end fails; an event
    // loop learns of it soon.
    if (!runtime.mayBlock) return
    const asked = probe(memory)
    memory.ring()
    try {
      runBlocking(awaitProbe(memory, asked), 'close')
    } catch (error) {
      // It is closed all the same; the next blocking call says that the run is being stopped.
      if (!isKeyboardInterrupt(error)) throw error
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #requireOpen(): void {
    if (this.closed) throw new OSError('handle is closed')
  }

  #readable(): Channel {
    this.#requireOpen()
    if (this.#inward === undefined || !this.readable) throw new OSError('connection is write-only')
    return this.#inward
  }

  #readableUpTo(maxlength: number | undefined): Channel {
    const channel = this.#readable()
    if (maxlength !== undefined && maxlength < 0) throw new ValueError('negative maxlength')
    return channel
  }

  #writable(): Channel {
    this.#requireOpen()
    if (this.#outward === undefined) throw new OSError('connection is read-only')
    return this.#outward
  }

  #checked(message: unknown, maxlength = Infinity): Uint8Array {
    if (!(message instanceof Uint8Array)) throw new TypeError('not the bytes of a message')
    if (message.length <= maxlength) return message
    if (this.writable) Atomics.store(this.#state, State.unreadable, 1)
    else this.close()
    throw new OSError('bad message length')
  }
}

/** @returns whether it was the last one of this process. */
function drop({ memory }: Channel, ends: number): boolean {
  if (Atomics.sub(memory.words, ends, 1) !== 1) return false
  memory.ring()
  return true
}

const bytesOf = (buffer: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer)

function slice(
  buffer: ArrayBuffer | ArrayBufferView,
  offset: number,
  size: number | undefined,
): Uint8Array {
  const bytes = bytesOf(buffer)
  if (offset < 0) throw new ValueError('offset is negative')
  if (bytes.length < offset) throw new ValueError('buffer length < offset')
  if (size === undefined) return bytes.subarray(offset)
  if (size < 0) throw new ValueError('size is negative')
  if (offset + size > bytes.length) throw new ValueError('buffer length < offset + size')
  return bytes.subarray(offset, offset + size)
}

registerShareable<ConnectionHandle>('Connection', (handle) => new Connection(handle))
registerPortable<ConnectionHandle, Handle & Directions<PackedChannel>>('Connection', {
  pack: ({ inward, outward }) => ({
    type: 'Connection',
    inward: inward && packChannel(inward),
    outward: outward && packChannel(outward),
  }),
  open: ({ inward, outward }, ends) => ({
    type: 'Connection',
    state: newState(),
    inward: inward && unpackChannel(inward, ends, { reads: true }),
    outward: outward && unpackChannel(outward, ends, { writes: true }),
  }),
})
