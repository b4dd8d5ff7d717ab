/** multiprocessing.connection.wait: for several connections (or whatever is Waitable) at once. */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter } from '../../threading/futex.ts'
import { Control, runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'

export const waitable: unique symbol = Symbol('interleave.waitable')

/** Whoever makes it ready calls `announceArrival` (arrivals.ts) afterwards. */
export interface Readiness {
  readonly isReady: boolean
  /** Begins to have it made ready. @param now the answer is there once `settled` has run. */
  expect?(now: boolean): Expectation
}

export interface Expectation {
  /** Until it is known whether it is ready now. */
  settled(): Steps<unknown>
  end(): void
}

/** A connection: gives how to tell whether it is ready. @throws OSError when it is closed. */
export interface HasReadiness {
  [waitable](): Readiness
}

/** What `wait` can wait for: connections, and the sentinels of processes. */
export type Waitable = HasReadiness | Readiness

const readinessOf = (object: Waitable): Readiness =>
  waitable in object ? object[waitable]() : object

/**
 * Those of the objects that are ready: something can be received, or they have ended.
 * @param timeout seconds; undefined: until one is ready; 0 or less: without waiting.
 * @throws OSError for a closed connection, RuntimeError on an event-loop thread that would have to
 * wait, KeyboardInterrupt when the run is being stopped.
 */
export function wait<Object extends Waitable>(
  objectList: Iterable<Object>,
  timeout?: Seconds,
): Object[] {
  const objects = [...objectList]
  const ready = readyOf(objects)
  return ready.length > 0 ? ready : runBlocking(waitSteps(objects, timeout), 'waitAsync')
}

/** The same for a thread that runs an event loop. */
export async function waitAsync<Object extends Waitable>(
  objectList: Iterable<Object>,
  timeout?: Seconds,
): Promise<Object[]> {
  const objects = [...objectList]
  const ready = readyOf(objects)
  return ready.length > 0 ? ready : await runAsync(waitSteps(objects, timeout))
}

const readyOf = <Object extends Waitable>(objects: readonly Object[]): Object[] =>
  objects.filter((object) => readinessOf(object).isReady)

function* waitSteps<Object extends Waitable>(
  objects: readonly Object[],
  timeout: Seconds | undefined,
): Steps<Object[]> {
  const { control } = runtime
  const now = timeout !== undefined && timeout <= 0
  const deadline = deadlineAfter(timeout)
  // Before anything is looked at: from here on every arrival changes the word.
  Atomics.add(control, Control.arrivalWaiters, 1)
  const expected = objects.map((object) => readinessOf(object).expect?.(now))
  try {
    if (now) {
      for (const each of expected) if (each !== undefined) yield* each.settled()
      return readyOf(objects)
    }
    for (;;) {
      const arrivals = Atomics.load(control, Control.arrivals)
      const ready = readyOf(objects)
      if (ready.length > 0) return ready
      const index = Control.arrivals
      if (!(yield { words: control, index, expected: arrivals, deadline })) return readyOf(objects)
    }
  } finally {
    Atomics.sub(control, Control.arrivalWaiters, 1)
    for (const each of expected) each?.end()
  }
}
