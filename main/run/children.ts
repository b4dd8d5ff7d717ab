/**
 * The child processes of a run, on the event-loop thread of the runner: starts them, speaks with
 * them over their socket, runs the broker of the process queues, and ends them all when disposed.
 */
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Seconds } from '../core/units.ts'
import { CallHub } from '../multiprocessing/calls/call-hub.ts'
import { CallServer } from '../multiprocessing/calls/call-server.ts'
import { QueueBroker } from '../multiprocessing/queues/broker.ts'
import { errorToJson, OSError } from '../multiprocessing/errors.ts'
import { QueueHub } from '../multiprocessing/queues/hub.ts'
import type { FromBroker } from '../multiprocessing/messages.ts'
import type { ProcessJob, ProcessStart } from '../multiprocessing/job.ts'
import type { ProcessEnds } from '../multiprocessing/portable.ts'
import { answerEnd, provideEnds } from '../multiprocessing/received.ts'
import { answerOn, RequestServer, type Answer, type Body } from '../multiprocessing/requests.ts'
import { registerServices } from '../multiprocessing/services.ts'
import { CellMemory } from '../multiprocessing/sharedctypes/cells.ts'
import { LeaseHub } from '../multiprocessing/synchronize/lease-hub.ts'
import { IDENT_RANGE, type OutputStream } from '../trace/model.ts'
import { describeExit, endOf, exitCodeOf, type ChildExit } from './child-exit.ts'
import { describeLosses } from './child-losses.ts'
import type { Child, RequestMessage } from './child-link.ts'
import { ChildRoster } from './child-roster.ts'
import { ItemFolder } from './item-folder.ts'
import { Offspring, startOf } from './offspring.ts'
import type { LaunchedProcess, ProcessExit } from './process.ts'
import { addressIn } from './socket-address.ts'

export type { ChildExit }
const HELLO_TIMEOUT: Seconds = 20
/** From SIGTERM to SIGKILL when a run ends. */
export const TERMINATE_GRACE: Seconds = 0.5
/** What a child wrote before its end arrives within this time. */
const LAST_WORDS: Seconds = 2

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
  /** What threads of children print when nothing is traced, with neither end of line. */
  readonly onOutput?: (stream: OutputStream, text: string) => void
  readonly helloTimeout?: Seconds
  /** Processes alive at a time, default 64. */
  readonly maxChildren?: number
  /** From `chooseAddress`; undefined: one is chosen when the first child starts. */
  readonly address?: string | undefined
  /** Large items of queues may go through files in memory (item-folder.ts). Default true. */
  readonly itemsInMemory?: boolean
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
  readonly #roster: ChildRoster
  readonly #items: ItemFolder
  /** Started by threads of the runner. */
  readonly #offspring = new Offspring(0)
  /** The program has ended: who has lost its parent is not waited for. */
  #ending = false
  #doneByEnded = 0
  #disposed = false

  constructor(options: ChildRegistryOptions) {
    this.#options = options
    const runAddress = options.address ?? addressIn(options.directory ?? tmpdir())
    const items = new ItemFolder(options.itemsInMemory === false ? undefined : runAddress)
    this.#items = items
    this.#hub = new QueueHub({
      isCongested: false,
      get itemFolder() {
        return items.path
      },
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
    const { shared } = registerServices(this.calls)
    const leases = new LeaseHub(this.#calls, 0)
    const ends: ProcessEnds = {
      queue: (reference) => this.#hub.open(reference),
      lease: ({ id }) => leases.open(id),
    }
    provideEnds(options.control, ends)
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
      openShared: ({ id, code, length, memory }) => {
        shared.adopt(id, new CellMemory(code, length, memory))
        return null
      },
      openLease: ({ id, memory }) => {
        leases.adopt(id, memory)
        return null
      },
      openCalls: ({ channel, memory }) => {
        this.#calls.open(channel, memory)
        return null
      },
      startProcess: (body) => this.#startHere(body),
      signalProcess: ({ process, force }) => {
        this.#roster.get(process)?.signal(force)
        return null
      },
      listChildren: ({ channel }) => answerOn(channel, this.#offspring.list()),
      openEnd: (body) => answerEnd(ends, body),
    })
    const { launch, traced, maxChildren, directory, onTrace, onNotice, onOutput } = options
    this.#roster = new ChildRoster(
      {
        ...{ launch, traced, maxChildren, address: runAddress, directory },
        onExit: (child, exit) => void this.#exited(child, exit),
      },
      {
        broker: this.#broker,
        calls: this.calls,
        onTrace,
        onNotice,
        onOutput: (stream, text) => onOutput?.(stream, text),
        onRequest: (from, message) => this.#request(from, message),
      },
    )
  }

  /** Units of work counted by all children so far, those that have ended included. */
  get progress(): number {
    return this.#roster.busy.reduce((sum, { done }) => sum + done, this.#doneByEnded)
  }

  /** Children alive, without the spares. */
  get size(): number {
    return this.#roster.busy.length
  }

  /** Of the children alive and the spares, as far as known. */
  get pids(): readonly number[] {
    return this.#roster.all.map(({ pid }) => pid).filter((pid) => pid > 0)
  }

  /** Cooperative: blocking calls in all children raise KeyboardInterrupt. */
  stop(): void {
    for (const child of this.#roster.busy) child.stop()
  }

  /**
   * At the end of a program, as CPython does: ends daemon children, waits for the others; then
   * forgets the program's queues and what is left in them. A process whose parent was killed, which
   * CPython leaves to itself, is ended. Spares stay for the next section.
   */
  async endSection(): Promise<void> {
    this.#ending = true
    for (;;) {
      const children = this.#roster.busy
      if (children.length === 0) break
      for (const child of children)
        if (child.daemon || this.#isOrphan(child)) void child.end(TERMINATE_GRACE)
      await Promise.all(children.map((child) => child.ended))
    }
    this.#ending = false
    this.#closeQueues()
  }

  /** Ends all children, by force after the grace. Resolves when none is left. */
  async endAll(grace: Seconds = TERMINATE_GRACE): Promise<void> {
    await Promise.all(this.#roster.all.map((child) => child.end(grace)))
  }

  /** Ends all children and removes the socket. Resolves when nothing is left. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#requests.dispose()
    this.#roster.close()
    await this.endAll()
    this.#closeQueues()
    this.#hub.dispose()
    this.#calls.dispose()
    this.#broker.dispose()
    await this.#roster.dispose()
    this.#items.dispose()
  }

  #closeQueues(): void {
    this.calls.reset()
    for (const queue of this.#broker.queues) {
      this.#broker.close(queue)
      this.#hub.close(queue)
      this.#items.remove(queue)
    }
  }

  /** For a thread of process `parent`, whose end that of the process is told to. */
  async #start(
    start: ProcessStart,
    args: Uint8Array,
    parentProcess: ProcessJob['parentProcess'],
    onStarted: (child: Child) => void,
    onEnded: (child: Child, exitcode: number) => void,
  ): Promise<Child> {
    this.#items.make()
    let isFromStock = false
    const child = await this.#roster.take(start.method, (taken, wasSpare) => {
      isFromStock = wasSpare
      const resourceBase = taken.resourceRange * IDENT_RANGE
      return {
        job: { ...start, parentProcess, resourceBase },
        args,
        onStarted: () => {
          this.#options.onStart?.(taken.number, taken.pid, taken.name)
          onStarted(taken)
        },
        onEnded: (exitcode) => onEnded(taken, exitcode),
      }
    })
    if (start.method === 'prewarmed') await this.#roster.warm()
    const failure = await this.#awaitStart(child)
    if (failure === undefined) return child
    if (!isFromStock) throw new OSError(`can't start new process: ${failure}`)
    // A spare that died while it waited, or before it was ready, is no reason to fail.
    const again: ProcessStart = { ...start, method: 'spawn' }
    return this.#start(again, args, parentProcess, onStarted, onEnded)
  }

  /** For a thread of the runner. */
  async #startHere(body: Body<'startProcess'>): Promise<Answer<'startProcess'>> {
    const here = { number: 0, pid: process.pid, name: 'MainProcess' }
    const { pid } = await this.#start(
      startOf(body),
      body.args,
      here,
      (child) => this.#offspring.started(child.number, child.pid, body),
      (child, exitcode) => this.#offspring.ended(child.number, exitcode),
    )
    return { pid }
  }

  /** For a thread of a child. */
  #request(from: Child, { request, args }: RequestMessage): void {
    if (request.kind === 'signal') {
      const child = this.#roster.get(request.process)
      if (child?.parent === from.number) child.signal(request.force)
      return
    }
    const { id, start } = request
    const { number, pid, name } = from
    this.#start(
      start,
      args,
      { number, pid, name },
      (child) => from.report({ kind: 'started', id, process: child.number, pid: child.pid }),
      (child, exitcode) => from.report({ kind: 'ended', process: child.number, exitcode }),
    ).catch((error: unknown) => from.report({ kind: 'refused', id, error: errorToJson(error) }))
  }

  /** @returns why it did not start, if it did not. */
  async #awaitStart(child: Child): Promise<string | undefined> {
    const limit = this.#options.helloTimeout ?? HELLO_TIMEOUT
    const waiting = new AbortController()
    const timeout = delay(limit * 1000, 'late' as const, { signal: waiting.signal })
    // Aborted below when the child was in time.
    timeout.catch(() => undefined)
    const outcome = await Promise.race([child.started, timeout])
    waiting.abort()
    if (outcome === 'late') {
      child.signal(true)
      return `${child.name} (pid ${child.pid}) did not call in within ${limit} s`
    }
    return outcome === 'started' ? undefined : outcome
  }

  async #exited(child: Child, exit: ProcessExit): Promise<void> {
    const time = process.hrtime.bigint()
    await child.lastWords(LAST_WORDS)
    child.detach()
    this.calls.detach(child.number)
    const losses = this.#broker.detach(child.number)
    for (const text of describeLosses(child.pid, losses, this.#items.leave(child.number)))
      this.#options.onNotice(text)
    // The hub here has heard which ends are left: who joins the child finds them.
    await Promise.resolve()
    this.#roster.remove(child)
    this.#doneByEnded += child.done
    const exitcode = exitCodeOf(child, exit)
    if (child.wasHeard && !child.isSpare) {
      const { number, pid, name, sources } = child
      const end = endOf(child, exitcode)
      this.#options.onExit({ process: number, pid, name, exitcode, end, time, sources })
    }
    child.finish(exitcode, exit.error ?? describeExit(child, exit))
    for (const orphan of this.#roster.busy.filter(({ parent }) => parent === child.number)) {
      orphan.report({ kind: 'ended', process: child.number, exitcode })
      if (orphan.daemon || this.#ending) void orphan.end(TERMINATE_GRACE)
    }
  }

  #isOrphan({ parent }: Child): boolean {
    return parent !== 0 && this.#roster.get(parent) === undefined
  }
}
