/** Process and its like: _TestProcess, _TestSubclassingProcess, and what the documentation says. */
import { deepEqual, equal, match, notEqual, ok, throws } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import {
  activeChildren,
  cpuCount,
  currentProcess,
  Event,
  parentProcess,
  Pipe,
  Process,
  Queue,
  Semaphore,
  wait,
  type Connection,
} from '../../../main/multiprocessing/index.ts'
import * as multiprocessing from '../../../main/multiprocessing/index.ts'
import { exit, mainThread, sleep, Thread } from '../../../main/threading/index.ts'
import { begin, call, fails, get, joined, PATIENCE, pause, until } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const processes = new Suite(['processes'])

const children = () => call(multiprocessing, 'activeChildren')

export function nothing(): void {
  // Ends at once.
}

export function sleepSome(): void {
  sleep(100)
}

processes.follows('_test_multiprocessing._TestProcess.test_current', 'the current process', () => {
  const current = currentProcess()
  equal(currentProcess(), current)
  equal(current.isAlive(), true)
  equal(current.daemon, false)
  equal(current.ident, process.pid)
  equal(current.exitcode, undefined)
  equal(current.name, 'MainProcess')
  equal(parentProcess(), undefined)
})

export function describeSelf(queue: Queue, ...args: readonly unknown[]): void {
  const current = currentProcess()
  const parent = parentProcess()
  queue.put(args)
  queue.put([current.name, current.pid, current.ident, current.daemon, process.pid])
  queue.put([parent?.name, parent?.pid, parent?.isAlive(), process.ppid !== process.pid])
  queue.put([mainThread().nativeId, mainThread().name])
  queue.put([current.isAlive(), current.exitcode])
  queue.put(new Process({ target: nothing }).daemon)
  let refusal = 'none'
  try {
    new Process({ target: nothing }).start()
  } catch (error) {
    refusal = String(error)
  }
  queue.put(refusal)
}

processes.follows(
  [
    '_test_multiprocessing._TestProcess.test_process',
    '_test_multiprocessing._TestProcess.test_args_argument',
    '_test_multiprocessing._TestProcess.test_daemon_argument',
    '_test_multiprocessing._TestProcess.test_parent_process_attributes',
    '_test_multiprocessing._TestProcess.test_process_mainthread_native_id',
  ],
  'what a process is before, while and after it runs; what it says of itself',
  async () => {
    const queue = new Queue(1)
    const args = [1, 'str', [1], { hello: 23, bye: 2.54 }, undefined, new Map([[1, 2n]])]
    const child = new Process({
      target: describeSelf,
      args: [queue, ...args],
      name: 'SomeProcess',
    })
    equal(child.daemon, currentProcess().daemon)
    child.daemon = true
    equal(child.daemon, true)
    equal(child.isAlive(), false)
    equal(child.pid, undefined)
    equal(child.ident, undefined)
    equal(child.exitcode, undefined)
    deepEqual(await children(), [])

    await call(child, 'start')
    equal(child.exitcode, undefined)
    equal(child.isAlive(), true)
    ok((await children()).includes(child))
    await fails(() => call(child, 'start'), 'AssertionError', /^cannot start a process twice$/)
    throws(() => (child.daemon = false), { name: 'AssertionError' })

    deepEqual(await get(queue, PATIENCE), args)
    const [name, pid, ident, daemon, real] = (await get(queue, PATIENCE)) as unknown[]
    deepEqual([name, daemon], ['SomeProcess', true])
    deepEqual([pid, ident, real], [child.pid, child.ident, child.pid])
    notEqual(pid, process.pid)
    deepEqual(await get(queue, PATIENCE), ['MainProcess', process.pid, true, true])
    const [nativeId, threadName] = (await get(queue, PATIENCE)) as unknown[]
    notEqual(nativeId, mainThread().nativeId)
    equal(threadName, 'MainThread')
    deepEqual(await get(queue, PATIENCE), [true, undefined])
    // The flag is inherited, as in CPython; children are not allowed.
    equal(await get(queue, PATIENCE), true)
    match(
      String(await get(queue, PATIENCE)),
      /^AssertionError: daemonic processes are not allowed to have children$/,
    )

    await joined(child)
    equal(child.isAlive(), false)
    ok(!(await children()).includes(child))
    // Once more: at once.
    await call(child, 'join')
    notEqual(child.pid, undefined)
  },
)

processes.beyond('names: by number, given, changed; the repr', async () => {
  const one = new Process({ target: nothing })
  const two = new Process({ target: nothing, name: 'two' })
  const three = new Process({ target: nothing })
  match(one.name, /^Process-\d+$/)
  const number = Number(one.name.slice('Process-'.length))
  deepEqual([two.name, three.name], ['two', `Process-${number + 2}`])
  one.name = 'renamed'
  equal(one.name, 'renamed')
  match(String(one), /^<Process name='renamed'.* initial>$/)
  await call(one, 'start')
  await joined(one)
  match(String(one), /^<Process name='renamed' pid=\d+.* stopped exitcode=0>$/)
})

processes.beyond('misuse before the start', async () => {
  const made = new Process({ target: nothing })
  await fails(() => call(made, 'join'), 'AssertionError', /^can only join a started process$/)
  throws(() => made.sentinel, { name: 'ValueError', message: 'process not started' })
  throws(() => made.terminate(), Error)
  throws(() => made.kill(), Error)
  await fails(() => call(currentProcess(), 'join'), 'AssertionError', /can only join a child/)
  made.close()
  throws(() => made.exitcode, { name: 'ValueError', message: 'process object is closed' })
  throws(() => made.pid, { name: 'ValueError' })
  await fails(() => call(made, 'start'), 'ValueError')
  made.close()
})

processes.beyond('a process without a target runs and ends', async () => {
  const empty = new Process()
  await call(empty, 'start')
  await joined(empty)
})

for (const [how, signal, followed] of [
  ['terminate', 15, '_test_multiprocessing._TestProcess.test_terminate'],
  ['kill', 9, '_test_multiprocessing._TestProcess.test_kill'],
] as const)
  processes.follows(
    followed,
    `${how}: joins in vain before, the exit code is minus ${signal}`,
    async () => {
      const child = await begin(sleepSome, [])
      equal(child.isAlive(), true)
      ok((await children()).includes(child))
      equal(child.exitcode, undefined)
      equal(await call(child, 'join', 0), undefined)
      equal(child.isAlive(), true)
      equal(await call(child, 'join', -1), undefined)
      equal(child.isAlive(), true)
      await call(child, 'join', 0.01)
      equal(child.exitcode, undefined)
      child[how]()
      await call(child, 'join')
      equal(child.isAlive(), false)
      ok(!(await children()).includes(child))
      equal(child.exitcode, -signal)
      // Too late: no error.
      child[how]()
      equal(child.exitcode, -signal)
    },
  )

processes.follows('_test_multiprocessing._TestProcess.test_cpu_count', 'cpuCount', () => {
  ok(Number.isInteger(cpuCount()) && cpuCount() >= 1)
})

export function waitFor(event: Event): void {
  event.wait(60)
}

processes.follows(
  [
    '_test_multiprocessing._TestProcess.test_active_children',
    '_test_multiprocessing._TestProcess.test_sentinel',
  ],
  'activeChildren and the sentinel, until the end',
  async () => {
    const event = new Event()
    const child = new Process({ target: waitFor, args: [event], daemon: true })
    throws(() => child.sentinel, { name: 'ValueError' })
    deepEqual(await children(), [])
    await call(child, 'start')
    deepEqual(await children(), [child])
    const { sentinel } = child
    equal(sentinel.isReady, false)
    await call(event, 'set')
    await joined(child)
    equal(sentinel.isReady, true)
    equal(await child.sentinel, 0)
    deepEqual(await children(), [])
    // Still there afterwards.
    equal(child.sentinel.isReady, true)
  },
)

export function getOneAndExit(queue: Queue, code: number): void {
  queue.get()
  exit(code)
}

processes.follows(
  '_test_multiprocessing._TestProcess.test_close',
  'close: not while it runs; nothing but its name afterwards',
  async () => {
    const queue = new Queue()
    const child = await begin(getOneAndExit, [queue, 0])
    throws(() => child.close(), {
      name: 'ValueError',
      message:
        'Cannot close a process while it is still running. You should first call join() or terminate().',
    })
    await call(queue, 'put', undefined)
    await joined(child)
    child.close()
    throws(() => child.isAlive(), { name: 'ValueError', message: 'process object is closed' })
    await fails(() => call(child, 'join'), 'ValueError')
    throws(() => child.terminate(), { name: 'ValueError' })
    throws(() => child.kill(), { name: 'ValueError' })
    throws(() => child.sentinel, { name: 'ValueError' })
    ok(child.name.startsWith('Process-'))
    match(String(child), /closed/)
    child.close()
  },
)

export function countDescriptors(queue: Queue, event: Event): void {
  queue.put(process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
  event.wait(60)
}

processes.follows(
  [
    '_test_multiprocessing._TestProcess.test_many_processes',
    '_test_multiprocessing._TestProcess.test_child_fd_inflation',
    '_test_multiprocessing.TestCloseFds.test_closefd',
  ],
  'several processes at a time: no more descriptors for the later ones; ended in order and by force',
  async () => {
    const event = new Event()
    const queue = new Queue<number>()
    const all: Process[] = []
    for (let each = 0; each < 3; each++) all.push(await begin(countDescriptors, [queue, event]))
    const counts: number[] = []
    while (counts.length < all.length) counts.push(await get(queue, PATIENCE))
    equal(new Set(counts).size, 1, String(counts))
    const [first, ...others] = all
    for (const other of others) other.terminate()
    for (const other of others) await joined(other, -15)
    await call(event, 'set')
    if (first) await joined(first)
  },
)

export function recursion(writer: Connection, id: readonly number[]): void {
  writer.send(id)
  if (id.length >= 2) return
  for (let each = 0; each < 2; each++) {
    const child = new Process({ target: recursion, args: [writer, [...id, each]] })
    child.start()
    child.join()
  }
}

processes.follows(
  '_test_multiprocessing._TestProcess.test_recursion',
  'processes start processes, and what they send comes in order',
  async () => {
    const [reader, writer] = Pipe(false)
    // The first level here: one process less to start.
    recursion(writer, [])
    const expected = [[], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1]]
    for (const id of expected) deepEqual(await call(reader, 'recv'), id)
    equal(await call(reader, 'poll'), false)
  },
  { forms: ['blocking'] },
)

export function createGrandchild(writer: Connection): void {
  new Process({ target: reportParent, args: [writer] }).start()
  sleep(300)
}

export function reportParent(writer: Connection): void {
  const parent = parentProcess()
  writer.send(parent?.isAlive() === true ? 'alive' : 'not alive')
  parent?.join(PATIENCE)
  writer.send(parent?.isAlive() === true ? 'alive' : 'not alive')
  writer.send(parent === undefined ? -1 : wait([parent.sentinel], 0).length)
}

processes.follows(
  '_test_multiprocessing._TestProcess.test_parent_process',
  'a process notices the end of its parent',
  async () => {
    const [reader, writer] = Pipe(false)
    const child = new Process({ target: createGrandchild, args: [writer] })
    await call(child, 'start')
    equal(await call(reader, 'poll', PATIENCE), true)
    equal(await call(reader, 'recv'), 'alive')
    child.terminate()
    await joined(child, -15)
    equal(await call(reader, 'poll', PATIENCE), true)
    equal(await call(reader, 'recv'), 'not alive')
    equal(await call(reader, 'recv'), 1)
  },
)

export function setLater(event: Event): void {
  sleep(0.3)
  event.set()
}

export function clearMuchLater(event: Event): void {
  sleep(60)
  event.clear()
}

export function leaveThreads(event: Event): void {
  new Thread({ target: setLater, args: [event] }).start()
  new Thread({ target: clearMuchLater, args: [event], daemon: true }).start()
}

processes.follows(
  '_test_multiprocessing._TestProcess.test_wait_for_threads',
  'a process waits for its threads that are not daemons before it ends',
  async () => {
    const event = new Event()
    const child = new Process({ target: leaveThreads, args: [event] })
    await call(child, 'start')
    await joined(child)
    equal(await call(event, 'isSet'), true)
  },
)

export function endAs(how: string): void {
  switch (how) {
    case 'words':
      exit('ignore this')
      break
    case 'list':
      exit([1, 2, 3])
      break
    case 'true':
      exit(true)
      break
    case 'false':
      exit(false)
      break
    case '8':
      exit(8)
      break
    case '256':
      exit(256)
      break
    case '-1':
      exit(-1)
      break
    case 'none':
      exit()
      break
    case 'throw':
      throw new TypeError('on purpose')
    case '_exit':
      process.exit(5)
      break
    case 'SIGKILL':
      process.kill(process.pid, 'SIGKILL')
      sleep(60)
      break
    case 'SIGABRT':
      process.kill(process.pid, 'SIGABRT')
      sleep(60)
  }
}

const ends = [
  ['words', 1],
  ['list', 1],
  ['true', 1],
  ['false', 0],
  ['8', 8],
  ['256', 0],
  ['-1', 255],
  ['none', 0],
  ['throw', 1],
  ['_exit', 5],
  ['SIGKILL', -9],
  ['SIGABRT', -6],
] as const

processes.follows(
  '_test_multiprocessing._TestSubclassingProcess.test_sys_exit',
  'the exit code of every way to end',
  async () => {
    const found: [string, number | undefined][] = []
    for (let at = 0; at < ends.length; at += 4) {
      const group = ends.slice(at, at + 4)
      const started: Process[] = []
      for (const [how] of group) started.push(await begin(endAs, [how]))
      for (const [index, each] of started.entries()) {
        await call(each, 'join', PATIENCE)
        found.push([group[index]?.[0] ?? '', each.exitcode])
      }
    }
    deepEqual(
      found,
      ends.map(([how, code]) => [how, code]),
    )
  },
  { forms: ['blocking'] },
)

/** CPython's _UpperCaser. */
export class UpperCaser extends Process {
  childEnd: Connection
  parentEnd: Connection

  constructor(source?: ConstructorParameters<typeof Process>[0]) {
    super(source)
    const [childEnd, parentEnd] = Pipe()
    this.childEnd = childEnd
    this.parentEnd = parentEnd
  }

  override run(): void {
    this.parentEnd.close()
    for (;;) {
      const text = this.childEnd.recv()
      if (typeof text !== 'string') break
      this.childEnd.send(text.toUpperCase())
    }
    this.childEnd.close()
  }
}

processes.follows(
  '_test_multiprocessing._TestSubclassingProcess.test_subclassing',
  'a class of its own with a run and fields of its own',
  async () => {
    const upper = new UpperCaser()
    upper.daemon = true
    match(upper.name, /^UpperCaser-\d+$/)
    await call(upper, 'start')
    for (const text of ['hello', 'world']) {
      await call(upper.parentEnd, 'send', text)
      equal(await call(upper.parentEnd, 'recv'), text.toUpperCase())
    }
    await call(upper.parentEnd, 'send', undefined)
    upper.parentEnd.close()
    upper.childEnd.close()
    await joined(upper)
  },
)

processes.follows(
  [
    '_test_multiprocessing.TestStdinBadfiledescriptor.test_queue_in_process',
    '_test_multiprocessing.TestForkAwareThreadLock.test_lock',
  ],
  'a process of a process uses a queue of its own',
  async () => {
    const child = new Process({ target: processInProcess })
    await call(child, 'start')
    await joined(child)
  },
)

export function getNothing(queue: Queue): void {
  try {
    queue.get(false)
  } catch (error) {
    if (error instanceof Error && error.name === 'Empty') return
    throw error
  }
}

export function processInProcess(): void {
  const child = new Process({ target: getNothing, args: [new Queue()], daemon: true })
  child.start()
  child.join()
  if (child.exitcode !== 0) exit(3)
  if (activeChildren().length !== 0) exit(4)
}

export function startDaemonAndEnd(queue: Queue<number>): void {
  const daemon = new Process({ target: sleepSome, daemon: true })
  daemon.start()
  queue.put(daemon.pid ?? 0)
}

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

processes.beyond('a process that ends takes its daemons along', async () => {
  const queue = new Queue<number>()
  const child = new Process({ target: startDaemonAndEnd, args: [queue] })
  await call(child, 'start')
  const pid = await get(queue, PATIENCE)
  await joined(child)
  await until('the daemon is gone', () => !exists(pid))
})

export function startSlowAndEnd(semaphore: Semaphore): void {
  new Process({ target: releaseLater, args: [semaphore] }).start()
}

export function releaseLater(semaphore: Semaphore): void {
  sleep(0.3)
  semaphore.release()
}

processes.beyond('a process that ends waits for its children that are not daemons', async () => {
  const semaphore = new Semaphore(0)
  const child = new Process({ target: startSlowAndEnd, args: [semaphore] })
  await call(child, 'start')
  await joined(child)
  equal(await call(semaphore, 'acquire', false), true)
})

processes.beyond('a process killed from outside: exit code, and nobody waits', async () => {
  const child = await begin(sleepSome, [])
  process.kill(child.pid ?? 0, 'SIGKILL')
  equal(await child.sentinel, -9)
  await joined(child, -9)
})

processes.beyond('what cannot travel is refused at start, which may be tried again', async () => {
  const local = (): void => undefined
  await fails(() => begin(local, []), 'PicklingError', /Can't pickle (local object|<?function)/)
  await fails(() => begin(nothing as (value: unknown) => void, [() => 1]), 'PicklingError')
  deepEqual(await children(), [])
  await pause(0)
})

processes.beyond('a name that is set is a text: AssertionError otherwise', () => {
  const process = new Process({ name: 5 as never })
  equal(process.name, '5')
  throws(() => (process.name = 5 as never), {
    name: 'AssertionError',
    message: 'name must be a string',
  })
})

export const suites = [processes]
export const run = runnerOf(suites)
