/**
 * One call for both forms of multiprocessing: blocking on a thread that may block, async on an event
 * loop. What child processes run blocks always.
 */
import { rejects } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { Process, type Queue } from '../../main/multiprocessing/index.ts'
import type { Pool, ThreadPool } from '../../main/multiprocessing/index.ts'
import { runtime } from '../../main/threading/runtime.ts'
import { sleep } from '../../main/threading/index.ts'

/** How long what has to happen may take, in seconds. */
export const PATIENCE = 50

type Calls<Method> = Method extends (...args: infer Args) => infer Result
  ? (...args: Args) => Result
  : never

/** Calls a method in the form that this thread may use; without an async one, that one. */
export async function call<Of extends object, Name extends string & keyof Of>(
  object: Of,
  name: Name,
  ...args: Parameters<Calls<Of[Name]>>
): Promise<Awaited<ReturnType<Calls<Of[Name]>>>> {
  const asyncName = `${name}Async`
  const form = !runtime.mayBlock && asyncName in object ? asyncName : name
  const method = Reflect.get(object, form) as Calls<Of[Name]>
  // What the method gives, or promises to give.
  return (await method.apply(object, args)) as Awaited<ReturnType<Calls<Of[Name]>>>
}

export const get = async <Item>(queue: Queue<Item>, timeout?: number): Promise<Item> =>
  runtime.mayBlock ? queue.get(true, timeout) : queue.getAsync(timeout)

export const getNowait = async <Item>(queue: Queue<Item>): Promise<Item> =>
  runtime.mayBlock ? queue.getNowait() : queue.getAsync(0)

export const put = async <Item>(queue: Queue<Item>, item: Item, timeout?: number): Promise<void> =>
  runtime.mayBlock ? queue.put(item, true, timeout) : queue.putAsync(item, timeout)

export const putNowait = async <Item>(queue: Queue<Item>, item: Item): Promise<void> =>
  runtime.mayBlock ? queue.putNowait(item) : queue.putAsync(item, 0)

export const pause = async (seconds: number): Promise<void> => {
  if (runtime.mayBlock) sleep(seconds)
  else await delay(seconds * 1000)
}

/** CPython's sleeping_retry. @throws Error naming what did not come true. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 0.005) {
    if (waited > PATIENCE) throw new Error(`never: ${what}`)
    await pause(0.005)
  }
}

/** A process that has been started. Daemonic, so that none is waited for when the behaviour fails. */
export async function begin<Args extends readonly unknown[]>(
  target: (...args: Args) => unknown,
  args: Args,
): Promise<Process> {
  // Whatever a target takes, it is given what it takes.
  const process = new Process({ target: target, args, daemon: true })
  await call(process, 'start')
  return process
}

/** CPython's join_process, and that it ended as it should. */
export async function joined(process: Process, exitcode: number | undefined = 0): Promise<void> {
  await call(process, 'join', PATIENCE)
  if (process.exitcode !== exitcode)
    throw new Error(`${process.name} ended with ${process.exitcode}, not ${exitcode}`)
}

/** A process for one function, joined. */
export async function runIn<Args extends readonly unknown[]>(
  target: (...args: Args) => unknown,
  ...args: Args
): Promise<void> {
  await joined(await begin(target, args))
}

/** Of an error class by its name, whichever thread it comes from. */
export const fails = (what: () => unknown, name: string, message = /(?:)/): Promise<void> =>
  // A function that throws at once rejects as well.
  rejects(async () => await what(), { name, message })

export const apply = async <Args extends readonly unknown[], Result>(
  pool: Pool | ThreadPool,
  f: (...args: Args) => Result,
  args: Args,
): Promise<Awaited<Result>> =>
  runtime.mayBlock ? pool.apply(f, args) : pool.applyAsync(f, args).getAsync(PATIENCE)

export const map = async <Value, Result>(
  pool: Pool | ThreadPool,
  f: (value: Value) => Result,
  values: Iterable<Value>,
  chunksize?: number,
): Promise<Awaited<Result>[]> =>
  runtime.mayBlock
    ? pool.map(f, values, chunksize)
    : pool.mapAsync(f, values, { ...(chunksize !== undefined && { chunksize }) }).getAsync(PATIENCE)
