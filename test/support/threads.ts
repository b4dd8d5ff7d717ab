/** A thread host on the bundled worker, and what its rings say. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, inject } from 'vitest'
import { EventKind, LaneEnd, RECORD_BYTES } from '../../main/trace/model.ts'
import { Gil } from '../../main/threading/gil.ts'
import { RingReader } from '../../main/trace/ring.ts'
import { ThreadHost, type ThreadHostOptions } from '../../main/run/thread-host.ts'

export const bundled = (name: string): URL => pathToFileURL(join(inject('bundle'), name))

export const fixture = (file: string, name: string) => ({
  module: bundled(`fixtures/${file}.mjs`).href,
  name,
})

const hosts: ThreadHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.dispose()))
})

/** Disposed after the test. */
export function openHost(options: Partial<ThreadHostOptions> = {}): ThreadHost {
  const host = new ThreadHost({
    workerEntry: bundled('worker.mjs'),
    processNumber: 1,
    ...options,
  })
  hosts.push(host)
  return host
}

export interface TracedEvent {
  readonly source: number
  readonly time: bigint
  readonly kind: EventKind
  readonly resource: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly text: string
}

/** Everything that is in the host's rings now, by time. */
export function drainEvents(host: ThreadHost): TracedEvent[] {
  const events: TracedEvent[] = []
  for (const { id, ring } of host.sources) events.push(...drainRing(id, ring))
  return events.sort((one, other) => Number(one.time - other.time))
}

function drainRing(source: number, ring: SharedArrayBuffer): TracedEvent[] {
  const reader = new RingReader(ring)
  const bytes = new Uint8Array(reader.available * RECORD_BYTES)
  return readRecords(source, bytes.subarray(0, reader.drain(bytes) * RECORD_BYTES))
}

/** The events in a source's records. */
export function readRecords(source: number, bytes: Uint8Array): TracedEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.length / RECORD_BYTES
  const events: TracedEvent[] = []
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_BYTES
    const word = view.getUint32(at + 8, true)
    const kind = (word >>> 24) as EventKind
    if (kind === EventKind.text) continue
    const text: Uint8Array[] = []
    for (let next = at + RECORD_BYTES; next < bytes.length; next += RECORD_BYTES) {
      const continuation = view.getUint32(next + 8, true)
      if (continuation >>> 24 !== EventKind.text) break
      const left = continuation & 0xff_ffff
      text.push(bytes.slice(next, next + Math.min(8, left)))
      if (left > 8) text.push(bytes.slice(next + 12, next + Math.min(24, 4 + left)))
    }
    events.push({
      source,
      time: view.getBigUint64(at, true),
      kind,
      resource: word & 0xff_ffff,
      a: view.getInt32(at + 12, true),
      b: view.getInt32(at + 16, true),
      c: view.getInt32(at + 20, true),
      text: Buffer.concat(text).toString(),
    })
  }
  return events
}

export const output = (events: readonly TracedEvent[]): string[] =>
  events.filter((event) => event.kind === EventKind.output).map((event) => event.text)

/** Zeroes that all threads see. */
export const shared = (length: number): Int32Array =>
  new Int32Array(new SharedArrayBuffer(length * 4))

interface RunOptions {
  readonly gil: true
}
const isOptions = (value: unknown): value is RunOptions =>
  typeof value === 'object' && value !== null && 'gil' in value && value.gil === true

/**
 * Runs a fixture program to its end; a last argument `{ gil: true }` runs it under a GIL.
 * @throws what the program threw.
 */
export async function runProgram(
  host: ThreadHost,
  file: string,
  name: string,
  ...args: readonly unknown[]
): Promise<void> {
  const underGil = isOptions(args.at(-1))
  const outcome = await host.run({
    target: fixture(file, name),
    args: underGil ? args.slice(0, -1) : args,
    ...(underGil && { gil: new Gil() }),
  })
  if (outcome.end !== LaneEnd.returned)
    throw new Error(outcome.error?.stack ?? `${name} ended with ${outcome.end}`)
}
