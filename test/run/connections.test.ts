import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Connections } from '../../main/run/connections.ts'
import type { FromRun } from '../../main/run/contract.ts'
import type { HostChannel } from '../../main/run/host-channel.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'

const question = (id: number) =>
  encodeMessage({ type: 'query', id, name: 'output', query: { after: 0 } })

function setUp() {
  const sent: FromRun[] = []
  const channel: HostChannel = {
    post: (message) => void (message.type === 'data' && sent.push(decodeFromRun(message.bytes))),
    onMessage: () => ({ dispose: () => undefined }),
    onClose: () => ({ dispose: () => undefined }),
  }
  let answered = 0
  const connections = new Connections(() => {
    answered++
    // The type of the answer follows from the name of the question, which is always the same here.
    return { lines: [], total: 0 } as never
  })
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

test('answers come in the order of the questions, and a wrong one is refused among them', async () => {
  const { connections, sent } = setUp()
  connections.receive(1, question(1))
  connections.receive(1, Uint8Array.of(0xc1))
  connections.receive(1, question(2))
  while (sent.length < 4) await turn()
  expect(sent.map(({ type }) => type)).toEqual(['tracks', 'answer', 'refused', 'answer'])
})

test('a client that never waits for answers is cut off, and nothing more is kept for it', async () => {
  const { connections, sent, answered } = setUp()
  for (let id = 0; id < 10_000; id++) connections.receive(1, question(id))
  for (let turns = 0; turns < 5_000; turns++) await turn()
  expect(answered()).toBe(0)
  expect(sent).toHaveLength(1)
})
