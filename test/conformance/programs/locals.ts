/** local and Timer: test_threading_local, test_threading.TimerTests. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { Event, local, Thread, Timer } from '../../../main/threading/index.ts'
import {
  append,
  Bunch,
  entriesOf,
  join,
  lengthOf,
  newLog,
  pause,
  range,
  start,
  until,
  wait,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

/** Fields belong to a thread: the tasks of an event loop share them. */
const FORMS = { forms: ['blocking', 'async'] } as const

class Fields extends local {
  [name: string]: unknown
}
/** At first empty in every thread, as `local` itself: a class that only has a type. */
export const Data = Fields
export class Initialised extends local {
  declare x: number
  readonly first: number
  readonly rest: readonly number[]
  constructor(first: number, ...rest: readonly number[]) {
    super(first, ...rest)
    this.first = first
    this.rest = rest
  }
}

const kinds = ['local', 'subclass'] as const
type Kind = (typeof kinds)[number]
type Any = Record<string, unknown>
const make = (kind: Kind): Any => (kind === 'local' ? new local() : new Data()) as unknown as Any

const locals = new Suite<Kind>(kinds)

export async function setAndWait(mine: Any, set: Event, end: Event): Promise<void> {
  mine['x'] = 'foo'
  mine['y'] = 'bar'
  delete mine['y']
  set.set()
  await wait(end)
  equal(mine['x'], 'foo')
}
export function look(mine: Any, log: Log): void {
  append(log, 'x' in mine || mine['x'] !== undefined)
  append(log, Object.keys(mine).length)
}

locals.follows(
  [
    'test_threading_local.BaseLocalTest.test_threading_local',
    'test_threading_local.BaseLocalTest.test_threading_local_subclass',
  ],
  'what one thread sets no other sees',
  async (kind) => {
    const mine = make(kind)
    mine['x'] = 'of the one that made it'
    const [set, end, log] = [new Event(), new Event(), newLog()]
    const setter = new Thread({ target: setAndWait, args: [mine, set, end] })
    await start(setter)
    await wait(set)
    for (let time = 0; time < 3; time++) {
      // On a worker that was another thread before.
      const looker = new Thread({ target: look, args: [mine, log] })
      await start(looker)
      await join(looker)
    }
    end.set()
    await join(setter)
    deepEqual(entriesOf(log), [0, 0, 0, 0, 0, 0])
    equal(setter.end, 0)
    deepEqual(Object.entries(mine), [['x', 'of the one that made it']])
  },
  FORMS,
)

locals.follows(
  [
    'test_threading_local.BaseLocalTest.test_dict_attribute',
    'test_threading_local.BaseLocalTest.test_dict_attribute_subclass',
  ],
  'its fields are those of the current thread',
  (kind) => {
    const mine = make(kind)
    deepEqual(Object.keys(mine), [])
    mine['x'] = 5
    deepEqual(Object.entries(mine), [['x', 5]])
    equal(mine['missing'], undefined)
    equal('missing' in mine, false)
    ok((mine as unknown) instanceof local)
  },
  FORMS,
)

export async function setOwn(mine: Initialised, value: number): Promise<void> {
  deepEqual([mine.first, mine.rest], [7, [8, 9]])
  mine.x = value
  await pause(0.002)
  equal(mine.x, value)
}

locals.follows(
  [
    'test_threading_local.BaseLocalTest.test_derived',
    'test_threading_local.BaseLocalTest.test_arguments',
  ],
  'a subclass is made in every thread, with the same arguments; local itself takes none',
  async () => {
    const mine = new Initialised(7, 8, 9)
    mine.x = -1
    await Bunch.of(range(8).map((value) => [setOwn, [mine, value]]))
    equal(mine.x, -1)
    throws(() => new local(1), {
      name: 'TypeError',
      message: 'Initialization arguments are not supported',
    })
  },
  { ...FORMS, variants: ['subclass'] },
)

const timers = new Suite(['Timer'])

export function ring(log: Log, ...rest: readonly unknown[]): void {
  append(log, rest.length)
}

timers.follows(
  'test_threading.TimerTests.test_init_immutable_default_args',
  'without arguments the function gets none, timer after timer',
  async () => {
    const [first, second] = [newLog(), newLog()]
    for (const log of [first, second]) {
      const timer = new Timer(0.01, ring, [log])
      await start(timer)
      await join(timer)
      equal(timer.finished.isSet(), true)
    }
    deepEqual([entriesOf(first), entriesOf(second)], [[0], [0]])
    const log = newLog()
    const timer = new Timer(0, ring, [log, 1], { key: 2 })
    await start(timer)
    await join(timer)
    deepEqual(entriesOf(log), [2])
  },
  FORMS,
)

timers.beyond(
  'one that is cancelled in time does not call; one that has called is not changed by it',
  async () => {
    const log = newLog()
    const early = new Timer(0, ring, [log])
    early.cancel()
    const late = new Timer(3600, ring, [log])
    equal(late.isAlive(), false)
    await start(early)
    await start(late)
    equal(late.isAlive(), true)
    late.cancel()
    late.cancel()
    await join(early)
    await join(late)
    equal(lengthOf(log), 0)
    const called = new Timer(0.01, ring, [log])
    await start(called)
    await until('it has called', () => lengthOf(log) === 1)
    called.cancel()
    await join(called)
    deepEqual([called.interval, called.isAlive(), called instanceof Thread], [0.01, false, true])
  },
  FORMS,
)

export const suites = [locals, timers]
export const run = runnerOf(suites)
