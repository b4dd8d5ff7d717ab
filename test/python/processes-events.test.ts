/** What the probe records of processes, by every start method. */
import { expect, test } from 'vitest'
import { EventKind, LaneKind, LaneState, ResourceKind } from '../../main/trace/model.ts'
import { ProbeKind, PROCESS_IDENT } from '../../main/python/trace/layout.ts'
import { describeWithPythons } from '../support/pythons.ts'
import { readEvents, runProbed, script, type ProbeEvent } from './probed.ts'

const LIMIT = 120_000

async function eventsOf(python: string, source: string, method: string): Promise<ProbeEvent[]> {
  const ended = await runProbed(python, script(source), { arguments: [method] })
  expect(ended).toMatchObject({ code: 0, error: '' })
  return readEvents(ended.trace)
}

const ofKind = (events: readonly ProbeEvent[], kind: number): readonly ProbeEvent[] =>
  events.filter((event) => event.kind === kind)

const declared = (events: readonly ProbeEvent[], kind: ResourceKind): readonly ProbeEvent[] =>
  ofKind(events, EventKind.resource).filter(({ a }) => a === kind)

const KILLED = `
import multiprocessing as mp, sys

def count(connection):
    n = 0
    while True:
        connection.send(n)
        n += 1

if __name__ == '__main__':
    ctx = mp.get_context(sys.argv[1])
    for end in 'terminate', 'kill':
        here, there = ctx.Pipe(duplex=False)
        process = ctx.Process(target=count, args=(there,), name=end)
        process.start()
        while here.recv() < 1000:
            pass
        getattr(process, end)()
        process.join()
`

const SHARED = `
import multiprocessing as mp, sys

def work(lock, queue):
    with lock:
        queue.put('item')

if __name__ == '__main__':
    ctx = mp.get_context(sys.argv[1])
    lock, queue = ctx.Lock(), ctx.Queue()
    with lock:
        process = ctx.Process(target=work, args=(lock, queue), name='Worker')
        process.start()
    queue.get()
    process.join()
`

const POOL = `
import multiprocessing as mp, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def square(x):
    return x * x

def fail(x):
    raise ValueError(x)

if __name__ == '__main__':
    ctx = mp.get_context(sys.argv[1])
    with ctx.Pool(4) as pool:
        pool.map(square, range(256))
        try:
            pool.apply(fail, (1,))
        except ValueError:
            pass
    for executor in ThreadPoolExecutor(2), ProcessPoolExecutor(2, mp_context=ctx):
        with executor:
            assert list(executor.map(square, range(8))) == [x * x for x in range(8)]
`

await describeWithPythons('processes', (python) => {
  test.each(python.startMethods)(
    'what ended by a signal keeps its last events by %s',
    async (method) => {
      const events = await eventsOf(python.path, KILLED, method)
      const begun = ofKind(events, EventKind.laneStart).filter(({ b }) => b === 0)
      const names = begun.filter(({ c }) => c === LaneKind.process).map(({ text }) => text)
      expect(names).toEqual(expect.arrayContaining(['terminate', 'kill']))
      const children = ofKind(events, ProbeKind.child)
      const started = children.filter(({ b }) => b === 0)
      expect(started.map(({ text }) => text)).toEqual(['terminate', 'kill'])
      const ends = children.filter(({ b }) => b === 1).map(({ a, c }) => [a, c | 0])
      expect(ends).toEqual(started.map(({ a: pid }, i) => [pid, i === 0 ? -15 : -9]))
      for (const { a: pid } of started) {
        const sent = ofKind(events, EventKind.put).filter((event) => event.pid === pid)
        // A put is recorded when it has been done: the signal may come between the two.
        expect(sent.length).toBeGreaterThanOrEqual(1000)
        const joining = ofKind(events, EventKind.state).filter(
          ({ a, b }) => a === LaneState.idle && b === PROCESS_IDENT + pid,
        )
        expect(joining).toHaveLength(1)
      }
    },
    LIMIT,
  )

  test.each(python.startMethods)(
    'a lock and a queue are the same to both processes by %s',
    async (method) => {
      const events = await eventsOf(python.path, SHARED, method)
      const worker = ofKind(events, ProbeKind.child).find(({ b }) => b === 0)?.a ?? 0
      const keyOf = (pid: number, resource: number, kind: ResourceKind): string =>
        declared(events, kind)
          .filter((event) => event.pid === pid && event.resource === resource)
          .map(({ text }) => text.split('\n')[2] ?? '')[0] ?? `inherited ${resource}`
      const acquired = ofKind(events, EventKind.acquire).filter(({ pid, resource }) =>
        declared(events, ResourceKind.lock).some(
          (lock) => lock.resource === resource && (lock.pid === pid || method === 'fork'),
        ),
      )
      const locks = acquired.map(({ pid, resource }) => keyOf(pid, resource, ResourceKind.lock))
      expect(new Set(acquired.map(({ pid }) => pid))).toContain(worker)
      expect(new Set(locks.filter((key) => !key.startsWith('inherited'))).size).toBe(1)
      const [put] = ofKind(events, EventKind.put)
      const [got] = ofKind(events, EventKind.get)
      expect(put?.pid).toBe(worker)
      expect(got?.pid).not.toBe(worker)
      const queues = declared(events, ResourceKind.processQueue)
      expect(new Set(queues.map(({ text }) => text.split('\n')[2])).size).toBe(1)
      // Its parts are nobody's business.
      expect(declared(events, ResourceKind.pipe)).toEqual([])
      expect(declared(events, ResourceKind.semaphore)).toEqual([])
    },
    LIMIT,
  )

  test.each(python.startMethods)(
    'tasks of pools are begun and ended where they run by %s',
    async (method) => {
      const events = await eventsOf(python.path, POOL, method)
      const starts = ofKind(events, EventKind.taskStart)
      const ends = ofKind(events, EventKind.taskEnd)
      expect(starts).toHaveLength(16 + 1 + 8 + 8)
      expect(ends).toHaveLength(starts.length)
      expect(starts.reduce((calls, { b }) => calls + b, 0)).toBe(256 + 1 + 8 + 8)
      expect(ends.filter(({ b }) => b === 1)).toHaveLength(1)
      const pools = new Set(
        declared(events, ResourceKind.pool).map(({ text }) => text.split('\n')[2]),
      )
      expect(pools.size).toBe(3)
    },
    LIMIT,
  )
})
