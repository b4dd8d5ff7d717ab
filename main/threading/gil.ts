/**
 * The emulated global interpreter lock: CPython's protocol since 3.2 (Python/ceval_gil.c).
 *
 * - A thread that finds the GIL taken waits for one switch interval. If it then is still held and
 *   was not handed over meanwhile, it sets the drop request.
 * - The holder looks at the drop request at its checkpoints. It drops the GIL and, because there
 *   was a request, waits until another thread has taken it (forced switching).
 * - Whoever takes it clears the request. The switch number counts changes of the holder.
 * - A thread drops the GIL before it blocks and takes it again afterwards.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { RuntimeError, ValueError } from './errors.ts'
import { deadlineAfter, notify, wait, type Deadline } from './futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { locateBegun } from './places.ts'
import { declareResource } from './resource.ts'
import { runtime } from './runtime.ts'

/** sys.getswitchinterval()'s default. */
export const SWITCH_INTERVAL: Seconds = 0.005

const HOLDER = 0
/** Ident of the thread that asked for it; 0: nobody. */
const DROP_REQUEST = 1
const SWITCH_NUMBER = 2
const LAST_HOLDER = 3
/** Threads asleep until RELEASES changes. */
const WAITING = 4
/** Threads asleep until SWITCH_NUMBER changes. */
const YIELDING = 5
const INTERVAL_MICROSECONDS = 6
/** Counts releases: a waiter sees one even if the same thread has taken the GIL again since. */
const RELEASES = 7
const WORDS = 16

/** A requester that was terminated never takes the GIL; the holder goes on after this time. */
const FORCED_SWITCH_LIMIT: Seconds = 1

export interface GilHandle extends Handle {
  readonly type: 'Gil'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface GilOptions {
  readonly switchInterval?: Seconds
  readonly name?: string
}

function allocateGil({ switchInterval = SWITCH_INTERVAL, name }: GilOptions): GilHandle {
  if (!(switchInterval > 0)) throw new ValueError('switch interval must be strictly positive')
  const memory = new SharedArrayBuffer(WORDS * 4)
  const microseconds = Math.min(2 ** 31 - 1, Math.max(1, Math.round(switchInterval * 1e6)))
  Atomics.store(new Int32Array(memory), INTERVAL_MICROSECONDS, microseconds)
  return { type: 'Gil', memory, ...declareResource(ResourceKind.gil, name) }
}

export class Gil implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: GilHandle
  readonly #words: Int32Array<SharedArrayBuffer>

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: GilOptions | GilHandle = {}) {
    this.#handle = 'type' in source ? source : allocateGil(source)
    this.#words = new Int32Array(this.#handle.memory)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): GilHandle {
    return this.#handle
  }

  /** Changes of the holder so far. */
  get switches(): number {
    return Atomics.load(this.#words, SWITCH_NUMBER)
  }

  /** Read at every checkpoint. */
  get dropRequested(): boolean {
    return Atomics.load(this.#words, DROP_REQUEST) !== 0
  }

  get holder(): number {
    return Atomics.load(this.#words, HOLDER)
  }

  /** @throws KeyboardInterrupt when the run is being stopped; the GIL is not held then. */
  take(): void {
    const { ident, tracer } = runtime
    const holder = Atomics.compareExchange(this.#words, HOLDER, 0, ident)
    if (holder !== 0) {
      if (holder === ident) throw new RuntimeError('this thread already holds the GIL')
      tracer?.record(EventKind.waitBegin, this.resource, holder, Wait.acquire, 0)
      this.#finishWait(holder)
    }
    this.#taken(holder !== 0)
  }

  /** @throws RuntimeError when this thread does not hold it. */
  drop(): void {
    if (this.#release(true) === 0) return
    const { tracer } = runtime
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      this.#awaitSwitch()
      outcome = WaitOutcome.granted
    } finally {
      const taker = Atomics.load(this.#words, LAST_HOLDER)
      tracer?.record(EventKind.waitEnd, this.resource, outcome, taker, 0)
    }
  }

  /** What a checkpoint does when the drop is requested: hand over and queue up again. */
  yieldToOthers(): void {
    const requester = this.#release(true)
    if (requester === 0) {
      this.take()
      return
    }
    this.#finishWait(requester, true)
    this.#taken(true)
  }

  /**
   * Runs `block` without the GIL: around everything that blocks. The GIL is taken again even when
   * `block` throws.
   */
  allowThreads<Result>(block: () => Result): Result {
    this.drop()
    try {
      return block()
    } finally {
      this.take()
    }
  }

  /** A thread has died; if it held the GIL, others may take it. Returns whether it did. */
  abandon(ident: number): boolean {
    const words = this.#words
    if (Atomics.compareExchange(words, HOLDER, ident, 0) !== ident) return false
    Atomics.add(words, RELEASES, 1)
    notify(words, RELEASES)
    return true
  }

  /** At the end of a thread, which may have been interrupted in a blocking call without the GIL. */
  dropIfHeld(): void {
    if (Atomics.load(this.#words, HOLDER) === runtime.ident) this.#release(false)
  }

  /**
   * @param waits for the requester, if there is one, to take it.
   * @returns who requested the drop, or 0.
   */
  #release(waits: boolean): number {
    const words = this.#words
    const { ident } = runtime
    if (Atomics.load(words, HOLDER) !== ident)
      throw new RuntimeError('this thread does not hold the GIL')
    Atomics.store(words, LAST_HOLDER, ident)
    const requester = Atomics.load(words, DROP_REQUEST)
    const waiting = Atomics.load(words, WAITING)
    // Recorded while it is still held, so that the next holder's acquire never comes before it.
    runtime.tracer?.record(EventKind.release, this.resource, waiting, 0, 0)
    // The thread that is woken below may well get this one's processor: the wait has begun by then.
    if (waits && requester !== 0)
      runtime.tracer?.record(EventKind.waitBegin, this.resource, requester, Wait.acquire, 0)
    // Free before it is counted: who waits reads the count before it tries to take it.
    Atomics.store(words, HOLDER, 0)
    Atomics.add(words, RELEASES, 1)
    // Loaded after both: a waiter counts itself before it looks at either, so either it sees the
    // release or it is seen here.
    if (Atomics.load(words, WAITING) > 0) notify(words, RELEASES, 1)
    return requester
  }

  #taken(contended: boolean): void {
    const words = this.#words
    const { ident, tracer } = runtime
    if (Atomics.load(words, LAST_HOLDER) !== ident) {
      // The holder before the switch number: whoever sees the switch can name the taker.
      Atomics.store(words, LAST_HOLDER, ident)
      Atomics.add(words, SWITCH_NUMBER, 1)
      if (Atomics.load(words, YIELDING) > 0) notify(words, SWITCH_NUMBER)
    }
    Atomics.store(words, DROP_REQUEST, 0)
    tracer?.record(EventKind.acquire, this.resource, contended ? 1 : 0, 0, 0)
  }

  /** Between waitBegin and waitEnd. */
  #finishWait(holder: number, forced = false): void {
    const { tracer } = runtime
    let outcome: WaitOutcome = WaitOutcome.interrupted
    let by = holder
    try {
      locateBegun(this.resource, Wait.acquire)
      if (forced) this.#awaitSwitch()
      by = this.#waitUntilTaken(holder)
      outcome = WaitOutcome.granted
    } finally {
      tracer?.record(EventKind.waitEnd, this.resource, outcome, by, 0)
    }
  }

  /** @returns the last holder seen, whose release let this thread in. */
  #waitUntilTaken(holder: number): number {
    const words = this.#words
    const { ident, tracer } = runtime
    const interval = Atomics.load(words, INTERVAL_MICROSECONDS) / 1e6
    Atomics.add(words, WAITING, 1)
    try {
      for (;;) {
        const releases = Atomics.load(words, RELEASES)
        const seen = Atomics.compareExchange(words, HOLDER, 0, ident)
        if (seen === 0) return holder
        holder = seen
        const switches = Atomics.load(words, SWITCH_NUMBER)
        if (this.#awaitRelease(releases, deadlineAfter(interval))) continue
        if (Atomics.load(words, SWITCH_NUMBER) !== switches) continue
        if (Atomics.compareExchange(words, DROP_REQUEST, 0, ident) === 0)
          tracer?.record(EventKind.dropRequest, this.resource, seen, 0, 0)
      }
    } finally {
      Atomics.sub(words, WAITING, 1)
    }
  }

  /** @returns false: nobody has released it in time. */
  #awaitRelease(releases: number, deadline: Deadline): boolean {
    const words = this.#words
    while (Atomics.load(words, RELEASES) === releases)
      if (!wait(words, RELEASES, releases, deadline)) return false
    return true
  }

  /** Forced switching: returns once another thread has taken the GIL that this one released. */
  #awaitSwitch(): void {
    const words = this.#words
    const { ident } = runtime
    const deadline = deadlineAfter(FORCED_SWITCH_LIMIT)
    Atomics.add(words, YIELDING, 1)
    try {
      for (;;) {
        // In this order: after a switch the number differs from the one read before.
        const switches = Atomics.load(words, SWITCH_NUMBER)
        if (Atomics.load(words, LAST_HOLDER) !== ident) return
        if (!wait(words, SWITCH_NUMBER, switches, deadline)) return
      }
    } finally {
      Atomics.sub(words, YIELDING, 1)
    }
  }
}

registerShareable<GilHandle>('Gil', (handle) => new Gil(handle))

/** Drops the GIL, if this thread runs under one, before a blocking call: pass it to `resumeGil`. */
export function suspendGil(): Gil | undefined {
  const { gil } = runtime
  gil?.drop()
  return gil
}

/** Takes the GIL again after a blocking call. */
export function resumeGil(gil: Gil | undefined): void {
  gil?.take()
}
