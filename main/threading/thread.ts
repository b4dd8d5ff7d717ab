/** threading.Thread: runs a function that its module exports in a thread of its own. */
import type { Seconds } from '../core/units.ts'
import { LaneKind, LaneState, type LaneEnd } from '../trace/model.ts'
import { RuntimeError } from './errors.ts'
import { deadlineAfter } from './futex.ts'
import { registerShareable, toHandle, toHandles, type Handle, type Shareable } from './handles.ts'
import { Life, Phase } from './life.ts'
import { allocateIdent, Control, requireThread, runtime } from './runtime.ts'
import { inState, runAsync, runBlocking, type Steps } from './steps.ts'
import { referenceOf, type Target } from './targets.ts'

/** How long start() waits for a worker: starting one takes about 30 ms on an idle machine. */
const START_TIMEOUT: Seconds = 10

export interface ThreadOptions {
  /** Exported by a registered module (targets.ts). */
  readonly target: Target
  /** Primitives at any depth of plain objects and arrays are shared; everything else is copied. */
  readonly args?: readonly unknown[]
  readonly name?: string
  /** Ended with the program instead of waited for. By default as the thread that makes it. */
  readonly daemon?: boolean
}

export interface ThreadHandle extends Handle {
  readonly type: 'Thread'
  readonly ident: number
  readonly name: string
  readonly daemon: boolean
  readonly life: SharedArrayBuffer
}

export class Thread implements Shareable {
  /** Unique within the run; known before it is started. */
  readonly ident: number
  readonly name: string
  readonly daemon: boolean
  readonly #life: Life
  /** Undefined where this object was handed over from another thread. */
  readonly #options: ThreadOptions | undefined

  /** @param source a new one's options, or the handle of an existing one to attach to. */
  constructor(source: ThreadOptions | ThreadHandle) {
    if ('type' in source) {
      this.#options = undefined
      this.#life = new Life(source.life)
      this.ident = source.ident
      this.name = source.name
      this.daemon = source.daemon
      return
    }
    requireThread('Thread')
    this.#options = source
    this.#life = new Life()
    this.ident = allocateIdent()
    this.name = source.name ?? defaultName(source.target)
    this.daemon = source.daemon ?? runtime.daemon
  }

  [toHandle](): ThreadHandle {
    const { ident, name, daemon } = this
    return { type: 'Thread', ident, name, daemon, life: this.#life.memory }
  }

  /**
   * @throws RuntimeError when it was started before or no worker became free in time,
   * PicklingError for a target or an argument that cannot travel.
   */
  start(): void {
    if (this.#life.phase !== Phase.made) throw new RuntimeError('threads can only be started once')
    if (this.#options === undefined)
      throw new RuntimeError('a thread is started by the thread that made it')
    const { target, args = [] } = this.#options
    const { startThread } = requireThread('Thread.start')
    const job = {
      target: referenceOf(target),
      // toHandles gives an array for an array.
      args: toHandles(args) as readonly unknown[],
      ident: this.ident,
      name: this.name,
      kind: LaneKind.thread,
      parent: runtime.ident,
      daemon: this.daemon,
      life: this.#life.memory,
      gil: runtime.gil?.[toHandle](),
    }
    if (!this.#life.start()) throw new RuntimeError('threads can only be started once')
    try {
      startThread(job, START_TIMEOUT)
    } catch (error) {
      this.#life.undoStart()
      throw error
    }
  }

  /**
   * Returns when the thread has ended or the timeout passed: `isAlive()` tells which.
   * @param timeout seconds; undefined: without limit.
   * @throws RuntimeError before it is started, for the current thread, and on an event-loop thread
   * that would have to wait; KeyboardInterrupt when the run is being stopped.
   */
  join(timeout?: Seconds): void {
    this.#checkJoin()
    if (this.#life.phase !== Phase.ended) runBlocking(this.#joinSteps(timeout), 'joinAsync')
  }

  /** The same for a thread that runs an event loop; its lane stays as it is. */
  async joinAsync(timeout?: Seconds): Promise<void> {
    this.#checkJoin()
    await runAsync(this.#joinSteps(timeout))
  }

  #joinSteps(timeout: Seconds | undefined): Steps<boolean> {
    return inState(LaneState.idle, this.ident, this.#life.awaitEnd(deadlineAfter(timeout)))
  }

  isAlive(): boolean {
    return this.#life.phase === Phase.started
  }

  /** How it ended; undefined while it has not. */
  get end(): LaneEnd | undefined {
    return this.#life.end
  }

  #checkJoin(): void {
    if (this.#life.phase === Phase.made)
      throw new RuntimeError('cannot join thread before it is started')
    if (this.ident === runtime.ident) throw new RuntimeError('cannot join current thread')
  }
}

function defaultName(target: Target): string {
  const count = Atomics.add(runtime.control, Control.threadNames, 1) + 1
  return `Thread-${count} (${target.name || '<lambda>'})`
}

registerShareable<ThreadHandle>('Thread', (handle) => new Thread(handle))
