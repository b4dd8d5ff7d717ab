/** What imap and imapUnordered give: multiprocessing.pool.IMapIterator. */
import type { Seconds } from '../../core/units.ts'
import { TimeoutError } from '../../threading/errors.ts'
import { toHandle, type Handle, type Shareable } from '../../threading/handles.ts'
import { NotImplementedError } from './errors.ts'
import type { Draft, Job, Outcome, PoolFunction } from './job.ts'
import { Mode } from './messages.ts'
import type { Scheduler } from './scheduler.ts'

/** Takes values from the input when a worker has room for them; results wait here to be taken. */
export class ImapJob implements Job {
  readonly function: PoolFunction
  readonly #input: Iterator<unknown>
  readonly #chunksize: number
  readonly #ordered: boolean
  readonly #items: Outcome[] = []
  /** Came before their turn. */
  readonly #early = new Map<number, Outcome>()
  #drafted = 0
  #accepted = 0
  #next = 0
  #inputEnded = false

  constructor(
    called: PoolFunction,
    values: Iterable<unknown>,
    chunksize: number,
    ordered: boolean,
  ) {
    this.function = called
    this.#input = values[Symbol.iterator]()
    this.#chunksize = chunksize
    this.#ordered = ordered
  }

  get isOver(): boolean {
    return this.#inputEnded && this.#accepted === this.#drafted
  }

  get hasItem(): boolean {
    return this.#items.length > 0
  }

  take(): Outcome | undefined {
    return this.#items.shift()
  }

  draft(): Draft | undefined {
    const values: unknown[] = []
    try {
      while (!this.#inputEnded && values.length < this.#chunksize) {
        const step = this.#input.next()
        if (step.done === true) this.#inputEnded = true
        else values.push(step.value)
      }
    } catch (error) {
      // As in CPython: the error takes the place of the chunk that it interrupted.
      this.#inputEnded = true
      this.accept(this.#drafted++, { ok: false, error })
      return undefined
    }
    return values.length === 0 ? undefined : { index: this.#drafted++, mode: Mode.map, values }
  }

  accept(index: number, outcome: Outcome): void {
    this.#accepted++
    if (!this.#ordered) {
      this.#items.push(outcome)
      return
    }
    this.#early.set(index, outcome)
    for (;;) {
      const due = this.#early.get(this.#next)
      if (due === undefined) return
      this.#early.delete(this.#next++)
      this.#items.push(due)
    }
  }

  abandon(error: Error): void {
    this.#inputEnded = true
    this.#accepted = this.#drafted
    this.#early.clear()
    this.#items.push({ ok: false, error })
  }
}

export class IMapIterator<Value> implements IterableIterator<Value>, Shareable {
  readonly #scheduler: Scheduler
  readonly #job: ImapJob
  readonly #chunked: boolean
  /** Of the chunk that was taken last. */
  #values: Iterator<unknown> = [].values()
  #failed = false

  /** @param chunked as in CPython, an error in a chunk of several ends the iteration. */
  constructor(scheduler: Scheduler, job: ImapJob, chunked: boolean) {
    this.#scheduler = scheduler
    this.#job = job
    this.#chunked = chunked
  }

  /** @throws NotImplementedError: it belongs to its pool's thread. */
  [toHandle](): Handle {
    throw new NotImplementedError('pool objects cannot be passed between processes or pickled')
  }

  [Symbol.iterator](): this {
    return this
  }

  [Symbol.asyncIterator](): AsyncIterator<Value> {
    return { next: () => this.nextAsync() }
  }

  /**
   * The next result.
   * @param timeout seconds; undefined: without limit; negative: none.
   * @throws TimeoutError when there is none in time, and may be called again then; what the
   * function or the input threw in its place; RuntimeError on an event-loop thread that would have
   * to wait, KeyboardInterrupt when the run is being stopped.
   */
  next(timeout?: Seconds): IteratorResult<Value, undefined> {
    for (;;) {
      const known = this.#take()
      if (known !== undefined) return known
      this.#check(this.#scheduler.wait(this.#hasMore, timeout), timeout)
    }
  }

  /** The same without blocking the thread. */
  async nextAsync(timeout?: Seconds): Promise<IteratorResult<Value, undefined>> {
    for (;;) {
      const known = this.#take()
      if (known !== undefined) return known
      this.#check(await this.#scheduler.waitAsync(this.#hasMore, timeout), timeout)
    }
  }

  readonly #hasMore = (): boolean => this.#job.hasItem || this.#job.isOver

  #check(inTime: boolean, timeout: Seconds | undefined): void {
    if (!inTime) throw new TimeoutError(`no result within ${timeout ?? Infinity} s`)
  }

  /** Undefined: it has to be waited for. */
  #take(): IteratorResult<Value, undefined> | undefined {
    if (this.#failed) return { done: true, value: undefined }
    for (;;) {
      const step: IteratorResult<unknown, unknown> = this.#values.next()
      // What the program's function returned.
      if (step.done !== true) return { done: false, value: step.value as Value }
      const outcome = this.#job.take()
      if (outcome === undefined)
        return this.#job.isOver ? { done: true, value: undefined } : undefined
      if (!outcome.ok) {
        this.#failed = this.#chunked
        throw outcome.error
      }
      this.#values = outcome.values[Symbol.iterator]()
    }
  }
}
