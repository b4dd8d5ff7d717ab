/**
 * Owns the worker threads of one process. Lives on the process's main thread, an event loop that
 * never blocks; the program itself, its MainThread included, runs in workers.
 */
import type { Disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import { IDENT_RANGE, LaneEnd, LaneKind, OutputStream } from '../trace/model.ts'
import { RingTracer } from '../trace/ring.ts'
import type { Tracer } from '../trace/tracer.ts'
import { readProgress } from '../threading/checkpoint.ts'
import { reportDeath } from '../threading/deaths.ts'
import { RuntimeError } from '../threading/errors.ts'
import { Gil, type GilHandle } from '../threading/gil.ts'
import { toHandle, toHandles } from '../threading/handles.ts'
import { Life, Phase } from '../threading/life.ts'
import { allocateLives, Control, CONTROL_WORDS, enterThread } from '../threading/runtime.ts'
import type { TargetReference, ThreadJob } from '../threading/runtime.ts'
import { forgetThreads } from '../threading/known-threads.ts'
import { nativeThreadId } from './native-id.ts'
import { describeError, recordDeath } from './thread-death.ts'
import type { FromWorker, ThreadError, ThreadOutcome, ThreadRecord } from './thread-messages.ts'
import { OutputOrder } from './output-order.ts'
import { WorkerPool } from './worker-pool.ts'
import type { TraceSource, WorkerPoolOptions, WorkerSlot } from './worker-pool.ts'

export type { TraceSource }

/** How long a stopped thread may take to notice before its worker is terminated. */
export const STOP_GRACE_MILLISECONDS = 500

export interface ThreadHostOptions extends WorkerPoolOptions {
  /** Told of what is printed when nothing is traced, with neither end of line. */
  readonly onOutput?: (stream: OutputStream, text: string) => void
}

/** What the main thread of a program is to run. */
export interface ProgramStart {
  readonly target: TargetReference
  /** Primitives at any depth are shared. */
  readonly args?: readonly unknown[]
  /** Default `MainThread`. */
  readonly name?: string
  readonly kind?: LaneKind
  /** Ident of the thread that started it, in whichever process; 0: nobody. */
  readonly parent?: number
  /** The emulated GIL that this thread and those it starts run under. */
  readonly gil?: Gil
}

export class ThreadHost {
  readonly control: Int32Array<SharedArrayBuffer>
  readonly lives = new Int32Array(allocateLives())
  /** The host's own source: for section marks and for resources it makes. */
  readonly tracer: Tracer | undefined
  /** Fires once for every thread that ends, however it ends. */
  readonly onThreadEnd = new Emitter<ThreadOutcome>()
  readonly #pool: WorkerPool
  readonly #output: OutputOrder
  readonly #live = new Map<number, ThreadRecord>()
  /** Ended before their start was reported: the two come by different ports. */
  readonly #endedEarly = new Set<number>()
  /** Jobs from this event loop that wait for a worker. */
  readonly #pending: ThreadJob[] = []
  readonly #changed = new Emitter<void>()
  #running = false
  #disposed = false
  /** Why the last worker did not come up. */
  #bootError: Error | undefined

  constructor(options: ThreadHostOptions) {
    this.control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
    const first = options.processNumber * IDENT_RANGE + 1
    Atomics.store(this.control, Control.nextIdent, first)
    Atomics.store(this.control, Control.nextResource, first)
    const { onOutput } = options
    this.#output = new OutputOrder((stream, text) => onOutput?.(stream, text))
    this.#pool = new WorkerPool(options, this, {
      onMessage: (from, message) => this.#receive(from, message),
      onExit: (slot, code) => this.#workerExit(slot, code),
    })
    const ring = this.#pool.openSource(0)
    this.tracer = ring && new RingTracer(ring, process.hrtime.bigint)
    const life = Life.allocate('Interleave', true, this)
    life.start(false)
    life.taken(nativeThreadId())
    const services = {
      control: this.control,
      lives: this.lives,
      nativeId: nativeThreadId(),
      write: (stream: OutputStream, text: string) => this.#print(stream, text),
      tracer: this.tracer,
      now: process.hrtime.bigint,
      mayBlock: false,
      startThread: (job: ThreadJob) => this.#start(job),
    }
    forgetThreads()
    // Primitives used here have an owner's ident.
    enterThread(services, life.ident, life.name, life.daemon)
  }

  /** All rings so far, the host's own first. */
  get sources(): readonly TraceSource[] {
    return this.#pool.sources
  }

  /** Workers alive, parked or not. */
  get workers(): number {
    return this.#pool.slots.size
  }

  /** Threads started and not ended. */
  get threads(): number {
    return this.#live.size
  }

  /** Units of work counted by `checkpoint`. */
  get progress(): number {
    return readProgress(this.control)
  }

  /** Resolves once at least so many workers are parked or at work, if so many may be. Rejects when one cannot start. */
  async prewarm(wanted: number): Promise<void> {
    const pool = this.#pool
    const count = Math.min(wanted, pool.limit)
    while (pool.slots.size < count && pool.grow());
    await this.#until(() => pool.ready >= Math.min(count, pool.slots.size))
    if (pool.ready < count) throw this.#bootError ?? new Error('a worker did not start')
  }

  /**
   * Runs a program: its main thread, and until every thread that is not a daemon has ended; daemons
   * are stopped then. One program at a time.
   *
   * @returns how the main thread ended. A program that throws is an outcome, not a rejection.
   * @throws PicklingError for a function among the arguments, Error when a program is running.
   */
  async run(program: ProgramStart): Promise<ThreadOutcome> {
    if (this.#disposed) throw new Error('this thread host is disposed')
    if (this.#running) throw new Error('a program is running already')
    this.#running = true
    try {
      Atomics.store(this.control, Control.stop, 0)
      const outcome = await this.#launch(program)
      await this.#until(() => ![...this.#live.values()].some((thread) => !thread.daemon))
      if (this.#live.size > 0) await this.stop()
      return outcome
    } finally {
      this.#output.flush()
      this.#running = false
    }
  }

  /**
   * Raises KeyboardInterrupt in every thread; those that have not ended after the grace are
   * terminated with their workers. Resolves when no thread is left.
   */
  async stop(graceMilliseconds = STOP_GRACE_MILLISECONDS): Promise<void> {
    Atomics.store(this.control, Control.stop, 1)
    for (const job of this.#pending.splice(0)) this.#finish(job, LaneEnd.terminated)
    await this.#until(() => this.#live.size === 0, graceMilliseconds)
    await this.#pool.terminateBusy()
    await this.#until(() => this.#live.size === 0)
  }

  /** Stops everything and terminates all workers. Resolves when none is left. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.stop(this.#live.size > 0 ? STOP_GRACE_MILLISECONDS : 0)
    await this.#pool.close()
    this.#output.flush()
    this.onThreadEnd.dispose()
  }

  #print(stream: OutputStream, text: string): void {
    this.#output.add({ at: process.hrtime.bigint(), stream, text })
  }

  #launch(program: ProgramStart): Promise<ThreadOutcome> {
    const { name = 'MainThread', kind = LaneKind.main } = program
    const life = Life.allocate(kind === LaneKind.process ? 'MainThread' : name, false, this)
    Atomics.store(this.control, Control.mainIdent, life.ident)
    life.start()
    const { ident, serial } = life
    const job: ThreadJob = {
      target: program.target,
      // toHandles gives an array for an array.
      args: toHandles(program.args ?? []) as readonly unknown[],
      ident,
      serial,
      name,
      kind,
      parent: program.parent ?? 0,
      daemon: false,
      gil: program.gil?.[toHandle](),
    }
    const ended = new Promise<ThreadOutcome>((resolve) => {
      const listening: Disposable = this.onThreadEnd.on((outcome) => {
        if (outcome.ident !== job.ident) return
        listening.dispose()
        resolve(outcome)
      })
    })
    this.#start(job)
    return ended
  }

  #start(job: ThreadJob): void {
    this.#live.set(job.ident, job)
    this.#pending.push(job)
    this.#dispatch()
  }

  /** Hands pending jobs to parked workers and asks for more workers where there are none. */
  #dispatch(): void {
    for (;;) {
      const [job] = this.#pending
      if (job === undefined) break
      try {
        if (!this.#pool.hand(job, (slot) => this.#claimed(slot, job))) break
        this.#pending.shift()
      } catch (error) {
        this.#pending.shift()
        this.#finish(job, LaneEnd.threw, describeError(error))
      }
    }
    const starters = Atomics.load(this.control, Control.startersWaiting)
    this.#pool.growTo(this.#pending.length + starters)
  }

  #receive(from: WorkerSlot, message: FromWorker): void {
    switch (message.type) {
      case 'claimed':
        this.#claimed(message.slot, message.thread)
        break
      case 'ended':
        if (from.thread?.ident === message.outcome.ident) from.thread = undefined
        this.#ended(message.outcome)
        break
      case 'output':
        this.#output.add(message)
        return
      case 'ready':
      case 'grow':
        break
    }
    if (!this.#disposed) this.#dispatch()
    this.#changed.emit()
  }

  #claimed(number: number, thread: ThreadRecord): void {
    if (this.#endedEarly.delete(thread.ident)) return
    this.#live.set(thread.ident, thread)
    const slot = this.#pool.slots.get(number)
    if (slot !== undefined) slot.thread = thread
    // Its worker died between being claimed and being told.
    else this.#finish(thread, LaneEnd.killed)
  }

  #ended(outcome: ThreadOutcome): void {
    const thread = this.#live.get(outcome.ident)
    if (thread === undefined) this.#endedEarly.add(outcome.ident)
    else {
      this.#live.delete(outcome.ident)
      // The thread does it itself, unless its worker died just before.
      new Life(thread, this).finish(outcome.end)
    }
    this.onThreadEnd.emit(outcome)
  }

  /** Ends a thread that cannot do so itself any more. */
  #finish(thread: ThreadRecord, end: LaneEnd, error?: ThreadError): void {
    reportDeath(this.control, thread.ident)
    // Made by Gil's own toHandle.
    if (thread.gil !== undefined) new Gil(thread.gil as GilHandle).abandon(thread.ident)
    new Life(thread, this).finish(end)
    const { ident, name } = thread
    this.#ended({ ident, name, end, ...(error && { error }) })
    this.#changed.emit()
  }

  #workerExit(slot: WorkerSlot, code: number): void {
    const { thread } = slot
    if (thread !== undefined && new Life(thread, this).phase !== Phase.ended) {
      const stopping = Atomics.load(this.control, Control.stop) !== 0
      const { end, error } = recordDeath(slot, thread, code, stopping)
      // Where events are recorded it is one of them.
      if (error !== undefined && slot.ring === undefined)
        this.#print(OutputStream.error, `${thread.name}: ${error.message}`)
      this.#finish(thread, end, error)
    } else if (thread !== undefined) this.#live.delete(thread.ident)
    if (!slot.ready) {
      this.#bootError = slot.error ?? new RuntimeError(`a worker exited with code ${code}`)
      this.#refusePending()
    }
    this.#changed.emit()
  }

  /** No worker comes up: what waits for one must not wait for ever. */
  #refusePending(): void {
    if (this.#pool.slots.size > 0) return
    for (const job of this.#pending.splice(0)) {
      const error = describeError(
        new RuntimeError(`can't start new thread: ${this.#bootError?.message ?? ''}`),
      )
      this.#finish(job, LaneEnd.killed, error)
    }
  }

  /** @param limit in milliseconds; undefined: as long as it takes. */
  async #until(condition: () => boolean, limit?: number): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve) => {
      const timer = limit === undefined ? undefined : setTimeout(done, limit)
      const listening = this.#changed.on(() => condition() && done())
      function done(): void {
        clearTimeout(timer)
        listening.dispose()
        resolve()
      }
    })
  }
}
