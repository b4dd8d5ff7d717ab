/**
 * Python's `with`, in two forms: `using _ = lock.hold()` releases at the end of the block it stands
 * in, and `lock.withLock(() => …)` at the end of the function.
 */

/** What `hold()` gives: for `using`. */
export interface Guard {
  [Symbol.dispose](): void
}

/** What can be held: Lock, RLock, Condition, Semaphore, BoundedSemaphore. */
export abstract class Holdable {
  #guard: Guard | undefined

  abstract acquire(): boolean
  abstract acquireAsync(): Promise<boolean>
  abstract release(): void

  /** Python's `with lock:` as `using _ = lock.hold()`. Throws as `acquire` does. */
  hold(): Guard {
    this.acquire()
    return this.#releasing()
  }

  /** `using _ = await lock.holdAsync()`. */
  async holdAsync(): Promise<Guard> {
    await this.acquireAsync()
    return this.#releasing()
  }

  /** Python's `with lock:` around a function. Throws as `acquire`, the function and `release` do. */
  withLock<Result>(block: () => Result): Result {
    this.acquire()
    try {
      return block()
    } finally {
      this.release()
    }
  }

  async withLockAsync<Result>(block: () => Result | PromiseLike<Result>): Promise<Result> {
    await this.acquireAsync()
    try {
      return await block()
    } finally {
      this.release()
    }
  }

  /** One for all: holding costs no allocation. */
  #releasing(): Guard {
    this.#guard ??= {
      [Symbol.dispose]: () => {
        this.release()
      },
    }
    return this.#guard
  }
}
