/**
 * Where in the program locks are acquired and waited for: what spans, deadlocks and blame arrows name.
 * Reading a stack takes some 20 µs, so it is sampled: the first acquisition of each lock and the first
 * wait of each kind for each resource in each thread, then so often that it takes about one percent of
 * the thread's time. A wait that lasts for a slice (futex.ts) or longer is always located: such a
 * thread has time.
 */
import type { LaneState, Wait } from '../trace/model.ts'
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
/** Waits of so many kinds and resources are known to be located. */
const MOST_KNOWN = 4_096
const KINDS_OF_WAITS = 16

let left = LOOK_EVERY
let restUntil = 0
/** The thread that these are about: a worker is one after the other. */
let ident = 0
const located = new Set<number>()

/**
 * After an acquire was recorded.
 * @param isFirst the thread has not acquired it before.
 */
export function locateAcquired(resource: number, isFirst: boolean): void {
  if (--left > 0 && !isFirst) return
  left = LOOK_EVERY
  sample(resource, Place.acquired, isFirst)
}

/** After the beginning of a wait was recorded, with nothing held that others need. */
export const locateBegun = (resource: number, why: Wait): void =>
  locateKind(resource * KINDS_OF_WAITS + why)

/** The same for a thread that sleeps or joins. */
export const locateState = (state: LaneState): void => locateKind(-state)

/** The wait that the thread has begun lasts long. */
export const locateWait = (): void => record(0, Place.waits)

function locateKind(kind: number): void {
  if (runtime.tracer === undefined) return
  if (ident !== runtime.ident || located.size >= MOST_KNOWN) located.clear()
  ident = runtime.ident
  const isFirst = !located.has(kind)
  if (isFirst) located.add(kind)
  sample(0, Place.waits, isFirst)
}

function sample(resource: number, place: Place, isFirst: boolean): void {
  const begun = Number(runtime.now())
  if (!isFirst && begun < restUntil) return
  record(resource, place)
  const now = Number(runtime.now())
  restUntil = now + (now - begun) * REST
}

function record(resource: number, place: Place): void {
  const { tracer } = runtime
  if (tracer === undefined) return
  const line = callerLocation()
  if (line !== '') tracer.recordText(EventKind.location, resource, place, 0, 0, line)
}
