/** What applyAsync, mapAsync and starmapAsync give: multiprocessing.pool.AsyncResult. */
import type { Seconds } from '../../core/units.ts'
import { isKeyboardInterrupt, TimeoutError, ValueError } from '../../threading/errors.ts'
import { toHandle, type Handle, type Shareable } from '../../threading/handles.ts'
import { writeLines } from '../../threading/print.ts'
import { OutputStream } from '../../trace/model.ts'
import { NotImplementedError } from './errors.ts'
import type { Scheduler } from './scheduler.ts'

export interface Callbacks<Value> {
  /** Called with the value when all has gone well. */
  readonly callback?: ((value: Value) => unknown) | undefined
  /** Called with the error when it has not. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined
}

/** A value, or the error that took its place. */
export class Settlement<Value> {
  isSettled = false
  succeeded = false
  value: Value | undefined
  error: unknown
  readonly #callbacks: Callbacks<Value>

  constructor(callbacks: Callbacks<Value>) {
    this.#callbacks = callbacks
  }

  succeed(value: Value): void {
    this.succeeded = true
    this.value = value
    const { callback } = this.#callbacks
    if (callback !== undefined) guarded(() => callback(value))
    // After the callback, as in CPython: within it the result is not ready.
    this.isSettled = true
  }

  fail(error: unknown): void {
    this.error = error
    const { errorCallback } = this.#callbacks
    if (errorCallback !== undefined) guarded(() => errorCallback(error))
    this.isSettled = true
  }

  /** Without the callbacks: there was nothing to do. */
  nothing(value: Value): void {
    this.succeeded = true
    this.value = value
    this.isSettled = true
  }

  /** Without the callbacks: the pool is gone. */
  abandon(error: unknown): void {
    this.error = error
    this.isSettled = true
  }
}

/** In CPython an error in a callback ends the thread that handles results, and the pool hangs. */
function guarded(callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    if (isKeyboardInterrupt(error)) throw error
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    writeLines(OutputStream.error, `Exception in a pool's callback:\n${text}`)
  }
}

export class AsyncResult<Value> implements Shareable {
  readonly #scheduler: Scheduler
  readonly #settlement: Settlement<Value>

  constructor(scheduler: Scheduler, settlement: Settlement<Value>) {
    this.#scheduler = scheduler
    this.#settlement = settlement
  }

  /** @throws NotImplementedError: it belongs to its pool's thread. */
  [toHandle](): Handle {
    throw new NotImplementedError('pool objects cannot be passed between processes or pickled')
  }

  ready(): boolean {
    if (!this.#settlement.isSettled) this.#scheduler.takeIn()
    return this.#settlement.isSettled
  }

  /** @throws ValueError while it is not ready. */
  successful(): boolean {
    if (!this.ready()) throw new ValueError('<AsyncResult object> not ready')
    return this.#settlement.succeeded
  }

  /**
   * Returns when it is ready or the timeout has passed: `ready()` tells which.
   * @param timeout seconds; undefined: without limit; negative: none.
   * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when
   * the run is being stopped.
   */
  wait(timeout?: Seconds): void {
    this.#scheduler.wait(() => this.#settlement.isSettled, timeout)
  }

  /** The same without blocking the thread. */
  async waitAsync(timeout?: Seconds): Promise<void> {
    await this.#scheduler.waitAsync(() => this.#settlement.isSettled, timeout)
  }

  /**
   * @param timeout as of `wait`.
   * @throws TimeoutError when it is not ready in time; what the function threw, with the stack of
   * the worker in its cause; BrokenProcessPool or BrokenThreadPool when the worker died in the
   * middle of it; MaybeEncodingError when its result cannot travel.
   */
  get(timeout?: Seconds): Value {
    this.wait(timeout)
    return this.#get(timeout)
  }

  /** The same without blocking the thread. */
  async getAsync(timeout?: Seconds): Promise<Value> {
    await this.waitAsync(timeout)
    return this.#get(timeout)
  }

  #get(timeout: Seconds | undefined): Value {
    const { isSettled, succeeded, value, error } = this.#settlement
    if (!isSettled) throw new TimeoutError(`no result within ${timeout ?? Infinity} s`)
    if (!succeeded) throw error
    // A settlement that succeeded has one.
    return value as Value
  }
}
