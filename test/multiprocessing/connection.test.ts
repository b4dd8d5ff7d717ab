import { expect, test } from 'vitest'
import { EventKind, ResourceKind } from '../../main/trace/model.ts'
import { asyncForms } from '../fixtures/connections.ts'
import { openRun } from '../support/processes.ts'
import { drainEvents, output, runProgram, shared } from '../support/threads.ts'
import { until } from '../support/until.ts'

async function printed(program: string, ...args: readonly unknown[]): Promise<string[]> {
  const { host } = openRun()
  await runProgram(host, 'connections', program, ...args)
  return output(drainEvents(host))
}

test('an echo over a duplex pipe; EOFError once the child’s end is closed', async () => {
  expect(await printed('duplexEcho')).toEqual([
    ...Array<string>(5).fill('True'),
    'False False',
    'True [8, 7]',
    expect.stringMatching(/^EOFError: /),
    'True',
    '0',
  ])
})

test('misuse is refused in CPython’s words', async () => {
  expect(await printed('misuse')).toEqual([
    'True False False True False',
    'OSError: connection is write-only',
    'OSError: connection is write-only',
    'OSError: connection is read-only',
    'ValueError: offset is negative',
    'ValueError: buffer length < offset',
    'ValueError: size is negative',
    'ValueError: buffer length < offset + size',
    'ValueError: negative maxlength',
    '6',
    '10',
    expect.stringMatching(/^BufferTooShort: a message of 10 bytes where there is room for 9$/),
    'ValueError: offset too large',
    'OSError: bad message length',
    'True OSError: handle is closed',
    'BrokenPipeError: [Errno 32] Broken pipe',
    'True OSError: handle is closed',
    'OSError: bad message length False False OSError: connection is write-only',
    'still',
  ])
})

test('what was sent before the end is received before the end', async () => {
  expect(await printed('endAfterMessages')).toEqual([
    'True 1 2 True',
    expect.stringMatching(/^EOFError: /),
    expect.stringMatching(/^EOFError: /),
  ])
})

test('sending to an end that this process has just closed fails at once', async () => {
  expect(await printed('sendToClosed')).toEqual([
    'BrokenPipeError: [Errno 32] Broken pipe',
    expect.stringMatching(/^before EOFError: .* BrokenPipeError: \[Errno 32\] Broken pipe$/),
  ])
})

test('it fails as well when the event loop had no time for more than a second', async () => {
  const { host } = openRun()
  const said = shared(1)
  const running = runProgram(host, 'connections', 'sendToClosedWhileBusy', said)
  await until('the pipe is there', () => Atomics.load(said, 0) === 1)
  Atomics.store(said, 0, 2)
  Atomics.notify(said, 0)
  Atomics.wait(shared(1), 0, 0, 1_200)
  await running
  expect(output(drainEvents(host))).toEqual(['BrokenPipeError: [Errno 32] Broken pipe'])
})

test('`using` closes', async () => {
  expect(await printed('usingCloses')).toEqual([expect.stringMatching(/^True inside EOFError: /)])
})

test('the end of a process that is killed counts as closed, and not before', async () => {
  expect(await printed('holderDies')).toEqual([
    'ready',
    'False',
    expect.stringMatching(/^EOFError: /),
    'BrokenPipeError: [Errno 32] Broken pipe',
  ])
})

test('a sender that waits for room hears that nobody receives any more', async () => {
  expect(await printed('blockedSender')).toEqual([
    'sent',
    'BrokenPipeError: [Errno 32] Broken pipe',
    '0',
  ])
})

test('wait: whichever connection is ready, until all have ended', async () => {
  expect(await printed('waitForSeveral')).toEqual([
    '0',
    '[0, 1, 2, 3]',
    '0 0 0',
    'True 1',
    'OSError: connection is write-only',
    'OSError: handle is closed',
  ])
})

test('wait: for the end of a process', async () => {
  expect(await printed('waitForSentinel')).toEqual(['7', 'True', '0'])
})

test('a connection closed by another thread ends the wait of those in recv', async () => {
  expect(await printed('closedByThread')).toEqual([
    'OSError: handle is closed',
    'True BrokenPipeError: [Errno 32] Broken pipe',
  ])
})

test('both ends on an event loop', async () => {
  openRun()
  expect(await asyncForms()).toEqual(['{"x":1}', 'true', '2', 'false', '0', 'EOFError'])
})

test('many messages there and back, in order', async () => {
  expect(await printed('manyMessages', 20_000)).toEqual([
    expect.stringMatching(/^True EOFError: /),
    '0',
  ])
})

test('a pipe is one resource a direction, its messages are in the trace', async () => {
  const { host } = openRun()
  await runProgram(host, 'connections', 'sendToClosed')
  const events = drainEvents(host)
  const pipes = events.filter(
    ({ kind, a }) => kind === EventKind.resource && a === ResourceKind.pipe,
  )
  expect(pipes.map(({ text }) => text.split('\n')[0])).toEqual(['Pipe-1', 'Pipe-2', 'Pipe-2 back'])
  const put = events.filter(({ kind }) => kind === EventKind.put)
  expect(put.map(({ resource }) => resource)).toEqual([pipes[0]?.resource, pipes[2]?.resource])
  expect(events.filter(({ kind }) => kind === EventKind.get)).toHaveLength(1)
})
