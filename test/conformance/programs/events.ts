/** Event: lock_tests.EventTests. */
import { equal, rejects } from 'node:assert/strict'
import { Event, TIMEOUT_MAX } from '../../../main/threading/index.ts'
import { toHandle } from '../../../main/threading/handles.ts'
import {
  append,
  Bunch,
  entriesOf,
  lengthOf,
  letBlock,
  newLog,
  pause,
  times,
  until,
  wait,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const events = new Suite(['Event'])
const COUNT = 5

/** The word that counts them, in event.ts. */
const asleep = (event: Event): number => Atomics.load(new Int32Array(event[toHandle]().memory), 1)
async function allAsleep(event: Event, count: number): Promise<void> {
  await until(`${count} wait`, () => asleep(event) === count)
  await letBlock(count)
}

events.follows('lock_tests.EventTests.test_is_set', 'set() and clear() may be repeated', () => {
  const event = new Event()
  equal(event.isSet(), false)
  event.set()
  equal(event.isSet(), true)
  event.set()
  equal(event.isSet(), true)
  event.clear()
  equal(event.isSet(), false)
  event.clear()
  equal(event.isSet(), false)
})

export async function waitTwice(event: Event, first: Log, second: Log): Promise<void> {
  append(first, await wait(event))
  append(second, await wait(event))
}

async function notifiesAll(event: Event): Promise<void> {
  const [first, second] = [newLog(), newLog()]
  await Bunch.run(COUNT, waitTwice, [event, first, second], async () => {
    await letBlock(COUNT)
    equal(lengthOf(first), 0)
    event.set()
  })
  equal(entriesOf(first).join(), times(COUNT, 1).join())
  equal(entriesOf(second).join(), times(COUNT, 1).join())
}

events.follows(
  'lock_tests.EventTests.test_notify',
  'a set lets all through who wait, and all who come, until it is cleared',
  async () => {
    const event = new Event()
    await notifiesAll(event)
    event.set()
    event.clear()
    await notifiesAll(event)
  },
)

export async function waitInTime(
  event: Event,
  timeouts: readonly number[],
  results: Log,
): Promise<void> {
  for (const timeout of timeouts) append(results, await wait(event, timeout))
}

events.follows(
  'lock_tests.EventTests.test_timeout',
  'wait gives false after the timeout, and true at once when it is set',
  async () => {
    const event = new Event()
    const [unset, set] = [newLog(), newLog()]
    await Bunch.run(COUNT, waitInTime, [event, [0, 0.05, -1], unset])
    equal(entriesOf(unset).join(), times(3 * COUNT, 0).join())
    event.set()
    // A timeout is of no importance then, however little sense it makes.
    await Bunch.run(COUNT, waitInTime, [event, [0, 0.05, -1, 1e100], set])
    equal(entriesOf(set).join(), times(4 * COUNT, 1).join())
    event.clear()
    equal(await wait(event, 0), false)
  },
)

events.follows(
  'lock_tests.EventTests.test_set_and_clear',
  'who waits is let through also when it is cleared before they have woken up',
  async () => {
    const event = new Event()
    const results = newLog()
    await Bunch.run(COUNT, waitInTime, [event, [50], results], async () => {
      await allAsleep(event, COUNT)
      event.set()
      event.clear()
    })
    equal(entriesOf(results).join(), times(COUNT, 1).join())
    equal(event.isSet(), false)
  },
)

export async function setAndClear(event: Event, results: Log): Promise<void> {
  while (lengthOf(results) < COUNT) {
    event.set()
    event.clear()
    await pause(0.001)
  }
}

events.beyond('a set that was cleared lets nobody through who comes later', async () => {
  const event = new Event()
  for (let round = 0; round < 100; round++) {
    event.set()
    event.clear()
  }
  equal(await wait(event, 0.01), false)
  equal(await wait(event, 0), false)
})

events.beyond('a timeout that no clock can hold is refused while it is not set', async () => {
  const event = new Event()
  const refused = { name: 'OverflowError' }
  await rejects(wait(event, 1e100), refused)
  await rejects(wait(event, Infinity), refused)
  await rejects(wait(event, TIMEOUT_MAX * 2), refused)
  event.set()
  equal(await wait(event, TIMEOUT_MAX), true)
})

export async function setLater(event: Event): Promise<void> {
  await pause(0.02)
  event.set()
}

events.beyond('a wait with a timeout ends with the set, true', async () => {
  const event = new Event()
  await Bunch.run(1, setLater, [event], async () => equal(await wait(event, 50), true))
})

events.beyond('those who wait are reached by one set among many clears', async () => {
  const event = new Event()
  const results = newLog()
  await Bunch.of([
    ...times(COUNT, [waitInTime, [event, [50], results]] as const),
    [setAndClear, [event, results]],
  ])
  equal(entriesOf(results).join(), times(COUNT, 1).join())
})

export const suites = [events]
export const run = runnerOf(suites)
