/**
 * multiprocessing.Pool and multiprocessing.pool.ThreadPool.
 *
 * CPython's pool has three threads in its process that hand out tasks, take in results and replace
 * workers. This one has none. The thread that made the pool does that itself within every call of
 * the pool and of its results (get, wait, ready, next, join, a new task …); on a thread that runs an
 * event loop, the loop does it. So:
 * - callbacks run in the thread that made the pool, inside such a call; at the latest before get,
 *   wait or next returns for that result, and before join returns for all;
 * - each worker has up to 16 tasks ahead to go on with while the thread does something else;
 * - imap takes values from its input as workers have room for them;
 * - pools and results belong to their thread and cannot be handed to another.
 *
 * Unlike CPython's, a pool outlives its workers: the task that a worker died in fails at once with
 * BrokenProcessPool (BrokenThreadPool), the others go to other workers. A worker that is killed
 * after a task has ended and before its result is out has died in that task, and may have begun
 * the next one, which is run again. An initializer that throws breaks the pool: all its tasks fail
 * with that error as their cause; CPython's starts workers for ever.
 */
import { availableParallelism } from 'node:os'
import { ValueError } from '../../threading/errors.ts'
import { requireBlocking } from '../../threading/futex.ts'
import { toHandle, type Handle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { requireThread, runtime } from '../../threading/runtime.ts'
import { referenceOf, type Target } from '../../threading/targets.ts'
import { ResourceKind } from '../../trace/model.ts'
import { AsyncResult, Settlement, type Callbacks } from './async-result.ts'
import { ApplyJob, MapJob } from './calls.ts'
import { checkChunksize, defaultChunksize } from './chunks.ts'
import type { Crew } from './crew.ts'
import { CrewOfProcesses } from './crew-of-processes.ts'
import { CrewOfThreads } from './crew-of-threads.ts'
import { NotImplementedError } from './errors.ts'
import type { Process } from '../process.ts'
import { ImapJob, IMapIterator } from './imap.ts'
import type { Job, PoolFunction } from './job.ts'
import { Mode } from './messages.ts'
import { Scheduler, Stage } from './scheduler.ts'
import type { WorkerSetup } from './serve.ts'
import { typeName } from '../sharedctypes/cells.ts'

export interface ThreadPoolOptions {
  /** Called in every worker before its first task. Exported by a registered module. */
  readonly initializer?: Target | undefined
  readonly initargs?: readonly unknown[]
  readonly name?: string
}

export interface PoolOptions extends ThreadPoolOptions {
  /** A worker ends after so many tasks (chunks, not calls) and another takes its place. */
  readonly maxtasksperchild?: number | undefined
  /** Of whose processes the workers are; undefined: the default context's. */
  readonly context?: { readonly Process: typeof Process } | undefined
}

/** Calls that travel together; by default CPython's rule, for imap 1. */
type Chunksize = number | undefined
interface ChunkOptions {
  readonly chunksize?: Chunksize
}
type MapOptions<Value> = ChunkOptions & Callbacks<Value[]>

const chunksizeOf = (options: Chunksize | ChunkOptions): Chunksize =>
  typeof options === 'object' ? options.chunksize : options

abstract class PoolBase implements Shareable {
  /** How many workers it has. */
  readonly processes: number
  readonly resource: number
  readonly name: string
  readonly #scheduler: Scheduler
  readonly #owner = runtime.ident
  /** `terminate` waits for processes, as in CPython; threads go on with their task. */
  readonly #joinsAtOnce: boolean
  readonly #functions = new Map<Target, PoolFunction>()

  /**
   * @param processes undefined: as many as this process may use processors.
   * @throws ValueError, TypeError for wrong options, PicklingError for an initializer that no module
   * exports, OSError or RuntimeError when a worker cannot be started.
   */
  constructor(
    processes: number | undefined,
    options: PoolOptions,
    makeCrew: (
      name: string,
      setup: Omit<WorkerSetup, 'worker'>,
      initargs: readonly unknown[],
    ) => Crew,
  ) {
    requireThread('Pool')
    const { initializer, initargs = [], maxtasksperchild } = options
    this.processes = checkProcesses(processes ?? availableParallelism())
    checkMaximum(maxtasksperchild)
    if (initializer !== undefined && typeof initializer !== 'function')
      throw new TypeError('initializer must be a callable')
    const reference = initializer && referenceOf(initializer)
    const { resource, name } = declareResource(ResourceKind.pool, options.name, this.processes)
    this.resource = resource
    this.name = name
    const setup = { pool: resource, initializer: reference, maxtasks: maxtasksperchild }
    const crew = makeCrew(name, setup, initargs)
    this.#joinsAtOnce = crew.noun === 'process'
    this.#scheduler = new Scheduler({
      crew,
      pool: resource,
      size: this.processes,
      maxtasks: maxtasksperchild,
    })
  }

  /** @throws NotImplementedError in CPython's words. */
  [toHandle](): Handle {
    throw new NotImplementedError('pool objects cannot be passed between processes or pickled')
  }

  /** Of the workers at this moment; none of a ThreadPool. */
  get pids(): readonly number[] {
    return this.#scheduler.pids
  }

  /**
   * `f(...args)` in a worker.
   * @throws ValueError when the pool was closed, PicklingError for a function that no module
   * exports, and what AsyncResult.get throws.
   */
  apply<Args extends readonly unknown[], Result>(
    f: (...args: Args) => Result,
    args?: Args,
  ): Awaited<Result> {
    requireBlocking('applyAsync')
    return this.#apply<Result>(f, args, {}, false).get()
  }

  /** The same without waiting for it. */
  applyAsync<Args extends readonly unknown[], Result>(
    f: (...args: Args) => Result,
    args?: Args,
    callbacks: Callbacks<Awaited<Result>> = {},
  ): AsyncResult<Awaited<Result>> {
    return this.#apply<Result>(f, args, callbacks, true)
  }

  /**
   * `f(value)` for every value, the results in the order of the values.
   * @throws ValueError when the pool was closed, PicklingError for a function that no module
   * exports, and what AsyncResult.get throws: of several errors the first, when all has ended.
   */
  map<Value, Result>(
    f: (value: Value) => Result,
    values: Iterable<Value>,
    options?: Chunksize | ChunkOptions,
  ): Awaited<Result>[] {
    requireBlocking('mapAsync')
    return this.#map<Result>(f, Mode.map, values, chunksizeOf(options), {}, false).get()
  }

  /** The same without waiting for it. */
  mapAsync<Value, Result>(
    f: (value: Value) => Result,
    values: Iterable<Value>,
    options: MapOptions<Awaited<Result>> = {},
  ): AsyncResult<Awaited<Result>[]> {
    return this.#map<Result>(f, Mode.map, values, options.chunksize, options, true)
  }

  /** As `map`, with `f(...value)`. */
  starmap<Args extends readonly unknown[], Result>(
    f: (...args: Args) => Result,
    values: Iterable<Args>,
    options?: Chunksize | ChunkOptions,
  ): Awaited<Result>[] {
    requireBlocking('starmapAsync')
    return this.#map<Result>(f, Mode.starmap, values, chunksizeOf(options), {}, false).get()
  }

  /** The same without waiting for it. */
  starmapAsync<Args extends readonly unknown[], Result>(
    f: (...args: Args) => Result,
    values: Iterable<Args>,
    options: MapOptions<Awaited<Result>> = {},
  ): AsyncResult<Awaited<Result>[]> {
    return this.#map<Result>(f, Mode.starmap, values, options.chunksize, options, true)
  }

  /** `f(value)` for every value; each result, in order, as soon as it is there. */
  imap<Value, Result>(
    f: (value: Value) => Result,
    values: Iterable<Value>,
    options?: Chunksize | ChunkOptions,
  ): IMapIterator<Awaited<Result>> {
    return this.#imap<Result>(f, values, chunksizeOf(options), true)
  }

  /** The same in the order in which they come. */
  imapUnordered<Value, Result>(
    f: (value: Value) => Result,
    values: Iterable<Value>,
    options?: Chunksize | ChunkOptions,
  ): IMapIterator<Awaited<Result>> {
    return this.#imap<Result>(f, values, chunksizeOf(options), false)
  }

  /** No more calls; the workers end when what has been asked for is done. */
  close(): void {
    this.#checkOwner()
    this.#scheduler.close()
  }

  /**
   * Ends the workers, processes in the middle of what they do, threads after their task; returns
   * when they have ended (processes), or at once (threads; on an event-loop thread). Results that
   * were not there fail with a RuntimeError; in CPython they never become ready.
   */
  terminate(): void {
    this.#checkOwner()
    this.#scheduler.terminate()
    if (this.#joinsAtOnce && runtime.mayBlock) this.#scheduler.join()
  }

  /**
   * After `close` or `terminate`: returns when everything is done and the workers have ended.
   * @throws ValueError before.
   */
  join(): void {
    this.#checkJoin()
    this.#scheduler.join()
  }

  /** The same without blocking the thread. */
  async joinAsync(): Promise<void> {
    this.#checkJoin()
    await this.#scheduler.joinAsync()
  }

  /** The end of `using`, and of `with` in Python: `terminate`. */
  [Symbol.dispose](): void {
    this.terminate()
  }

  /** The end of `await using`: returns when the workers have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate()
    await this.joinAsync()
  }

  #apply<Result>(
    f: Target,
    args: readonly unknown[] | undefined,
    callbacks: Callbacks<Awaited<Result>>,
    ahead: boolean,
  ): AsyncResult<Awaited<Result>> {
    // What comes back is what the function returned.
    const settlement = new Settlement<unknown>(callbacks as Callbacks<unknown>)
    this.#add((called) => new ApplyJob(called, args ?? [], settlement), f, ahead)
    return new AsyncResult(this.#scheduler, settlement) as AsyncResult<Awaited<Result>>
  }

  #map<Result>(
    f: Target,
    mode: Mode,
    iterable: Iterable<unknown>,
    chunksize: Chunksize,
    callbacks: Callbacks<Awaited<Result>[]>,
    ahead: boolean,
  ): AsyncResult<Awaited<Result>[]> {
    this.checkRunning()
    const values = [...checkIterable(iterable)]
    const size =
      chunksize === undefined
        ? defaultChunksize(values.length, this.processes)
        : checkChunksize(chunksize)
    // As in `#apply`.
    const settlement = new Settlement<unknown[]>(callbacks as Callbacks<unknown[]>)
    // As in CPython, where nobody calls back for no values either.
    if (values.length === 0) settlement.nothing([])
    else this.#add((called) => new MapJob(called, mode, values, size, settlement), f, ahead)
    return new AsyncResult(this.#scheduler, settlement) as AsyncResult<Awaited<Result>[]>
  }

  #imap<Result>(
    f: Target,
    values: Iterable<unknown>,
    chunksize: Chunksize = 1,
    ordered: boolean,
  ): IMapIterator<Awaited<Result>> {
    this.checkRunning()
    const size = checkChunksize(chunksize)
    checkIterable(values)
    const job = this.#add((called) => new ImapJob(called, values, size, ordered), f, true)
    return new IMapIterator(this.#scheduler, job, size > 1)
  }

  #add<Made extends Job>(make: (called: PoolFunction) => Made, f: Target, ahead: boolean): Made {
    this.checkRunning()
    const job = make(this.#numbered(f))
    this.#scheduler.add(job, ahead)
    return job
  }

  #numbered(f: Target): PoolFunction {
    const known = this.#functions.get(f)
    if (known !== undefined) return known
    const reference = referenceOf(f)
    const made = { number: this.#functions.size + 1, name: reference.name, reference }
    this.#functions.set(f, made)
    return made
  }

  #checkOwner(): void {
    if (this.#owner !== runtime.ident)
      throw new NotImplementedError('pool objects cannot be passed between processes or pickled')
  }

  /** @throws ValueError when the pool was closed or terminated. */
  checkRunning(): void {
    this.#checkOwner()
    if (this.#scheduler.stage !== Stage.running) throw new ValueError('Pool not running')
  }

  #checkJoin(): void {
    this.#checkOwner()
    if (this.#scheduler.stage === Stage.running) throw new ValueError('Pool is still running')
  }
}

/** Workers that are processes. */
export class Pool extends PoolBase {
  constructor(processes?: number, options: PoolOptions = {}) {
    super(
      processes,
      options,
      (name, setup, initargs) =>
        new CrewOfProcesses(name, setup, initargs, options.context?.Process),
    )
  }
}

/** Workers that are threads of this process: arguments may be primitives and shared memory. */
export class ThreadPool extends PoolBase {
  constructor(processes?: number, options: ThreadPoolOptions = {}) {
    super(
      processes,
      { ...options, maxtasksperchild: undefined },
      (_, setup, initargs) => new CrewOfThreads(setup, initargs),
    )
  }
}

/**
 * Python's `with`: calls `body` with the pool and terminates it afterwards, however that ends.
 * @throws ValueError when the pool was closed or terminated before; what `body` throws.
 */
export function withPool<Given extends Pool | ThreadPool, Result>(
  pool: Given,
  body: (pool: Given) => Result,
): Result {
  pool.checkRunning()
  let result: Result
  try {
    result = body(pool)
  } catch (error) {
    pool.terminate()
    throw error
  }
  if (result instanceof Promise)
    // A promise for what `result` promises.
    return result.finally(() => pool[Symbol.asyncDispose]()) as Result
  pool.terminate()
  return result
}

function checkProcesses(processes: number): number {
  if (!(processes >= 1)) throw new ValueError('Number of processes must be at least 1')
  if (!Number.isSafeInteger(processes))
    throw new TypeError(`Number of processes must be an integer, not ${processes}`)
  return processes
}

/** @throws TypeError in CPython's words. */
function checkIterable<Value>(values: Iterable<Value>): Iterable<Value> {
  // Of a program that no compiler has checked.
  const given: unknown = values
  if (typeof given !== 'string' && !(given instanceof Object && Symbol.iterator in given))
    throw new TypeError(`'${typeName(given)}' object is not iterable`)
  return values
}

function checkMaximum(tasks: number | undefined): void {
  if (tasks !== undefined && !(Number.isSafeInteger(tasks) && tasks > 0))
    throw new ValueError('maxtasksperchild must be a positive int or None')
}
