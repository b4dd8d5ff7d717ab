import { EventKind, RECORD_BYTES } from '../../../main/trace/model.ts'
import type { Scenario } from '../program.ts'
import { ensure } from '../program.ts'
import { thread } from './common.ts'

const HEAD = 0
const DROPPED = 1
const TAIL = 32
const words = () => {
  const names = new Array<string>(64)
  names[HEAD] = 'head'
  names[DROPPED] = 'dropped'
  names[TAIL] = 'tail'
  return names
}

/** Record n, from 1: every field tells which. */
const field = (record: number, which: number): number => record * 16 + which

/**
 * The consumer sees whole records, in order, and what it has not seen was counted as dropped.
 * @param drains while the producer runs, perhaps.
 */
export const ringIsRead =
  (capacity: number, records: number, drains: number): Scenario =>
  ({ allocateRing, RingReader, RingTracer }) => {
    const ring = allocateRing(capacity)
    return {
      threads: [
        thread('producer', () => {
          let record = 0
          const tracer = new RingTracer(ring, () => BigInt(field(record, 0)))
          for (record = 1; record <= records; record++)
            tracer.record(
              EventKind.put,
              field(record, 1),
              field(record, 2),
              field(record, 3),
              field(record, 4),
            )
          return undefined
        }),
        thread('consumer', () => {
          const reader = new RingReader(ring)
          const bytes = new Uint8Array(capacity * RECORD_BYTES)
          let last = 0
          let taken = 0
          for (let drain = 0; drain < drains; drain++) {
            const count = reader.drain(bytes)
            taken += count
            for (let at = 0; at < count; at++) last = recordIn(bytes, at * RECORD_BYTES, last)
            ensure(last - taken <= records, 'more taken than recorded')
          }
          return taken
        }),
      ],
      memory: [{ buffer: ring, name: 'ring', words: words() }],
      atEnd: ([, taken], peek) => {
        const left = peek(ring, HEAD) - peek(ring, TAIL)
        const dropped = peek(ring, DROPPED)
        return Number(taken) + left + dropped === records
          ? undefined
          : `${records} recorded, but ${String(taken)} taken, ${left} left, ${dropped} dropped`
      },
    }
  }

/** @returns its number, which must be greater than the last one's. */
function recordIn(bytes: Uint8Array, at: number, last: number): number {
  const view = new DataView(bytes.buffer, at, RECORD_BYTES)
  const time = view.getUint32(0, true)
  const record = time >> 4
  const seen = [8, 12, 16, 20].map((offset) => view.getUint32(offset, true) & 0xff_ffff)
  const whole = seen.every((value, index) => value === field(record, index + 1))
  ensure(whole, `half a record is seen: ${[time, ...seen].join(' ')}`)
  ensure(record > last, `record ${record} after ${last}`)
  return record
}

/** The producer is terminated anywhere: what is published is whole. */
export const ringProducerDies =
  (capacity: number, records: number): Scenario =>
  (subjects) => {
    const { threads, memory = [] } = ringIsRead(capacity, records, 1)(subjects)
    return { threads, memory, mortal: [0] }
  }

/** A text is seen with its beginning and whole, or not at all. */
export const ringTextIsWhole: Scenario = ({ allocateRing, RingReader, RingTracer }) => {
  const ring = allocateRing(4)
  const text = 'a text of two records'
  return {
    threads: [
      thread('producer', () => {
        const tracer = new RingTracer(ring, () => 1n)
        tracer.recordText(EventKind.output, 0, 0, 0, 0, text)
        return undefined
      }),
      thread('consumer', () => {
        const reader = new RingReader(ring)
        const bytes = new Uint8Array(4 * RECORD_BYTES)
        const count = reader.drain(bytes)
        if (count === 0) return 0
        const kinds = Array.from({ length: count }, (_, at) => bytes[at * RECORD_BYTES + 11])
        const whole = [EventKind.output, EventKind.text, EventKind.text]
        ensure(kinds.join() === whole.join(), `kinds ${kinds.join()}, not ${whole.join()}`)
        return count
      }),
    ],
    memory: [{ buffer: ring, name: 'ring', words: words() }],
  }
}
