/** A thread that records as fast as it can, for ring.test.ts and the benchmarks. */
import { workerData } from 'node:worker_threads'
import { EventKind } from '../../main/trace/model.ts'
import { RingTracer } from '../../main/trace/ring.ts'

interface Order {
  readonly ring: SharedArrayBuffer
  readonly events: number
  /** Every so many events one has a text. 0: none. */
  readonly textEvery: number
  /** Nanoseconds between two events; 0: as fast as it goes. */
  readonly every: number
}

const { ring, events, textEvery, every } = workerData as Order
const now = process.hrtime.bigint
const tracer = new RingTracer(ring, now)
const begun = now()
for (let event = 0; event < events; event++) {
  if (textEvery > 0 && event % textEvery === 0)
    tracer.recordText(EventKind.output, 1, event, ~event, 0, `line ${event} `.repeat(4))
  else tracer.record(EventKind.acquire, 1, event, ~event, 0)
  if (every > 0) while (now() - begun < BigInt(event * every));
}
