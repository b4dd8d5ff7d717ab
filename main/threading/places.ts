/**
 * Where in the program locks are acquired and waited for: what a deadlock and a blame arrow name.
 * Reading a stack takes some 50 µs, so acquisitions are sampled: the first of each lock in each
 * thread, then so often that it takes about one percent of the thread's time. Of waits, only those
 * are located that last for a slice (futex.ts) or longer: such a thread has time.
 */
import { EventKind, Place } from '../trace/model.ts'
import { callerLocation } from './location.ts'
import { runtime } from './runtime.ts'

/** A sample is followed by so many times its own duration without one. */
const REST = 100
/**
 * Reading the clock costs a third of an uncontended acquisition, so only one in this many does. By
 * time, not by their number: a thread that had acquired often and now holds for long is sampled soon.
 */
const LOOK_EVERY = 32

let left = LOOK_EVERY
let restUntil = 0

/**
 * After an acquire was recorded.
 * @param isFirst the thread has not acquired it before.
 */
export function locateAcquired(resource: number, isFirst: boolean): void {
  if (--left > 0 && !isFirst) return
  left = LOOK_EVERY
  const begun = Number(runtime.now())
  if (!isFirst && begun < restUntil) return
  record(resource, Place.acquired)
  const now = Number(runtime.now())
  restUntil = now + (now - begun) * REST
}

/** The wait that the thread has begun lasts long. */
export const locateWait = (): void => record(0, Place.waits)

function record(resource: number, place: Place): void {
  const { tracer } = runtime
  if (tracer === undefined) return
  const line = callerLocation()
  if (line !== '') tracer.recordText(EventKind.location, resource, place, 0, 0, line)
}
