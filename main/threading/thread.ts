/**
 * threading.Thread: runs a function that its module exports, or its class's `run`, in a thread of
 * its own.
 *
 * Threads have a module each for themselves, and one that runs on a worker after another finds the
 * module's variables as that one left them. What threads are to share is made in a function and
 * passed as an argument; what each is to have for itself is a `local`.
 */
import type { Seconds } from '../core/units.ts'
import { LaneKind, LaneState, type LaneEnd } from '../trace/model.ts'
import { RuntimeError } from './errors.ts'
import { inheritedExcepthook } from './excepthook.ts'
import { deadlineAfter } from './futex.ts'
import { registerShareable, toHandle, toHandles, type Handle, type Shareable } from './handles.ts'
import { localClass } from './instances.ts'
import { forget, knownThread, remember } from './known-threads.ts'
import { Life, Phase, type LifeReference } from './life.ts'
import { callerLocation } from './location.ts'
import { Control, requireThread, runtime, type ThreadJob } from './runtime.ts'
import { inState, runAsync, runBlocking, type Steps } from './steps.ts'
import { knownReference, nameOf, referenceOf, type Target } from './targets.ts'

/** Ends what hangs: a worker comes up within 30 ms, on a busy machine within seconds. */
const START_TIMEOUT: Seconds = 60

export interface ThreadOptions {
  /** Exported by a registered module (targets.ts). Undefined: `run` does nothing. */
  readonly target?: Target | undefined
  /**
   * Primitives and instances of exported classes, at any depth of plain objects and arrays, are
   * themselves there as well; everything else is copied.
   */
  readonly args?: readonly unknown[]
  /** Python's keyword arguments: the target's last argument. */
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** Undefined or empty: `Thread-1 (target)`, counted in the process. */
  readonly name?: string | number | undefined
  /** Ended with the program instead of waited for. By default as the thread that makes it. */
  readonly daemon?: boolean | undefined
}

export interface ThreadHandle extends Handle, LifeReference {
  readonly type: string
  readonly name: string
}

interface Call {
  readonly target: Target
  readonly args: readonly unknown[]
}

let setCall: (thread: Thread, call: Call) => void

export class Thread implements Shareable {
  static {
    setCall = (thread, call) => (thread.#call = call)
  }

  readonly #life: Life
  #call: Call | undefined
  /** False where this object was handed over from another thread. */
  readonly #isMine: boolean
  /** Where it was made, if its target or class cannot travel. */
  readonly #madeAt: string | undefined
  #name: string
  #nameVersion: number

  /**
   * @param source a new one's options, or the handle of an existing one to attach to.
   * @throws RuntimeError while a module is imported.
   */
  constructor(source: ThreadOptions | ThreadHandle = {}) {
    if ('type' in source) {
      this.#life = new Life(source)
      this.#isMine = false
      this.#name = source.name
      this.#nameVersion = this.#life.nameVersion
      return
    }
    requireThread('Thread')
    const { target, args = [], kwargs, name, daemon = runtime.daemon } = source
    if (target !== undefined && typeof target !== 'function')
      throw new TypeError(`a Thread's target must be a function, not ${String(target)}`)
    this.#isMine = true
    this.#call = target && { target, args: kwargs === undefined ? args : [...args, kwargs] }
    const travels = target === undefined || knownReference(target) !== undefined
    if (!travels || isLocalClass(new.target)) this.#madeAt = callerLocation()
    // As CPython's: an empty name is none.
    this.#name = name ? String(name) : defaultName(target)
    this.#life = Life.allocate(this.#name, daemon)
    this.#nameVersion = this.#life.nameVersion
  }

  [toHandle](): ThreadHandle {
    const { ident, serial } = this.#life
    return { type: 'Thread', ident, serial, name: this.name }
  }

  /** Other threads see the first 92 bytes of a name that was given after the start. */
  get name(): string {
    const version = this.#life.nameVersion
    if (version !== this.#nameVersion) {
      this.#name = this.#life.name
      this.#nameVersion = version
    }
    return this.#name
  }

  set name(name: string) {
    // As CPython's: of a program that no compiler has checked it may be a number.
    const given: unknown = name
    this.#name = String(given)
    this.#life.name = this.#name
    this.#nameVersion = this.#life.nameVersion
  }

  /** Unique among the threads of the run that are alive; undefined before it is started. */
  get ident(): number | undefined {
    return this.#life.phase === Phase.made ? undefined : this.#life.ident
  }

  /** The system's thread id on Linux, else Node's; undefined before a worker has taken it. */
  get nativeId(): number | undefined {
    return this.#life.phase === Phase.made ? undefined : this.#life.nativeId
  }

  /** Ended with the program instead of waited for. */
  get daemon(): boolean {
    return this.#life.daemon
  }

  /** @throws RuntimeError once it is started. */
  set daemon(daemon: boolean) {
    if (this.#life.phase !== Phase.made)
      throw new RuntimeError('cannot set daemon status of active thread')
    this.#life.daemon = daemon
  }

  /**
   * What the thread does: calls the target. A subclass that is exported by its module may override
   * it; the thread then has an object of that class with a copy of this one's fields.
   */
  run(): unknown {
    if (this.#call === undefined) return undefined
    const { target, args } = this.#call
    // What the target makes of its arguments is its own.
    return target(...(args as never[]))
  }

  /**
   * Returns when a worker has taken the thread; on an event-loop thread at once.
   * @throws RuntimeError when it was started before, when another thread made it, and when no worker
   * became free in time; PicklingError for a target, class or argument that cannot travel.
   */
  start(): void {
    const life = this.#life
    if (life.phase !== Phase.made) throw new RuntimeError('threads can only be started once')
    if (!this.#isMine) throw new RuntimeError('a thread is started by the thread that made it')
    const { startThread } = requireThread('Thread.start')
    const job = this.#job()
    if (!life.start()) throw new RuntimeError('threads can only be started once')
    remember(this)
    try {
      startThread(job, START_TIMEOUT)
    } catch (error) {
      life.undoStart()
      forget(life.ident)
      throw error
    }
  }

  /** The same for an event-loop thread: resolves when a worker has taken the thread. */
  async startAsync(): Promise<void> {
    this.start()
    if (!(await runAsync(this.#life.awaitTaken(deadlineAfter(START_TIMEOUT)))))
      throw new RuntimeError("can't start new thread")
  }

  #job(): ThreadJob {
    const { ident, serial } = this.#life
    if (isLocalClass(this.constructor)) throw localClass(this, this.#madeAt)
    // Together: what the thread's fields and its arguments have in common stays the same object.
    const [thread, args] = toHandles([
      Object.getPrototypeOf(this) === Thread.prototype ? undefined : this,
      this.#call?.args ?? [],
    ]) as [unknown, readonly unknown[]]
    return {
      target: this.#call && referenceOf(this.#call.target, this.#madeAt),
      args,
      thread,
      ident,
      serial,
      name: this.name,
      kind: LaneKind.thread,
      parent: runtime.ident,
      daemon: this.daemon,
      excepthook: inheritedExcepthook(),
      gil: runtime.gil?.[toHandle](),
    }
  }

  /**
   * Returns when the thread has ended or the timeout passed: `isAlive()` tells which.
   * @param timeout seconds; undefined: without limit; negative: 0.
   * @throws RuntimeError before it is started, for the current thread, and on an event-loop thread
   * that would have to wait; KeyboardInterrupt when the run is being stopped.
   */
  join(timeout?: Seconds): void {
    this.#checkJoin()
    const deadline = deadlineAfter(timeout)
    if (this.#life.phase !== Phase.ended) runBlocking(this.#joinSteps(deadline), 'joinAsync')
  }

  /** The same for a thread that runs an event loop; its lane stays as it is. */
  async joinAsync(timeout?: Seconds): Promise<void> {
    this.#checkJoin()
    await runAsync(this.#joinSteps(deadlineAfter(timeout)))
  }

  #joinSteps(deadline: number): Steps<boolean> {
    return inState(LaneState.idle, this.#life.ident, this.#life.awaitEnd(deadline))
  }

  /** From just before start() returns until just before join() does. */
  isAlive(): boolean {
    return this.#life.phase === Phase.started
  }

  /** How it ended; undefined while it has not. */
  get end(): LaneEnd | undefined {
    return this.#life.end
  }

  /** Python's repr: `<Thread(Thread-1 (child), started daemon 7)>`. */
  toString(): string {
    const phase = ['initial', 'started', 'stopped'][this.#life.phase] ?? ''
    const daemon = this.daemon ? ' daemon' : ''
    const ident = this.ident === undefined ? '' : ` ${this.ident}`
    return `<${this.constructor.name}(${this.name}, ${phase}${daemon}${ident})>`
  }

  #checkJoin(): void {
    if (this.#life.phase === Phase.made)
      throw new RuntimeError('cannot join thread before it is started')
    if (this.#life.ident === runtime.ident) throw new RuntimeError('cannot join current thread')
  }
}

/** A program's class that no other thread finds. */
const isLocalClass = (Class: object & { readonly prototype?: unknown }): boolean =>
  !Object.hasOwn(Class.prototype as object, toHandle) && knownReference(Class) === undefined

/** @returns `Thread-1 (target)`. */
export function defaultName(target?: Target): string {
  const count = Atomics.add(runtime.control, Control.threadNames, 1) + 1
  return target === undefined ? `Thread-${count}` : `Thread-${count} (${nameOf(target)})`
}

/** This thread's object of that thread: always the same one while that thread is alive. */
export function attachThread(life: Life): Thread {
  const { ident, serial } = life
  return (
    knownThread({ ident, serial }) ??
    attach(new Thread({ type: 'Thread', ident, serial, name: life.name }))
  )
}

function attach<Attached extends Thread>(thread: Attached): Attached {
  remember(thread)
  return thread
}

/**
 * In the new thread, before anything of the program runs.
 * @param thread as it came; undefined: nothing is to be known of it but what the job says.
 */
export function becomeThread(
  thread: Thread | undefined,
  { ident, serial, name, kind }: ThreadJob,
  call: Call | undefined,
): Thread {
  const current = attach(
    thread ??
      // The lane of a child's main thread has its process's name; the thread has CPython's.
      new Thread({
        type: 'Thread',
        ident,
        serial,
        name: kind === LaneKind.process ? 'MainThread' : name,
      }),
  )
  if (call !== undefined) setCall(current, call)
  return current
}

/** Registers how a class of threads is revived: for Thread itself, and for Timer. */
export function registerThread<Given extends ThreadHandle>(
  type: Given['type'],
  make: (handle: Given) => Thread,
): void {
  registerShareable<Given>(type, (handle) => knownThread(handle) ?? attach(make(handle)))
}

registerThread<ThreadHandle>('Thread', (handle) => new Thread(handle))
