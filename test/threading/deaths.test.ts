/** A thread that dies without a word never leaves others waiting for what it held (fault F04). */
import { expect, test } from 'vitest'
import { OutputStream } from '../../main/trace/model.ts'
import { drainEvents, openHost, output, runProgram } from '../support/threads.ts'

async function linesOf(name: string, ...args: readonly unknown[]): Promise<string[]> {
  const host = openHost()
  await runProgram(host, 'deaths', name, ...args)
  const events = drainEvents(host)
  return output(events.filter((event) => event.a === OutputStream.out))
}

test.each(
  (['Lock', 'RLock'] as const).flatMap((kind) => [
    { kind, handOff: false },
    { kind, handOff: true },
  ]),
)(
  'F04: a lock whose holder died is refused to waiters until somebody releases it: $kind $handOff',
  async ({ kind, handOff }) => {
    const abandoned =
      'LockAbandoned: the thread that holds shared has died: what the lock protects may be half changed'
    const unlocked = kind === 'Lock' ? 'release unlocked lock' : 'cannot release un-acquired lock'
    expect(await linesOf('outliveLockHolder', kind, handOff)).toEqual([
      ...[abandoned, abandoned, 'False', 'True'],
      `RuntimeError: ${unlocked}`,
    ])
  },
)

test.each([
  { step: 'before', there: '3 [1, 2, 4] True' },
  { step: 'put', there: '4 [1, 2, 3, 4] True' },
  { step: 'get', there: '2 [2, 4] True' },
])('a queue goes on after a thread died inside it: $step', async ({ step, there }) => {
  expect(await linesOf('outliveQueueUser', step)).toEqual([there])
})

test('what cannot be put right is said to everybody who comes', async () => {
  const broken = 'RuntimeError: a thread died in the middle of an item: the queue cannot go on'
  expect(await linesOf('dieInTheMiddle')).toEqual([broken, broken])
})

test.each([{ handOff: false }, { handOff: true }])(
  'F04: who was notified by a thread that died with the lock is told, or has it, and never hangs: $handOff',
  async ({ handOff }) => {
    const lines = await linesOf('outliveConditionHolder', handOff)
    expect(lines).toHaveLength(2)
    // The end of its `with` releases the lock: the other one may have it.
    expect(lines.sort()[0]).toMatch(/^LockAbandoned: the thread that holds shared /)
  },
)

test('F20: a lock whose holder ran out of memory is abandoned, and the others go on', async () => {
  const host = openHost({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
  await runProgram(host, 'deaths', 'outliveExhausted')
  const events = drainEvents(host)
  expect(output(events.filter((event) => event.a === OutputStream.out))).toEqual([
    expect.stringMatching(/^LockAbandoned: the thread that holds shared has died/),
  ])
  expect(output(events)).toContainEqual(expect.stringMatching(/exhaustHolding.*out of memory/))
})
