/** Errors under CPython's names, so that a program reads and fails like its Python twin. */

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
}

export class ValueError extends Error {
  override readonly name = 'ValueError'
}

/** Python's TimeoutError; the underscore keeps it apart from other libraries' classes. */
export class TimeoutError_ extends Error {
  override readonly name = 'TimeoutError'
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
