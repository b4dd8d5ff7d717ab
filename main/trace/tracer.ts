import type { EventKind } from './model.ts'

/**
 * Where the primitives report what they do. Absent (undefined) means tracing is off: one branch.
 * One tracer belongs to one thread; the time is read inside, once per call.
 */
export interface Tracer {
  /** Never blocks and never throws: a full ring counts the event as dropped. */
  record(kind: EventKind, resource: number, a: number, b: number, c: number): void
  /** The same with text in continuation records; all of it is dropped together or not at all. */
  recordText(kind: EventKind, resource: number, a: number, b: number, c: number, text: string): void
}
