/** Locks and their like between processes: _TestLock to _TestBarrier, and the documentation. */
import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import type { Process } from '../../../main/multiprocessing/index.ts'
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  Pipe,
  Queue,
  RLock,
  Semaphore,
  Value,
  type Connection,
} from '../../../main/multiprocessing/index.ts'
import { BrokenBarrierError, exit, sleep, Thread } from '../../../main/threading/index.ts'
import { runtime } from '../../../main/threading/runtime.ts'
import { begin, call, fails, get, joined, PATIENCE, pause, until } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

type Typed = ReturnType<typeof Value<'i'>>

const TOO_OFTEN = /^semaphore or lock released too many times$/
const release = (lock: Lock | RLock | Semaphore | Condition) => call(lock, 'release')
const acquire = (lock: Lock | RLock | Semaphore | Condition, block = true, timeout?: number) =>
  call(lock as Lock, 'acquire', block, timeout)

const locks = new Suite(['processes'])

export function tryLock(lock: Lock | RLock, results: Queue): void {
  results.put(lock.acquire(false))
  results.put(lock.acquire(true, 0.01))
  results.put(lock.acquire(true, -1))
  results.put(lock.acquire(true, 0))
  try {
    lock.release()
    results.put('released')
  } catch (error) {
    results.put(String(error))
  }
}

locks.follows(
  '_test_multiprocessing._TestLock.test_lock',
  'a Lock: once, from one process, released from any',
  async () => {
    const lock = new Lock()
    const results = new Queue()
    equal(await acquire(lock), true)
    equal(await acquire(lock, false), false)
    equal(await acquire(lock, true, 0.01), false)
    const child = await begin(tryLock, [lock, results])
    for (let each = 0; each < 4; each++) equal(await get(results, PATIENCE), false)
    equal(await get(results, PATIENCE), 'released')
    await joined(child)
    equal(await acquire(lock, false), true)
    equal(await release(lock), undefined)
    await fails(() => release(lock), 'ValueError', TOO_OFTEN)
  },
)

locks.follows(
  '_test_multiprocessing._TestLock.test_rlock',
  'an RLock: several times from its owner, released by nobody else',
  async () => {
    const lock = new RLock()
    const results = new Queue()
    const words = /^AssertionError: attempt to release recursive lock not owned by thread$/
    for (let each = 0; each < 3; each++) equal(await acquire(lock, runtime.mayBlock), true)
    const child = await begin(tryLock, [lock, results])
    for (let each = 0; each < 4; each++) equal(await get(results, PATIENCE), false)
    match(String(await get(results, PATIENCE)), words)
    await joined(child)
    for (let each = 0; each < 3; each++) equal(await release(lock), undefined)
    // CPython has a RuntimeError or AssertionError here, from C or Python.
    await fails(() => release(lock), 'AssertionError', /not owned by thread/)
  },
  // Levels belong to a thread; tasks of an event loop exclude each other.
  { forms: ['blocking'] },
)

locks.follows('_test_multiprocessing._TestLock.test_lock_context', 'with', async () => {
  const lock = new Lock()
  const body = async () => {
    equal(await acquire(lock, false), false)
    return 'result'
  }
  equal(await lock.withLockAsync(body), 'result')
  await fails(() => lock.withLockAsync(() => Promise.reject(new RangeError('out'))), 'RangeError')
  {
    using _held = runtime.mayBlock ? lock.hold() : await lock.holdAsync()
    equal(await acquire(lock, false), false)
  }
  equal(await acquire(lock, false), true)
  await release(lock)
})

for (const bounded of [false, true])
  locks.follows(
    bounded
      ? '_test_multiprocessing._TestSemaphore.test_bounded_semaphore'
      : [
          '_test_multiprocessing._TestSemaphore.test_semaphore',
          '_test_multiprocessing._TestSemaphore.test_timeout',
        ],
    `${bounded ? 'BoundedSemaphore' : 'Semaphore'}: permits, timeouts, the bound`,
    async () => {
      const semaphore = bounded ? new BoundedSemaphore(2) : new Semaphore(2)
      const value = () => call(semaphore, 'getValue')
      equal(await value(), 2)
      equal(await acquire(semaphore), true)
      equal(await value(), 1)
      equal(await acquire(semaphore), true)
      equal(await value(), 0)
      equal(await acquire(semaphore, false), false)
      equal(await acquire(semaphore, false, 5), false)
      equal(await acquire(semaphore, true, 0), false)
      equal(await acquire(semaphore, true, -1), false)
      equal(await acquire(semaphore, true, 0.05), false)
      equal(await value(), 0)
      equal(await release(semaphore), undefined)
      equal(await value(), 1)
      equal(await release(semaphore), undefined)
      equal(await value(), 2)
      if (bounded) await fails(() => release(semaphore), 'ValueError', TOO_OFTEN)
      else equal(await release(semaphore), undefined)
      equal(await value(), bounded ? 2 : 3)
    },
  )

locks.beyond('values of semaphores that there are not', () => {
  throws(() => new Semaphore(-1), { name: 'ValueError' })
  throws(() => new BoundedSemaphore(-1), { name: 'ValueError' })
  throws(() => new Semaphore(2 ** 31), Error)
  throws(() => new Semaphore(1.5), { name: 'TypeError' })
  throws(() => new Semaphore('1' as never), { name: 'TypeError' })
  throws(() => new Barrier('1' as never), { name: 'TypeError' })
  new Semaphore(0)
})

locks.beyond('true is one: a permit, a party', async () => {
  const semaphore = new BoundedSemaphore(true as never)
  equal(await call(semaphore, 'getValue'), 1)
  equal(await call(new Barrier(true as never), 'wait'), 0)
})

const conditions = new Suite(['Condition'])

export function sleepIn(
  condition: Condition,
  sleeping: Semaphore,
  woken: Semaphore,
  timeout?: number,
): void {
  condition.acquire()
  sleeping.release()
  condition.wait(timeout)
  woken.release()
  condition.release()
}

/** CPython starts a process for each; here two of its threads wait. */
export function twoSleepIn(...args: Parameters<typeof sleepIn>): void {
  const thread = new Thread({ target: sleepIn, args })
  thread.start()
  sleepIn(...args)
  thread.join()
}

/** Two waiters in another process, one in this; all of them asleep. */
async function threeSleepIn(
  condition: Condition,
  sleeping: Semaphore,
  woken: Semaphore,
  timeout?: number,
): Promise<() => Promise<void>> {
  const args: Parameters<typeof sleepIn> = [condition, sleeping, woken, timeout]
  const child = await begin(twoSleepIn, args)
  const thread = new Thread({ target: sleepIn, args })
  await call(thread, 'start')
  for (let each = 0; each < 3; each++) equal(await acquire(sleeping, true, PATIENCE), true)
  return async () => {
    await joined(child)
    await call(thread, 'join', PATIENCE)
    equal(thread.isAlive(), false)
  }
}

const notifyUnder = async (condition: Condition, notify: () => unknown) => {
  await acquire(condition)
  await notify()
  await release(condition)
}

conditions.follows(
  [
    '_test_multiprocessing._TestCondition.test_notify',
    '_test_multiprocessing._TestCondition.test_notify_n',
  ],
  'notify wakes one, or as many as it says, in whichever process',
  async () => {
    const condition = new Condition()
    const sleeping = new Semaphore(0)
    const woken = new Semaphore(0)
    const ended = await threeSleepIn(condition, sleeping, woken)
    const count = () => call(woken, 'getValue')
    equal(await count(), 0)
    await notifyUnder(condition, () => call(condition, 'notify'))
    await until('one has woken', async () => (await count()) === 1)
    await pause(0.05)
    equal(await count(), 1)
    await notifyUnder(condition, () => call(condition, 'notify', 2))
    await until('all have woken', async () => (await count()) === 3)
    // Nobody is there any more.
    await notifyUnder(condition, () => call(condition, 'notify', 3))
    await ended()
    equal(await count(), 3)
  },
)

conditions.follows(
  '_test_multiprocessing._TestCondition.test_notify_all',
  'notifyAll wakes all; those whose time is over are counted no more',
  async () => {
    const condition = new Condition()
    const sleeping = new Semaphore(0)
    const woken = new Semaphore(0)
    const over = await threeSleepIn(condition, sleeping, woken, 0.05)
    await over()
    for (let each = 0; each < 3; each++) equal(await acquire(woken, true, PATIENCE), true)
    const ended = await threeSleepIn(condition, sleeping, woken)
    equal(await call(woken, 'getValue'), 0)
    await notifyUnder(condition, () => call(condition, 'notifyAll'))
    await ended()
    equal(await call(woken, 'getValue'), 3)
  },
)

conditions.follows(
  '_test_multiprocessing._TestCondition.test_timeout',
  'a wait whose time is over gives false, and the lock is held again',
  async () => {
    for (const lock of [undefined, new Lock(), new RLock()]) {
      const condition = new Condition(lock)
      await acquire(condition)
      equal(await call(condition, 'wait', 0.02), false)
      equal(await call(condition, 'wait', 0), false)
      equal(await call(condition, 'wait', -1), false)
      await release(condition)
      const name = lock instanceof Lock ? 'ValueError' : 'AssertionError'
      // An event loop would have to ask the owner of a lock that is not its own.
      if (runtime.mayBlock) await fails(() => release(condition), name)
    }
  },
)

conditions.beyond('without the lock: neither wait nor notify', async () => {
  const condition = new Condition()
  const words = /^must acquire\(\) condition before using wait\(\)$/
  await fails(() => call(condition, 'wait', 0), 'AssertionError', words)
  await fails(() => call(condition, 'notify'), 'AssertionError', /^lock is not owned$/)
  await fails(() => call(condition, 'notifyAll'), 'AssertionError', /^lock is not owned$/)
})

export function waitForFour(condition: Condition, state: Typed): void {
  condition.withLock(() => {
    state.value = 0
    condition.notify()
    const result = condition.waitFor(() => state.value === 4)
    if (!result || state.value !== 4) exit(1)
  })
}

const valueOf = (value: Typed) => (runtime.mayBlock ? value.value : value.getAsync())

async function waitUntil(condition: Condition, predicate: () => boolean): Promise<boolean> {
  return runtime.mayBlock
    ? condition.waitFor(predicate, PATIENCE)
    : condition.waitForAsync(predicate, PATIENCE)
}

conditions.follows(
  '_test_multiprocessing._TestCondition.test_waitfor',
  'waitFor: until the predicate holds, in both processes',
  async () => {
    const condition = new Condition()
    const state = Value('i', -1)
    const child = await begin(waitForFour, [condition, state])
    await condition.withLockAsync(async () => {
      equal(await waitUntil(condition, () => state.getObj().value === 0), true)
      equal(await valueOf(state), 0)
    })
    for (let each = 0; each < 4; each++) {
      await pause(0.01)
      await condition.withLockAsync(async () => {
        const next = (await valueOf(state)) + 1
        if (runtime.mayBlock) state.value = next
        else await state.setAsync(next)
        await call(condition, 'notify')
      })
    }
    await joined(child)
  },
)

export function waitForInVain(condition: Condition, results: Queue, started: Semaphore): void {
  started.release()
  condition.withLock(() => {
    let asked = 0
    const result = condition.waitFor(() => {
      asked++
      return false
    }, 0.1)
    results.put([result, asked >= 1])
  })
}

conditions.follows(
  '_test_multiprocessing._TestCondition.test_waitfor_timeout',
  'waitFor gives what the predicate gave last when the time is over',
  async () => {
    const condition = new Condition()
    const results = new Queue()
    const started = new Semaphore(0)
    const child = await begin(waitForInVain, [condition, results, started])
    equal(await acquire(started, true, PATIENCE), true)
    for (let each = 0; each < 3; each++) {
      await notifyUnder(condition, () => call(condition, 'notify'))
      await pause(0.01)
    }
    deepEqual(await get(results, PATIENCE), [false, true])
    await joined(child)
  },
)

export function notifyOnce(condition: Condition): void {
  condition.withLock(() => condition.notify())
}

conditions.follows(
  '_test_multiprocessing._TestCondition.test_wait_result',
  'wait says whether it was notified',
  async () => {
    const condition = new Condition()
    await acquire(condition)
    equal(await call(condition, 'wait', 0), false)
    equal(await call(condition, 'wait', 0.05), false)
    const child = await begin(notifyOnce, [condition])
    equal(await call(condition, 'wait', PATIENCE), true)
    await release(condition)
    await joined(child)
  },
)

const events = new Suite(['Event'])

export function setSoon(event: Event): void {
  sleep(0.05)
  event.set()
}

events.follows('_test_multiprocessing._TestEvent.test_event', 'set, clear, wait', async () => {
  const event = new Event()
  const isSet = () => call(event, 'isSet')
  equal(await isSet(), false)
  equal(await call(event, 'wait', 0), false)
  equal(await call(event, 'wait', -1), false)
  equal(await call(event, 'wait', 0.05), false)
  await call(event, 'set')
  await call(event, 'set')
  equal(await isSet(), true)
  equal(await call(event, 'wait'), true)
  equal(await call(event, 'wait', 0), true)
  equal(await call(event, 'wait', 0.05), true)
  await call(event, 'clear')
  equal(await isSet(), false)
  const child = await begin(setSoon, [event])
  equal(await call(event, 'wait'), true)
  await joined(child)
})

const barriers = new Suite(['Barrier'])
const PARTIES = 3

interface Party {
  readonly barrier: Barrier
  readonly results: Queue<string>
}

/** The others than this thread's: in one process, a thread each. */
export function others(run: string, barrier: Barrier, results: Queue<string>): void {
  const threads = Array.from(
    { length: PARTIES - 2 },
    () => new Thread({ target: party, args: [run, barrier, results] }),
  )
  for (const thread of threads) thread.start()
  party(run, barrier, results)
  for (const thread of threads) thread.join()
}

export function party(run: string, barrier: Barrier, results: Queue<string>): void {
  parties[run]?.({ barrier, results })
}

const parties: Readonly<Record<string, (party: Party) => void>> = {
  lockstep({ barrier, results }) {
    for (let pass = 0; pass < 10; pass++) {
      results.put(`before ${pass}`)
      barrier.wait()
      results.put(`after ${pass}`)
      barrier.wait()
    }
    results.put(`${barrier.nWaiting <= PARTIES} ${barrier.broken}`)
  },
  returns({ barrier, results }) {
    results.put(String(barrier.wait()))
  },
  aborts({ barrier, results }) {
    try {
      if (barrier.wait() === 1) {
        barrier.abort()
        return
      }
      barrier.wait()
      results.put('passed')
    } catch (error) {
      results.put(error instanceof BrokenBarrierError ? 'broken' : String(error))
    }
  },
  resets({ barrier, results }) {
    if (barrier.wait() === 1) {
      while (barrier.nWaiting < PARTIES - 1) sleep(0.001)
      barrier.reset()
    } else {
      try {
        barrier.wait()
        results.put('passed')
      } catch (error) {
        results.put(error instanceof BrokenBarrierError ? 'broken' : String(error))
      }
    }
    barrier.wait()
    results.put('again')
  },
  late({ barrier, results }) {
    try {
      if (barrier.wait() === 1) sleep(0.5)
      barrier.wait(0.1)
      results.put('passed')
    } catch (error) {
      results.put(error instanceof BrokenBarrierError ? 'broken' : String(error))
    }
  },
  lateByDefault({ barrier, results }) {
    try {
      if (barrier.wait(PATIENCE) === 1) sleep(0.8)
      barrier.wait()
      results.put('passed')
    } catch (error) {
      results.put(error instanceof BrokenBarrierError ? 'broken' : String(error))
    }
  },
}

/** All parties, one in this process, do that; gives what they put. */
async function together(run: string, barrier: Barrier, expected: number): Promise<string[]> {
  const results = new Queue<string>()
  const child = await begin(others, [run, barrier, results])
  const thread = new Thread({ target: party, args: [run, barrier, results] })
  await call(thread, 'start')
  const found: string[] = []
  for (let each = 0; each < expected; each++) found.push(await get(results, PATIENCE))
  await joined(child)
  await call(thread, 'join', PATIENCE)
  equal(results.qsize(), 0)
  return found
}

const state = async (barrier: Barrier) => {
  const { nWaiting, broken } = runtime.mayBlock ? barrier : await barrier.stateAsync()
  return { nWaiting, broken }
}
const sorted = (texts: readonly string[]) => [...texts].sort()
const times = (count: number, text: string) => Array.from({ length: count }, () => text)

barriers.follows(
  [
    '_test_multiprocessing._TestBarrier.test_barrier',
    '_test_multiprocessing._TestBarrier.test_barrier_10',
  ],
  'passed in lockstep, ten times',
  async () => {
    const barrier = new Barrier(PARTIES, { timeout: PATIENCE })
    equal(barrier.parties, PARTIES)
    const found = await together('lockstep', barrier, PARTIES * 21)
    // One process's items may overtake the other's; each has both of every pass.
    for (let pass = 0; pass < 10; pass++) {
      equal(found.filter((text) => text === `before ${pass}`).length, PARTIES)
      equal(found.filter((text) => text === `after ${pass}`).length, PARTIES)
    }
    equal(found.filter((text) => text === 'true false').length, PARTIES)
    deepEqual(await state(barrier), { nWaiting: 0, broken: false })
  },
)

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_wait_return',
  'each is given its number',
  async () => {
    const barrier = new Barrier(PARTIES, { timeout: PATIENCE })
    deepEqual(sorted(await together('returns', barrier, PARTIES)), ['0', '1', '2'])
  },
)

const ran = { here: 0 }
export function act(): void {
  ran.here++
}

export function failingAction(): void {
  throw new RangeError('in the action')
}

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_action',
  'one of them runs the action before all go on; one that throws breaks the barrier',
  async () => {
    ran.here = 0
    const alone = new Barrier(1, { action: act })
    equal(await call(alone, 'wait'), 0)
    equal(await call(alone, 'wait'), 0)
    equal(ran.here, 2)
    const failing = new Barrier(1, { action: failingAction })
    await fails(() => call(failing, 'wait'), 'RangeError', /in the action/)
    equal((await state(failing)).broken, true)
    await fails(() => call(failing, 'wait'), 'BrokenBarrierError')
    await call(failing, 'reset')
    equal((await state(failing)).broken, false)
    const shared = new Barrier(PARTIES, { action: act, timeout: PATIENCE })
    deepEqual(sorted(await together('returns', shared, PARTIES)), ['0', '1', '2'])
  },
)

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_abort',
  'abort breaks it for those who wait and those who come',
  async () => {
    const barrier = new Barrier(PARTIES, { timeout: PATIENCE })
    const found = await together('aborts', barrier, PARTIES - 1)
    deepEqual(found, times(PARTIES - 1, 'broken'))
    equal((await state(barrier)).broken, true)
    await fails(() => call(barrier, 'wait'), 'BrokenBarrierError')
  },
)

barriers.follows(
  [
    '_test_multiprocessing._TestBarrier.test_reset',
    '_test_multiprocessing._TestBarrier.test_abort_and_reset',
  ],
  'reset throws out those who wait; then, and after an abort, it can be passed again',
  async () => {
    const barrier = new Barrier(PARTIES, { timeout: PATIENCE })
    const found = await together('resets', barrier, PARTIES - 1 + PARTIES)
    deepEqual(sorted(found), [...times(PARTIES, 'again'), ...times(PARTIES - 1, 'broken')])
    await call(barrier, 'abort')
    equal((await state(barrier)).broken, true)
    await call(barrier, 'reset')
    equal((await state(barrier)).broken, false)
    deepEqual(sorted(await together('returns', barrier, PARTIES)), ['0', '1', '2'])
  },
)

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_timeout',
  'a timeout of one breaks it for all',
  async () => {
    const barrier = new Barrier(PARTIES)
    deepEqual(await together('late', barrier, PARTIES), times(PARTIES, 'broken'))
    equal((await state(barrier)).broken, true)
  },
)

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_default_timeout',
  'the timeout of the barrier itself',
  async () => {
    const barrier = new Barrier(PARTIES, { timeout: 0.2 })
    deepEqual(await together('lateByDefault', barrier, PARTIES), times(PARTIES, 'broken'))
  },
)

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_single_thread',
  'a barrier of one; of none there is none',
  async () => {
    const barrier = new Barrier(1)
    equal(await call(barrier, 'wait'), 0)
    equal(await call(barrier, 'wait', 0), 0)
    throws(() => new Barrier(0), Error)
    const two = new Barrier(2)
    await fails(() => call(two, 'wait', 0.02), 'BrokenBarrierError')
  },
)

export function passOften(
  barrier: Barrier,
  passes: number,
  connection: Connection,
  lock: Lock,
): void {
  for (let pass = 0; pass < passes; pass++) {
    barrier.wait()
    lock.withLock(() => connection.send(pass))
  }
}

barriers.follows(
  '_test_multiprocessing._TestBarrier.test_thousand',
  'many passes: no process is a pass ahead',
  async () => {
    const passes = 100
    const barrier = new Barrier(2, { timeout: PATIENCE })
    const lock = new Lock()
    const [reader, writer] = Pipe(false)
    const children: Process[] = []
    for (let each = 0; each < 2; each++)
      children.push(await begin(passOften, [barrier, passes, writer, lock]))
    const received: number[] = []
    for (let each = 0; each < 2 * passes; each++) received.push(Number(await call(reader, 'recv')))
    for (let pass = 0; pass < passes; pass++)
      equal(received.filter((each) => each === pass).length, 2)
    // Ways through the broker differ in length; by more than a pass they cannot.
    ok(received.every((pass, at) => Math.abs(pass - Math.floor(at / 2)) <= 1))
    for (const child of children) await joined(child)
  },
)

export function countUp(value: Typed, lock: Lock, times: number): void {
  for (let time = 0; time < times; time++) lock.withLock(() => value.getObj().value++)
}

locks.beyond('threads of two processes exclude each other', async () => {
  const lock = new Lock()
  const value = Value('i', 0)
  const child = await begin(countUp, [value, lock, 100])
  const thread = new Thread({ target: countUp, args: [value, lock, 100] })
  await call(thread, 'start')
  await joined(child)
  await call(thread, 'join', PATIENCE)
  equal(value.getObj().value, 200)
})

export function holdAndDie(lock: Lock, held: Event): void {
  lock.acquire()
  held.set()
  sleep(60)
}

locks.beyond('a process killed with the lock: who waits is told', async () => {
  const lock = new Lock()
  const held = new Event()
  const child = await begin(holdAndDie, [lock, held])
  equal(await call(held, 'wait', PATIENCE), true)
  equal(await acquire(lock, false), false)
  child.kill()
  await joined(child, -9)
  await fails(() => acquire(lock, true, PATIENCE), 'LockAbandoned')
  await release(lock)
  equal(await acquire(lock, true, PATIENCE), true)
  await release(lock)
})

export const suites = [locks, conditions, events, barriers]
export const run = runnerOf(suites)
