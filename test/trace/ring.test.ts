import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { EventKind, RECORD_BYTES } from '../../main/trace/model.ts'
import { allocateRing, MAX_TEXT_BYTES, RingReader, RingTracer } from '../../main/trace/ring.ts'
import { RingSource } from '../../main/trace/ring-source.ts'
import { SourceQueue, type EventSink } from '../../main/trace/source-queue.ts'
import { seeded, workerUrl } from './support.ts'

interface Seen {
  readonly kind: number
  readonly a: number
  readonly b: number
  readonly text: string
}

/** Decodes what a ring gives. */
class Decoder implements EventSink {
  readonly seen: Seen[] = []
  readonly #queue = new SourceQueue(0)

  event(
    _s: number,
    _t: number,
    kind: number,
    _r: number,
    a: number,
    b: number,
    _c: number,
    text: string,
  ) {
    this.seen.push({ kind, a, b, text })
  }

  take(source: RingSource): void {
    this.#queue.commit(source.drain(this.#queue.reserve(source.needed)))
    this.#queue.settle(-1)
    while (this.#queue.next !== Infinity) this.#queue.take(this, -1)
  }
}

const clock = () => {
  let time = 0n
  return () => ++time
}

test('a full ring still takes the end of its lane, and counts exactly what it drops', () => {
  const ring = allocateRing(256)
  const tracer = new RingTracer(ring, clock())
  for (let n = 0; n < 300; n++) tracer.record(EventKind.acquire, 3, n, 0, 0)
  tracer.record(EventKind.laneEnd, 0, 7, 0, 0)
  // The reserve is used up, and nothing was written over.
  tracer.record(EventKind.laneEnd, 0, 8, 0, 0)
  tracer.record(EventKind.acquire, 3, 301, 0, 0)
  const source = new RingSource(ring)
  const decoder = new Decoder()
  decoder.take(source)
  const kept = decoder.seen.filter(({ kind }) => kind !== EventKind.dropped)
  expect(kept.map(({ a }) => a)).toEqual([...Array.from({ length: 255 }, (_, n) => n), 7])
  expect(source.dropped).toBe(300 - 255 + 2)
})

test('records keep their order and content while the ring wraps around many times', () => {
  const ring = allocateRing(8)
  const tracer = new RingTracer(ring, clock())
  const source = new RingSource(ring)
  const decoder = new Decoder()
  const random = seeded(7)
  let produced = 0
  while (produced < 1000) {
    for (let burst = random(8); burst >= 0; burst--)
      tracer.record(EventKind.put, 3, produced++, 5, 0)
    decoder.take(source)
  }
  expect(decoder.seen.map(({ a }) => a)).toEqual(Array.from({ length: produced }, (_, n) => n))
  expect(source.dropped).toBe(0)
})

test('head and tail may pass 2^32', () => {
  const ring = allocateRing(8)
  const words = new Int32Array(ring)
  words[0] = words[32] = -3
  const tracer = new RingTracer(ring, clock())
  const source = new RingSource(ring)
  const decoder = new Decoder()
  for (let event = 0; event < 10; event++) tracer.record(EventKind.put, 3, event, 0, 0)
  decoder.take(source)
  expect(decoder.seen.slice(0, 8).map(({ a }) => a)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(source.dropped).toBe(2)
})

test('a full ring drops the new event, counts it, and says so once in the stream', () => {
  const ring = allocateRing(4)
  const tracer = new RingTracer(ring, clock())
  const source = new RingSource(ring)
  const decoder = new Decoder()
  for (let event = 0; event < 7; event++) tracer.record(EventKind.get, 1, event, 0, 0)
  decoder.take(source)
  decoder.take(source)
  tracer.record(EventKind.get, 1, 7, 0, 0)
  decoder.take(source)
  expect(decoder.seen.map(({ kind, a }) => [kind, a])).toEqual([
    ...[0, 1, 2, 3].map((event) => [EventKind.get, event]),
    [EventKind.dropped, 3],
    [EventKind.get, 7],
  ])
})

test('a text that does not fit is dropped whole and counted as one event', () => {
  const ring = allocateRing(8)
  const tracer = new RingTracer(ring, clock())
  const source = new RingSource(ring)
  const decoder = new Decoder()
  for (let event = 0; event < 5; event++) tracer.record(EventKind.get, 1, event, 0, 0)
  tracer.recordText(EventKind.output, 0, 1, 0, 0, 'x'.repeat(61))
  tracer.recordText(EventKind.output, 0, 1, 0, 0, 'y'.repeat(40))
  decoder.take(source)
  expect(decoder.seen.map(({ text }) => text)).toEqual(['', '', '', '', '', 'y'.repeat(40), ''])
  expect(source.dropped).toBe(1)
})

test.each([0, 1, 8, 19, 20, 21, 40, 4000])('a text of %i bytes comes back as it was', (length) => {
  const ring = allocateRing(512)
  const tracer = new RingTracer(ring, clock())
  const decoder = new Decoder()
  tracer.recordText(EventKind.output, 0, 1, 0, 0, 'z'.repeat(length))
  decoder.take(new RingSource(ring))
  expect(decoder.seen[0]?.text).toBe('z'.repeat(length))
})

test('a text of a megabyte is cut at a character, other alphabets survive', () => {
  const ring = allocateRing(2048)
  const tracer = new RingTracer(ring, clock())
  const decoder = new Decoder()
  tracer.recordText(EventKind.output, 0, 1, 0, 0, '糸🧵é'.repeat(100_000))
  tracer.recordText(EventKind.output, 0, 1, 0, 0, 'lone \ud800 surrogate')
  decoder.take(new RingSource(ring))
  const [long, lone] = decoder.seen
  expect('糸🧵é'.repeat(100_000).startsWith(long?.text ?? '?')).toBe(true)
  expect(Buffer.byteLength(long?.text ?? '')).toBeGreaterThan(MAX_TEXT_BYTES - 4)
  expect(lone?.text).toBe('lone \ufffd surrogate')
})

test('a drain into too little memory never parts an event from its text', () => {
  const ring = allocateRing(64)
  const tracer = new RingTracer(ring, clock())
  const reader = new RingReader(ring)
  tracer.record(EventKind.get, 1, 1, 0, 0)
  tracer.recordText(EventKind.output, 0, 1, 0, 0, 'x'.repeat(100))
  expect(reader.drain(new Uint8Array(3 * RECORD_BYTES))).toBe(1)
  expect(reader.drain(new Uint8Array(3 * RECORD_BYTES))).toBe(0)
  expect(reader.drain(new Uint8Array(6 * RECORD_BYTES))).toBe(6)
})

test.each([0, 3, -8, 2 ** 25, NaN])('no ring of %d records', (capacity) => {
  expect(() => allocateRing(capacity)).toThrow(RangeError)
})

test('against a real thread nothing is torn, reordered or lost uncounted', async () => {
  const url = await workerUrl(fileURLToPath(new URL('./producer.worker.ts', import.meta.url)))
  const events = 300_000
  const ring = allocateRing(1024)
  const source = new RingSource(ring)
  const decoder = new Decoder()
  const worker = new Worker(url, { workerData: { ring, events, textEvery: 13, every: 0 } })
  let running = true
  const exited = new Promise<void>((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', () => {
      running = false
      resolve()
    })
  })
  while (running) {
    for (let drain = 0; drain < 100; drain++) decoder.take(source)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await exited
  decoder.take(source)
  const stored = decoder.seen.filter(({ kind }) => kind !== EventKind.dropped)
  const counted = decoder.seen
    .filter(({ kind }) => kind === EventKind.dropped)
    .reduce((sum, { a }) => sum + a, 0)
  expect(stored.length + source.dropped).toBe(events)
  expect(counted).toBe(source.dropped)
  let last = -1
  for (const { kind, a, b, text } of stored) {
    if (b >>> 0 !== ~a >>> 0 || a <= last) throw new Error(`torn or out of order at ${a}`)
    if (kind === EventKind.output && text !== `line ${a} `.repeat(4))
      throw new Error(`text of ${a}`)
    last = a
  }
})
