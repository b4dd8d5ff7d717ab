/** Semaphore and BoundedSemaphore: lock_tests.BaseSemaphoreTests and its subclasses. */
import { equal, rejects, throws } from 'node:assert/strict'
import { BoundedSemaphore, Semaphore, ValueError } from '../../../main/threading/index.ts'
import {
  acquire,
  append,
  Bunch,
  entriesOf,
  lengthOf,
  letBlock,
  newLog,
  sortedEntries,
  times,
  until,
  withLock,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const makers = {
  Semaphore: (value?: number) => new Semaphore(value),
  'Semaphore, handed off': (value?: number) => new Semaphore(value, { handOff: true }),
  BoundedSemaphore: (value?: number) => new BoundedSemaphore(value),
  'BoundedSemaphore, handed off': (value?: number) =>
    new BoundedSemaphore(value, { handOff: true }),
}
type Kind = keyof typeof makers
const kinds = Object.keys(makers) as Kind[]
const unbounded = kinds.filter((kind) => kind.startsWith('Semaphore'))
const bounded = kinds.filter((kind) => kind.startsWith('Bounded'))

const semaphores = new Suite<Kind>(kinds)

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_constructor',
  'a value below 0 is refused',
  (kind) => {
    const refused = { name: 'ValueError', message: 'semaphore initial value must be >= 0' }
    throws(() => makers[kind](-1), refused)
    throws(() => makers[kind](Number.MIN_SAFE_INTEGER), refused)
    equal(makers[kind](0).acquire(false), false)
  },
)

semaphores.follows(
  [
    'lock_tests.BaseSemaphoreTests.test_acquire',
    'lock_tests.BaseSemaphoreTests.test_acquire_destroy',
  ],
  'it is taken as often as its value says',
  async (kind) => {
    const one = makers[kind](1)
    equal(await acquire(one), true)
    one.release()
    const two = makers[kind](2)
    await acquire(two)
    await acquire(two)
    equal(two.acquire(false), false)
    two.release()
    two.release()
    await acquire(makers[kind]())
  },
)

export async function acquireTwice(semaphore: Semaphore, phase: Log, results: Log): Promise<void> {
  await acquire(semaphore)
  append(results, phase[0] ?? -1)
  await acquire(semaphore)
  append(results, phase[0] ?? -1)
}

async function releasesInPhases(
  kind: Kind,
  release: (semaphore: Semaphore, count: number) => void,
): Promise<void> {
  const value = 7
  const semaphore = makers[kind](value)
  await acquire(semaphore)
  const [phase, results] = [newLog(1), newLog()]
  await Bunch.run(10, acquireTwice, [semaphore, phase, results], async () => {
    const expected: number[] = []
    for (const [number, count] of [value - 1, value, value - 1].entries()) {
      phase[0] = number
      if (number > 0) release(semaphore, count)
      expected.push(...times(count, number))
      await until(`${expected.length} were let in`, () => lengthOf(results) >= expected.length)
      equal(sortedEntries(results).join(), expected.join())
    }
    equal(semaphore.acquire(false), false)
    // For the last one.
    semaphore.release()
  })
  equal(lengthOf(results), 20)
}

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_acquire_contended',
  'each release lets one in, and no more',
  (kind) =>
    releasesInPhases(kind, (semaphore, count) => {
      for (let time = 0; time < count; time++) semaphore.release()
    }),
)

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_multirelease',
  'release(n) lets n in, and no more',
  (kind) => releasesInPhases(kind, (semaphore, count) => semaphore.release(count)),
)

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_try_acquire',
  'acquire(false) takes what there is',
  (kind) => {
    const semaphore = makers[kind](2)
    equal(semaphore.acquire(false), true)
    equal(semaphore.acquire(false), true)
    equal(semaphore.acquire(false), false)
    semaphore.release()
    equal(semaphore.acquire(false), true)
  },
)

export function tryTwice(semaphore: Semaphore, results: Log): void {
  append(results, semaphore.acquire(false))
  append(results, semaphore.acquire(false))
}

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_try_acquire_contended',
  'acquire(false) in several threads takes each permit once',
  async (kind) => {
    const semaphore = makers[kind](4)
    await acquire(semaphore)
    const results = newLog()
    await Bunch.run(5, tryTwice, [semaphore, results])
    equal(sortedEntries(results).join(), [...times(7, 0), ...times(3, 1)].join())
  },
)

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_acquire_timeout',
  'acquire gives false after the timeout',
  async (kind) => {
    const semaphore = makers[kind](2)
    const refused = {
      name: 'ValueError',
      message: "can't specify timeout for non-blocking acquire",
    }
    throws(() => semaphore.acquire(false, 1), refused)
    throws(() => semaphore.acquire(false, 0), refused)
    equal(await acquire(semaphore, 0.005), true)
    equal(await acquire(semaphore, 0.005), true)
    equal(await acquire(semaphore, 0.005), false)
    semaphore.release()
    equal(await acquire(semaphore, 0.005), true)
    equal(await acquire(semaphore, 0.05), false)
    // As in CPython, no time, and no error.
    equal(await acquire(semaphore, 0), false)
    equal(await acquire(semaphore, -1), false)
    await rejects(acquire(semaphore, 1e100), { name: 'OverflowError' })
    semaphore.release()
    equal(await acquire(semaphore, -1), true)
    semaphore.release()
    equal(await acquire(semaphore, 0), true)
  },
)

export async function acquireAndRelease(semaphore: Semaphore): Promise<void> {
  await acquire(semaphore)
  semaphore.release()
}

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_default_value',
  'its value is 1 by default',
  async (kind) => {
    const semaphore = makers[kind]()
    await acquire(semaphore)
    await Bunch.run(1, acquireAndRelease, [semaphore], async (bunch) => {
      await letBlock(1)
      equal(bunch.finished, 0)
      semaphore.release()
    })
    equal(semaphore.value, 1)
  },
)

semaphores.follows(
  'lock_tests.BaseSemaphoreTests.test_with',
  'withLock and using give back what they took, whatever happens inside',
  async (kind) => {
    const semaphore = makers[kind](2)
    const nested = (error?: Error) =>
      withLock(semaphore, async () => {
        equal(semaphore.acquire(false), true)
        semaphore.release()
        await withLock(semaphore, () => {
          equal(semaphore.acquire(false), false)
          if (error) throw error
        })
      })
    await nested()
    equal(semaphore.acquire(false), true)
    semaphore.release()
    await rejects(nested(new TypeError()), TypeError)
    equal(semaphore.acquire(false), true)
    semaphore.release()
    {
      using _one = semaphore.hold()
      using _two = await semaphore.holdAsync()
      equal(semaphore.acquire(false), false)
    }
    semaphore.withLock(() => equal(semaphore.value, 1))
    equal(semaphore.value, 2)
  },
)

semaphores.follows(
  ['lock_tests.SemaphoreTests.test_release_unacquired', 'lock_tests.SemaphoreTests.test_repr'],
  'a release that nothing was taken for raises its value',
  async (kind) => {
    const semaphore = makers[kind](1)
    semaphore.release()
    equal(semaphore.value, 2)
    await acquire(semaphore)
    await acquire(semaphore)
    equal(semaphore.value, 0)
    semaphore.release(5)
    equal(semaphore.value, 5)
  },
  { variants: unbounded },
)

const tooOften = { name: 'ValueError', message: 'Semaphore released too many times' }

semaphores.follows(
  [
    'lock_tests.BoundedSemaphoreTests.test_release_unacquired',
    'lock_tests.BoundedSemaphoreTests.test_repr',
  ],
  'a release that nothing was taken for is refused, and changes nothing',
  async (kind) => {
    const semaphore = makers[kind]()
    throws(() => semaphore.release(), tooOften)
    await acquire(semaphore)
    equal(semaphore.value, 0)
    semaphore.release()
    throws(() => semaphore.release(), tooOften)
    const three = makers[kind](3)
    await acquire(three)
    await acquire(three)
    throws(() => three.release(3), tooOften)
    equal(three.value, 1)
    three.release(2)
    equal(three.value, 3)
    equal(makers[kind](0).acquire(false), false)
    throws(() => makers[kind](0).release(), tooOften)
  },
  { variants: bounded },
)

export async function acquireOne(semaphore: Semaphore): Promise<void> {
  await acquire(semaphore)
}
export function releaseOne(semaphore: Semaphore): void {
  semaphore.release()
}

semaphores.follows(
  'test_threading.ThreadTests.test_BoundedSemaphore_limit',
  'threads take all permits, others give them back, one more is refused',
  async (kind) => {
    for (const limit of [1, 2, 5, 9]) {
      const semaphore = makers[kind](limit)
      await Bunch.run(limit, acquireOne, [semaphore])
      equal(semaphore.value, 0)
      await Bunch.run(limit, releaseOne, [semaphore])
      throws(() => semaphore.release(), tooOften)
    }
  },
  { variants: bounded },
)

semaphores.beyond('release of less than one is refused', (kind) => {
  const semaphore = makers[kind](1)
  const refused = { name: 'ValueError', message: 'n must be one or more' }
  throws(() => semaphore.release(0), refused)
  throws(() => semaphore.release(-3), refused)
  throws(() => semaphore.release(0.5), ValueError)
  equal(semaphore.value, 1)
})

export async function acquireInTime(
  semaphore: Semaphore,
  timeout: number,
  results: Log,
): Promise<void> {
  append(results, await acquire(semaphore, timeout))
}

semaphores.beyond('who gives up waiting takes nothing along', async (kind) => {
  const semaphore = makers[kind](3)
  for (let time = 0; time < 3; time++) await acquire(semaphore)
  const results = newLog()
  await Bunch.run(4, acquireInTime, [semaphore, 0.02, results])
  equal(entriesOf(results).join(), '0,0,0,0')
  semaphore.release(3)
  equal(semaphore.value, 3)
  await Bunch.run(3, acquireInTime, [semaphore, 50, results])
  equal(semaphore.value, 0)
  equal(semaphore.acquire(false), false)
})

semaphores.beyond('a wait with a timeout gets what is released in time', async (kind) => {
  const semaphore = makers[kind](2)
  await acquire(semaphore)
  await acquire(semaphore)
  const results = newLog()
  await Bunch.run(2, acquireInTime, [semaphore, 50, results], async () => {
    await letBlock(2)
    semaphore.release(2)
  })
  equal(entriesOf(results).join(), '1,1')
})

semaphores.beyond(
  'a BoundedSemaphore is a Semaphore',
  (kind) => equal(makers[kind]() instanceof Semaphore, true),
  { forms: ['blocking'] },
)

/* Numbers of Python that a program without types may pass: bool is an int. */
semaphores.beyond('true is one permit; what is no number is refused by name', (kind) => {
  const semaphore = makers[kind](true as never)
  equal(semaphore.acquire(false), true)
  equal(semaphore.acquire(false), false)
  semaphore.release(true as never)
  equal(semaphore.value, 1)
  equal(makers[kind](false as never).value, 0)
  for (const value of ['1', null, {}, 1n])
    throws(() => makers[kind](value as never), { name: 'TypeError' })
  throws(() => semaphore.release('1' as never), {
    name: 'TypeError',
    message: "'str' object cannot be interpreted as an integer",
  })
})

export const suites = [semaphores]
export const run = runnerOf(suites)
