/** What the probe writes is what the TypeScript twins of the same program record. */
import { statSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProbeKind, UNKNOWN } from '../../main/python/trace/layout.ts'
import {
  EventKind,
  LaneEnd,
  LaneKind,
  LaneState,
  Place,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../main/trace/model.ts'
import type { Interpreter } from '../../main/run/contract.ts'
import { describeWithPythons } from '../support/pythons.ts'
import {
  fixture,
  readEvents,
  runProbed,
  script,
  type ProbeEvent,
  type RunOptions,
} from './probed.ts'

const KINDS: ReadonlyMap<number, string> = new Map(
  Object.entries({ ...EventKind, ...ProbeKind }).map(([name, kind]) => [kind, name] as const),
)

/** `acquire 1`: kind and a. Where locks were acquired is left out. */
const brief = (events: readonly ProbeEvent[]): string[] =>
  events
    .filter(({ kind }) => kind !== EventKind.location)
    .map(({ kind, a }) => `${KINDS.get(kind) ?? '?'} ${a === UNKNOWN ? '?' : a}`)

await describeWithPythons('the probe', (python: Interpreter) => {
  async function eventsOf(...source: readonly string[]): Promise<ProbeEvent[]> {
    return eventsWith({}, ...source)
  }
  async function eventsWith(options: RunOptions, ...source: readonly string[]) {
    const { trace, error } = await runProbed(python.path, script(`${source.join('\n')}\n`), options)
    expect(error).toBe('')
    return readEvents(trace)
  }
  const declared = (events: readonly ProbeEvent[], kind: ResourceKind): ProbeEvent => {
    const found = events.find((each) => each.kind === EventKind.resource && each.a === kind)
    if (!found) throw new Error('it was not declared')
    return found
  }
  const of = (events: readonly ProbeEvent[], kind: ResourceKind): ProbeEvent[] => {
    const { resource } = declared(events, kind)
    return events.filter((each) => each.resource === resource && each.kind !== EventKind.resource)
  }

  test('begins with its thread and ends with the exit code', async () => {
    const { trace } = await runProbed(python.path, script('raise SystemExit(3)\n'))
    const events = readEvents(trace)
    expect(brief(events)).toEqual([
      `thread ${events[0]?.pid ?? 0}`,
      'laneStart 1',
      'begin 0',
      'end 3',
    ])
    expect(events[1]).toMatchObject({ c: LaneKind.main, text: 'MainThread' })
  })

  test('finds the GIL and tells a build without one', async () => {
    const { trace } = await runProbed(python.path, script('pass\n'))
    const [name = ''] = readdirSync(trace)
    const header = readFileSync(join(trace, name))
    expect(header.readUInt32LE(20)).toBe((python.gil ? 1 : 0) + (python.freeThreaded ? 2 : 0))
    if (process.platform === 'linux') expect(header.readBigUInt64LE(40)).not.toBe(0n)
  })

  test('ends threads that nobody ends, but not those of a parent', async () => {
    const events = await eventsOf(
      'import _thread, os, threading, time, warnings',
      "warnings.simplefilter('ignore')",
      'lock, begun = threading.Lock(), []',
      'def briefly():',
      '    with lock: begun.append(1)',
      'def long():',
      '    with lock: begun.append(1)',
      '    time.sleep(60)',
      'for run in (briefly, long): _thread.start_new_thread(run, ())',
      'while len(begun) < 2 or _thread._count() > 1: time.sleep(0.001)',
      'time.sleep(0.3)',
      'if os.fork() == 0: os._exit(0)',
      'os.wait()',
      'with lock: pass',
    )
    const threads = events.filter(({ kind }) => kind === EventKind.laneStart)
    expect(threads.map(({ c }) => c).sort()).toEqual([
      LaneKind.main,
      LaneKind.thread,
      LaneKind.thread,
      LaneKind.process,
    ])
    const ends = events.filter(({ kind }) => kind === EventKind.laneEnd)
    expect(ends.map(({ b }) => b)).toEqual([LaneEnd.returned])
  })

  test('names what the program made, with its line, and nothing that the library made', async () => {
    const events = await eventsOf(
      'import queue, threading, concurrent.futures, logging',
      'a, b = threading.Lock(), threading.Lock()',
      'queue.Queue(3)',
      'threading.Timer(1, print), threading.Thread(), logging.getLogger("a")',
    )
    const made = events.filter(({ kind }) => kind === EventKind.resource)
    expect(made.map(({ text }) => text)).toEqual([
      'Lock-1\nscript.py:2\n',
      'Lock-2\nscript.py:2\n',
      'Queue-1\nscript.py:3\n',
    ])
    expect(made[2]).toMatchObject({ a: ResourceKind.queue, b: 3 })
    expect(new Set(made.map(({ resource }) => resource)).size).toBe(3)
  })

  test('records the outermost acquisition of an RLock alone', async () => {
    const events = await eventsOf(
      'import threading',
      'lock = threading.RLock()',
      'with lock:',
      '    with lock: lock.acquire(False)',
      '    lock.release()',
      'try: lock.release()',
      'except RuntimeError: pass',
      'with lock: pass',
    )
    expect(brief(of(events, ResourceKind.rlock))).toEqual([
      'acquire 0',
      'release 0',
      'acquire 0',
      'release 0',
    ])
  })

  test('says who waits for a lock, that it got it, and where both happened', async () => {
    /** A wait that lasts says where it is. */
    const isToldWhere = (soFar: readonly ProbeEvent[]): boolean =>
      soFar.some(({ thread, a, text }) => thread === 2 && a === Place.waits && text !== '')
    const events = await eventsWith(
      { inputOnce: isToldWhere },
      'import sys, threading',
      'lock = threading.Lock()',
      'def wait():',
      '    lock.acquire()',
      '    print(lock.acquire(timeout=0.01), lock.acquire(False))',
      '    lock.release()',
      'with lock:',
      '    thread = threading.Thread(target=wait)',
      '    thread.start()',
      '    sys.stdin.readline()',
      'thread.join()',
    )
    const ofLock = of(events, ResourceKind.lock)
    expect(brief(ofLock.filter(({ thread }) => thread === 2))).toEqual([
      'waitBegin ?',
      'acquire 1',
      'waitBegin ?',
      'waitEnd 1',
      'release 0',
    ])
    const waits = ofLock.filter(({ kind }) => kind === EventKind.waitBegin)
    expect(waits.map(({ b, c }) => [b, c])).toEqual([
      [Wait.acquire, 0],
      [Wait.acquire, 1],
    ])
    // No moment at which two threads hold it.
    const holds = ofLock.filter(
      ({ kind }) => kind === EventKind.acquire || kind === EventKind.release,
    )
    expect(holds.map(({ thread, kind }) => [thread, kind])).toEqual([
      [1, EventKind.acquire],
      [1, EventKind.release],
      [2, EventKind.acquire],
      [2, EventKind.release],
    ])
    const places = events.filter(({ kind }) => kind === EventKind.location)
    expect(places.map(({ thread, a, text }) => [thread, a, text])).toEqual(
      expect.arrayContaining([
        [1, Place.acquired, 'script.py:7'],
        [2, Place.waits, 'script.py:4'],
        [2, Place.acquired, 'script.py:4'],
        [2, Place.waits, 'script.py:5'],
      ]),
    )
  })

  test('gives a condition’s lock back while it waits', async () => {
    const events = await eventsOf(
      'import threading',
      'condition, ready = threading.Condition(), []',
      'def wait():',
      '    with condition:',
      '        ready.append(1)',
      '        condition.wait()',
      '        condition.wait(0.01)',
      'thread = threading.Thread(target=wait)',
      'thread.start()',
      'while not ready: pass',
      'with condition: condition.notify()',
      'thread.join()',
    )
    const lock = declared(events, ResourceKind.rlock).resource
    const { resource } = declared(events, ResourceKind.condition)
    const mine = events.filter(
      (each) => each.thread === 2 && (each.resource === lock || each.resource === resource),
    )
    // Whether it has to wait for the lock again is chance.
    const certain = mine.filter(
      ({ resource, kind }) => resource !== lock || kind !== EventKind.waitBegin,
    )
    expect(
      brief(certain.map((each) => ({ ...each, a: each.kind === EventKind.acquire ? 0 : each.a }))),
    ).toEqual([
      'acquire 0',
      'waitBegin 0',
      'release 0',
      `waitEnd ${WaitOutcome.granted}`,
      'acquire 0',
      'waitBegin 0',
      'release 0',
      `waitEnd ${WaitOutcome.timedOut}`,
      'acquire 0',
      'release 0',
    ])
    expect(events.find(({ kind }) => kind === EventKind.notify)).toMatchObject({ resource, a: 1 })
  })

  test('is not sure of a wait that a signal handler may end', async () => {
    const waits = async (handler: string) => {
      const events = await eventsOf(
        'import signal, threading, time',
        'come, go = threading.Event(), threading.Event()',
        'signal.signal(signal.SIGTERM, lambda *_: come.set())',
        'signal.signal(signal.SIGTERM, signal.SIG_DFL)',
        `signal.signal(signal.SIGINT, ${handler})`,
        'def run(): time.sleep(0.2); come.set(); go.wait()',
        'other = threading.Thread(target=run)',
        'other.start(); come.wait(); go.set(); other.join()',
      )
      // Of the main thread alone: nobody else runs handlers.
      const main = events.filter(({ thread }) => thread === 1)
      const wait = main.find(({ kind, b }) => kind === EventKind.waitBegin && b === Wait.event)
      return wait?.c
    }
    expect(await waits('signal.default_int_handler')).toBe(0)
    expect(await waits('signal.SIG_IGN')).toBe(0)
    expect(await waits('lambda *_: come.set()')).toBe(1)
  })

  test('tells waits for an event, a semaphore, a barrier and a queue apart', async () => {
    const { trace } = await runProbed(python.path, fixture('threads.py'))
    const events = readEvents(trace)
    const expected: readonly (readonly [ResourceKind, Wait])[] = [
      [ResourceKind.event, Wait.event],
      [ResourceKind.semaphore, Wait.acquire],
      [ResourceKind.barrier, Wait.barrier],
      [ResourceKind.condition, Wait.notify],
    ]
    for (const [kind, why] of expected)
      for (const each of of(events, kind))
        if (each.kind === EventKind.waitBegin) expect(each.b).toBe(why)
    const semaphore = of(events, ResourceKind.semaphore)
    expect(semaphore.filter(({ kind }) => kind === EventKind.acquire)).toHaveLength(2)
    expect(semaphore.filter(({ kind }) => kind === EventKind.release)).toHaveLength(2)
    expect(brief(of(events, ResourceKind.event).slice(-2))).toContain('set 0')
  })

  test('numbers items as they come out of a queue, a stack and a heap', async () => {
    const events = await eventsOf(
      'import queue',
      'for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):',
      '    items = kind()',
      '    for item in (5, 9, 3): items.put(item)',
      '    for _ in range(3): items.get()',
      'items = queue.Queue()',
      'items.put(1); items.queue.clear(); items.put(2); items.get()',
    )
    const queues = events.filter(({ kind }) => kind === EventKind.resource)
    const order = queues.map(({ resource }) =>
      events
        .filter((each) => each.resource === resource && each.kind === EventKind.get)
        .map(({ a }) => a),
    )
    expect(order).toEqual([[0, 1, 2], [2, 1, 0], [2, 0, 1], [1]])
    const depths = events
      .filter(
        ({ resource, kind }) => resource === queues[0]?.resource && kind !== EventKind.resource,
      )
      .map(({ b }) => b)
    expect(depths).toEqual([1, 2, 3, 2, 1, 0])
  })

  test('has a put before its get, however many threads put and get', async () => {
    const events = await eventsOf(
      'import queue, threading',
      'for items in (queue.Queue(2), queue.SimpleQueue()):',
      '    def put():',
      '        for item in range(300): items.put(item)',
      '    def get():',
      '        for item in range(300): items.get()',
      '    threads = [threading.Thread(target=each) for each in (put, get, put, get)]',
      '    for thread in threads: thread.start()',
      '    for thread in threads: thread.join()',
    )
    for (const { resource } of events.filter(({ kind }) => kind === EventKind.resource)) {
      let inside = 0
      for (const { kind } of events.filter((each) => each.resource === resource)) {
        if (kind === EventKind.put) inside++
        if (kind === EventKind.get) inside--
        expect(inside).toBeGreaterThanOrEqual(0)
      }
      expect(inside).toBe(0)
    }
  })

  test('begins and ends the lane of each thread, by whom it was started, and how it ended', async () => {
    const joinsIn = (events: readonly ProbeEvent[]): ProbeEvent[] =>
      events
        .filter(({ kind, a }) => kind === EventKind.state && a === LaneState.idle)
        .sort((one, other) => one.thread - other.thread)
    const { trace } = await runProbed(
      python.path,
      script(
        [
          'import sys, threading',
          'def inner(): sys.stdin.readline()',
          'def outer():',
          "    thread = threading.Thread(target=inner, name='inner'); thread.start(); thread.join()",
          '    1 / 0',
          "thread = threading.Thread(target=outer, name='outer'); thread.start(); thread.join(60)",
        ].join('\n'),
      ),
      { inputOnce: (soFar) => joinsIn(soFar).length === 2 },
    )
    const events = readEvents(trace)
    const starts = events.filter(({ kind }) => kind === EventKind.laneStart)
    expect(starts.map(({ a, b, c, text }) => [a, b, c, text])).toEqual([
      [1, 0, LaneKind.main, 'MainThread'],
      [2, 1, LaneKind.thread, 'outer'],
      [3, 2, LaneKind.thread, 'inner'],
    ])
    const ends = events.filter(({ kind }) => kind === EventKind.laneEnd)
    expect(ends.map(({ a, b }) => [a, b])).toEqual([
      [3, LaneEnd.returned],
      [2, LaneEnd.threw],
    ])
    expect(joinsIn(events).map(({ thread, b, c }) => [thread, b, c])).toEqual([
      [1, 2, 1],
      [2, 3, 0],
    ])
  })

  test('counts what it has no room for, exactly', async () => {
    const { trace } = await runProbed(
      python.path,
      script(
        [
          'import threading',
          'lock = threading.Lock()',
          'for _ in range(120_000):',
          '    with lock: pass',
        ].join('\n'),
      ),
    )
    const [name = ''] = readdirSync(trace)
    const path = join(trace, name)
    const dropped = Number(readFileSync(path).readBigUInt64LE(64))
    const size = statSync(path).size
    const events = readEvents(trace)
    const written = events.filter(
      ({ kind }) => kind === EventKind.acquire || kind === EventKind.release,
    )
    // Nobody read it meanwhile. Of the dropped ones, one may be where it was acquired.
    expect(written.length).toBeGreaterThan(100_000)
    expect(written.length + dropped).toBeGreaterThanOrEqual(240_000)
    expect(written.length + dropped).toBeLessThan(242_000)
    expect(size).toBeLessThan(5_000_000)
  })

  test('goes on in a forked process, with the ids of what it has inherited', async () => {
    const events = await eventsOf(
      'import os, threading',
      'lock = threading.Lock()',
      'child = os.fork()',
      'with lock: pass',
      'other = threading.Lock()',
      'if child: os.wait()',
    )
    const pids = new Set(events.map(({ pid }) => pid))
    expect(pids.size).toBe(2)
    const { resource } = declared(events, ResourceKind.lock)
    for (const pid of pids)
      expect(
        brief(events.filter((each) => each.pid === pid && each.resource === resource)),
      ).toEqual(expect.arrayContaining(['acquire 0', 'release 0']))
  })

  const hasTaskLanes = !/^3\.([89]|1[01])\./.test(python.version)
  test.runIf(hasTaskLanes)('has a lane for each asyncio task', async () => {
    const events = await eventsOf(
      'import asyncio',
      'async def work(): await asyncio.sleep(0)',
      'async def fail(): raise KeyError',
      'async def main():',
      "    await asyncio.gather(asyncio.create_task(work(), name='w'), fail(), return_exceptions=True)",
      'asyncio.run(main())',
    )
    const tasks = events.filter(({ kind, a }) => kind === EventKind.laneStart && a > 1)
    expect(tasks.slice(0, 2).map(({ text }) => text)).toEqual(['Task-1 (main)', 'w (work)'])
    const ends = new Map(
      events.filter(({ kind }) => kind === EventKind.laneEnd).map(({ a, b }) => [a, b]),
    )
    expect(tasks.map(({ a }) => ends.get(a)).filter((end) => end === LaneEnd.threw)).toHaveLength(1)
    // What comes last is the thread's own again.
    const lanes = events.filter(({ kind }) => kind === ProbeKind.lane)
    expect(lanes.at(-1)?.a).toBe(0)
  })

  test.runIf(hasTaskLanes)('says nothing more of an asyncio task that has ended', async () => {
    const events = await eventsOf(
      'import asyncio',
      'async def work(): pass',
      'async def main():',
      '    task = asyncio.create_task(work())',
      '    steps = task.get_coro()',
      '    await task',
      '    try: steps.send(None)',
      "    except RuntimeError as error: print('over:', error)",
      'asyncio.run(main())',
    )
    const ended = new Set<number>()
    for (const { kind, a } of events)
      if (kind === EventKind.laneEnd) ended.add(a)
      else if (kind === ProbeKind.lane) expect(ended).not.toContain(a)
    expect(ended.size).toBeGreaterThan(1)
  })
})
