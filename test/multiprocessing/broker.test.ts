import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { Encoding } from '../../main/threading/codec.ts'
import { QueueBroker, type BrokerLink } from '../../main/multiprocessing/queues/broker.ts'
import { FrameError } from '../../main/multiprocessing/frames.ts'
import type { FromBroker } from '../../main/multiprocessing/messages.ts'
import {
  packLength,
  RecordAssembler,
  recordBytes,
} from '../../main/multiprocessing/queues/records.ts'
import { until } from '../support/until.ts'

const QUEUE = 7

function record(value: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(packLength(8, Encoding.number), 0)
  bytes.writeDoubleLE(value, 8)
  return bytes
}

const records = (...values: number[]): Buffer => Buffer.concat(values.map(record))

/** A process as the broker sees it. */
class Peer implements BrokerLink {
  readonly process: number
  isCongested = false
  /** Gives back at once when recalled. */
  answers = false
  readonly got: number[] = []
  readonly messages: FromBroker[] = []
  readonly #broker: QueueBroker
  #taken = 0

  constructor(broker: QueueBroker, process: number) {
    this.process = process
    this.#broker = broker
    broker.attach(this)
  }

  send(message: FromBroker): void {
    this.messages.push(message)
    if (message.type === 'recall' && this.answers) this.unget()
    if (message.type !== 'item') return
    const bytes = Buffer.from(message.bytes)
    for (let at = 8; at < bytes.length; at += 16) {
      this.got.push(bytes.readDoubleLE(at))
      this.#inHand.push(bytes.readDoubleLE(at))
    }
  }

  put(...values: number[]): void {
    this.putBytes(records(...values))
  }

  putBytes(bytes: Uint8Array): void {
    this.#broker.receive(this.process, { type: 'put', queue: QUEUE, bytes })
  }

  /** `count` threads wait; with `ahead` more items are accepted. Answers a recall, if asked to. */
  accept(count: number, { places = 0, ahead = 0 } = {}): void {
    const taken = this.#taken
    const [waiting, limit] = [taken + count, taken + count + ahead]
    this.#broker.receive(this.process, {
      type: 'want',
      queue: QUEUE,
      taken,
      waiting,
      limit,
      places,
    })
  }

  take(count = 1): void {
    this.#taken += count
  }

  unget(): void {
    const [taken, received] = [this.#taken, this.got.length]
    this.#broker.receive(this.process, { type: 'unget', queue: QUEUE, taken, received, places: 0 })
    this.#taken = received
    this.#inHand = []
  }

  /** What it has taken, and what it has in hand. */
  readonly done: number[] = []
  #inHand: number[] = []

  takeOne(): void {
    const item = this.#inHand.shift()
    if (item === undefined) return
    this.done.push(item)
    this.#taken++
  }

  takeAll(): void {
    while (this.#inHand.length > 0) this.takeOne()
  }

  get places(): number {
    const states = this.messages.filter((message) => message.type === 'state')
    return states.at(-1)?.places ?? 0
  }

  get isRecalled(): boolean {
    return this.messages.some((message) => message.type === 'recall')
  }
}

const brokers: QueueBroker[] = []
afterEach(() => {
  for (const broker of brokers.splice(0)) broker.dispose()
})

function open(maxsize = 0): { broker: QueueBroker; peers: [Peer, Peer, Peer] } {
  const broker = new QueueBroker()
  brokers.push(broker)
  broker.declare({ id: QUEUE, maxsize, name: 'queue' })
  return { broker, peers: [new Peer(broker, 0), new Peer(broker, 1), new Peer(broker, 2)] }
}

test('nobody is given more than it accepts', () => {
  const [writer, one] = open().peers
  writer.put(1, 2, 3)
  one.accept(2)
  expect(one.got).toEqual([1, 2])
  one.accept(3)
  expect(one.got).toEqual([1, 2, 3])
})

test('those who wait share what there is', () => {
  const [writer, one, two] = open().peers
  one.accept(100)
  two.accept(100)
  writer.put(1)
  writer.put(2)
  writer.put(3, 4, 5, 6)
  expect([...one.got, ...two.got].sort()).toEqual([1, 2, 3, 4, 5, 6])
  expect(Math.min(one.got.length, two.got.length)).toBeGreaterThanOrEqual(2)
})

test('what a dead process had not taken goes back to its place, once', () => {
  const { broker, peers } = open()
  const [writer, one, two] = peers
  one.accept(3)
  writer.put(1, 2, 3, 4)
  one.take(1)
  one.accept(2)
  expect(broker.detach(1)).toEqual([{ queue: QUEUE, partial: undefined, returned: 2 }])
  expect(broker.detach(1)).toEqual([])
  two.accept(10)
  expect(two.got).toEqual([2, 3, 4])
})

test('half an item of a dead process is reported and discarded', () => {
  const { broker, peers } = open()
  const [writer, one, two] = peers
  one.putBytes(Buffer.concat([record(1), record(2).subarray(0, 11)]))
  expect(broker.detach(1)).toEqual([
    { queue: QUEUE, partial: { received: 11, announced: 16 }, returned: 0 },
  ])
  writer.put(3)
  two.accept(5)
  expect(two.got).toEqual([1, 3])
})

test('the only reader is handed items ahead; a second one makes the broker take them back', () => {
  const [writer, first, second] = open().peers
  first.accept(1, { ahead: 9 })
  writer.put(1, 2, 3, 4)
  expect(first.got).toEqual([1, 2, 3, 4])
  first.take(1)
  second.accept(1)
  expect([first.isRecalled, second.got]).toEqual([true, []])
  first.unget()
  expect(second.got).toEqual([2])
  first.accept(1, { ahead: 9 })
  expect(first.got).toEqual([1, 2, 3, 4, 3])
})

test('a process that does not answer a recall does not keep the others waiting', async () => {
  const [writer, hanging, other] = open().peers
  hanging.accept(1, { ahead: 1 })
  writer.put(1, 2, 3)
  other.accept(1)
  expect(other.got).toEqual([])
  await until('the broker goes on', () => other.got.length > 0)
  expect(other.got).toEqual([3])
})

test('a place that a putter gave up is recalled for the next', () => {
  const [late, next] = open(1).peers
  late.accept(0, { places: 1 })
  next.accept(0, { places: 1 })
  late.accept(0)
  expect([late.isRecalled, next.places]).toEqual([true, 0])
  late.unget()
  expect(next.places).toBe(1)
})

test('places in a bounded queue: as many as there are, freed by what is taken', () => {
  const [one, two, reader] = open(2).peers
  one.accept(0, { places: 2 })
  two.accept(0, { places: 1 })
  expect([one.places, two.places]).toEqual([2, 0])
  one.put(1, 2)
  reader.accept(1)
  expect(two.places).toBe(0)
  reader.take(1)
  reader.accept(0)
  expect(two.places).toBe(1)
})

test('places of a dead process are free again', () => {
  const { broker, peers } = open(1)
  const [one, two] = peers
  two.accept(0, { places: 1 })
  one.accept(0, { places: 1 })
  expect(one.places).toBe(0)
  broker.detach(1)
  expect(one.places).toBe(1)
})

test('a congested process is given nothing until it has caught up', () => {
  const { broker, peers } = open()
  const [writer, one] = peers
  one.isCongested = true
  one.accept(5)
  writer.put(1, 2)
  expect(one.got).toEqual([])
  one.isCongested = false
  broker.resume(1)
  expect(one.got).toEqual([1, 2])
})

test('putters are held back while too much is stored, and let go on', () => {
  const [writer, reader] = open().peers
  const large = Buffer.alloc(recordBytes(2 ** 26))
  large.writeUInt32LE(packLength(2 ** 26, Encoding.bytes), 0)
  writer.putBytes(large)
  const holds = () =>
    writer.messages.filter((message) => message.type === 'state').map((message) => message.hold)
  expect(holds()).toEqual([true])
  reader.accept(1)
  expect(holds()).toEqual([true, false])
})

test('taking more than was given breaks the protocol', () => {
  const [writer, one] = open().peers
  writer.put(1)
  one.accept(1)
  one.take(2)
  expect(() => one.accept(1)).toThrow(FrameError)
})

test('whatever the interleaving: every item is taken once', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({ put: fc.integer({ min: 1, max: 5 }) }),
          fc.record({
            accept: fc.constantFrom(1, 2),
            count: fc.integer({ min: 0, max: 3 }),
            ahead: fc.integer({ min: 0, max: 6 }),
          }),
          fc.record({ take: fc.constantFrom(1, 2) }),
        ),
        { maxLength: 60 },
      ),
      (steps) => {
        const { broker, peers } = open()
        const [writer, one, two] = peers
        const readers = [one, two]
        one.answers = true
        two.answers = true
        let next = 0
        for (const step of steps) {
          if ('put' in step) writer.put(...Array.from({ length: step.put }, () => next++))
          else if ('take' in step) (peers[step.take] ?? one).takeOne()
          else (peers[step.accept] ?? one).accept(step.count, { ahead: step.ahead })
        }
        // The first dies; what it had not taken goes to the second.
        one.accept(0)
        broker.detach(1)
        two.accept(1000)
        two.takeAll()
        const all = readers.flatMap((reader) => reader.done).sort((left, right) => left - right)
        expect(all).toEqual(Array.from({ length: next }, (_, index) => index))
        broker.dispose()
      },
    ),
    { numRuns: 200, seed: 2 },
  )
})

test('records cut anywhere are put together', () => {
  const values = [1, 2, 3, 4]
  const bytes = records(...values)
  for (let first = 0; first <= bytes.length; first++)
    for (let second = first; second <= bytes.length; second++) {
      const parts: Uint8Array[] = []
      let count = 0
      const assembler = new RecordAssembler((part, whole) => {
        parts.push(part)
        count += whole
      })
      assembler.push(bytes.subarray(0, first))
      assembler.push(bytes.subarray(first, second))
      assembler.push(bytes.subarray(second))
      expect(count).toBe(4)
      expect(Buffer.concat(parts)).toEqual(bytes)
      expect(assembler.partial).toBeUndefined()
    }
})

test('a process is told how many records begin in each message, however large they are', () => {
  const broker = new QueueBroker()
  broker.declare({ id: QUEUE, maxsize: 0, name: 'counted' })
  const [writer, reader] = [new Peer(broker, 1), new Peer(broker, 2)]
  const large = Buffer.alloc(recordBytes(200_000))
  large.writeUInt32LE(packLength(200_000, Encoding.bytes), 0)
  writer.put(1, 2)
  writer.putBytes(large)
  writer.put(3)
  reader.accept(4)
  const items = reader.messages.filter((message) => message.type === 'item')
  const sizes = items.map(({ count, bytes }) => [count, bytes.length])
  expect(sizes).toEqual([
    [2, 32],
    [1, 65_536],
    [0, 65_536],
    [0, 65_536],
    [0, 3_400],
    [1, 16],
  ])
  broker.dispose()
})

test('of records that came together and were taken in part, the others come back', () => {
  const broker = new QueueBroker()
  broker.declare({ id: QUEUE, maxsize: 0, name: 'in parts' })
  const [writer, first, second] = [1, 2, 3].map((process) => new Peer(broker, process))
  writer?.put(1, 2, 3, 4, 5, 6, 7, 8)
  first?.accept(8)
  for (const taken of [1, 2]) {
    first?.take(taken)
    first?.accept(8 - taken)
  }
  expect(broker.detach(2)).toMatchObject([{ returned: 5 }])
  second?.accept(8)
  expect(second?.got).toEqual([4, 5, 6, 7, 8])
  broker.dispose()
})
