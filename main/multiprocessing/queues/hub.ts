/** All process queues of one process, on its event-loop thread. */
import type { Disposable } from '../../core/disposables.ts'
import { RuntimeError } from '../../threading/errors.ts'
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
  open({ id, maxsize, reads, writes }: ProcessQueueReference): SharedArrayBuffer {
    if (!this.#opened.has(id)) this.adopt(id, new SharedArrayBuffer(QUEUE_MEMORY_BYTES))
    const { memory } = this.#endpoint(id)
    Atomics.store(memory.words, Word.bounded, maxsize > 0 ? 1 : 0)
    if (reads === true) Atomics.add(memory.words, Word.readEnds, 1)
    if (writes === true) Atomics.add(memory.words, Word.writeEnds, 1)
    // Now: whoever gave the ends to this process may close its own as soon as it runs.
    if (reads === true || writes === true) this.#endpoint(id).service()
    return memory.shared
  }

  /** Asks the broker about unfinished items: see `ask` in messages.ts. */
  ask(queue: number, about: 'done' | 'join', puts: number): Promise<boolean> {
    return this.#endpoint(queue).ask(about, puts)
  }

  /** A thread of this process has made a queue. */
  adopt(id: number, shared: SharedArrayBuffer): void {
    if (this.#opened.has(id)) return
    const memory = new QueueMemory(shared)
    const folder = this.#link.itemFolder
    if (folder !== undefined) memory.setFolder(folder)
    const endpoint = new QueueEndpoint(id, memory, this.#link)
    const bell = listen(memory.words, Word.bell, () => endpoint.service())
    this.#opened.set(id, { endpoint, bell })
    endpoint.service()
  }

  receive(message: FromBroker): void {
    this.#opened.get(message.queue)?.endpoint.receive(message)
  }

  /** Looks after every queue and says everything: also before the process ends. */
  service(): void {
    for (const { endpoint } of this.#opened.values()) endpoint.service(true)
  }

  /**
   * Says what threads have taken: before anything that they may have done with it leaves this
   * process, so that nobody who has heard of that gets the item again, whatever becomes of this
   * process.
   */
  tellTaken(): void {
    for (const { endpoint } of this.#opened.values()) endpoint.tellTaken()
  }

  /** Resolves when everything put and taken by the threads of this process was told to the link. */
  async flush(): Promise<void> {
    for (;;) {
      this.service()
      if ([...this.#opened.values()].every(({ endpoint }) => endpoint.isFlushed)) return
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  /** @throws RuntimeError for a queue of a program that has ended. */
  #endpoint(queue: number): QueueEndpoint {
    const opened = this.#opened.get(queue)
    if (opened === undefined) throw new RuntimeError(`there is no queue ${queue} any more`)
    return opened.endpoint
  }

  close(queue: number): void {
    this.#opened.get(queue)?.bell.dispose()
    this.#opened.get(queue)?.endpoint.dispose()
    this.#opened.delete(queue)
  }

  dispose(): void {
    clearInterval(this.#timer)
    for (const queue of [...this.#opened.keys()]) this.close(queue)
  }
}
