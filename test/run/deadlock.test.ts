import { expect, test } from 'vitest'
import type { Deadlock } from '../../main/run/contract.ts'
import type { ThreadHost } from '../../main/run/thread-host.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { fixture, openHost } from '../support/threads.ts'
import { until } from '../support/until.ts'

/** Runs a program as a run does, until `done`; the program is stopped then. */
async function watch(program: string, done: (session: TraceSession) => boolean): Promise<void> {
  const session = new TraceSession({ now: process.hrtime.bigint })
  const host: ThreadHost = openHost({
    onSource: ({ id, ring }) => session.addRing({ id, ring, pid: process.pid }),
  })
  const running = host.run({ target: fixture('deadlocks', program) })
  try {
    await until(`the outcome of ${program}`, () => {
      session.tick()
      return done(session)
    })
  } finally {
    await host.stop()
    await running
  }
}

/** @param isWhole what is known of it comes piece by piece: a thread says where it waits after a slice. */
async function found(
  program: string,
  isWhole: (deadlock: Deadlock) => boolean = () => true,
): Promise<Deadlock> {
  let deadlock: Deadlock | undefined
  await watch(program, (session) => {
    deadlock = session.deadlock()
    return deadlock !== undefined && isWhole(deadlock)
  })
  if (deadlock === undefined) throw new Error('no deadlock')
  return deadlock
}

test('locks taken in opposite orders: who holds what, and from which lines', async () => {
  const { kind, members, behind } = await found(
    'oppositeOrders',
    ({ members, behind }) => members.every(({ at }) => at !== '') && behind.length > 0,
  )
  expect(kind).toBe('cycle')
  const byName = [...members].sort((one, two) => one.name.localeCompare(two.name))
  expect(byName).toMatchObject([
    {
      name: 'one',
      doing: 'Waiting for b',
      at: 'deadlocks.ts:8',
      holder: { name: 'other', at: 'deadlocks.ts:5' },
    },
    {
      name: 'other',
      doing: 'Waiting for a',
      at: 'deadlocks.ts:8',
      holder: { name: 'one', at: 'deadlocks.ts:5' },
    },
  ])
  expect(behind).toEqual(['MainThread'])
})

test('a receiver whose sender joins it is found although nobody holds anything', async () => {
  const { kind, members } = await found('nobodyPuts')
  expect(kind).toBe('everybody')
  expect(members.map(({ doing }) => doing).sort()).toEqual([
    'Blocked in get of items',
    'Joining receiver',
  ])
})

test('a thread that waits with a timeout, again and again, is no deadlock', async () => {
  let looks = 0
  await watch('waitsForAWhile', (session) => {
    expect(session.deadlock()).toBeUndefined()
    return session.collector.lanes.some(({ waitingFor }) => waitingFor) && ++looks > 200
  })
})
