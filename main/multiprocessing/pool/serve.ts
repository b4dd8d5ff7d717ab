/** What a worker does, in whichever kind of thread or process: multiprocessing.pool.worker. */
import { isKeyboardInterrupt } from '../../threading/errors.ts'
import { str } from '../../threading/print.ts'
import { runtime, type TargetReference } from '../../threading/runtime.ts'
import { resolveTarget } from '../../threading/targets.ts'
import { EventKind, LaneState } from '../../trace/model.ts'
import { MaybeEncodingError } from './errors.ts'
import { Mode, packValues, type FromWorker, type ToWorker } from './messages.ts'
import { describeError } from './remote-error.ts'

/** Of a value in an error's message. */
const MAXIMUM_TEXT = 1_000

export interface WorkerSetup {
  /** Number of the worker within the pool, from 1. */
  readonly worker: number
  /** The pool's resource id. */
  readonly pool: number
  readonly initializer: TargetReference | undefined
  /** After so many tasks it ends; undefined: never. */
  readonly maxtasks: number | undefined
}

/** The worker's way to its pool. */
export interface WorkerLink {
  /**
   * What is to be done next: waits for it, or resolves with it.
   * @throws KeyboardInterrupt when the run is being stopped.
   */
  receive(): ToWorker | Promise<ToWorker>
  /** @throws what the values cannot travel for. */
  send(message: FromWorker): void
}

type Call = (...args: readonly unknown[]) => unknown
type Task = Extract<ToWorker, { type: 'task' }>

/** Returns when there is no more work for it. @throws what the initializer throws. */
export async function serve(
  link: WorkerLink,
  setup: WorkerSetup,
  initargs: readonly unknown[],
): Promise<void> {
  await initialize(link, setup, initargs)
  const functions = new Map<number, Call>()
  for (let completed = 0; setup.maxtasks === undefined || completed < setup.maxtasks;) {
    runtime.tracer?.record(EventKind.state, 0, LaneState.idle, 0, 0)
    const message = await link.receive()
    runtime.tracer?.record(EventKind.state, 0, LaneState.running, 0, 0)
    switch (message.type) {
      case 'stop':
        return
      case 'function':
        functions.set(message.function, await resolve(message.reference))
        break
      case 'task':
        await runTask(link, setup.pool, message, functions.get(message.function))
        completed++
    }
  }
}

async function initialize(
  link: WorkerLink,
  { worker, initializer }: WorkerSetup,
  initargs: readonly unknown[],
): Promise<void> {
  try {
    if (initializer !== undefined) await (await resolve(initializer, true))(...initargs)
  } catch (error) {
    if (!isKeyboardInterrupt(error))
      link.send({ type: 'failed', worker, error: describeError(error) })
    throw error
  }
  link.send({ type: 'ready', worker })
}

/** A module that cannot be imported fails the tasks that need it, unless `strict`. */
async function resolve(reference: TargetReference, strict = false): Promise<Call> {
  try {
    // What the function makes of its arguments is its own.
    return (await resolveTarget(reference)) as Call
  } catch (error) {
    if (strict) throw error
    return () => {
      throw error
    }
  }
}

async function runTask(
  link: WorkerLink,
  pool: number,
  message: Task,
  call: Call | undefined,
): Promise<void> {
  const { task, values } = message
  runtime.tracer?.record(EventKind.taskStart, pool, task, values.length, 0)
  let threw = 1
  try {
    if (call === undefined) throw new Error(`function ${message.function} was never sent`)
    const results: unknown[] = []
    for (const value of values) {
      const result = callWith(call, message.mode, value)
      results.push(isThenable(result) ? await result : result)
    }
    threw = 0
    sendResults(link, task, results)
  } catch (error) {
    if (isKeyboardInterrupt(error)) throw error
    link.send({ type: 'error', task, error: describeError(error) })
  } finally {
    runtime.tracer?.record(EventKind.taskEnd, pool, task, threw, 0)
  }
}

function callWith(call: Call, mode: Mode, value: unknown): unknown {
  if (mode === Mode.map) return call(value)
  if (typeof value === 'object' && value !== null && Symbol.iterator in value)
    return call(...(value as Iterable<unknown>))
  throw new TypeError(`argument after * must be an iterable, not ${str(value)}`)
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

function sendResults(link: WorkerLink, task: number, results: readonly unknown[]): void {
  try {
    link.send({ type: 'result', task, values: packValues(results) })
  } catch (error) {
    if (isKeyboardInterrupt(error)) throw error
    const value = results.length === 1 ? results[0] : results
    throw new MaybeEncodingError(undefined, cut(str(error)), cut(str(value)))
  }
}

const cut = (text: string): string =>
  text.length <= MAXIMUM_TEXT ? text : `${text.slice(0, MAXIMUM_TEXT)}…`
