/**
 * Waiting for a word in shared memory to change, and waking those who wait: Linux's futex in terms
 * of Atomics. This file and the trace ring are the only ones that wait or notify.
 *
 * A wait lasts one slice at most; then its caller looks again. So a thread notices a stop, or that
 * the one it waits for has died, within 100 ms even if nobody wakes it, and a lost wake-up (a worker
 * terminated at the wrong moment) costs one slice, not the run.
 */
import { disposable, type Disposable } from '../core/disposables.ts'
import { NANOSECONDS_PER_MILLISECOND, type Seconds } from '../core/units.ts'
import { KeyboardInterrupt, OverflowError, RuntimeError, ValueError } from './errors.ts'
import { locateWait } from './places.ts'
import { Control, runtime } from './runtime.ts'

const SLICE_MILLISECONDS = 100

/** Slices in a row that passed without a change; after the first and then every second it is said where. */
let slices = 0
const LOCATE_EVERY = 10

/** The program's threads run in Node and Electron only; this room's types name neither. */
declare const setImmediate: (callback: () => void) => unknown
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown

/** Nanoseconds on the thread's clock; Infinity: never. */
export type Deadline = number
export const NEVER: Deadline = Infinity

/** threading.TIMEOUT_MAX: what CPython's clock can hold, 292 years. */
export const TIMEOUT_MAX: Seconds = 9_223_372_036

/**
 * @param timeout undefined: never; negative: passed already.
 * @throws ValueError for NaN, OverflowError above TIMEOUT_MAX, in CPython's words.
 */
export function deadlineAfter(timeout: Seconds | undefined): Deadline {
  if (timeout === undefined) return NEVER
  if (Number.isNaN(timeout)) throw new ValueError('Invalid value NaN (not a number)')
  if (timeout > TIMEOUT_MAX) throw new OverflowError('timeout value is too large')
  return Number(runtime.now()) + timeout * 1e9
}

/** @throws KeyboardInterrupt when the run is being stopped. */
export function checkStop(): void {
  if (Atomics.load(runtime.control, Control.stop) !== 0)
    throw new KeyboardInterrupt('the run was stopped')
}

/** @throws RuntimeError on a thread that runs an event loop. */
export function requireBlocking(asyncForm: string): void {
  if (!runtime.mayBlock)
    throw new RuntimeError(
      `this thread runs an event loop and must not block: use ${asyncForm} instead`,
    )
}

function sliceUntil(deadline: Deadline): number {
  if (deadline === NEVER) return SLICE_MILLISECONDS
  const left = (deadline - Number(runtime.now())) / NANOSECONDS_PER_MILLISECOND
  return Math.min(SLICE_MILLISECONDS, left)
}

/**
 * Blocks while the word is `expected` and nobody notifies it, for one slice at most. A caller checks
 * its condition again after true: nothing may have happened, or another thread was quicker.
 *
 * @param heedsStop false: for what must be put right before a stop is raised.
 * @returns false when the deadline had passed and the word was `expected`.
 * @throws KeyboardInterrupt when the run is being stopped.
 */
export function wait(
  words: Int32Array,
  index: number,
  expected: number,
  deadline: Deadline,
  heedsStop = true,
): boolean {
  if (heedsStop) checkStop()
  const slice = sliceUntil(deadline)
  if (slice <= 0) return Atomics.load(words, index) !== expected
  const outcome = Atomics.wait(words, index, expected, slice)
  slices = outcome === 'timed-out' && slice === SLICE_MILLISECONDS ? slices + 1 : 0
  if (slices % LOCATE_EVERY === 1) locateWait()
  // Threads that are being stopped wake those who wait for them: these are to stop as well.
  if (heedsStop) checkStop()
  return true
}

/** The same for a thread that runs an event loop. */
export async function waitAsync(
  words: Int32Array,
  index: number,
  expected: number,
  deadline: Deadline,
  heedsStop = true,
): Promise<boolean> {
  if (heedsStop) checkStop()
  const slice = sliceUntil(deadline)
  if (slice <= 0) {
    // A loop of waits that are over at once must leave others of this event loop their turn.
    await turn()
    return Atomics.load(words, index) !== expected
  }
  const waiting = Atomics.waitAsync(words, index, expected, slice)
  if (waiting.async) await waiting.value
  if (heedsStop) checkStop()
  return true
}

/** Gives everything else that is ready on this thread's event loop its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Lets the event loop of this thread go on for one slice at most. A timer keeps a worker alive whose
 * loop has nothing else to wait for; Atomics.waitAsync does not.
 * @returns false when the deadline had passed.
 * @throws KeyboardInterrupt when the run is being stopped.
 */
export async function passSlice(deadline: Deadline): Promise<boolean> {
  checkStop()
  const slice = sliceUntil(deadline)
  if (slice <= 0) return false
  await new Promise<void>((resolve) => setTimeout(resolve, slice))
  checkStop()
  return true
}

/**
 * Watches the word without sleeping: a hand-over between two processors takes 0.1 µs this way and
 * about 20 µs through the kernel.
 * @returns whether it is no longer `expected`.
 */
export function spin(words: Int32Array, index: number, expected: number, loads: number): boolean {
  for (let load = 0; load < loads; load++) if (Atomics.load(words, index) !== expected) return true
  return false
}

/** Wakes up to `count` threads. Costs a lock inside the engine: call it when somebody waits. */
export function notify(words: Int32Array, index: number, count = Infinity): void {
  Atomics.notify(words, index, count)
}

/**
 * Blocks until somebody notifies or the word is not `expected`, however long it takes: for a parked
 * worker, which no stop concerns. Terminating the worker ends it.
 */
export function park(words: Int32Array, index: number, expected: number): void {
  Atomics.wait(words, index, expected)
}

/**
 * Calls `onRing` on an event-loop thread whenever the word has become 1, and sets it back to 0
 * before. Whoever sets it to 1 notifies. Neither a stop nor time ends it; disposing does.
 *
 * Atomics.waitAsync wakes an event loop as fast as a message on a port does (30 µs, measured) and
 * needs no port in every thread.
 */
export function listen(words: Int32Array, index: number, onRing: () => void): Disposable {
  let disposed = false
  const arm = (): void => {
    if (disposed) return
    const waiting = Atomics.waitAsync(words, index, 0)
    if (waiting.async) void waiting.value.then(ring)
    else setImmediate(ring)
  }
  const ring = (): void => {
    if (disposed) return
    // Before the call: what is announced while it runs rings again.
    Atomics.store(words, index, 0)
    onRing()
    arm()
  }
  arm()
  return disposable(() => {
    disposed = true
    notify(words, index)
  })
}
