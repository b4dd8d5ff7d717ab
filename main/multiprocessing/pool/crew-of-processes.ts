/**
 * Workers that are processes: a queue of tasks for each, so that the pool knows which of them has
 * which task, and one queue of results for all.
 */
import { isKeyboardInterrupt } from '../../threading/errors.ts'
import type { Seconds } from '../../core/units.ts'
import { runtime } from '../../threading/runtime.ts'
import { registerModule } from '../../threading/targets.ts'
import { Process } from '../process.ts'
import { Queue } from '../queues/queue.ts'
import { getStartMethod } from '../start-method.ts'
import type { Crew, CrewMember } from './crew.ts'
import { BrokenProcessPool } from './errors.ts'
import {
  decodeFromWorker,
  decodeToWorker,
  encodeMessage,
  type FromWorker,
  type ToWorker,
} from './messages.ts'
import { hide, makeHidden } from './quiet.ts'
import { serve, type WorkerSetup } from './serve.ts'

/** Between two looks at whether a worker that is slow to take its tasks is still there. */
const PUT_SLICE: Seconds = 1
/** Not zero: then the event-loop thread would be asked whether there is more, which takes longer. */
const AT_ONCE: Seconds = 1e-9

type Items = Queue<Uint8Array>

/** The target of a worker process. */
export async function processWorker(
  tasks: Items,
  results: Items,
  setup: WorkerSetup,
  initargs: readonly unknown[],
): Promise<void> {
  hide(tasks)
  hide(results)
  await serve(
    {
      receive: lookingAhead(tasks, setup.maxtasks),
      send: (message) => results.put(encodeMessage(message)),
    },
    setup,
    initargs,
  )
}

/**
 * Gets what is to be done next, and asks for what comes then: it is on its way while the worker
 * works. Nothing is asked for after the last task: the queue may be another worker's by then.
 */
function lookingAhead(tasks: Items, maxtasks = Infinity): () => Promise<ToWorker> {
  const get = async () => decodeToWorker(await tasks.getAsync())
  let next: Promise<ToWorker> | undefined
  let received = 0
  return async () => {
    const message = await (next ?? get())
    if (message.type === 'task') received++
    next = message.type === 'stop' || received >= maxtasks ? undefined : get()
    // Seen when it is asked for; unless the worker ends before, because the run is being stopped.
    next?.catch(() => undefined)
    return message
  }
}

/** Loaded in every thread of every process under this name: it is not a program's module. */
registerModule('interleave:pool/processes', { processWorker })

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

class ProcessMember implements CrewMember {
  readonly number: number
  readonly #process: Process
  readonly tasks: Items
  #starting: Promise<void> | undefined
  #refused = false

  constructor(
    ProcessClass: typeof Process,
    tasks: Items,
    results: Items,
    setup: WorkerSetup,
    initargs: readonly unknown[],
  ) {
    this.number = setup.worker
    this.tasks = tasks
    const args = [tasks, results, setup, initargs] as const
    this.#process = new ProcessClass({ target: processWorker, args, daemon: true })
    // As in CPython, where the class of every context says how it starts: SpawnPoolWorker-1.
    const method = ProcessClass.startMethod === undefined ? capitalised(getStartMethod()) : ''
    this.#process.name = this.#process.name.replace('Process', `${method}PoolWorker`)
  }

  start(): void {
    this.#process.start()
  }

  startAsync(): Promise<void> {
    const starting = this.#process.startAsync().finally(() => (this.#starting = undefined))
    this.#starting = starting.catch(() => {
      this.#refused = true
    })
    return starting
  }

  get hasEnded(): boolean {
    return this.#refused || this.#process.exitcode !== undefined
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  describe(): string {
    const { pid, name, exitcode } = this.#process
    return `pid ${pid ?? 'unknown'} (${name}, exit code ${exitcode ?? 'unknown'})`
  }

  send(message: ToWorker): number {
    const item = encodeMessage(message)
    // The queue holds its putters back while much is stored; nobody takes any of it when the worker
    // is gone.
    while (!this.#put(item)) if (this.hasEnded) break
    return item.length
  }

  #put(item: Uint8Array): boolean {
    // Of a thread that runs an event loop: what does not fit now fits soon, in order.
    if (!runtime.mayBlock) {
      void this.tasks.putAsync(item).catch(() => undefined)
      return true
    }
    try {
      this.tasks.put(item, true, PUT_SLICE)
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'Full') return false
      throw error
    }
  }

  terminate(): void {
    if (this.#starting !== undefined) void this.#starting.then(() => this.#terminateStarted())
    else this.#terminateStarted()
  }

  #terminateStarted(): void {
    if (this.#process.pid !== undefined && !this.hasEnded) this.#process.terminate()
  }

  join(timeout?: Seconds): boolean {
    if (this.#process.pid === undefined) return true
    this.#process.join(timeout)
    if (this.hasEnded || timeout === undefined) return true
    this.#process.kill()
    return false
  }

  async joinAsync(timeout?: Seconds): Promise<boolean> {
    await this.#starting
    if (this.#process.pid === undefined) return true
    await this.#process.joinAsync(timeout)
    if (this.hasEnded || timeout === undefined) return true
    this.#process.kill()
    return false
  }

  dispose(): void {
    // A process that has ended keeps nothing.
  }
}

export class CrewOfProcesses implements Crew {
  readonly noun = 'process'
  readonly #results: Items
  readonly #name: string
  readonly #ProcessClass: typeof Process
  readonly #setup: Omit<WorkerSetup, 'worker'>
  readonly #initargs: readonly unknown[]
  /** Queues of workers that have left in order: nothing is in them. */
  readonly #free: Items[] = []

  constructor(
    name: string,
    setup: Omit<WorkerSetup, 'worker'>,
    initargs: readonly unknown[],
    ProcessClass: typeof Process = Process,
  ) {
    this.#results = makeHidden(() => new Queue(0, { name: `Results of ${name}` }))
    this.#name = name
    this.#ProcessClass = ProcessClass
    this.#setup = setup
    this.#initargs = initargs
  }

  hire(worker: number): CrewMember {
    const tasks =
      this.#free.pop() ?? makeHidden(() => new Queue(0, { name: `Tasks of ${this.#name}` }))
    const setup = { worker, ...this.#setup }
    return new ProcessMember(this.#ProcessClass, tasks, this.#results, setup, this.#initargs)
  }

  retire(member: CrewMember): void {
    if (member instanceof ProcessMember) this.#free.push(member.tasks)
  }

  receive(timeout: Seconds): FromWorker | undefined {
    return this.#received(() => this.#results.get(timeout > 0, timeout))
  }

  peek(): FromWorker | undefined {
    return this.#received(() => this.#results.get(true, AT_ONCE))
  }

  #received(get: () => Uint8Array): FromWorker | undefined {
    try {
      return decodeFromWorker(get())
    } catch (error) {
      return nothing(error)
    }
  }

  async receiveAsync(timeout: Seconds): Promise<FromWorker | undefined> {
    try {
      return decodeFromWorker(await this.#results.getAsync(timeout))
    } catch (error) {
      return nothing(error)
    }
  }

  broken(message: string, cause?: unknown): BrokenProcessPool {
    return new BrokenProcessPool(message, { cause })
  }
}

/** Of the queue's errors only Empty is no error here. */
function nothing(error: unknown): undefined {
  if (!isKeyboardInterrupt(error) && error instanceof Error && error.name === 'Empty')
    return undefined
  throw error
}
