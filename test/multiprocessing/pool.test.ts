import { describe, expect, test } from 'vitest'
import { Pool, ThreadPool } from '../../main/multiprocessing/index.ts'
import { defaultChunksize } from '../../main/multiprocessing/pool/chunks.ts'
import { registerModule } from '../../main/threading/targets.ts'
import { EventKind, ResourceKind, Wait } from '../../main/trace/model.ts'
import type * as pools from '../fixtures/pools.ts'
import { openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { bundled, drainEvents, output, runProgram } from '../support/threads.ts'

/** Runs a program of fixtures/pools.ts and gives back what its main process printed. */
async function run(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const { host, registry } = openRun()
  await runProgram(host, 'pools', name, ...args)
  await registry.endSection()
  expect(registry.size).toBe(0)
  expect(host.threads).toBe(0)
  return output(drainEvents(host))
}

const word = (kind: string): string => (kind === 'threads' ? 'thread' : 'process')
const brokenName = (kind: string): string =>
  kind === 'threads' ? 'BrokenThreadPool' : 'BrokenProcessPool'

test('chunks are as large as CPython makes them', () => {
  // divmod(len, workers * 4), one more where there is a remainder.
  const table = [
    [0, 2, 0],
    [1, 2, 1],
    [7, 2, 1],
    [8, 2, 1],
    [9, 2, 2],
    [16, 2, 2],
    [17, 2, 3],
    [100, 4, 7],
    [1024, 2, 128],
    [100_000, 2, 12_500],
    [100_001, 2, 12_501],
  ] as const
  for (const [length, workers, expected] of table)
    expect([length, workers, defaultChunksize(length, workers)]).toEqual([
      length,
      workers,
      expected,
    ])
})

describe.each(['threads', 'processes'])('a pool of %s', (kind) => {
  test('every way to call gives the results in order', async () => {
    expect(await run('calls', kind)).toEqual([
      '49 5 2',
      '[1, 4, 9, 16, 25] [] [9]',
      '[3, 7]',
      '[1, 4, 9] [1, 4, 9, 16, 25]',
      '[1, 4, 9]',
      "['a', None, {'b': [1, nan]}, True]",
      'False ValueError: <AsyncResult object> not ready',
      '5 True True',
    ])
  })

  test('instances of exported classes keep their class, both ways', async () => {
    expect(await run('instances', kind)).toEqual(['True 5 6'])
  })

  test('results are exact whatever the chunks and whoever is first', async () => {
    expect(await run('orders', kind, 1000)).toEqual(['True True', 'True', 'True'])
  })

  test("a worker's error arrives as what it was, with where it was raised", async () => {
    const printed = await run('errors', kind)
    expect(printed.slice(0, 5)).toEqual([
      'TypeError TypeError: not 3 (remote)',
      'Error Refused: no 7 (remote)',
      'True False Error Refused: no 7 (remote)',
      '42',
      'TypeError TypeError: not N (remote)',
    ])
    expect(printed[5]).toMatch(
      /^MaybeEncodingError MaybeEncodingError: Error sending result: '<function .*>'\. Reason: 'PicklingError\(.*\)'/,
    )
    expect(printed[6]).toMatch(/^PicklingError PicklingError: Can't pickle function/)
    expect(printed.slice(7)).toEqual([
      '[1, 4, 9]',
      '1 TypeError TypeError: not 3 (remote) 5',
      'True',
      '1 2 TypeError TypeError: not 3 (remote)',
      'True',
    ])
  })

  test('misuse is refused in the words of CPython', async () => {
    const printed = await run('misuse', kind)
    expect(printed[3]).toMatch(/^PicklingError: Can't pickle local object .*pools\.ts:\d+/)
    expect(printed.filter((_, index) => index !== 3)).toEqual([
      'ValueError: Number of processes must be at least 1',
      'ValueError: Number of processes must be at least 1',
      'ValueError: maxtasksperchild must be a positive int or None',
      'ValueError: Chunksize must be 1+, not 0',
      'ValueError: Chunksize must be 1+, not 0',
      'ValueError: Pool is still running',
      'TimeoutError: no result within 0.001 s',
      'ValueError: Invalid value NaN (not a number)',
      'NotImplementedError: pool objects cannot be passed between processes or pickled',
      'ValueError: Pool not running',
      'ValueError: Pool not running',
      'ValueError: Pool not running',
    ])
  })

  test.each(kind === 'threads' ? ['exit', 'memory'] : ['SIGKILL', 'exit', 'memory', 'sleep'])(
    'F03: a worker that dies in the middle of a task (%s) fails that task and no other',
    async (how) => {
      // What a host says of a thread that died comes when it likes.
      const printed = (await run('killed', kind, how)).filter((line) => !line.startsWith('Thread-'))
      expect(printed[0]).toMatch(
        new RegExp(
          `^${brokenName(kind)} ${brokenName(kind)}: A ${word(kind)} in the ${word(kind)} pool was ` +
            'terminated abruptly while the task was running: .*, task N \\(die, 1 call\\)$',
        ),
      )
      expect(printed.slice(1)).toEqual([
        '[1, 2, 3, 4] True',
        'True [1, 4, 9, 16]',
        '4',
        ...(kind === 'processes' ? ['2 False'] : []),
      ])
    },
  )

  test('every worker is initialized before its first task', async () => {
    expect(await run('initialized', kind)).toEqual(['[101, 102, 103, 104, 105, 106]', '100 100'])
  })

  test.each([
    ['throw', 'initializer failed, the pool is not usable anymore: RangeError: not today'],
    ['exit', 'workers in a row ended before they were ready, the pool is not usable anymore'],
  ])('an initializer that fails (%s) ends the pool, not the patience', async (how, text) => {
    const printed = await run('badInitializer', kind, how)
    const said = printed.filter((line) => line.startsWith('Broken'))
    expect(said[0]).toContain(text)
    expect(said).toHaveLength(2)
  })

  test('imap takes from its input as it goes, and gives its error in its place', async () => {
    expect(await run('lazyInput', kind)).toEqual([
      '0 1 4',
      'True',
      '1 4 RangeError RangeError: the input failed',
      'True',
      'RangeError RangeError: the input failed 9',
      'TimeoutError TimeoutError 1',
    ])
  })

  test('values of many megabytes travel both ways', async () => {
    expect(await run('huge', kind)).toEqual(['[5000000, 3, 20000000, 1]', '[9000000, 7000000]'])
  })

  test('close and join let everything end; callbacks have been called by then', async () => {
    const printed = await run('closing', kind)
    expect(printed.filter((line) => !/^( +at |Exception in|Error: )/.test(line))).toEqual([
      'True True False',
      "['1', '2', '3', '4', '4+9', '5', '6', 'not 3']",
      '[1, 4, 9]',
    ])
    expect(printed).toContain("Exception in a pool's callback:")
  })

  test('terminate ends a pool in the middle of its work', async () => {
    const failed = 'RuntimeError RuntimeError: the pool was terminated before the task had ended'
    expect(await run('terminating', kind)).toEqual([
      `${failed} ${kind === 'processes' ? failed : 'None'}`,
    ])
  })

  test('the async forms do the same', async () => {
    expect(await run('asynchronous', kind)).toEqual([
      '3 [1, 4, 9]',
      '[1, 4]',
      'TimeoutError TimeoutError',
    ])
  })

  test('a callback may use the pool', async () => {
    expect(await run('recursive', kind)).toEqual(['[4, 16, 256, 65536]'])
  })
})

test('a worker makes room for another after maxtasksperchild tasks', async () => {
  expect(await run('shortLives', 5)).toEqual(['5', '[1, 4, 9] 2'])
})

test('F03: idle workers that were killed are replaced before the next task', async () => {
  expect(await run('killedIdle')).toEqual(['[1, 2]', '[1, 4, 9]'])
})

test('threads of a pool share locks and memory; processes cannot', async () => {
  expect(await run('sharedMemory')).toEqual([
    '5000',
    'RuntimeError RuntimeError: Lock objects should only be shared between processes through inheritance',
  ])
})

test('a context makes pools of its processes', async () => {
  expect(await run('ofContext')).toEqual(['16'])
})

test('the trace has the pool, its tasks and the waits for results, and nothing of its queues', async () => {
  const { host } = openRun()
  await runProgram(host, 'pools', 'orders', 'threads', 10)
  const events = drainEvents(host)
  const [pool] = events.filter(
    ({ kind, a }) => kind === EventKind.resource && a === ResourceKind.pool,
  )
  expect(pool?.b).toBe(3)
  expect(pool?.text).toMatch(/^Pool-1\npools\.ts:\d+$/)
  const of = (wanted: EventKind) =>
    events.filter(({ kind, resource }) => kind === wanted && resource === pool?.resource)
  const begun = of(EventKind.taskStart).map(({ a }) => a)
  expect(begun.sort((one, other) => one - other)).toEqual(
    of(EventKind.taskEnd)
      .map(({ a }) => a)
      .sort((one, other) => one - other),
  )
  expect(begun).toEqual(begun.map((_, index) => index + 1))
  expect(of(EventKind.waitBegin).every(({ b }) => b === Wait.result)).toBe(true)
  expect(of(EventKind.waitBegin).length).toBe(of(EventKind.waitEnd).length)
  expect(events.filter(({ kind }) => kind === EventKind.put || kind === EventKind.get)).toEqual([])
  const lanes = events.filter(({ kind }) => kind === EventKind.laneStart).map(({ text }) => text)
  expect(lanes.slice(1)).toEqual(['Thread-1 (worker)', 'Thread-2 (worker)', 'Thread-3 (worker)'])
})

test('tasks of worker processes are in their traces, waits for them are not running', async () => {
  const { host, childEvents, registry } = openRun()
  await runProgram(host, 'pools', 'shortLives', 3)
  await registry.endSection()
  const [pool] = drainEvents(host).filter(
    ({ kind, a }) => kind === EventKind.resource && a === ResourceKind.pool,
  )
  const events = childEvents()
  const tasks = events.filter(({ kind }) => kind === EventKind.taskStart)
  expect(tasks.map(({ a }) => a).sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6])
  expect(tasks.every(({ resource }) => resource === pool?.resource)).toBe(true)
  const others = [EventKind.put, EventKind.get, EventKind.waitBegin, EventKind.waitEnd] as const
  expect(events.filter(({ kind }) => others.some((other) => other === kind))).toEqual([])
  const names = events.filter(({ kind }) => kind === EventKind.laneStart).map(({ text }) => text)
  expect(new Set(names).size).toBe(names.length)
  expect(names.every((name) => /^SpawnPoolWorker-\d+$/.test(name))).toBe(true)
})

test('threads of a pool take turns under a GIL, and let go of it while they wait', async () => {
  const { host } = openRun()
  await runProgram(host, 'pools', 'orders', 'threads', 100, { gil: true })
  expect(output(drainEvents(host))).toEqual(['True True', 'True', 'True'])
})

describe.each(['threads', 'processes'])('on an event loop, a pool of %s', (kind) => {
  test('takes in results and calls back by itself', async () => {
    const { registry, host } = openRun()
    const url = bundled('fixtures/pools.mjs').href
    const programs = (await import(url)) as typeof pools
    registerModule(url, programs)
    const { square, slow, die, refuse } = programs
    const pool = kind === 'threads' ? new ThreadPool(2) : new Pool(2)
    expect(() => pool.map(square, [1, 2, 3])).toThrow('this thread runs an event loop')
    const called = new Promise((callback) => pool.applyAsync(square, [5], { callback }))
    expect(await called).toBe(25)
    expect(await pool.mapAsync(square, [1, 2, 3], { chunksize: 1 }).getAsync(50)).toEqual([1, 4, 9])
    await expect(pool.applyAsync(refuse, [3]).getAsync(50)).rejects.toThrow('not 3')
    await expect(pool.applyAsync(slow, [3]).getAsync(0)).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    const victim = pool.applyAsync(die, ['exit']).getAsync(50)
    await expect(victim).rejects.toThrow('terminated abruptly')
    const got: number[] = []
    for (const results = pool.imap(square, [1, 2, 3]); ;) {
      const { done, value } = await results.nextAsync(50)
      if (done === true) break
      got.push(value)
    }
    expect(got).toEqual([1, 4, 9])
    pool.close()
    await pool.joinAsync()
    await until('all is gone', () => registry.size + host.threads === 0)
  })

  test('is gone at the end of `await using`, whatever it was doing', async () => {
    const { registry, host } = openRun()
    const url = bundled('fixtures/pools.mjs').href
    const programs = (await import(url)) as typeof pools
    registerModule(url, programs)
    let result
    {
      await using pool = kind === 'threads' ? new ThreadPool(2) : new Pool(2)
      result = pool.applyAsync(programs.slow, [1])
    }
    await until('all is gone', () => registry.size + host.threads === 0)
    await expect(result.getAsync(1)).rejects.toThrow('the pool was terminated')
  })
})
