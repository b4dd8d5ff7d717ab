import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { Link } from './link.ts'
import type { PortTraffic } from './messages.ts'
import { MessageChannelMain, MessagePortMain } from './ports.ts'

interface PortEvent {
  readonly data: unknown
  readonly ports: readonly MessagePortMain[]
}

/** Two links that are each other's far end, as over a process boundary. */
function twoLinks(): [Link, Link] {
  const carry = (to: () => Link) => (message: PortTraffic) => {
    const text = JSON.stringify(message)
    setImmediate(() => to().receive(JSON.parse(text) as PortTraffic))
  }
  const here: Link = new Link(carry(() => there))
  const there: Link = new Link(carry(() => here))
  return [here, there]
}

describe('a port of the main process', () => {
  test('transfers ports only, each once, and not itself', () => {
    const { port1, port2 } = new MessageChannelMain()
    const other = new MessageChannelMain()
    expect(() => port1.postMessage(1, [new ArrayBuffer(1)])).toThrow('index 0 is not a valid port')
    expect(() => port1.postMessage(1, [port1])).toThrow('contains the source port')
    expect(() => port1.postMessage(1, [other.port1, other.port1])).toThrow('is a duplicate')
    port1.postMessage(1, [other.port1])
    expect(() => port1.postMessage(1, [other.port1])).toThrow('already neutered')
    for (const port of [port1, port2, other.port2]) port.close()
  })

  test('carries to another process in order, with ports, from when it is started until it closes', async () => {
    const [here, there] = twoLinks()
    const { port1, port2 } = new MessageChannelMain()
    const nested = new MessageChannelMain()
    const far = new MessagePortMain(there.take(here.give(port2.neuter())))

    const got: unknown[] = []
    far.on('message', ({ data, ports }: PortEvent) => {
      got.push(data)
      ports[0]?.postMessage('answer')
      ports[0]?.close()
    })
    for (let index = 0; index < 1000; index++) port1.postMessage(index)
    port1.postMessage('port', [nested.port2])
    await new Promise((resolve) => setImmediate(resolve))
    expect(got).toEqual([])

    const answered = once(nested.port1, 'message') as Promise<[PortEvent]>
    far.start()
    nested.port1.start()
    expect((await answered)[0].data).toBe('answer')
    expect(got).toEqual([...Array(1000).keys(), 'port'])

    const closed = once(far, 'close')
    port1.postMessage('last')
    port1.close()
    await closed
    expect(got.at(-1)).toBe('last')
  })

  test('closes when the process at its other end is gone', async () => {
    const [here, there] = twoLinks()
    const { port1, port2 } = new MessageChannelMain()
    new MessagePortMain(there.take(here.give(port2.neuter()))).start()
    port1.start()
    const closed = once(port1, 'close')
    here.drop()
    await closed
  })
})
