import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Connections, type Answering } from '../../main/run/connections.ts'
import type { FromRun } from '../../main/run/contract.ts'
import type { HostChannel } from '../../main/run/host-channel.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'

const question = (id: number) =>
  encodeMessage({ type: 'query', id, name: 'output', query: { after: 0 } })

function setUp() {
  const sent: FromRun[] = []
  const channel: HostChannel = {
    post(message) {
      if (message.type === 'data') sent.push(decodeFromRun(message.bytes))
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
  return { connections, sent, answered: () => answered }
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
