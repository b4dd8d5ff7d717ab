/**
 * Recordings of any size for tests and benchmarks: threads that contend for locks and pass items
 * through queues, made up from a seed, through the real session and writer. Memory does not depend
 * on the number of events, and the same options give the same bytes everywhere.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { nanoseconds } from '../../main/core/units.ts'
import {
  EventKind,
  LaneEnd,
  LaneKind,
  MarkKind,
  packKind,
  Place,
  RECORD_BYTES,
  ResourceKind,
  TEXT_BYTES_PER_RECORD,
  Wait,
  WaitOutcome,
} from '../../main/trace/model.ts'
import { RecordingWriter } from '../../main/trace/node/recording-writer.ts'
import { TraceSession } from '../../main/trace/session.ts'
import { encodeUtf8 } from '../../main/trace/utf8.ts'

export interface GeneratedRecording {
  /** At least so many; a few more so that every thread ends. */
  readonly events: number
  /** Default 8. */
  readonly lanes?: number
  /** Default 4. */
  readonly locks?: number
  /** Default 2. */
  readonly queues?: number
  /** Default 1. */
  readonly seed?: number
}

export interface Generated {
  readonly events: number
  readonly bytes: number
  /** Nanoseconds since the epoch. */
  readonly newest: number
}

const PID = 4711
const EPOCH = 2 ** 34
const TWO_32 = 2 ** 32
const WORDS = RECORD_BYTES / 4
/** Events between two ticks of the session; the buffers of the lanes have room for all of them in one. */
const BATCH = 16_384
const QUEUE_CAPACITY = 64
/** One acquisition in so many says where in the program it was. */
const PLACES_EVERY = 64

/** @throws RecordingError when the file cannot be written. */
export async function generateRecording(
  path: string,
  { events, lanes = 8, locks = 4, queues = 2, seed = 1 }: GeneratedRecording,
): Promise<Generated> {
  const request = { demo: 'generated', variant: 'contention', parameters: { events, lanes, seed } }
  const created = await RecordingWriter.create(path, { request }, () => 0)
  if (!created.ok) throw created.failure
  const writer = created.value
  try {
    const program = new Program(lanes, locks, queues, seed)
    const session = new TraceSession({
      now: () => BigInt(program.time),
      slack: nanoseconds(0),
      sink: writer,
      segments: writer,
    })
    program.begin()
    while (program.events < events) {
      program.run(Math.min(events, program.events + BATCH))
      program.hand(session)
      // Compression and writing go on while this waits.
      do await turn()
      while (writer.congested)
      if (writer.failure) throw writer.failure
    }
    program.end()
    program.hand(session)
    session.finish()
    const status = session.status()
    await writer.end({ ...status, summary: null }, session.snapshot())
    if (writer.failure) throw writer.failure
    return { events: status.events, bytes: writer.bytes, newest: status.newest }
  } finally {
    await writer.dispose()
  }
}

/** Records of one lane that the session has not got yet. */
class Lane {
  readonly ident: number
  #words = new Uint32Array(BATCH * WORDS)
  #length = 0
  /** Index of the lock that it holds; -1: none. */
  holds = -1

  constructor(ident: number) {
    this.ident = ident
  }

  record(time: number, kind: EventKind, resource: number, a: number, b: number, c: number): void {
    this.#append(time, time / TWO_32, packKind(kind, resource), a, b, c)
  }

  text(text: string): void {
    const bytes = encodeUtf8(text)
    for (let at = 0; at < bytes.length; at += TEXT_BYTES_PER_RECORD) {
      const rest = new Uint8Array(TEXT_BYTES_PER_RECORD)
      rest.set(bytes.subarray(at, at + TEXT_BYTES_PER_RECORD))
      const [low = 0, high = 0, a = 0, b = 0, c = 0] = new Uint32Array(rest.buffer)
      this.#append(low, high, packKind(EventKind.text, bytes.length - at), a, b, c)
    }
  }

  /** Valid until the next record. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#words.buffer, 0, this.#length * 4)
    this.#length = 0
    return bytes
  }

  #append(low: number, high: number, packed: number, a: number, b: number, c: number): void {
    const at = this.#length
    if (at + WORDS > this.#words.length) this.#grow()
    const words = this.#words
    words[at] = low
    words[at + 1] = high
    words[at + 2] = packed
    words[at + 3] = a
    words[at + 4] = b
    words[at + 5] = c
    this.#length = at + WORDS
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#words.length)
    grown.set(this.#words)
    this.#words = grown
  }
}

interface Lock {
  readonly id: number
  holder: Lane | undefined
  readonly waiting: Lane[]
}

interface Queue {
  readonly id: number
  puts: number
  gets: number
  readonly getters: Lane[]
}

/** Threads one of which acts at a time; those that wait are passed over. */
class Program {
  events = 0
  /** Absolute nanoseconds of the last event. */
  time = EPOCH
  readonly #lanes: readonly Lane[]
  readonly #ready: Lane[]
  readonly #locks: readonly Lock[]
  readonly #queues: readonly Queue[]
  #random: number

  constructor(lanes: number, locks: number, queues: number, seed: number) {
    this.#lanes = Array.from({ length: lanes }, (_, index) => new Lane(index + 1))
    this.#ready = [...this.#lanes]
    this.#locks = Array.from({ length: locks }, (_, index) => ({
      ...{ id: index + 1, holder: undefined, waiting: [] },
    }))
    this.#queues = Array.from({ length: queues }, (_, index) => ({
      ...{ id: locks + index + 1, puts: 0, gets: 0, getters: [] },
    }))
    // Any seed but 0 does.
    this.#random = seed * 2_654_435_761 || 1
  }

  begin(): void {
    const [main] = this.#lanes
    if (!main) return
    for (const lane of this.#lanes) {
      const kind = lane === main ? LaneKind.main : LaneKind.thread
      this.#record(lane, EventKind.laneStart, 0, lane.ident, 0, kind)
      lane.text(lane === main ? 'MainThread' : `Thread-${lane.ident - 1}`)
    }
    for (const { id } of this.#locks) {
      this.#record(main, EventKind.resource, id, ResourceKind.lock, 0, 0)
      main.text(`Lock-${id}\nprogram.ts:${10 + id}`)
    }
    for (const { id } of this.#queues) {
      this.#record(main, EventKind.resource, id, ResourceKind.queue, QUEUE_CAPACITY, 0)
      main.text(`Queue-${id}\nprogram.ts:${10 + id}`)
    }
    this.#record(main, EventKind.mark, 0, MarkKind.sectionBegin, 1, 0)
    main.text('contention')
  }

  run(until: number): void {
    while (this.events < until) {
      const place = this.#below(this.#ready.length)
      const lane = this.#ready[place]
      if (!lane) return
      if (lane.holds >= 0) this.#release(lane)
      else if (!this.#act(lane)) {
        this.#ready[place] = this.#ready.at(-1) ?? lane
        this.#ready.pop()
      }
    }
  }

  end(): void {
    for (const lane of this.#lanes) if (lane.holds >= 0) this.#release(lane)
    for (const lock of this.#locks) while (lock.holder) this.#release(lock.holder)
    const [main] = this.#lanes
    if (main) this.#record(main, EventKind.mark, 0, MarkKind.sectionEnd, 1, 0)
    for (const lane of this.#lanes)
      this.#record(lane, EventKind.laneEnd, 0, lane.ident, LaneEnd.returned, 0)
  }

  hand(session: TraceSession): void {
    const watermark = BigInt(this.time)
    for (const lane of this.#lanes)
      session.childFrame({ source: lane.ident, pid: PID, watermark, records: lane.take() })
    session.tick()
  }

  /** @returns whether it goes on; else it waits. */
  #act(lane: Lane): boolean {
    const choice = this.#below(8)
    if (choice < 5) return this.#acquire(lane, this.#below(this.#locks.length))
    const queue = this.#queues[this.#below(this.#queues.length)]
    if (!queue) return true
    const depth = queue.puts - queue.gets
    if (depth === QUEUE_CAPACITY) return this.#get(lane, queue)
    // Not all of them may wait: nobody would put.
    if (choice < 7 || (depth === 0 && this.#ready.length <= this.#lanes.length / 2))
      return this.#put(lane, queue)
    return this.#get(lane, queue)
  }

  #acquire(lane: Lane, index: number): boolean {
    const lock = this.#locks[index]
    if (!lock) return true
    lane.holds = index
    if (lock.holder) {
      this.#record(lane, EventKind.waitBegin, lock.id, lock.holder.ident, Wait.acquire, 0)
      lock.waiting.push(lane)
      return false
    }
    lock.holder = lane
    this.#record(lane, EventKind.acquire, lock.id, 0, 0, 0)
    if (this.#below(PLACES_EVERY) > 0) return true
    this.#record(lane, EventKind.location, lock.id, Place.acquired, 0, 0)
    lane.text(`program.ts:${20 + this.#below(9)}`)
    return true
  }

  #release(lane: Lane): void {
    const lock = this.#locks[lane.holds]
    lane.holds = -1
    if (!lock) return
    this.#record(lane, EventKind.release, lock.id, lock.waiting.length, 0, 0)
    const next = lock.waiting.shift()
    lock.holder = next
    if (!next) return
    this.#record(next, EventKind.waitEnd, lock.id, WaitOutcome.granted, lane.ident, 0)
    this.#record(next, EventKind.acquire, lock.id, 1, 0, 0)
    this.#ready.push(next)
  }

  #put(lane: Lane, queue: Queue): boolean {
    const depth = queue.puts - queue.gets + 1
    this.#record(lane, EventKind.put, queue.id, queue.puts++, depth, 64)
    const getter = queue.getters.shift()
    if (!getter) return true
    this.#record(getter, EventKind.waitEnd, queue.id, WaitOutcome.granted, lane.ident, 0)
    this.#record(getter, EventKind.get, queue.id, queue.gets++, depth - 1, 64)
    this.#ready.push(getter)
    return true
  }

  #get(lane: Lane, queue: Queue): boolean {
    const depth = queue.puts - queue.gets
    if (depth > 0) {
      this.#record(lane, EventKind.get, queue.id, queue.gets++, depth - 1, 64)
      return true
    }
    this.#record(lane, EventKind.waitBegin, queue.id, 0, Wait.get, 0)
    queue.getters.push(lane)
    return false
  }

  #record(lane: Lane, kind: EventKind, resource: number, a: number, b: number, c: number): void {
    // A million events take a second of the program, more or less.
    this.time += 100 + this.#below(1_800)
    this.events++
    lane.record(this.time, kind, resource, a, b, c)
  }

  /** Marsaglia's xorshift: as good as this needs, and fast. */
  #below(limit: number): number {
    let random = this.#random
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    this.#random = random
    return Math.floor(((random >>> 0) / TWO_32) * limit)
  }
}
