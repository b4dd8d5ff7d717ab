/**
 * How a job reaches a worker that is blocked and runs no event loop: every slot has a broadcast
 * channel, to which any thread posts and from which the worker takes synchronously.
 */
import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { PicklingError } from '../threading/errors.ts'
import type { ThreadJob } from '../threading/runtime.ts'

const channelName = (host: string, slot: number): string => `${host}/${slot}`

/** Node's function takes broadcast channels as well, though its types name only MessagePort. */
const receive = (channel: BroadcastChannel): { readonly message: unknown } | undefined =>
  receiveMessageOnPort(channel as unknown as MessagePort)

/** The receiving end: one per worker. Keeps the worker alive until it is closed. */
export class Mailbox {
  readonly #channel: BroadcastChannel
  /** What the event loop delivered while an async target ran, or between two jobs. */
  readonly #delivered: unknown[] = []

  constructor(host: string, slot: number) {
    this.#channel = new BroadcastChannel(channelName(host, slot))
    this.#channel.onmessage = (event: unknown) => {
      this.#delivered.push((event as { readonly data: unknown }).data)
    }
  }

  take(): ThreadJob | undefined {
    const job = this.#delivered.shift() ?? receive(this.#channel)?.message
    // Only threads of this process post here, and only jobs.
    return job as ThreadJob | undefined
  }
}

/** The sending end: one per thread. */
export class Post {
  readonly #host: string
  readonly #channels = new Map<number, BroadcastChannel>()

  constructor(host: string) {
    this.#host = host
  }

  /** @throws PicklingError when structured clone cannot carry an argument. */
  send(slot: number, job: ThreadJob): void {
    const channel = this.#open(slot)
    // A channel delivers to every other one of its name, this one included: what other threads
    // sent to the slot is thrown away here.
    while (receive(channel) !== undefined);
    try {
      channel.postMessage(job)
    } catch (error) {
      throw new PicklingError(
        `Can't pickle the arguments of ${job.name}: ${error instanceof Error ? error.message : ''}`,
      )
    }
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  #open(slot: number): BroadcastChannel {
    const known = this.#channels.get(slot)
    if (known !== undefined) return known
    const channel = new BroadcastChannel(channelName(this.#host, slot))
    channel.unref()
    this.#channels.set(slot, channel)
    return channel
  }
}
