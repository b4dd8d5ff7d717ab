/**
 * The broker of the process queues of a run: it lives on the event-loop thread of the runner,
 * keeps every item in the order of its arrival and hands items to processes that accept them.
 *
 * An item belongs to the queue until the process it was handed to says that it was taken. What a
 * process that died had not taken goes back to its place in the queue; of what it was sending,
 * whole items count and the rest is reported. CPython's queues have neither: there a writer
 * killed in the middle of an item blocks the queue for good.
 *
 * What was taken is said within 8 ms (hub.ts), and before anything that the process puts or asks for
 * afterwards. Of a process that is killed in that time the items taken last are delivered again,
 * except large ones (large-items.ts): at least once, and more than once only after a process was
 * killed that had told nobody of the run about them. One that ends in any other way says what it
 * took.
 */
import type { PartialFrame } from '../frames.ts'
import type { FromBroker, ToBroker } from '../messages.ts'
import { BrokerQueue } from './broker-queue.ts'
import type { Member } from './member.ts'
import type { ProcessQueueReference } from '../job.ts'

/** The way to one process. */
export interface BrokerLink {
  /** 0: the runner's own. */
  readonly process: number
  readonly isCongested: boolean
  send(message: FromBroker): void
}

/** What a process that is gone left in a queue. */
export interface QueueLoss {
  readonly queue: number
  /** An item it was in the middle of sending; the bytes received are discarded. */
  readonly partial: PartialFrame | undefined
  /** Items that had been handed to it and went back to the queue. */
  readonly returned: number
}

export class QueueBroker {
  readonly #queues = new Map<number, BrokerQueue>()
  readonly #links = new Map<number, BrokerLink>()

  /** Makes a queue known. A second time for the same id has no effect. */
  declare(queue: ProcessQueueReference): void {
    if (!this.#queues.has(queue.id)) this.#queues.set(queue.id, new BrokerQueue(queue))
  }

  /** Forgets a queue and what is in it; messages about it are ignored from now on. */
  close(queue: number): void {
    this.#queues.get(queue)?.dispose()
    this.#queues.delete(queue)
  }

  get queues(): readonly number[] {
    return [...this.#queues.keys()]
  }

  attach(link: BrokerLink): void {
    this.#links.set(link.process, link)
  }

  /** The process is gone. Says what it left behind, for the queues where it left something. */
  detach(process: number): readonly QueueLoss[] {
    this.#links.delete(process)
    const losses: QueueLoss[] = []
    // Of a Pipe that goes both ways, whoever hears that nothing more comes must find that nobody
    // listens either, as at a socket: so what the process read is left first.
    const read = [...this.#queues.values()].filter((queue) => queue.isReadBy(process))
    for (const queue of new Set([...read, ...this.#queues.values()])) {
      const loss = queue.leave(process)
      if (loss !== undefined && (loss.partial !== undefined || loss.returned > 0)) losses.push(loss)
    }
    return losses
  }

  /** @throws FrameError when the process breaks the protocol; the connection must then end. */
  receive(process: number, message: ToBroker): void {
    const link = this.#links.get(process)
    if (message.type === 'open') {
      const { queue: id, maxsize, name } = message
      return this.declare({ id, maxsize, name })
    }
    const queue = this.#queues.get(message.queue)
    if (link === undefined || queue === undefined) return
    const member: Member = queue.member(link)
    switch (message.type) {
      case 'put':
        return queue.put(member, message.bytes)
      case 'want':
        return queue.want(member, message)
      case 'unget':
        return queue.unget(member, message.taken, message.received, message.places)
      case 'ends':
        return queue.setEnds(member, message.reads, message.writes)
      case 'done':
        return queue.done(member, message.count)
      case 'ask':
        return queue.ask(member, message)
      case 'probe':
        queue.serve()
        return link.send({ type: 'probed', queue: message.queue, probe: message.probe })
    }
  }

  /** The link of a process is no longer congested. */
  resume(process: number): void {
    for (const queue of this.#queues.values()) if (queue.has(process)) queue.serve()
  }

  dispose(): void {
    for (const queue of this.#queues.values()) queue.dispose()
    this.#queues.clear()
    this.#links.clear()
  }
}
