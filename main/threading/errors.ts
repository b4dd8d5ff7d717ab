/** Errors under CPython's names, so that a program reads and fails like its Python twin. */

export class RuntimeError extends Error {
  // A string: derived errors have names of their own.
  override readonly name: string = 'RuntimeError'
}

export class ValueError extends Error {
  override readonly name = 'ValueError'
}

/** A timeout that no clock can hold (threading.TIMEOUT_MAX). */
export class OverflowError extends Error {
  override readonly name = 'OverflowError'
}

/** Python's TimeoutError. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

/** threading.BrokenBarrierError: the barrier was reset or aborted while, or before, it was waited at. */
export class BrokenBarrierError extends RuntimeError {
  override readonly name: string = 'BrokenBarrierError'
}

/** queue.ShutDown (CPython 3.13): the queue was shut down. */
export class ShutDown extends Error {
  override readonly name = 'ShutDown'
}

/** queue.Full: the queue had no room within the time allowed. */
export class Full extends Error {
  override readonly name = 'Full'
}

/** queue.Empty: the queue had no item within the time allowed. */
export class Empty extends Error {
  override readonly name = 'Empty'
}

/** The run is being stopped. Raised by every blocking call and by `checkpoint`. */
export class KeyboardInterrupt extends Error {
  override readonly name = 'KeyboardInterrupt'
}

/** pickle.PicklingError: the value cannot travel to another thread or process. */
export class PicklingError extends Error {
  override readonly name = 'PicklingError'
}

/** The thread that holds the lock has died. CPython has no such error: its threads cannot be killed. */
export class LockAbandoned extends Error {
  override readonly name = 'LockAbandoned'
}

export const isKeyboardInterrupt = (error: unknown): boolean =>
  error instanceof Error && error.name === 'KeyboardInterrupt'
