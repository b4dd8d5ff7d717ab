/** Scripts under the probe, on every CPython there is: what the run's tables say of them. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, test } from 'vitest'
import { openSampler } from '../../main/python/sampler/open-sampler.ts'
import { LaneEnd, LaneKind } from '../../main/trace/model.ts'
import { describeWithPythons } from '../support/pythons.ts'
import { traced } from './trace-cpython.ts'

const THREADS = `
import queue, threading
lock = threading.Lock()
items = queue.Queue(3)
def work():
    for item in range(50):
        with lock:
            pass
        items.put(item)
def eat():
    for item in range(100):
        items.get()
threads = [threading.Thread(target=work, name=name) for name in ('one', 'other')]
threads.append(threading.Thread(target=eat, name='eater'))
for thread in threads: thread.start()
for thread in threads: thread.join()
print('done')
`

const SPINNING = `
import threading, time
def spin():
    # Of a processor: on a busy machine it takes longer, and as much is seen of it.
    until = time.thread_time() + 0.2
    while time.thread_time() < until:
        sum(range(1000))
threads = [threading.Thread(target=spin) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
`

const KILLED = `
import os, signal, threading
def stop():
    os.kill(os.getpid(), signal.SIGKILL)
thread = threading.Thread(target=stop, name='killer')
thread.start()
thread.join()
`

const FORKED = `
import os, sys, threading
lock = threading.Lock()
with lock:
    pass
child = os.fork()
with lock:
    pass
if child == 0:
    with lock:
        pass
    sys.exit(0)
os.waitpid(child, 0)
`

await describeWithPythons('the trace of a script', (python) => {
  test('threads, a lock and a queue have their rows and figures', async () => {
    const { session, trace, code, output, errors, end } = await traced(python, THREADS)
    expect({ code, output, errors }).toEqual({ code: 0, output: 'done\n', errors: '' })
    expect(end).toEqual({ killed: [], dropped: 0 })
    expect([...trace.skipped]).toEqual([])
    expect(trace.processes.map(({ version, role }) => ({ version, role }))).toEqual([
      { version: python.version, role: 'main' },
    ])
    const { lanes } = session.collector
    expect(lanes.map(({ name }) => name).sort()).toEqual(['MainThread', 'eater', 'one', 'other'])
    expect(lanes.every((lane) => lane.end?.how === LaneEnd.returned)).toBe(true)
    expect(lanes.find(({ name }) => name === 'MainThread')?.kind).toBe(LaneKind.main)
    const tables = session.answer('tables', {})
    expect(tables.locks).toMatchObject([{ kind: 'Lock', madeAt: 'script.py:3', acquired: 100 }])
    expect(tables.queues).toMatchObject([
      { kind: 'Queue', madeAt: 'script.py:4', puts: 100, gets: 100, depth: 0, capacity: 3 },
    ])
    expect(tables.queues[0]?.residence.count).toBe(100)
    expect(session.status().late).toBe(0)
    expect(session.sectionFigures()).toHaveLength(1)
  })

  test('a process that is killed says when it last did anything', async () => {
    const { session, end } = await traced(python, KILLED)
    expect(end.killed).toMatchObject([{ signal: 'SIGKILL', name: 'MainProcess' }])
    expect(end.killed[0]?.age).toBeGreaterThanOrEqual(0)
    expect(session.collector.lanes.map((lane) => lane.end?.how)).toEqual([
      LaneEnd.killed,
      LaneEnd.killed,
    ])
    expect(session.sectionFigures()).toEqual([])
  })

  test('a forked child has a lock of its own', async () => {
    const { session, trace } = await traced(python, FORKED)
    expect(trace.processes.map(({ role }) => role)).toEqual(['main', 'fork'])
    const { locks } = session.answer('tables', {})
    const mine = locks.filter(({ madeAt }) => madeAt === 'script.py:3')
    expect(mine.map(({ acquired }) => acquired)).toEqual([2, 2])
  })

  test.runIf(process.platform === 'linux')(
    'threads that spin take turns, or run at once',
    async () => {
      const sampler = openSampler(pathToFileURL(join(inject('bundle'), 'gil-sampler.mjs')))
      const { session, trace } = await traced(python, SPINNING, sampler)
      sampler.dispose()
      const [gil] = session.tracks().filter(({ kind }) => kind === 'gil')
      if (!python.gil) {
        expect(trace.processes[0]?.reading).toBe('no GIL')
        expect(gil).toBeUndefined()
        return
      }
      expect(trace.processes[0]).toMatchObject({ reading: 'measured', readingReason: '' })
      expect(gil).toMatchObject({ reading: 'measured', measured: true, subtitle: 'GIL, measured' })
      const { lanes, locks } = session.answer('tables', {})
      expect(locks.find(({ kind }) => kind === 'GIL')?.switches).toBeGreaterThan(2)
      const spinning = lanes.filter(({ name }) => name.startsWith('Thread-'))
      for (const { waitedGil } of spinning) expect(waitedGil).toBeGreaterThan(0)
    },
  )
})
