import { afterEach, expect, test } from 'vitest'
import { CallServer } from '../../main/multiprocessing/calls/call-server.ts'
import { QueueBroker } from '../../main/multiprocessing/queues/broker.ts'
import { disposable } from '../../main/core/disposables.ts'
import type { Assignment } from '../../main/run/child-link.ts'
import { ChildRoster } from '../../main/run/child-roster.ts'
import type { LaunchedProcess } from '../../main/run/process.ts'

const nothing = disposable(() => undefined)
/** A process that never does anything. */
const idle: LaunchedProcess = {
  pid: undefined,
  post: () => undefined,
  onMessage: () => nothing,
  onSpawn: () => nothing,
  onExit: () => nothing,
  terminate: () => undefined,
  kill: () => undefined,
}

const assignment: Assignment = {
  job: {
    name: 'Process-1',
    daemon: false,
    identity: [1],
    parent: 0,
    method: 'prewarmed',
    parentProcess: { number: 0, pid: 1, name: 'MainProcess' },
    resourceBase: 0,
  },
  args: new Uint8Array(0),
  onStarted: () => undefined,
  onEnded: () => undefined,
}

let roster: ChildRoster | undefined
afterEach(() => roster?.dispose())

function open(maxChildren: number): ChildRoster {
  roster = new ChildRoster(
    { launch: () => idle, traced: false, maxChildren, onExit: () => undefined },
    {
      broker: new QueueBroker(),
      calls: new CallServer(),
      onTrace: () => undefined,
      onNotice: () => undefined,
      onOutput: () => undefined,
      onRequest: () => undefined,
    },
  )
  return roster
}

test('a spare is not given to two that start a process in the same moment', async () => {
  const roster = open(8)
  await roster.warm()
  const starts = [1, 2, 3, 4].map((each) =>
    roster.take(each === 3 ? 'spawn' : 'prewarmed', () => assignment),
  )
  const taken = await Promise.all(starts)
  expect(new Set(taken).size).toBe(4)
  expect(roster.busy).toHaveLength(4)
})

test('of several that start a process in the same moment none gets beyond the limit', async () => {
  const roster = open(2)
  const starts = [1, 2, 3].map(() => roster.take('spawn', () => assignment))
  const outcomes = await Promise.allSettled(starts)
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
})
