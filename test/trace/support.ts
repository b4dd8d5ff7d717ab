import { build } from 'vite'
import { nanoseconds } from '../../main/core/units.ts'
import {
  EventKind,
  LaneKind,
  packKind,
  RECORD_BYTES,
  TEXT_BYTES_PER_RECORD,
} from '../../main/trace/model.ts'
import type { RecordingSink } from '../../main/trace/recording.ts'
import { TraceSession } from '../../main/trace/session.ts'
import type { SegmentStore } from '../../main/trace/store/segment.ts'
import { encodeUtf8 } from '../../main/trace/utf8.ts'

/** The same numbers for the same seed (Park and Miller's generator). */
export function seeded(seed: number): (below: number) => number {
  let state = seed % 2147483647 || 1
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

/** A module and what it imports as one ES module that a worker can be started from. */
export async function workerUrl(entry: string): Promise<URL> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: entry,
      write: false,
      target: 'node20',
      rolldownOptions: { output: { format: 'es' } },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  if (!output || !('output' in output)) throw new Error(`nothing was built from ${entry}`)
  return new URL(`data:text/javascript,${encodeURIComponent(output.output[0].code)}`)
}

export interface TestEvent {
  readonly time: bigint
  readonly kind: EventKind
  readonly resource?: number
  readonly words?: readonly number[]
  readonly text?: string
}

/** Events as the bytes of records. */
export function encode(events: readonly TestEvent[]): Uint8Array {
  const parts = events.flatMap(({ time, kind, resource = 0, words = [], text = '' }) => {
    const record = new Uint8Array(RECORD_BYTES)
    const view = new DataView(record.buffer)
    view.setBigUint64(0, time, true)
    view.setUint32(8, packKind(kind, resource), true)
    for (let word = 0; word < 3; word++) view.setUint32(12 + 4 * word, words[word] ?? 0, true)
    const bytes = encodeUtf8(text)
    const texts: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += TEXT_BYTES_PER_RECORD) {
      const more = new Uint8Array(RECORD_BYTES)
      more.set(bytes.subarray(at, at + 8))
      more.set(bytes.subarray(at + 8, at + TEXT_BYTES_PER_RECORD), 12)
      new DataView(more.buffer).setUint32(8, packKind(EventKind.text, bytes.length - at), true)
      texts.push(more)
    }
    return [record, ...texts]
  })
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

export interface TestRun {
  readonly session: TraceSession
  /** Adds events of a source; times in nanoseconds since EPOCH. */
  feed(source: number, ...events: readonly (Omit<TestEvent, 'time'> & { time: number })[]): void
  /** Everything up to this time is merged. */
  until(time: number): void
}

export const EPOCH = 2n ** 33n + 12_345n

/** A session whose sources are fed by hand, as children's. Ticks by its own clock. */
export function testRun(sink?: RecordingSink, segments?: SegmentStore): TestRun {
  let now = EPOCH
  const session = new TraceSession({ now: () => now, sink, segments, slack: nanoseconds(0) })
  const fed = new Set<number>()
  return {
    session,
    feed(source, ...events) {
      fed.add(source)
      const records = encode(
        events.map((event) => ({ ...event, time: EPOCH + BigInt(event.time) })),
      )
      session.childFrame({ source, pid: 100, watermark: 0n, records })
    },
    until(time) {
      now = EPOCH + BigInt(time)
      for (const source of fed)
        session.childFrame({ source, pid: 100, watermark: now, records: new Uint8Array(0) })
      session.tick()
    },
  }
}

export const start = (time: number, ident: number, name: string) => ({
  time,
  kind: EventKind.laneStart,
  words: [ident, 0, LaneKind.thread],
  text: name,
})
