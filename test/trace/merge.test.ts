import { expect, test } from 'vitest'
import { Merge } from '../../main/trace/merge.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'
import { allocateRing, RingTracer } from '../../main/trace/ring.ts'
import { SourceQueue, type EventSink } from '../../main/trace/source-queue.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { encode, EPOCH, seeded, start, testRun } from './support.ts'

class Order implements EventSink {
  readonly times: number[] = []
  readonly sources: number[] = []
  event(source: number, time: number) {
    this.times.push(time)
    this.sources.push(source)
  }
}

function merged(sources: readonly (readonly number[])[]) {
  const merge = new Merge()
  const queues = sources.map((times, source) => {
    const queue = new SourceQueue(source)
    queue.setEpoch(EPOCH)
    push(queue, times)
    merge.add(queue)
    return queue
  })
  return { merge, queues }
}

const push = (queue: SourceQueue, times: readonly number[]) =>
  queue.push(encode(times.map((time) => ({ time: EPOCH + BigInt(time), kind: EventKind.acquire }))))

test('sources are merged by time, ties by number, whatever the steps', () => {
  const random = seeded(11)
  const sources = Array.from({ length: 7 }, () => {
    let time = 0
    return Array.from({ length: 500 }, () => (time += random(4)))
  })
  const expected = sources
    .flatMap((times, source) => times.map((time) => ({ time, source })))
    .sort((one, other) => one.time - other.time || one.source - other.source)
  for (const step of [1, 7, 100, 5000]) {
    const { merge } = merged(sources)
    const order = new Order()
    for (let watermark = 0; watermark <= 5000; watermark += step) merge.advance(watermark, order)
    merge.advance(5000, order)
    expect(order.times).toEqual(expected.map(({ time }) => time))
    expect(order.sources).toEqual(expected.map(({ source }) => source))
  }
})

test('an event that comes late is taken in after what was merged, counted, and never lost', () => {
  const { merge, queues } = merged([[10, 20, 30], []])
  const order = new Order()
  merge.advance(20, order)
  push(queues[1]!, [15, 16, 25])
  merge.advance(40, order)
  expect(order.times).toEqual([10, 20, 21, 21, 25, 30])
  expect(order.sources).toEqual([0, 0, 1, 1, 1, 0])
  expect(merge.late).toBe(2)
})

test('a clock that goes backwards within a source is held, and the record is rewritten', () => {
  const { merge, queues } = merged([[10, 7, 12]])
  const order = new Order()
  const mark = queues[0]!.mark()
  merge.advance(20, order)
  expect(order.times).toEqual([10, 10, 12])
  const bytes = queues[0]!.taken(mark)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  expect([0, 24, 48].map((at) => Number(view.getBigUint64(at, true) - EPOCH))).toEqual([10, 10, 12])
})

test('what is newer than the watermark waits', () => {
  const { merge } = merged([[10, 30], [20]])
  const order = new Order()
  expect(merge.advance(20, order)).toBe(2)
  expect(merge.advance(20, order)).toBe(0)
  expect(merge.advance(30, order)).toBe(1)
})

test('a child that says nothing holds the others up for a quarter of a second at most', () => {
  let now = EPOCH
  const session = new TraceSession({ now: () => now, slack: nanoseconds(0) })
  const frame = (source: number, time: number, watermark = 0n) =>
    session.childFrame({
      source,
      pid: source,
      watermark,
      records: encode([{ ...start(0, source, `T${source}`), time: EPOCH + BigInt(time) }]),
    })
  frame(1, 0)
  frame(2, 1000)
  now = EPOCH + 200_000_000n
  frame(2, 100_000_000)
  session.tick()
  expect(session.status().events).toBe(1)
  now = EPOCH + 300_000_000n
  session.tick()
  expect(session.status().events).toBe(2)
  now = EPOCH + 400_000_000n
  session.tick()
  expect(session.status().events).toBe(3)
})

test('a child is waited for until its watermark, so its events are not late', () => {
  const run = testRun()
  run.feed(1, start(0, 1, 'A'))
  run.feed(2, start(10, 2, 'B'))
  run.until(1000)
  run.feed(1, { time: 1500, kind: EventKind.state, words: [6] })
  run.session.tick()
  run.feed(2, { time: 1200, kind: EventKind.state, words: [6] })
  run.until(2000)
  expect(run.session.status().late).toBe(0)
  expect(run.session.status().events).toBe(4)
})

test('a disk that does not keep up holds the drain up: the rings drop and count, nothing else is lost', () => {
  let now = EPOCH
  const written: number[] = []
  const sink = {
    bytes: 0,
    congested: false,
    failure: undefined,
    begin: () => undefined,
    source: () => undefined,
    records: (_: number, bytes: Uint8Array) => void written.push(bytes.length / RECORD_BYTES),
    advance: () => undefined,
    note: () => undefined,
    removeNote: () => undefined,
  }
  const session = new TraceSession({ now: () => now, sink, slack: nanoseconds(0) })
  const ring = allocateRing(64)
  session.addRing({ id: 1, pid: 1, ring })
  const tracer = new RingTracer(ring, () => now++)
  const produce = (events: number) => {
    for (let event = 0; event < events; event++) tracer.record(EventKind.acquire, 1, 0, 0, 0)
    session.tick()
  }
  produce(50)
  sink.congested = true
  produce(50)
  produce(50)
  sink.congested = false
  produce(50)
  session.finish()
  const { events, dropped } = session.status()
  expect(dropped).toBe(86)
  // One more event says how many were dropped.
  expect(events - 1 + dropped).toBe(200)
  expect(written.reduce((a, b) => a + b)).toBe(events)
})
