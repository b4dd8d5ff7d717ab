import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Connections, type Answering } from '../../main/run/connections.ts'
import type { FromRun, RunState, RunStatus } from '../../main/run/contract.ts'
import type { HostChannel } from '../../main/run/host-channel.ts'
import { initialStatus } from '../../main/run/initial-status.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'

const question = (id: number) =>
  encodeMessage({ type: 'query', id, name: 'output', query: { after: 0 } })

const status = (state: RunState): RunStatus => ({
  ...initialStatus({ demo: 'd', variant: 'v', parameters: {}, repeats: 1, baseline: false }),
  state,
})

function setUp() {
  const sent: FromRun[] = []
  const heard: number[] = []
  const channel: HostChannel = {
    post(message) {
      if (message.type !== 'data') return
      const said = decodeFromRun(message.bytes)
      sent.push(said)
      if (said.type === 'refused') heard.push(message.connection)
    },
    onMessage: () => ({ dispose: () => undefined }),
    onClose: () => ({ dispose: () => undefined }),
  }
  let answered = 0
  const answering: Answering = () => {
    answered++
    throw new Error('nothing is known')
  }
  const connections = new Connections(answering)
  connections.attachRelayed(1, channel)
  return { connections, channel, sent, heard, answered: () => answered }
}

test('a flood of questions leaves the event loop free between two answers', async () => {
  const { connections, answered } = setUp()
  for (let id = 0; id < 100; id++) connections.receive(1, question(id))
  expect(answered()).toBe(0)
  const before: number[] = []
  while (answered() < 100) {
    before.push(answered())
    await turn()
  }
  expect(before.length).toBeGreaterThanOrEqual(50)
})

test('questions are taken in order, and one that is no message is refused among them', async () => {
  const { connections, sent } = setUp()
  connections.receive(1, question(1))
  connections.receive(1, Uint8Array.of(0xc1))
  connections.receive(1, question(2))
  while (sent.length < 4) await turn()
  const ids = sent.map((message) => ('id' in message ? message.id : message.type))
  expect(ids).toEqual(['tracks', 1, 0, 2])
})

test('a client that never waits for answers is cut off, and nothing more is kept for it', async () => {
  const { connections, sent, answered } = setUp()
  for (let id = 0; id < 10_000; id++) connections.receive(1, question(id))
  for (let turns = 0; turns < 5_000; turns++) await turn()
  expect(answered()).toBe(0)
  expect(sent).toHaveLength(1)
})

test('clients take turns, however many questions one of them has', async () => {
  const { connections, channel, heard } = setUp()
  connections.attachRelayed(2, channel)
  for (let id = 0; id < 200; id++) connections.receive(1, question(id))
  for (let id = 0; id < 3; id++) connections.receive(2, question(id))
  while (heard.length < 203) await turn()
  expect(heard.slice(0, 6)).toEqual([1, 2, 1, 2, 1, 2])
  expect(heard.slice(6)).toEqual(Array<number>(197).fill(1))
})

test('one question a turn, also when they come between two turns', async () => {
  const { connections, answered } = setUp()
  for (let id = 0; id < 20; id++) {
    connections.receive(1, question(id))
    connections.receive(1, question(100 + id))
    const before = answered()
    await turn()
    expect(answered() - before).toBeLessThanOrEqual(1)
  }
})

test('a client that is cut off does not take the others with it', async () => {
  const { connections, channel, heard } = setUp()
  connections.attachRelayed(2, channel)
  connections.receive(2, question(1))
  for (let id = 0; id < 1_000; id++) connections.receive(1, question(id))
  for (let turns = 0; turns < 100; turns++) await turn()
  expect(heard).toEqual([2])
})

test('a window that stands still is not told how far it is for ever, but how it ended', async () => {
  const { connections, sent } = setUp()
  const statuses = () => sent.filter(({ type }) => type === 'status').length
  for (let count = 0; count < 5_000; count++) connections.setStatus(status('running'))
  const told = statuses()
  expect(told).toBeLessThan(1_000)
  connections.receive(1, question(1))
  expect(statuses()).toBe(told + 1)
  for (let count = 0; count < 5_000; count++) connections.setStatus(status('running'))
  const again = statuses()
  connections.setStatus(status('finished'))
  expect(statuses()).toBe(again + 1)
  while (sent.at(-1)?.type !== 'refused') await turn()
})
