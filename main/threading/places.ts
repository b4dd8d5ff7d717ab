/**
 * Where in the program locks are acquired and waited for: what a deadlock and a blame arrow name.
 * Reading a stack takes some 50 µs, so acquisitions are sampled: the first of each lock in each
 * thread, then so many that it takes about one percent of the thread's time. Of waits, only those
 * are located that last for a slice (futex.ts) or longer: such a thread has time.
 */
import { EventKind, Place } from '../trace/model.ts'
import { callerLocation } from './location.ts'
import { runtime } from './runtime.ts'

/** A sample is followed by so many times its own duration without one. */
const REST = 100
const MAX_EVERY = 2 ** 24

/** One acquisition in this many is located; the counter of those to come before the next. */
let every = 1
let left = 1
let lastSample = 0

/**
 * After an acquire was recorded.
 * @param isFirst the thread has not acquired it before.
 */
export function locateAcquired(resource: number, isFirst: boolean): void {
  if (--left > 0 && !isFirst) return
  const begun = Number(runtime.now())
  record(resource, Place.acquired)
  if (left > 0) return
  const now = Number(runtime.now())
  const wanted = (every * (now - begun) * REST) / Math.max(1, begun - lastSample)
  every = Math.min(MAX_EVERY, Math.max(1, Math.round(wanted)))
  left = every
  lastSample = now
}

/** The wait that the thread has begun lasts long. */
export const locateWait = (): void => record(0, Place.waits)

function record(resource: number, place: Place): void {
  const { tracer } = runtime
  if (tracer === undefined) return
  const line = callerLocation()
  if (line !== '') tracer.recordText(EventKind.location, resource, place, 0, 0, line)
}
