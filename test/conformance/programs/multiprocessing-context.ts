/** Contexts, start methods, and what the module offers: TestStartMethod, MiscTestCase. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import * as multiprocessing from '../../../main/multiprocessing/index.ts'
import type { Queue } from '../../../main/multiprocessing/index.ts'
import {
  getAllStartMethods,
  getContext,
  getStartMethod,
  Pipe,
  Process,
  setStartMethod,
  type Connection,
} from '../../../main/multiprocessing/index.ts'
import { begin, call, get, joined, PATIENCE, put } from '../process-driver.ts'
import { runnerOf, Suite } from '../suite.ts'

const contexts = new Suite(['contexts'])

export function sendMethod(writer: Connection): void {
  writer.send(getStartMethod())
}

/** Of Process, or of a context's. */
async function methodIn(ProcessOf: typeof Process): Promise<unknown> {
  const [reader, writer] = Pipe(false)
  const child = new ProcessOf({ target: sendMethod, args: [writer] })
  await call(child, 'start')
  writer.close()
  const method = await call(reader, 'recv')
  reader.close()
  await joined(child)
  return method
}

contexts.follows(
  [
    '_test_multiprocessing.TestStartMethod.test_context',
    '_test_multiprocessing.TestStartMethod.test_get_all',
  ],
  'a context has one start method, which its processes have, too',
  async () => {
    deepEqual(getAllStartMethods(), ['spawn', 'prewarmed'])
    for (const method of getAllStartMethods()) {
      const context = getContext(method)
      equal(context.getStartMethod(), method)
      equal(context.getContext(), context)
      equal(getContext(method), context)
      throws(() => context.setStartMethod(), {
        name: 'ValueError',
        message: 'cannot set start method of concrete context',
      })
      equal(await methodIn(context.Process), method)
    }
    for (const absent of ['fork', 'forkserver', 'xxx', ''])
      throws(() => getContext(absent), {
        name: 'ValueError',
        message: new RegExp(`^cannot find context for '${absent}'`),
      })
  },
)

contexts.follows(
  '_test_multiprocessing.TestStartMethod.test_set_get',
  'the start method is set once, or by force; to ask is to choose',
  async () => {
    try {
      equal(getStartMethod(true), undefined)
      setStartMethod('prewarmed')
      equal(getStartMethod(), 'prewarmed')
      throws(() => setStartMethod('spawn'), {
        name: 'RuntimeError',
        message: 'context has already been set',
      })
      for (const method of getAllStartMethods()) {
        setStartMethod(method, true)
        equal(getStartMethod(), method)
        equal(getContext().getStartMethod(), method)
        ok(getContext().Process.name.toLowerCase().startsWith(method))
      }
      throws(() => setStartMethod('fork', true), { name: 'ValueError' })
      equal(await methodIn(Process), getStartMethod())
      setStartMethod(undefined, true)
      equal(getStartMethod(true), undefined)
      equal(getStartMethod(), 'spawn')
      throws(() => setStartMethod('spawn'), { name: 'RuntimeError' })
    } finally {
      setStartMethod(undefined, true)
    }
  },
)

export function putOne(queue: Queue<number>): void {
  queue.put(1)
}

export function putTwoAndNest(queue: Queue<number>): void {
  queue.put(2)
  const child = new Process({ target: putOne, args: [queue] })
  child.start()
  child.join()
}

contexts.follows(
  [
    '_test_multiprocessing.TestStartMethod.test_nested_startmethod',
    '_test_multiprocessing.TestStartMethod.test_mixed_startmethod',
  ],
  'a queue of any context goes through several generations',
  async () => {
    for (const method of getAllStartMethods()) {
      const queue = new (getContext(method).Queue)<number>()
      const child = await begin(putTwoAndNest, [queue]).catch(() => undefined)
      // Begun as a daemon it must not start another one.
      if (child !== undefined) await call(child, 'join', PATIENCE)
      equal(child?.exitcode, 1)
      equal(await get(queue, PATIENCE), 2)
      const grown = new (getContext(method).Process)({ target: putTwoAndNest, args: [queue] })
      await call(grown, 'start')
      await joined(grown)
      const found = [await get(queue, PATIENCE), await get(queue, PATIENCE)]
      deepEqual(found.sort(), [1, 2])
      await put(queue, 3)
    }
  },
  { forms: ['blocking'] },
)

/** CPython's `__all__`, without what README.md lists as not there. */
const names = [
  'Array',
  'Barrier',
  'BoundedSemaphore',
  'BufferTooShort',
  'Condition',
  'Event',
  'JoinableQueue',
  'Lock',
  'Manager',
  'Pipe',
  'Pool',
  'Process',
  'Queue',
  'RLock',
  'RawArray',
  'RawValue',
  'Semaphore',
  'SimpleQueue',
  'TimeoutError',
  'Value',
  'activeChildren',
  'cpuCount',
  'currentProcess',
  'freezeSupport',
  'getAllStartMethods',
  'getContext',
  'getStartMethod',
  'parentProcess',
  'setStartMethod',
] as const

contexts.follows('_test_multiprocessing.MiscTestCase.test__all__', 'every name is there', () => {
  for (const name of names) equal(typeof multiprocessing[name], 'function', name)
  const context: object = getContext('spawn')
  for (const name of names) ok(name in context, `context.${name}`)
})

export const suites = [contexts]
export const run = runnerOf(suites)
