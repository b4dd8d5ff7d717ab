/** Condition: lock_tests.ConditionTests. As the lock it is, it is in locks.ts. */
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { Condition, Event, Lock, RLock } from '../../../main/threading/index.ts'
import {
  acquire,
  append,
  Bunch,
  clear,
  deeper,
  entriesOf,
  lengthOf,
  letBlock,
  newLog,
  pause,
  range,
  sortedEntries,
  times,
  until,
  wait,
  waitFor,
  withLock,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const makers = {
  'with an RLock': () => new Condition(),
  'with a Lock': () => new Condition(new Lock()),
  'with a Lock, handed off': () => new Condition(new Lock({ handOff: true })),
}
type Kind = keyof typeof makers
const kinds = Object.keys(makers) as Kind[]

const conditions = new Suite<Kind>(kinds)

conditions.follows(
  'lock_tests.ConditionTests.test_acquire',
  'its lock is an RLock of its own, or the one that it is given',
  async () => {
    const own = new Condition()
    await acquire(own)
    equal(deeper(own), true)
    own.release()
    equal(own.locked(), true)
    own.release()
    equal(own.locked(), false)
    const lock = new Lock()
    const condition = new Condition(lock)
    await acquire(condition)
    equal(lock.acquire(false), false)
    condition.release()
    equal(lock.acquire(false), true)
    equal(condition.acquire(false), false)
    lock.release()
    await withLock(condition, () => equal(lock.acquire(false), false))
    {
      using _held = condition.hold()
      equal(lock.locked(), true)
    }
    equal(lock.locked(), false)
  },
  { variants: ['with an RLock'] },
)

const unheldWait = { name: 'RuntimeError', message: 'cannot wait on un-acquired lock' }
const unheldNotify = { name: 'RuntimeError', message: 'cannot notify on un-acquired lock' }

conditions.follows(
  'lock_tests.ConditionTests.test_unacquired_wait',
  'a wait without the lock is refused',
  async (kind) => {
    const condition = makers[kind]()
    await rejects(wait(condition), unheldWait)
    await rejects(wait(condition, 0), unheldWait)
    // Said first, whatever else is wrong.
    await rejects(wait(condition, 1e100), unheldWait)
    for (const timeout of [undefined, 0, 1e100])
      await rejects(
        waitFor(condition, () => false, timeout),
        unheldWait,
      )
    // It does not come to a wait.
    equal(await waitFor(condition, () => 'now'), 'now')
  },
)

conditions.follows(
  'lock_tests.ConditionTests.test_unacquired_notify',
  'a notification without the lock is refused',
  (kind) => {
    const condition = makers[kind]()
    throws(() => condition.notify(), unheldNotify)
    throws(() => condition.notify(3), unheldNotify)
    throws(() => condition.notifyAll(), unheldNotify)
  },
)

export async function waitTwice(
  condition: Condition,
  phase: Log,
  ready: Log,
  first: Log,
  second: Log,
): Promise<void> {
  for (const results of [first, second]) {
    await acquire(condition)
    append(ready, 1)
    const result = await wait(condition)
    condition.release()
    append(results, (result ? 10 : 0) + (phase[0] ?? 0))
  }
}

async function notifiesInPhases(condition: Condition): Promise<void> {
  const [phase, ready, first, second] = [newLog(1), newLog(), newLog(), newLog()]
  await Bunch.run(5, waitTwice, [condition, phase, ready, first, second], async () => {
    const waiting = (count: number) =>
      until(`${count} are about to wait`, () => lengthOf(ready) === count)
    const notifyIn = async (number: number, notify: () => void) => {
      await acquire(condition)
      notify()
      // Whoever would go on without the lock would see the phase before.
      await letBlock(5)
      phase[0] = number
      condition.release()
    }
    await waiting(5)
    clear(ready)
    equal(lengthOf(first), 0)

    await notifyIn(1, () => condition.notify(3))
    await until('three went on', () => lengthOf(first) === 3)
    deepEqual(entriesOf(first), times(3, 11))
    deepEqual(entriesOf(second), [])
    await waiting(3)

    // Two in their first wait, three in their second.
    await notifyIn(2, () => condition.notify(5))
    await until('all went on', () => lengthOf(first) + lengthOf(second) === 8)
    deepEqual(sortedEntries(first), [...times(3, 11), ...times(2, 12)])
    deepEqual(entriesOf(second), times(3, 12))
    await waiting(5)

    await notifyIn(3, () => condition.notifyAll())
    await until('all are through', () => lengthOf(second) === 5)
    deepEqual(sortedEntries(second), [...times(3, 12), ...times(2, 13)])
  })
}

conditions.follows(
  'lock_tests.ConditionTests.test_notify',
  'a notification lets as many go on as it says, when the lock is free',
  async (kind) => {
    const condition = makers[kind]()
    await notifiesInPhases(condition)
    await notifiesInPhases(condition)
    equal(condition.locked(), false)
  },
)

export async function waitInTime(
  condition: Condition,
  timeouts: readonly number[],
  results: Log,
): Promise<void> {
  await acquire(condition)
  for (const timeout of timeouts) append(results, await wait(condition, timeout))
  condition.release()
}

conditions.follows(
  'lock_tests.ConditionTests.test_timeout',
  'wait gives false after the timeout, and holds the lock again',
  async (kind) => {
    const condition = makers[kind]()
    const results = newLog()
    await Bunch.run(5, waitInTime, [condition, [0.05, 0, -1], results])
    deepEqual(entriesOf(results), times(15, 0))
    equal(condition.locked(), false)
    await acquire(condition)
    equal(await wait(condition, 0.01), false)
    equal(condition.locked(), true)
    await rejects(wait(condition, 1e100), { name: 'OverflowError' })
    equal(condition.locked(), true)
    condition.release()
  },
)

export async function waitForState(
  condition: Condition,
  state: Log,
  timeout: number | undefined,
  results: Log,
): Promise<void> {
  await withLock(condition, async () => {
    append(results, await waitFor(condition, () => state[0] === 4, timeout))
    append(results, state[0] ?? -1)
  })
}

async function countTo(condition: Condition, state: Log, last: number): Promise<void> {
  while ((state[0] ?? 0) < last) {
    await pause(0.005)
    await withLock(condition, () => {
      state[0] = (state[0] ?? 0) + 1
      condition.notify()
    })
  }
}

conditions.follows(
  'lock_tests.ConditionTests.test_waitfor',
  'waitFor waits until the predicate holds, with the lock held',
  async (kind) => {
    const condition = makers[kind]()
    const [state, results] = [newLog(1), newLog()]
    await Bunch.run(1, waitForState, [condition, state, undefined, results], () =>
      countTo(condition, state, 4),
    )
    deepEqual(entriesOf(results), [1, 4])
  },
)

conditions.follows(
  'lock_tests.ConditionTests.test_waitfor_timeout',
  'waitFor gives what the predicate gave when the time is up',
  async (kind) => {
    const condition = makers[kind]()
    const [state, results] = [newLog(1), newLog()]
    await Bunch.run(1, waitForState, [condition, state, 0.1, results], () =>
      countTo(condition, state, 3),
    )
    equal(entriesOf(results)[0], 0)
    equal(condition.locked(), false)
  },
)

conditions.beyond(
  'waitFor looks before it waits, and once more after the time is up',
  async (kind) => {
    const condition = makers[kind]()
    for (const timeout of [0, -1]) {
      let looked = 0
      await withLock(condition, async () => {
        equal(await waitFor(condition, () => (looked++, ''), timeout), '')
      })
      equal(looked, 2)
    }
    await withLock(condition, async () => {
      equal(await waitFor(condition, () => 'at once', 0), 'at once')
      const failing = () => {
        throw new RangeError('in the predicate')
      }
      await rejects(waitFor(condition, failing), RangeError)
      equal(condition.locked(), true)
    })
    equal(condition.locked(), false)
  },
)

conditions.beyond('a notification that nobody waits for is not kept', async (kind) => {
  const condition = makers[kind]()
  await withLock(condition, async () => {
    condition.notify()
    condition.notify(3)
    condition.notifyAll()
    equal(await wait(condition, 0.01), false)
  })
})

export async function waitAndSay(condition: Condition, id: number, log: Log): Promise<void> {
  await withLock(condition, async () => {
    append(log, id)
    await wait(condition)
    append(log, 10 + id)
  })
}

async function waitingInOrder(
  condition: Condition,
  log: Log,
  block: () => Promise<void>,
): Promise<void> {
  const ids = range(4)
  await Bunch.of(
    ids.map((id) => [waitAndSay, [condition, id, log]]),
    async () => {
      await until('all wait', () => lengthOf(log) === 4)
      await block()
    },
  )
}

conditions.beyond('those who have waited longest are notified first', async (kind) => {
  const condition = makers[kind]()
  const log = newLog()
  await waitingInOrder(condition, log, async () => {
    const order = entriesOf(log)
    for (const [index, id] of order.entries()) {
      await withLock(condition, () => condition.notify())
      await until('one went on', () => lengthOf(log) === 5 + index)
      equal(entriesOf(log).at(-1), 10 + id)
    }
  })
})

conditions.beyond('notify(0) and less notify nobody; more than wait, all, once', async (kind) => {
  const condition = makers[kind]()
  const log = newLog()
  await waitingInOrder(condition, log, async () => {
    await withLock(condition, async () => {
      condition.notify(0)
      condition.notify(-2)
    })
    await letBlock(4)
    equal(lengthOf(log), 4)
    await withLock(condition, () => condition.notify(100))
    await until('all went on', () => lengthOf(log) === 8)
    // Nothing is left of it.
    await withLock(condition, async () => equal(await wait(condition, 0.01), false))
  })
})

export async function waitDeep(condition: Condition, deep: Event, log: Log): Promise<void> {
  await acquire(condition)
  for (let time = 0; time < 4; time++) deeper(condition)
  deep.set()
  append(log, await wait(condition))
  for (let time = 0; time < 5; time++) {
    append(log, condition.locked())
    condition.release()
  }
}

conditions.beyond(
  'a wait gives up all levels of an RLock, and has them again afterwards',
  async () => {
    const condition = new Condition(new RLock())
    const deep = new Event()
    const log = newLog()
    await Bunch.run(1, waitDeep, [condition, deep, log], async () => {
      await wait(deep)
      await acquire(condition)
      deeper(condition)
      condition.notify()
      condition.release()
      await letBlock(1)
      // Notified, and still without the lock.
      equal(lengthOf(log), 0)
      condition.release()
    })
    deepEqual(entriesOf(log), times(6, 1))
    equal(condition.locked(), false)
  },
  { variants: ['with an RLock'] },
)

export async function consume(
  notEmpty: Condition,
  notFull: Condition,
  items: Log,
  count: number,
): Promise<void> {
  for (let time = 0; time < count; time++)
    await withLock(notEmpty, async () => {
      await waitFor(notEmpty, () => (items[0] ?? 0) > 0)
      items[0] = (items[0] ?? 0) - 1
      notFull.notify()
    })
}
export async function produce(
  notEmpty: Condition,
  notFull: Condition,
  items: Log,
  count: number,
): Promise<void> {
  for (let time = 0; time < count; time++)
    await withLock(notFull, async () => {
      await waitFor(notFull, () => (items[0] ?? 0) < 2)
      items[0] = (items[0] ?? 0) + 1
      items[1] = Math.max(items[1] ?? 0, items[0])
      notEmpty.notify()
    })
}

conditions.beyond(
  'two conditions on one lock make a bounded buffer, as in the documentation',
  async () => {
    const lock = new Lock()
    const both = [new Condition(lock), new Condition(lock)] as const
    const items = newLog(2)
    const args = [...both, items, 40] as const
    await Bunch.of([...times(2, [consume, args] as const), ...times(2, [produce, args] as const)])
    deepEqual([items[0], items[1]], [0, 2])
  },
  { variants: ['with a Lock'] },
)

export const suites = [conditions]
export const run = runnerOf(suites)
