import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { nanoseconds } from '../../main/core/units.ts'
import { EventKind, LaneKind, RECORD_BYTES, Wait } from '../../main/trace/model.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { verify } from '../../main/trace/node/recording-reader.ts'
import { allocateRing, RingReader, RingTracer } from '../../main/trace/ring.ts'
import { TraceSession } from '../../main/trace/session.ts'
import type { BenchResult, BenchRow } from './bench.ts'
import { figure, median } from './measure.ts'

const THREADS = 4
const LOCK = 1
const QUEUE = 2
const now = process.hrtime.bigint

/** Work for a thread of this file's own. */
type Order =
  | { readonly do: 'compare' }
  | {
      readonly do: 'produce'
      readonly ring: SharedArrayBuffer
      readonly ident: number
      readonly seconds: number
      /** Events a second; Infinity: as fast as it goes. */
      readonly rate: number
    }

if (!isMainThread) {
  // Set by `inWorker` below.
  const order = workerData as Order
  parentPort?.postMessage(order.do === 'compare' ? compareWithClock() : produce(order))
}

/** Runs an order in a worker made of this very file. */
function inWorker<Outcome>(order: Order): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: order })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

interface Comparison {
  readonly clock: number
  readonly record: number
}

/** Nanoseconds of a bare clock read and of one recorded event, rounds taking turns. */
function compareWithClock(): Comparison {
  const capacity = 16_384
  const ring = allocateRing(capacity)
  const tracer = new RingTracer(ring, now)
  const reader = new RingReader(ring)
  const into = new Uint8Array(capacity * RECORD_BYTES)
  const time = new BigUint64Array(1)
  const clock: number[] = []
  const record: number[] = []
  for (let round = 0; round < 250; round++) {
    let begun = now()
    for (let event = 0; event < capacity; event++) time[0] = now()
    const clockCost = Number(now() - begun) / capacity
    begun = now()
    for (let event = 0; event < capacity; event++)
      tracer.record(EventKind.acquire, LOCK, event, 0, 0)
    const recordCost = Number(now() - begun) / capacity
    reader.drain(into)
    if (round < 50) continue
    clock.push(clockCost)
    record.push(recordCost)
  }
  return { clock: median(clock), record: median(record) }
}

/** Records acquires and releases of one lock at a rate. @returns how many events were recorded. */
function produce({ ring, ident, seconds, rate }: Extract<Order, { do: 'produce' }>): number {
  const tracer = new RingTracer(ring, now)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  tracer.recordText(EventKind.laneStart, 0, ident, 0, LaneKind.thread, `Thread-${ident}`)
  let events = 1
  const begun = now()
  for (;;) {
    const elapsed = Number(now() - begun) / 1e9
    if (elapsed >= seconds) break
    const due = rate === Infinity ? events + 20_000 : Math.floor(elapsed * rate)
    for (; events < due; events += 2) {
      tracer.record(EventKind.acquire, LOCK, 0, 0, 0)
      tracer.record(EventKind.release, LOCK, 0, 0, 0)
    }
    if (rate !== Infinity) Atomics.wait(pause, 0, 0, 2)
  }
  tracer.record(EventKind.laneEnd, 0, ident, 0, 0)
  return events + 1
}

interface Trial {
  readonly produced: number
  readonly stored: number
  readonly dropped: number
  readonly perSecond: number
  readonly bytesPerEvent: number
}

/** Four threads into one recording, drained as the runner does. @param rate of all together */
async function record(rate: number, seconds: number): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
  try {
    const path = join(folder, 'bench.ilv')
    const created = await RecordingWriter.create(path, {})
    if (!created.ok) throw created.failure
    const session = new TraceSession({ now, sink: created.value, segments: created.value })
    const ticking = setInterval(() => session.tick(), 8)
    const produced = await Promise.all(
      Array.from({ length: THREADS }, (_, index) => {
        const ring = allocateRing()
        session.addRing({ id: index, pid: process.pid, ring })
        const order = {
          do: 'produce',
          ring,
          ident: index + 1,
          seconds,
          rate: rate / THREADS,
        } as const
        return inWorker<number>(order)
      }),
    )
    clearInterval(ticking)
    session.finish()
    const { events, dropped, late, newest } = session.status()
    await created.value.end({ events, dropped, late, newest, summary: null }, session.snapshot())
    await created.value.dispose()
    const verified = await verify(path)
    if (!verified.ok) throw verified.failure
    // The reports of drops are events of the trace, not of the program.
    const reports = session.collector.dropReports
    const stored = events - reports
    const sum = produced.reduce((total, count) => total + count, 0)
    if (stored + dropped !== sum)
      throw new Error(`${stored} stored and ${dropped} dropped are not ${sum} produced`)
    return {
      produced: sum,
      stored,
      dropped,
      perSecond: stored / seconds,
      bytesPerEvent: verified.value.bytes / events,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The highest rate of a rising series at which nothing was dropped. */
async function sustained(): Promise<BenchResult> {
  let best: Trial | undefined
  for (let rate = 500_000; rate <= 16_000_000; rate *= 1.5) {
    const trial = await record(rate, 1)
    if (trial.dropped > 0) break
    best = trial
    // The threads themselves do not reach the rate: more is not to be had on this machine.
    if (trial.produced < 0.8 * rate) break
  }
  if (!best) throw new Error('events were dropped even at 500,000 a second')
  return {
    value: best.perSecond,
    note: `${figure(best.produced)} produced, 0 dropped, ${best.bytesPerEvent.toFixed(1)} bytes an event on disk`,
  }
}

async function overloaded(): Promise<BenchResult> {
  const trial = await record(Infinity, 1)
  const { produced, stored, dropped } = trial
  return {
    value: trial.perSecond,
    note: `${figure(produced)} produced = ${figure(stored)} stored + ${figure(dropped)} dropped, exactly`,
  }
}

/** Fills a session with threads that contend for a lock and pass items; time is made up. */
function synthetic(events: number, threads: number): { session: TraceSession; perEvent: number } {
  let time = 10n ** 12n
  const session = new TraceSession({ now: () => time })
  const tracers = Array.from({ length: threads }, (_, index) => {
    const ring = allocateRing()
    session.addRing({ id: index, pid: 1, ring })
    const tracer = new RingTracer(ring, () => time)
    tracer.recordText(EventKind.laneStart, 0, index + 1, 0, LaneKind.thread, `Thread-${index}`)
    return tracer
  })
  let spent = 0
  let item = 0
  for (let made = 0; made < events;) {
    for (let turn = 0; turn < 1000; turn++) {
      const holder = turn % threads
      const waiter = (turn + 1) % threads
      tracers[holder]?.record(EventKind.acquire, LOCK, 0, 0, 0)
      time += 200n
      tracers[waiter]?.record(EventKind.waitBegin, LOCK, holder + 1, Wait.acquire, 0)
      time += 100n
      tracers[holder]?.record(EventKind.put, QUEUE, item, 1, 8)
      tracers[holder]?.record(EventKind.release, LOCK, 1, 0, 0)
      time += 50n
      tracers[waiter]?.record(EventKind.waitEnd, LOCK, 0, holder + 1, 0)
      tracers[waiter]?.record(EventKind.get, QUEUE, item++, 0, 8)
      time += 150n
      made += 6
    }
    const before = process.cpuUsage()
    session.tick()
    const { user, system } = process.cpuUsage(before)
    spent += (user + system) * 1000
  }
  time += 10n ** 9n
  session.finish()
  return { session, perEvent: spent / session.status().events }
}

/** Processor milliseconds of one view of everything. */
function viewCost(session: TraceSession): number {
  const { newest } = session.status()
  const tracks = session.tracks().map(({ id }) => id)
  const costs = Array.from({ length: 15 }, () => {
    const before = process.cpuUsage()
    session.answer('view', { from: nanoseconds(0), to: newest, width: 1500, tracks })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return median(costs.slice(5))
}

export const rows: readonly BenchRow[] = [
  {
    name: 'trace: recording one event in a worker',
    unit: 'ns',
    run: async () => {
      const { clock, record: cost } = await inWorker<Comparison>({ do: 'compare' })
      return { value: cost, peers: [{ name: 'bare clock read', value: clock }] }
    },
  },
  {
    name: 'trace: draining, merging and storing one event (processor time)',
    unit: 'ns',
    run: () => {
      synthetic(300_000, 8)
      const { perEvent } = synthetic(2_000_000, 8)
      return { value: perEvent, note: `${figure(1e9 / perEvent)} events a second on one core` }
    },
  },
  {
    name: 'trace: 4 threads into a recording without a drop',
    unit: 'events/s',
    run: sustained,
  },
  {
    name: 'trace: 4 threads as fast as they can, into a recording',
    unit: 'events/s',
    run: overloaded,
  },
  {
    name: 'trace: a view of 32 lanes at 1,500 pixels, 3 M events (processor time)',
    unit: 'ms',
    run: async () => {
      const small = synthetic(300_000, 32).session
      const large = synthetic(3_000_000, 32).session
      await delay(0)
      viewCost(small)
      return {
        value: viewCost(large),
        peers: [{ name: 'the same of 300,000 events', value: viewCost(small) }],
      }
    },
  },
]
