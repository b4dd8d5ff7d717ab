/**
 * The worker threads of one process: started on demand, parked between jobs, replaced when one dies
 * while it is parked. What runs in them is the thread host's business.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker, type ResourceLimits } from 'node:worker_threads'
import { IDENT_RANGE } from '../trace/model.ts'
import { allocateRing } from '../trace/ring.ts'
import { Life } from '../threading/life.ts'
import type { ThreadJob } from '../threading/runtime.ts'
import { Post } from './mailbox.ts'
import { allocateParking, MAX_SLOTS, Parking } from './parking.ts'
import type { FromWorker, ThreadRecord, WorkerSetup } from './thread-messages.ts'

/** One ring of events, in the order its worker was started. Stays valid after the worker's end. */
export interface TraceSource {
  /** Unique within the run: process number × IDENT_RANGE + slot + 1; the host's own ring is + 0. */
  readonly id: number
  readonly ring: SharedArrayBuffer
}

/**
 * Without a limit of its own, a worker that runs out of memory takes its whole process along
 * (SIGABRT). Megabytes: far more than a demo needs, and reached in seconds.
 */
const RESOURCE_LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 512 }

/** Each takes some megabytes, and nobody can tell more rows apart. */
const MAX_THREADS = 256

/** How long workers that are coming up may take to, when all are to end. */
const BOOT_GRACE_MILLISECONDS = 2000

export interface WorkerPoolOptions {
  /** URL of the built main/run/worker.ts, beside the entry that makes the host. */
  readonly workerEntry: URL
  /** Which process of the run this is; idents and resource ids are n × IDENT_RANGE + 1, + 2, … */
  readonly processNumber: number
  /** Default true. */
  readonly tracing?: boolean
  /** Records per ring: a power of two. Undefined: the ring's default. */
  readonly ringCapacity?: number
  /** Default 512 MB of heap. */
  readonly resourceLimits?: ResourceLimits
  /** Threads alive at a time; default 256. */
  readonly maxThreads?: number
  /** Called for each ring as it appears, the host's own first, before anything is written to it. */
  readonly onSource?: (source: TraceSource) => void
}

export interface WorkerSlot {
  readonly number: number
  readonly worker: Worker
  readonly ring: SharedArrayBuffer | undefined
  /** It has been parked at least once. */
  ready: boolean
  /** Resolves when it is ready, or has ended before. */
  readonly up: Promise<unknown>
  /** What runs in it. */
  thread: ThreadRecord | undefined
  /** What ended it. */
  error: Error | undefined
}

export interface WorkerPoolEvents {
  readonly onMessage: (from: WorkerSlot, message: FromWorker) => void
  /** The slot is no longer in the pool. */
  readonly onExit: (slot: WorkerSlot, code: number) => void
}

/** The words of the process, in memory that its workers are given. */
export interface SharedWords {
  readonly control: Int32Array<SharedArrayBuffer>
  readonly lives: Int32Array<SharedArrayBuffer>
}

export class WorkerPool {
  readonly sources: TraceSource[] = []
  readonly slots = new Map<number, WorkerSlot>()
  readonly #options: WorkerPoolOptions
  readonly #events: WorkerPoolEvents
  readonly #process: SharedWords
  readonly #name = `interleave-${randomUUID()}`
  readonly #parking: Parking
  readonly #post = new Post(this.#name)
  #nextSlot = 0
  #closing = false

  constructor(options: WorkerPoolOptions, process: SharedWords, events: WorkerPoolEvents) {
    this.#options = options
    this.#events = events
    this.#process = process
    this.#parking = new Parking(allocateParking(), process.control)
  }

  /** Workers that have come up. */
  get ready(): number {
    let ready = 0
    for (const slot of this.slots.values()) if (slot.ready) ready++
    return ready
  }

  /** Workers at a time. */
  get limit(): number {
    return this.#options.maxThreads ?? MAX_THREADS
  }

  /** Starts a worker. @returns false when there are too many, or have been. */
  grow(): boolean {
    if (this.#closing || this.#nextSlot >= MAX_SLOTS || this.slots.size >= this.limit) return false
    const number = this.#nextSlot++
    const ring = this.openSource(number + 1)
    const setup: WorkerSetup = {
      host: this.#name,
      slot: number,
      control: this.#process.control.buffer,
      lives: this.#process.lives.buffer,
      parking: this.#parking.memory,
      maxThreads: this.limit,
      ring,
    }
    const { workerEntry, resourceLimits = RESOURCE_LIMITS } = this.#options
    const worker = new Worker(workerEntry, {
      workerData: setup,
      trackUnmanagedFds: false,
      // From its first module on, so that stacks and "made at" name lines of the program.
      execArgv: ['--enable-source-maps'],
      resourceLimits,
    })
    const slot: WorkerSlot = {
      number,
      worker,
      ring,
      ready: false,
      // The first that it says is that it is ready.
      up: new Promise((resolve) => worker.once('message', resolve).once('exit', resolve)),
      thread: undefined,
      error: undefined,
    }
    this.slots.set(number, slot)
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') slot.ready = true
      this.#events.onMessage(slot, message)
    })
    worker.on('error', (error: Error) => (slot.error = error))
    worker.on('exit', (code) => this.#exit(slot, code))
    return true
  }

  /** Starts workers until those that are parked or coming up are `wanted`. */
  growTo(wanted: number): void {
    // Parked ones are there for the taking: those who wait have not looked yet.
    while (this.slots.size - this.ready + this.#parking.parked() < wanted && this.grow());
  }

  /**
   * Hands the job to a parked worker.
   * @param claimed called with the slot's number before the worker wakes up.
   * @returns false when none is parked.
   * @throws PicklingError when structured clone cannot carry an argument.
   */
  hand(job: ThreadJob, claimed: (slot: number) => void): boolean {
    const slot = this.#parking.claim()
    if (slot < 0) return false
    try {
      this.#post.send(slot, job)
    } catch (error) {
      this.#parking.park(slot)
      throw error
    }
    new Life(job, this.#process).taken(this.#parking.nativeId(slot))
    claimed(slot)
    this.#parking.wake(slot)
    return true
  }

  /** @param index 0: the host's own; else slot + 1. Undefined: tracing is off. */
  openSource(index: number): SharedArrayBuffer | undefined {
    const { tracing = true, ringCapacity, processNumber, onSource } = this.#options
    if (!tracing) return undefined
    const source = { id: processNumber * IDENT_RANGE + index, ring: allocateRing(ringCapacity) }
    this.sources.push(source)
    onSource?.(source)
    return source.ring
  }

  /** Terminates the workers that run a thread. */
  async terminateBusy(): Promise<void> {
    await this.#terminate((slot) => slot.thread !== undefined)
  }

  /** Terminates all workers. Resolves when none is left. */
  async close(): Promise<void> {
    this.#closing = true
    // A worker that is terminated while it reads its modules leaves their descriptors open for good.
    const up = Promise.all([...this.slots.values()].map((slot) => slot.up))
    await Promise.race([up, delay(BOOT_GRACE_MILLISECONDS, undefined, { ref: false })])
    await this.#terminate(() => true)
    this.#post.close()
  }

  /** `terminate` resolves after the worker's `exit` has been heard. */
  async #terminate(which: (slot: WorkerSlot) => boolean): Promise<void> {
    await Promise.all([...this.slots.values()].filter(which).map((slot) => slot.worker.terminate()))
  }

  #exit(slot: WorkerSlot, code: number): void {
    this.slots.delete(slot.number)
    this.#parking.leave(slot.number)
    // One that never came up is not replaced: the next one would not come up either.
    if (slot.ready && slot.thread === undefined) this.grow()
    this.#events.onExit(slot, code)
  }
}
