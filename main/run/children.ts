/**
 * The child processes of a run, on the event-loop thread of the runner: starts them, speaks with
 * them over their socket, runs the broker of the process queues, and ends them all when disposed.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Seconds } from '../core/units.ts'
import { CallHub } from '../multiprocessing/calls/call-hub.ts'
import { CallServer } from '../multiprocessing/calls/call-server.ts'
import { QueueBroker, type QueueLoss } from '../multiprocessing/queues/broker.ts'
import { OSError } from '../multiprocessing/errors.ts'
import { QueueHub } from '../multiprocessing/queues/hub.ts'
import type { FromBroker } from '../multiprocessing/messages.ts'
import { ProcessLife } from '../multiprocessing/process-life.ts'
import { RequestServer, type Answer, type Body } from '../multiprocessing/requests.ts'
import { IDENT_RANGE, LaneEnd } from '../trace/model.ts'
import { Child } from './child-link.ts'
import { ChildServer } from './child-server.ts'
import type { LaunchedProcess, ProcessExit } from './process.ts'

export const MAX_CHILDREN = 64
/** Resource ids have 24 bits: 255 ranges beside the runner's own. */
const RESOURCE_RANGES = 255
/** Idents have 31 bits. */
const MAX_PROCESSES = 32_767
const HELLO_TIMEOUT: Seconds = 20
/** From SIGTERM to SIGKILL when a run ends. */
export const TERMINATE_GRACE: Seconds = 0.5
/** What a child wrote before its end arrives within this time. */
const LAST_WORDS: Seconds = 2

/** How a child ended. */
export interface ChildExit {
  /** Which process of the run, from 1. */
  readonly process: number
  readonly pid: number
  readonly name: string
  /** As CPython's: negative, the signal. */
  readonly exitcode: number
  /**
   * As the child said itself, also in its own records (`terminated`: by KeyboardInterrupt). Where
   * it could not, whoever keeps the trace ends the lanes still open: `terminated` when somebody
   * asked for it, else `killed`.
   */
  readonly end: LaneEnd
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly time: bigint
  /** All sources it sent frames of. */
  readonly sources: readonly number[]
}

/** What a child recorded: as TraceSession.childFrame takes it. */
export interface ChildFrame {
  readonly process: number
  readonly pid: number
  /** A ring of the child: process × IDENT_RANGE + its number. */
  readonly source: number
  /** Everything of this source up to this time has been sent. CLOCK_MONOTONIC in nanoseconds. */
  readonly watermark: bigint
  /** 24 bytes each (trace/model.ts); possibly none. */
  readonly records: Uint8Array
}

export interface ChildRegistryOptions {
  /** Control words of the runner's thread host. */
  readonly control: Int32Array
  /** Forks main/run/child.ts with these arguments. */
  readonly launch: (args: readonly string[]) => LaunchedProcess
  /** Have children record events. */
  readonly traced: boolean
  readonly onTrace: (frame: ChildFrame) => void
  /** The child runs. */
  readonly onStart?: (process: number, pid: number, name: string) => void
  /** A child that had called in is gone. After its last `onTrace`, before those who join go on. */
  readonly onExit: (exit: ChildExit) => void
  /** Something the user should read: a partial item discarded, a child's last words. */
  readonly onNotice: (text: string) => void
  readonly helloTimeout?: Seconds
  /** From `chooseAddress`; undefined: one is chosen when the first child starts. */
  readonly address?: string | undefined
  /** For the socket's folder; default: the system's. */
  readonly directory?: string
}

export class ChildRegistry {
  readonly #options: ChildRegistryOptions
  readonly #broker = new QueueBroker()
  readonly #hub: QueueHub
  /** What threads of all processes may call: services are registered here. */
  readonly calls = new CallServer()
  readonly #calls: CallHub
  readonly #requests: RequestServer
  readonly #children = new Map<number, Child>()
  #server: Promise<ChildServer> | undefined
  #processes = 0
  #doneByEnded = 0
  #disposed = false

  constructor(options: ChildRegistryOptions) {
    this.#options = options
    this.#hub = new QueueHub({
      isCongested: false,
      send: (message) => this.#broker.receive(0, message),
    })
    this.#broker.attach({
      process: 0,
      isCongested: false,
      // Later: the broker is in the middle of something when it sends.
      send: (message: FromBroker) => queueMicrotask(() => this.#hub.receive(message)),
    })
    this.#calls = new CallHub({
      control: options.control,
      process: 0,
      send: (message) => this.calls.receive(0, message),
    })
    this.calls.attach({
      process: 0,
      pid: process.pid,
      name: 'MainProcess',
      // Later: the server is in the middle of something when it answers.
      send: (message) => queueMicrotask(() => this.#calls.receive(message)),
    })
    this.#requests = new RequestServer(options.control, {
      openQueue: ({ queue, memory }) => {
        this.#broker.declare(queue)
        this.#hub.adopt(queue.id, memory)
        return null
      },
      askQueue: ({ queue, about, puts }) => this.#hub.ask(queue, about, puts),
      openCalls: ({ channel, memory }) => {
        this.#calls.open(channel, memory)
        return null
      },
      startProcess: (body) => this.#start(body),
      signalProcess: ({ process, force }) => {
        this.#children.get(process)?.signal(force)
        return null
      },
    })
  }

  /** Units of work counted by all children so far, those that have ended included. */
  get progress(): number {
    return [...this.#children.values()].reduce((sum, { done }) => sum + done, this.#doneByEnded)
  }

  /** Children alive. */
  get size(): number {
    return this.#children.size
  }

  /** Of the children alive, as far as known. */
  get pids(): readonly number[] {
    return [...this.#children.values()].map(({ pid }) => pid).filter((pid) => pid > 0)
  }

  /** Cooperative: blocking calls in all children raise KeyboardInterrupt. */
  stop(): void {
    for (const child of this.#children.values()) child.stop()
  }

  /**
   * At the end of a program, as CPython does: ends daemon children, waits for the others; then
   * forgets the program's queues and what is left in them.
   */
  async endSection(): Promise<void> {
    const children = [...this.#children.values()]
    for (const child of children) if (child.daemon) void child.end(TERMINATE_GRACE)
    await Promise.all(children.map((child) => child.ended))
    this.#closeQueues()
  }

  /** Ends all children, by force after the grace. Resolves when none is left. */
  async endAll(grace: Seconds = TERMINATE_GRACE): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.end(grace)))
  }

  /** Ends all children and removes the socket. Resolves when nothing is left. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#requests.dispose()
    await this.endAll()
    this.#closeQueues()
    this.#hub.dispose()
    this.#calls.dispose()
    this.#broker.dispose()
    const server = await this.#server?.catch(() => undefined)
    await server?.dispose()
  }

  #closeQueues(): void {
    this.calls.reset()
    for (const queue of this.#broker.queues) {
      this.#broker.close(queue)
      this.#hub.close(queue)
    }
  }

  async #start(body: Body<'startProcess'>): Promise<Answer<'startProcess'>> {
    const server = await this.#listen()
    if (this.#disposed) throw new OSError('the run is ending')
    if (this.#children.size >= MAX_CHILDREN)
      throw new OSError(`can't start new process: ${MAX_CHILDREN} are alive, which is the limit`)
    if (this.#processes >= MAX_PROCESSES)
      throw new OSError(`can't start new process: this run has had ${MAX_PROCESSES}`)
    const number = ++this.#processes
    const token = randomBytes(32).toString('hex')
    let launched: LaunchedProcess
    try {
      launched = this.#options.launch([server.address, String(number), token])
    } catch (error) {
      throw new OSError(`can't start new process: ${messageOf(error)}`, { cause: error })
    }
    const { name, daemon, parent, target, args } = body
    const child = new Child({
      number,
      token,
      daemon,
      name,
      launched,
      args,
      job: {
        target,
        name,
        daemon,
        parent,
        identBase: number * IDENT_RANGE,
        resourceBase: this.#resourceRange(number) * IDENT_RANGE,
        traced: this.#options.traced,
      },
      broker: this.#broker,
      calls: this.calls,
      onTrace: this.#options.onTrace,
      onNotice: this.#options.onNotice,
    })
    this.#children.set(number, child)
    launched.onExit((exit) => void this.#exited(child, new ProcessLife(body.life), exit))
    return this.#awaitStart(child, new ProcessLife(body.life))
  }

  async #awaitStart(child: Child, life: ProcessLife): Promise<Answer<'startProcess'>> {
    const limit = this.#options.helloTimeout ?? HELLO_TIMEOUT
    const waiting = new AbortController()
    const timeout = delay(limit * 1000, 'late' as const, { signal: waiting.signal })
    // Aborted below when the child was in time.
    timeout.catch(() => undefined)
    const outcome = await Promise.race([child.started, timeout])
    waiting.abort()
    if (outcome === 'late') {
      child.signal(true)
      throw new OSError(
        `can't start new process: ${child.name} (pid ${child.pid}) did not call in within ${limit} s`,
      )
    }
    if (outcome !== 'started') throw new OSError(`can't start new process: ${outcome}`)
    life.started(child.number, child.pid)
    this.#options.onStart?.(child.number, child.pid, child.name)
    return { pid: child.pid }
  }

  async #exited(child: Child, life: ProcessLife, exit: ProcessExit): Promise<void> {
    const time = process.hrtime.bigint()
    await child.lastWords(LAST_WORDS)
    child.detach()
    this.calls.detach(child.number)
    for (const loss of this.#broker.detach(child.number)) this.#report(child, loss)
    this.#children.delete(child.number)
    this.#doneByEnded += child.done
    const exitcode = exitCodeOf(child, exit)
    if (child.wasHeard) {
      const { number, pid, name, sources } = child
      const end = endOf(child, exitcode)
      this.#options.onExit({ process: number, pid, name, exitcode, end, time, sources })
      if (child.wasStarted) life.finish(exitcode)
    }
    child.finish(exit.error ?? describeExit(child, exit))
  }

  #report(child: Child, { partial, returned }: QueueLoss): void {
    if (partial !== undefined)
      this.#options.onNotice(
        `1 partial frame, ${partial.received} of ${partial.announced} bytes discarded, ` +
          `writer pid ${child.pid} died`,
      )
    if (returned > 0)
      this.#options.onNotice(
        `${returned} ${returned === 1 ? 'item' : 'items'} handed to pid ${child.pid} and not ` +
          `taken: returned to the queue`,
      )
  }

  #listen(): Promise<ChildServer> {
    this.#server ??= ChildServer.listen({
      tokenOf: (number) => this.#children.get(number)?.token,
      onCall: (caller) => this.#children.get(caller.process)?.connect(caller),
      ...(this.#options.directory !== undefined && { directory: this.#options.directory }),
      address: this.#options.address,
    })
    // After a failure the next start tries again.
    this.#server.catch(() => (this.#server = undefined))
    return this.#server
  }

  /** A process of its own range as long as there are some; then one whose process has ended. */
  #resourceRange(number: number): number {
    if (number <= RESOURCE_RANGES) return number
    const used = new Set([...this.#children.values()].map((child) => child.resourceRange))
    let range = 1 + (number % RESOURCE_RANGES)
    while (used.has(range)) range = 1 + (range % RESOURCE_RANGES)
    return range
  }
}

/** Electron's utility processes report a signal as exit code 0: then what was asked for counts. */
function exitCodeOf(child: Child, exit: ProcessExit): number {
  if (exit.signal !== undefined) return -signalNumber(exit.signal)
  if (child.saidEnd === undefined && exit.code === 0 && child.signalled !== undefined)
    return -signalNumber(child.signalled)
  return exit.code ?? 1
}

function signalNumber(name: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals
  return numbers[name] ?? 1
}

function endOf(child: Child, exitcode: number): LaneEnd {
  if (child.saidEnd !== undefined) return child.saidEnd
  if (exitcode === 0) return LaneEnd.returned
  return exitcode < 0 && child.signalled !== undefined ? LaneEnd.terminated : LaneEnd.killed
}

const describeExit = (child: Child, exit: ProcessExit): string =>
  `${child.name} ended before it ran (${
    exit.signal ?? (exit.code === undefined ? 'not spawned' : `exit code ${exit.code}`)
  })`

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
