/** Thread, after test_threading.ThreadTests, ThreadJoinOnShutdown and ThreadingExceptionTests. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { LaneEnd, OutputStream } from '../../main/trace/model.ts'
import { Thread } from '../../main/threading/thread.ts'
import { enumerate } from '../../main/threading/current.ts'
import { nothing } from '../fixtures/thread-programs.ts'
import { registerModule } from '../../main/threading/targets.ts'
import { drainEvents, fixture, openHost, output, runProgram, shared } from '../support/threads.ts'

async function linesOf(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'thread-programs', name, ...args)
  return output(drainEvents(host))
}

test('names, daemon, ident and errors are those of CPython', async () => {
  expect(await linesOf('constructors')).toEqual([
    'Thread-1 (withArguments) False None None False',
    'RuntimeError: cannot join thread before it is started',
    '<Thread(renamed, initial daemon)>',
    'RuntimeError: cannot set daemon status of active thread',
    'RuntimeError: threads can only be started once',
    '42',
    'RuntimeError: threads can only be started once',
    'renamed True True True False',
    'Thread-2 Thread-3 (nothing)',
    "TypeError: a Thread's target must be a function, not nothing",
    'RuntimeError: cannot join current thread',
    'ValueError: Invalid value NaN (not a number)',
    '42',
  ])
})

test('a thread is a daemon if the one that makes it is', async () => {
  expect(await linesOf('daemonInherits')).toEqual(['True True'])
})

test('a local function is refused in words that name it, the file and the line', async () => {
  const source = await readFile(new URL('../fixtures/thread-programs.ts', import.meta.url), 'utf8')
  const line = (text: string) =>
    source.split('\n').findIndex((found) => found.trim().startsWith(text)) + 1
  const refused = (name: string, at: number) =>
    `PicklingError: Can't pickle local object '${name}' (used at thread-programs.ts:${at}): ` +
    'what a thread or process runs must be exported by its module'
  expect(await linesOf('anonymousTargets')).toEqual([
    refused('<lambda>', line('attempt(() => new Thread({ target: () =>')),
    refused('target', line('const made = new Thread')),
    refused('inner', line('attempt(() => new Thread({ target: inner })')),
    expect.stringMatching(/^PicklingError: Can't pickle function inner as an argument/),
  ])
})

test('a subclass runs as itself in its thread, with its fields; primitives are shared', async () => {
  expect(await linesOf('runSubclass')).toEqual(['42 True True Doubler 21 TypeError', '21 7'])
})

test('a subclass may call the target itself; what its run throws is told', async () => {
  const lines = await linesOf('runWithTarget')
  expect(lines.slice(0, 4)).toEqual([
    'before',
    '5',
    'Exception in thread Thread-2:',
    'TypeError: in run',
  ])
  expect(lines[4]).toMatch(/\.run.*thread-programs\.ts:\d+/)
})

test('a class that no module exports is refused, with the line', async () => {
  expect(await linesOf('localClasses')).toEqual([
    expect.stringMatching(
      /^PicklingError: Can't pickle local object 'Inner' \(used at thread-programs\.ts:\d+\): a class/,
    ),
    expect.stringMatching(
      /^PicklingError: Can't pickle local object 'Point' \(used at thread-programs\.ts:\d+\): a class/,
    ),
  ])
})

test('instances of exported classes arrive as such, circular ones too, without a constructor call', async () => {
  expect(await linesOf('passInstances')).toEqual([
    'constructed',
    'constructed',
    'True 2 True True',
    'True True',
  ])
})

test('a Thread that was handed over can be joined, not started', async () => {
  expect(await linesOf('startForeign')).toEqual([
    'RuntimeError: a thread is started by the thread that made it',
    'RuntimeError: cannot join thread before it is started',
  ])
})

test('exit() ends a thread silently, and the main thread with its code', async () => {
  expect(await linesOf('exitInThread')).toEqual([`joined False ${LaneEnd.returned}`])
  const host = openHost()
  const target = fixture('thread-programs', 'exitInMain')
  expect(await host.run({ target, args: [0] })).toMatchObject({
    end: LaneEnd.returned,
    exitCode: 0,
  })
  expect(await host.run({ target, args: [3] })).toMatchObject({ end: LaneEnd.threw, exitCode: 3 })
  expect(await host.run({ target, args: ['no'] })).toMatchObject({
    end: LaneEnd.threw,
    exitCode: 1,
  })
  const told = drainEvents(host).filter((event) => event.a === OutputStream.error)
  expect(output(told)).toEqual(['no'])
})

test('an event-loop thread starts and joins threads', async () => {
  openHost()
  registerModule(fixture('thread-programs', '').module, { nothing })
  const thread = new Thread({ target: nothing })
  const starting = thread.startAsync()
  expect(enumerate()).toEqual([thread])
  await starting
  expect(thread.nativeId).toBeGreaterThan(0)
  await thread.joinAsync()
  expect(thread.isAlive()).toBe(false)
  expect(await linesOf('startedByEventLoop')).toEqual(['False'])
})

test('a Thread made while its module is imported is refused', async () => {
  const outcome = await openHost().run({ target: fixture('starts-at-import', 'never') })
  expect(outcome.error?.message).toMatch(/^no Thread while a module is imported/)
})

test('idents begin anew when a process has used them all; who is alive keeps its own', async () => {
  expect(await linesOf('wrapIdents', 65_600)).toEqual(['False True False True'])
})

test('a thread is listed from before start() returns until before join() does, seen from any', async () => {
  const wrong = shared(2)
  expect(await linesOf('lookTogether', 3, 40, wrong)).toEqual(['1'])
  expect([...wrong]).toEqual([0, 0])
})
