import { expect, test } from 'vitest'
import { OutputStream } from '../../main/trace/model.ts'
import { drainEvents, openHost, output, runProgram, shared } from '../support/threads.ts'

async function linesOf(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'synchronization', name, ...args)
  const events = drainEvents(host)
  return output(events.filter((event) => event.a === OutputStream.out))
}

test('an RLock counts levels by its owner and refuses the release of others', async () => {
  const refused = 'RuntimeError: cannot release un-acquired lock'
  expect(await linesOf('recursion')).toEqual([
    refused,
    '3',
    refused,
    'False 0 True',
    'False 0',
    refused,
  ])
})

test.each([{ handOff: false }, { handOff: true }])(
  'three threads never hold an RLock at once: $handOff',
  async ({ handOff }) => {
    const counter = shared(1)
    await linesOf('incrementUnderRLock', counter, handOff)
    expect(counter[0]).toBe(handOff ? 900 : 60_000)
  },
)

test('timeouts and values that make no sense are refused in the words of CPython', async () => {
  const ofLocks = [
    "ValueError: can't specify a timeout for a non-blocking call",
    'ValueError: timeout value must be a non-negative number',
    'ValueError: Invalid value NaN (not a number)',
    'OverflowError: timeout value is too large',
    'OverflowError: timeout value is too large',
    'true True',
  ]
  expect(await linesOf('timeouts')).toEqual([
    ...ofLocks,
    ...ofLocks,
    'RuntimeError: cannot wait on un-acquired lock',
    'RuntimeError: cannot notify on un-acquired lock',
    'RuntimeError: cannot notify on un-acquired lock',
    'OverflowError: timeout value is too large',
    'false false',
    '0',
    'now',
    "ValueError: can't specify timeout for non-blocking acquire",
    'false false',
    'false false',
    'ValueError: n must be one or more',
    'ValueError: semaphore initial value must be >= 0',
    'ValueError: Semaphore released too many times',
    'ValueError: parties must be > 0',
    'BrokenBarrierError: the barrier is broken, or was reset while this thread waited',
    'OverflowError: timeout value is too large',
  ])
})

test.each([{ withLock: true }, { withLock: false }])(
  'notify wakes those who have waited longest, never one that came later: $withLock',
  async ({ withLock }) => {
    expect(await linesOf('notifyInOrder', withLock)).toEqual(['[1]', '[0, 2, 3]', '[4, 5]'])
  },
)

test.each([{ death: 'before' }, { death: 'after' }])(
  'a waiter that dies eats no notification: $death it was notified',
  async ({ death }) => {
    expect(await linesOf('outliveWaiter', death)).toEqual(['[2]'])
  },
)

test('a wait gives up all levels of an RLock and has them again afterwards', async () => {
  expect(await linesOf('levelsOfWait')).toEqual(['True 3 True'])
})

test.each(
  ['Lock', 'RLock', 'Semaphore'].flatMap((kind) => [
    { kind, death: 'none', order: '[1, 2, 3]' },
    { kind, death: 'before', order: '[2, 3]' },
    { kind, death: 'after', order: '[2, 3]' },
  ]),
)('a $kind is handed to whoever waited longest; death: $death', async ({ kind, death, order }) => {
  expect(await linesOf('handOff', kind, death)).toEqual([`False ${order} True`])
})

test.each([{ handOff: false }, { handOff: true }])(
  'no more threads than permits are inside: $handOff',
  async ({ handOff }) => {
    const inside = shared(2)
    expect(await linesOf('shareSemaphore', inside, handOff)).toEqual(['2 []'])
    expect([...inside]).toEqual([0, 0])
  },
)

test.each([{ step: 'taken' }, { step: 'taking' }])(
  'a permit that a thread died with is named, not another one (F06): $step',
  async ({ step }) => {
    const host = openHost()
    await runProgram(host, 'synchronization', 'leak', step)
    const events = drainEvents(host)
    const lines = (stream: number) => output(events.filter((event) => event.a === stream))
    expect(lines(OutputStream.out)).toEqual(['[[True, 1]]', 'False', '2'])
    expect(lines(OutputStream.error).filter((line) => line.includes('leaked'))).toEqual([
      expect.stringMatching(/^1 permit of pool leaked to thread \d+, which died with it$/),
    ])
  },
)

test('a barrier is passed in lockstep, round after round', async () => {
  const arrived = shared(5)
  expect(await linesOf('passTogether', 3, 50, arrived)).toEqual(['0 False'])
  expect([...arrived]).toEqual([150, 0, 50, 50, 50])
})

const BROKEN = 'BrokenBarrierError: the barrier is broken, or was reset while this thread waited'
test.each([
  { how: 'action', lines: ['action', '1', '0', 'False 0', 'False'] },
  { how: 'throw', lines: ['Error: no', BROKEN, 'True 0', 'False'] },
  { how: 'abort', lines: [BROKEN, BROKEN, 'True 0', 'False'] },
  { how: 'reset', lines: [BROKEN, 'False 0', 'False'] },
  { how: 'timeout', lines: [BROKEN, BROKEN, 'True 0', 'False'] },
  { how: 'death', lines: [BROKEN, 'True 0', 'False'] },
])('a barrier with an end of its own: $how', async ({ how, lines }) => {
  expect((await linesOf('breakBarrier', how)).sort()).toEqual(lines.sort())
})
