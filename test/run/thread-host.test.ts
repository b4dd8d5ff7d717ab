import { expect, test } from 'vitest'
import { EventKind, LaneEnd, LaneKind } from '../../main/trace/model.ts'
import { drainEvents, fixture, openHost, output } from '../support/threads.ts'

const results = (length: number) => new Int32Array(new SharedArrayBuffer(length * 4))

test('a program runs as MainThread and its life is in the ring', async () => {
  const host = openHost()
  const outcome = await host.run({ target: fixture('threads', 'hello'), args: ['world'] })
  expect(outcome).toMatchObject({ name: 'MainThread', end: LaneEnd.returned })
  const events = drainEvents(host)
  expect(events.map((event) => event.kind)).toEqual([
    EventKind.laneStart,
    EventKind.output,
    EventKind.laneEnd,
  ])
  expect(events[0]).toMatchObject({ a: outcome.ident, b: 0, c: LaneKind.main, text: 'MainThread' })
  expect(events[1]?.text).toBe('hello world')
  expect(events[2]).toMatchObject({ a: outcome.ident, b: LaneEnd.returned })
})

test('threads started one after the other re-use the parked worker', async () => {
  const host = openHost()
  const counts = results(20)
  await host.run({ target: fixture('threads', 'startInSequence'), args: [20, counts] })
  expect([...counts]).toEqual(Array(20).fill(1))
  expect(host.workers).toBe(2)
  const lines = output(drainEvents(host))
  expect(lines).toHaveLength(20)
  expect(lines[0]).toBe('Thread-1 (child) False')
  expect(lines[19]).toBe('Thread-20 (child) False')
})

test('a second start is refused in the words of CPython', async () => {
  const outcome = await openHost().run({ target: fixture('threads', 'startTwice') })
  expect(outcome.end).toBe(LaneEnd.threw)
  expect(outcome.error).toMatchObject({
    name: 'RuntimeError',
    message: 'threads can only be started once',
  })
})

test('a closure as target is refused and the line is named', async () => {
  const outcome = await openHost().run({ target: fixture('threads', 'startClosure') })
  expect(outcome.error?.name).toBe('PicklingError')
  expect(outcome.error?.message).toMatch(
    /^Can't pickle local object '<lambda>' \(used at threads.ts:\d+\)/,
  )
  expect(outcome.error?.at).toMatch(/^threads.ts:\d+$/)
})

test('an exception in a thread is printed and recorded, and its joiner goes on', async () => {
  const host = openHost()
  const outcome = await host.run({ target: fixture('threads', 'joinThrowing') })
  expect(outcome.end).toBe(LaneEnd.returned)
  const lines = output(drainEvents(host))
  expect(lines[0]).toBe('Exception in thread Thread-1 (throwing):')
  expect(lines[1]).toBe('TypeError: on purpose')
  expect(lines[2]).toMatch(/at throwing .*threads\.ts:\d+:\d+/)
  expect(lines.at(-1)).toBe(`joined ${LaneEnd.threw}`)
})

test.each(['joinExiting', 'joinExhausting'])(
  'a worker that dies ends its thread: %s',
  async (name) => {
    const host = openHost({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const outcome = await host.run({ target: fixture('threads', name) })
    expect(outcome.end).toBe(LaneEnd.returned)
    const events = drainEvents(host)
    expect(output(events).at(-1)).toBe(`joined ${LaneEnd.killed}`)
    const ends = events.filter((event) => event.kind === EventKind.laneEnd)
    expect(ends.map((event) => event.b)).toEqual([LaneEnd.killed, LaneEnd.returned])
  },
)

test('a worker that runs out of memory ends alone, also when nobody has set a limit', async () => {
  const host = openHost()
  const outcome = await host.run({ target: fixture('threads', 'joinExhausting') })
  expect(outcome.end).toBe(LaneEnd.returned)
  expect(output(drainEvents(host))).toEqual([
    expect.stringMatching(/^Thread-1 \(exhausting\): .*out of memory/),
    `joined ${LaneEnd.killed}`,
  ])
})

test('a program that calls process.exit says so, instead of a stack of the host', async () => {
  const outcome = await openHost().run({ target: fixture('threads', 'exiting') })
  expect(outcome).toMatchObject({ end: LaneEnd.killed, error: { stack: '' } })
  expect(outcome.error?.message).toMatch(/^process.exit\(\d+\) ended the thread$/)
})

test('threads that are not daemons are waited for', async () => {
  const counts = results(1)
  await openHost().run({ target: fixture('threads', 'leaveThread'), args: [counts] })
  expect(counts[0]).toBe(1)
})

test('daemons are stopped when the program ends', async () => {
  const host = openHost()
  const outcome = await host.run({ target: fixture('threads', 'leaveDaemon') })
  expect(outcome.end).toBe(LaneEnd.returned)
  expect(host.threads).toBe(0)
  const ends = drainEvents(host).filter((event) => event.kind === EventKind.laneEnd)
  expect(ends.map((event) => event.b)).toEqual([LaneEnd.returned, LaneEnd.terminated])
})

test('a thread that never looks is terminated by force', async () => {
  const host = openHost()
  const running = host.run({ target: fixture('threads', 'spinning') })
  await host.prewarm(1)
  await host.stop(50)
  expect((await running).end).toBe(LaneEnd.terminated)
  expect(host.threads).toBe(0)
  expect(host.workers).toBe(0)
})

test('a host serves one program after the other, also after a stop', async () => {
  const host = openHost()
  const running = host.run({ target: fixture('threads', 'sleepLong') })
  await host.prewarm(1)
  await host.stop()
  expect((await running).end).toBe(LaneEnd.terminated)
  const outcome = await host.run({ target: fixture('threads', 'hello'), args: ['again'] })
  expect(outcome.end).toBe(LaneEnd.returned)
})

test('an entry that cannot be loaded is an outcome, not a hang', async () => {
  const host = openHost({ workerEntry: new URL('file:///nowhere/worker.mjs') })
  const outcome = await host.run({ target: fixture('threads', 'hello') })
  expect(outcome.end).toBe(LaneEnd.killed)
  expect(outcome.error?.message).toMatch(/can't start new thread/)
})

test('arguments that cannot be cloned are an outcome, and the host goes on', async () => {
  const host = openHost()
  const refused = await host.run({ target: fixture('threads', 'hello'), args: [new WeakMap()] })
  expect(refused.error?.name).toBe('PicklingError')
  const outcome = await host.run({ target: fixture('threads', 'hello'), args: ['still here'] })
  expect(outcome.end).toBe(LaneEnd.returned)
})

test('a disposed host leaves no worker', async () => {
  const host = openHost()
  await host.prewarm(2)
  await host.dispose()
  expect(host.workers).toBe(0)
})

test('more threads than the limit are refused in the words of CPython, and the others go on', async () => {
  const host = openHost({ maxThreads: 4 })
  const outcome = await host.run({ target: fixture('threads', 'startUntilRefused') })
  expect(outcome.end).toBe(LaneEnd.returned)
  // One of the four is MainThread.
  expect(output(drainEvents(host))).toEqual([
    "3 RuntimeError: can't start new thread: 4 are alive, which is the limit",
    'ended',
  ])
  expect(host.workers).toBe(4)
})

test('no more workers than the limit are started beforehand', async () => {
  const host = openHost({ maxThreads: 2 })
  await host.prewarm(10)
  expect(host.workers).toBe(2)
})
