/** multiprocessing.Process: runs a function that its module exports in a process of its own. */
import type { Seconds } from '../core/units.ts'
import { RuntimeError, ValueError } from '../threading/errors.ts'
import { deadlineAfter } from '../threading/futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from '../threading/handles.ts'
import { Control, requireThread, runtime, type TargetReference } from '../threading/runtime.ts'
import { inState, runAsync, runBlocking, type Steps } from '../threading/steps.ts'
import { referenceOf, type Target } from '../threading/targets.ts'
import { IDENT_RANGE, LaneState } from '../trace/model.ts'
import { AssertionError } from './errors.ts'
import { packArguments } from './job.ts'
import { ProcessLife, ProcessPhase } from './process-life.ts'
import { thisProcess } from './process-self.ts'
import { post, request, type StartProcess } from './requests.ts'
import { Sentinel } from './sentinel.ts'
import { getStartMethod, type StartMethod } from './start-method.ts'

/** Longer than the registry waits for the child, so that its error is the one that is seen. */
const START_TIMEOUT: Seconds = 60

/** CPython's sentence, with this program's remedy. */
const BOOTSTRAPPING =
  'An attempt has been made to start a new process before the current process has finished its ' +
  'bootstrapping phase. This probably means that a module starts processes while it is imported, ' +
  'which every process that imports it would do as well: start them in a function that the ' +
  'module exports.'

export interface ProcessOptions {
  /** Exported by a registered module (threading/targets.ts). Not needed where `run` is overridden. */
  readonly target?: Target
  /** Process-shared objects are shared, other primitives are refused, everything else is copied. */
  readonly args?: readonly unknown[]
  /** Default: the name of the class and `1`, `2`, …; `1:1`, … for those that process 1 starts. */
  readonly name?: string
  /**
   * Ended with its parent instead of waited for, and may not start processes. Default: as the process
   * that makes it.
   */
  readonly daemon?: boolean
}

/** A process as another thread of the process that made it knows it, or as it knows itself. */
export interface ProcessHandle extends Handle {
  readonly type: 'Process'
  readonly name: string
  readonly daemon: boolean
  /** Number of the process that made it; -1: nobody did. */
  readonly madeIn: number
  readonly life: SharedArrayBuffer
  /** In the process itself: what `run` calls. */
  readonly runs?: ProcessOptions
}

/** Started by this thread and not known to have ended, by number: `activeChildren` gives the same objects. */
const started = new Map<number, Process>()

/** The object of that number that this thread started, if it did. */
export const startedHere = (number: number): Process | undefined => started.get(number)

/** Idents of a process begin with its event loop's, which is followed by its main thread's. */
export const mainIdentOf = (process: number): number => process * IDENT_RANGE + 2

export class Process implements Shareable {
  /** How processes of this class start; undefined: as `setStartMethod` says. */
  static readonly startMethod: StartMethod | undefined = undefined
  #name: string
  #daemon: boolean
  /** What `run` calls. Undefined in threads that were handed the object. */
  readonly #runs: ProcessOptions | undefined
  readonly #madeIn: number
  readonly #identity: readonly number[]
  readonly #life: ProcessLife
  #closed = false

  /** @param source a new one's options, or the handle of an existing one to attach to. */
  constructor(source: ProcessOptions | ProcessHandle = {}) {
    if ('type' in source) {
      this.#name = source.name
      this.#daemon = source.daemon
      this.#runs = source.runs
      this.#madeIn = source.madeIn
      this.#identity = []
      this.#life = new ProcessLife(source.life)
      return
    }
    // Made while a module is imported it does no harm; started it would.
    if (!runtime.importing) requireThread('Process')
    const { number, identity, daemon } = thisProcess()
    this.#identity = [...identity, Atomics.add(runtime.control, Control.processNames, 1) + 1]
    // An empty one is none, as in CPython.
    const given: unknown = source.name ?? ''
    const name = String(given)
    this.#name = name === '' ? `${this.constructor.name}-${this.#identity.join(':')}` : name
    this.#daemon = source.daemon ?? daemon
    this.#runs = source
    this.#madeIn = number
    this.#life = new ProcessLife()
  }

  /** To threads of the process that made it: other processes know nothing of its life. */
  [toHandle](): ProcessHandle {
    const { name, daemon } = this
    return { type: 'Process', name, daemon, madeIn: this.#madeIn, life: this.#life.memory }
  }

  /** What the process does: calls the target. A class that is exported may do something else. */
  run(): unknown {
    // Whatever a target takes, it is given what the program passed for it.
    const { target, args = [] } = this.#runs ?? {}
    return target?.(...(args as never[]))
  }

  get name(): string {
    return this.#name
  }

  /** Its lane keeps the name that it was started with. @throws AssertionError for no text. */
  set name(name: string) {
    if (typeof name !== 'string') throw new AssertionError('name must be a string')
    this.#name = name
  }

  get daemon(): boolean {
    return this.#daemon
  }

  /** @throws AssertionError once it was started. */
  set daemon(daemon: boolean) {
    if (this.#life.phase !== ProcessPhase.made)
      throw new AssertionError('process has already started')
    this.#daemon = daemon
  }

  /** Undefined before it was started. @throws ValueError when closed. */
  get pid(): number | undefined {
    this.#requireOpen()
    return this.#life.pid
  }

  /** The same as `pid`. */
  get ident(): number | undefined {
    return this.pid
  }

  /**
   * 0: it returned; 1: it threw; N: it called exit(N); -N: signal N ended it; undefined: it has
   * not ended.
   * @throws ValueError when closed.
   */
  get exitcode(): number | undefined {
    this.#requireOpen()
    return this.#life.exitcode
  }

  /**
   * Ready when the process has ended: `await` it for the exit code.
   * @throws ValueError before it was started, and when closed.
   */
  get sentinel(): Sentinel {
    this.#requireOpen()
    if (this.#life.phase < ProcessPhase.started) throw new ValueError('process not started')
    return new Sentinel(this.#life)
  }

  /** @throws ValueError when closed. */
  isAlive(): boolean {
    this.#requireOpen()
    return this.#life.phase === ProcessPhase.started
  }

  /**
   * Returns once the process runs.
   * @throws AssertionError when it was started before, and in a daemonic process; PicklingError for
   * a target or an argument that cannot travel, RuntimeError for a primitive among the arguments
   * and while a module is imported, OSError when the process could not be started, ValueError when
   * closed, KeyboardInterrupt when the run is being stopped.
   */
  start(): void {
    const begun = this.#begin()
    runBlocking(inState(LaneState.idle, 0, this.#startSteps(begun)), 'startAsync')
  }

  /** The same for a thread that runs an event loop. */
  async startAsync(): Promise<void> {
    await runAsync(this.#startSteps(this.#begin()))
  }

  *#startSteps(begun: StartProcess): Steps<void> {
    try {
      yield* request('startProcess', begun, START_TIMEOUT)
    } catch (error) {
      this.#life.undoStart()
      throw error
    }
    for (const [number, child] of started)
      if (child.#life.exitcode !== undefined) started.delete(number)
    started.set(this.#life.number, this)
  }

  /**
   * Returns when the process has ended or the timeout passed: `exitcode` tells which.
   * @param timeout seconds; undefined: without limit.
   * @throws AssertionError before it was started and of a process that this one did not start,
   * ValueError when closed, RuntimeError on an event-loop thread that would have to wait,
   * KeyboardInterrupt when the run is being stopped.
   */
  join(timeout?: Seconds): void {
    this.#checkJoin()
    if (this.#life.phase !== ProcessPhase.ended) runBlocking(this.#joinSteps(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop. */
  async joinAsync(timeout?: Seconds): Promise<void> {
    this.#checkJoin()
    await runAsync(this.#joinSteps(timeout))
  }

  #joinSteps(timeout: Seconds | undefined): Steps<boolean> {
    const waiting = this.#life.awaitEnd(deadlineAfter(timeout))
    return inState(LaneState.idle, mainIdentOf(this.#life.number), waiting, timeout !== undefined)
  }

  /**
   * Asks the system to end the process (SIGTERM). What it has put and not yet sent may be lost;
   * it ends soon after this returns: see `join`.
   * @throws AssertionError before it was started, where CPython has an AttributeError; ValueError
   * when closed.
   */
  terminate(): void {
    this.#signal('terminate', false)
  }

  /** The same by force (SIGKILL), which a process cannot put off. */
  kill(): void {
    this.#signal('kill', true)
  }

  /**
   * From here on the object can be asked for its name and daemon flag only.
   * @throws ValueError while the process runs.
   */
  close(): void {
    const { phase } = this.#life
    if (phase === ProcessPhase.starting || phase === ProcessPhase.started)
      throw new ValueError(
        'Cannot close a process while it is still running. You should first call join() or terminate().',
      )
    this.#closed = true
  }

  /** As CPython's repr, without the parent's pid. */
  toString(): string {
    const status = ['initial', 'initial', 'started', 'stopped'][this.#life.phase] ?? ''
    const words = [this.constructor.name, `name='${this.#name}'`]
    if (!this.#closed && this.pid !== undefined) words.push(`pid=${this.pid}`)
    words.push(this.#closed ? 'closed' : status)
    if (this.#life.exitcode !== undefined) words.push(`exitcode=${this.#life.exitcode}`)
    if (this.#daemon) words.push('daemon')
    return `<${words.join(' ')}>`
  }

  #begin(): StartProcess {
    this.#requireOpen()
    if (this.#life.phase !== ProcessPhase.made)
      throw new AssertionError('cannot start a process twice')
    if (this.#runs === undefined)
      throw new RuntimeError('a process is started by the thread that made it')
    if (runtime.importing) throw new RuntimeError(BOOTSTRAPPING)
    const self = thisProcess()
    if (self.daemon) throw new AssertionError('daemonic processes are not allowed to have children')
    const { target, args = [] } = this.#runs
    const begun = {
      target: target && referenceOf(target),
      class: this.#classReference(),
      args: packArguments([args, Object.fromEntries(Object.entries(this))]),
      name: this.#name,
      daemon: this.#daemon,
      identity: this.#identity,
      parent: runtime.ident,
      method: this.#startMethod(),
      life: this.#life.memory,
    }
    if (!this.#life.starting()) throw new AssertionError('cannot start a process twice')
    Atomics.add(runtime.control, Control.processes, 1)
    return begun
  }

  #startMethod(): StartMethod {
    // Of this class or of one that extends it.
    return (this.constructor as typeof Process).startMethod ?? getStartMethod()
  }

  /** Undefined: nothing of the class is needed there. @throws PicklingError when it is not exported. */
  #classReference(): TargetReference | undefined {
    const isPlain = this.run === Process.prototype.run && Object.keys(this).length === 0
    return isPlain ? undefined : referenceOf(this.constructor as Target)
  }

  #requireOpen(): void {
    if (this.#closed) throw new ValueError('process object is closed')
  }

  #checkJoin(): void {
    this.#requireOpen()
    if (this.#madeIn !== thisProcess().number)
      throw new AssertionError('can only join a child process')
    this.#requireStarted('join')
  }

  #requireStarted(what: string): void {
    if (this.#life.phase < ProcessPhase.started)
      throw new AssertionError(`can only ${what} a started process`)
  }

  #signal(what: string, force: boolean): void {
    this.#requireOpen()
    if (this.#madeIn !== thisProcess().number)
      throw new AssertionError(`can only ${what} a child process`)
    this.#requireStarted(what)
    post('signalProcess', { process: this.#life.number, force })
  }
}

registerShareable<ProcessHandle>('Process', (handle) => new Process(handle))
