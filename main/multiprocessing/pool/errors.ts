/** Errors of pools, under the names of multiprocessing.pool and concurrent.futures. */
import { RuntimeError } from '../../threading/errors.ts'

/** concurrent.futures.BrokenExecutor: the worker that had the task is gone, or none can be had. */
export class BrokenExecutor extends RuntimeError {
  // A string: derived errors have names of their own.
  override readonly name: string = 'BrokenExecutor'
}

/** concurrent.futures.process.BrokenProcessPool. */
export class BrokenProcessPool extends BrokenExecutor {
  override readonly name = 'BrokenProcessPool'
}

/** concurrent.futures.thread.BrokenThreadPool. */
export class BrokenThreadPool extends BrokenExecutor {
  override readonly name = 'BrokenThreadPool'
}

/** multiprocessing.pool.MaybeEncodingError: the function returned what cannot travel. */
export class MaybeEncodingError extends Error {
  override readonly name = 'MaybeEncodingError'
  /** As texts, as in CPython: why it cannot travel, and what. */
  readonly exc: string
  readonly value: string

  /** @param message default: CPython's sentence. */
  constructor(message?: string, exc = '', value = '') {
    super(message ?? `Error sending result: '${value}'. Reason: '${exc}'`)
    this.exc = exc
    this.value = value
  }
}

/** Python's NotImplementedError. */
export class NotImplementedError extends RuntimeError {
  override readonly name = 'NotImplementedError'
}
