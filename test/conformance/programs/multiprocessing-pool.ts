/** Pool and ThreadPool: _TestPool, _TestPoolWorkerErrors, _TestPoolWorkerLifetime and their like. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import {
  activeChildren,
  KeyError,
  Manager,
  MaybeEncodingError,
  OSError,
  Pool,
  Process,
  Queue,
  RemoteTraceback,
  ThreadPool,
  TimeoutError,
  withPool,
  type Condition,
  type Lock,
  type NamespaceProxy,
} from '../../../main/multiprocessing/index.ts'
import { exit, sleep, ValueError } from '../../../main/threading/index.ts'
import { runtime } from '../../../main/threading/runtime.ts'
import { apply, call, fails, get, joined, map, PATIENCE, pause, until } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const KINDS = ['processes', 'threads'] as const
type Kind = (typeof KINDS)[number]
const pools = new Suite<Kind>(KINDS)
const ofProcesses = { variants: ['processes'] } as const

type AnyPool = Pool | ThreadPool
const open = (kind: Kind, size: number): AnyPool =>
  kind === 'processes' ? new Pool(size) : new ThreadPool(size)

/** Terminated and joined afterwards, whatever happens. */
async function using_(pool: AnyPool, body: (pool: AnyPool) => unknown): Promise<void> {
  try {
    await body(pool)
  } finally {
    pool.terminate()
    await call(pool, 'join')
  }
}

export function sqr(x: number, wait = 0): number {
  if (wait > 0) sleep(wait)
  return x * x
}
export const mul = (x: number, y: number): number => x * y
export const identity = (value: unknown): unknown => value
export const toInteger = (text: string): number => {
  const value = Number.parseInt(text)
  if (Number.isNaN(value)) throw new ValueError(`invalid literal for int() with base 10: '${text}'`)
  return value
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
const squares = (count: number): number[] => range(count).map((x) => x * x)

class SayWhenError extends Error {
  override readonly name = 'SayWhenError'
}

function* throwing(total: number, when: number): Generator<number> {
  if (when === -1) throw new SayWhenError('Somebody said when')
  for (let at = 0; at < total; at++) {
    if (at === when) throw new SayWhenError('Somebody said when')
    yield at
  }
}

type Iterated = ReturnType<Pool['imap']>
const next = async (iterator: Iterated, timeout: number = PATIENCE) =>
  runtime.mayBlock ? iterator.next(timeout) : iterator.nextAsync(timeout)
async function listOf(iterator: Iterated): Promise<unknown[]> {
  const found: unknown[] = []
  for (;;) {
    const step = await next(iterator)
    if (step.done === true) return found
    found.push(step.value)
  }
}

pools.follows(
  [
    '_test_multiprocessing._TestPool.test_apply',
    '_test_multiprocessing._TestPool.test_map',
    '_test_multiprocessing._TestPool.test_map_async',
    '_test_multiprocessing._TestPool.test_starmap',
    '_test_multiprocessing._TestPool.test_starmap_async',
    '_test_multiprocessing._TestPool.test_map_chunksize',
    '_test_multiprocessing._TestPool.test_map_async_callbacks',
    '_test_multiprocessing._TestPool.test_async',
    '_test_multiprocessing._TestPool.test_imap',
    '_test_multiprocessing._TestPool.test_imap_unordered',
    '_test_multiprocessing._TestPool.test_empty_iterable',
  ],
  'every way to call',
  (kind) =>
    using_(open(kind, 2), async (pool) => {
      equal(await apply(pool, sqr, [5]), 25)
      deepEqual(await map(pool, sqr, range(10)), squares(10))
      deepEqual(await map(pool, sqr, range(100), 20), squares(100))
      const pairs = range(100).map((x) => [x, 99 - x] as [number, number])
      const products = pairs.map(([x, y]) => x * y)
      const star = pool.starmapAsync(mul, pairs)
      deepEqual(await call(star, 'get', PATIENCE), products)
      if (runtime.mayBlock) deepEqual(pool.starmap(mul, pairs, 20), products)
      deepEqual(await call(pool.mapAsync(sqr, range(10)), 'get', PATIENCE), squares(10))
      const nothing = pool.mapAsync(sqr, [], { chunksize: 1 })
      deepEqual(await call(nothing, 'get', 1), [])
      deepEqual([nothing.ready(), nothing.successful()], [true, true])
      deepEqual(await map(pool, sqr, []), [])
      deepEqual(await listOf(pool.imap(sqr, [])), [])
      deepEqual(await listOf(pool.imapUnordered(sqr, [])), [])

      const called: unknown[] = []
      const both = {
        callback: (value: unknown) => called.push(value),
        errorCallback: (error: unknown) => called.push(error),
      }
      await call(pool.mapAsync(toInteger, ['1'], both), 'wait', PATIENCE)
      deepEqual(called, [[1]])
      await call(pool.mapAsync(toInteger, ['a'], both), 'wait', PATIENCE)
      equal(called.length, 2)
      ok(called[1] instanceof ValueError)

      const slow = pool.applyAsync(sqr, [7, 2])
      throws(() => slow.successful(), { name: 'ValueError' })
      equal(slow.ready(), false)
      equal(await call(slow, 'get'), 49)
      deepEqual([slow.ready(), slow.successful()], [true, true])
      // A second time: the same.
      equal(await call(slow, 'get', 0), 49)

      deepEqual(await listOf(pool.imap(sqr, range(10))), squares(10))
      const iterator = pool.imap(sqr, range(100), 10)
      for (const square of squares(100)) equal((await next(iterator)).value, square)
      for (let each = 0; each < 2; each++) equal((await next(iterator)).done, true)
      const unordered = (await listOf(pool.imapUnordered(sqr, range(100), 7))) as number[]
      deepEqual(
        unordered.sort((one, two) => one - two),
        squares(100),
      )
      deepEqual(await map(pool, sqr, new Set([1, 2, 3])), [1, 4, 9])
    }),
)

pools.follows(
  '_test_multiprocessing._TestPool.test_async_timeout',
  'get and next with a timeout that is over',
  (kind) =>
    using_(open(kind, 1), async (pool) => {
      const slow = pool.applyAsync(sqr, [6, 2])
      for (const timeout of [0.02, 0, -1])
        await fails(() => call(slow, 'get', timeout), 'TimeoutError')
      await call(slow, 'wait', 0.01)
      equal(slow.ready(), false)
      const iterator = pool.imap(sqr, [3])
      await fails(() => next(iterator, 0.02), 'TimeoutError')
      equal(await call(slow, 'get', PATIENCE), 36)
      // It may be asked again.
      equal((await next(iterator)).value, 9)
      ok(new TimeoutError() instanceof Error)
    }),
)

pools.follows(
  [
    '_test_multiprocessing._TestPool.test_map_handle_iterable_exception',
    '_test_multiprocessing._TestPool.test_imap_handle_iterable_exception',
    '_test_multiprocessing._TestPool.test_imap_unordered_handle_iterable_exception',
  ],
  'an input that throws',
  (kind) =>
    using_(open(kind, 2), async (pool) => {
      for (let each = 0; each < 2; each++)
        await fails(() => map(pool, sqr, throwing(1, -1), 1), 'SayWhenError')
      await fails(() => map(pool, sqr, throwing(10, 3), 1), 'SayWhenError')
      for (const [total, when, chunksize, before] of [
        [1, -1, 1, 0],
        [10, 3, 1, 3],
        [20, 7, 2, 6],
        [20, 7, 4, 4],
      ] as const) {
        const ordered = pool.imap(sqr, throwing(total, when), chunksize)
        for (const square of squares(before)) equal((await next(ordered)).value, square)
        await fails(() => next(ordered), 'SayWhenError')
        const unordered = pool.imapUnordered(sqr, throwing(total, when), chunksize)
        const left = new Set(squares(total))
        await fails(async () => {
          for (let each = 0; each < total; each++) {
            const step = await next(unordered)
            equal(left.delete(Number(step.value)), true)
          }
        }, 'SayWhenError')
      }
      equal(await apply(pool, sqr, [4]), 16)
    }),
)

export function raiseRuntime(): never {
  throw new SyntaxError('123')
}
export function raiseKey(): never {
  throw new KeyError('key')
}
export const unsendable = (): unknown => () => 42
export function raiseLarge(wait: number): never {
  sleep(wait)
  throw new ValueError('x'.repeat(1024 ** 2))
}

pools.follows(
  [
    '_test_multiprocessing._TestPool.test_traceback',
    '_test_multiprocessing._TestPool.test_wrapped_exception',
    '_test_multiprocessing._TestPoolWorkerErrors.test_async_error_callback',
  ],
  'errors: their class, their message, where they were thrown',
  (kind) =>
    using_(open(kind, 1), async (pool) => {
      const caught: unknown = await apply(pool, raiseRuntime, []).catch((error: unknown) => error)
      if (!runtime.mayBlock || caught instanceof Error) ok(caught instanceof Error)
      const error = caught as Error
      deepEqual([error.name, error.message], ['SyntaxError', '123'])
      const { cause } = error
      if (kind === 'processes') ok(cause instanceof RemoteTraceback)
      ok(
        `${error.stack} ${cause instanceof RemoteTraceback ? cause.tb : ''}`.includes(
          'raiseRuntime',
        ),
      )

      let heard: unknown
      const result = pool.applyAsync(raiseKey, [], {
        errorCallback: (thrown) => {
          heard = thrown
        },
        callback: () => {
          heard = 'no error'
        },
      })
      await fails(() => call(result, 'get', PATIENCE), 'KeyError', /key/)
      equal(result.successful(), false)
      ok(heard instanceof KeyError)
      // An error of the input is no remote one.
      const input: unknown = await map(pool, sqr, throwing(1, -1), 1).catch(
        (thrown: unknown) => thrown,
      )
      ok(input instanceof SayWhenError)
      equal(input.cause, undefined)
    }),
)

pools.follows(
  [
    '_test_multiprocessing._TestPoolWorkerErrors.test_unpickleable_result',
    '_test_multiprocessing._TestPool.test_map_unplicklable',
  ],
  'what cannot travel: MaybeEncodingError for a result, an error at once for an argument',
  (kind) =>
    using_(open(kind, 2), async (pool) => {
      for (let each = 0; each < 10; each++) {
        let heard: unknown
        const result = pool.applyAsync(unsendable, [], {
          errorCallback: (error) => {
            heard = error
          },
        })
        await fails(() => call(result, 'get', PATIENCE), 'MaybeEncodingError')
        ok(heard instanceof MaybeEncodingError)
        ok(heard.exc !== '' && heard.value !== '')
      }
      await fails(() => map(pool, identity, [() => 1, () => 2]), 'PicklingError')
      await fails(() => apply(pool, () => 1, []), 'PicklingError')
      equal(await apply(pool, sqr, [4]), 16)
    }),
)

interface Given {
  readonly queue: Queue<number>
  readonly lock: Lock
  readonly condition: Condition
}
export function putUnderLock({ queue, lock, condition }: Given, x: number): void {
  lock.withLock(() => {
    queue.put(x)
  })
  condition.withLock(() => {
    condition.notifyAll()
  })
}
export const isEmpty = (queue: Queue): boolean => queue.empty()
export const newQueue = (): Queue<string> => {
  const queue = Manager().Queue<string>()
  queue.put('from a worker')
  return queue
}

pools.beyond(
  'queues, locks and conditions of a manager are arguments and results of calls; others are not',
  async (kind) => {
    await using_(open(kind, 2), async (pool) => {
      const manager = Manager()
      const condition = manager.Condition()
      const given = { queue: manager.Queue<number>(), lock: manager.Lock(), condition }
      for (const x of [1, 2]) await apply(pool, putUnderLock, [given, x])
      deepEqual([await get(given.queue), await get(given.queue)], [1, 2])
      equal(await get(await apply(pool, newQueue, [])), 'from a worker')
      await call(manager, 'shutdown')
    })
  },
)

pools.beyond(
  'queues that no manager made are inherited only',
  async (kind) => {
    await using_(open(kind, 1), (pool) =>
      fails(
        () => apply(pool, isEmpty, [new Queue()]),
        'RuntimeError',
        /^Queue objects should only be shared between processes through inheritance$/,
      ),
    )
  },
  ofProcesses,
)

pools.follows(
  [
    '_test_multiprocessing._TestPool.test_make_pool',
    '_test_multiprocessing._TestPoolWorkerLifetime.test_pool_maxtasksperchild_invalid',
    '_test_multiprocessing.TestInitializers.test_pool_initializer',
  ],
  'options that are refused',
  (kind) => {
    for (const size of [-1, 0])
      throws(() => open(kind, size), {
        name: 'ValueError',
        message: 'Number of processes must be at least 1',
      })
    throws(() => open(kind, 1.5), { name: 'TypeError' })
    if (kind === 'processes')
      for (const maxtasksperchild of [0, -1, 0.5, '12' as never])
        throws(() => new Pool(3, { maxtasksperchild }), {
          name: 'ValueError',
          message: 'maxtasksperchild must be a positive int or None',
        })
    throws(() => new Pool(1, { initializer: 1 as never }), {
      name: 'TypeError',
      message: 'initializer must be a callable',
    })
  },
)

export function initialize(namespace: NamespaceProxy): void {
  namespace.set('test', Number(namespace.get('test')) + 1)
}

pools.follows(
  '_test_multiprocessing.TestInitializers.test_pool_initializer',
  'the initializer has run when the workers have ended',
  async () => {
    const manager = Manager()
    const namespace = manager.Namespace({ test: 0 })
    const pool = new Pool(1, { initializer: initialize, initargs: [namespace] })
    pool.close()
    await call(pool, 'join')
    equal(await call(namespace, 'callMethod', 'get', 'test'), 1)
  },
  ofProcesses,
)

pools.follows(
  [
    '_test_multiprocessing._TestPool.test_terminate',
    '_test_multiprocessing._TestPool.test_enter',
    '_test_multiprocessing._TestPool.test_context',
  ],
  'close, terminate and with; nothing is taken afterwards',
  async (kind) => {
    const pool = open(kind, 2)
    await fails(() => call(pool, 'join'), 'ValueError', /^Pool is still running$/)
    const seconds = range(1000).map(() => (kind === 'threads' ? 0.2 : 100))
    const many = pool.mapAsync(sleepFor, seconds, { chunksize: 1 })
    await pause(0.1)
    pool.terminate()
    await call(pool, 'join')
    equal(
      await call(many, 'get', PATIENCE).catch((error: unknown) => String(error)),
      'RuntimeError: the pool was terminated before the task had ended',
    )
    pool.terminate()
    pool.close()
    const words = /^Pool not running$/
    await fails(async () => pool.mapAsync(sqr, [1]), 'ValueError', words)
    await fails(async () => pool.applyAsync(sqr, [1]), 'ValueError', words)
    await fails(async () => pool.imap(sqr, [1]), 'ValueError', words)
    await fails(async () => pool.imapUnordered(sqr, [1]), 'ValueError', words)
    await fails(async () => pool.starmapAsync(mul, [[1, 2]]), 'ValueError', words)
  },
)

export function sleepFor(seconds: number): void {
  sleep(seconds)
}

pools.follows(
  '_test_multiprocessing._TestPool.test_context',
  'at the end of with it is terminated',
  async (kind) => {
    const pool = open(kind, 1)
    const result = withPool(pool, (inside) => inside.mapAsync(sqr, range(3)).getAsync(PATIENCE))
    deepEqual(await result, [0, 1, 4])
    await call(pool, 'join')
    throws(() => pool.mapAsync(sqr, [1]), { name: 'ValueError', message: 'Pool not running' })
    // bpo-35477: refused already where it begins.
    throws(() => withPool(pool, () => 'inside'), {
      name: 'ValueError',
      message: 'Pool not running',
    })
  },
)

pools.follows(
  '_test_multiprocessing._TestPool.test_map_no_failfast',
  'large errors of all calls are taken in before the pool ends',
  async (kind) => {
    const pool = open(kind, 2)
    await fails(() => map(pool, raiseLarge, [0, 0.2], 1), 'ValueError', /^x+$/)
    pool.close()
    await call(pool, 'join')
  },
)

pools.follows(
  '_test_multiprocessing._TestPoolWorkerLifetime.test_pool_worker_lifetime',
  'workers make room for others after maxtasksperchild tasks',
  async () => {
    const pool = new Pool(2, { maxtasksperchild: 5 })
    // On an event loop they are started later.
    await until('both are there', () => pool.pids.length === 2)
    const before = [...pool.pids]
    const results = range(30).map((x) => pool.applyAsync(sqr, [x]))
    for (const [x, result] of results.entries()) equal(await call(result, 'get', PATIENCE), x * x)
    await until(
      'they were replaced',
      () => pool.pids.every((pid) => !before.includes(pid)) && pool.pids.length === 2,
    )
    pool.close()
    await call(pool, 'join')
  },
  ofProcesses,
)

pools.follows(
  '_test_multiprocessing._TestPoolWorkerLifetime.test_pool_worker_lifetime_early_close',
  'closed before its short-lived workers have done everything, it can be joined',
  async () => {
    const pool = new Pool(2, { maxtasksperchild: 1 })
    const results = range(4).map((x) => pool.applyAsync(sqr, [x, 0.05]))
    pool.close()
    await call(pool, 'join')
    for (const [x, result] of results.entries()) equal(await call(result, 'get', 0), x * x)
  },
  ofProcesses,
)

export function poolInProcess(queue: Queue): void {
  const pool = new Pool(2)
  queue.put(pool.map(sqr, [1, 2, 3]))
  pool.close()
  pool.join()
}

export function leavePoolOpen(queue: Queue): void {
  const pool = new Pool(1)
  queue.put(pool.map(sqr, range(5)))
}

pools.follows(
  [
    '_test_multiprocessing.TestStdinBadfiledescriptor.test_pool_in_process',
    '_test_multiprocessing._TestPoolWorkerLifetime.test_worker_finalization_via_atexit_handler_of_multiprocessing',
  ],
  'a pool in a process; one that is not closed ends with it',
  async () => {
    const queue = new Queue()
    const children = [poolInProcess, leavePoolOpen].map(
      (target) => new Process({ target, args: [queue] }),
    )
    for (const child of children) await call(child, 'start')
    const found = [await get(queue, PATIENCE), await get(queue, PATIENCE)] as number[][]
    deepEqual(
      found.sort((one, two) => one.length - two.length),
      [[1, 4, 9], squares(5)],
    )
    for (const child of children) await joined(child)
  },
  { ...ofProcesses, forms: ['blocking'] },
)

const tries = { made: 0 }

/** Of three one cannot be started. */
export class FailingProcess extends Process {
  override start(): void {
    if (++tries.made === 3) throw new OSError('Manually induced OSError')
    super.start()
  }
}

pools.follows(
  '_test_multiprocessing.TestPoolNotLeakOnFailure.test_release_unused_processes',
  'a worker that cannot be started: the error, and the others end',
  async () => {
    tries.made = 0
    throws(() => new Pool(3, { context: { Process: FailingProcess } }), {
      name: 'OSError',
      message: 'Manually induced OSError',
    })
    await until('the others have ended', () => activeChildren().length === 0)
  },
  { ...ofProcesses, forms: ['blocking'] },
)

export function endWorker(code: number): void {
  exit(code)
}
export function killWorker(): void {
  process.kill(process.pid, 'SIGKILL')
  sleep(60)
}

pools.beyond(
  'a worker that is killed fails its task, in CPython it is lost; sys.exit is an error',
  (kind) =>
    using_(open(kind, 1), async (pool) => {
      await fails(() => apply(pool, endWorker, [3]), 'SystemExit')
      if (kind === 'processes') await fails(() => apply(pool, killWorker, []), 'BrokenProcessPool')
      equal(await apply(pool, sqr, [4]), 16)
    }),
)

pools.beyond('results are taken in order of the input, whoever is first', (kind) =>
  using_(open(kind, 2), async (pool) => {
    const waits: [number, number][] = [
      [1, 0.1],
      [2, 0],
      [3, 0.05],
      [4, 0],
    ]
    const star = pool.starmapAsync(sqr, waits, { chunksize: 1 })
    deepEqual(await call(star, 'get', PATIENCE), [1, 4, 9, 16])
  }),
)

pools.beyond('what cannot be iterated is refused in CPython’s words', async (kind) => {
  await using_(open(kind, 1), async (pool) => {
    const refused = [
      () => map(pool, sqr, 5 as never),
      () => pool.imap(sqr, 5 as never),
      () => pool.imapUnordered(sqr, 5 as never),
    ]
    for (const call of refused) await fails(call, 'TypeError', /^'int' object is not iterable$/)
  })
})

export const suites = [pools]
export const run = runnerOf(suites)
