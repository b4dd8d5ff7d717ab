/** Lock, RLock, and Condition as the lock it is: lock_tests.BaseLockTests, LockTests, RLockTests. */
import { equal, ok, rejects, throws } from 'node:assert/strict'
import {
  Condition,
  Event,
  Lock,
  OverflowError,
  RLock,
  RuntimeError,
  Thread,
  TIMEOUT_MAX,
  ValueError,
} from '../../../main/threading/index.ts'
import {
  acquire,
  append,
  Bunch,
  deeper,
  entriesOf,
  join,
  lengthOf,
  letBlock,
  newLog,
  pause,
  start,
  times,
  until,
  wait,
  withLock,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const makers = {
  Lock: () => new Lock(),
  'Lock, handed off': () => new Lock({ handOff: true }),
  RLock: () => new RLock(),
  'RLock, handed off': () => new RLock({ handOff: true }),
  Condition: () => new Condition(),
}
type Kind = keyof typeof makers
type AnyLock = Lock | RLock | Condition
const kinds = Object.keys(makers) as Kind[]
const plain = kinds.filter((kind) => kind.startsWith('Lock'))
const recursive = kinds.filter((kind) => !plain.includes(kind))

const locks = new Suite<Kind>(kinds)

locks.follows(
  [
    'lock_tests.BaseLockTests.test_constructor',
    'lock_tests.BaseLockTests.test_acquire_destroy',
    'lock_tests.BaseLockTests.test_acquire_release',
  ],
  'it is made unlocked, and free again after a release',
  async (kind) => {
    const lock = makers[kind]()
    equal(lock.locked(), false)
    equal(await acquire(lock), true)
    equal(lock.locked(), true)
    lock.release()
    equal(lock.locked(), false)
    await acquire(makers[kind]())
  },
)

locks.follows(
  'lock_tests.BaseLockTests.test_try_acquire',
  'acquire(false) takes a free one',
  (kind) => {
    const lock = makers[kind]()
    equal(lock.acquire(false), true)
    lock.release()
  },
)

export function tryAcquire(lock: AnyLock, results: Log): void {
  append(results, lock.acquire(false))
}

locks.follows(
  'lock_tests.BaseLockTests.test_try_acquire_contended',
  'acquire(false) of one that another thread holds is false at once',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    const results = newLog()
    await Bunch.run(1, tryAcquire, [lock, results])
    equal(entriesOf(results)[0], 0)
    lock.release()
  },
  // Tasks of an event loop are one thread: to an RLock the same owner.
  { forms: ['blocking', 'async'] },
)

locks.beyond(
  'acquire(false) of one that another task holds is false at once',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    equal(lock.acquire(false), false)
    lock.release()
  },
  { forms: ['tasks'], variants: plain },
)

export async function acquireAndRelease(lock: AnyLock): Promise<void> {
  await acquire(lock)
  lock.release()
}

locks.follows(
  'lock_tests.BaseLockTests.test_acquire_contended',
  'all who wait for it go on after a release',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    await Bunch.run(5, acquireAndRelease, [lock], async (bunch) => {
      await letBlock(5)
      equal(bunch.finished, 0)
      lock.release()
    })
    equal(lock.locked(), false)
  },
)

locks.follows(
  'lock_tests.BaseLockTests.test_with',
  'withLock and using release it, whatever happens inside',
  async (kind) => {
    const lock = makers[kind]()
    const failing = () => {
      throw new TypeError('inside')
    }
    await withLock(lock, () => ok(lock.locked()))
    await Bunch.run(1, acquireAndRelease, [lock])
    await rejects(withLock(lock, failing), TypeError)
    equal(
      lock.withLock(() => 'result'),
      'result',
    )
    throws(() => lock.withLock(failing), TypeError)
    equal(await lock.withLockAsync(() => 'result'), 'result')
    await rejects(lock.withLockAsync(failing), TypeError)
    {
      using _held = lock.hold()
      ok(lock.locked())
    }
    throws(() => {
      using _held = lock.hold()
      failing()
    }, TypeError)
    {
      using _held = await lock.holdAsync()
      ok(lock.locked())
    }
    equal(lock.locked(), false)
    await Bunch.run(1, acquireAndRelease, [lock])
  },
)

locks.follows(
  'lock_tests.BaseLockTests.test_thread_leak',
  'many threads one after another use it',
  async (kind) => {
    const lock = makers[kind]()
    await Bunch.run(15, acquireAndRelease, [lock])
    equal(lock.locked(), false)
  },
)

export async function acquireInTime(lock: AnyLock, timeout: number, results: Log): Promise<void> {
  append(results, await acquire(lock, timeout))
}

locks.follows(
  'lock_tests.BaseLockTests.test_timeout',
  'a timeout that makes no sense is refused; one that passes gives false',
  async (kind) => {
    const lock = makers[kind]()
    throws(() => lock.acquire(false, 1), {
      name: 'ValueError',
      message: "can't specify a timeout for a non-blocking call",
    })
    throws(() => lock.acquire(false, 0), ValueError)
    await rejects(acquire(lock, -100), {
      name: 'ValueError',
      message: 'timeout value must be a non-negative number',
    })
    await rejects(acquire(lock, -0.5), ValueError)
    await rejects(acquire(lock, NaN), ValueError)
    await rejects(acquire(lock, -Infinity), OverflowError)
    await rejects(acquire(lock, 1e100), { name: 'OverflowError' })
    await rejects(acquire(lock, Infinity), OverflowError)
    await rejects(acquire(lock, TIMEOUT_MAX + 1), {
      name: 'OverflowError',
      message: 'timeout value is too large',
    })
    equal(lock.locked(), false)
    equal(await acquire(lock, TIMEOUT_MAX), true)
    lock.release()
    // What CPython has for "no timeout".
    equal(lock.acquire(false, -1), true)
    lock.release()
    equal(await acquire(lock, -1), true)
    lock.release()
    equal(await acquire(lock, 5), true)
    const results = newLog()
    await Bunch.run(1, acquireInTime, [lock, 0.05, results])
    await Bunch.run(1, acquireInTime, [lock, 0, results])
    equal(entriesOf(results).join(), '0,0')
    lock.release()
    equal(await acquire(lock, 0), true)
    lock.release()
    equal(lock.locked(), false)
  },
)

locks.follows(
  'lock_tests.BaseLockTests.test_weakref_exists',
  'it can be referred to weakly',
  (kind) => {
    const lock = makers[kind]()
    equal(new WeakRef(lock).deref(), lock)
  },
)

export async function acquireTwice(lock: Lock, phase: Log): Promise<void> {
  await acquire(lock)
  append(phase, 1)
  await acquire(lock)
  append(phase, 2)
}

locks.follows(
  'lock_tests.LockTests.test_reacquire',
  'its own owner waits for it as everybody does, until another thread releases it',
  async (kind) => {
    const lock = makers[kind]() as Lock
    const phase = newLog()
    await Bunch.run(1, acquireTwice, [lock, phase], async (bunch) => {
      await until('the thread has it', () => lengthOf(phase) === 1)
      await letBlock(2)
      equal(bunch.finished, 0)
      equal(lengthOf(phase), 1)
      lock.release()
      await until('the thread has it again', () => lengthOf(phase) === 2)
    })
    lock.release()
  },
  { variants: plain },
)

export function release(lock: AnyLock): void {
  lock.release()
}

locks.follows(
  'lock_tests.LockTests.test_different_thread',
  'another thread may release it',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    await Bunch.run(1, release, [lock])
    equal(lock.locked(), false)
    await acquire(lock)
    lock.release()
  },
  { variants: plain },
)

locks.follows(
  'lock_tests.LockTests.test_state_after_timeout',
  'after a timeout it is as it was, for its holder and for those who come',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    equal(await acquire(lock, 0.01), false)
    lock.release()
    equal(lock.locked(), false)
    equal(lock.acquire(false), true)
    lock.release()
  },
  { variants: plain },
)

locks.follows(
  'test_threading.ThreadingExceptionTests.test_releasing_unacquired_lock',
  'a release of one that nobody holds is refused, and changes nothing',
  async (kind) => {
    const lock = makers[kind]()
    const refused = { name: 'RuntimeError', message: 'release unlocked lock' }
    throws(() => lock.release(), refused)
    await acquire(lock)
    lock.release()
    throws(() => lock.release(), refused)
    equal(lock.acquire(false), true)
    equal(lock.acquire(false), false)
    lock.release()
  },
  { variants: plain },
)

locks.follows(
  'test_threading.ThreadTests.test_lock_no_args',
  'its constructor takes no value, only options',
  () => {
    new Lock()
    throws(() => new Lock(1 as never), TypeError)
    throws(() => new Lock('name' as never), TypeError)
  },
  { forms: ['blocking'], variants: ['Lock'] },
)

locks.follows(
  'test_threading.ThreadTests.test_lock_or_none',
  'it is a class, for types and instanceof',
  () => {
    const lock: Lock | undefined = new Lock()
    ok(lock instanceof Lock)
    ok(!((new RLock() as unknown) instanceof Lock))
  },
  { forms: ['blocking'], variants: ['Lock'] },
)

locks.follows(
  'lock_tests.RLockTests.test_reacquire',
  'its owner may take it again, and has to release it as often',
  async (kind) => {
    const lock = makers[kind]()
    await acquire(lock)
    equal(deeper(lock), true)
    lock.release()
    equal(deeper(lock), true)
    lock.release()
    equal(lock.locked(), true)
    lock.release()
    equal(lock.locked(), false)
  },
  { variants: recursive },
)

const unheld = { name: 'RuntimeError', message: 'cannot release un-acquired lock' }

locks.follows(
  [
    'lock_tests.RLockTests.test_release_unacquired',
    'lock_tests.RLockTests.test_release_save_unacquired',
  ],
  'a release more than it was taken is refused',
  async (kind) => {
    const lock = makers[kind]()
    throws(() => lock.release(), unheld)
    await acquire(lock)
    deeper(lock)
    lock.release()
    deeper(lock)
    lock.release()
    lock.release()
    throws(() => lock.release(), unheld)
    // The part of Condition.wait that gives up all levels.
    await rejects(wait(new Condition(new RLock())), RuntimeError)
  },
  { variants: recursive },
)

export async function countLevels(lock: RLock, phase: Log): Promise<void> {
  equal(lock.recursionCount(), 0)
  await acquire(lock)
  append(phase, lock.recursionCount())
  await until('the other has looked', () => lengthOf(phase) === 2)
  lock.release()
  append(phase, lock.recursionCount())
}

locks.follows(
  'lock_tests.RLockTests.test_recursion_count',
  'recursionCount() is that of the thread that asks',
  async (kind) => {
    const lock = makers[kind]() as RLock
    equal(lock.recursionCount(), 0)
    await acquire(lock)
    equal(lock.recursionCount(), 1)
    deeper(lock)
    deeper(lock)
    equal(lock.recursionCount(), 3)
    lock.release()
    equal(lock.recursionCount(), 2)
    lock.release()
    lock.release()
    equal(lock.recursionCount(), 0)
    const phase = newLog()
    await Bunch.run(1, countLevels, [lock, phase], async () => {
      await until('the thread has it', () => lengthOf(phase) === 1)
      equal(lock.recursionCount(), 0)
      append(phase, 7)
      await until('the thread has released it', () => lengthOf(phase) === 3)
      equal(lock.recursionCount(), 0)
    })
    equal(entriesOf(phase).join(), '1,7,0')
  },
  // Tasks of an event loop are one thread, whose levels they all see.
  { forms: ['blocking', 'async'], variants: ['RLock', 'RLock, handed off'] },
)

export async function holdUntil(lock: AnyLock, held: Event, finish: Event): Promise<void> {
  await acquire(lock)
  held.set()
  await wait(finish)
  lock.release()
}

locks.follows(
  ['lock_tests.RLockTests.test_different_thread', 'lock_tests.RLockTests.test__is_owned'],
  'another thread neither owns it nor may release it',
  async (kind) => {
    const lock = makers[kind]()
    const [held, finish] = [new Event(), new Event()]
    await Bunch.run(1, holdUntil, [lock, held, finish], async () => {
      await wait(held)
      equal(lock.locked(), true)
      throws(() => lock.release(), unheld)
      if (lock instanceof RLock) equal(lock.recursionCount(), 0)
      equal(lock.acquire(false), false)
      equal(await acquire(lock, 0.01), false)
      finish.set()
    })
    equal(lock.locked(), false)
    await acquire(lock)
    if (lock instanceof RLock) equal(lock.recursionCount(), 1)
    lock.release()
  },
  { forms: ['blocking', 'async'], variants: recursive },
)

export async function holdOnce(lock: AnyLock, counter: Log): Promise<void> {
  for (let round = 0; round < 20; round++)
    await withLock(lock, async () => {
      const seen = counter[0] ?? 0
      if (round % 5 === 0) await pause(0.0001)
      counter[0] = seen + 1
    })
}

locks.beyond('it is held by one at a time', async (kind) => {
  const lock = makers[kind]()
  const counter = newLog()
  await Bunch.run(4, holdOnce, [lock, counter])
  equal(counter[0], 80)
})

export async function holdDeep(lock: AnyLock, held: Event, finish: Event): Promise<void> {
  await acquire(lock)
  for (let level = 0; level < 100; level++) deeper(lock)
  held.set()
  await wait(finish)
  for (let level = 0; level < 100; level++) lock.release()
  // Still one level.
  await pause(0.02)
  lock.release()
}

locks.beyond(
  'others wait until the last level is released',
  async (kind) => {
    const lock = makers[kind]()
    const [held, finish] = [new Event(), new Event()]
    await Bunch.run(1, holdDeep, [lock, held, finish], async () => {
      await wait(held)
      finish.set()
      await acquire(lock)
      lock.release()
    })
  },
  { variants: recursive },
)

locks.beyond('an acquire with a timeout gets what is released in time', async (kind) => {
  const lock = makers[kind]()
  await acquire(lock)
  const results = newLog()
  await Bunch.run(3, acquireInTimeAndRelease, [lock, 50, results], async () => {
    await letBlock(3)
    lock.release()
  })
  equal(entriesOf(results).join(), times(3, 1).join())
})
export async function acquireInTimeAndRelease(
  lock: AnyLock,
  timeout: number,
  results: Log,
): Promise<void> {
  const acquired = await acquire(lock, timeout)
  append(results, acquired)
  if (acquired) lock.release()
}

export async function takeAndReturn(lock: AnyLock): Promise<void> {
  await acquire(lock)
}

locks.beyond(
  'a thread that returns without a release leaves it locked',
  async (kind) => {
    const lock = makers[kind]()
    const thread = new Thread({ target: takeAndReturn, args: [lock] })
    await start(thread)
    await join(thread)
    equal(lock.locked(), true)
    equal(await acquire(lock, 0.01), false)
    if (plain.includes(kind)) lock.release()
    else throws(() => lock.release(), unheld)
  },
  { forms: ['blocking', 'async'] },
)

export const suites = [locks]
export const run = runnerOf(suites)
