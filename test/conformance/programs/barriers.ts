/** Barrier: lock_tests.BarrierTests. */
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import {
  Barrier,
  BrokenBarrierError,
  Event,
  Lock,
  RuntimeError,
} from '../../../main/threading/index.ts'
import {
  acquire,
  append,
  Bunch,
  entriesOf,
  lengthOf,
  newLog,
  pause,
  range,
  sortedEntries,
  until,
  wait,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const PARTIES = 5
/** In seconds: nobody is to wait so long. */
const TIMEOUT = 50
const barriers = new Suite(['Barrier'])
const makeBarrier = () => new Barrier(PARTIES, { timeout: TIMEOUT })

barriers.follows(
  'lock_tests.BarrierTests.test_constructor',
  'less than one party is refused',
  () => {
    const refused = { name: 'ValueError', message: 'parties must be > 0' }
    throws(() => new Barrier(0), refused)
    throws(() => new Barrier(-1), refused)
    const barrier = new Barrier(3)
    deepEqual([barrier.parties, barrier.nWaiting, barrier.broken], [3, 0, false])
  },
)

export async function passOften(
  barrier: Barrier,
  rounds: number,
  before: Log,
  after: Log,
): Promise<void> {
  for (const round of range(rounds)) {
    append(before, 1)
    equal(lengthOf(after), round * barrier.parties)
    await wait(barrier)
    append(after, 1)
    equal(lengthOf(before), (round + 1) * barrier.parties)
    await wait(barrier)
  }
  equal(barrier.broken, false)
}

barriers.follows(
  ['lock_tests.BarrierTests.test_barrier', 'lock_tests.BarrierTests.test_barrier_10'],
  'it is passed in lockstep, round after round',
  async () => {
    const barrier = makeBarrier()
    await Bunch.run(PARTIES, passOften, [barrier, 10, newLog(), newLog()])
    deepEqual([barrier.nWaiting, barrier.broken], [0, false])
  },
)

export async function passOnce(barrier: Barrier, indices: Log): Promise<void> {
  append(indices, await wait(barrier))
}

barriers.follows(
  'lock_tests.BarrierTests.test_wait_return',
  'each thread gets an index of its own, in every round',
  async () => {
    const barrier = makeBarrier()
    for (let time = 0; time < 3; time++) {
      const indices = newLog()
      await Bunch.run(PARTIES, passOnce, [barrier, indices])
      deepEqual(sortedEntries(indices), range(PARTIES))
    }
  },
)

/** Of the thread that came last: the action has no arguments. */
let actions: Log
export function act(): void {
  append(actions, 1)
}
export async function passWithAction(barrier: Barrier, log: Log): Promise<void> {
  actions = log
  await wait(barrier)
  equal(lengthOf(log), 1)
}

barriers.follows(
  'lock_tests.BarrierTests.test_action',
  'the action is called once, before anybody goes on',
  async () => {
    const log = newLog()
    await Bunch.run(PARTIES, passWithAction, [new Barrier(PARTIES, { action: act }), log])
    equal(lengthOf(log), 1)
  },
)

export function fail(): void {
  throw new RangeError('in the action')
}
export async function passFailing(barrier: Barrier, failed: Log, broken: Log): Promise<void> {
  try {
    await wait(barrier)
  } catch (error) {
    if (error instanceof RangeError) append(failed, 1)
    else if (error instanceof BrokenBarrierError) append(broken, 1)
    else throw error
  }
}

barriers.beyond(
  'an action that throws does so in the thread that called it, and breaks the barrier',
  async () => {
    const barrier = new Barrier(PARTIES, { action: fail })
    const [failed, broken] = [newLog(), newLog()]
    await Bunch.run(PARTIES, passFailing, [barrier, failed, broken])
    deepEqual([lengthOf(failed), lengthOf(broken), barrier.broken], [1, PARTIES - 1, true])
    await rejects(wait(barrier), BrokenBarrierError)
    barrier.reset()
    deepEqual([barrier.broken, barrier.nWaiting], [false, 0])
  },
)

/** One of them gives up where the others wait. */
async function waitUnlessOne(barrier: Barrier, through: Log, broken: Log): Promise<void> {
  try {
    if ((await wait(barrier)) === Math.floor(PARTIES / 2)) {
      barrier.abort()
      return
    }
    await wait(barrier)
    append(through, 1)
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error
    append(broken, 1)
  }
}
export const waitUnlessAborted = waitUnlessOne

barriers.follows(
  'lock_tests.BarrierTests.test_abort',
  'abort() breaks it for all who wait and come to wait',
  async () => {
    const barrier = makeBarrier()
    const [through, broken] = [newLog(), newLog()]
    await Bunch.run(PARTIES, waitUnlessAborted, [barrier, through, broken])
    deepEqual([lengthOf(through), lengthOf(broken), barrier.broken], [0, PARTIES - 1, true])
    await rejects(wait(barrier), BrokenBarrierError)
    await rejects(wait(barrier, 0), BrokenBarrierError)
    barrier.abort()
    equal(barrier.broken, true)
  },
)

export async function waitUnlessReset(
  barrier: Barrier,
  through: Log,
  broken: Log,
  again: Log,
): Promise<void> {
  if ((await wait(barrier)) === Math.floor(PARTIES / 2)) {
    await until('the others wait', () => barrier.nWaiting >= PARTIES - 1)
    barrier.reset()
  } else
    try {
      await wait(barrier)
      append(through, 1)
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error
      append(broken, 1)
    }
  await wait(barrier)
  append(again, 1)
}

barriers.follows(
  'lock_tests.BarrierTests.test_reset',
  'reset() frees those who wait with BrokenBarrierError, and it can be passed again',
  async () => {
    const barrier = makeBarrier()
    const logs = [newLog(), newLog(), newLog()] as const
    await Bunch.run(PARTIES, waitUnlessReset, [barrier, ...logs])
    deepEqual(logs.map(lengthOf), [0, PARTIES - 1, PARTIES])
    equal(barrier.broken, false)
  },
)

export async function abortAndReset(
  barrier: Barrier,
  other: Barrier,
  through: Log,
  broken: Log,
  again: Log,
): Promise<void> {
  await waitUnlessOne(barrier, through, broken)
  if ((await wait(other)) === Math.floor(PARTIES / 2)) barrier.reset()
  await wait(other)
  await wait(barrier)
  append(again, 1)
}

barriers.follows(
  'lock_tests.BarrierTests.test_abort_and_reset',
  'reset() makes a broken one whole',
  async () => {
    const logs = [newLog(), newLog(), newLog()] as const
    await Bunch.run(PARTIES, abortAndReset, [makeBarrier(), makeBarrier(), ...logs])
    deepEqual(logs.map(lengthOf), [0, PARTIES - 1, PARTIES])
  },
)

export async function waitWithLateOne(barrier: Barrier, late: Event): Promise<void> {
  const isLate = (await wait(barrier)) === Math.floor(PARTIES / 2)
  if (isLate) await wait(late)
  try {
    await rejects(wait(barrier, 0.05), { name: 'BrokenBarrierError' })
  } finally {
    late.set()
  }
}

barriers.follows(
  'lock_tests.BarrierTests.test_timeout',
  'a timeout that passes breaks it for all',
  async () => {
    const barrier = makeBarrier()
    await Bunch.run(PARTIES, waitWithLateOne, [barrier, new Event()])
    equal(barrier.broken, true)
  },
)

export async function waitForNobody(barrier: Barrier): Promise<void> {
  await rejects(wait(barrier), BrokenBarrierError)
}

barriers.follows(
  'lock_tests.BarrierTests.test_default_timeout',
  'its own timeout holds where wait is given none',
  async () => {
    const barrier = new Barrier(2, { timeout: 0.05 })
    await Bunch.run(1, waitForNobody, [barrier])
    equal(barrier.broken, true)
    barrier.reset()
    // Longer than its own, and the other one comes after its own would have passed.
    const indices = newLog()
    await Bunch.of([
      [passInTime, [barrier, 0, TIMEOUT, indices]],
      [passInTime, [barrier, 0.1, TIMEOUT, indices]],
    ])
    deepEqual(sortedEntries(indices), [0, 1])
  },
)
export async function passInTime(
  barrier: Barrier,
  delay: number,
  timeout: number,
  indices: Log,
): Promise<void> {
  await pause(delay)
  append(indices, await wait(barrier, timeout))
}

barriers.follows(
  'lock_tests.BarrierTests.test_single_thread',
  'one party passes at once',
  async () => {
    const barrier = new Barrier(1)
    equal(await wait(barrier), 0)
    equal(await wait(barrier, 0), 0)
    equal(await wait(barrier, -1), 0)
    deepEqual([barrier.nWaiting, barrier.broken], [0, false])
  },
)

barriers.follows(
  'lock_tests.BarrierTests.test_repr',
  'nWaiting and broken say how it is',
  async () => {
    const barrier = new Barrier(3)
    const indices = newLog()
    equal(barrier.nWaiting, 0)
    await Bunch.run(2, passOnce, [barrier, indices], async () => {
      await until('two wait', () => barrier.nWaiting === 2)
      equal(barrier.broken, false)
      equal(await wait(barrier), 2)
    })
    deepEqual([barrier.nWaiting, barrier.broken], [0, false])
    barrier.abort()
    deepEqual([barrier.nWaiting, barrier.broken], [0, true])
  },
)

barriers.beyond('no time breaks it at once, unless the last one comes', async () => {
  for (const timeout of [0, -1]) {
    const barrier = new Barrier(2)
    await rejects(wait(barrier, timeout), BrokenBarrierError)
    equal(barrier.broken, true)
  }
  await rejects(wait(new Barrier(2), 1e100), { name: 'OverflowError' })
})

barriers.beyond('reset() of one in which nobody waits leaves it whole', async () => {
  const barrier = new Barrier(2)
  barrier.reset()
  barrier.reset()
  equal(barrier.broken, false)
  const indices = newLog()
  await Bunch.run(2, passOnce, [barrier, indices])
  deepEqual(sortedEntries(indices), [0, 1])
})

export async function waitBroken(barrier: Barrier, broken: Log): Promise<void> {
  await rejects(wait(barrier), BrokenBarrierError)
  append(broken, 1)
}

barriers.beyond('reset() and abort() from outside reach all who wait', async () => {
  const barrier = new Barrier(4)
  for (const end of [() => barrier.reset(), () => barrier.abort()]) {
    const broken = newLog()
    await Bunch.run(3, waitBroken, [barrier, broken], async () => {
      await until('three wait', () => barrier.nWaiting === 3)
      end()
    })
    equal(lengthOf(broken), 3)
  }
  equal(barrier.broken, true)
})

barriers.beyond(
  'BrokenBarrierError is a RuntimeError',
  async () => {
    const barrier = new Barrier(2)
    barrier.abort()
    await rejects(wait(barrier), RuntimeError)
    await rejects(wait(barrier), { name: 'BrokenBarrierError' })
  },
  { forms: ['blocking', 'async'] },
)

export async function passCounted(barrier: Barrier, rounds: number, indices: Log): Promise<void> {
  for (let time = 0; time < rounds; time++) append(indices, await wait(barrier))
}

barriers.beyond('each round has all indices, however fast it comes round', async () => {
  const [rounds, parties] = [40, 3]
  const indices = newLog()
  await Bunch.run(parties, passCounted, [new Barrier(parties), rounds, indices])
  const entries = entriesOf(indices)
  for (const index of range(parties))
    equal(entries.filter((entry) => entry === index).length, rounds)
})

/** CPython's own test of its locks: a barrier made of them. */
export async function passHandMade(
  parties: number,
  rounds: number,
  words: Log,
  checkIn: Lock,
  checkOut: Lock,
): Promise<void> {
  for (const round of range(rounds)) {
    await acquire(checkIn)
    words[0] = (words[0] ?? 0) + 1
    words[2] = (words[2] ?? 0) + 1
    if (words[0] === parties) {
      words[0] = parties - 1
      checkOut.release()
    } else {
      checkIn.release()
      await acquire(checkOut)
      words[0] -= 1
      if (words[0] === 0) checkIn.release()
      else checkOut.release()
    }
    ok((words[2] ?? 0) >= (round + 1) * parties)
  }
}

barriers.follows(
  'test_thread.BarrierTest.test_barrier',
  'a barrier that a program makes of two Locks works as well',
  async () => {
    const [checkIn, checkOut] = [new Lock(), new Lock()]
    checkOut.acquire(false)
    await Bunch.run(10, passHandMade, [10, 3, newLog(3), checkIn, checkOut])
  },
)

barriers.beyond('true is one party; what is no number is refused by name', async () => {
  const barrier = new Barrier(true as never)
  equal(barrier.parties, 1)
  equal(await wait(barrier), 0)
  for (const parties of ['2', null, {}])
    throws(() => new Barrier(parties as never), { name: 'TypeError' })
})

export const suites = [barriers]
export const run = runnerOf(suites)
