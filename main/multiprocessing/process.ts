/** multiprocessing.Process: runs a function that its module exports in a process of its own. */
import type { Seconds } from '../core/units.ts'
import { deadlineAfter } from '../threading/futex.ts'
import { Control, requireThread, runtime } from '../threading/runtime.ts'
import { referenceOf, type Target } from '../threading/targets.ts'
import { IDENT_RANGE, LaneState } from '../trace/model.ts'
import { post, request, type StartProcess } from './requests.ts'
import { AssertionError } from './errors.ts'
import { packArguments } from './job.ts'
import { ProcessLife, ProcessPhase } from './process-life.ts'
import { inState, runAsync, runBlocking, type Steps } from '../threading/steps.ts'

/** Longer than the registry waits for the child, so that its error is the one that is seen. */
const START_TIMEOUT: Seconds = 60

export interface ProcessOptions {
  /** Exported by a registered module (threading/targets.ts). */
  readonly target: Target
  /** Process queues are shared, other primitives are refused, everything else is copied. */
  readonly args?: readonly unknown[]
  /** Default `Process-1`, `Process-2`, … */
  readonly name?: string
  /** Ended with the program instead of waited for. */
  readonly daemon?: boolean
}

/** Started by this thread. */
const started = new Set<Process>()

/**
 * What CPython does when its main thread ends (multiprocessing.util._exit_function): daemon
 * children are terminated, then all are joined.
 * @throws KeyboardInterrupt when the run is being stopped.
 */
export function joinChildren(): void {
  const children = [...started].filter((child) => child.isAlive())
  started.clear()
  for (const child of children) if (child.daemon) child.terminate()
  for (const child of children) child.join()
}

export class Process {
  readonly name: string
  readonly daemon: boolean
  readonly #options: ProcessOptions
  readonly #life = new ProcessLife()

  constructor(options: ProcessOptions) {
    requireThread('Process')
    this.#options = options
    this.name =
      options.name ?? `Process-${Atomics.add(runtime.control, Control.processNames, 1) + 1}`
    this.daemon = options.daemon ?? false
  }

  /** Undefined before it was started. */
  get pid(): number | undefined {
    return this.#life.pid
  }

  /** 0: it returned; 1: it threw; -N: signal N ended it; undefined: it has not ended. */
  get exitcode(): number | undefined {
    return this.#life.exitcode
  }

  isAlive(): boolean {
    return this.#life.phase === ProcessPhase.started
  }

  /**
   * Returns once the process runs.
   * @throws AssertionError when it was started before, and in a child process; PicklingError for
   * a target or an argument that cannot travel, RuntimeError for a primitive among the arguments,
   * OSError when the process could not be started, KeyboardInterrupt when the run is being stopped.
   */
  start(): void {
    runBlocking(inState(LaneState.idle, 0, this.#startSteps()), 'startAsync')
  }

  /** The same for a thread that runs an event loop. */
  async startAsync(): Promise<void> {
    await runAsync(this.#startSteps())
  }

  *#startSteps(): Steps<void> {
    const job = this.#begin()
    try {
      yield* request('startProcess', job, START_TIMEOUT)
    } catch (error) {
      this.#life.undoStart()
      throw error
    }
    started.add(this)
  }

  /**
   * Returns when the process has ended or the timeout passed: `exitcode` tells which.
   * @param timeout seconds; undefined: without limit.
   * @throws AssertionError before it was started, RuntimeError on an event-loop thread that would
   * have to wait, KeyboardInterrupt when the run is being stopped.
   */
  join(timeout?: Seconds): void {
    this.#requireStarted('join')
    if (this.#life.phase !== ProcessPhase.ended) runBlocking(this.#joinSteps(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinAsync(timeout?: Seconds): Promise<void> {
    this.#requireStarted('join')
    await runAsync(this.#joinSteps(timeout))
  }

  #joinSteps(timeout: Seconds | undefined): Steps<boolean> {
    return inState(LaneState.idle, 0, this.#life.awaitEnd(deadlineAfter(timeout)))
  }

  /**
   * Asks the system to end the process (SIGTERM). What it has put and not yet sent may be lost;
   * it ends soon after this returns: see `join`.
   * @throws AssertionError before it was started, where CPython has an AttributeError.
   */
  terminate(): void {
    this.#signal('terminate', false)
  }

  /** The same by force (SIGKILL), which a process cannot put off. */
  kill(): void {
    this.#signal('kill', true)
  }

  #begin(): StartProcess {
    if (this.#life.phase !== ProcessPhase.made)
      throw new AssertionError('cannot start a process twice')
    if (runtime.ident >= IDENT_RANGE)
      throw new AssertionError('daemonic processes are not allowed to have children')
    const { target, args = [] } = this.#options
    const job = {
      target: referenceOf(target),
      args: packArguments(args),
      name: this.name,
      daemon: this.daemon,
      parent: runtime.ident,
      life: this.#life.memory,
    }
    if (!this.#life.starting()) throw new AssertionError('cannot start a process twice')
    return job
  }

  #requireStarted(what: string): void {
    if (this.#life.phase < ProcessPhase.started)
      throw new AssertionError(`can only ${what} a started process`)
  }

  #signal(what: string, force: boolean): void {
    this.#requireStarted(what)
    post('signalProcess', { process: this.#life.number, force })
  }
}
