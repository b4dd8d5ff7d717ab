/**
 * threading.Barrier: as many threads as it has parties wait for each other, and go on together.
 *
 * | word | content                                                                              |
 * |------|--------------------------------------------------------------------------------------|
 * | 0    | Phase, as CPython's `_state`; those who wait sleep on it                              |
 * | 1    | ident of the last to arrive                                                          |
 * | 2    | threads that sleep or are about to                                                   |
 * | 16…  | who is in it (waiters.ts, whose mutex guards the phase as well)                       |
 *
 * Nobody gets in while the last round leaves, so a phase never comes round before everybody who
 * waited for it to change has seen it. Two things differ from CPython: a thread that dies in the
 * barrier breaks it (the others would wait for ever), and reset() and abort() do not wait for the
 * action: they break the round it was called for.
 */
import type { Seconds } from '../core/units.ts'
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../trace/model.ts'
import { countOf, isHandle } from './counts.ts'
import { BrokenBarrierError, OverflowError, ValueError } from './errors.ts'
import { deadlineAfter, NEVER, notify, spin, type Deadline } from './futex.ts'
import { registerShareable, toHandle, type Handle, type Shareable } from './handles.ts'
import { declareResource } from './resource.ts'
import { locateBegun } from './places.ts'
import { runtime, type TargetReference } from './runtime.ts'
import { maySpin, runAsync, runBlocking, type Steps } from './steps.ts'
import { loadedExport, referenceOf } from './targets.ts'
import { Waiters, waiterWords } from './waiters.ts'

const PHASE = 0
const LAST = 1
const SLEEPERS = 2
const WAITERS = 16
const MAX_PARTIES = 65_535

const Phase = {
  /** It takes threads in. */
  filling: 0,
  /** All are there; the action runs. */
  tripping: 1,
  /** All go on; nobody gets in before the last has left. */
  draining: 2,
  /** The same, but they leave with BrokenBarrierError. */
  resetting: 3,
  broken: 4,
} as const
type Phase = (typeof Phase)[keyof typeof Phase]

/** Loads before a waiter sleeps: a few microseconds, about what going to sleep costs. */
const SPINS = 10_000

export interface BarrierHandle extends Handle {
  readonly type: 'Barrier'
  readonly memory: SharedArrayBuffer
  readonly parties: number
  readonly timeout: Seconds | undefined
  readonly action: TargetReference | undefined
  readonly resource: number
  readonly name: string
}

export interface BarrierOptions {
  /**
   * Called by the last thread to arrive, before the others go on. Exported by its module, if the
   * barrier is to be used by other threads. `waitAsync` awaits it.
   */
  readonly action?: (() => unknown) | undefined
  /** Default for all waits; seconds; undefined: without limit. */
  readonly timeout?: Seconds | undefined
  readonly name?: string
}

type Definition = Omit<BarrierHandle, 'action'>

function makeBarrier(parties: number, { timeout, name }: BarrierOptions): Definition {
  if (!Number.isInteger(parties) || parties < 1) throw new ValueError('parties must be > 0')
  if (parties > MAX_PARTIES)
    throw new OverflowError(`a barrier has no room for more than ${MAX_PARTIES} parties`)
  const memory = new SharedArrayBuffer((WAITERS + waiterWords(parties)) * 4)
  const declared = declareResource(ResourceKind.barrier, name, parties)
  return { type: 'Barrier', memory, parties, timeout, ...declared }
}

/** @throws ModuleNotLoaded, and then the module is loaded and this is called again. */
const actionOf = ({ action }: BarrierHandle): BarrierOptions['action'] =>
  // What was named by `referenceOf` was such a function.
  action && (loadedExport(action) as () => unknown)

interface Arrival {
  readonly slot: number
  readonly index: number
}

export class Barrier implements Shareable {
  readonly resource: number
  readonly name: string
  readonly parties: number
  readonly #definition: Definition
  readonly #action: BarrierOptions['action']
  readonly #words: Int32Array<SharedArrayBuffer>
  readonly #waiters: Waiters

  /** @param source how many wait for each other, or the handle of an existing one to attach to. */
  constructor(source: number | BarrierHandle, options: BarrierOptions = {}) {
    const isKnown = isHandle(source)
    this.#definition = isKnown ? source : makeBarrier(countOf(source), options)
    this.#action = isKnown ? actionOf(source) : options.action
    const { memory, parties, resource, name } = this.#definition
    this.#words = new Int32Array(memory)
    this.#waiters = new Waiters(this.#words, WAITERS, parties)
    this.parties = parties
    this.resource = resource
    this.name = name
  }

  /** @throws PicklingError when the action is not exported by its module. */
  [toHandle](): BarrierHandle {
    return { ...this.#definition, action: this.#action && referenceOf(this.#action) }
  }

  /** Threads that wait for the others; 0 as soon as all are there. */
  get nWaiting(): number {
    return this.#phase === Phase.filling ? this.#waiters.taken : 0
  }

  get broken(): boolean {
    return this.#phase === Phase.broken
  }

  /**
   * Waits for the other parties.
   * @param timeout seconds; undefined: the barrier's own; when it passes, the barrier is broken.
   * @returns an index from 0 to parties - 1, another one for each thread.
   * @throws BrokenBarrierError when it is broken or reset, or a thread died in it; what the action
   * throws, in the thread that called it; RuntimeError on an event-loop thread; KeyboardInterrupt
   * when the run is being stopped.
   */
  wait(timeout = this.#definition.timeout): number {
    const deadline = deadlineAfter(timeout)
    let arrival = this.#arrive()
    while (arrival === undefined) {
      runBlocking(this.#openSteps(), 'waitAsync')
      arrival = this.#arrive()
    }
    const { slot, index } = arrival
    if (index + 1 < this.parties) runBlocking(this.#tripSteps(slot, deadline), 'waitAsync')
    else {
      let broke = true
      try {
        this.#action?.()
        broke = false
      } finally {
        this.#trip(slot, broke)
      }
    }
    return index
  }

  /** The same for a thread that runs an event loop. */
  async waitAsync(timeout = this.#definition.timeout): Promise<number> {
    const deadline = deadlineAfter(timeout)
    let arrival = this.#arrive()
    while (arrival === undefined) {
      await runAsync(this.#openSteps())
      arrival = this.#arrive()
    }
    const { slot, index } = arrival
    if (index + 1 < this.parties) await runAsync(this.#tripSteps(slot, deadline))
    else {
      let broke = true
      try {
        await this.#action?.()
        broke = false
      } finally {
        this.#trip(slot, broke)
      }
    }
    return index
  }

  /** Empty and whole again. Whoever waits in it gets BrokenBarrierError. */
  reset(): void {
    this.#locked(() => {
      if (this.#waiters.taken === 0) this.#become(Phase.filling)
      else if (this.#phase !== Phase.draining) this.#become(Phase.resetting)
    })
  }

  /** Broken until it is reset: whoever waits, or comes to wait, gets BrokenBarrierError. */
  abort(): void {
    this.#locked(() => {
      this.#become(Phase.broken)
    })
  }

  /**
   * @returns undefined: the last round has not left yet.
   * @throws BrokenBarrierError
   */
  #arrive(): Arrival | undefined {
    return this.#locked(() => {
      const phase = this.#phase
      if (phase === Phase.broken) throw broken()
      if (phase !== Phase.filling) return undefined
      const slot = this.#waiters.enter()
      const index = this.#waiters.taken - 1
      if (index + 1 === this.parties) {
        // Before the phase: whoever sees that all are there can name the last.
        Atomics.store(this.#words, LAST, runtime.ident)
        this.#become(Phase.tripping)
      }
      return { slot, index }
    })
  }

  /** The last to arrive has called the action. */
  #trip(slot: number, broke: boolean): void {
    const tripped = this.#locked(() => {
      const whole = this.#phase === Phase.tripping && !broke
      // A reset or an abort meanwhile stays what it is.
      if (this.#phase === Phase.tripping) this.#become(broke ? Phase.broken : Phase.draining)
      this.#leave(slot)
      return whole
    })
    // The action's own error goes first.
    if (!tripped && !broke) throw broken()
  }

  /** Until the last round has left. */
  *#openSteps(): Steps<void> {
    yield* this.#waiting(NEVER, CLOSED)
  }

  /**
   * Until all are there and the action was called.
   * @throws BrokenBarrierError
   */
  *#tripSteps(slot: number, deadline: Deadline): Steps<void> {
    try {
      yield* this.#waiting(deadline, TOGETHER)
    } catch (error) {
      this.#exit(slot)
      throw error
    }
    if (this.#exit(slot) !== Phase.draining) throw broken()
  }

  /** @returns the phase in which it was left. */
  #exit(slot: number): Phase {
    return this.#locked(() => {
      const phase = this.#phase
      this.#leave(slot)
      return phase
    })
  }

  /** While the phase is one of these. */
  *#waiting(deadline: Deadline, phases: ReadonlySet<number>): Steps<void> {
    const words = this.#words
    this.#record(EventKind.waitBegin, 0, Wait.barrier, deadline === NEVER ? 0 : 1)
    let outcome: WaitOutcome = WaitOutcome.interrupted
    let timedOut = false
    Atomics.add(words, SLEEPERS, 1)
    try {
      locateBegun(this.resource, Wait.barrier)
      if (maySpin() && deadline > Number(runtime.now())) spin(words, PHASE, this.#phase, SPINS)
      for (let phase = this.#phase; phases.has(phase); phase = this.#phase) {
        // All are there: what follows takes as long as the action takes, as in CPython.
        const until = phase === Phase.filling ? deadline : NEVER
        if (!(yield { words, index: PHASE, expected: phase, deadline: until })) {
          timedOut = true
          this.#giveUp()
        }
        if (this.#waiters.hasDead || this.#isEmptyButShut) this.#locked(() => undefined)
      }
      const through = this.#phase === Phase.draining || this.#phase === Phase.filling
      if (through) outcome = WaitOutcome.granted
      else if (timedOut) outcome = WaitOutcome.timedOut
    } finally {
      Atomics.sub(words, SLEEPERS, 1)
      const by = outcome === WaitOutcome.granted ? Atomics.load(words, LAST) : 0
      this.#record(EventKind.waitEnd, outcome, by, 0)
    }
  }

  /** The time is up: unless all are there by now, the barrier is broken for everybody. */
  #giveUp(): void {
    this.#locked(() => {
      if (this.#phase === Phase.filling) this.#become(Phase.broken)
    })
  }

  get #phase(): Phase {
    // Only values of Phase are ever stored.
    return Atomics.load(this.#words, PHASE) as Phase
  }

  /** Locked. */
  #become(phase: Phase): void {
    Atomics.store(this.#words, PHASE, phase)
    // Loaded after the phase was stored: a sleeper counts itself before it looks at the phase.
    if (Atomics.load(this.#words, SLEEPERS) > 0) notify(this.#words, PHASE)
  }

  /** Locked. The last to leave opens it for the next round. */
  #leave(slot: number): void {
    this.#waiters.free(slot)
    this.#openIfEmpty()
  }

  #openIfEmpty(): void {
    if (this.#isEmptyButShut) this.#become(Phase.filling)
  }

  get #isEmptyButShut(): boolean {
    const phase = this.#phase
    return (phase === Phase.draining || phase === Phase.resetting) && this.#waiters.taken === 0
  }

  /** Runs `change` under the mutex, after what threads that died have left was put right. */
  #locked<Result>(change: () => Result): Result {
    this.#waiters.lock()
    try {
      const died = this.#waiters.dropDead() > 0
      if (died && TOGETHER.has(this.#phase)) this.#become(Phase.broken)
      // The last to leave may have died before it opened it.
      else this.#openIfEmpty()
      return change()
    } finally {
      this.#waiters.unlock()
    }
  }

  #record(kind: EventKind, a: number, b: number, c: number): void {
    runtime.tracer?.record(kind, this.resource, a, b, c)
  }
}

/** While somebody who is in waits for the others. */
const TOGETHER: ReadonlySet<number> = new Set([Phase.filling, Phase.tripping])
/** While nobody gets in. */
const CLOSED: ReadonlySet<number> = new Set([Phase.tripping, Phase.draining, Phase.resetting])

const broken = (): BrokenBarrierError =>
  new BrokenBarrierError('the barrier is broken, or was reset while this thread waited')

registerShareable<BarrierHandle>('Barrier', (handle) => new Barrier(handle))
