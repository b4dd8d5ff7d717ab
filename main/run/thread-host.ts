/**
 * Owns the worker threads of one process. Lives on the process's main thread, an event loop that
 * never blocks; the program itself, its MainThread included, runs in workers.
 */
import { randomUUID } from 'node:crypto'
import { Worker, type ResourceLimits } from 'node:worker_threads'
import type { Disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import { EventKind, IDENT_RANGE, LaneEnd, LaneKind, OutputStream } from '../trace/model.ts'
import { allocateRing, RingTracer } from '../trace/ring.ts'
import type { Tracer } from '../trace/tracer.ts'
import { readProgress } from '../threading/checkpoint.ts'
import { RuntimeError } from '../threading/errors.ts'
import { Gil, type GilHandle } from '../threading/gil.ts'
import { toHandle, toHandles } from '../threading/handles.ts'
import { Life, Phase } from '../threading/life.ts'
import { allocateIdent, Control, CONTROL_WORDS, enterThread } from '../threading/runtime.ts'
import type { TargetReference, ThreadJob } from '../threading/runtime.ts'
import { Post } from './mailbox.ts'
import { allocateParking, MAX_SLOTS, Parking } from './parking.ts'
import type {
  FromWorker,
  ThreadError,
  ThreadOutcome,
  ThreadRecord,
  WorkerSetup,
} from './thread-messages.ts'

/** How long a stopped thread may take to notice before its worker is terminated. */
export const STOP_GRACE_MILLISECONDS = 500

/** One ring of events, in the order its worker was started. Stays valid after the worker's end. */
export interface TraceSource {
  /** Unique within the run: process number × IDENT_RANGE + slot + 1; the host's own ring is + 0. */
  readonly id: number
  readonly ring: SharedArrayBuffer
}

export interface ThreadHostOptions {
  /** URL of the built main/run/worker.ts, beside the entry that makes the host. */
  readonly workerEntry: URL
  /** Which process of the run this is; idents and resource ids are n × IDENT_RANGE + 1, + 2, … */
  readonly processNumber: number
  /** Default true. */
  readonly tracing?: boolean
  /** Records per ring: a power of two. Undefined: the ring's default. */
  readonly ringCapacity?: number
  readonly resourceLimits?: ResourceLimits
  /** Called for each ring as it appears, the host's own first, before anything is written to it. */
  readonly onSource?: (source: TraceSource) => void
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

interface Slot {
  readonly number: number
  readonly worker: Worker
  readonly ring: SharedArrayBuffer | undefined
  ready: boolean
  thread: ThreadRecord | undefined
  error: Error | undefined
}

export class ThreadHost {
  readonly control: Int32Array<SharedArrayBuffer>
  /** The host's own source: for section marks and for resources it makes. */
  readonly tracer: Tracer | undefined
  /** Fires once for every thread that ends, however it ends. */
  readonly onThreadEnd = new Emitter<ThreadOutcome>()
  readonly #options: ThreadHostOptions
  readonly #name = `interleave-${randomUUID()}`
  readonly #parking: Parking
  readonly #post: Post
  readonly #sources: TraceSource[] = []
  readonly #slots = new Map<number, Slot>()
  readonly #live = new Map<number, ThreadRecord>()
  /** Ended before their start was reported: the two come by different ports. */
  readonly #endedEarly = new Set<number>()
  /** Jobs from this event loop that wait for a worker. */
  readonly #pending: ThreadJob[] = []
  readonly #changed = new Emitter<void>()
  #nextSlot = 0
  #running = false
  #disposed = false
  /** Why the last worker did not come up. */
  #bootError: Error | undefined

  constructor(options: ThreadHostOptions) {
    this.#options = options
    this.control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
    const first = options.processNumber * IDENT_RANGE + 1
    Atomics.store(this.control, Control.nextIdent, first)
    Atomics.store(this.control, Control.nextResource, first)
    this.#parking = new Parking(allocateParking(), this.control)
    this.#post = new Post(this.#name)
    const ring = this.#openSource(0)
    this.tracer = ring && new RingTracer(ring, process.hrtime.bigint)
    const services = {
      control: this.control,
      tracer: this.tracer,
      now: process.hrtime.bigint,
      mayBlock: false,
      startThread: (job: ThreadJob) => this.#start(job),
    }
    enterThread(services, 0, 'Interleave')
    // Now that the control words are this host's: primitives used here have an owner's ident.
    enterThread(services, allocateIdent(), 'Interleave')
  }

  /** All rings so far, the host's own first. */
  get sources(): readonly TraceSource[] {
    return this.#sources
  }

  /** Workers alive, parked or not. */
  get workers(): number {
    return this.#slots.size
  }

  /** Threads started and not ended. */
  get threads(): number {
    return this.#live.size
  }

  /** Units of work counted by `checkpoint`. */
  get progress(): number {
    return readProgress(this.control)
  }

  /** Resolves once at least `count` workers are parked or at work. Rejects when one cannot start. */
  async prewarm(count: number): Promise<void> {
    while (this.#slots.size < count) this.#grow()
    await this.#until(() => this.#readySlots() >= Math.min(count, this.#slots.size))
    if (this.#readySlots() < count) throw this.#bootError ?? new Error('a worker did not start')
  }

  /**
   * Runs a program: its main thread, and until every thread that is not a daemon has ended; daemons
   * are stopped then. One program at a time.
   *
   * @returns how the main thread ended. A program that throws is an outcome, not a rejection.
   * @throws PicklingError for arguments that cannot travel, Error when one is running already.
   */
  async run(program: ProgramStart): Promise<ThreadOutcome> {
    if (this.#disposed) throw new Error('this thread host is disposed')
    if (this.#running) throw new Error('a program is running already')
    this.#running = true
    try {
      Atomics.store(this.control, Control.stop, 0)
      const ended = this.#launch(program)
      const outcome = await ended
      await this.#until(() => ![...this.#live.values()].some((thread) => !thread.daemon))
      if (this.#live.size > 0) await this.stop()
      return outcome
    } finally {
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
    const stuck = [...this.#slots.values()].filter((slot) => slot.thread !== undefined)
    await Promise.all(stuck.map((slot) => slot.worker.terminate()))
    await this.#until(() => this.#live.size === 0)
  }

  /** Stops everything and terminates all workers. Resolves when none is left. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.stop(this.#live.size > 0 ? STOP_GRACE_MILLISECONDS : 0)
    await Promise.all([...this.#slots.values()].map((slot) => slot.worker.terminate()))
    await this.#until(() => this.#slots.size === 0)
    this.#post.close()
    this.onThreadEnd.dispose()
  }

  #launch(program: ProgramStart): Promise<ThreadOutcome> {
    const life = new Life()
    life.start()
    const job: ThreadJob = {
      target: program.target,
      // toHandles gives an array for an array.
      args: toHandles(program.args ?? []) as readonly unknown[],
      ident: allocateIdentIn(this.control),
      name: program.name ?? 'MainThread',
      kind: program.kind ?? LaneKind.main,
      parent: program.parent ?? 0,
      daemon: false,
      life: life.memory,
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
    while (this.#pending.length > 0) {
      const slot = this.#parking.claim()
      if (slot < 0) break
      const job = this.#pending.shift()
      if (job === undefined) break
      try {
        this.#post.send(slot, job)
      } catch (error) {
        this.#parking.park(slot)
        this.#live.delete(job.ident)
        throw error
      }
      this.#claimed(slot, job)
      this.#parking.wake(slot)
    }
    const wanted = this.#pending.length + Atomics.load(this.control, Control.startersWaiting)
    // Parked ones are there for the taking: those who wait have not looked yet.
    const expected = () => this.#starting() + this.#parking.parked()
    while (expected() < wanted && this.#nextSlot < MAX_SLOTS) this.#grow()
  }

  #starting(): number {
    return this.#slots.size - this.#readySlots()
  }

  #readySlots(): number {
    let ready = 0
    for (const slot of this.#slots.values()) if (slot.ready) ready++
    return ready
  }

  #grow(): void {
    const number = this.#nextSlot++
    const ring = this.#openSource(number + 1)
    const setup: WorkerSetup = {
      host: this.#name,
      slot: number,
      control: this.control.buffer,
      parking: this.#parking.memory,
      ring,
    }
    const { workerEntry, resourceLimits } = this.#options
    const worker = new Worker(workerEntry, {
      workerData: setup,
      trackUnmanagedFds: false,
      // From its first module on, so that stacks and "made at" name lines of the program.
      execArgv: ['--enable-source-maps'],
      ...(resourceLimits && { resourceLimits }),
    })
    const slot: Slot = {
      number,
      worker,
      ring,
      ready: false,
      thread: undefined,
      error: undefined,
    }
    this.#slots.set(number, slot)
    worker.on('message', (message: FromWorker) => this.#receive(slot, message))
    worker.on('error', (error: Error) => (slot.error = error))
    worker.on('exit', (code) => this.#workerExit(slot, code))
  }

  #openSource(index: number): SharedArrayBuffer | undefined {
    const { tracing = true, ringCapacity, processNumber, onSource } = this.#options
    if (!tracing) return undefined
    const source = { id: processNumber * IDENT_RANGE + index, ring: allocateRing(ringCapacity) }
    this.#sources.push(source)
    onSource?.(source)
    return source.ring
  }

  #receive(from: Slot, message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        from.ready = true
        break
      case 'claimed':
        this.#claimed(message.slot, message.thread)
        break
      case 'ended':
        if (from.thread?.ident === message.outcome.ident) from.thread = undefined
        this.#ended(message.outcome)
        break
      case 'grow':
        break
    }
    if (!this.#disposed) this.#dispatch()
    this.#changed.emit()
  }

  #claimed(number: number, thread: ThreadRecord): void {
    if (this.#endedEarly.delete(thread.ident)) return
    this.#live.set(thread.ident, thread)
    const slot = this.#slots.get(number)
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
      new Life(thread.life).finish(outcome.end)
    }
    this.onThreadEnd.emit(outcome)
  }

  /** Ends a thread that cannot do so itself any more. */
  #finish(thread: ThreadRecord, end: LaneEnd, error?: ThreadError): void {
    // Made by Gil's own toHandle.
    if (thread.gil !== undefined) new Gil(thread.gil as GilHandle).abandon(thread.ident)
    new Life(thread.life).finish(end)
    const { ident, name } = thread
    this.#ended({ ident, name, end, ...(error && { error }) })
    this.#changed.emit()
  }

  #workerExit(slot: Slot, code: number): void {
    this.#slots.delete(slot.number)
    this.#parking.leave(slot.number)
    const { thread, ready } = slot
    if (!ready)
      this.#bootError = slot.error ?? new RuntimeError(`a worker exited with code ${code}`)
    if (thread !== undefined && new Life(thread.life).phase !== Phase.ended)
      this.#threadDied(slot, thread, code)
    else if (thread !== undefined) this.#live.delete(thread.ident)
    if (!this.#disposed && ready && thread === undefined) this.#grow()
    if (!ready) this.#refusePending()
    this.#changed.emit()
  }

  #threadDied(slot: Slot, thread: ThreadRecord, code: number): void {
    const stopped = Atomics.load(this.control, Control.stop) !== 0 && slot.error === undefined
    const end = stopped ? LaneEnd.terminated : LaneEnd.killed
    const error = stopped ? undefined : describeDeath(slot.error, code)
    // The worker is gone: its ring has no other writer.
    const tracer = slot.ring && new RingTracer(slot.ring, process.hrtime.bigint)
    if (error !== undefined)
      tracer?.recordText(
        EventKind.output,
        0,
        OutputStream.error,
        0,
        0,
        `${thread.name}: ${error.message}`,
      )
    tracer?.record(EventKind.laneEnd, 0, thread.ident, end, code)
    this.#finish(thread, end, error)
  }

  /** No worker comes up: what waits for one must not wait for ever. */
  #refusePending(): void {
    if (this.#slots.size > 0) return
    for (const job of this.#pending.splice(0)) {
      const message = `can't start new thread: ${this.#bootError?.message ?? ''}`
      const error = { name: 'RuntimeError', message, stack: this.#bootError?.stack ?? '', at: '' }
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

const allocateIdentIn = (control: Int32Array): number => Atomics.add(control, Control.nextIdent, 1)

function describeDeath(error: Error | undefined, code: number): ThreadError {
  const message = error?.message ?? `the worker thread exited with code ${code}`
  return { name: error?.name ?? 'Error', message, stack: error?.stack ?? message, at: '' }
}
