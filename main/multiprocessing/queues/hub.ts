/** All process queues of one process, on its event-loop thread. */
import type { Disposable } from '../../core/disposables.ts'
import { listen } from '../../threading/futex.ts'
import { QueueEndpoint, type EndpointLink } from './endpoint.ts'
import type { ProcessQueueReference } from '../job.ts'
import type { FromBroker } from '../messages.ts'
import { QUEUE_MEMORY_BYTES, QueueMemory, Word } from './queue-memory.ts'

/** What threads have taken is said at least this often. */
const TICK_MILLISECONDS = 8

interface Opened {
  readonly endpoint: QueueEndpoint
  readonly bell: Disposable
}

export class QueueHub implements Disposable {
  readonly #link: EndpointLink
  readonly #opened = new Map<number, Opened>()
  readonly #timer: NodeJS.Timeout

  constructor(link: EndpointLink) {
    this.#link = link
    this.#timer = setInterval(() => this.service(), TICK_MILLISECONDS)
    this.#timer.unref()
  }

  /** This process's end of a queue; made if it has none yet. */
  open({ id }: ProcessQueueReference): SharedArrayBuffer {
    const known = this.#opened.get(id)
    if (known !== undefined) return known.endpoint.memory.shared
    const memory = new SharedArrayBuffer(QUEUE_MEMORY_BYTES)
    this.adopt(id, memory)
    return memory
  }

  /** A thread of this process has made a queue. */
  adopt(id: number, shared: SharedArrayBuffer): void {
    if (this.#opened.has(id)) return
    const memory = new QueueMemory(shared)
    const endpoint = new QueueEndpoint(id, memory, this.#link)
    const bell = listen(memory.words, Word.bell, () => endpoint.service())
    this.#opened.set(id, { endpoint, bell })
  }

  receive(message: FromBroker): void {
    this.#opened.get(message.queue)?.endpoint.receive(message)
  }

  /** Looks after every queue: also when the link is no longer congested. */
  service(): void {
    for (const { endpoint } of this.#opened.values()) endpoint.service()
  }

  /** Resolves when everything put by the threads of this process has been handed to the link. */
  async flush(): Promise<void> {
    for (;;) {
      this.service()
      if ([...this.#opened.values()].every(({ endpoint }) => endpoint.isFlushed)) return
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  close(queue: number): void {
    this.#opened.get(queue)?.bell.dispose()
    this.#opened.delete(queue)
  }

  dispose(): void {
    clearInterval(this.#timer)
    for (const queue of [...this.#opened.keys()]) this.close(queue)
  }
}
