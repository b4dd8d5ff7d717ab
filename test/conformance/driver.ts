/**
 * One call for both forms: blocking on a thread that may block, async on an event loop. And the
 * threads of a behaviour: lock_tests.Bunch.
 */
import { runtime } from '../../main/threading/runtime.ts'
import { sleep, sleepAsync } from '../../main/threading/sleep.ts'
import type { Target } from '../../main/threading/targets.ts'
import { Thread } from '../../main/threading/thread.ts'
import { LaneEnd } from '../../main/trace/model.ts'

interface Acquirable {
  acquire(blocking?: boolean, timeout?: number): boolean
  acquireAsync(timeout?: number): Promise<boolean>
  release(): void
  withLockAsync<Result>(block: () => Result | PromiseLike<Result>): Promise<Result>
}
interface Waitable<Result> {
  wait(timeout?: number): Result
  waitAsync(timeout?: number): Promise<Result>
}
interface Joinable {
  join(timeout?: number): unknown
  joinAsync(timeout?: number): Promise<unknown>
}
interface Getable<Item> {
  get(block?: boolean, timeout?: number): Item
  getAsync(timeout?: number): Promise<Item>
}
interface Putable<Item> {
  put(item: Item, block?: boolean, timeout?: number): void
  putAsync(item: Item, timeout?: number): Promise<void>
}
interface WaitableFor {
  waitFor<Result>(predicate: () => Result, timeout?: number): Result
  waitForAsync<Result>(predicate: () => Result, timeout?: number): Promise<Result>
}

/** Async, so that a blocking call that throws rejects as the other form does. */
export const acquire = async (lock: Acquirable, timeout?: number): Promise<boolean> =>
  runtime.mayBlock ? lock.acquire(true, timeout) : lock.acquireAsync(timeout)

/** One level deeper into a lock that this thread holds: see rlock.ts about tasks. */
export const deeper = (lock: Acquirable): boolean => lock.acquire(runtime.mayBlock)

/** Python's `with`. */
export async function withLock<Result>(
  lock: Acquirable,
  block: () => Result | PromiseLike<Result>,
): Promise<Result> {
  await acquire(lock)
  try {
    return await block()
  } finally {
    lock.release()
  }
}

export const wait = async <Result>(
  waitable: Waitable<Result>,
  timeout?: number,
): Promise<Result> => (runtime.mayBlock ? waitable.wait(timeout) : waitable.waitAsync(timeout))

export const waitFor = async <Result>(
  condition: WaitableFor,
  predicate: () => Result,
  timeout?: number,
): Promise<Result> =>
  runtime.mayBlock
    ? condition.waitFor(predicate, timeout)
    : condition.waitForAsync(predicate, timeout)

export const join = async (joinable: Joinable, timeout?: number): Promise<unknown> =>
  runtime.mayBlock ? joinable.join(timeout) : joinable.joinAsync(timeout)

export const get = async <Item>(queue: Getable<Item>, timeout?: number): Promise<Item> =>
  runtime.mayBlock ? queue.get(true, timeout) : queue.getAsync(timeout)

export const put = async <Item>(
  queue: Putable<Item>,
  item: Item,
  timeout?: number,
): Promise<void> => {
  if (runtime.mayBlock) queue.put(item, true, timeout)
  else await queue.putAsync(item, timeout)
}

export const start = async (thread: Thread): Promise<void> => {
  if (runtime.mayBlock) thread.start()
  else await thread.startAsync()
}

export const pause = async (seconds: number): Promise<void> => {
  if (runtime.mayBlock) sleep(seconds)
  else await sleepAsync(seconds)
}

/** How long a behaviour waits for what has to happen, in seconds. */
const PATIENCE = 50

/** CPython's sleeping_retry. @throws Error naming what did not come true. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 0.002) {
    if (waited > PATIENCE) throw new Error(`never: ${what}`)
    await pause(0.002)
  }
}

/** CPython's wait_threads_blocked: nothing may go wrong if they are not yet. */
export const letBlock = (threads: number): Promise<void> => pause(0.01 * threads)

/** Numbers that all threads append to and see: [appended, being appended, …]. */
export type Log = Int32Array<SharedArrayBuffer>
export const newLog = (capacity = 1024): Log =>
  new Int32Array(new SharedArrayBuffer((capacity + 2) * 4))
export function append(log: Log, entry: number | boolean): void {
  Atomics.store(log, Atomics.add(log, 1, 1) + 2, Number(entry))
  Atomics.add(log, 0, 1)
}
export const lengthOf = (log: Log): number => Atomics.load(log, 0)
export const entriesOf = (log: Log): number[] => [...log.subarray(2, 2 + lengthOf(log))]
export const sortedEntries = (log: Log): number[] => entriesOf(log).sort((one, two) => one - two)
export const clear = (log: Log): void => void log.fill(0)

export const times = <Value>(count: number, value: Value): Value[] =>
  new Array<Value>(count).fill(value)
export const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

let amongTasks = false
/** From now on the members of a Bunch are tasks of this event loop, or threads. */
export function useTasks(use: boolean): void {
  amongTasks = use
}

/** Tasks that have not ended. */
const tasks = new Set<Promise<void>>()
/** Resolves when there are none: after a stop. @returns how many there were. */
export async function settleTasks(): Promise<number> {
  const { size } = tasks
  await Promise.all(tasks)
  return size
}

interface Member {
  readonly finished: () => boolean
  readonly ended: () => Promise<unknown>
  /** Why it failed. */
  readonly failure: () => unknown
}

function startTask(target: Target, args: readonly unknown[]): Member {
  let finished = false
  let failure: unknown
  const task = (async () => {
    try {
      await target(...(args as never[]))
    } catch (error) {
      failure = error
    } finally {
      finished = true
    }
  })()
  tasks.add(task)
  void task.then(() => tasks.delete(task))
  return { finished: () => finished, ended: () => task, failure: () => failure }
}

async function startThread(target: Target, args: readonly unknown[]): Promise<Member> {
  // A daemon: when the behaviour fails, nobody waits for those that it leaves blocked.
  const thread = new Thread({ target, args, daemon: true })
  await start(thread)
  return {
    finished: () => !thread.isAlive(),
    ended: () => join(thread),
    failure: () =>
      thread.end === LaneEnd.returned ? undefined : new Error(`${thread.name} failed`),
  }
}

/** lock_tests.Bunch: several threads, or tasks, that run the same function. */
export class Bunch {
  readonly #members: readonly Member[]

  private constructor(members: readonly Member[]) {
    this.#members = members
  }

  /** Those that have returned or thrown. */
  get finished(): number {
    return this.#members.filter((member) => member.finished()).length
  }

  /**
   * Starts them, runs the block, waits until all have ended.
   * @throws what the block throws; AggregateError of what the threads threw.
   */
  static async run<Args extends readonly unknown[]>(
    count: number,
    target: (...args: Args) => unknown,
    args: Args,
    block?: (bunch: Bunch) => unknown,
  ): Promise<void> {
    await Bunch.of(
      times(count, undefined).map(() => [target, args] as const),
      block,
    )
  }

  /** The same for a function and its arguments each. */
  static async of(
    calls: readonly (readonly [target: Target, args: readonly unknown[]])[],
    block?: (bunch: Bunch) => unknown,
  ): Promise<void> {
    const members: Member[] = []
    for (const [target, args] of calls)
      members.push(amongTasks ? startTask(target, args) : await startThread(target, args))
    const bunch = new Bunch(members)
    await block?.(bunch)
    for (const member of members) await member.ended()
    const failures = members.map((member) => member.failure()).filter((failure) => failure)
    if (failures.length > 0) throw new AggregateError(failures, String(failures[0]))
  }
}
