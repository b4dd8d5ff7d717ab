/** threading.Event. */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { deadlineAfter, NEVER, notify, spin, type Deadline } from './futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { declareResource } from './resource.ts'
import { locateBegun } from './places.ts'
import { runtime } from './runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from './steps.ts'

/**
 * Bit 0: the flag. The bits above count how often it was set, so that a waiter is let through even
 * when the flag is cleared again before it has woken up, as CPython's condition does.
 */
const FLAG = 0
const SLEEPERS = 1
/** Ident of the thread that set it last. */
const SETTER = 2
const WORDS = 16

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export interface EventHandle extends Handle {
  readonly type: 'Event'
  readonly memory: SharedArrayBuffer
  readonly resource: number
  readonly name: string
}

export interface EventOptions {
  readonly name?: string
}

export class Event implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: EventHandle
  readonly #words: Int32Array<SharedArrayBuffer>

  /** @param source options of a new one, or the handle of an existing one to attach to. */
  constructor(source: EventOptions | EventHandle = {}) {
    this.#handle =
      'type' in source
        ? source
        : {
            type: 'Event',
            memory: new SharedArrayBuffer(WORDS * 4),
            ...declareResource(ResourceKind.event, source.name),
          }
    this.#words = new Int32Array(this.#handle.memory)
    this.resource = this.#handle.resource
    this.name = this.#handle.name
  }

  [toHandle](): EventHandle {
    return this.#handle
  }

  isSet(): boolean {
    return (Atomics.load(this.#words, FLAG) & 1) === 1
  }

  /** Lets all through who wait now, and all who come until it is cleared. */
  set(): void {
    const words = this.#words
    let seen = Atomics.load(words, FLAG)
    if ((seen & 1) === 1) return
    // Before the flag: whoever sees the flag can name the setter.
    Atomics.store(words, SETTER, runtime.ident)
    runtime.tracer?.record(EventKind.set, this.resource, 0, 0, 0)
    for (;;) {
      const next = (seen + 2) | 1
      const found = Atomics.compareExchange(words, FLAG, seen, next)
      if (found === seen) break
      if ((found & 1) === 1) return
      seen = found
    }
    // Loaded after the flag was stored: a sleeper counts itself before it looks at the flag.
    if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG)
  }

  clear(): void {
    if ((Atomics.and(this.#words, FLAG, ~1) & 1) === 1)
      runtime.tracer?.record(EventKind.clear, this.resource, 0, 0, 0)
  }

  /**
   * @param timeout seconds; undefined: without limit; negative, as in CPython: none.
   * @returns false when the timeout passed.
   * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when
   * the run is being stopped, ValueError and OverflowError for a timeout that makes no sense.
   */
  wait(timeout?: Seconds): boolean {
    return this.isSet() || runBlocking(this.#waitSteps(timeout), 'waitAsync')
  }

  /** The same for a thread that runs an event loop. */
  async waitAsync(timeout?: Seconds): Promise<boolean> {
    return this.isSet() || runAsync(this.#waitSteps(timeout))
  }

  *#waitSteps(timeout: Seconds | undefined): Steps<boolean> {
    const words = this.#words
    const deadline = deadlineAfter(timeout)
    const first = this.#beginWait(deadline)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    try {
      if (maySpin() && (timeout === undefined || timeout > 0)) spin(words, FLAG, first, SPINS)
      let seen = Atomics.load(words, FLAG)
      while (wasNotSetSince(first, seen)) {
        if (!(yield { words, index: FLAG, expected: seen, deadline })) {
          outcome = WaitOutcome.timedOut
          return false
        }
        seen = Atomics.load(words, FLAG)
      }
      outcome = WaitOutcome.granted
      return true
    } finally {
      this.#endWait(outcome)
    }
  }

  /** @returns the flag word from which on a set counts. */
  #beginWait(deadline: Deadline): number {
    Atomics.add(this.#words, SLEEPERS, 1)
    const timed = deadline === NEVER ? 0 : 1
    runtime.tracer?.record(EventKind.waitBegin, this.resource, 0, Wait.event, timed)
    locateBegun(this.resource, Wait.event)
    return Atomics.load(this.#words, FLAG)
  }

  #endWait(outcome: WaitOutcome): void {
    Atomics.sub(this.#words, SLEEPERS, 1)
    const by = outcome === WaitOutcome.granted ? Atomics.load(this.#words, SETTER) : 0
    runtime.tracer?.record(EventKind.waitEnd, this.resource, outcome, by, 0)
  }
}

const wasNotSetSince = (first: number, seen: number): boolean =>
  (first & 1) === 0 && (seen & 1) === 0 && first >>> 1 === seen >>> 1

registerShareable<EventHandle>('Event', (handle) => new Event(handle))
