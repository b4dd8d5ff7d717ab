/**
 * The processes that a runner has had forked for its program: those that run something and, once
 * the program has asked for a pre-warmed one, spares that wait for it.
 */
import { randomBytes } from 'node:crypto'
import { OSError } from '../multiprocessing/errors.ts'
import type { StartMethod } from '../multiprocessing/start-method.ts'
import { Child, type Assignment, type ChildEvents } from './child-link.ts'
import { ChildServer } from './child-server.ts'
import type { LaunchedProcess, ProcessExit } from './process.ts'

const MAX_CHILDREN = 64
/** Pre-warmed processes that wait: two, so that a pair of starts finds both ready. */
export const SPARES = 2
/** Resource ids have 24 bits: 255 ranges beside the runner's own. */
const RESOURCE_RANGES = 255
/** Idents have 31 bits. */
const MAX_PROCESSES = 32_767

export interface RosterOptions {
  /** Forks main/run/child.ts with these arguments. */
  readonly launch: (args: readonly string[]) => LaunchedProcess
  /** Have children record events. */
  readonly traced: boolean
  /** Alive at a time, without the spares; default 64. */
  readonly maxChildren?: number | undefined
  readonly onExit: (child: Child, exit: ProcessExit) => void
  /** From `chooseAddress`; undefined: one is chosen when the first child starts. */
  readonly address?: string | undefined
  /** For the socket's folder; default: the system's. */
  readonly directory?: string | undefined
}

export class ChildRoster {
  readonly #options: RosterOptions
  readonly #events: ChildEvents
  readonly #children = new Map<number, Child>()
  #server: Promise<ChildServer> | undefined
  #processes = 0
  #closed = false

  constructor(options: RosterOptions, events: ChildEvents) {
    this.#options = options
    this.#events = events
  }

  /** Alive, spares included. */
  get all(): readonly Child[] {
    return [...this.#children.values()]
  }

  /** Alive and running something, or about to. */
  get busy(): readonly Child[] {
    return this.all.filter(({ isSpare }) => !isSpare)
  }

  get(number: number): Child | undefined {
    return this.#children.get(number)
  }

  /**
   * A process that is to run what `assignmentFor` says. Called at once: what has no assignment is a
   * spare, and would be taken by whoever starts a process in the same moment.
   * @throws OSError when the system refuses, or there are too many.
   */
  async take(
    method: StartMethod,
    assignmentFor: (child: Child, wasSpare: boolean) => Assignment,
  ): Promise<Child> {
    const server = await this.#listen()
    if (this.#closed) throw new OSError('the run is ending')
    if (this.busy.length >= this.#limit)
      throw new OSError(`can't start new process: ${this.#limit} are alive, which is the limit`)
    // The oldest is the one that is ready.
    const spare = method === 'spawn' ? undefined : this.all.find(({ isSpare }) => isSpare)
    const child = spare ?? this.#launch(server)
    child.assign(assignmentFor(child, spare !== undefined))
    return child
  }

  /** Has spares started until there are enough. A failure shows when the next start needs one. */
  async warm(): Promise<void> {
    const server = await this.#listen()
    const { length } = this.busy
    const wanted = Math.min(SPARES, this.#limit - length)
    try {
      while (!this.#closed && this.#children.size - length < wanted) this.#launch(server)
    } catch (error) {
      if (!(error instanceof OSError)) throw error
    }
  }

  remove(child: Child): void {
    this.#children.delete(child.number)
  }

  get #limit(): number {
    return this.#options.maxChildren ?? MAX_CHILDREN
  }

  /** From here on nothing is started. */
  close(): void {
    this.#closed = true
  }

  /** Removes the socket, once all children are gone. */
  async dispose(): Promise<void> {
    this.close()
    const server = await this.#server?.catch(() => undefined)
    await server?.dispose()
  }

  /** @throws OSError */
  #launch(server: ChildServer): Child {
    if (this.#processes >= MAX_PROCESSES)
      throw new OSError(`can't start new process: this run has had ${MAX_PROCESSES}`)
    const number = ++this.#processes
    const token = randomBytes(32).toString('hex')
    const traced = this.#options.traced ? 'traced' : 'untraced'
    let launched: LaunchedProcess
    try {
      launched = this.#options.launch([server.address, String(number), token, traced])
    } catch (error) {
      throw new OSError(`can't start new process: ${messageOf(error)}`, { cause: error })
    }
    const resourceRange = this.#resourceRange(number)
    const child = new Child({ number, token, resourceRange, launched }, this.#events)
    this.#children.set(number, child)
    launched.onExit((exit) => this.#options.onExit(child, exit))
    return child
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
    const used = new Set(this.all.map((child) => child.resourceRange))
    let range = 1 + (number % RESOURCE_RANGES)
    while (used.has(range)) range = 1 + (range % RESOURCE_RANGES)
    return range
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
