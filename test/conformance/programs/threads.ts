/** Thread and what lists threads: test_threading.ThreadTests and its neighbours, test_thread. */
import { deepEqual, equal, notEqual, ok, rejects, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import {
  activeCount,
  BoundedSemaphore,
  currentThread,
  enumerate,
  Event,
  getIdent,
  mainThread,
  RLock,
  Thread,
} from '../../../main/threading/index.ts'
import * as threading from '../../../main/threading/index.ts'
import {
  append,
  entriesOf,
  join,
  lengthOf,
  newLog,
  pause,
  range,
  start,
  until,
  wait,
  withLock,
  type Log,
} from '../driver.ts'
import { runnerOf, Suite } from '../suite.ts'

/** Threads are threads: there is nothing to do among tasks. */
const FORMS = { forms: ['blocking', 'async'] } as const
const BLOCKING = { forms: ['blocking'] } as const
const threads = new Suite(['Thread'])

export function nothing(): void {
  // Its start and end are what counts.
}

async function startAll(all: readonly Thread[]): Promise<void> {
  for (const thread of all) await start(thread)
}
async function runAll(all: readonly Thread[]): Promise<void> {
  await startAll(all)
  for (const thread of all) await join(thread)
}

threads.follows(
  'test_threading.ThreadTests.test_name',
  'its name is the one it is given, or counts and names its target',
  () => {
    equal(new Thread({ name: 'myname1' }).name, 'myname1')
    equal(new Thread({ name: 123 }).name, '123')
    equal(new Thread({ target: nothing, name: 'myname2' }).name, 'myname2')
    const count = (thread: Thread) => Number(/^Thread-(\d+)/.exec(thread.name)?.[1])
    const first = new Thread({ name: '' })
    equal(first.name, `Thread-${count(first)}`)
    equal(new Thread().name, `Thread-${count(first) + 1}`)
    equal(new Thread({ target: nothing }).name, `Thread-${count(first) + 2} (nothing)`)
    equal(new Thread({ target: nothing, name: '' }).name, `Thread-${count(first) + 3} (nothing)`)
    first.name = 'renamed'
    equal(first.name, 'renamed')
  },
  FORMS,
)

export function appendAll(log: Log, ...values: readonly (number | readonly number[])[]): void {
  for (const value of values.flat()) append(log, value)
}

threads.follows(
  'test_threading.ThreadTests.test_args_argument',
  'the target is called with what args has',
  async () => {
    const log = newLog()
    await runAll([
      new Thread({ target: appendAll, args: [log, 1] }),
      new Thread({ target: appendAll, args: [log, [2]] }),
    ])
    deepEqual(
      entriesOf(log).sort((one, two) => one - two),
      [1, 2],
    )
  },
  FORMS,
)

export class Limited extends Thread {
  readonly semaphore: BoundedSemaphore
  readonly mutex: RLock
  readonly running: Log
  constructor(name: string, semaphore: BoundedSemaphore, mutex: RLock, running: Log) {
    super({ name, daemon: false })
    this.semaphore = semaphore
    this.mutex = mutex
    this.running = running
  }
  override run(): void {
    const count = (by: number) =>
      this.mutex.withLock(() => {
        this.running[0] = (this.running[0] ?? 0) + by
        ok(this.running[0] <= 3 && this.running[0] >= 0)
      })
    this.semaphore.withLock(() => {
      count(1)
      threading.sleep(0.001)
      count(-1)
    })
  }
}

threads.follows(
  [
    'test_threading.ThreadTests.test_various_ops',
    'test_thread.ThreadRunningTests.test_starting_threads',
  ],
  'ten of a subclass, three at a time',
  async () => {
    const shared = [new BoundedSemaphore(3), new RLock(), newLog(1)] as const
    const all = range(10).map((at) => new Limited(`<thread ${at}>`, ...shared))
    for (const thread of all) {
      deepEqual([thread.ident, thread.nativeId], [undefined, undefined])
      equal(String(thread), `<Limited(${thread.name}, initial)>`)
    }
    await startAll(all)
    for (const thread of all) {
      await join(thread)
      equal(thread.isAlive(), false)
      ok((thread.ident ?? 0) > 0 && (thread.nativeId ?? 0) > 0)
      equal(String(thread), `<Limited(${thread.name}, stopped ${thread.ident})>`)
      equal(thread.end, 0)
    }
    equal(new Set(all.map((thread) => thread.ident)).size, 10)
    equal(shared[2][0], 0)
  },
  FORMS,
)

threads.follows(
  [
    'test_threading.ThreadTests.test_ident_of_no_threading_threads',
    'test_threading.ThreadTests.test_foreign_thread',
  ],
  'a thread that no program started has an ident and is alive, and cannot be joined by itself',
  async () => {
    const current = currentThread()
    equal(current, currentThread())
    equal(current.ident, getIdent())
    equal(current.isAlive(), true)
    await rejects(join(current), { name: 'RuntimeError', message: 'cannot join current thread' })
  },
  FORMS,
)

threads.follows(
  'test_threading.ThreadTests.test_limbo_cleanup',
  'one that could not be started is in no list',
  async () => {
    const before = activeCount()
    const thread = new Thread({ target: () => undefined })
    await rejects(start(thread), { name: 'PicklingError' })
    deepEqual(
      [activeCount(), enumerate().includes(thread), thread.isAlive()],
      [before, false, false],
    )
    await rejects(join(thread), { message: 'cannot join thread before it is started' })
  },
  FORMS,
)

threads.follows(
  'test_threading.ThreadTests.test_enumerate_after_join',
  'one that is joined is in the list no more',
  async () => {
    for (let round = 0; round < 50; round++) {
      const thread = new Thread({ target: nothing })
      await start(thread)
      await join(thread)
      equal(enumerate().includes(thread), false)
    }
  },
  FORMS,
)

export async function joinIt(thread: Thread, log: Log): Promise<void> {
  await join(thread)
  append(log, thread.isAlive())
}
export async function waitFor(event: Event): Promise<void> {
  await wait(event)
}

threads.follows(
  'test_threading.ThreadTests.test_join_from_multiple_threads',
  'several threads may join the same',
  async () => {
    const [go, log] = [new Event(), newLog()]
    const thread = new Thread({ target: waitFor, args: [go] })
    await start(thread)
    const joiners = range(5).map(() => new Thread({ target: joinIt, args: [thread, log] }))
    await startAll(joiners)
    equal(lengthOf(log), 0)
    go.set()
    for (const joiner of joiners) await join(joiner)
    await join(thread)
    deepEqual(entriesOf(log), [0, 0, 0, 0, 0])
  },
  FORMS,
)

threads.follows(
  [
    'test_threading.ThreadTests.test_join_with_timeout',
    'test_thread.ThreadRunningTests.test_join_with_timeout',
  ],
  'a join whose time is up returns, and the thread lives',
  async () => {
    const go = new Event()
    const thread = new Thread({ target: waitFor, args: [go] })
    await start(thread)
    // Negative: none, as in CPython.
    for (const timeout of [0.01, 0, -1]) {
      await join(thread, timeout)
      equal(thread.isAlive(), true)
    }
    await rejects(join(thread, 1e100), { name: 'OverflowError' })
    go.set()
    await join(thread, 15)
    equal(thread.isAlive(), false)
  },
  FORMS,
)

threads.follows(
  [
    'test_thread.ThreadRunningTests.test_join_thread',
    'test_thread.ThreadRunningTests.test_join_thread_already_exited',
    'test_thread.ThreadRunningTests.test_join_several_times',
    'test_thread.ThreadRunningTests.test_start_with_none_handle',
  ],
  'it is joined before and after its end, as often as one likes',
  async () => {
    const log = newLog()
    const thread = new Thread({ target: appendIdent, args: [log] })
    await start(thread)
    await join(thread)
    equal(entriesOf(log)[0], thread.ident)
    await join(thread)
    await join(thread, 0)
    const ended = new Thread({ target: nothing })
    await start(ended)
    await until('it has ended', () => !ended.isAlive())
    await join(ended)
  },
  FORMS,
)
export function appendIdent(log: Log): void {
  append(log, getIdent())
}

threads.follows(
  [
    'test_thread.ThreadRunningTests.test_joinable_not_joined',
    'test_threading.ThreadTests.test_leak_without_join',
  ],
  'one that nobody joins leaves nothing',
  async () => {
    const before = activeCount()
    await startAll(range(3).map(() => new Thread({ target: nothing })))
    await until('they have ended', () => activeCount() === before)
  },
  FORMS,
)

export async function joinSelf(go: Event, log: Log): Promise<void> {
  await wait(go)
  try {
    currentThread().join()
  } catch (error) {
    append(log, error instanceof Error && error.message === 'cannot join current thread')
  }
}

threads.follows(
  [
    'test_thread.ThreadRunningTests.test_join_from_self',
    'test_thread.ThreadRunningTests.test_join_then_self_join',
    'test_threading.ThreadingExceptionTests.test_joining_current_thread',
  ],
  'a thread that joins itself is refused, also while others join it',
  async () => {
    const [go, log, joined] = [new Event(), newLog(), newLog()]
    const thread = new Thread({ target: joinSelf, args: [go, log] })
    const joiner = new Thread({ target: joinIt, args: [thread, joined] })
    await startAll([thread, joiner])
    await pause(0.02)
    go.set()
    await join(thread)
    await join(joiner)
    deepEqual([entriesOf(log), entriesOf(joined)], [[1], [0]])
    await rejects(join(currentThread()), { name: 'RuntimeError' })
  },
  FORMS,
)

threads.follows(
  [
    'test_thread.ThreadRunningTests.test_join_unstarted',
    'test_threading.ThreadingExceptionTests.test_joining_inactive_thread',
  ],
  'one that was not started cannot be joined',
  async () => {
    const refused = { name: 'RuntimeError', message: 'cannot join thread before it is started' }
    await rejects(join(new Thread()), refused)
    await rejects(join(new Thread(), 0), refused)
  },
  FORMS,
)

threads.follows(
  [
    'test_thread.ThreadRunningTests.test_start_duplicate_handle',
    'test_threading.ThreadingExceptionTests.test_start_thread_again',
  ],
  'it is started once, while it runs and when it has ended',
  async () => {
    const refused = { name: 'RuntimeError', message: 'threads can only be started once' }
    const go = new Event()
    const thread = new Thread({ target: waitFor, args: [go] })
    await start(thread)
    await rejects(start(thread), refused)
    go.set()
    await join(thread)
    await rejects(start(thread), refused)
  },
  FORMS,
)

threads.follows(
  'test_threading.ThreadingExceptionTests.test_daemonize_active_thread',
  'it becomes no daemon once it is started',
  async () => {
    const refused = { name: 'RuntimeError', message: 'cannot set daemon status of active thread' }
    const thread = new Thread({ target: nothing })
    await start(thread)
    throws(() => (thread.daemon = true), refused)
    await join(thread)
    throws(() => (thread.daemon = true), refused)
    equal(thread.daemon, false)
  },
  // An event-loop thread is a daemon itself.
  BLOCKING,
)

threads.follows(
  ['test_threading.ThreadTests.test_daemon_param', 'test_threading.ThreadTests.test_repr_daemon'],
  'a daemon is one that is said to be, and says so',
  () => {
    deepEqual(
      [undefined, false, true].map((daemon) => new Thread({ daemon }).daemon),
      [false, false, true],
    )
    const thread = new Thread()
    ok(!String(thread).includes('daemon'))
    thread.daemon = true
    ok(String(thread).includes('daemon'))
  },
  BLOCKING,
)

export async function makeThreads(log: Log): Promise<void> {
  append(log, currentThread().daemon)
  append(log, new Thread().daemon)
  append(log, new Thread({ daemon: !currentThread().daemon }).daemon)
  await pause(0)
}

threads.beyond(
  'a thread is a daemon if the one that makes it is',
  async () => {
    const log = newLog()
    await runAll([new Thread({ target: makeThreads, args: [log], daemon: true })])
    await runAll([new Thread({ target: makeThreads, args: [log], daemon: false })])
    deepEqual(entriesOf(log), [1, 1, 0, 0, 0, 1])
  },
  FORMS,
)

export function compareMain(main: Thread, log: Log): void {
  append(log, mainThread().ident === main.ident)
  append(log, mainThread() === currentThread())
}

threads.follows(
  'test_threading.ThreadTests.test_main_thread',
  'mainThread() is the one that runs the program, for every thread',
  async () => {
    const main = mainThread()
    equal(main.name, 'MainThread')
    equal(main, currentThread())
    equal(main.ident, getIdent())
    const log = newLog()
    await runAll([new Thread({ target: compareMain, args: [main, log] })])
    deepEqual(entriesOf(log), [1, 0])
  },
  BLOCKING,
)

threads.follows(
  'test_threading.ThreadTests.test_repr_stopped',
  'as text it says that it started and, by itself, that it stopped',
  async () => {
    const go = new Event()
    const thread = new Thread({ target: waitFor, args: [go], daemon: false })
    await start(thread)
    equal(String(thread), `<Thread(${thread.name}, started ${thread.ident})>`)
    go.set()
    await until('stopped', () => String(thread).includes('stopped'))
    await join(thread)
  },
  FORMS,
)

export async function startAnother(log: Log): Promise<void> {
  await pause(0.01)
  await start(new Thread({ target: appendIdent, args: [log] }))
}

threads.follows(
  'test_threading.ThreadJoinOnShutdown.test_thread_from_thread',
  'a thread starts a thread and ends before it',
  async () => {
    const log = newLog()
    await runAll([new Thread({ target: startAnother, args: [log] })])
    await until('the other has run', () => lengthOf(log) === 1)
  },
  FORMS,
)

threads.follows(
  'test_thread.ThreadRunningTests.test__count',
  'activeCount() and enumerate() have those that run',
  async () => {
    const before = activeCount()
    const go = new Event()
    const all = range(3).map(() => new Thread({ target: waitFor, args: [go] }))
    for (const [at, thread] of all.entries()) {
      equal(enumerate().includes(thread), false)
      await start(thread)
      deepEqual([activeCount(), enumerate().at(-1)], [before + at + 1, thread])
    }
    go.set()
    for (const thread of all) await join(thread)
    equal(activeCount(), before)
  },
  FORMS,
)

export function recurse(log: Log): void {
  const deeper = (): number => deeper() + 1
  try {
    deeper()
  } catch (error) {
    append(log, error instanceof RangeError)
  }
}

threads.follows(
  'test_threading.ThreadingExceptionTests.test_recursion_limit',
  'endless recursion in a thread is an error that it can catch',
  async () => {
    const log = newLog()
    await runAll([new Thread({ target: recurse, args: [log] })])
    deepEqual(entriesOf(log), [1])
  },
  FORMS,
)

export function modifyFile(path: string): void {
  writeFileSync(path, ' ')
  ok(new Error('where').stack)
}

threads.follows(
  'test_threading.ThreadingExceptionTests.test_multithread_modify_file_noerror',
  'many write the same file and ask where they are',
  async () => {
    const folder = mkdtempSync(joinPath(tmpdir(), 'conformance-'))
    try {
      const args = [joinPath(folder, 'file')]
      const all = range(20).map(() => new Thread({ target: modifyFile, args }))
      await runAll(all)
      deepEqual(new Set(all.map((thread) => thread.end)), new Set([0]))
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  FORMS,
)

export function spin(words: Log): void {
  append(words, 1)
  while (Atomics.load(words, 5) === 0);
  append(words, 2)
}

threads.follows(
  'test_threading.InterruptMainTests.test_can_interrupt_tight_loops',
  'a tight loop sees what another thread writes',
  async () => {
    const words = newLog(16)
    const thread = new Thread({ target: spin, args: [words] })
    await start(thread)
    await until('it spins', () => lengthOf(words) === 1)
    Atomics.store(words, 5, 1)
    await join(thread)
    deepEqual(entriesOf(words), [1, 2])
  },
  FORMS,
)

/** CPython's `threading.__all__` without what README.md says there is not. */
const NAMES = [
  ...['getIdent', 'activeCount', 'Condition', 'currentThread', 'enumerate', 'mainThread'],
  ...['TIMEOUT_MAX', 'Event', 'Lock', 'RLock', 'Semaphore', 'BoundedSemaphore', 'Thread'],
  ...['Barrier', 'BrokenBarrierError', 'Timer', 'excepthook', 'local', 'getNativeId'],
]

threads.follows(
  'test_threading.MiscTestCase.test__all__',
  'everything that CPython exports has its name',
  () => {
    deepEqual(
      NAMES.filter((name) => !(name in threading)),
      [],
    )
  },
  BLOCKING,
)

export class Named extends RLock {
  readonly first: number
  constructor(first: number) {
    super()
    this.first = first
  }
}

threads.follows(
  'test_threading.CRLockTests.test_signature',
  'a class with a constructor of its own may extend RLock',
  async () => {
    const lock = new Named(1)
    equal(lock.first, 1)
    await withLock(lock, () => equal(lock.locked(), true))
    ok(lock instanceof RLock)
  },
  FORMS,
)

export class WithResult extends Thread {
  readonly log: Log
  constructor(log: Log) {
    super()
    this.log = log
  }
  override run(): void {
    append(this.log, currentThread() === this)
    append(this.log, this instanceof WithResult)
  }
}

threads.beyond(
  'run() of a subclass runs in the thread, run() called by itself does not start one',
  async () => {
    const log = newLog()
    const thread = new WithResult(log)
    await runAll([thread])
    deepEqual(entriesOf(log), [1, 1])
    const own = newLog()
    new Thread({ target: appendIdent, args: [own] }).run()
    deepEqual(entriesOf(own), [getIdent()])
    notEqual(thread.ident, getIdent())
  },
  FORMS,
)

export function withOptions(log: Log, first: number, options: { readonly second: number }): void {
  append(log, first)
  append(log, options.second)
}

threads.beyond(
  'kwargs are the last argument; a target that is no function is refused',
  async () => {
    const log = newLog()
    await runAll([new Thread({ target: withOptions, args: [log, 1], kwargs: { second: 2 } })])
    deepEqual(entriesOf(log), [1, 2])
    throws(() => new Thread({ target: 'nothing' as never }), TypeError)
    const bare = new Thread()
    await runAll([bare])
    equal(bare.end, 0)
  },
  FORMS,
)

threads.beyond(
  'a loop of sleeps without length lets others go on',
  async () => {
    let turns = 0
    setImmediate(() => turns++)
    for (let round = 0; turns === 0; round++) {
      ok(round < 1000, 'nobody else had a turn')
      await pause(0)
    }
    await rejects(pause(-1), {
      name: 'ValueError',
      message: 'sleep length must be non-negative',
    })
  },
  { forms: ['tasks'] },
)

threads.beyond('a name that is set is a text', () => {
  const thread = new Thread()
  thread.name = 7 as never
  equal(thread.name, '7')
})

export const suites = [threads]
export const run = runnerOf(suites)
